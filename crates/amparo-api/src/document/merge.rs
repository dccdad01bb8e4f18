//! The operations on incidents that are one, or may be.

use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::resource::{IDEMPOTENCY, IF_MATCH, reason_parameter, text_parameters};
use super::{Operation, Resource, schema};
use crate::dto;

impl Operation {
    /// What is told of a record that was merged into another.
    pub(crate) fn leads_to_the_survivor(self) -> Self {
        self.answers_like(
            308,
            "It was merged into another record, which holds what it said.",
            &schema::<dto::MergedView>(),
            &json!({"number": "4827-1930", "state": "merged", "into": "3141-5926"}),
        )
        .sets(308, "Location", "The record that holds what it said.")
    }
}

impl Resource {
    pub(crate) fn duplicates(&self) -> Operation {
        self.writes_one(
            HttpMethod::Get,
            "list_incident_duplicates",
            "List incidents that may be the same",
            "For the desk of its network: incidents of the same country, of kinds that one act is told \
             as, of days that may be the same, with the same people or organizations, however their names \
             are spelled and in whatever script. Only such as the caller may see, and none that was said \
             to be another.",
        )
        .query(text_parameters())
        .answers_like(
            200,
            "The incidents, the likeliest first; 20 at most.",
            &schema::<dto::CandidateList>(),
            &json!({"items": [{
                "number": "4827-1930", "title": "Detention of an observer",
                "occurred": {"edtf": "2024-05", "start": "2024-05-01", "end": "2024-05-31",
                             "precision": "month", "approximate": false, "uncertain": false, "inferred": []},
                "state": "submitted", "score": 0.87, "reasons": ["country", "kinds", "dates", "people"],
            }]}),
        )
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 403, 404])
    }

    pub(crate) fn dismiss_duplicate(&self) -> Operation {
        self.writes_one(
            HttpMethod::Post,
            "dismiss_incident_duplicate",
            "Say that two incidents are not the same",
            "The one is never suggested for the other again in this network. Saying it again changes \
             nothing, so a retry needs no key.",
        )
        .path("other", "The number of the other.", json!("3141-5926"))
        .body(
            &["application/json"],
            &schema::<dto::Reason>(),
            &json!({"reason": "Two people of the same name."}),
            false,
        )
        .nothing(204, "It is remembered.")
        .fails(&[400, 401, 403, 404, 409, 410, 413, 415, 422])
    }

    pub(crate) fn merge(&self) -> Operation {
        self.writes_one(
            HttpMethod::Post,
            "merge_incident",
            "Merge an incident into another",
            "For verifiers of the network that owns both, with a fresh second factor. The other one gets a \
             working revision with the sources, events, people and organizations of both; where the two \
             differ, both values are kept as claims, and both spellings of a name with the person. The \
             number that was published first stays. This one answers 308 from then on; its versions stay.",
        )
        .query([reason_parameter()])
        .query(text_parameters())
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(
            &["application/json"],
            &schema::<dto::MergeRequest>(),
            &json!({"into": "3141-5926", "people": {"P1": "P1"}, "reason": "The same arrest."}),
            true,
        )
        .answers(200, "They are one: the record that stays.", &self.written())
        .sets(200, "ETag", "The revision of the record that stays, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
    }

    pub(crate) fn unmerge(&self) -> Operation {
        self.writes_one(
            HttpMethod::Post,
            "unmerge_incident",
            "Take a merge apart",
            "For verifiers, within thirty days: this record is again what it was, and the other gets a \
             revision without what the merge added; what was edited since stays.",
        )
        .query([reason_parameter()])
        .query(text_parameters())
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(
            &["application/json"],
            &schema::<dto::Reason>(),
            &json!({"reason": "Two arrests, a week apart."}),
            true,
        )
        .answers(200, "They are two: this record, as it was.", &self.written())
        .sets(200, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
    }
}
