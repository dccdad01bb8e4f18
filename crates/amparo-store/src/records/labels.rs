//! What a page shows of the records that its own records refer to: one statement for all of them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::Display;
use chrono::NaiveDate;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, JoinType, Query, SelectStatement, UnionType,
};
use sea_orm::{ConnectionTrait as _, QueryResult};

use super::{Record, literal, visible_to, was_public_and_merged};
use crate::Store;
use crate::bulk::padded;
use crate::entity::{merge, person_name, record, reference, takedown};
use crate::error::StoreError;
use crate::names;
use crate::paging::limited;

/// What a caller may see of the records that others refer to. What is not in it does not exist
/// for them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labels {
    known: ByNumber<Arc<Label>>,
    names: ByNumber<Vec<String>>,
    taken: ByNumber<Vec<(i64, NaiveDate)>>,
    cited_by: ByNumber<Vec<CitedBy>>,
    withdrawn: ByNumber<bool>,
}

/// Something of each of some records. Their numbers are random and nobody chooses them, so they need no hash
/// that withstands anybody.
type ByNumber<T> = HashMap<Number, T, BuildHasherDefault<NumberHasher>>;

/// Spreads the bits of a number.
#[derive(Debug, Clone, Copy, Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let spread = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }
}

/// Labels that were read a moment ago, and that there are none for some.
#[derive(Debug, Default)]
pub(crate) struct Known(ByNumber<Option<Arc<Label>>>);

/// More are not kept, whatever a register refers to.
const KNOWN_MAX: usize = 20_000;

impl Known {
    /// Gives those of some records, and tells which are not known.
    fn lend(&self, targets: Vec<i64>, labels: &mut Labels) -> Result<Vec<i64>, StoreError> {
        if self.0.is_empty() {
            return Ok(targets);
        }
        let mut missing = Vec::new();
        for target in targets {
            let about = number(target)?;
            match self.0.get(&about) {
                None => missing.push(target),
                Some(None) => {}
                Some(Some(label)) => {
                    labels.known.insert(about, Arc::clone(label));
                }
            }
        }
        Ok(missing)
    }

    /// Keeps what was read of some records.
    fn keep(&mut self, targets: &[i64], labels: &Labels) -> Result<(), StoreError> {
        if self.0.len() + targets.len() > KNOWN_MAX {
            self.0.clear();
        }
        for target in targets {
            let about = number(*target)?;
            self.0.insert(about, labels.known.get(&about).cloned());
        }
        Ok(())
    }

    /// Forgets all, so that they are read anew.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

/// The statements that cite records, by those records.
type Citing = ByNumber<Vec<CitedBy>>;

/// Of more statements than so many, those that cite a page are asked for with it.
const CITING_MAX: usize = 1_000;

/// What everybody is told of the records that others refer to, as of one revision of the register. Names of
/// people are never among it.
#[derive(Debug, Default)]
pub(crate) struct LabelsKept(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    revision: i64,
    known: Known,
    citing: CitingKept,
}

#[derive(Debug, Default)]
enum CitingKept {
    #[default]
    NotRead,
    /// Too many to be kept.
    Many,
    All(Citing),
}

impl LabelsKept {
    /// What is kept of a revision; nothing if there is a later one by now.
    fn of(&self, revision: i64) -> Option<MutexGuard<'_, Kept>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.revision < revision {
            *kept = Kept { revision, ..Kept::default() };
        }
        (kept.revision == revision).then_some(kept)
    }

    fn knows_citing(&self, revision: i64) -> bool {
        self.of(revision).is_none_or(|kept| !matches!(kept.citing, CitingKept::NotRead))
    }

    fn keep_citing(&self, revision: i64, citing: Option<Citing>) {
        if let Some(mut kept) = self.of(revision) {
            kept.citing = citing.map_or(CitingKept::Many, CitingKept::All);
        }
    }

    /// Gives what is known, tells which labels are missing, and whether all that cite are known.
    fn lend(
        &self,
        revision: i64,
        references: &References,
        labels: &mut Labels,
    ) -> Result<(Vec<i64>, bool), StoreError> {
        let Some(kept) = self.of(revision) else { return Ok((references.targets.clone(), false)) };
        let missing = kept.known.lend(references.targets.clone(), labels)?;
        let CitingKept::All(citing) = &kept.citing else { return Ok((missing, false)) };
        if !citing.is_empty() {
            for cited in &references.cited {
                let cited = number(*cited)?;
                if let Some(by) = citing.get(&cited) {
                    labels.cited_by.insert(cited, by.clone());
                }
            }
        }
        Ok((missing, true))
    }

    fn keep(&self, revision: i64, missing: &[i64], labels: &Labels) -> Result<(), StoreError> {
        if missing.is_empty() {
            return Ok(());
        }
        self.of(revision).map_or(Ok(()), |mut kept| kept.known.keep(missing, labels))
    }
}

/// What records refer to.
struct References {
    /// Records of which there are labels.
    targets: Vec<i64>,
    /// Those that statements may cite.
    cited: Vec<i64>,
}

/// The incidents that statements cite.
fn citations(records: &[Record]) -> Vec<i64> {
    let statements = records.iter().filter_map(|record| match &record.facts {
        Stored::Statement(facts) => Some(&facts.incidents),
        _ => None,
    });
    let mut cited: Vec<i64> =
        statements.flatten().map(|citation| citation.incident.as_i64()).collect();
    sort(&mut cited);
    cited
}

impl References {
    fn of(records: &[Record], citing: bool) -> Self {
        let references = records.iter().flat_map(|record| record.facts.references());
        let mut targets: Vec<i64> = references
            .filter(|(relation, ..)| relation.target() != Kind::Person)
            .map(|(_, _, number)| number.as_i64())
            .collect();
        sort(&mut targets);
        let incidents = records.iter().filter(|r| citing && matches!(r.facts, Stored::Incident(_)));
        let mut cited: Vec<i64> =
            incidents.filter(|r| r.version > 0).map(|r| r.number.as_i64()).collect();
        sort(&mut cited);
        Self { targets, cited }
    }
}

/// What stands for a record where another refers to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// What it is.
    pub kind: Kind,
    /// Its short name in addresses.
    pub slug: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its acronym.
    pub acronym: Option<String>,
    /// Its date, if it is an election.
    pub date: Option<PartialDate>,
}

/// A published statement that cites a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CitedBy {
    /// The statement.
    pub number: Number,
    /// Its version.
    pub version: i32,
}

impl Labels {
    /// The label of a record, if the caller may see it.
    pub fn get(&self, number: Number) -> Option<&Label> {
        self.known.get(&number).map(Arc::as_ref)
    }

    /// The name by which a person is shown, where a record shows it or the caller knows them.
    pub fn name_of(&self, person: Number) -> Option<&str> {
        self.names.get(&person)?.first().map(String::as_str)
    }

    /// Whether an incident that a statement cites was withdrawn: its number is all that is told of it.
    pub fn was_withdrawn(&self, number: Number) -> bool {
        self.withdrawn.contains_key(&number)
    }

    /// The published statements that cite a record.
    pub fn cited_by(&self, number: Number) -> &[CitedBy] {
        self.cited_by.get(&number).map_or(&[], Vec::as_slice)
    }
}

impl Store {
    /// The labels of everything that some records refer to. Names that were taken down are not among them,
    /// and the records no longer show them.
    pub(crate) async fn labels(
        &self,
        audience: &Audience,
        records: &mut [Record],
    ) -> Result<Labels, StoreError> {
        if *audience != Audience::Public {
            return self.labels_beside(audience, records, &mut Known::default(), true).await;
        }
        // What everybody is told of organizations, elections and cases is the same until the register has
        // another revision, and so is who cites whom. Names of people are asked for each time.
        let revision = self.register_revision().await?;
        let mut labels = Labels::default();
        let references = References::of(records, true);
        if !references.cited.is_empty() && !self.labels_kept.knows_citing(revision) {
            let citing = self.all_citing().await?;
            self.labels_kept.keep_citing(revision, citing);
        }
        let (missing, citing) = self.labels_kept.lend(revision, &references, &mut labels)?;
        let cited = if citing { &[][..] } else { &references.cited };
        self.ask_labels(audience, records, missing.clone(), cited, &mut labels).await?;
        self.labels_kept.keep(revision, &missing, &labels)?;
        for record in records {
            labels.take_down(record);
        }
        Ok(labels)
    }

    /// The same where some are known already, and with the statements that cite the records only if they are
    /// told of. Names and what was taken down are asked for each time.
    pub(crate) async fn labels_beside(
        &self,
        audience: &Audience,
        records: &mut [Record],
        known_already: &mut Known,
        citing: bool,
    ) -> Result<Labels, StoreError> {
        let references = References::of(records, citing);
        let mut labels = Labels::default();
        let missing = known_already.lend(references.targets.clone(), &mut labels)?;
        let cited = &references.cited;
        self.ask_labels(audience, records, missing.clone(), cited, &mut labels).await?;
        known_already.keep(&missing, &labels)?;
        for record in records {
            labels.take_down(record);
        }
        Ok(labels)
    }

    /// Asks for what is not known yet, in one statement.
    async fn ask_labels(
        &self,
        audience: &Audience,
        records: &[Record],
        targets: Vec<i64>,
        cited: &[i64],
        labels: &mut Labels,
    ) -> Result<(), StoreError> {
        let links = records.iter().flat_map(|record| record.facts.people());
        let shown = links.filter(|link| link.display == Display::Name);
        let mut shown: Vec<i64> = shown.map(|link| link.person.as_i64()).collect();
        sort(&mut shown);
        let known = records.iter().filter(|record| record.access == Tier::Confidential);
        let known = known.flat_map(|record| record.facts.people());
        let mut people = shown.clone();
        people.extend(known.map(|link| link.person.as_i64()));
        sort(&mut people);
        let cited = (!cited.is_empty()).then(|| cited.to_vec());
        let citations = citations(records);
        let parts = [
            (!citations.is_empty()).then(|| select_withdrawn(citations)),
            (!targets.is_empty()).then(|| select_labels(audience, targets)),
            (!people.is_empty()).then(|| select_names(people)),
            (!shown.is_empty()).then(|| select_takedowns(shown)),
            cited.clone().map(|cited| select_cited_by(Some(cited))),
            cited.map(|cited| select_cited_by_other_numbers(Some(cited))),
        ];
        let union = parts.into_iter().flatten().reduce(|mut all, part| {
            all.union(UnionType::All, part);
            all
        });
        let Some(union) = union else {
            return Ok(());
        };
        for row in self.connections.reader().query_all(&union).await? {
            labels.read(&row)?;
        }
        Ok(())
    }

    /// The statements that cite any record; none if they are many.
    async fn all_citing(&self) -> Result<Option<Citing>, StoreError> {
        let mut union = select_cited_by(None);
        union.union(UnionType::All, select_cited_by_other_numbers(None));
        let backend = self.connections.backend();
        let rows = limited(backend, &union, CITING_MAX + 1);
        let rows = self.connections.reader().query_all_raw(rows).await?;
        if rows.len() > CITING_MAX {
            return Ok(None);
        }
        let mut labels = Labels::default();
        for row in rows {
            labels.read(&row)?;
        }
        Ok(Some(labels.cited_by))
    }

    /// Gives people the texts of their names, which no revision holds.
    pub(crate) async fn add_names(&self, records: &mut [Record]) -> Result<(), StoreError> {
        let people = records.iter().filter(|record| record.facts.kind() == Kind::Person);
        let people: Vec<Number> = people.map(|record| record.number).collect();
        if people.is_empty() {
            return Ok(());
        }
        let names = names::of_people(self.connections.reader(), people).await?;
        for record in records {
            let Stored::Person(facts) = &mut record.facts else {
                continue;
            };
            let rows = names.get(&record.number).map_or(&[][..], Vec::as_slice);
            for name in &mut facts.names {
                let row = rows.iter().find(|row| Some(row.id) == name.id);
                name.text = row.map(|row| row.text.clone()).unwrap_or_default();
            }
        }
        Ok(())
    }
}

fn sort(numbers: &mut Vec<i64>) {
    numbers.sort_unstable();
    numbers.dedup();
}

/// Seven columns, the same in each part: what it is, whom it is about, a number, four texts.
fn select_labels(audience: &Audience, targets: Vec<i64>) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("'label'"))
        .column((record::Entity, record::Column::Number))
        .column((record::Entity, record::Column::Number))
        .column((record::Entity, record::Column::Kind))
        .column((record::Entity, record::Column::Slug))
        .column((record::Entity, record::Column::Label))
        .column((record::Entity, record::Column::Acronym))
        .column((record::Entity, record::Column::Date))
        .from(record::Entity)
        .and_where(Expr::col((record::Entity, record::Column::Number)).is_in(padded(targets)))
        // What was cited before it was merged stays cited: its number leads to the other.
        .cond_where(Condition::any().add(visible_to(audience)).add(was_public_and_merged()))
        .to_owned()
}

/// Those of some incidents that were withdrawn.
fn select_withdrawn(incidents: Vec<i64>) -> SelectStatement {
    let nothing = || Expr::cust("NULL");
    Query::select()
        .expr(Expr::cust("'withdrawn'"))
        .column((record::Entity, record::Column::Number))
        .column((record::Entity, record::Column::Number))
        .expr(nothing())
        .expr(nothing())
        .expr(nothing())
        .expr(nothing())
        .expr(nothing())
        .from(record::Entity)
        .and_where(Expr::col((record::Entity, record::Column::Number)).is_in(padded(incidents)))
        .and_where(Expr::col((record::Entity, record::Column::State)).eq(literal("withdrawn")))
        .to_owned()
}

fn select_names(people: Vec<i64>) -> SelectStatement {
    let nothing = || Expr::cust("NULL");
    Query::select()
        .expr(Expr::cust("'name'"))
        .column(person_name::Column::Person)
        .expr(Expr::cust("0"))
        .expr(nothing())
        .expr(nothing())
        .column(person_name::Column::Text)
        .expr(nothing())
        .expr(nothing())
        .from(person_name::Entity)
        .and_where(Expr::col(person_name::Column::Person).is_in(padded(people)))
        .and_where(Expr::col(person_name::Column::Position).eq(0))
        .to_owned()
}

fn select_takedowns(people: Vec<i64>) -> SelectStatement {
    let nothing = || Expr::cust("NULL");
    let number = Expr::col(takedown::Column::Number).if_null(literal(0_i64));
    Query::select()
        .expr(Expr::cust("'taken'"))
        .column(takedown::Column::Person)
        .expr(number)
        .expr(nothing())
        .expr(nothing())
        .expr(Expr::col(takedown::Column::MadeAt).cast_as("text"))
        .expr(nothing())
        .expr(nothing())
        .from(takedown::Entity)
        .and_where(Expr::col(takedown::Column::Person).is_in(padded(people)))
        .to_owned()
}

fn select_cited_by(cited: Option<Vec<i64>>) -> SelectStatement {
    let nothing = || Expr::cust("NULL");
    let column = || Expr::col((reference::Entity, reference::Column::ToNumber));
    let among = cited.map(|cited| column().is_in(padded(cited)));
    Query::select()
        .expr(Expr::cust("'cited'"))
        .column((reference::Entity, reference::Column::ToNumber))
        .expr(Expr::col((record::Entity, record::Column::Number)))
        .expr(nothing())
        .expr(nothing())
        .expr(Expr::col((record::Entity, record::Column::Version)).cast_as("text"))
        .expr(nothing())
        .expr(nothing())
        .from(reference::Entity)
        .inner_join(
            record::Entity,
            Expr::col((record::Entity, record::Column::Number))
                .equals((reference::Entity, reference::Column::FromNumber)),
        )
        .and_where_option(among)
        .and_where(Expr::col((reference::Entity, reference::Column::Relation)).eq(literal("cites")))
        .and_where(Expr::col((record::Entity, record::Column::State)).eq(literal("published")))
        .to_owned()
}

/// The statements that cite what was published under another number and then merged into these.
fn select_cited_by_other_numbers(cited: Option<Vec<i64>>) -> SelectStatement {
    let nothing = || Expr::cust("NULL");
    let column = || Expr::col((merge::Entity, merge::Column::Survivor));
    let among = cited.map(|cited| column().is_in(padded(cited)));
    let gone = Alias::new("gone");
    Query::select()
        .expr(Expr::cust("'cited'"))
        .column((merge::Entity, merge::Column::Survivor))
        .expr(Expr::col((record::Entity, record::Column::Number)))
        .expr(nothing())
        .expr(nothing())
        .expr(Expr::col((record::Entity, record::Column::Version)).cast_as("text"))
        .expr(nothing())
        .expr(nothing())
        .from(merge::Entity)
        .join_as(
            JoinType::InnerJoin,
            record::Entity,
            gone.clone(),
            Expr::col((gone.clone(), record::Column::Number))
                .equals((merge::Entity, merge::Column::Loser)),
        )
        .inner_join(
            reference::Entity,
            Expr::col((reference::Entity, reference::Column::ToNumber))
                .equals((merge::Entity, merge::Column::Loser)),
        )
        .inner_join(
            record::Entity,
            Expr::col((record::Entity, record::Column::Number))
                .equals((reference::Entity, reference::Column::FromNumber)),
        )
        .and_where_option(among)
        .and_where(Expr::col((merge::Entity, merge::Column::UnmergedAt)).is_null())
        .and_where(Expr::col((gone, record::Column::Version)).gt(literal(0)))
        .and_where(Expr::col((reference::Entity, reference::Column::Relation)).eq(literal("cites")))
        .and_where(Expr::col((record::Entity, record::Column::State)).eq(literal("published")))
        .to_owned()
}

impl Labels {
    /// Shows a record as it is without the names that were taken down.
    fn take_down(&self, record: &mut Record) {
        if self.taken.is_empty() {
            return;
        }
        let number = record.number.as_i64();
        for link in record.facts.people_mut() {
            let taken = self.taken.get(&link.person).into_iter().flatten();
            let here = taken.filter(|(of, _)| *of == 0 || *of == number).map(|(_, day)| *day).min();
            if let (Display::Name, Some(day)) = (link.display, here) {
                link.display = Display::Role;
                link.display_reason = None;
                record.removed.push(day);
            }
        }
        record.removed.sort_unstable();
        record.removed.dedup();
    }

    /// Takes in what other records refer to.
    pub(crate) fn absorb(&mut self, others: Self) {
        let Self { known, names, taken, cited_by, withdrawn } = others;
        self.withdrawn.extend(withdrawn);
        self.known.extend(known);
        self.names.extend(names);
        self.taken.extend(taken);
        self.cited_by.extend(cited_by);
    }

    fn read(&mut self, row: &QueryResult) -> Result<(), StoreError> {
        let what: String = row.try_get_by_index(0)?;
        let about = number(row.try_get_by_index(1)?)?;
        let text: Option<String> = row.try_get_by_index(5)?;
        match what.as_str() {
            "taken" => {
                let record: i64 = row.try_get_by_index(2)?;
                let day = text.and_then(|at| at.get(..10)?.parse().ok()).unwrap_or_default();
                self.taken.entry(about).or_default().push((record, day));
            }
            "withdrawn" => {
                self.withdrawn.insert(about, true);
            }
            "name" => self.names.entry(about).or_default().extend(text),
            "cited" => {
                let statement = number(row.try_get_by_index(2)?)?;
                let version = text.and_then(|text| text.parse().ok()).unwrap_or(0);
                let cited_by = self.cited_by.entry(about).or_default();
                cited_by.push(CitedBy { number: statement, version });
                cited_by.sort_unstable_by_key(|cited| cited.number);
                cited_by.dedup();
            }
            _ => {
                let kind: String = row.try_get_by_index(3)?;
                let Ok(kind) = kind.parse() else {
                    return Ok(());
                };
                let date: Option<String> = row.try_get_by_index(7)?;
                let label = Label {
                    kind,
                    slug: row.try_get_by_index(4)?,
                    name: text,
                    acronym: row.try_get_by_index(6)?,
                    date: date.and_then(|date| date.parse().ok()),
                };
                self.known.insert(about, Arc::new(label));
            }
        }
        Ok(())
    }
}

fn number(stored: i64) -> Result<Number, StoreError> {
    Number::from_i64(stored).map_err(|_| StoreError::Corrupt {
        table: "record",
        number: stored,
        what: "the number is none",
    })
}
