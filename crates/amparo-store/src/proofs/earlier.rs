//! Versions that were published before there were commitments.
//!
//! They are committed to afterwards, on the day on which that is done: an entry says since when a version cannot be changed
//! unseen, and before that day it could. What was withdrawn meanwhile is shown no longer, and not committed to either.

use amparo_domain::access::Actor;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::State;
use amparo_proof::leaf::Change;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{fields, number_of};
use crate::Store;
use crate::entity::{commitment, record, version};
use crate::error::StoreError;

/// So many versions go in by one transaction.
const AT_ONCE: u64 = 200;

/// How far committing to earlier versions has come: the last one that was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Earlier {
    number: i64,
    version: i32,
}

impl Store {
    /// Commits to some of the versions that nobody committed to when they were published, behind those where this ended the last
    /// time; gives how many that were and where to go on, or nothing where none is left.
    pub async fn commit_to_earlier(
        &self,
        behind: Earlier,
    ) -> Result<Option<(usize, Earlier)>, StoreError> {
        self.write(&Actor::operator("default"), move |writing| {
            Box::pin(async move {
                // Nothing that anybody reads is another by it.
                writing.unseen = true;
                let found = uncommitted(behind).all(writing.tx).await?;
                let mut reached = behind;
                let mut committed = 0;
                for (row, card) in found {
                    reached = Earlier { number: row.number, version: row.version };
                    let Some(card) = card else { continue };
                    let number = Number::from_i64(row.number)
                        .map_err(|_| super::log::corrupt("the number is none"))?;
                    let (_, facts) = writing.revision_at(&card, row.revision).await?;
                    let reason = row.reason.as_deref();
                    writing.commit_to(number, row.version, &facts, reason).await?;
                    committed += 1;
                }
                Ok((reached != behind).then_some((committed, reached)))
            })
        })
        .await
    }
}

/// The next versions that everybody may see and that nobody committed to, in the order of their numbers.
fn uncommitted(behind: Earlier) -> sea_orm::SelectTwo<version::Entity, record::Entity> {
    use version::Column as V;
    let of = |column: V| Expr::col((version::Entity, column));
    let committed = Query::select()
        .expr(Expr::val(1))
        .from(commitment::Entity)
        .and_where(
            Expr::col((commitment::Entity, commitment::Column::Number))
                .equals((version::Entity, V::Number)),
        )
        .and_where(
            Expr::col((commitment::Entity, commitment::Column::Version))
                .equals((version::Entity, V::Version)),
        )
        .and_where(
            Expr::col((commitment::Entity, commitment::Column::Change))
                .lt(number_of(Change::Retract)),
        )
        .to_owned();
    let kinds = [Kind::Incident, Kind::Statement, Kind::Organization, Kind::Election, Kind::Case];
    let kinds = kinds.into_iter().filter(|kind| fields::of_kind(*kind).is_some());
    version::Entity::find()
        .join(
            sea_orm::JoinType::InnerJoin,
            version::Entity::belongs_to(record::Entity)
                .from(V::Number)
                .to(record::Column::Number)
                .into(),
        )
        .select_also(record::Entity)
        .filter(record::Column::Kind.is_in(kinds.map(Kind::singular)))
        .filter(record::Column::State.is_in([State::Published.code(), State::Merged.code()]))
        .filter(
            Condition::any()
                .add(of(V::Number).gt(behind.number))
                .add(of(V::Number).eq(behind.number).and(of(V::Version).gt(behind.version))),
        )
        .filter(Expr::not_exists(committed))
        .order_by_asc(V::Number)
        .order_by_asc(V::Version)
        .limit(AT_ONCE)
}
