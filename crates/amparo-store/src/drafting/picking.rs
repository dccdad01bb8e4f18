//! Incidents that are added to what a statement cites.

use std::collections::HashMap;

use amparo_domain::access::{Audience, Editor};
use amparo_domain::facts::Stored;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::page::{PageRequest, Sort};
use amparo_domain::statement::{CITED_MAX, Citation};
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State;
use chrono::NaiveDate;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use crate::Store;
use crate::audit::Action;
use crate::bulk::{KEYS_MAX, padded};
use crate::entity::record;
use crate::error::StoreError;
use crate::lifecycle::stale_unless;
use crate::records::visible_to;
use crate::retries::IdempotencyKey;
use crate::review;
use crate::save::read_state;
use crate::write::Written;
use crate::writing::Writing;

/// No more incidents are picked at once.
pub const PICKED_MAX: u16 = 500;

impl Store {
    /// The incidents that a question finds, by date; one more than can be picked at most.
    pub async fn to_pick(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
    ) -> Result<Vec<Number>, StoreError> {
        let page = PageRequest { after: None, limit: PICKED_MAX + 1, total: false };
        let listing = self.listing(audience, filter, Sort::OccurredAscending).await?;
        let (mut rows, _) = listing.rows(self.connections.asker(), &page).await?;
        rows.truncate(usize::from(page.limit));
        rows.iter().map(|(row, _)| Ok(crate::paging::number(row)?)).collect()
    }

    /// Adds incidents to what a statement cites, as its next revision: none twice, in the order of their dates. Those that the
    /// writer cannot see are told by their place.
    pub async fn pick(
        &self,
        editor: Editor<'_>,
        number: Number,
        expected: i32,
        incidents: Vec<Number>,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(editor.actor(), key, move |writing| {
            let (incidents, reason) = (incidents.clone(), reason.clone());
            Box::pin(async move { writing.pick(number, expected, incidents, reason).await })
        })
        .await
    }
}

impl Writing<'_> {
    async fn pick(
        &mut self,
        number: Number,
        expected: i32,
        incidents: Vec<Number>,
        reason: Option<String>,
    ) -> Result<Written, StoreError> {
        let row = self.row(Kind::Statement, number, None).await?;
        let state = read_state(&row)?;
        if matches!(state, State::Merged | State::Declined) {
            return Err(StoreError::State { state, verb: "changed" });
        }
        if review::is_locked(&row, state) && self.may_review(&row).await.is_err() {
            return Err(StoreError::State { state, verb: "changed by anybody but its reviewers" });
        }
        stale_unless(&row, Some(expected))?;
        let standing = Written::standing(number, &row, state, row.version, row.changed_at);
        let before = self.facts_at(&row, row.revision).await?;
        self.keep_names_out_of(reason.as_deref(), &before).await?;
        let Stored::Statement(mut facts) = before else { return Err(StoreError::NotFound) };
        let there = facts.incidents.len();
        let visible = self.dates_of_visible(&incidents).await?;
        let issues: Vec<Issue> = incidents
            .iter()
            .enumerate()
            .filter(|(_, incident)| !visible.contains_key(incident))
            .map(|(nth, _)| {
                let message = "no incident that you can see has this number";
                Issue::at(format!("/incidents/{nth}"), message)
            })
            .collect();
        if !issues.is_empty() {
            return Err(Invalid(issues).into());
        }
        for incident in incidents {
            if !facts.incidents.iter().any(|cited| cited.incident == incident) {
                facts.incidents.push(Citation { incident, version: None });
            }
        }
        if facts.incidents.len() == there {
            return Ok(standing);
        }
        if facts.incidents.len() > CITED_MAX {
            let message = format!("a statement cites {CITED_MAX} incidents at most");
            return Err(StoreError::issue(Issue::at("/incidents", message)));
        }
        let all: Vec<Number> = facts.incidents.iter().map(|cited| cited.incident).collect();
        let dates = self.dates_of_any(&all).await?;
        let date = |cited: &Citation<Number>| {
            let date = dates.get(&cited.incident).copied().flatten();
            (date.is_none(), date, cited.incident)
        };
        facts.incidents.sort_by_key(date);
        let facts = Stored::Statement(facts);
        let revision = self.save_revision(&row, facts, reason, Action::Change).await?;
        Ok(Written { revision, ..standing })
    }

    /// The dates by which incidents are sorted, of those that the writer can see.
    async fn dates_of_visible(
        &self,
        incidents: &[Number],
    ) -> Result<HashMap<Number, Option<NaiveDate>>, StoreError> {
        self.dates_where(incidents, Some(visible_to(&self.audience))).await
    }

    async fn dates_of_any(
        &self,
        incidents: &[Number],
    ) -> Result<HashMap<Number, Option<NaiveDate>>, StoreError> {
        self.dates_where(incidents, None).await
    }

    async fn dates_where(
        &self,
        incidents: &[Number],
        visible: Option<sea_orm::Condition>,
    ) -> Result<HashMap<Number, Option<NaiveDate>>, StoreError> {
        let mut dates = HashMap::new();
        for some in incidents.chunks(KEYS_MAX) {
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let mut found = record::Entity::find()
                .select_only()
                .columns([record::Column::Number, record::Column::SortOn])
                .filter(record::Column::Number.is_in(ids))
                .filter(record::Column::Kind.eq(Kind::Incident.singular()));
            if let Some(visible) = visible.clone() {
                found = found.filter(visible);
            }
            let rows: Vec<(i64, Option<NaiveDate>)> = found.into_tuple().all(self.tx).await?;
            for (number, date) in rows {
                if let Ok(number) = Number::from_i64(number) {
                    dates.insert(number, date);
                }
            }
        }
        Ok(dates)
    }
}
