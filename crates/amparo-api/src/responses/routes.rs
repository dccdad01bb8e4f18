//! The operations on the ledger of a record.

use amparo_domain::kind::Kind;
use axum::routing::get;
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{ResponseInput, ResponseList, ResponseView, delete, list, note, patch, read, replace};
use crate::document::{Operation, schema};
use crate::resource::Resource;
use crate::state::AppState;

/// The routes, documented where they are made.
#[expect(clippy::too_many_lines, reason = "a list of operations")]
pub(crate) fn routes<K: Resource>() -> OpenApiRouter<AppState> {
    let (one, many) = (K::KIND.singular(), K::KIND.plural());
    let a = if K::KIND == Kind::Incident { "an incident" } else { "a statement" };
    let (view, list_of) = (schema::<ResponseView<'static>>(), schema::<ResponseList<'static>>());
    let input = schema::<ResponseInput>();
    let example = json!({"kind": "appeal", "type": "urgent_appeal", "date": "2024-05-02",
        "by": {"organization": "gndem"}, "to": {"text": "Office of the President"},
        "reference": "AZE 002 / 1215", "url": "https://example.org/appeal"});
    let of_record = |operation: Operation| {
        operation.path("number", &format!("The number of the {one}."), json!("4827-1930"))
    };
    let of_entry = move |operation: Operation| {
        of_record(operation).path("id", "The id of the entry.", json!("5577006791947779410"))
    };
    let if_match = |operation: Operation, needed: bool| {
        operation.header("If-Match", "The entity tag of the entry.", needed, "\"r1-b5m0\"")
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            &format!("/api/v1/{many}/{{number}}/responses"),
            vec![
                of_record(Operation::read(
                    &format!("list_{one}_responses"),
                    many,
                    &format!("List the responses to {a}"),
                    "Appeals and démarches, what was answered, what came of it, in the order of their dates. Those who log \
                     for the network see all, everybody else those that are public.",
                ))
                .answers(200, "The ledger.", &list_of)
                .known_already()
                .leads_to_the_survivor()
                .fails(&[400, 401, 404, 410]),
                of_record(Operation::makes(
                    &format!("note_{one}_response"),
                    many,
                    &format!("Note a response to {a}"),
                    "It is the desk's until a verifier makes it public. Names of people do not stand in it.",
                ))
                .once()
                .takes(&input, &example)
                .answers(201, "It was noted.", &view)
                .located()
                .fails(&[400, 401, 403, 404, 409, 410, 413, 415, 422]),
            ],
            get(list::<K>).post(note::<K>),
        ))
        .routes(Operation::route(
            &format!("/api/v1/{many}/{{number}}/responses/{{id}}"),
            vec![
                of_entry(Operation::read(
                    &format!("get_{one}_response"),
                    many,
                    &format!("Read a response to {a}"),
                    "One entry of the ledger.",
                ))
                .answers(200, "The entry.", &view)
                .known_already()
                .leads_to_the_survivor()
                .fails(&[400, 401, 404, 410]),
                if_match(
                    of_entry(Operation::own(
                        HttpMethod::Put,
                        &format!("replace_{one}_response"),
                        many,
                        &format!("Say otherwise of a response to {a}"),
                        "What everybody sees, before or after, is a verifier's to change.",
                    )),
                    true,
                )
                .takes(&input, &example)
                .answers(200, "The entry.", &view)
                .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428]),
                if_match(
                    of_entry(Operation::own(
                        HttpMethod::Patch,
                        &format!("patch_{one}_response"),
                        many,
                        &format!("Change members of a response to {a}"),
                        "A merge patch (RFC 7396): what is sent replaces what is there, null takes it away.",
                    )),
                    true,
                )
                .body(
                    &["application/merge-patch+json", "application/json"],
                    &json!({"type": "object", "description": "The members to change."}),
                    &json!({"public": true}),
                    true,
                )
                .answers(200, "The entry.", &view)
                .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428]),
                if_match(
                    of_entry(Operation::removes(
                        &format!("delete_{one}_response"),
                        many,
                        &format!("Take a response to {a} out of its ledger"),
                        "What another entry answers stays until that is taken out.",
                    )),
                    false,
                )
                .answers_nothing(204, "It is not there any more.")
                .fails(&[400, 401, 403, 404, 409, 410, 412]),
            ],
            get(read::<K>).put(replace::<K>).patch(patch::<K>).delete(delete::<K>),
        ))
}
