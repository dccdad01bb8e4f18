//! Many records in one transaction: either all of them are there afterwards, or none.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use amparo_domain::access::{Actor, Editor};
use amparo_domain::facts::{Draft, Stored};
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::reference::CANDIDATES;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, DbBackend, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _,
};
use tokio::sync::mpsc;

use crate::Store;
use crate::audit::Action;
use crate::changes::Changes;
use crate::entity::{record, revision};
use crate::error::StoreError;
use crate::numbers;
use crate::register;
use crate::resolve::Known;
use crate::rollups::Pending;
use crate::save::{NewRecord, read_state};
use crate::search;
use crate::statements::keep_pins;
use crate::writing::{Handover, Made, PossibleDuplicate, Writing};

/// A record to import.
#[derive(Debug, Clone)]
pub struct ImportEntry {
    /// Which of the importer's entries it is.
    pub place: usize,
    /// The record that it is, where the importer knows; else that which has one of its ids.
    pub number: Option<Number>,
    /// What it says.
    pub draft: Draft,
    /// The state it is to have.
    pub state: State,
}

/// What the importer's reader sends.
#[derive(Debug, Clone)]
pub enum ImportChunk {
    /// Entries that may refer to each other in any order.
    Entries {
        /// The entries.
        entries: Vec<ImportEntry>,
        /// Whether incidents that may be the same are looked for.
        suggest: bool,
    },
    /// Something could not even be read, so nothing is to be kept.
    Refused,
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// It was not there before.
    Created {
        /// Its number.
        number: Number,
        /// Others that may be the same.
        possible_duplicates: Vec<PossibleDuplicate>,
        /// Records that were made because it described them and nothing fitted.
        made: Vec<Made>,
    },
    /// It was there and said something else.
    Updated {
        /// Its number.
        number: Number,
        /// What should be looked at in other records.
        warnings: Vec<Issue>,
    },
    /// It was there, said the same, and was made public.
    Published(Number),
    /// It was there and said the same.
    Unchanged(Number),
    /// It cannot be taken.
    Refused(Vec<Issue>),
}

/// How an import is done.
#[derive(Debug, Clone, Copy)]
pub struct ImportWay {
    /// Whether it is only tried.
    pub dry_run: bool,
    /// How many things of one kind are remembered before they are asked for again, so that memory does not grow
    /// with the import.
    pub remembered: usize,
}

/// What the importer hears while the import runs.
pub type Progress = Box<dyn FnMut(usize, &Imported) + Send>;

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportEnd {
    /// Everything is there.
    Committed,
    /// Nothing is: an entry was refused, or it was only tried.
    RolledBack,
}

/// How many of those who endorse a statement by now are named in the reason for its next version.
const NAMED_MAX: usize = 12;
/// How long a reason is at most that the register writes itself.
const REASON_MAX: usize = 800;

/// A marker by which the transaction is rolled back on purpose.
const TRIED: &str = "the import was tried or refused";

impl Store {
    /// Imports entries as they come, in chunks of one transaction. Entries of a chunk may refer to
    /// each other in any order. If any is refused, or it is only tried, nothing is kept.
    pub async fn import(
        &self,
        editor: Editor<'_>,
        mut chunks: mpsc::Receiver<ImportChunk>,
        way: ImportWay,
        mut progress: Progress,
    ) -> Result<ImportEnd, StoreError> {
        let actor = editor.actor().clone();
        let (clock, now) = (self.clock.clone(), self.clock.now());
        let (chance, taken) = (self.chance.clone(), Arc::clone(&self.taken));
        let before = taken.load(Ordering::Relaxed);
        let outcome = self
            .connections
            .write_alone(move |tx| {
                Box::pin(async move {
                    if tx.get_database_backend() == DbBackend::Postgres {
                        // A plan made for any keys compares each row of a table with a thousand of them.
                        let plan = "SET LOCAL plan_cache_mode = force_custom_plan";
                        tx.execute_unprepared(plan).await?;
                    }
                    let (mut known, changes) = (Known::default(), Changes::default());
                    let pending = Pending::default();
                    let (handover, handed_over) = mpsc::channel(1);
                    let writer = write_rows(tx, &actor, now, &pending, handed_over);
                    let builder = async {
                        let handover = handover;
                        let mut writing = Writing {
                            tx,
                            actor: &actor,
                            audience: actor.audience(),
                            now,
                            chance: &chance,
                            taken: &taken,
                            known: &mut known,
                            pending: &pending,
                            changes: &changes,
                            importing: true,
                            suggesting: false,
                            unseen: true,
                            handover: Some(&handover),
                        };
                        let mut refused = false;
                        while let Some(chunk) = chunks.recv().await {
                            let ImportChunk::Entries { entries, suggest } = chunk else {
                                refused = true;
                                continue;
                            };
                            writing.suggesting = suggest;
                            if writing.known.is_more_than(way.remembered) {
                                writing.settle().await?;
                                writing.known.forget();
                            }
                            refused |=
                                Box::pin(writing.import_chunk(entries, &mut progress)).await?;
                        }
                        writing.settle().await?;
                        Ok::<_, StoreError>((refused, writing.unseen))
                    };
                    // While the database writes one part, the next is built.
                    let ((refused, unseen), ()) = tokio::try_join!(builder, writer)?;
                    if refused || way.dry_run {
                        let issue = Issue::at("", TRIED);
                        return Err(StoreError::Invalid(Invalid(vec![issue])));
                    }
                    pending.settle(tx).await?;
                    changes.write(tx, clock.now()).await?;
                    if !unseen {
                        register::changed(tx).await?;
                    }
                    Ok(())
                })
            })
            .await;
        self.register.forget();
        self.census.forget();
        match outcome {
            Ok(()) => {
                self.optimize().await?;
                let there = self.taken.load(Ordering::Relaxed);
                if there.saturating_sub(before) > there / 10 {
                    self.put_words_together().await?;
                }
                Ok(ImportEnd::Committed)
            }
            Err(StoreError::Invalid(Invalid(issues)))
                if issues.first().is_some_and(|issue| issue.message == TRIED) =>
            {
                Ok(ImportEnd::RolledBack)
            }
            Err(error) => Err(error),
        }
    }

    /// Lets the database look at what it holds, so that it plans well.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        let statement = match self.connections.backend() {
            // The whole: from a sample SQLite takes every condition for one that few records fulfil.
            DbBackend::Sqlite => "PRAGMA analysis_limit = 0; ANALYZE;",
            _ => "ANALYZE",
        };
        if self.connections.backend() == DbBackend::Sqlite {
            self.connections
                .write(move |tx| {
                    Box::pin(async move {
                        tx.execute_unprepared(statement).await?;
                        Ok(())
                    })
                })
                .await
        } else {
            self.connections.reader().execute_unprepared(statement).await?;
            Ok(())
        }
    }
}

/// Writes what an import hands over.
async fn write_rows(
    tx: &DatabaseTransaction,
    actor: &Actor,
    now: DateTime<Utc>,
    pending: &Pending,
    mut handed_over: mpsc::Receiver<Handover>,
) -> Result<(), StoreError> {
    let mut many = false;
    while let Some(handover) = handed_over.recv().await {
        match handover {
            Handover::Rows(rows) => {
                if !many {
                    search::before_many(tx).await?;
                    many = true;
                }
                rows.write(tx, actor, now, pending).await?;
            }
            Handover::Settle(written) => {
                let _ = written.send(());
            }
        }
    }
    if many { search::after_many(tx).await } else { Ok(()) }
}

impl Writing<'_> {
    async fn import_chunk(
        &mut self,
        chunk: Vec<ImportEntry>,
        progress: &mut Progress,
    ) -> Result<bool, StoreError> {
        let drafts: Vec<&Draft> = chunk.iter().map(|entry| &entry.draft).collect();
        self.look_up(&drafts).await?;
        let known = chunk.iter().zip(&drafts);
        let present: Vec<Option<Number>> = known
            .map(|(entry, draft)| entry.number.or_else(|| self.known.present(draft)))
            .collect();
        let missing = present.iter().filter(|number| number.is_none()).count();
        let mut fresh =
            numbers::draw(self.tx, self.known, self.chance, self.taken, missing).await?.into_iter();
        let mut refused = false;
        let mut new: Vec<(usize, NewRecord)> = Vec::new();
        let mut old = Vec::new();
        let mut promised: HashMap<Number, usize> = HashMap::new();
        for (mut entry, present) in chunk.into_iter().zip(present) {
            // Nobody publishes a person: the public meets people inside incidents.
            if entry.draft.kind() == Kind::Person && entry.state == State::Published {
                entry.state = State::Submitted;
            }
            // Two entries of one file with one id: the second would overwrite the first.
            let present = present.or_else(|| self.known.present(&entry.draft));
            match present {
                Some(number) if promised.contains_key(&number) => {
                    let issue =
                        Issue::at("/external_ids", "another entry of this import has this id");
                    progress(entry.place, &Imported::Refused(vec![issue]));
                    refused = true;
                }
                Some(number) => old.push((number, entry)),
                None => {
                    let number = fresh.next().ok_or(StoreError::Unavailable)?;
                    promised.insert(number, entry.place);
                    self.known.announce(number, &entry.draft);
                    let (state, action) = (entry.state, Action::Import);
                    let (draft, number) = (entry.draft, Some(number));
                    new.push((
                        entry.place,
                        NewRecord { draft, state, number, reason: None, action },
                    ));
                }
            }
        }
        // Those that others refer to come first.
        for kind in Kind::ALL {
            let (these, rest) = new.into_iter().partition(|(_, new)| new.draft.kind() == kind);
            new = rest;
            refused |= self.import_new(these, progress).await?;
        }
        if !old.is_empty() {
            // A change can touch what was only just made.
            self.settle().await?;
        }
        for (number, entry) in old {
            let outcome = self.import_old(number, entry.draft, entry.state).await?;
            refused |= matches!(outcome, Imported::Refused(_));
            self.unseen &= matches!(outcome, Imported::Refused(_) | Imported::Unchanged(_));
            progress(entry.place, &outcome);
        }
        Ok(refused)
    }

    async fn import_new(
        &mut self,
        entries: Vec<(usize, NewRecord)>,
        progress: &mut Progress,
    ) -> Result<bool, StoreError> {
        let mut refused = false;
        let mut places = Vec::new();
        let mut new = Vec::new();
        for (place, entry) in entries {
            let published = entry.state == State::Published;
            let incident = entry.draft.kind() == Kind::Incident;
            if published && incident && entry.draft.sources().is_empty() {
                let message = "a fact without a source is not published: name one at least";
                progress(place, &Imported::Refused(vec![Issue::at("/sources", message)]));
                refused = true;
            } else if let Err(issues) =
                refusals(self.slug_is_free(&entry.draft, None, &self.actor.network).await)?
            {
                progress(place, &Imported::Refused(issues));
                refused = true;
            } else {
                places.push(place);
                new.push(entry);
            }
        }
        let outcomes = self.insert_looked_up(new).await?;
        for (place, outcome) in places.into_iter().zip(outcomes) {
            let imported = match outcome {
                Ok(saved) => Imported::Created {
                    number: saved.number,
                    possible_duplicates: saved.possible_duplicates,
                    made: saved.made,
                },
                Err(Invalid(issues)) => Imported::Refused(issues),
            };
            refused |= matches!(imported, Imported::Refused(_));
            self.unseen &= matches!(imported, Imported::Refused(_));
            progress(place, &imported);
        }
        Ok(refused)
    }

    async fn import_old(
        &mut self,
        number: Number,
        draft: Draft,
        state: State,
    ) -> Result<Imported, StoreError> {
        let kind = draft.kind();
        let row = match self.row(kind, number, None).await {
            Ok(row) => row,
            Err(StoreError::Withdrawn(_)) => {
                let issue = Issue::at("", "this record was withdrawn; it cannot be imported again");
                return Ok(Imported::Refused(vec![issue]));
            }
            Err(error) => return Err(error),
        };
        if row.network != self.actor.network {
            let message = "this record belongs to another network; it is not yours to change";
            return Ok(Imported::Refused(vec![Issue::at("", message)]));
        }
        if self.is_somebodys_by_now(&row, &draft).await? {
            return Ok(Imported::Unchanged(number));
        }
        let before = self.facts_at(&row, row.revision).await?;
        // A file that tells nothing confidential takes nothing confidential away.
        let checked = match self.check(&before, draft, None).await {
            Ok(mut checked) => {
                keep_pins(&before, &mut checked.facts);
                checked
            }
            Err(StoreError::Invalid(Invalid(issues))) => return Ok(Imported::Refused(issues)),
            Err(error) => return Err(error),
        };
        if self.says_the_same(number, &before, &checked.facts).await? {
            let public = row.version > 0 && row.revision == row.shown;
            if state != State::Published || public {
                return Ok(Imported::Unchanged(number));
            }
            let reason = "imported again with other facts".to_owned();
            let refused = self.publish_imported(kind, number, reason).await?;
            return Ok(refused.map_or(Imported::Published(number), Imported::Refused));
        }
        let free = self.slug_is_free(&checked.facts, Some(number), &row.network).await;
        if let Err(issues) = refusals(free)? {
            return Ok(Imported::Refused(issues));
        }
        let warnings = self.spelled_already(number, &checked.facts).await?;
        let reason = self.reason_for(&before, &checked.facts).await?;
        self.save_revision(&row, checked.facts, None, Action::Import).await?;
        if state == State::Published
            && let Some(issues) = self.publish_imported(kind, number, reason).await?
        {
            return Ok(Imported::Refused(issues));
        }
        Ok(Imported::Updated { number, warnings })
    }

    /// Whether this is what a program found in a text, and a person has looked at it since: it is theirs by now, and what the program
    /// finds again puts nothing back.
    async fn is_somebodys_by_now(
        &self,
        row: &record::Model,
        draft: &Draft,
    ) -> Result<bool, StoreError> {
        if !draft.external_ids().iter().any(|id| id.system == CANDIDATES) {
            return Ok(false);
        }
        let by_others = revision::Entity::find()
            .filter(revision::Column::Number.eq(row.number))
            .filter(revision::Column::MadeBy.ne(self.actor.id))
            .count(self.tx)
            .await?;
        let waits = matches!(read_state(row)?, State::Draft | State::Submitted);
        Ok(by_others > 0 || !waits)
    }

    /// Publishes a record on the operator's word; or says why it cannot be, which is told of its row
    /// like everything else that cannot be taken.
    async fn publish_imported(
        &mut self,
        kind: Kind,
        number: Number,
        reason: String,
    ) -> Result<Option<Vec<Issue>>, StoreError> {
        let row = self.row(kind, number, None).await?;
        let reason = (row.version > 0).then_some(reason);
        let published = self.publish(kind, number, None, reason, false).await;
        Ok(refusals(published.map(|_| ()))?.err())
    }

    /// Why there is another version of what is imported again: of a statement that only more organizations endorse by now, which.
    async fn reason_for(&self, before: &Stored, after: &Stored) -> Result<String, StoreError> {
        let other = "imported again with other facts".to_owned();
        let (Stored::Statement(before), Stored::Statement(after)) = (before, after) else {
            return Ok(other);
        };
        let had = |number: &Number| before.endorsers.iter().any(|of| of.organization == *number);
        let new: Vec<Number> =
            after.endorsers.iter().map(|of| of.organization).filter(|of| !had(of)).collect();
        let gone = before
            .endorsers
            .iter()
            .any(|old| after.endorsers.iter().all(|now| now.organization != old.organization));
        if new.is_empty() || gone {
            return Ok(other);
        }
        let mut names = Vec::new();
        for number in new.iter().take(NAMED_MAX) {
            let row = record::Entity::find_by_id(number.as_i64()).one(self.tx).await?;
            let Some(row) = row else { continue };
            if let Stored::Organization(facts) = self.facts_at(&row, row.revision).await? {
                names.push(facts.acronym.unwrap_or(facts.name));
            }
        }
        let rest = new.len() - names.len();
        if rest > 0 {
            names.push(format!("{rest} others"));
        }
        let endorsed = format!("endorsed by {} more: {}", new.len(), names.join(", "));
        Ok(if endorsed.chars().count() > REASON_MAX { other } else { endorsed })
    }

    /// Whether new facts of a record are those it has. A person's names are compared by the rows in
    /// which they stand, because what is stored holds no name.
    pub(crate) async fn says_the_same(
        &self,
        number: Number,
        before: &Stored,
        after: &Stored,
    ) -> Result<bool, StoreError> {
        let (Stored::Person(before), Stored::Person(after)) = (before, after) else {
            return Ok(before == after);
        };
        let rows = crate::names::of_people(self.tx, vec![number]).await?;
        let rows = rows.into_values().next().unwrap_or_default();
        let mut after = after.clone();
        for name in &mut after.names {
            if let Some(row) = rows.iter().find(|row| row.text == name.text) {
                let kept = before.names.iter().find(|kept| kept.id == Some(row.id));
                name.id = Some(row.id);
                name.commitment = kept.and_then(|kept| kept.commitment.clone());
            }
            name.text.clear();
        }
        Ok(*before == after)
    }
}

/// What is told of its row like everything else that cannot be taken.
fn refusals(done: Result<(), StoreError>) -> Result<Result<(), Vec<Issue>>, StoreError> {
    match done {
        Ok(()) => Ok(Ok(())),
        Err(StoreError::Invalid(Invalid(issues)) | StoreError::Conflict(issues)) => Ok(Err(issues)),
        Err(error @ StoreError::State { .. }) => {
            Ok(Err(vec![Issue::at("/state", error.to_string())]))
        }
        Err(error) => Err(error),
    }
}
