//! In which incidents an organization, an election or a case is named, for its page.

use amparo_domain::access::Audience;
use amparo_domain::filter::{Choice, IncidentFilter};
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::page::{PageRequest, Sort};
use amparo_store::Citable;
use amparo_web::ListRow;

use super::pages::printed;
use super::rendered;
use crate::answer::Keep;
use crate::citing::permanent;
use crate::problem::ApiError;
use crate::state::AppState;

/// So many incidents stand on the page of what they name.
const INCIDENTS: u16 = 50;

/// The incidents in which something else is named.
pub(super) struct NamedIn {
    pub rows: Vec<ListRow>,
    /// Where all of them are, if there are more.
    pub more: Option<String>,
    pub keep: Keep,
}

impl Default for NamedIn {
    fn default() -> Self {
        Self { rows: Vec::new(), more: None, keep: Keep::Public }
    }
}

impl NamedIn {
    /// The latest of those that everybody may see.
    pub(super) async fn of(
        state: &AppState,
        citable: &Citable,
        language: Language,
    ) -> Result<Self, ApiError> {
        let this = || Choice { any: vec![citable.number], none: Vec::new() };
        let none = IncidentFilter::default();
        let filter = match citable.kind {
            Kind::Organization => IncidentFilter { organization: this(), ..none },
            Kind::Election => IncidentFilter { election: this(), ..none },
            Kind::Case => IncidentFilter { case: this(), ..none },
            Kind::Incident | Kind::Person | Kind::Statement => return Ok(Self::default()),
        };
        let public = &Audience::Public;
        let sort = Sort::OccurredDescending;
        let page = PageRequest { limit: INCIDENTS, ..PageRequest::default() };
        let found = state.store.list_incidents(public, &filter, sort, &page).await?;
        let keep = crate::resource::keep(public, &found.records.items);
        let more = found.records.next.is_some();
        let mut rows = Vec::with_capacity(found.records.items.len());
        for record in found.records.items {
            let number = printed(state, Kind::Incident, record.number);
            let href = permanent("", record.number, None);
            let shown = amparo_store::Shown { records: record, labels: found.labels.clone() };
            rows.push(ListRow { number, href, record: Some(rendered(state, &shown, language)?) });
        }
        let (kind, number) = (citable.kind.singular(), citable.number);
        let more = more.then(|| format!("/api/v1/incidents?{kind}={number}"));
        Ok(Self { rows, more, keep })
    }
}
