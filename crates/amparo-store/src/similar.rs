//! Incidents that may be the same as a new one: suggestions for a person, never a merge.

use amparo_domain::incident::IncidentFacts;
use amparo_domain::number::Number;
use amparo_domain::partial_date::Precision;
use amparo_domain::period::Period;
use amparo_domain::reference::Relation;
use chrono::{Days, NaiveDate};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};

use crate::entity::{incident_term, record, reference};
use crate::error::StoreError;
use crate::paging::{self, Span};
use crate::records::{literal, visible_to};
use crate::writing::{PossibleDuplicate, Writing};

/// The most suggestions for one incident.
const MOST: usize = 5;

impl Writing<'_> {
    /// Incidents of the same country and a same type whose dates may be one, among what the writer
    /// can see, the public ones first; of the same organization, if the new one names any.
    pub(crate) async fn similar(
        &self,
        number: Number,
        facts: &IncidentFacts<Number>,
    ) -> Result<Vec<PossibleDuplicate>, StoreError> {
        if facts.occurred.precision() == Precision::Unknown {
            return Ok(Vec::new());
        }
        let column = |column| Expr::col((record::Entity, column));
        let (first, last) = padded_span(facts);
        let of_type = Query::select()
            .expr(Expr::cust("1"))
            .from(incident_term::Entity)
            .and_where(
                Expr::col((incident_term::Entity, incident_term::Column::Incident))
                    .equals((record::Entity, record::Column::Number)),
            )
            .and_where(Expr::col((incident_term::Entity, incident_term::Column::List)).eq("type"))
            .and_where(
                Expr::col((incident_term::Entity, incident_term::Column::Code))
                    .is_in(facts.types.iter().map(|t| t.code())),
            )
            .to_owned();
        let period = Period { from: Some(first), to: Some(last) };
        let mut select = Query::select();
        select
            .column((record::Entity, record::Column::Number))
            .from(record::Entity)
            .and_where(column(record::Column::Kind).eq(literal("incident")))
            .and_where(column(record::Column::Country).eq(facts.country.to_string()))
            .and_where(column(record::Column::Number).ne(number.as_i64()))
            .and_where(
                column(record::Column::State)
                    .is_not_in(["withdrawn", "merged", "declined"].map(literal)),
            )
            .and_where(Expr::exists(of_type))
            .cond_where(paging::overlaps(self.tx, period, Span::Possible).await?)
            .cond_where(visible_to(&self.audience))
            .order_by((record::Entity, record::Column::SortOn), sea_orm::Order::Desc)
            .order_by((record::Entity, record::Column::Number), sea_orm::Order::Desc);
        if !facts.organizations.is_empty() {
            let organizations = facts.organizations.iter().map(|link| link.organization.as_i64());
            let naming = Query::select()
                .column((reference::Entity, reference::Column::FromNumber))
                .from(reference::Entity)
                .and_where(
                    Expr::col((reference::Entity, reference::Column::Relation))
                        .eq(Relation::Organization.code()),
                )
                .and_where(
                    Expr::col((reference::Entity, reference::Column::ToNumber))
                        .is_in(organizations),
                )
                .to_owned();
            select.and_where(column(record::Column::Number).in_subquery(naming));
        }
        let reason = if facts.organizations.is_empty() {
            "has the same country and type, at about the same time"
        } else {
            "has the same country, type and organization, at about the same time"
        };
        // The index of a country's records has those that are public apart, each part in its order.
        let mut found = Vec::new();
        for public in [1, 0] {
            let mut of_these = select.clone();
            of_these.and_where(column(record::Column::Public).eq(literal(public)));
            let backend = self.tx.get_database_backend();
            let statement = paging::limited(backend, &of_these, MOST - found.len());
            for row in self.tx.query_all_raw(statement).await? {
                found.push(PossibleDuplicate {
                    pointer: String::new(),
                    number: paging::number(&row)?,
                    reason: reason.to_owned(),
                });
            }
        }
        Ok(found)
    }
}

/// The days on which it can have happened, widened by how inexactly people date such things.
fn padded_span(facts: &IncidentFacts<Number>) -> (NaiveDate, NaiveDate) {
    let days = match facts.occurred.precision() {
        Precision::Day => 3,
        Precision::Month => 31,
        _ => 0,
    };
    let first_day = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN);
    let last_day = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    let (first, last) = facts.occurred.possible_span();
    (
        std::cmp::max(first.checked_sub_days(Days::new(days)).unwrap_or(first), first_day),
        std::cmp::min(last.checked_add_days(Days::new(days)).unwrap_or(last), last_day),
    )
}
