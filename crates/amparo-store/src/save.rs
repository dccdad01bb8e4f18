//! Saves: a whole snapshot as a new revision, what of it can be asked for, and an audit row.

use std::collections::{HashMap, HashSet};

use amparo_domain::facts::{Draft, Stored};
use amparo_domain::incident::Decision;
use amparo_domain::kind::Kind;
use amparo_domain::names::Names;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::reference::Relation;
use amparo_domain::review::approvals_needed;
use amparo_domain::tier::{Sealed, Tier};
use amparo_domain::validation::Invalid;
use amparo_domain::vocabulary::State;
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _,
    QueryFilter as _, QuerySelect as _, Statement,
};
use tokio::sync::oneshot;

use crate::audit::{self, Action, Entry};
use crate::build::{Builder, Ready, external_rows};
use crate::bulk::{self, KEYS_MAX, padded};
use crate::card;
use crate::drafting;
use crate::entity::{
    confidential, custody_span, external_id, incident_term, known_custody, name_key, person_name,
    record, reference, revision,
};
use crate::error::StoreError;
use crate::names;
use crate::numbers;
use crate::resolve::Resolved;
use crate::review;
use crate::rows::Rows;
use crate::spelled::{self, keep_names_out, written_names};
use crate::writing::{Handover, Made, NamesByPerson, PossibleDuplicate, Writing};

/// How many incidents of an import wait until they are written together.
const WAITING: usize = 5_000;

/// A record that is to be made.
#[derive(Clone)]
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
        self.look_up(&drafts).await?;
        self.insert_looked_up(new).await
    }

    /// The same for records whose references were looked up already.
    pub(crate) async fn insert_looked_up(
        &mut self,
        new: Vec<NewRecord>,
    ) -> Result<Vec<Result<Saved, Invalid>>, StoreError> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let drafts: Vec<&Draft> = new.iter().map(|new| &new.draft).collect();
        let resolved = self.resolve(&drafts).await?;
        let fresh = new.iter().filter(|new| new.number.is_none()).count();
        let (mut fresh, id) = if fresh == 1 && new.len() == 1 {
            let one = numbers::draw_one(self.tx, self.known, self.chance, self.taken).await?;
            (vec![one.0].into_iter(), Some(one.1))
        } else {
            let drawn = numbers::draw(self.tx, self.known, self.chance, self.taken, fresh).await?;
            (drawn.into_iter(), None)
        };
        let mut outcome = Vec::with_capacity(new.len());
        let mut ready = Vec::with_capacity(new.len());
        for (new, resolved) in new.into_iter().zip(resolved) {
            let number = new.number.or_else(|| fresh.next()).ok_or(StoreError::Unavailable)?;
            if !resolved.issues.is_empty() {
                outcome.push(Err(Invalid(resolved.issues)));
                continue;
            }
            if let Err(refused) = drafting::owes_a_day_that_was(&new.draft, self.now) {
                outcome.push(Err(refused));
                continue;
            }
            self.known.announce(number, &new.draft);
            let mut possible_duplicates = self.alike(&new.draft, number, String::new());
            possible_duplicates.extend(resolved.possible_duplicates);
            let saved = Saved { number, possible_duplicates, made: resolved.made };
            let NewRecord { draft, state, reason, action, .. } = new;
            ready.push(Ready {
                place: outcome.len(),
                number,
                revision_id: 0,
                state,
                reason,
                action,
                written_names: written_names(&draft),
                facts: drafting::settled(with_numbers(draft, resolved.numbers)?, None, self.known),
            });
            outcome.push(Ok(saved));
        }
        for ready in &mut ready {
            Box::pin(self.take_in_the_named(&mut ready.facts, &ready.written_names)).await?;
        }
        let facts = || ready.iter().map(|ready: &Ready| &ready.facts);
        let builder = Builder {
            actor: self.actor.clone(),
            now: self.now,
            chance: self.chance.clone(),
            importing: self.importing,
            people: self.names_for(facts()).await?,
            taken_down: self.taken_down(facts()).await?,
            around: self.around(facts()).await?,
        };
        let waits = self.handover.is_some()
            && !self.suggesting
            && facts().all(|facts| facts.kind() == Kind::Incident);
        if self.suggesting {
            for Ready { place, number, facts, .. } in &ready {
                if let (Stored::Incident(incident), Ok(saved)) = (facts, &mut outcome[*place]) {
                    saved.possible_duplicates.extend(self.similar(*number, incident).await?);
                }
            }
        }
        let ids = match id {
            Some(id) => vec![id].into_iter(),
            None => self.revision_ids(ready.len()).await?,
        };
        ready.iter_mut().zip(ids).for_each(|(ready, id)| ready.revision_id = id);
        // Beside the database, where many rows are written.
        let mut built = if waits {
            let built = tokio::task::spawn_blocking(move || builder.build(ready)).await;
            built.map_err(|_| StoreError::Unavailable)?
        } else {
            builder.build(ready)
        };
        for (place, refused) in built.refused {
            outcome[place] = Err(refused);
        }
        self.changes.created(std::mem::take(&mut built.rows.published));
        // Nothing that an import looks up is an incident, so these can wait.
        if waits {
            self.known.waiting.append(built.rows);
            self.hand_over(WAITING).await?;
        } else {
            built.rows.write(self.tx, self.actor, self.now, self.pending).await?;
        }
        self.make_named_public(built.named).await?;
        Ok(outcome)
    }

    /// Hands what waits over to be written, if there is so much of it.
    pub(crate) async fn hand_over(&mut self, at_least: usize) -> Result<(), StoreError> {
        let Some(handover) = self.handover else {
            return Ok(());
        };
        if self.known.waiting.records() < at_least {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.known.waiting);
        handover.send(Handover::Rows(Box::new(rows))).await.map_err(|_| StoreError::Unavailable)
    }

    /// Waits until everything that was handed over is written.
    pub(crate) async fn settle(&mut self) -> Result<(), StoreError> {
        self.hand_over(1).await?;
        let Some(handover) = self.handover else {
            return Ok(());
        };
        let (written, all_written) = oneshot::channel();
        let asked = handover.send(Handover::Settle(written)).await;
        asked.map_err(|_| StoreError::Unavailable)?;
        all_written.await.map_err(|_| StoreError::Unavailable)
    }

    /// Resolves and checks what is to replace the facts of a record. What the writer cannot see stays; a
    /// writer without a known access sees as much as they say themselves.
    pub(crate) async fn check(
        &mut self,
        before: &Stored,
        draft: Draft,
        access: Option<Tier>,
    ) -> Result<Checked, StoreError> {
        self.known.link(before);
        self.look_up(&[&draft]).await?;
        let resolved = self.resolve(&[&draft]).await?.pop().unwrap_or_default();
        if !resolved.issues.is_empty() {
            return Err(Invalid(resolved.issues).into());
        }
        let written = written_names(&draft);
        drafting::owes_a_day_that_was(&draft, self.now)?;
        let facts = with_numbers(draft, resolved.numbers)?;
        let mut facts = drafting::settled(facts, Some(before), self.known);
        Box::pin(self.take_in_the_named(&mut facts, &written)).await?;
        let says_confidential = || !facts.clone().seal().is_empty();
        let access = access.unwrap_or_else(|| {
            if says_confidential() { Tier::Confidential } else { Tier::Network }
        });
        if let Err(issues) = facts.keep_hidden(before, access) {
            return Err(Invalid(issues).into());
        }
        let decision = Decision { by: self.actor.id, on: self.now.date_naive() };
        facts.note_decisions(Some(before), decision);
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
            names::insert(self.tx, rows).await?;
        }
        let id = self.revision_ids(1).await?.next().unwrap_or_default();
        let mut snapshot = facts.clone();
        let sealed = snapshot.seal();
        bulk::insert::<confidential::Entity, _>(self.tx, confidential_rows(id, number, sealed))
            .await?;
        let row = revision::ActiveModel {
            id: Set(id),
            number: Set(before.number),
            revision: Set(next),
            snapshot: Set(snapshot.to_snapshot()),
            made_at: Set(self.now),
            made_by: Set(self.actor.id),
            reason: Set(reason.clone()),
        };
        bulk::insert::<revision::Entity, _>(self.tx, vec![row]).await?;
        external_id::Entity::delete_many()
            .filter(external_id::Column::Number.eq(before.number))
            .exec(self.tx)
            .await?;
        let ids = external_rows(&before.network, number, &facts);
        bulk::insert::<external_id::Entity, _>(self.tx, ids).await?;
        let mut card = record::ActiveModel { number: Set(before.number), ..Default::default() };
        card.revision = Set(next);
        let published = self.published_facts(before).await?;
        card.urgency = Set(review::urgency(&facts));
        card.needed = Set(i16::from(approvals_needed(published.as_ref(), &facts).count));
        if let Some(task) = review::task_after_change(before) {
            card.task = Set(Some(task.to_owned()));
            card.waiting_since = Set(Some(self.now));
        }
        let shown = before.version == 0 && before.public == 0;
        if shown {
            card.shown = Set(next);
            card.shown_id = Set(id);
        }
        card.update(self.tx).await?;
        let entry = Entry { action, number: Some(number), revision: Some(next), reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await?;
        if shown {
            Box::pin(self.show(number, facts)).await?;
        }
        Ok(next)
    }

    /// Writes anew what can be asked of the shown revision of a record: card, links, words. Nothing of it
    /// comes from facts that the public may not see, and no name that was taken down is found by.
    pub(crate) async fn show(&mut self, number: Number, facts: Stored) -> Result<(), StoreError> {
        let mut facts = facts.narrowed(Tier::Public).into_owned();
        self.hide_taken_down(number, &mut facts).await?;
        let around = self.around(std::iter::once(&facts)).await?;
        let mut affected = self.targets(number).await?;
        affected.extend(facts.references().into_iter().map(|(_, _, target)| *target));
        affected.push(number);
        let before = record::Entity::find_by_id(number.as_i64()).one(self.tx).await?;
        let before = before.ok_or(StoreError::NotFound)?;
        let mut card = record::ActiveModel { number: Set(before.number), ..Default::default() };
        card::fill(&mut card, &facts, &around.context(before.recorded_at.date_naive()));
        card.update(self.tx).await?;
        if before.version > 0 {
            self.pending.touch([before.number]);
        }
        self.remove_links(&[number]).await?;
        let mut rows = Rows::default();
        rows.add_links(number, &facts, &around.context(self.now.date_naive()));
        rows.write_links(self.tx, true).await?;
        match &facts {
            Stored::Election(election) => self.refresh_phases(number, &election.date).await?,
            Stored::Organization(_) => self.refresh_words_of_incidents(number).await?,
            _ => {}
        }
        if before.version > 0 {
            Box::pin(self.refresh_past_names(number)).await?;
        }
        self.refresh_public(affected).await?;
        // What days gone by are found by follows where everybody may see it.
        match &facts {
            Stored::Election(election) => {
                Box::pin(self.refresh_past_phases(number, &election.date)).await
            }
            Stored::Organization(_) => Box::pin(self.refresh_past_words(number)).await,
            _ => Ok(()),
        }
    }

    pub(crate) async fn remove_links(&self, numbers: &[Number]) -> Result<(), StoreError> {
        let ids: Vec<i64> = numbers.iter().map(|number| number.as_i64()).collect();
        reference::Entity::delete_many()
            .filter(reference::Column::FromNumber.is_in(ids.clone()))
            .exec(self.tx)
            .await?;
        incident_term::Entity::delete_many()
            .filter(incident_term::Column::Incident.is_in(ids.clone()))
            .exec(self.tx)
            .await?;
        custody_span::Entity::delete_many()
            .filter(custody_span::Column::Incident.is_in(ids.clone()))
            .exec(self.tx)
            .await?;
        known_custody::Entity::delete_many()
            .filter(known_custody::Column::Incident.is_in(ids.clone()))
            .exec(self.tx)
            .await?;
        name_key::Entity::delete_many()
            .filter(name_key::Column::Number.is_in(ids))
            .exec(self.tx)
            .await?;
        Ok(())
    }

    /// Ids for new revisions, each greater than those before.
    async fn revision_ids(&mut self, count: usize) -> Result<std::vec::IntoIter<i64>, StoreError> {
        let ids: Vec<i64> = if self.tx.get_database_backend() == DbBackend::Sqlite {
            let first = if let Some(next) = self.known.next_revision {
                next
            } else {
                let greatest: Option<Option<i64>> = revision::Entity::find()
                    .select_only()
                    .column_as(revision::Column::Id.max(), "greatest")
                    .into_tuple()
                    .one(self.tx)
                    .await?;
                greatest.flatten().unwrap_or(0) + 1
            };
            let ids: Vec<i64> = (first..).take(count).collect();
            self.known.next_revision = Some(ids.last().map_or(first, |last| last + 1));
            ids
        } else {
            let count = i32::try_from(count).unwrap_or(i32::MAX);
            let draw = "SELECT nextval('revision_id') FROM generate_series(1, $1)";
            let draw = Statement::from_sql_and_values(DbBackend::Postgres, draw, [count.into()]);
            let rows = self.tx.query_all_raw(draw).await?;
            rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?
        };
        Ok(ids.into_iter())
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

    /// Leaves what is known of these records alone.
    pub(crate) fn retain(&mut self, numbers: &HashSet<Number>) {
        self.elections.retain(|number, _| numbers.contains(number));
        self.organization_keys.retain(|number, _| numbers.contains(number));
    }

    /// What it is known of.
    pub(crate) fn numbers(&self) -> Vec<Number> {
        self.elections.keys().chain(self.organization_keys.keys()).copied().collect()
    }

    pub(crate) fn context(&self, recorded_on: NaiveDate) -> card::Context<'_> {
        card::Context {
            elections: &self.elections,
            organization_keys: &self.organization_keys,
            recorded_on,
        }
    }
}

/// The rows of confidential facts of one revision.
pub(crate) fn confidential_rows(
    revision_id: i64,
    number: Number,
    sealed: Vec<Sealed>,
) -> Vec<confidential::ActiveModel> {
    let rows = sealed.into_iter().map(|Sealed { field, value }| confidential::ActiveModel {
        revision_id: Set(revision_id),
        field: Set(field),
        number: Set(number.as_i64()),
        value: Set(value.to_string()),
    });
    rows.collect()
}

/// Whether being named by a published record makes the target public.
pub(crate) fn can_be_named(relation: Relation) -> bool {
    matches!(relation.target(), Kind::Organization | Kind::Election | Kind::Case)
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
    Number::from_i64(row.number).map_err(|_| StoreError::Corrupt {
        table: "record",
        number: row.number,
        what: "the number is none",
    })
}

pub(crate) fn read_state(row: &record::Model) -> Result<State, StoreError> {
    row.state.parse().map_err(|_| StoreError::Corrupt {
        table: "record",
        number: row.number,
        what: "the state is unknown",
    })
}
