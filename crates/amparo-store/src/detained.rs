//! How many people are recorded as held on a day, by the spans that a save leaves of each timeline.

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, JoinType, Query};

use crate::Store;
use crate::among::Purpose;
use crate::card;
use crate::cards::Source;
use crate::entity::{custody_span, known_custody, record};
use crate::error::StoreError;

const SPAN: &str = "span";

impl Store {
    /// How many people are held on the day of a filter (`held_on`) in the incidents that it finds: pairs of a
    /// person and an incident, because nobody is told to be the same in two.
    pub async fn count_detained(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
    ) -> Result<u64, StoreError> {
        let Some(day) = filter.held_on else {
            return Ok(0);
        };
        // What is known today, or what was known on a day: the same columns, and since when it was known.
        let table = if filter.known_on.is_some() { "known_custody" } else { "custody_span" };
        let of = |column| Expr::col((Alias::new(SPAN), column));
        let known = filter.known_on.map(|day| {
            let of = |column| Expr::col((Alias::new(SPAN), column));
            let since = of(known_custody::Column::KnownFrom).lte(day);
            since.and(of(known_custody::Column::KnownUntil).gt(day))
        });
        let mut total = 0;
        for Source { cards, condition } in
            self.incident_sources(audience, filter, Purpose::Count).await?
        {
            let mut select = Query::select();
            select.expr(of(custody_span::Column::People).sum().cast_as("bigint"));
            cards.select_from(&mut select);
            select
                .join_as(
                    JoinType::InnerJoin,
                    Alias::new(table),
                    Alias::new(SPAN),
                    of(custody_span::Column::Incident)
                        .equals((record::Entity, record::Column::Number)),
                )
                .and_where(of(custody_span::Column::Code).eq(card::HELD))
                .and_where(of(custody_span::Column::FromDay).lte(day))
                .and_where(of(custody_span::Column::UntilDay).gt(day))
                .cond_where(Condition::all().add_option(known.clone()))
                .cond_where(condition);
            let row = self.connections.reader().query_one(&select).await?;
            let people: Option<i64> = row.map_or(Ok(None), |row| row.try_get_by_index(0))?;
            total += people.and_then(|people| u64::try_from(people).ok()).unwrap_or(0);
        }
        Ok(total)
    }
}
