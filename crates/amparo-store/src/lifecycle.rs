//! The way of a record to the public and back: submit, publish, withdraw, delete.

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::{State, WithdrawalClass};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _,
    QuerySelect as _,
};

use crate::audit::{self, Action, Entry};
use crate::bulk;
use crate::changes::ChangeKind;
use crate::entity::{
    confidential, custody_span, distinct_pair, external_id, incident_term, known_custody, name_key,
    person_name, record, reference, revision, version,
};
use crate::error::StoreError;
use crate::records;
use crate::resolve::joined;
use crate::review;
use crate::save::{read_number, read_state};
use crate::search;
use crate::statements::Completed;
use crate::write::Written;
use crate::writing::Writing;

impl Writing<'_> {
    /// The row of a record the writer may change, locked until the end of the transaction.
    pub(crate) async fn row(
        &self,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
    ) -> Result<record::Model, StoreError> {
        let row = self.row_still_there(kind, number).await?;
        // What another network published or granted can be read, and is still not this writer's to change.
        if self.access_to(&row) == Tier::Public {
            return Err(StoreError::NotFound);
        }
        stale_unless(&row, expected)?;
        Ok(row)
    }

    /// The same of a record that they may judge, of their own network or granted for that.
    pub(crate) async fn row_to_review(
        &self,
        kind: Kind,
        number: Number,
    ) -> Result<record::Model, StoreError> {
        let row = self.row_still_there(kind, number).await?;
        if self.access_to(&row) == Tier::Public && !self.is_granted_to_review(&row).await? {
            return Err(StoreError::NotFound);
        }
        Ok(row)
    }

    /// The row of a record the writer can see. That one was withdrawn is told to everybody.
    async fn row_still_there(
        &self,
        kind: Kind,
        number: Number,
    ) -> Result<record::Model, StoreError> {
        let row = record::Entity::find_by_id(number.as_i64())
            .filter(record::Column::Kind.eq(kind.singular()))
            .filter(records::visible_or_withdrawn(&self.audience))
            .lock_exclusive()
            .one(self.tx)
            .await?
            .ok_or(StoreError::NotFound)?;
        if read_state(&row)? == State::Withdrawn {
            return Err(StoreError::Withdrawn(
                records::tombstone(self.tx, &self.audience, &row).await?,
            ));
        }
        Ok(row)
    }

    /// Hands a draft in for review.
    pub(crate) async fn submit(
        &self,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
    ) -> Result<Written, StoreError> {
        let row = self.row(kind, number, None).await?;
        let state = read_state(&row)?;
        if state != State::Draft {
            return Err(StoreError::State { state, verb: "submitted" });
        }
        stale_unless(&row, expected)?;
        self.set_state(&row, State::Submitted, Action::Submit, None).await?;
        // Nobody publishes a person, so there is nothing for the desk to decide.
        self.wait(&row, (kind != Kind::Person).then_some(review::NEW)).await?;
        let changed_at = row.changed_at.map(|_| self.now);
        Ok(Written::standing(number, &row, State::Submitted, row.version, changed_at))
    }

    /// Makes the working revision the next version.
    pub(crate) async fn publish(
        &mut self,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        reason: Option<String>,
        minor: bool,
    ) -> Result<Written, StoreError> {
        self.lock_around(number).await?;
        let row = self.row(kind, number, None).await?;
        let state = read_state(&row)?;
        let (shown_id, facts) = self.revision_at(&row, row.revision).await?;
        let changed = row.version == 0 || row.revision != row.shown;
        let joining = self.joining(&row, &facts).await?;
        let may = matches!(state, State::Submitted | State::InReview | State::Published);
        if !may || !(changed || joining.is_a_reason()) || kind == Kind::Person {
            return Err(StoreError::State { state, verb: "published" });
        }
        // What the operator imports as published is the operator's word; of a version that says nothing but who has
        // endorsed the last one since, there is nothing to approve.
        if !self.importing && changed {
            self.owes_approvals(&row, &facts).await?;
        }
        stale_unless(&row, expected)?;
        let reason = match reason {
            None if !changed => joining.reason(&facts),
            reason => reason,
        };
        if row.version > 0 && reason.is_none() {
            let message = "a new version of a published record owes a reason";
            return Err(StoreError::issue(Issue::at("/reason", message)));
        }
        owes_a_source(&facts)?;
        if !self.importing {
            review::owes_a_grade_that_stands(&facts)?;
        }
        self.keep_names_out_of(reason.as_deref(), &facts).await?;
        self.slug_is_free(&facts, Some(number), &row.network).await?;
        self.keep_new_names_out_of(&facts).await?;
        if !self.importing {
            Box::pin(self.owes_no_block(&facts)).await?;
            Box::pin(self.has_taken_in_the_named(&facts)).await?;
        }
        let completed = Box::pin(self.complete(row, shown_id, facts, &joining)).await?;
        let Completed { row, revision_id: shown_id, facts } = completed;
        self.owes_mere_words(&row, minor, &facts).await?;
        Box::pin(self.keep_past(&row)).await?;
        let version = row.version + 1;
        let published = version::ActiveModel {
            number: Set(row.number),
            version: Set(version),
            revision: Set(row.revision),
            published_at: Set(self.now),
            published_by: Set(self.actor.id),
            reason: Set(reason.clone()),
            minor: Set(minor.into()),
        };
        bulk::insert::<version::Entity, _>(self.tx, vec![published]).await?;
        self.commit_to(number, version, &facts, reason.as_deref()).await?;
        self.list_cited(number, version, &facts).await?;
        let card = record::ActiveModel {
            number: Set(row.number),
            state: Set(State::Published.to_string()),
            version: Set(version),
            shown: Set(row.revision),
            shown_id: Set(shown_id),
            first_published_at: Set(Some(row.first_published_at.unwrap_or(self.now))),
            changed_at: Set(Some(self.now)),
            shown_at: Set(Some(self.now)),
            task: Set(None),
            waiting_since: Set(None),
            ..Default::default()
        };
        card.update(self.tx).await?;
        self.unassign(&row).await?;
        self.audit(&row, Action::Publish, reason).await?;
        let change = if version == 1 { ChangeKind::Created } else { ChangeKind::Corrected };
        self.changes.note(change, row.number, version);
        self.notify_of_version(&row, version, minor, &facts).await?;
        Box::pin(self.show(number, facts)).await?;
        let standing = Written::standing(number, &row, State::Published, version, Some(self.now));
        Ok(Written { warnings: joining.warnings, ..standing })
    }

    /// Takes a published record back; it stays as a tombstone.
    pub(crate) async fn withdraw(
        &self,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        class: WithdrawalClass,
        reason: Option<String>,
    ) -> Result<Written, StoreError> {
        self.lock_around(number).await?;
        let row = self.row(kind, number, None).await?;
        let state = read_state(&row)?;
        if state != State::Published {
            return Err(StoreError::State { state, verb: "withdrawn" });
        }
        stale_unless(&row, expected)?;
        let Some(reason) = reason else {
            let message = "a withdrawal owes a reason";
            return Err(StoreError::issue(Issue::at("/reason", message)));
        };
        let facts = self.facts_at(&row, row.revision).await?;
        self.keep_names_out_of(Some(&reason), &facts).await?;
        self.commit_to_withdrawal(kind, number, row.version, class, &reason).await?;
        self.set_state(&row, State::Withdrawn, Action::Withdraw(class), Some(reason)).await?;
        self.wait(&row, None).await?;
        self.unassign(&row).await?;
        self.changes.withdrawn(row.number, row.version, class);
        self.notify_of_withdrawal(&row, class).await?;
        search::remove(self.tx, vec![number]).await?;
        Box::pin(self.forget_past(number)).await?;
        let mut affected = self.targets(number).await?;
        affected.push(number);
        self.refresh_public(affected).await?;
        Ok(Written::standing(number, &row, State::Withdrawn, row.version, Some(self.now)))
    }

    /// Removes a record that was never published. Its number is never used again.
    pub(crate) async fn delete(
        &self,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
    ) -> Result<(), StoreError> {
        let row = self.row(kind, number, None).await?;
        let state = read_state(&row)?;
        if state == State::Merged {
            // The number leads to the one that holds what it said.
            return Err(StoreError::State { state, verb: "deleted" });
        }
        let naming = reference::Entity::find()
            .join(JoinType::InnerJoin, joined::<reference::Entity>(reference::Column::FromNumber))
            .filter(reference::Column::ToNumber.eq(row.number))
            .filter(records::visible_or_withdrawn(&self.audience))
            .limit(1)
            .one(self.tx)
            .await?;
        if row.version > 0 {
            return Err(StoreError::State { state, verb: "deleted, only withdrawn" });
        }
        if review::is_locked(&row, state) && self.may_review(&row).await.is_err() {
            return Err(StoreError::State { state, verb: "deleted by anybody but its reviewers" });
        }
        if naming.is_some() {
            let issue = Issue::at("", "another record refers to it; remove the reference first");
            return Err(StoreError::Conflict(vec![issue]));
        }
        stale_unless(&row, expected)?;
        self.audit(&row, Action::Delete, None).await?;
        self.erase(&row).await
    }

    /// Empties every table of what it holds of a record. Its card stays, with nothing on it, so that its
    /// number is never given again; what was done with it stays in the audit trail.
    pub(crate) async fn erase(&self, row: &record::Model) -> Result<(), StoreError> {
        let number = read_number(row)?;
        let by_number = row.number;
        confidential::Entity::delete_many()
            .filter(confidential::Column::Number.eq(by_number))
            .exec(self.tx)
            .await?;
        revision::Entity::delete_many()
            .filter(revision::Column::Number.eq(by_number))
            .exec(self.tx)
            .await?;
        external_id::Entity::delete_many()
            .filter(external_id::Column::Number.eq(by_number))
            .exec(self.tx)
            .await?;
        person_name::Entity::delete_many()
            .filter(person_name::Column::Person.eq(by_number))
            .exec(self.tx)
            .await?;
        name_key::Entity::delete_many()
            .filter(name_key::Column::Number.eq(by_number))
            .exec(self.tx)
            .await?;
        let targets = self.targets(number).await?;
        reference::Entity::delete_many()
            .filter(reference::Column::FromNumber.eq(by_number))
            .exec(self.tx)
            .await?;
        incident_term::Entity::delete_many()
            .filter(incident_term::Column::Incident.eq(by_number))
            .exec(self.tx)
            .await?;
        custody_span::Entity::delete_many()
            .filter(custody_span::Column::Incident.eq(by_number))
            .exec(self.tx)
            .await?;
        known_custody::Entity::delete_many()
            .filter(known_custody::Column::Incident.eq(by_number))
            .exec(self.tx)
            .await?;
        self.forget_review(row).await?;
        self.forget_sharing(row).await?;
        self.forget_answers(row).await?;
        let pairs = distinct_pair::Column::Low.eq(by_number);
        let pairs = pairs.or(distinct_pair::Column::High.eq(by_number));
        distinct_pair::Entity::delete_many().filter(pairs).exec(self.tx).await?;
        search::remove(self.tx, vec![number]).await?;
        let gone = record::ActiveModel {
            number: Set(by_number),
            state: Set(records::DELETED.to_owned()),
            public: Set(0),
            slug: Set(None),
            label: Set(None),
            acronym: Set(None),
            task: Set(None),
            waiting_since: Set(None),
            held_confirmed_on: Set(None),
            known_from: Set(None),
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
            first_month: Set(None),
            last_month: Set(None),
            people: Set(None),
            people_min: Set(None),
            people_max: Set(None),
            events: Set(None),
            ..Default::default()
        };
        gone.update(self.tx).await?;
        self.refresh_public(targets).await
    }

    /// What a revision of a record says, its confidential facts included.
    pub(crate) async fn facts_at(
        &self,
        row: &record::Model,
        revision: i32,
    ) -> Result<Stored, StoreError> {
        Ok(self.revision_at(row, revision).await?.1)
    }

    /// The id of a revision of a record, and what it says.
    pub(crate) async fn revision_at(
        &self,
        row: &record::Model,
        revision: i32,
    ) -> Result<(i64, Stored), StoreError> {
        let found = revision::Entity::find()
            .filter(revision::Column::Number.eq(row.number))
            .filter(revision::Column::Revision.eq(revision))
            .one(self.tx)
            .await?
            .ok_or(StoreError::NotFound)?;
        let (number, mut facts) = records::read_facts(row.number, &row.kind, &found.snapshot)?;
        if let Some(rows) = records::sealed(self.tx, vec![found.id]).await?.remove(&found.id) {
            records::put_back(number, &mut facts, rows)?;
        }
        Ok((found.id, facts))
    }

    /// How much of a record the writer may see.
    pub(crate) fn access_to(&self, row: &record::Model) -> Tier {
        match &self.audience {
            Audience::Public => Tier::Public,
            Audience::Instance => Tier::Network,
            Audience::Member(member) if member.network != row.network => Tier::Public,
            Audience::Member(member) if member.cleared || row.recorded_by == member.who => {
                Tier::Confidential
            }
            Audience::Member(member) => {
                let states = member.states && row.kind == Kind::Statement.singular();
                if member.desk || states { Tier::Network } else { Tier::Public }
            }
        }
    }

    pub(crate) async fn set_state(
        &self,
        row: &record::Model,
        state: State,
        action: Action,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let mut card = record::ActiveModel {
            number: Set(row.number),
            state: Set(state.to_string()),
            ..Default::default()
        };
        if row.version > 0 {
            card.changed_at = Set(Some(self.now));
        }
        card.update(self.tx).await?;
        self.audit(row, action, reason).await
    }

    pub(crate) async fn audit(
        &self,
        row: &record::Model,
        action: Action,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let number = Some(read_number(row)?);
        let entry = Entry { action, number, revision: Some(row.revision), reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await
    }
}

pub(crate) fn stale_unless(row: &record::Model, expected: Option<i32>) -> Result<(), StoreError> {
    match expected {
        Some(expected) if expected != row.revision => Err(StoreError::Stale),
        _ => Ok(()),
    }
}

/// A fact without a source is not published.
pub(crate) fn owes_a_source(facts: &Stored) -> Result<(), StoreError> {
    let public = facts.sources().iter().any(|source| source.tier.is_public());
    if facts.kind() == Kind::Incident && !public {
        let message =
            "a fact without a source is not published: name one at least that can be told";
        return Err(StoreError::issue(Issue::at("/sources", message)));
    }
    Ok(())
}
