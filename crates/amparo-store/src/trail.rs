//! What was done, read by those who answer for it.

use std::collections::{HashMap, HashSet};

use amparo_domain::access::{AccessDenied, Actor, Audience, Role};
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::Store;
use crate::bulk::padded;
use crate::entity::{account, audit_entry, membership, record};
use crate::error::StoreError;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Where it stands in the trail, as its reader sees it.
    pub place: Place,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// By which account, or token without one; 0 is the operator.
    pub who: i64,
    /// What they are called, if they said and the reader may know.
    pub display_name: Option<String>,
    /// The network it concerns.
    pub network: String,
    /// What was done.
    pub action: String,
    /// The record it concerns.
    pub number: Option<Number>,
    /// The revision of the record then.
    pub revision: Option<i32>,
    /// Why, or about whom.
    pub reason: Option<String>,
}

/// Where a deed stands among those that are shown: never an id, whose gaps would tell how much is done that
/// the reader may not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it was done.
    pub at: DateTime<Utc>,
    /// How many deeds of that very moment are shown up to this one, which counts.
    pub nth: u64,
}

/// Which deeds are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// About a record.
    pub number: Option<Number>,
    /// Of a kind.
    pub action: Option<String>,
    /// By somebody.
    pub who: Option<i64>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

impl Store {
    /// What was done, the latest first: all for who runs the instance, what concerns their network for
    /// who manages one, what was done to its records for its verifiers.
    pub async fn trail(
        &self,
        actor: &Actor,
        filter: &TrailFilter,
        after: Option<Place>,
        limit: u64,
    ) -> Result<Vec<Deed>, StoreError> {
        use audit_entry::Column as C;
        let runs = actor.roles.has(Role::Admin);
        let mut condition = Condition::all();
        if !runs {
            let of_records =
                Condition::any().add(C::Number.in_subquery(records_of(&actor.network)));
            condition = condition.add(if actor.roles.has(Role::NetworkAdmin) {
                of_records.add(C::Network.eq(&actor.network))
            } else if actor.roles.has(Role::Verifier) {
                of_records
            } else {
                return Err(AccessDenied::Needs(Role::Verifier.code()).into());
            });
        }
        let TrailFilter { number, action, who, since, until } = filter;
        // That something was done to the record of a person is told, but not which record that is.
        let knows = matches!(actor.audience(), Audience::Member(member) if member.cleared);
        if let Some(number) = number.filter(|_| !knows)
            && !self.people_among(vec![number.as_i64()]).await?.is_empty()
        {
            return Ok(Vec::new());
        }
        condition = condition
            .add_option(number.map(|number| C::Number.eq(number.as_i64())))
            .add_option(action.as_ref().map(|action| C::Action.eq(action)))
            .add_option(who.map(|who| C::Token.eq(who)))
            .add_option(since.map(|since| C::At.gte(since)))
            .add_option(until.map(|until| C::At.lt(until)))
            .add_option(after.map(|after| C::At.lte(after.at)));
        let rows = audit_entry::Entity::find()
            .filter(condition)
            .order_by_desc(C::At)
            .order_by_desc(C::Id)
            .offset(after.map(|after| after.nth))
            .limit(limit)
            .all(self.connections.reader())
            .await?;
        let unknown = if knows {
            HashSet::new()
        } else {
            self.people_among(rows.iter().filter_map(|row| row.number).collect()).await?
        };
        let ids = rows.iter().map(|row| row.token).collect();
        let within = (!runs).then_some(actor.network.as_str());
        let names = self.display_names(ids, within).await?;
        let mut last = after;
        let read = |row: audit_entry::Model| {
            let nth = last.filter(|last| last.at == row.at).map_or(1, |last| last.nth + 1);
            let place = Place { at: row.at, nth };
            last = Some(place);
            let corrupt = |number: i64| StoreError::Corrupt {
                table: "audit_entry",
                number,
                what: "it names no record",
            };
            let told = row.number.filter(|number| !unknown.contains(number));
            let number = told.map(|number| Number::from_i64(number).map_err(|_| corrupt(number)));
            Ok(Deed {
                place,
                at: row.at,
                who: row.token,
                display_name: names.get(&row.token).cloned(),
                network: row.network,
                action: row.action,
                number: number.transpose()?,
                revision: row.revision.filter(|_| told.is_some() || row.number.is_none()),
                reason: row.reason,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Those of some numbers that are of people.
    async fn people_among(&self, numbers: Vec<i64>) -> Result<HashSet<i64>, StoreError> {
        let people: Vec<i64> = record::Entity::find()
            .select_only()
            .column(record::Column::Number)
            .filter(record::Column::Kind.eq(Kind::Person.singular()))
            .filter(record::Column::Number.is_in(padded(numbers)))
            .into_tuple()
            .all(self.connections.reader())
            .await?;
        Ok(people.into_iter().collect())
    }

    /// What accounts are called: never their logins. Within a network, only its members.
    async fn display_names(
        &self,
        ids: Vec<i64>,
        within: Option<&str>,
    ) -> Result<HashMap<i64, String>, StoreError> {
        let mut query = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .column(account::Column::DisplayName)
            .filter(account::Column::Id.is_in(ids))
            .filter(account::Column::DisplayName.ne(""));
        if let Some(network) = within {
            let members = Query::select()
                .column(membership::Column::Account)
                .from(membership::Entity)
                .and_where(membership::Column::Network.eq(network))
                .to_owned();
            query = query.filter(account::Column::Id.in_subquery(members));
        }
        let rows: Vec<(i64, String)> = query.into_tuple().all(self.connections.reader()).await?;
        Ok(rows.into_iter().collect())
    }
}

fn records_of(network: &str) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(record::Column::Number)
        .from(record::Entity)
        .and_where(record::Column::Network.eq(network))
        .to_owned()
}
