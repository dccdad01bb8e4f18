//! Slugs: which record one stands for, and who may have it.
//!
//! A slug is one record's within a network, and one record's among what everybody can see. What a
//! writer cannot see holds none, or a refusal would tell that it is there.

use amparo_domain::access::Audience;
use amparo_domain::facts::Facts;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::State;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, Order, Query, SelectStatement, SimpleExpr,
};

use crate::entity::record;
use crate::error::StoreError;
use crate::paging;
use crate::writing::Writing;

/// Orders the records that have a slug, so that the one it stands for comes first: the caller's own
/// network's, else the public one, else a tombstone.
pub(crate) fn prefer(select: &mut SelectStatement, audience: &Audience) {
    let column = |column| Expr::col((record::Entity, column));
    if let Audience::Member(member) = audience {
        let network = member.network.as_str();
        let own = Expr::case(column(record::Column::Network).eq(network), 0).finally(1);
        select.order_by_expr(own.into(), Order::Asc);
    }
    select
        .order_by((record::Entity, record::Column::Public), Order::Desc)
        .order_by((record::Entity, record::Column::Number), Order::Asc);
}

impl Writing<'_> {
    /// Refuses a slug that another record of the network or a public one has, and names that one.
    pub(crate) async fn slug_is_free<R>(
        &self,
        facts: &Facts<R>,
        number: Option<Number>,
        network: &str,
    ) -> Result<(), StoreError> {
        let (kind, Some(slug)) = (facts.kind(), facts.slug()) else {
            return Ok(());
        };
        match self.holder_of(kind, slug, number, Some(network)).await? {
            Some(holder) => {
                let message = format!("{kind} {holder} has this slug");
                Err(StoreError::Conflict(vec![Issue::at("/slug", message)]))
            }
            None => Ok(()),
        }
    }

    /// Refuses to make something public under a slug that is another's in public. `becoming` tells
    /// which of the records become public.
    pub(crate) async fn slugs_are_free(
        &self,
        numbers: &[i64],
        becoming: SimpleExpr,
    ) -> Result<(), StoreError> {
        let holder = Alias::new("holder");
        let of_holder = |column| Expr::col((holder.clone(), column));
        let same = |column| of_holder(column).equals((record::Entity, column));
        let taken = Query::select()
            .expr(Expr::cust("1"))
            .from_as(record::Entity, holder.clone())
            .and_where(same(record::Column::Kind))
            .and_where(same(record::Column::Slug))
            .and_where(
                of_holder(record::Column::Number)
                    .not_equals((record::Entity, record::Column::Number)),
            )
            .cond_where(in_public(of_holder))
            .to_owned();
        let mut select = Query::select();
        select
            .columns([record::Column::Number, record::Column::Network])
            .columns([record::Column::Kind, record::Column::Slug])
            .from(record::Entity)
            .and_where(Expr::col(record::Column::Number).is_in(numbers.iter().copied()))
            .and_where(Expr::col(record::Column::Public).eq(0))
            .and_where(Expr::col(record::Column::Slug).is_not_null())
            .and_where(becoming)
            .and_where(Expr::exists(taken))
            .limit(1);
        let Some(row) = self.tx.query_one(&select).await? else {
            return Ok(());
        };
        let number = paging::number(&row)?;
        let (network, kind): (String, String) =
            (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let slug: String = row.try_get_by_index(3)?;
        let kind: Kind = kind.parse().map_err(|()| StoreError::NotFound)?;
        let holder = self.holder_of(kind, &slug, Some(number), None).await?;
        let holder = holder.map_or_else(String::new, |holder| holder.to_string());
        let message = if self.audience.sees_network(&network) {
            format!("{kind} {number} cannot become public: {kind} {holder} has its slug")
        } else {
            format!("an {kind} named here cannot become public: {kind} {holder} has its slug")
        };
        Err(StoreError::Conflict(vec![Issue::at("", message)]))
    }

    /// Another record that has a slug, in a network or in public.
    async fn holder_of(
        &self,
        kind: Kind,
        slug: &str,
        except: Option<Number>,
        network: Option<&str>,
    ) -> Result<Option<Number>, StoreError> {
        let column = |column| Expr::col((record::Entity, column));
        let mut within = in_public(column);
        if let Some(network) = network {
            within = within.add(column(record::Column::Network).eq(network));
        }
        let mut select = Query::select();
        select
            .column((record::Entity, record::Column::Number))
            .from(record::Entity)
            .and_where(column(record::Column::Kind).eq(kind.singular()))
            .and_where(column(record::Column::Slug).eq(slug))
            .cond_where(within)
            .limit(1);
        if let Some(number) = except {
            select.and_where(column(record::Column::Number).ne(number.as_i64()));
        }
        prefer(&mut select, &self.audience);
        let row = self.tx.query_one(&select).await?;
        Ok(row.map(|row| paging::number(&row)).transpose()?)
    }
}

/// What everybody can see something of: the public, and tombstones, whose addresses stay theirs.
fn in_public(column: impl Fn(record::Column) -> SimpleExpr) -> Condition {
    Condition::any()
        .add(column(record::Column::Public).eq(1))
        .add(column(record::Column::State).eq(State::Withdrawn.code()))
}
