//! Which cards a list is asked of: those of today, and those of days gone by under the same name, so that
//! every condition is written once.

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Alias, Condition, Expr, SelectStatement, SimpleExpr};

use crate::Store;
use crate::among::Purpose;
use crate::entity::{past_card, record};
use crate::error::StoreError;

/// Which cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cards {
    /// Those of records.
    Present,
    /// Those of versions that are shown no longer.
    Past,
}

/// Cards, and what is asked of them.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Which cards.
    pub cards: Cards,
    /// Which of them, as a condition on `record`.
    pub condition: Condition,
}

impl Cards {
    /// Reads from these cards, as `record`.
    pub(crate) fn select_from(self, select: &mut SelectStatement) {
        match self {
            Self::Present => select.from(record::Entity),
            Self::Past => select.from_as(self.table(), Alias::new("record")),
        };
    }

    /// Reads from these cards, as something else.
    pub(crate) fn select_from_as(self, select: &mut SelectStatement, alias: Alias) {
        select.from_as(self.table(), alias);
    }

    /// The table they are in.
    pub(crate) fn table(self) -> Alias {
        Alias::new(if self == Self::Present { "record" } else { "past_card" })
    }

    /// The number by which readers know what a card is of.
    pub(crate) fn number(self) -> SimpleExpr {
        match self {
            Self::Present => Expr::col((record::Entity, record::Column::Number)),
            Self::Past => Expr::col((record::Entity, past_card::Column::OfNumber)),
        }
    }
}

impl Source {
    /// The same cards with a further condition.
    pub(crate) fn and(&self, condition: SimpleExpr) -> Self {
        Self { cards: self.cards, condition: self.condition.clone().add(condition) }
    }

    /// How many there are.
    pub(crate) fn select_count(&self) -> SelectStatement {
        let mut count = sea_orm::sea_query::Query::select();
        count.expr(Expr::cust("COUNT(*)")).cond_where(self.condition.clone());
        self.cards.select_from(&mut count);
        count
    }
}

impl Store {
    /// Where the answer to a question lies: one source, or two that have no record in common. Lists merge
    /// them, totals and counts add them up.
    pub(crate) async fn incident_sources(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        purpose: Purpose,
    ) -> Result<Vec<Source>, StoreError> {
        let cards: &[Cards] = match filter.as_of {
            None => &[Cards::Present],
            Some(_) => &[Cards::Present, Cards::Past],
        };
        let mut sources = Vec::with_capacity(cards.len());
        for cards in cards.iter().copied() {
            let condition = self.condition_on(cards, audience, filter, purpose).await?;
            sources.push(Source { cards, condition });
        }
        Ok(sources)
    }

    /// How many incidents a question finds: as many as its list has.
    pub async fn total_of_incidents(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
    ) -> Result<u64, StoreError> {
        let mut total = 0;
        for source in self.incident_sources(audience, filter, Purpose::Count).await? {
            let row = self.connections.asker().query_one(&source.select_count()).await?;
            let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
            total += u64::try_from(count).unwrap_or(0);
        }
        Ok(total)
    }
}
