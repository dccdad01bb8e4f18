//! The writes a caller can ask for: one method, one transaction, one audit row.

use std::sync::Arc;

use amparo_domain::access::{Actor, Editor, Verifier};
use amparo_domain::facts::Draft;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::review::Check;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{Grade, GradeBasis, State, WithdrawalClass};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use crate::Store;
use crate::audit::Action;
use crate::changes::Changes;
use crate::entity::record;
use crate::error::StoreError;
use crate::lifecycle::stale_unless;
use crate::register;
use crate::resolve::Known;
use crate::retries::{IdempotencyKey, Remembered};
use crate::review;
use crate::rollups::Pending;
use crate::save::NewRecord;
use crate::takedown::shows_again;
use crate::writing::{Made, PossibleDuplicate, Writing};

/// How often a write is tried that PostgreSQL gave up in favour of another at the same time.
const TRIES: u32 = 4;

/// A record that was written, as it stood then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub number: Number,
    /// The revision it had then.
    pub revision: i32,
    /// The state it was in then.
    pub state: State,
    /// Its latest published version then; 0 if there was none.
    pub version: i32,
    /// When it had last changed for the public.
    pub changed_at: Option<DateTime<Utc>>,
    /// Others that may be the same as what was made.
    pub possible_duplicates: Vec<PossibleDuplicate>,
    /// Records that were made because this one described them and nothing fitted.
    pub made: Vec<Made>,
    /// What should be looked at in other records.
    pub warnings: Vec<Issue>,
}

impl Written {
    /// A record of which no more is to be said than how it stands.
    pub(crate) fn standing(
        number: Number,
        row: &record::Model,
        state: State,
        version: i32,
        changed_at: Option<DateTime<Utc>>,
    ) -> Self {
        Self {
            number,
            revision: row.revision,
            state,
            version,
            changed_at,
            possible_duplicates: Vec::new(),
            made: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// What is to be done with a record that exists.
#[derive(Debug, Clone)]
pub enum Verb {
    /// Hand it in for review.
    Submit,
    /// Make the working revision the next version.
    Publish {
        /// Whether it changes no more than words, so that nobody who cites it has to be told.
        minor: bool,
    },
    /// Take it back, for a reason of this class; it stays as a tombstone.
    Withdraw(WithdrawalClass),
    /// Say that the working revision may be published.
    Approve {
        /// What was looked at; each thing of it is there for an incident.
        checklist: Vec<(Check, Looked)>,
        /// A word to the others of the desk.
        note: Option<String>,
    },
    /// Give it back to who logged it, with a question.
    Return {
        /// What is to be answered; owed.
        question: Option<String>,
    },
    /// Refuse it.
    Decline,
    /// Take a refused one up again.
    Reopen,
    /// Say who looks after it; nobody any more, if none.
    Assign(Option<i64>),
    /// Say how far it is borne out, and what that rests on.
    Grade {
        /// How far.
        grade: Grade,
        /// On what.
        basis: Option<GradeBasis>,
    },
}

/// What came of a look at one thing of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// It is as it should be.
    Right,
    /// There is nothing of the kind in this record.
    NotApplicable,
}

impl Store {
    /// Makes a record as a draft, with the people and organizations that it describes.
    pub async fn create(
        &self,
        editor: Editor<'_>,
        draft: Draft,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        let similar = self.similar_before(editor.actor(), &draft).await?;
        let new =
            NewRecord { draft, state: State::Draft, number: None, reason, action: Action::Create };
        self.write_once(editor.actor(), key, move |writing| {
            let (new, similar) = (new.clone(), similar.clone());
            Box::pin(async move {
                writing.unseen = true;
                writing.suggesting = similar.is_none();
                writing.may_grade(None, review::grade_of(&new.draft), new.reason.as_deref())?;
                writing.slug_is_free(&new.draft, None, &writing.actor.network).await?;
                let saved = writing.insert(vec![new]).await?.pop();
                let mut saved = saved.ok_or(StoreError::Unavailable)??;
                saved.possible_duplicates.extend(similar.unwrap_or_default());
                Ok(Written {
                    number: saved.number,
                    revision: 1,
                    state: State::Draft,
                    version: 0,
                    changed_at: None,
                    possible_duplicates: saved.possible_duplicates,
                    made: saved.made,
                    warnings: Vec::new(),
                })
            })
        })
        .await
    }

    /// Saves new facts of a record, if nobody else did since the expected revision.
    pub async fn replace(
        &self,
        editor: Editor<'_>,
        number: Number,
        expected: i32,
        draft: Draft,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(editor.actor(), key, move |writing| {
            let (draft, reason) = (draft.clone(), reason.clone());
            Box::pin(async move {
                let row = writing.row(draft.kind(), number, None).await?;
                let state = crate::save::read_state(&row)?;
                if matches!(state, State::Merged | State::Declined) {
                    return Err(StoreError::State { state, verb: "changed" });
                }
                if review::is_locked(&row, state) && writing.may_review(&row).await.is_err() {
                    let verb = "changed by anybody but its reviewers";
                    return Err(StoreError::State { state, verb });
                }
                stale_unless(&row, Some(expected))?;
                let before = writing.facts_at(&row, row.revision).await?;
                let graded = review::grade_of(&draft);
                writing.may_grade(review::grade_of(&before), graded, reason.as_deref())?;
                let access = writing.access_to(&row);
                let checked = writing.check(&before, draft, Some(access)).await?;
                writing.keep_names_out_of(reason.as_deref(), &checked.facts).await?;
                let taken = writing.taken_down(std::iter::once(&checked.facts)).await?;
                let again = shows_again(&before, &checked.facts, &taken);
                if !again.is_empty() {
                    return Err(Invalid(again).into());
                }
                let same = writing.says_the_same(number, &before, &checked.facts).await?;
                let warnings = writing.spelled_already(number, &checked.facts).await?;
                let revision = if same {
                    // Nothing changed, so there is nothing to save.
                    row.revision
                } else {
                    writing.slug_is_free(&checked.facts, Some(number), &row.network).await?;
                    writing.save_revision(&row, checked.facts, reason, Action::Change).await?
                };
                Ok(Written {
                    revision,
                    possible_duplicates: checked.possible_duplicates,
                    made: checked.made,
                    warnings,
                    ..Written::standing(number, &row, state, row.version, row.changed_at)
                })
            })
        })
        .await
    }

    /// Hands a record in.
    pub async fn submit(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(editor.actor(), key, move |writing| {
            Box::pin(async move { writing.submit(kind, number, expected).await })
        })
        .await
    }

    /// Publishes or withdraws a record.
    #[expect(clippy::too_many_arguments, reason = "each says another part of one request")]
    pub async fn decide(
        &self,
        verifier: Verifier<'_>,
        verb: Verb,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        let done = self.write_once(verifier.actor(), key, move |writing| {
            let (verb, reason) = (verb.clone(), reason.clone());
            Box::pin(async move {
                match verb {
                    Verb::Submit => writing.submit(kind, number, expected).await,
                    Verb::Publish { minor } => {
                        writing.publish(kind, number, expected, reason, minor).await
                    }
                    Verb::Withdraw(class) => {
                        writing.withdraw(kind, number, expected, class, reason).await
                    }
                    verb => writing.review(verb, kind, number, expected, reason).await,
                }
            })
        });
        let done = done.await;
        // What was refused left nothing in the database, so that it was tried is noted apart.
        if let Err(StoreError::Blocked { unknown: true, .. }) = &done {
            self.note_refusal(verifier.actor(), number).await?;
        }
        done
    }

    /// Judges what others wrote: approves, returns, declines, reopens, assigns or grades it.
    #[expect(clippy::too_many_arguments, reason = "each says another part of one request")]
    pub async fn review(
        &self,
        editor: Editor<'_>,
        verb: Verb,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(editor.actor(), key, move |writing| {
            let (verb, reason) = (verb.clone(), reason.clone());
            Box::pin(async move { writing.review(verb, kind, number, expected, reason).await })
        })
        .await
    }

    /// Removes a record that was never published.
    pub async fn delete(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
    ) -> Result<(), StoreError> {
        self.write(editor.actor(), move |writing| {
            Box::pin(async move { writing.delete(kind, number, expected).await })
        })
        .await
    }

    /// One write of a record; with a key, once whatever the number of retries.
    pub(crate) async fn write_once(
        &self,
        actor: &Actor,
        key: Option<IdempotencyKey>,
        work: impl for<'w> Fn(&'w mut Writing<'_>) -> BoxFuture<'w, Result<Written, StoreError>>
        + Send
        + Sync
        + 'static,
    ) -> Result<Written, StoreError> {
        let work = Arc::new(work);
        self.write(actor, move |writing| {
            let (key, work) = (key.clone(), Arc::clone(&work));
            Box::pin(async move {
                let Some(key) = key else {
                    return work(writing).await;
                };
                if let Some(Remembered::Written(written)) = writing.seen(&key).await? {
                    return Ok(written);
                }
                let written = work(writing).await?;
                writing.remember_written(key, &written).await?;
                Ok(written)
            })
        })
        .await
    }

    /// One write in one transaction, tried again if PostgreSQL gave it up for another.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        actor: &Actor,
        work: impl for<'w> Fn(&'w mut Writing<'_>) -> BoxFuture<'w, Result<T, StoreError>>
        + Send
        + Sync
        + 'static,
    ) -> Result<T, StoreError> {
        let work = Arc::new(work);
        let mut tried = 1;
        loop {
            // Nothing of it is there then, and the other is done by now or soon.
            match self.write_now(actor, Arc::clone(&work)).await {
                Err(StoreError::Contended) if tried < TRIES => tried += 1,
                done => return done,
            }
        }
    }

    async fn write_now<T: Send + 'static>(
        &self,
        actor: &Actor,
        work: Arc<
            impl for<'w> Fn(&'w mut Writing<'_>) -> BoxFuture<'w, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
        >,
    ) -> Result<T, StoreError> {
        let actor = actor.clone();
        let (clock, now) = (self.clock.clone(), self.clock.now());
        let (chance, taken) = (self.chance.clone(), Arc::clone(&self.taken));
        let _underway = self.census.underway();
        let done = self
            .connections
            .write(move |tx| {
                Box::pin(async move {
                    let (mut known, changes) = (Known::default(), Changes::default());
                    let pending = Pending::default();
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
                        importing: false,
                        suggesting: true,
                        unseen: false,
                        handover: None,
                    };
                    let done = work(&mut writing).await?;
                    let mut touched = pending.touched();
                    touched.extend(changes.numbers());
                    pending.settle(tx).await?;
                    changes.write(tx, clock.now()).await?;
                    let mut seen = None;
                    if !writing.unseen {
                        seen = Some((register::changed(tx).await?, touched));
                    }
                    Ok((done, seen))
                })
            })
            .await;
        self.register.forget();
        let (done, seen) = done?;
        if let Some((revision, touched)) = seen {
            self.census.note(revision, touched);
        }
        Ok(done)
    }
}
