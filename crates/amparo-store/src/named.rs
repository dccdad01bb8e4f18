//! What a question names: from numbers and slugs to the records that the caller can see.

use std::collections::HashMap;

use amparo_domain::access::Audience;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::suggest;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement};

use crate::Store;
use crate::bulk::padded;
use crate::entity::record;
use crate::error::StoreError;
use crate::paging;
use crate::records::visible_to;
use crate::slugs;

/// How many slugs are looked at for one that was probably meant.
const SLUGS_MAX: u64 = 10_000;

impl Store {
    /// The records of a kind that are named, as far as the caller can see them; `None` for each of
    /// the others, whether it is there or not.
    pub async fn named(
        &self,
        audience: &Audience,
        kind: Kind,
        names: &[Named],
    ) -> Result<Vec<Option<Number>>, StoreError> {
        let (mut numbers, mut slugs) = (Vec::new(), Vec::new());
        for name in names {
            match name {
                Named::Number(number) => numbers.push(number.as_i64()),
                Named::Slug(slug) => slugs.push(slug.clone()),
            }
        }
        let column = |column| Expr::col((record::Entity, column));
        let mut any = Condition::any();
        if !numbers.is_empty() {
            any = any.add(column(record::Column::Number).is_in(padded(numbers)));
        }
        if !slugs.is_empty() {
            any = any.add(column(record::Column::Slug).is_in(padded(slugs)));
        }
        if any.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = of_kind(audience, kind);
        select.cond_where(any);
        slugs::prefer(&mut select, audience);
        let mut found: HashMap<Named, Number> = HashMap::new();
        for row in self.connections.reader().query_all(&select).await? {
            let number = paging::number(&row)?;
            found.insert(Named::Number(number), number);
            if let Some(slug) = row.try_get_by_index(1)? {
                found.entry(Named::Slug(slug)).or_insert(number);
            }
        }
        Ok(names.iter().map(|name| found.get(name).copied()).collect())
    }

    /// Slugs of records of a kind that are probably meant, among those that the caller can see.
    pub async fn near_slugs(
        &self,
        audience: &Audience,
        kind: Kind,
        slug: &str,
    ) -> Result<Vec<String>, StoreError> {
        let mut select = of_kind(audience, kind);
        select
            .and_where(Expr::col((record::Entity, record::Column::Slug)).is_not_null())
            .limit(SLUGS_MAX);
        let rows = self.connections.reader().query_all(&select).await?;
        let slugs: Result<Vec<String>, _> =
            rows.iter().map(|row| row.try_get_by_index(1)).collect();
        Ok(suggest::nearest(slug, slugs?.iter().map(String::as_str)))
    }
}

/// Number and slug of the records of a kind that the caller can see.
fn of_kind(audience: &Audience, kind: Kind) -> SelectStatement {
    Query::select()
        .column((record::Entity, record::Column::Number))
        .column((record::Entity, record::Column::Slug))
        .from(record::Entity)
        .and_where(Expr::col((record::Entity, record::Column::Kind)).eq(kind.singular()))
        .cond_where(visible_to(audience))
        .to_owned()
}
