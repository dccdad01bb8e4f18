//! Saves: a whole snapshot as a new revision, what of it can be asked for, and an audit row.

use std::collections::HashMap;

use amparo_domain::facts::{Draft, Stored};
use amparo_domain::kind::Kind;
use amparo_domain::names::Names;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::reference::Relation;
use amparo_domain::validation::Invalid;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};

use crate::audit::{self, Action, Entry};
use crate::bulk::{self, KEYS_MAX, padded};
use crate::card;
use crate::entity::{
    external_id, incident_term, name_key, person_name, record, reference, revision, version,
};
use crate::error::StoreError;
use crate::names;
use crate::numbers;
use crate::resolve::Resolved;
use crate::search;
use crate::spelled::{self, keep_names_out, written_names};
use crate::writing::{Made, NamesByPerson, PossibleDuplicate, Writing};

/// How many records wait for their words to be put into the index, in an import.
const WORDS_WAITING: usize = 20_000;

/// A record that is to be made.
pub(crate) struct NewRecord {
    pub draft: Draft,
    pub state: State,
    /// The number it was promised, if others refer to it already.
    pub number: Option<Number>,
    pub reason: Option<String>,
    pub action: Action,
}

/// What came of it.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    pub number: Number,
    pub possible_duplicates: Vec<PossibleDuplicate>,
    pub made: Vec<Made>,
}

/// A record in the middle of being saved.
pub(crate) struct Checked {
    pub facts: Stored,
    pub possible_duplicates: Vec<PossibleDuplicate>,
    pub made: Vec<Made>,
}

impl NewRecord {
    /// A record that another one describes and that is not there yet.
    pub(crate) fn made_on_the_way(draft: Draft) -> Self {
        let (state, action) = (State::Submitted, Action::Create);
        Self { draft, state, number: None, reason: None, action }
    }
}

impl Writing<'_> {
    /// Makes records; for each either what came of it or why it cannot be taken.
    pub(crate) async fn insert(
        &mut self,
        new: Vec<NewRecord>,
    ) -> Result<Vec<Result<Saved, Invalid>>, StoreError> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let drafts: Vec<&Draft> = new.iter().map(|new| &new.draft).collect();
        let resolved = self.resolve(&drafts).await?;
        let fresh = new.iter().filter(|new| new.number.is_none()).count();
        let mut fresh =
            numbers::draw(self.tx, self.known, self.chance, self.taken, fresh).await?.into_iter();
        let mut rows = Rows::default();
        let mut outcome = Vec::with_capacity(new.len());
        let mut ready = Vec::with_capacity(new.len());
        for (new, resolved) in new.into_iter().zip(resolved) {
            let number = new.number.or_else(|| fresh.next()).ok_or(StoreError::Unavailable)?;
            if !resolved.issues.is_empty() {
                outcome.push(Err(Invalid(resolved.issues)));
                continue;
            }
            self.known.announce(number, &new.draft);
            let mut possible_duplicates = self.alike(&new.draft, number, String::new());
            possible_duplicates.extend(resolved.possible_duplicates);
            let facts = with_numbers(new.draft.clone(), resolved.numbers)?;
            let saved = Saved { number, possible_duplicates, made: resolved.made };
            ready.push((outcome.len(), number, new, facts));
            outcome.push(Ok(saved));
        }
        let people = self.names_for(ready.iter().map(|(_, _, _, facts)| facts)).await?;
        let around = self.around(ready.iter().map(|(_, _, _, facts)| facts)).await?;
        let mut cards = Vec::with_capacity(ready.len());
        for (place, number, new, mut facts) in ready {
            let names = spelled::names_of(&facts, &people, &written_names(&new.draft));
            let issues = keep_names_out(&mut facts, &names, &around, self.importing);
            if !issues.is_empty() {
                outcome[place] = Err(Invalid(issues));
                continue;
            }
            if let Stored::Person(person) = &mut facts {
                rows.names.extend(names::rows(number, &mut person.names, &[], self.chance));
            }
            if let (true, Stored::Incident(incident), Ok(saved)) =
                (self.suggesting, &facts, &mut outcome[place])
            {
                saved.possible_duplicates.extend(self.similar(number, incident).await?);
            }
            self.add_rows(&mut rows, number, &new, &facts, &around);
            cards.push((number, new.state, facts));
        }
        self.write_rows(rows).await?;
        self.write_links(&cards, &around, false).await?;
        let published = cards.iter().filter(|(_, state, _)| *state == State::Published);
        let targets = published.flat_map(|(_, _, facts)| facts.references());
        let named = targets.filter(|(relation, ..)| can_be_named(*relation));
        self.make_named_public(named.map(|(_, _, number)| *number).collect()).await?;
        Ok(outcome)
    }

    /// Resolves and checks what is to replace the facts of a record.
    pub(crate) async fn check(
        &mut self,
        before: &Stored,
        draft: Draft,
    ) -> Result<Checked, StoreError> {
        self.known.link(before);
        let resolved = self.resolve(&[&draft]).await?.pop().unwrap_or_default();
        if !resolved.issues.is_empty() {
            return Err(Invalid(resolved.issues).into());
        }
        let written = written_names(&draft);
        let mut facts = with_numbers(draft, resolved.numbers)?;
        let people = self.names_for(std::iter::once(&facts)).await?;
        let names = spelled::names_of(&facts, &people, &written);
        let around = self.around_people(&facts, &names).await?;
        let issues = keep_names_out(&mut facts, &names, &around, self.importing);
        if !issues.is_empty() {
            return Err(Invalid(issues).into());
        }
        let Resolved { possible_duplicates, made, .. } = resolved;
        Ok(Checked { facts, possible_duplicates, made })
    }

    /// Saves new facts of a record as its next revision. They are shown at once unless the public can
    /// see the record, published itself or named by one that is: what it sees changes by publishing
    /// alone.
    pub(crate) async fn save_revision(
        &mut self,
        before: &record::Model,
        mut facts: Stored,
        reason: Option<String>,
        action: Action,
    ) -> Result<i32, StoreError> {
        let number = read_number(before)?;
        let next = before.revision + 1;
        if let Stored::Person(person) = &mut facts {
            let present = names::of_people(self.tx, vec![number]).await?;
            let present = present.get(&number).map_or(&[][..], Vec::as_slice);
            let rows = names::rows(number, &mut person.names, present, self.chance);
            person_name::Entity::delete_many()
                .filter(person_name::Column::Person.eq(before.number))
                .exec(self.tx)
                .await?;
            bulk::insert::<person_name::Entity, _>(self.tx, rows).await?;
        }
        let row = self.revision_row(number, next, &facts, reason.clone());
        bulk::insert::<revision::Entity, _>(self.tx, vec![row]).await?;
        external_id::Entity::delete_many()
            .filter(external_id::Column::Number.eq(before.number))
            .exec(self.tx)
            .await?;
        let ids = external_rows(&before.network, number, &facts);
        bulk::insert::<external_id::Entity, _>(self.tx, ids).await?;
        let mut card = record::ActiveModel { number: Set(before.number), ..Default::default() };
        card.revision = Set(next);
        let shown = before.version == 0 && before.public == 0;
        if shown {
            card.shown = Set(next);
        }
        card.update(self.tx).await?;
        let entry = Entry { action, number: Some(number), revision: Some(next), reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await?;
        if shown {
            self.show(number, facts).await?;
        }
        Ok(next)
    }

    /// Writes anew what can be asked of the shown revision of a record: card, links, words.
    pub(crate) async fn show(&mut self, number: Number, facts: Stored) -> Result<(), StoreError> {
        let around = self.around(std::iter::once(&facts)).await?;
        let mut affected = self.targets(number).await?;
        affected.extend(facts.references().into_iter().map(|(_, _, target)| *target));
        affected.push(number);
        let before = record::Entity::find_by_id(number.as_i64()).one(self.tx).await?;
        let before = before.ok_or(StoreError::NotFound)?;
        let mut card = record::ActiveModel { number: Set(before.number), ..Default::default() };
        card::fill(&mut card, &facts, &around.context(self.now, before.recorded_at.date_naive()));
        card.update(self.tx).await?;
        self.remove_links(&[number]).await?;
        self.write_links(&[(number, read_state(&before)?, facts.clone())], &around, true).await?;
        match &facts {
            Stored::Election(election) => self.refresh_phases(number, &election.date).await?,
            Stored::Organization(_) => self.refresh_words_of_incidents(number).await?,
            _ => {}
        }
        self.refresh_public(affected).await
    }

    /// Writes the links and words of records.
    async fn write_links(
        &mut self,
        cards: &[(Number, State, Stored)],
        around: &Around,
        replace: bool,
    ) -> Result<(), StoreError> {
        let context = around.context(self.now, self.now.date_naive());
        let (mut links, mut terms, mut keys, mut words) = (vec![], vec![], vec![], vec![]);
        for (number, _, facts) in cards {
            links.extend(card::references(*number, facts));
            terms.extend(card::terms(*number, facts, context.today));
            keys.extend(
                card::name_keys(facts).into_iter().map(|key| name_key::ActiveModel {
                    number: Set(number.as_i64()),
                    key: Set(key),
                }),
            );
            words.push((*number, card::search_words(facts, &context)));
        }
        bulk::insert::<reference::Entity, _>(self.tx, links).await?;
        bulk::insert::<incident_term::Entity, _>(self.tx, terms).await?;
        bulk::insert::<name_key::Entity, _>(self.tx, keys).await?;
        if self.importing && !replace {
            self.known.words.append(&mut words);
            return self.index_waiting_words(WORDS_WAITING).await;
        }
        search::index(self.tx, words, replace).await
    }

    /// Puts waiting words into the index once there are so many.
    ///
    /// The index of SQLite flushes whatever it holds in memory whenever a number is smaller than the
    /// one before, and numbers are random: so many are sorted first.
    pub(crate) async fn index_waiting_words(&mut self, at_least: usize) -> Result<(), StoreError> {
        if self.known.words.len() < at_least {
            return Ok(());
        }
        let mut words = std::mem::take(&mut self.known.words);
        words.sort_unstable_by_key(|(number, _)| *number);
        search::index(self.tx, words, false).await
    }

    async fn remove_links(&self, numbers: &[Number]) -> Result<(), StoreError> {
        let ids: Vec<i64> = numbers.iter().map(|number| number.as_i64()).collect();
        reference::Entity::delete_many()
            .filter(reference::Column::FromNumber.is_in(ids.clone()))
            .exec(self.tx)
            .await?;
        incident_term::Entity::delete_many()
            .filter(incident_term::Column::Incident.is_in(ids.clone()))
            .exec(self.tx)
            .await?;
        name_key::Entity::delete_many()
            .filter(name_key::Column::Number.is_in(ids))
            .exec(self.tx)
            .await?;
        Ok(())
    }

    fn add_rows(
        &self,
        rows: &mut Rows,
        number: Number,
        new: &NewRecord,
        facts: &Stored,
        around: &Around,
    ) {
        let published = new.state == State::Published;
        let mut card = record::ActiveModel {
            number: Set(number.as_i64()),
            kind: Set(facts.kind().to_string()),
            state: Set(new.state.to_string()),
            public: Set(i32::from(published && facts.kind() != Kind::Person)),
            network: Set(self.actor.network.clone()),
            revision: Set(1),
            version: Set(i32::from(published)),
            shown: Set(1),
            recorded_at: Set(self.now),
            recorded_by: Set(self.actor.token),
            first_published_at: Set(published.then_some(self.now)),
            changed_at: Set(published.then_some(self.now)),
            ..empty_card()
        };
        card::fill(&mut card, facts, &around.context(self.now, self.now.date_naive()));
        rows.cards.push(card);
        rows.revisions.push(self.revision_row(number, 1, facts, new.reason.clone()));
        if published {
            rows.versions.push(version::ActiveModel {
                number: Set(number.as_i64()),
                version: Set(1),
                revision: Set(1),
                published_at: Set(self.now),
                published_by: Set(self.actor.token),
                reason: Set(new.reason.clone()),
            });
        }
        rows.external.extend(external_rows(&self.actor.network, number, facts));
        let action = if self.importing { Action::Import } else { new.action };
        rows.audit.push(Entry {
            action,
            number: Some(number),
            revision: Some(1),
            reason: new.reason.clone(),
        });
    }

    async fn write_rows(&self, rows: Rows) -> Result<(), StoreError> {
        bulk::insert::<record::Entity, _>(self.tx, rows.cards).await?;
        bulk::insert::<revision::Entity, _>(self.tx, rows.revisions).await?;
        bulk::insert::<version::Entity, _>(self.tx, rows.versions).await?;
        bulk::insert::<external_id::Entity, _>(self.tx, rows.external).await?;
        bulk::insert::<person_name::Entity, _>(self.tx, rows.names).await?;
        audit::record(self.tx, self.actor, self.now, rows.audit).await
    }

    fn revision_row(
        &self,
        number: Number,
        revision: i32,
        facts: &Stored,
        reason: Option<String>,
    ) -> revision::ActiveModel {
        revision::ActiveModel {
            number: Set(number.as_i64()),
            revision: Set(revision),
            snapshot: Set(facts.to_snapshot()),
            made_at: Set(self.now),
            made_by: Set(self.actor.token),
            reason: Set(reason),
        }
    }

    pub(crate) async fn names_for<'f>(
        &self,
        facts: impl Iterator<Item = &'f Stored>,
    ) -> Result<NamesByPerson, StoreError> {
        let mut people: Vec<Number> =
            facts.flat_map(Stored::people).map(|link| link.person).collect();
        people.sort_unstable();
        people.dedup();
        names::of_people(self.tx, people).await
    }

    /// What index cards need to know of the records that are referred to.
    pub(crate) async fn around<'f>(
        &self,
        facts: impl Iterator<Item = &'f Stored> + Clone,
    ) -> Result<Around, StoreError> {
        let references = || facts.clone().flat_map(Stored::references);
        let of = |wanted: Relation| {
            let these = references().filter(move |(relation, ..)| *relation == wanted);
            these.map(|(_, _, number)| *number).collect::<Vec<_>>()
        };
        let of_organizations = of(Relation::Organization).into_iter();
        // Whose words are no names of people has to be known where there are people.
        let with_people = facts.clone().filter(|facts| !facts.people().is_empty());
        let of_named = with_people
            .flat_map(Stored::references)
            .filter(|(relation, ..)| spelled::lends_words(*relation))
            .map(|(_, _, number)| *number);
        Ok(Around {
            elections: self.dates_of(of(Relation::Election)).await?,
            organization_keys: self.keys_of(of_organizations.chain(of_named).collect()).await?,
        })
    }

    /// The same where there are names to look for; nothing else needs it before a record is shown.
    pub(crate) async fn around_people(
        &self,
        facts: &Stored,
        names: &Names,
    ) -> Result<Around, StoreError> {
        if names.is_empty() {
            return Ok(Around::default());
        }
        self.around(std::iter::once(facts)).await
    }

    async fn dates_of(
        &self,
        mut elections: Vec<Number>,
    ) -> Result<HashMap<Number, PartialDate>, StoreError> {
        elections.sort_unstable();
        elections.dedup();
        let mut dates = HashMap::new();
        for some in elections.chunks(KEYS_MAX) {
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let rows: Vec<(i64, Option<String>)> = record::Entity::find()
                .select_only()
                .columns([record::Column::Number, record::Column::Date])
                .filter(record::Column::Number.is_in(ids))
                .into_tuple()
                .all(self.tx)
                .await?;
            for (number, date) in rows {
                if let (Ok(number), Some(Ok(date))) =
                    (Number::from_i64(number), date.map(|date| date.parse()))
                {
                    dates.insert(number, date);
                }
            }
        }
        Ok(dates)
    }

    async fn keys_of(
        &self,
        mut organizations: Vec<Number>,
    ) -> Result<HashMap<Number, Vec<String>>, StoreError> {
        organizations.sort_unstable();
        organizations.dedup();
        let mut keys: HashMap<Number, Vec<String>> = HashMap::new();
        for some in organizations.chunks(KEYS_MAX) {
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let rows = name_key::Entity::find()
                .filter(name_key::Column::Number.is_in(ids))
                .all(self.tx)
                .await?;
            for row in rows {
                if let Ok(number) = Number::from_i64(row.number) {
                    keys.entry(number).or_default().push(row.key);
                }
            }
        }
        Ok(keys)
    }
}

/// What index cards need to know of the records that are referred to.
#[derive(Default)]
pub(crate) struct Around {
    elections: HashMap<Number, PartialDate>,
    organization_keys: HashMap<Number, Vec<String>>,
}

impl Around {
    /// The folded names of what is referred to, if it was looked up.
    pub(crate) fn keys(&self, number: Number) -> Option<&Vec<String>> {
        self.organization_keys.get(&number)
    }

    pub(crate) fn context(&self, now: DateTime<Utc>, recorded_on: NaiveDate) -> card::Context<'_> {
        card::Context {
            elections: &self.elections,
            organization_keys: &self.organization_keys,
            today: now.date_naive(),
            recorded_on,
        }
    }
}

#[derive(Default)]
struct Rows {
    cards: Vec<record::ActiveModel>,
    revisions: Vec<revision::ActiveModel>,
    versions: Vec<version::ActiveModel>,
    external: Vec<external_id::ActiveModel>,
    names: Vec<person_name::ActiveModel>,
    audit: Vec<Entry>,
}

/// A card on which nothing is written yet; inserts of many rows need every column to be set.
fn empty_card() -> record::ActiveModel {
    record::ActiveModel {
        slug: Set(None),
        label: Set(None),
        acronym: Set(None),
        date: Set(None),
        country: Set(None),
        sort_on: Set(None),
        certain_from: Set(None),
        certain_to: Set(None),
        possible_from: Set(None),
        possible_to: Set(None),
        grade: Set(None),
        severity: Set(None),
        election: Set(None),
        phase: Set(None),
        latitude: Set(None),
        longitude: Set(None),
        x: Set(None),
        y: Set(None),
        z: Set(None),
        ..Default::default()
    }
}

/// Whether being named by a published record makes the target public.
pub(crate) fn can_be_named(relation: Relation) -> bool {
    matches!(relation.target(), Kind::Organization | Kind::Election | Kind::Case)
}

fn external_rows(network: &str, number: Number, facts: &Stored) -> Vec<external_id::ActiveModel> {
    let ids = facts.external_ids().iter();
    ids.map(|id| external_id::ActiveModel {
        network: Set(network.to_owned()),
        system: Set(id.system.clone()),
        id: Set(id.id.clone()),
        number: Set(number.as_i64()),
    })
    .collect()
}

fn with_numbers(draft: Draft, numbers: Vec<Option<Number>>) -> Result<Stored, StoreError> {
    let numbers: Option<Vec<Number>> = numbers.into_iter().collect();
    let mut numbers = numbers.ok_or(StoreError::NotFound)?.into_iter();
    let mut missing = false;
    // The first record ever stands in for a number that is missing, which cannot be.
    let stand_in = Number::from_random(0, amparo_domain::number::Width::Eight);
    let facts = draft.map_references(|_| {
        numbers.next().unwrap_or_else(|| {
            missing = true;
            stand_in
        })
    });
    if missing { Err(StoreError::NotFound) } else { Ok(facts) }
}

pub(crate) fn read_number(row: &record::Model) -> Result<Number, StoreError> {
    Number::from_i64(row.number).map_err(|error| StoreError::Corrupt {
        table: "record",
        number: row.number,
        what: error.to_string(),
    })
}

pub(crate) fn read_state(row: &record::Model) -> Result<State, StoreError> {
    row.state.parse().map_err(|_| StoreError::Corrupt {
        table: "record",
        number: row.number,
        what: format!("the state is {}", row.state),
    })
}
