//! Asking, and taking an answer.

use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::State;
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QuerySelect as _,
};

use super::{DAYS, NewAnswer, NewEndorsement, REQUESTS_MAX, answered, digest, not_held};
use crate::audit::{self, Action, Entry};
use crate::entity::{endorsement, network, record, response};
use crate::error::StoreError;
use crate::networks::acting_for;
use crate::records;
use crate::save::{read_number, read_state};
use crate::spelled::names_of;
use crate::writing::Writing;

impl Writing<'_> {
    pub(super) async fn ask_endorsement(
        &self,
        id: i64,
        statement: Number,
        new: &NewEndorsement,
        code_hash: String,
    ) -> Result<(), StoreError> {
        let row = self.row(Kind::Statement, statement, None).await?;
        let state = read_state(&row)?;
        if matches!(state, State::Declined | State::Merged) {
            return Err(StoreError::State { state, verb: "endorsed" });
        }
        let organization = self.organization(&new.organization, "/organization").await?;
        if let Some(slug) = &new.network
            && network::Entity::find_by_id(slug.clone()).one(self.tx).await?.is_none()
        {
            return Err(StoreError::issue(Issue::at("/network", "there is no such network")));
        }
        // Whoever is asked again answers what is asked now.
        endorsement::Entity::delete_many()
            .filter(endorsement::Column::Statement.eq(row.number))
            .filter(endorsement::Column::Organization.eq(organization.as_i64()))
            .filter(endorsement::Column::Answer.is_null())
            .exec(self.tx)
            .await?;
        let of_statement = endorsement::Column::Statement.eq(row.number);
        let there = endorsement::Entity::find().filter(of_statement).count(self.tx).await?;
        if there >= REQUESTS_MAX {
            let message = format!("{REQUESTS_MAX} were asked already");
            return Err(StoreError::Conflict(vec![Issue::at("", message)]));
        }
        let Stored::Statement(facts) = self.facts_at(&row, row.revision).await? else {
            return Err(StoreError::NotFound);
        };
        let asked = endorsement::ActiveModel {
            id: Set(id),
            statement: Set(row.number),
            organization: Set(organization.as_i64()),
            network: Set(new.network.clone()),
            code_hash: Set(Some(code_hash)),
            revision: Set(row.revision),
            wording: Set(digest(&facts)),
            asked_by: Set(self.actor.id),
            asked_at: Set(self.now),
            expires_at: Set(self.now + TimeDelta::days(DAYS)),
            answer: Set(None),
            answered_at: Set(None),
            answered_by: Set(None),
            name: Set(None),
            role: Set(None),
            said: Set(None),
        };
        endorsement::Entity::insert(asked).exec_without_returning(self.tx).await?;
        let reason = Some(format!("endorsement {id} by {organization}"));
        self.audit(&row, Action::AskEndorsement, reason).await
    }

    /// An organization that the writer can see, by its number or slug.
    pub(crate) async fn organization(
        &self,
        named: &Named,
        place: &str,
    ) -> Result<Number, StoreError> {
        let is = match named {
            Named::Number(number) => record::Column::Number.eq(number.as_i64()),
            Named::Slug(slug) => record::Column::Slug.eq(slug.as_str()),
        };
        let gone = [State::Withdrawn, State::Declined, State::Merged].map(State::code);
        let mut rows = record::Entity::find()
            .filter(is)
            .filter(record::Column::Kind.eq(Kind::Organization.singular()))
            .filter(record::Column::State.is_not_in(gone))
            .filter(records::visible_to(&self.audience))
            .all(self.tx)
            .await?;
        // Of several with a slug, that of one's own network goes first.
        rows.sort_by_key(|row| row.network != self.actor.network);
        let row = rows.into_iter().next();
        let missing = || StoreError::issue(Issue::at(place, "there is no such organization"));
        read_number(&row.ok_or_else(missing)?)
    }

    pub(super) async fn answer_endorsement(
        &mut self,
        id: i64,
        new: NewAnswer,
        network: Option<String>,
    ) -> Result<(), StoreError> {
        let mut select = endorsement::Entity::find_by_id(id);
        if let Some(network) = &network {
            select = select.filter(endorsement::Column::Network.eq(network.as_str()));
        }
        let request = select.lock_exclusive().one(self.tx).await?.ok_or(StoreError::NotFound)?;
        let row = record::Entity::find_by_id(request.statement).one(self.tx).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let state = read_state(&row)?;
        if matches!(state, State::Withdrawn | State::Declined | State::Merged) {
            return Err(StoreError::NotFound);
        }
        let facts = self.facts_at(&row, request.revision).await?;
        let said = match new.text {
            Some(text) => Some(self.with_tokens(text, &facts).await?),
            None => None,
        };
        if let Some(before) = answered(&request)? {
            let same = before == new.answer
                && request.name.as_ref() == Some(&new.name)
                && request.role.as_ref() == Some(&new.role)
                && request.said == said;
            if same {
                return Ok(());
            }
            let issue = Issue::at("/answer", "this was answered already");
            return Err(StoreError::Conflict(vec![issue]));
        }
        if request.expires_at <= self.now {
            return Err(not_held());
        }
        let answer = endorsement::ActiveModel {
            id: Set(id),
            answer: Set(Some(new.answer.code().to_owned())),
            answered_at: Set(Some(self.now)),
            answered_by: Set(network.is_some().then_some(self.actor.id)),
            name: Set(Some(new.name)),
            role: Set(Some(new.role)),
            said: Set(said),
            ..Default::default()
        };
        answer.update(self.tx).await?;
        let actor = acting_for(self.actor, &row.network);
        let reason = Some(format!("endorsement {id}: {}", new.answer));
        let entry = Entry {
            action: Action::AnswerEndorsement,
            number: Some(read_number(&row)?),
            revision: Some(request.revision),
            reason,
        };
        audit::record(self.tx, &actor, self.now, vec![entry]).await
    }

    /// A text with the names of a record's people replaced by their tokens.
    async fn with_tokens(&self, mut text: String, facts: &Stored) -> Result<String, StoreError> {
        let people = self.names_for(std::iter::once(facts)).await?;
        let names = names_of(facts, &people, &[]);
        let mut told: Vec<(std::ops::Range<usize>, String)> = names
            .in_text(&text)
            .into_iter()
            .map(|told| {
                let instead = match told.people {
                    [person] if !told.within => format!("{{{person}}}"),
                    _ => "[…]".to_owned(),
                };
                (told.range.clone(), instead)
            })
            .collect();
        told.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, instead) in told {
            text.replace_range(range, &instead);
        }
        Ok(text)
    }

    /// Removes what was asked and answered beside a record that is removed.
    pub(crate) async fn forget_answers(&self, row: &record::Model) -> Result<(), StoreError> {
        let about = endorsement::Column::Statement.eq(row.number);
        endorsement::Entity::delete_many().filter(about).exec(self.tx).await?;
        let about = response::Column::Number.eq(row.number);
        response::Entity::delete_many().filter(about).exec(self.tx).await?;
        Ok(())
    }
}
