//! What publishing a statement does besides publishing it: what it cites is pinned to versions, who endorsed this very text
//! joins its endorsers, and a frozen list keeps what it cites.

use std::collections::{HashMap, HashSet};

use amparo_domain::facts::Stored;
use amparo_domain::filter::end_of;
use amparo_domain::language::Language;
use amparo_domain::marks;
use amparo_domain::number::Number;
use amparo_domain::statement::{Endorser, StatementFacts, endorsed_by};
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{Endorsing, State};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::audit::{self, Action, Entry};
use crate::bulk::{self, KEYS_MAX};
use crate::endorsements::{answered, digest};
use crate::entity::{endorsement, frozen_list, frozen_list_item, record, version, version_list};
use crate::error::StoreError;
use crate::numbers;
use crate::save::read_state;
use crate::writing::Writing;

/// So many names a reason made of names says at most.
const NAMES_MAX: usize = 8;

/// What is to be added to a statement when it is published.
#[derive(Debug, Default)]
pub(crate) struct Joining {
    /// Who endorsed this text and is not among its endorsers yet.
    new: Vec<(Endorser<Number>, String)>,
    /// Who is, and has endorsed this text since.
    known: HashMap<Number, chrono::NaiveDate>,
    /// What whoever publishes it should look at.
    pub warnings: Vec<Issue>,
}

impl Joining {
    /// Whether there is anybody whom a version has to be made for.
    pub(crate) fn is_a_reason(&self) -> bool {
        !self.new.is_empty()
    }

    /// Why a version is made that says nothing else: who endorsed the statement.
    pub(crate) fn reason(&self, facts: &Stored) -> Option<String> {
        let Stored::Statement(statement) = facts else { return None };
        let language = statement.lang.as_deref().and_then(|tag| tag.get(..2)?.parse().ok());
        let mut names: Vec<&str> = self.new.iter().map(|(_, name)| name.as_str()).collect();
        let more = names.len() > NAMES_MAX;
        names.truncate(NAMES_MAX);
        let said = endorsed_by(language.unwrap_or(Language::En));
        Some(format!("{said} {}{}", names.join(", "), if more { ", …" } else { "" }))
    }
}

/// A record and the revision of it that is published.
pub(crate) struct Completed {
    pub row: record::Model,
    pub revision_id: i64,
    pub facts: Stored,
}

impl Writing<'_> {
    /// Who endorsed what a statement says, as it says it now. Of other kinds, nobody.
    pub(crate) async fn joining(
        &self,
        row: &record::Model,
        facts: &Stored,
    ) -> Result<Joining, StoreError> {
        let Stored::Statement(statement) = facts else { return Ok(Joining::default()) };
        // What an operator's file says of endorsers is the operator's word.
        if self.importing {
            return Ok(Joining::default());
        }
        let rows = endorsement::Entity::find()
            .filter(endorsement::Column::Statement.eq(row.number))
            .filter(endorsement::Column::Answer.is_not_null())
            .order_by_asc(endorsement::Column::AnsweredAt)
            .order_by_asc(endorsement::Column::Id)
            .all(self.tx)
            .await?;
        let present = digest(statement);
        // What an organization said last counts: of this text, else of one before.
        let (mut of_this, mut of_others) = (HashMap::new(), HashMap::new());
        for row in &rows {
            let said = if row.wording == present { &mut of_this } else { &mut of_others };
            said.insert(row.organization, row);
        }
        let names = self.names_of_organizations(&rows).await?;
        let mut joining = Joining::default();
        let mut order: Vec<&endorsement::Model> = of_this.values().copied().collect();
        order.sort_unstable_by_key(|row| (row.answered_at, row.id));
        for row in order {
            let endorsed = answered(row)? == Some(Endorsing::Endorsed);
            let (Some(on), Some(name)) = (row.answered_at, names.get(&row.organization)) else {
                continue;
            };
            let organization = number_of(row)?;
            let place = statement.endorsers.iter().position(|e| e.organization == organization);
            match (place, endorsed) {
                (None, true) => {
                    let endorsed_on = Some(on.date_naive());
                    let new = Endorser { organization, matched_text: None, endorsed_on };
                    joining.new.push((new, name.clone()));
                }
                (Some(_), true) => {
                    joining.known.insert(organization, on.date_naive());
                }
                (Some(place), false) => {
                    let message = format!("{name} is named, and did not endorse this text");
                    joining.warnings.push(Issue::at(format!("/endorsers/{place}"), message));
                }
                (None, false) => {}
            }
        }
        let mut earlier: Vec<&endorsement::Model> = of_others.values().copied().collect();
        earlier.sort_unstable_by_key(|row| (row.answered_at, row.id));
        for row in earlier.into_iter().filter(|row| !of_this.contains_key(&row.organization)) {
            let Some(name) = names.get(&row.organization) else { continue };
            if answered(row)? != Some(Endorsing::Endorsed) {
                continue;
            }
            let organization = number_of(row)?;
            let place = statement.endorsers.iter().position(|e| e.organization == organization);
            let (place, is) = match place {
                Some(place) => (format!("/endorsers/{place}"), "stays among them"),
                None => ("/endorsers".to_owned(), "was not added"),
            };
            let message = format!("{name} endorsed an earlier text and {is}: ask again");
            joining.warnings.push(Issue::at(place, message));
        }
        Ok(joining)
    }

    /// The names of the organizations of some endorsements, of those that are there.
    async fn names_of_organizations(
        &self,
        rows: &[endorsement::Model],
    ) -> Result<HashMap<i64, String>, StoreError> {
        let mut numbers: Vec<i64> = rows.iter().map(|row| row.organization).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let gone = [State::Withdrawn, State::Declined, State::Merged].map(State::code);
        let found: Vec<(i64, Option<String>)> = record::Entity::find()
            .select_only()
            .columns([record::Column::Number, record::Column::Label])
            .filter(record::Column::Number.is_in(numbers))
            .filter(record::Column::State.is_not_in(gone))
            .filter(record::Column::State.ne(crate::records::DELETED))
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(found.into_iter().filter_map(|(number, label)| Some((number, label?))).collect())
    }

    /// Completes a statement that is about to be published, in a revision of its own if that changes it. What is of another
    /// kind stays as it is, and so does what the operator's files say.
    pub(crate) async fn complete(
        &mut self,
        row: record::Model,
        revision_id: i64,
        facts: Stored,
        joining: &Joining,
    ) -> Result<Completed, StoreError> {
        let Stored::Statement(statement) = &facts else {
            return Ok(Completed { row, revision_id, facts });
        };
        if self.importing {
            return Ok(Completed { row, revision_id, facts });
        }
        let mut whole = statement.clone();
        self.pin_citations(&mut whole).await?;
        for endorser in &mut whole.endorsers {
            if let Some(on) = joining.known.get(&endorser.organization) {
                endorser.endorsed_on = Some(*on);
            }
        }
        whole.endorsers.extend(joining.new.iter().map(|(endorser, _)| endorser.clone()));
        let whole = Stored::Statement(whole);
        if whole == facts {
            return Ok(Completed { row, revision_id, facts });
        }
        let revision = self.save_revision(&row, whole, None, Action::Pin).await?;
        let row = record::Entity::find_by_id(row.number).one(self.tx).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let (revision_id, facts) = self.revision_at(&row, revision).await?;
        Ok(Completed { row, revision_id, facts })
    }

    /// Pins what a statement cites to the versions that are shown, or were on the day as of which it tells of them, if one was. Refuses what is not published, and versions that there are not.
    async fn pin_citations(
        &self,
        statement: &mut StatementFacts<Number>,
    ) -> Result<(), StoreError> {
        let mut numbers: Vec<i64> =
            statement.incidents.iter().map(|citation| citation.incident.as_i64()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let (mut cards, mut versions) = (HashMap::new(), HashMap::<i64, Vec<_>>::new());
        for some in numbers.chunks(KEYS_MAX) {
            // In one order for all, and until the end: none of them is withdrawn meanwhile.
            let rows = record::Entity::find()
                .filter(record::Column::Number.is_in(some.to_vec()))
                .order_by_asc(record::Column::Number)
                .lock_shared()
                .all(self.tx)
                .await?;
            cards.extend(rows.into_iter().map(|row| (row.number, row)));
            let rows = version::Entity::find()
                .filter(version::Column::Number.is_in(some.to_vec()))
                .order_by_asc(version::Column::Version)
                .all(self.tx)
                .await?;
            for row in rows {
                versions.entry(row.number).or_default().push(row);
            }
        }
        let mut issues = Vec::new();
        for (i, citation) in statement.incidents.iter_mut().enumerate() {
            let number = citation.incident;
            let place = format!("/incidents/{i}");
            let state = match cards.get(&number.as_i64()) {
                Some(card) => read_state(card)?,
                None => State::Draft,
            };
            let published = versions.get(&number.as_i64()).map_or(&[][..], Vec::as_slice);
            match state {
                State::Withdrawn => {
                    let message = format!("{number} was withdrawn: leave it out");
                    issues.push(Issue::at(place, message));
                    continue;
                }
                State::Published | State::Merged if !published.is_empty() => {}
                _ => {
                    let message =
                        format!("{number} is not published: publish it first, or leave it out");
                    issues.push(Issue::at(place, message));
                    continue;
                }
            }
            if let Some(wanted) = citation.version {
                let there = |row: &version::Model| u32::try_from(row.version) == Ok(wanted);
                if !published.iter().any(there) {
                    let message = format!("{number} has no version {wanted}");
                    issues.push(Issue::at(format!("{place}/version"), message));
                }
            } else {
                let by = statement.known_on.map(end_of);
                let shown = |row: &&version::Model| by.is_none_or(|by| row.published_at < by);
                let pinned = published.iter().rfind(shown).or_else(|| published.last());
                citation.version = pinned.and_then(|row| u32::try_from(row.version).ok());
            }
        }
        let texts = [("/body", &statement.body), ("/excerpt", &statement.excerpt)];
        for (place, text) in texts {
            for mark in marks::marks(text.as_deref().unwrap_or_default()) {
                let (Ok(number), Some(wanted)) = (mark.number, mark.version) else { continue };
                // Whether it is in the list at all is looked at when it is written.
                let Some(published) = versions.get(&number.as_i64()) else { continue };
                if !published.iter().any(|row| u32::try_from(row.version) == Ok(wanted)) {
                    issues.push(Issue::at(place, format!("{number} has no version {wanted}")));
                }
            }
        }
        if issues.is_empty() { Ok(()) } else { Err(Invalid(issues).into()) }
    }

    /// Keeps what a version of a statement cites in a frozen list with a number of its own. Of a version that cites nothing,
    /// there is none.
    pub(crate) async fn list_cited(
        &mut self,
        statement: Number,
        version: i32,
        facts: &Stored,
    ) -> Result<(), StoreError> {
        let Stored::Statement(facts) = facts else { return Ok(()) };
        let id = (statement.as_i64(), version);
        let cited = cited_versions(facts);
        if self.importing
            || cited.is_empty()
            || version_list::Entity::find_by_id(id).one(self.tx).await?.is_some()
        {
            return Ok(());
        }
        let drawn = numbers::draw(self.tx, self.known, self.chance, self.taken, 1).await?;
        let list = drawn.into_iter().next().ok_or(StoreError::Unavailable)?;
        self.take_number(list).await?;
        let language = facts.lang.as_deref().and_then(|tag| tag.get(..2)?.parse().ok());
        let language: Language = language.unwrap_or(Language::En);
        let row = frozen_list::ActiveModel {
            number: Set(list.as_i64()),
            title: Set(title_of_list(language, statement, version)),
            lang: Set(language.code().to_owned()),
            query: Set(format!("cited_in={statement}")),
            meta: Set(serde_json::json!({"statement": statement.to_string(), "version": version})
                .to_string()),
            count: Set(i64::try_from(cited.len()).unwrap_or(i64::MAX)),
            made_at: Set(self.now),
            made_by: Set(self.actor.id),
            network: Set(self.actor.network.clone()),
        };
        frozen_list::Entity::insert(row).exec_without_returning(self.tx).await?;
        let items = cited.into_iter().zip(1..).map(|((number, version), position)| {
            frozen_list_item::ActiveModel {
                list: Set(list.as_i64()),
                position: Set(position),
                number: Set(number.as_i64()),
                version: Set(version),
            }
        });
        bulk::insert::<frozen_list_item::Entity, _>(self.tx, items.collect()).await?;
        let of_version = version_list::ActiveModel {
            number: Set(statement.as_i64()),
            version: Set(version),
            list: Set(list.as_i64()),
        };
        version_list::Entity::insert(of_version).exec_without_returning(self.tx).await?;
        let reason = Some(format!("what {statement} v{version} cites"));
        let entry = Entry { action: Action::Freeze, number: Some(list), revision: None, reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await
    }
}

/// What a statement cites, each version once, in its order; those first that stand in its list.
fn cited_versions(facts: &StatementFacts<Number>) -> Vec<(Number, i32)> {
    let listed = facts.incidents.iter();
    let listed = listed.filter_map(|citation| Some((citation.incident, citation.version?)));
    let known: HashSet<Number> = facts.incidents.iter().map(|of| of.incident).collect();
    let texts = [&facts.excerpt, &facts.body].into_iter().flatten();
    let marked = texts.flat_map(|text| marks::marks(text));
    let marked = marked.filter_map(|mark| Some((mark.number.ok()?, mark.version?)));
    let mut seen = HashSet::new();
    listed
        .chain(marked.filter(|(number, _)| known.contains(number)))
        .filter(|cited| seen.insert(*cited))
        .filter_map(|(number, version)| Some((number, i32::try_from(version).ok()?)))
        .collect()
}

/// What a list of what is cited is called: nothing of the statement's own words, which may have to go.
fn title_of_list(language: Language, statement: Number, version: i32) -> String {
    match language {
        Language::Ar => format!("ما يستشهد به {statement}، النسخة {version}"),
        Language::En => format!("Cited in {statement}, version {version}"),
        Language::Es => format!("Citado en {statement}, versión {version}"),
        Language::Fr => format!("Cité dans {statement}, version {version}"),
        Language::Pt => format!("Citado em {statement}, versão {version}"),
        Language::Ru => format!("Цитируется в {statement}, версия {version}"),
    }
}

fn number_of(row: &endorsement::Model) -> Result<Number, StoreError> {
    Number::from_i64(row.organization).map_err(|_| StoreError::Corrupt {
        table: "endorsement",
        number: row.id,
        what: "the organization is none",
    })
}

/// Lets a statement that is imported again keep the versions that its citations were pinned to and the days on which its
/// endorsers said so, where the file says nothing of them.
pub(crate) fn keep_pins(before: &Stored, after: &mut Stored) {
    let (Stored::Statement(before), Stored::Statement(after)) = (before, after) else { return };
    for citation in after.incidents.iter_mut().filter(|citation| citation.version.is_none()) {
        let known = before.incidents.iter().find(|known| known.incident == citation.incident);
        citation.version = known.and_then(|known| known.version);
    }
    for endorser in after.endorsers.iter_mut().filter(|e| e.endorsed_on.is_none()) {
        let known = before.endorsers.iter().find(|e| e.organization == endorser.organization);
        endorser.endorsed_on = known.and_then(|known| known.endorsed_on);
    }
}
