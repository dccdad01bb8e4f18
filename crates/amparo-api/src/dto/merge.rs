//! Incidents that may be one, and those that are.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::DateView;

/// An incident that may be the same as the one that was asked about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DuplicateCandidate)]
pub(crate) struct CandidateView {
    /// Its number.
    #[schema(example = "4827-1930")]
    pub number: String,
    /// Its title, with its people as the caller may see them.
    #[schema(value_type = String)]
    pub title: Value,
    /// When it happened.
    #[schema(value_type = DateView<'static>)]
    pub occurred: Value,
    /// Where it is on its way to the public.
    #[schema(value_type = String, example = "submitted")]
    pub state: &'static str,
    /// How like the two are, from 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.87)]
    pub score: f64,
    /// What they have in common: `country`, `kinds`, `dates`, and `people`, `organizations` or, where one of
    /// them names nobody, `title`.
    #[schema(value_type = Vec<String>, example = json!(["country", "kinds", "dates", "people"]))]
    pub reasons: Vec<&'static str>,
}

/// Incidents that may be the same, the likeliest first; 20 at most.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DuplicateCandidateList)]
pub(crate) struct CandidateList {
    /// The incidents.
    pub items: Vec<CandidateView>,
}

/// Where a record went that was merged into another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Merged)]
pub(crate) struct MergedView {
    /// Its number.
    #[schema(example = "4827-1930")]
    pub number: String,
    /// Always merged.
    #[schema(value_type = String, example = "merged")]
    pub state: &'static str,
    /// The record that holds what it said.
    #[schema(example = "3141-5923")]
    pub into: String,
}

/// What an incident is merged into, and why.
#[derive(ToSchema)]
#[expect(dead_code, reason = "this type describes what is read elsewhere")]
pub(crate) struct MergeRequest {
    /// The number of the record that stays.
    #[schema(example = "3141-5926")]
    into: String,
    /// Who of this record is who of the one that stays, where names do not tell it.
    #[schema(example = json!({"P1": "P2"}))]
    people: Option<std::collections::BTreeMap<String, String>>,
    /// Why they are one. Not with a name: it stays in the audit trail.
    #[schema(max_length = 1000)]
    reason: String,
}
