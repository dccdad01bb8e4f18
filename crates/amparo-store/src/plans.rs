//! How a database goes about a list, in its own words: for those who look into a slow one, and for tests.

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::page::{PageRequest, Sort};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement, TransactionTrait as _,
};

use crate::Store;
use crate::among::Purpose;
use crate::database::Connections;
use crate::entity::record;
use crate::error::StoreError;
use crate::paging;
use crate::records::{View, select_cards};

/// The plans of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plans {
    /// How a page is found, a step a line.
    pub page: Vec<String>,
    /// How the total is counted.
    pub total: Vec<String>,
}

impl Store {
    /// How a page of incidents and their total are found. PostgreSQL is told to scan no table and to sort
    /// nothing if it can help it, so that its plans say whether an index serves even where there is too
    /// little to need one.
    pub async fn plans_of_incidents(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        sort: Sort,
        page: &PageRequest,
    ) -> Result<Plans, StoreError> {
        let backend = self.connections.backend();
        let as_of = filter.as_of.is_some();
        let audience = if as_of { &Audience::Public } else { audience };
        let of_page = self.incident_sources(audience, filter, Purpose::Page).await?;
        let of_total = self.incident_sources(audience, filter, Purpose::Count).await?;
        let mut plans = Plans { page: Vec::new(), total: Vec::new() };
        for (page_of, total_of) in of_page.into_iter().zip(of_total) {
            let mut select = select_cards(audience, View::Shown, page_of.cards);
            select.cond_where(page_of.condition);
            if sort == Sort::ChangedDescending && !as_of {
                // The first of its two halves.
                let changed = Expr::col((record::Entity, record::Column::ChangedAt));
                select.and_where(changed.is_not_null());
            }
            let of_page = paging::statement_on(backend, page_of.cards, as_of, select, sort, page);
            let of_total = backend.build(&total_of.select_count());
            let mut pair = of_pair(&self.connections, of_page, of_total).await?;
            plans.page.append(&mut pair.page);
            plans.total.append(&mut pair.total);
        }
        Ok(plans)
    }
}

/// How a page is found by one statement and its total by another.
pub(crate) async fn of_pair(
    connections: &Connections,
    page: Statement,
    total: Statement,
) -> Result<Plans, StoreError> {
    let transaction = connections.reader().begin().await?;
    if connections.backend() == DbBackend::Postgres {
        let unwanted = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off";
        transaction.execute_unprepared(unwanted).await?;
    }
    let plans =
        Plans { page: plan(&transaction, page).await?, total: plan(&transaction, total).await? };
    transaction.rollback().await?;
    Ok(plans)
}

async fn plan(
    transaction: &DatabaseTransaction,
    mut statement: Statement,
) -> Result<Vec<String>, StoreError> {
    let (explain, column) = match statement.db_backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN ", 3),
        _ => ("EXPLAIN (COSTS OFF) ", 0),
    };
    statement.sql.insert_str(0, explain);
    let rows = transaction.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(column)).collect::<Result<_, _>>()?)
}
