//! Review: nobody confirms their own work. Approvals, questions and answers, who looks after a record,
//! and how far it is borne out.

use amparo_domain::access::{AccessDenied, Audience, Editor, Reviewer, Role};
use amparo_domain::facts::{Facts, Stored};
use amparo_domain::filter::Named;
use amparo_domain::grade;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::review::{Check, Need, approvals_needed};
use amparo_domain::source::Source;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{Grade, GradeBasis, State};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::accounts::{self, AccountState};
use crate::audit::Action;
use crate::entity::{account, approval, assignment, question, record, revision, token};
use crate::error::StoreError;
use crate::lifecycle::stale_unless;
use crate::records;
use crate::retries::IdempotencyKey;
use crate::save::read_state;
use crate::write::{Looked, Verb, Written};
use crate::writing::Writing;

/// A record that was handed in.
pub(crate) const NEW: &str = "new";
/// One that the operator imported as handed in.
pub(crate) const IMPORT: &str = "import";
/// A published record that was changed since.
pub(crate) const CHANGES: &str = "changes";
/// One of which all questions are answered.
pub(crate) const REPLY: &str = "reply";
/// One that waits for an answer of those who logged it.
pub(crate) const QUESTION: &str = "question";

/// What a revision has been approved by, and what it still needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    /// All there are, also of revisions that were changed since; the latest first.
    pub items: Vec<Approval>,
    /// The working revision, whose approvals count.
    pub revision: i32,
    /// How many of it are there.
    pub there: u8,
    /// How many it needs, and why.
    pub need: Need,
}

/// Somebody's word that a revision may be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Of which revision.
    pub revision: i32,
    /// Whose.
    pub who: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What they looked at, as JSON.
    pub checklist: Option<String>,
    /// A word to the others of the desk.
    pub note: Option<String>,
}

/// The questions about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// The questions, the first one first.
    pub items: Vec<Question>,
}

/// What a reviewer asked, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// 1, 2, 3, … of the record.
    pub id: i32,
    /// The revision that was asked about.
    pub revision: i32,
    /// Who asked.
    pub asked_by: i64,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// What.
    pub text: String,
    /// The answer.
    pub answer: Option<String>,
    /// Who answered.
    pub answered_by: Option<i64>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
}

/// A grade, what it rests on, and the sources it can rest on.
pub(crate) type Graded<'f> = (Grade, Option<GradeBasis>, &'f [Source]);

impl Store {
    /// Who approved a record, for the desk of its network and those who review it for that.
    pub async fn approvals(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
    ) -> Result<Approvals, StoreError> {
        let working = self.find_at_desk(audience, kind, named).await?;
        let db = self.connections.reader();
        let row = record::Entity::find_by_id(working.number.as_i64()).one(db).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let before = match row.version {
            0 => None,
            _ => Some(facts_of(db, &row, row.shown).await?),
        };
        let rows = approval::Entity::find()
            .filter(approval::Column::Number.eq(row.number))
            .order_by_desc(approval::Column::Revision)
            .order_by_asc(approval::Column::At)
            .order_by_asc(approval::Column::Who)
            .all(db)
            .await?;
        let revision = working.latest_revision;
        let there = rows.iter().filter(|row| row.revision == revision).count();
        let items = rows.into_iter().map(|row| Approval {
            revision: row.revision,
            who: row.who,
            at: row.at,
            checklist: row.checklist,
            note: row.note,
        });
        Ok(Approvals {
            items: items.collect(),
            revision,
            there: u8::try_from(there).unwrap_or(u8::MAX),
            need: approvals_needed(before.as_ref(), &working.facts),
        })
    }

    /// The questions about a record, for the desk of its network and those who review it for that.
    pub async fn questions(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
    ) -> Result<Questions, StoreError> {
        let working = self.find_at_desk(audience, kind, named).await?;
        let rows = question::Entity::find()
            .filter(question::Column::Number.eq(working.number.as_i64()))
            .order_by_asc(question::Column::Id)
            .all(self.connections.reader())
            .await?;
        let items = rows.into_iter().map(|row| Question {
            id: row.id,
            revision: row.revision,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            text: row.text,
            answer: row.answer,
            answered_by: row.answered_by,
            answered_at: row.answered_at,
        });
        Ok(Questions { items: items.collect() })
    }

    /// Asks those who logged a record, without giving it back.
    pub async fn ask(
        &self,
        reviewer: Reviewer<'_>,
        kind: Kind,
        number: Number,
        text: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(reviewer.actor(), key, move |writing| {
            let text = text.clone();
            Box::pin(async move { writing.ask(kind, number, text).await })
        })
        .await
    }

    /// Answers a question about a record of the writer's network.
    pub async fn answer(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        question: i32,
        text: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(editor.actor(), key, move |writing| {
            let text = text.clone();
            Box::pin(async move { writing.answer(kind, number, question, text).await })
        })
        .await
    }
}

impl Writing<'_> {
    /// Whether the writer may judge this record: a reviewer of the network that owns it, or of one that
    /// it was granted to for that.
    pub(crate) async fn may_review(&self, row: &record::Model) -> Result<(), StoreError> {
        self.actor.reviewer()?;
        if row.network == self.actor.network || self.is_granted_to_review(row).await? {
            return Ok(());
        }
        Err(AccessDenied::Needs(Role::Verifier.code()).into())
    }

    /// Does one of the verbs of a review.
    pub(crate) async fn review(
        &mut self,
        verb: Verb,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        reason: Option<String>,
    ) -> Result<Written, StoreError> {
        let reopens = matches!(verb, Verb::Reopen);
        if reopens {
            // What named it can make it public again.
            self.lock_around(number).await?;
        }
        // Another network that reviews it judges and asks; what becomes of it is for its own to decide.
        let decides = matches!(verb, Verb::Decline | Verb::Reopen | Verb::Assign(_));
        let row = if decides {
            self.row(kind, number, None).await?
        } else {
            self.row_to_review(kind, number).await?
        };
        let authors = reopens && row.recorded_by == self.actor.id;
        if !authors {
            self.may_review(&row).await?;
        }
        let state = read_state(&row)?;
        let done = match verb {
            Verb::Approve { checklist, note } => {
                self.not_own_work(&row).await?;
                may(kind != Kind::Person && is_handed_in(&row, state), state, "approved")?;
                stale_unless(&row, expected)?;
                self.approve(&row, state, &checklist, note).await?
            }
            Verb::Return { question } => {
                may(is_handed_in(&row, state), state, "returned")?;
                stale_unless(&row, expected)?;
                self.give_back(&row, state, question).await?
            }
            Verb::Decline => {
                let handed_in = matches!(state, State::Submitted | State::InReview);
                may(handed_in, state, "declined")?;
                stale_unless(&row, expected)?;
                let reason = owed(reason, "/reason", "a refusal owes a reason")?;
                self.turn(&row, number, State::Declined, Action::Decline, reason).await?
            }
            Verb::Reopen => {
                may(state == State::Declined, state, "reopened")?;
                stale_unless(&row, expected)?;
                let reason = owed(reason, "/reason", "taking it up again owes a reason")?;
                self.turn(&row, number, State::Draft, Action::Reopen, reason).await?
            }
            Verb::Assign(to) => {
                let open = [State::Submitted, State::InReview, State::Published];
                may(open.contains(&state), state, "assigned")?;
                stale_unless(&row, expected)?;
                self.assign(&row, state, to).await?
            }
            Verb::Grade { grade, basis } => {
                let gone = matches!(state, State::Declined | State::Merged);
                may(!gone && kind == Kind::Incident, state, "graded")?;
                stale_unless(&row, expected)?;
                return self.grade(&row, number, state, grade, basis, reason).await;
            }
            Verb::Submit | Verb::Publish { .. } | Verb::Withdraw(_) => {
                return Err(StoreError::State { state, verb: "reviewed in this way" });
            }
        };
        Ok(Written::standing(number, &row, done, row.version, row.changed_at))
    }

    /// Refuses those who made a revision since the one that was published last.
    async fn not_own_work(&self, row: &record::Model) -> Result<(), StoreError> {
        let published = if row.version > 0 { row.shown } else { 0 };
        let own = revision::Entity::find()
            .filter(revision::Column::Number.eq(row.number))
            .filter(revision::Column::Revision.gt(published))
            .filter(revision::Column::MadeBy.eq(self.actor.id))
            .limit(1)
            .one(self.tx)
            .await?;
        if own.is_some() { Err(StoreError::OwnWork) } else { Ok(()) }
    }

    async fn approve(
        &self,
        row: &record::Model,
        state: State,
        checklist: &[(Check, Looked)],
        note: Option<String>,
    ) -> Result<State, StoreError> {
        let by_kind = row.kind == Kind::Incident.singular();
        let missing = Check::ALL
            .into_iter()
            .filter(|check| by_kind && !checklist.iter().any(|(looked_at, _)| looked_at == check));
        let missing: Vec<Issue> = missing
            .map(|check| {
                let message =
                    "is looked at before an incident is published: true, or \"not_applicable\"";
                Issue::at(format!("/checklist/{}", check.code()), message)
            })
            .collect();
        if !missing.is_empty() {
            return Err(Invalid(missing).into());
        }
        let facts = self.facts_at(row, row.revision).await?;
        self.keep_names_out_of_text("/note", note.as_deref(), &facts).await?;
        let next = if state == State::Submitted { State::InReview } else { state };
        let id = (row.number, row.revision, self.actor.id);
        if approval::Entity::find_by_id(id).one(self.tx).await?.is_some() {
            return Ok(next);
        }
        let looked_at: serde_json::Map<String, serde_json::Value> = checklist
            .iter()
            .map(|(check, looked)| {
                let looked = match looked {
                    Looked::Right => true.into(),
                    Looked::NotApplicable => "not_applicable".into(),
                };
                (check.code().to_owned(), looked)
            })
            .collect();
        let looked_at = serde_json::Value::Object(looked_at).to_string();
        let approval = approval::ActiveModel {
            number: Set(row.number),
            revision: Set(row.revision),
            who: Set(self.actor.id),
            at: Set(self.now),
            checklist: Set((!checklist.is_empty()).then_some(looked_at)),
            note: Set(note),
        };
        approval::Entity::insert(approval).exec_without_returning(self.tx).await?;
        self.move_to(row, next).await?;
        if matches!(row.task.as_deref(), Some(REPLY | QUESTION)) {
            self.wait(row, Some(if row.version > 0 { CHANGES } else { NEW })).await?;
        }
        self.audit(row, Action::Approve, None).await?;
        Ok(next)
    }

    async fn give_back(
        &self,
        row: &record::Model,
        state: State,
        question: Option<String>,
    ) -> Result<State, StoreError> {
        let question = owed(question, "/question", "what is given back says what to answer")?;
        self.put_question(row, "/question", question).await?;
        let next = if state == State::Published { state } else { State::Draft };
        self.move_to(row, next).await?;
        self.wait(row, Some(QUESTION)).await?;
        self.audit(row, Action::Return, None).await?;
        Ok(next)
    }

    /// Declines or reopens.
    async fn turn(
        &self,
        row: &record::Model,
        number: Number,
        state: State,
        action: Action,
        reason: String,
    ) -> Result<State, StoreError> {
        let facts = self.facts_at(row, row.revision).await?;
        self.keep_names_out_of(Some(&reason), &facts).await?;
        self.set_state(row, state, action, Some(reason)).await?;
        self.wait(row, None).await?;
        self.unassign(row).await?;
        // What a published record names is public as long as it lives.
        self.refresh_public(vec![number]).await?;
        Ok(state)
    }

    async fn assign(
        &self,
        row: &record::Model,
        state: State,
        to: Option<i64>,
    ) -> Result<State, StoreError> {
        self.unassign(row).await?;
        let mut next = state;
        if let Some(who) = to {
            if !self.is_reviewer(who, &row.network).await? {
                let message = "nobody who reviews for this network has this id";
                return Err(StoreError::issue(Issue::at("/to", message)));
            }
            let assigned = assignment::ActiveModel {
                number: Set(row.number),
                who: Set(who),
                assigned_by: Set(self.actor.id),
                at: Set(self.now),
            };
            assignment::Entity::insert(assigned).exec_without_returning(self.tx).await?;
            if state == State::Submitted {
                next = State::InReview;
            }
        }
        self.move_to(row, next).await?;
        self.audit(row, Action::Assign, to.map(|who| format!("to {who}"))).await?;
        Ok(next)
    }

    async fn grade(
        &mut self,
        row: &record::Model,
        number: Number,
        state: State,
        grade: Grade,
        basis: Option<GradeBasis>,
        reason: Option<String>,
    ) -> Result<Written, StoreError> {
        let mut facts = self.facts_at(row, row.revision).await?;
        let issues = grade::check(grade, basis, facts.sources(), reason.as_deref());
        if !issues.is_empty() {
            // What a writer of a whole record calls `grade_basis` is `basis` here.
            let issues = issues.into_iter().map(|mut issue| {
                if issue.pointer == "/grade_basis" {
                    "/basis".clone_into(&mut issue.pointer);
                }
                issue
            });
            return Err(Invalid(issues.collect()).into());
        }
        self.keep_names_out_of(reason.as_deref(), &facts).await?;
        let Stored::Incident(incident) = &mut facts else {
            return Err(StoreError::State { state, verb: "graded" });
        };
        (incident.grade, incident.grade_basis) = (grade, basis);
        let revision = self.save_revision(row, facts, reason, Action::Grade).await?;
        let standing = Written::standing(number, row, state, row.version, row.changed_at);
        Ok(Written { revision, ..standing })
    }

    async fn ask(&self, kind: Kind, number: Number, text: String) -> Result<Written, StoreError> {
        let row = self.row_to_review(kind, number).await?;
        self.may_review(&row).await?;
        let state = read_state(&row)?;
        let open = [State::Submitted, State::InReview, State::Published];
        may(open.contains(&state), state, "asked about")?;
        self.put_question(&row, "/text", text).await?;
        self.wait(&row, Some(QUESTION)).await?;
        self.audit(&row, Action::Ask, None).await?;
        Ok(Written::standing(number, &row, state, row.version, row.changed_at))
    }

    async fn answer(
        &self,
        kind: Kind,
        number: Number,
        question: i32,
        text: String,
    ) -> Result<Written, StoreError> {
        let row = self.row(kind, number, None).await?;
        let state = read_state(&row)?;
        let asked = question::Entity::find_by_id((row.number, question)).one(self.tx).await?;
        let asked = asked.ok_or(StoreError::NotFound)?;
        let gone = matches!(state, State::Declined | State::Merged);
        may(!gone, state, "answered for")?;
        may(asked.answer.is_none(), state, "answered for again: this question has its answer")?;
        let facts = self.facts_at(&row, row.revision).await?;
        self.keep_names_out_of_text("/text", Some(&text), &facts).await?;
        let answered = question::ActiveModel {
            number: Set(asked.number),
            id: Set(asked.id),
            answer: Set(Some(text)),
            answered_by: Set(Some(self.actor.id)),
            answered_at: Set(Some(self.now)),
            ..Default::default()
        };
        answered.update(self.tx).await?;
        let open = question::Entity::find()
            .filter(question::Column::Number.eq(row.number))
            .filter(question::Column::Answer.is_null())
            .count(self.tx)
            .await?;
        if open == 0 && row.task.as_deref() == Some(QUESTION) {
            // Of what is published and not changed there is nothing to decide.
            let settled = state == State::Published && row.revision == row.shown;
            self.wait(&row, (!settled).then_some(REPLY)).await?;
        }
        self.audit(&row, Action::Answer, None).await?;
        Ok(Written::standing(number, &row, state, row.version, row.changed_at))
    }

    async fn put_question(
        &self,
        row: &record::Model,
        place: &str,
        text: String,
    ) -> Result<(), StoreError> {
        let facts = self.facts_at(row, row.revision).await?;
        self.keep_names_out_of_text(place, Some(&text), &facts).await?;
        let last = question::Entity::find()
            .filter(question::Column::Number.eq(row.number))
            .order_by_desc(question::Column::Id)
            .one(self.tx)
            .await?;
        let asked = question::ActiveModel {
            number: Set(row.number),
            id: Set(last.map_or(1, |last| last.id + 1)),
            revision: Set(row.revision),
            asked_by: Set(self.actor.id),
            asked_at: Set(self.now),
            text: Set(text),
            answer: Set(None),
            answered_by: Set(None),
            answered_at: Set(None),
        };
        question::Entity::insert(asked).exec_without_returning(self.tx).await?;
        Ok(())
    }

    /// Refuses to publish a revision that too few have approved.
    pub(crate) async fn owes_approvals(
        &self,
        row: &record::Model,
        facts: &Stored,
    ) -> Result<(), StoreError> {
        let before = self.published_facts(row).await?;
        // A name that was taken down is not shown, whatever the revision says.
        let mut shown = facts.clone();
        self.hide_taken_down(crate::save::read_number(row)?, &mut shown).await?;
        let need = approvals_needed(before.as_ref(), &shown);
        let there = approval::Entity::find()
            .filter(approval::Column::Number.eq(row.number))
            .filter(approval::Column::Revision.eq(row.revision))
            .count(self.tx)
            .await?;
        let there = u8::try_from(there).unwrap_or(u8::MAX);
        if there < need.count {
            return Err(StoreError::ApprovalsMissing { there, need });
        }
        Ok(())
    }

    /// What the version that was published last says.
    pub(crate) async fn published_facts(
        &self,
        row: &record::Model,
    ) -> Result<Option<Stored>, StoreError> {
        if row.version == 0 {
            return Ok(None);
        }
        Ok(Some(facts_of(self.tx, row, row.shown).await?))
    }

    /// Refuses a grade that the writer may not give, or that does not stand. Who leaves it as it was
    /// gives none.
    pub(crate) fn may_grade(
        &self,
        before: Option<Graded<'_>>,
        now: Option<Graded<'_>>,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let Some((grade, basis, sources)) = now else {
            return Ok(());
        };
        let (grade_before, basis_before) =
            before.map_or((Grade::default(), None), |(grade, basis, _)| (grade, basis));
        if (grade, basis) == (grade_before, basis_before) {
            return Ok(());
        }
        if self.actor.reviewer().is_err() {
            let place = if grade == grade_before { "/grade_basis" } else { "/grade" };
            let message = format!("a verifier grades; leave it at {grade_before}");
            return Err(StoreError::issue(Issue::at(place, message)));
        }
        let issues = grade::check(grade, basis, sources, reason);
        if issues.is_empty() { Ok(()) } else { Err(Invalid(issues).into()) }
    }

    /// Says what of a record waits, from now on; nothing, if none.
    pub(crate) async fn wait(
        &self,
        row: &record::Model,
        task: Option<&str>,
    ) -> Result<(), StoreError> {
        let card = record::ActiveModel {
            number: Set(row.number),
            task: Set(task.map(str::to_owned)),
            waiting_since: Set(task.map(|_| self.now)),
            ..Default::default()
        };
        card.update(self.tx).await?;
        Ok(())
    }

    /// Takes a record from whoever looks after it.
    pub(crate) async fn unassign(&self, row: &record::Model) -> Result<(), StoreError> {
        assignment::Entity::delete_by_id(row.number).exec(self.tx).await?;
        Ok(())
    }

    /// Removes what was said in the review of a record that is removed.
    pub(crate) async fn forget_review(&self, row: &record::Model) -> Result<(), StoreError> {
        self.unassign(row).await?;
        approval::Entity::delete_many()
            .filter(approval::Column::Number.eq(row.number))
            .exec(self.tx)
            .await?;
        question::Entity::delete_many()
            .filter(question::Column::Number.eq(row.number))
            .exec(self.tx)
            .await?;
        Ok(())
    }

    /// A step of the review that changes nothing for the public.
    async fn move_to(&self, row: &record::Model, state: State) -> Result<(), StoreError> {
        if row.state != state.code() {
            let card = record::ActiveModel {
                number: Set(row.number),
                state: Set(state.to_string()),
                ..Default::default()
            };
            card.update(self.tx).await?;
        }
        Ok(())
    }

    /// Whether an id is that of somebody who reviews for a network.
    async fn is_reviewer(&self, who: i64, network: &str) -> Result<bool, StoreError> {
        let token = token::Entity::find_by_id(who)
            .filter(token::Column::Network.eq(network))
            .filter(token::Column::Role.eq(Role::Verifier.code()))
            .filter(token::Column::Account.is_null())
            .filter(token::Column::RevokedAt.is_null())
            .one(self.tx)
            .await?;
        if token.is_some() {
            return Ok(true);
        }
        let account = account::Entity::find_by_id(who).one(self.tx).await?;
        let active = account.is_some_and(|account| account.state == AccountState::Active.code());
        Ok(active && accounts::roles_in(self.tx, who, network).await?.has(Role::Verifier))
    }
}

/// Whether a record is locked for all but its reviewers: somebody handed it in, and it was neither given
/// back nor decided. What was made on the way because another record described it is not.
pub(crate) fn is_locked(row: &record::Model, state: State) -> bool {
    row.task.is_some() && matches!(state, State::Submitted | State::InReview)
}

/// Whether there is something that others can approve or give back.
fn is_handed_in(row: &record::Model, state: State) -> bool {
    let changed = state == State::Published && row.revision != row.shown;
    changed || matches!(state, State::Submitted | State::InReview)
}

/// What waits of a record that is new.
pub(crate) fn task_of_new(state: State, action: Action, kind: Kind) -> Option<&'static str> {
    let imported = action == Action::Import && kind != Kind::Person;
    (imported && matches!(state, State::Submitted | State::InReview)).then_some(IMPORT)
}

/// What waits of a record that is changed, if that is something else than before.
pub(crate) fn task_after_change(before: &record::Model) -> Option<&'static str> {
    let published = before.state == State::Published.code();
    let waits = matches!(before.task.as_deref(), Some(CHANGES | REPLY));
    (published && !waits).then_some(CHANGES)
}

/// By what the queue is ordered first.
pub(crate) fn urgency(facts: &Stored) -> i16 {
    match facts {
        Stored::Incident(facts) if facts.in_danger_now => 0,
        _ => 1,
    }
}

/// How far a record is borne out, if it is one that is graded.
pub(crate) fn grade_of<R>(facts: &Facts<R>) -> Option<Graded<'_>> {
    match facts {
        Facts::Incident(facts) => Some((facts.grade, facts.grade_basis, &facts.sources)),
        _ => None,
    }
}

/// A grade that its sources no longer bear is given anew before it is published.
pub(crate) fn owes_a_grade_that_stands(facts: &Stored) -> Result<(), StoreError> {
    let Some((grade, basis, sources)) = grade_of(facts) else {
        return Ok(());
    };
    match grade::unfounded(grade, basis, sources) {
        Some(why) => Err(StoreError::issue(Issue::at("/grade", format!("{why}; grade it anew")))),
        None => Ok(()),
    }
}

fn may(it_does: bool, state: State, verb: &'static str) -> Result<(), StoreError> {
    if it_does { Ok(()) } else { Err(StoreError::State { state, verb }) }
}

fn owed(text: Option<String>, place: &str, message: &str) -> Result<String, StoreError> {
    text.ok_or_else(|| StoreError::issue(Issue::at(place, message)))
}

async fn facts_of(
    db: &impl ConnectionTrait,
    row: &record::Model,
    wanted: i32,
) -> Result<Stored, StoreError> {
    let found = revision::Entity::find()
        .filter(revision::Column::Number.eq(row.number))
        .filter(revision::Column::Revision.eq(wanted))
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)?;
    Ok(records::read_facts(row.number, &row.kind, &found.snapshot)?.1)
}
