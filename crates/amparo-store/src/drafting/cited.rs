//! What a statement cites, as it was known on a day, in a bounded number of database statements however much that is.

use std::collections::{HashMap, HashSet};

use amparo_domain::access::Audience;
use amparo_domain::checks::names::Hidden;
use amparo_domain::checks::{Cited, Standing};
use amparo_domain::facts::Stored;
use amparo_domain::filter::end_of;
use amparo_domain::fold;
use amparo_domain::incident::IncidentFacts;
use amparo_domain::kind::Kind;
use amparo_domain::names as words_of;
use amparo_domain::number::Number;
use amparo_domain::statement::{Citation, StatementFacts};
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::{Display, State};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::Store;
use crate::bulk::{KEYS_MAX, padded};
use crate::entity::{merge, record, revision, version};
use crate::error::StoreError;
use crate::names;
use crate::records::{
    Known, Labels, Record, View, literal, read_facts, read_record, restrict_names, select_records,
    visible_or_gone,
};

/// What stands for an address that spells out a name, as readers get it.
const LEFT_OUT: &str = "[address left out]";

/// A record that is cited, and what is told of it.
#[derive(Debug, Clone)]
pub struct CitedRecord {
    /// What checks look at: the version that is cited, as everybody sees it and as it was known.
    pub cited: Cited,
    /// Why nothing is told of it, if nothing is.
    pub left_out: Option<LeftOut>,
}

/// Why nothing is told of a record that is cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It was withdrawn.
    Withdrawn,
    /// It was merged into another one.
    Merged,
    /// No public source is dated by the day.
    NotKnownThen,
}

impl LeftOut {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Merged => "merged",
            Self::NotKnownThen => "not_known_then",
        }
    }
}

/// A statement as it is drafted, and what it cites.
#[derive(Debug, Clone)]
pub struct Drafting {
    /// The statement, in its latest revision.
    pub statement: Record,
    /// What it cites, in the order of its list; what the caller may not see is not among it.
    pub cited: Vec<CitedRecord>,
    /// What the caller may see of what both refer to.
    pub labels: Labels,
}

impl Drafting {
    /// What the statement says, without the addresses in it that tell the caller a name which it does not show.
    pub fn facts_as_shown(&self) -> std::borrow::Cow<'_, Stored> {
        let people = self.statement.facts.people();
        let shown = |name: &String| {
            let mut links = people.iter().filter(|link| link.reference == *name);
            links.any(|link| link.display == Display::Name)
        };
        let knows = self.statement.access == Tier::Confidential;
        self.statement
            .facts
            .without_addresses(|spelled| !knows && !spelled.names.iter().all(shown), LEFT_OUT)
    }

    /// What the statement says.
    pub fn facts(&self) -> Option<&StatementFacts<Number>> {
        match &self.statement.facts {
            Stored::Statement(facts) => Some(facts),
            _ => None,
        }
    }
}

/// A row of what is cited, before anything of it is hidden or put beside it.
pub(crate) struct Raw {
    /// Its record as it is shown today, as everybody sees it.
    pub shown: Record,
    /// The version that is cited, as everybody sees it: nothing where that is the one that is shown.
    pub then: Option<Stored>,
    pub version: Option<u32>,
    pub pinned: bool,
    /// How much of the record the caller may see.
    pub access: Tier,
}

impl Raw {
    /// The people of the version that is cited and of the one that is shown.
    pub(crate) fn people(
        &self,
    ) -> impl Iterator<Item = &amparo_domain::incident::PersonLink<Number>> {
        self.then.iter().flat_map(Stored::people).chain(self.shown.facts.people())
    }
}

/// Reads what is cited, in three database statements for a thousand citations. Without an audience by which they are chosen, all
/// are read that are there.
pub(crate) async fn read(
    db: &impl ConnectionTrait,
    audience: &Audience,
    choose: bool,
    citations: &[Citation<Number>],
    known_on: Option<NaiveDate>,
) -> Result<Vec<Raw>, StoreError> {
    let mut ids: Vec<i64> = citations.iter().map(|cited| cited.incident.as_i64()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut shown: HashMap<i64, Record> = HashMap::new();
    let mut versions: HashMap<i64, Vec<(i32, i32, DateTime<Utc>)>> = HashMap::new();
    for some in ids.chunks(KEYS_MAX) {
        let some = padded(some.to_vec());
        let mut select = select_records(audience, View::Shown);
        select
            .and_where(Expr::col((record::Entity, record::Column::Number)).is_in(some.clone()))
            .and_where(
                Expr::col((record::Entity, record::Column::Kind))
                    .eq(literal(Kind::Incident.singular())),
            );
        if choose {
            select.cond_where(visible_or_gone(audience));
        }
        for row in db.query_all(&select).await? {
            let record = read_record(&row)?;
            shown.insert(record.number.as_i64(), record);
        }
        let rows: Vec<(i64, i32, i32, DateTime<Utc>)> = version::Entity::find()
            .select_only()
            .columns([
                version::Column::Number,
                version::Column::Version,
                version::Column::Revision,
                version::Column::PublishedAt,
            ])
            .filter(version::Column::Number.is_in(some))
            .order_by_asc(version::Column::Number)
            .order_by_asc(version::Column::Version)
            .into_tuple()
            .all(db)
            .await?;
        for (number, version, revision, at) in rows {
            versions.entry(number).or_default().push((version, revision, at));
        }
    }
    let mut cards = Vec::with_capacity(citations.len());
    let mut wanted: Vec<(usize, i64, i32)> = Vec::new();
    for cited in citations {
        let number = cited.incident.as_i64();
        let Some(record) = shown.get(&number) else { continue };
        let of_it = versions.get(&number).map_or(&[][..], Vec::as_slice);
        let end = known_on.map(end_of);
        let current = of_it.iter().rev().find(|(.., at)| end.is_some_and(|end| *at < end));
        let chosen = match cited.version {
            Some(pinned) => of_it.iter().find(|(of, ..)| u32::try_from(*of) == Ok(pinned)),
            None => current.or_else(|| of_it.last()),
        };
        let access = record.access;
        let mut shown = record.clone();
        shown.narrow(Tier::Public);
        if let Some((_, revision, _)) =
            chosen.filter(|(_, revision, _)| *revision != shown.revision)
        {
            wanted.push((cards.len(), number, *revision));
        }
        let version = match (cited.version, chosen) {
            (Some(pinned), _) => Some(pinned),
            (None, Some((version, ..))) => u32::try_from(*version).ok(),
            (None, None) => None,
        };
        cards.push(Raw { shown, then: None, version, pinned: cited.version.is_some(), access });
    }
    for some in wanted.chunks(KEYS_MAX) {
        let mut any = Condition::any();
        for (_, number, revision) in some {
            any = any.add(
                revision::Column::Number.eq(*number).and(revision::Column::Revision.eq(*revision)),
            );
        }
        let rows = revision::Entity::find().filter(any).all(db).await?;
        for (place, number, wanted) in some {
            let row = rows.iter().find(|row| row.number == *number && row.revision == *wanted);
            let Some(row) = row else { continue };
            let (_, facts) = read_facts(row.number, Kind::Incident.singular(), &row.snapshot)?;
            let mut facts = facts.narrowed(Tier::Public).into_owned();
            // A version shows no name that is not shown today.
            restrict_names(&mut facts, cards[*place].shown.facts.people());
            cards[*place].then = Some(facts);
        }
    }
    Ok(cards)
}

/// What a record that is cited says to checks, without names of anybody.
pub(crate) fn told(raw: &Raw, labels: &Labels, known_on: Option<NaiveDate>) -> CitedRecord {
    let shown = match &raw.shown.facts {
        Stored::Incident(facts) => Some(facts),
        _ => None,
    };
    let standing = match raw.shown.state {
        State::Withdrawn => Standing::Withdrawn,
        State::Merged => Standing::Merged(None),
        _ => Standing::Stands,
    };
    let then = match &raw.then {
        Some(Stored::Incident(facts)) => Some(facts),
        _ => shown,
    };
    let then = then.filter(|_| standing == Standing::Stands);
    let facts = then.and_then(|facts| match known_on {
        Some(day) => facts.as_known_on(day),
        None => Some(facts.clone()),
    });
    let left_out = match standing {
        Standing::Withdrawn => Some(LeftOut::Withdrawn),
        Standing::Merged(_) => Some(LeftOut::Merged),
        Standing::Stands => facts.is_none().then_some(LeftOut::NotKnownThen),
    };
    let of_record = facts.as_ref().or(shown);
    let election =
        of_record.and_then(|facts| facts.election).and_then(|election| labels.get(election));
    let stands = standing == Standing::Stands;
    let cited = Cited {
        number: raw.shown.number,
        version: raw.version,
        pinned: raw.pinned,
        latest: u32::try_from(raw.shown.version).unwrap_or(0),
        standing,
        disputed: stands && shown.is_some_and(|facts| facts.grade.code() == "disputed"),
        election: election.and_then(|label| label.date.clone()),
        shown: Vec::new(),
        hidden: Vec::new(),
        ordinary: of_record.map(|facts| ordinary(facts, labels)).unwrap_or_default(),
        facts,
    };
    CitedRecord { cited, left_out }
}

/// The folded words of what a record names besides people.
fn ordinary(facts: &IncidentFacts<Number>, labels: &Labels) -> Vec<String> {
    let country = facts.country.country();
    let names = country.names.all().into_iter().chain(country.aliases.iter().map(String::as_str));
    let mut words: Vec<String> = names.flat_map(fold::words).collect();
    let places = [&facts.place, &facts.admin1].into_iter().flatten();
    words.extend(places.flat_map(|place| words_of::words_of_place(place)));
    let organizations = facts.organizations.iter().map(|link| link.organization);
    let others = facts.people.iter().filter_map(|link| link.organization);
    for label in organizations.chain(others).chain(facts.election).filter_map(|of| labels.get(of)) {
        let called = label.name.iter().chain(&label.acronym);
        words.extend(called.flat_map(|name| fold::words(name)));
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Whom a record shows by name, and whom it does not, with the names that were looked up.
pub(crate) fn tell_people(cited: &mut Cited, raw: &Raw, names: &HashMap<Number, Vec<String>>) {
    let mut told = HashSet::new();
    let shown: Vec<Number> = raw
        .shown
        .facts
        .people()
        .iter()
        .filter(|link| link.display == Display::Name)
        .map(|link| link.person)
        .collect();
    for link in raw.people().filter(|link| !shown.contains(&link.person)) {
        if told.insert(link.person) {
            cited.hidden.push(Hidden {
                person: link.person,
                names: names.get(&link.person).cloned().unwrap_or_default(),
            });
        }
    }
    cited.shown = shown;
}

/// All names of those whom records do not show by name, of the records that `of` chooses.
pub(crate) async fn hidden_names(
    db: &impl ConnectionTrait,
    cards: &[Raw],
    of: impl Fn(&Raw) -> bool,
) -> Result<HashMap<Number, Vec<String>>, StoreError> {
    let mut people: Vec<Number> = Vec::new();
    for raw in cards.iter().filter(|raw| of(raw)) {
        let shown = raw.shown.facts.people().iter().filter(|link| link.display == Display::Name);
        let shown: Vec<Number> = shown.map(|link| link.person).collect();
        people.extend(raw.people().map(|link| link.person).filter(|p| !shown.contains(p)));
    }
    people.sort_unstable();
    people.dedup();
    let rows = names::of_people(db, people).await?;
    let texts = rows.into_iter().map(|(person, rows)| {
        (person, rows.into_iter().map(|row| row.text).collect::<Vec<String>>())
    });
    Ok(texts.collect())
}

/// The records into which some were merged.
async fn survivors(
    db: &impl ConnectionTrait,
    cards: &[Raw],
) -> Result<HashMap<Number, Number>, StoreError> {
    let merged = cards.iter().filter(|raw| raw.shown.state == State::Merged);
    let merged: Vec<i64> = merged.map(|raw| raw.shown.number.as_i64()).collect();
    let mut found = HashMap::new();
    for some in merged.chunks(KEYS_MAX) {
        let rows: Vec<(i64, i64)> = merge::Entity::find()
            .select_only()
            .columns([merge::Column::Loser, merge::Column::Survivor])
            .filter(merge::Column::Loser.is_in(padded(some.to_vec())))
            .filter(merge::Column::UnmergedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        for (loser, survivor) in rows {
            if let (Ok(loser), Ok(survivor)) = (Number::from_i64(loser), Number::from_i64(survivor))
            {
                found.insert(loser, survivor);
            }
        }
    }
    Ok(found)
}

impl Store {
    /// A statement as it is drafted, for those who write and review those of its network, with what it cites as known on its
    /// day, or on another one. Of names that the records do not show, those are there that the caller knows.
    pub async fn drafting(
        &self,
        audience: &Audience,
        number: Number,
        known_on: Option<NaiveDate>,
    ) -> Result<Drafting, StoreError> {
        let named = amparo_domain::filter::Named::Number(number);
        let statement = self.find_at_desk(audience, Kind::Statement, &named).await?;
        self.drafting_of(audience, statement, known_on).await
    }

    /// The same of a statement that is at hand.
    pub(crate) async fn drafting_of(
        &self,
        audience: &Audience,
        mut statement: Record,
        known_on: Option<NaiveDate>,
    ) -> Result<Drafting, StoreError> {
        let Stored::Statement(facts) = &statement.facts else {
            return Err(StoreError::NotFound);
        };
        let facts = facts.clone();
        let reader = self.connections.reader();
        let known_on = known_on.or(facts.known_on);
        let mut cards = read(reader, audience, true, &facts.incidents, known_on).await?;
        let labels = self.labels_of(audience, &mut cards, Some(&mut statement)).await?;
        let names = hidden_names(reader, &cards, |raw| raw.access == Tier::Confidential).await?;
        let none = HashMap::new();
        let survivors = survivors(reader, &cards).await?;
        let cited = cards.iter().map(|raw| {
            let mut told = told(raw, &labels, known_on);
            // Whom the caller knows from one record they need not know from another.
            let knows = raw.access == Tier::Confidential;
            tell_people(&mut told.cited, raw, if knows { &names } else { &none });
            if told.cited.standing == Standing::Merged(None) {
                let into = survivors.get(&raw.shown.number).copied();
                told.cited.standing = Standing::Merged(into);
            }
            told
        });
        let cited = cited.collect();
        Ok(Drafting { statement, cited, labels })
    }

    /// What is told of incidents that are cited, each in the version that is pinned, else in the one that is cited by default on a
    /// day. Of their people nobody is told but those whom they show by name.
    pub async fn cited(
        &self,
        audience: &Audience,
        citations: &[Citation<Number>],
        known_on: Option<NaiveDate>,
    ) -> Result<(Vec<CitedRecord>, Labels), StoreError> {
        let reader = self.connections.reader();
        let mut cards = read(reader, audience, true, citations, known_on).await?;
        let labels = self.labels_of(audience, &mut cards, None).await?;
        Ok((cards.iter().map(|raw| told(raw, &labels, known_on)).collect(), labels))
    }

    /// The labels of what the records refer to, and the names that they show to everybody; what was taken down is hidden in them.
    async fn labels_of(
        &self,
        audience: &Audience,
        cards: &mut [Raw],
        statement: Option<&mut Record>,
    ) -> Result<Labels, StoreError> {
        let mut records: Vec<Record> = cards.iter().map(|raw| raw.shown.clone()).collect();
        // Labels of the version that is cited as well: it may name others.
        for raw in cards.iter() {
            if let Some(then) = &raw.then {
                records.push(Record { facts: then.clone(), ..raw.shown.clone() });
            }
        }
        if let Some(statement) = &statement {
            let mut statement = (*statement).clone();
            statement.narrow(Tier::Public);
            records.push(statement);
        }
        let labels =
            self.labels_beside(audience, &mut records, &mut Known::default(), false).await?;
        let mut records = records.into_iter();
        for (raw, record) in cards.iter_mut().zip(records.by_ref()) {
            raw.shown = record;
        }
        for raw in cards.iter_mut().filter(|raw| raw.then.is_some()) {
            raw.then = records.next().map(|record| record.facts);
        }
        if let (Some(statement), Some(shown)) = (statement, records.next()) {
            let links = statement.facts.people_mut().iter_mut().zip(shown.facts.people());
            for (link, _) in links.filter(|(_, shown)| shown.display == Display::Role) {
                link.display = Display::Role;
            }
        }
        Ok(labels)
    }
}
