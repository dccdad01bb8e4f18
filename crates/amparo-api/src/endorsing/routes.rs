//! The operations.

use axum::routing::{delete, get, post};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{
    AnswerByCode, AnswerInput, AskedView, CodeInput, EndorsementInput, EndorsementList,
    EndorsementView, MadeView, answer_by_code, answer_own, ask, get_own, list, list_own, open,
    take_back,
};
use crate::document::{Operation, schema};
use crate::keyset;
use crate::state::AppState;

/// The routes, documented where they are made.
#[expect(clippy::too_many_lines, reason = "a list of operations")]
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    const TAG: &str = "endorsing";
    let view = schema::<EndorsementView<'static>>();
    let asked = schema::<AskedView<'static>>();
    let of_statement = |operation: Operation| {
        operation.path("number", "The number of the statement.", json!("6120-4416"))
    };
    let of_request = |operation: Operation| {
        operation.path("id", "The id of the request.", json!("5577006791947779410"))
    };
    let answer = json!({"answer": "endorsed", "name": "A. Secretary", "role": "Secretary-General"});
    let by_code = json!({"code": "end_X3Rvi1", "answer": "declined", "name": "A. Secretary",
        "role": "Secretary-General"});
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/statements/{number}/endorsements",
            vec![
                of_statement(Operation::known(
                    "list_statement_endorsements",
                    TAG,
                    "List who was asked to endorse a statement",
                    "And what they said, of which revision and version. For those who write it, and its desk.",
                ))
                .answers(200, "The requests.", &schema::<EndorsementList<'static>>())
                .fails(&[400, 401, 403, 404, 410]),
                of_statement(Operation::makes(
                    "ask_statement_endorsement",
                    TAG,
                    "Ask an organization to endorse a statement",
                    "As it is now. The code is shown this once and lets somebody without an account answer on the page \
                     `/endorse`; an earlier open request to the same organization no longer holds.",
                ))
                .once()
                .takes(&schema::<EndorsementInput>(), &json!({"organization": "enemo", "network": "enemo"}))
                .answers(201, "It is asked.", &schema::<MadeView<'static>>())
                .fails(&[400, 401, 403, 404, 409, 410, 413, 415, 422]),
            ],
            get(list).post(ask),
        ))
        .routes(Operation::route(
            "/api/v1/statements/{number}/endorsements/{id}",
            vec![
                of_request(of_statement(Operation::removes(
                    "take_back_statement_endorsement",
                    TAG,
                    "Take back a request that was not answered",
                    "Its code no longer holds. What was answered stays.",
                )))
                .answers_nothing(204, "It is asked no longer.")
                .fails(&[400, 401, 403, 404, 409, 410]),
            ],
            delete(take_back),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements",
            vec![
                Operation::known(
                    "list_endorsements",
                    TAG,
                    "List what one's network is asked to endorse",
                    "The latest first. For its advocates, verifiers and admins.",
                )
                .query(keyset::parameters())
                .answers(200, "A page of requests.", &keyset::schema(&view))
                .fails(&[400, 401, 403]),
            ],
            get(list_own),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/{id}",
            vec![
                of_request(Operation::known(
                    "get_endorsement",
                    TAG,
                    "Read what one's network is asked to endorse",
                    "The very words that an answer is of. For its advocates, verifiers and admins.",
                ))
                .answers(200, "What is asked.", &asked)
                .fails(&[400, 401, 403, 404]),
            ],
            get(get_own),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/{id}/answer",
            vec![
                of_request(Operation::makes(
                    "answer_endorsement",
                    TAG,
                    "Answer for one's network",
                    "By its advocates, verifiers and admins. The same answer again changes nothing.",
                ))
                .takes(&schema::<AnswerInput>(), &answer)
                .answers(200, "What was said.", &view)
                .fails(&[400, 401, 403, 404, 409, 413, 415, 422]),
            ],
            post(answer_own),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/open",
            vec![
                Operation::own(
                    HttpMethod::Post,
                    "open_endorsement",
                    TAG,
                    "Read what is asked, with the code",
                    "The very words that an answer is of. The code stands in the body and never in an address.",
                )
                .by_anybody()
                .takes(&schema::<CodeInput>(), &json!({"code": "end_X3Rvi1"}))
                .answers(200, "What is asked.", &asked)
                .fails(&[400, 403, 413, 415, 422, 429]),
            ],
            post(open),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/answer",
            vec![
                Operation::own(
                    HttpMethod::Post,
                    "answer_endorsement_by_code",
                    TAG,
                    "Answer with the code",
                    "The same answer again changes nothing; another one is refused.",
                )
                .by_anybody()
                .takes(&schema::<AnswerByCode>(), &by_code)
                .answers(200, "What was said.", &view)
                .fails(&[400, 403, 409, 413, 415, 422, 429]),
            ],
            post(answer_by_code),
        ))
}
