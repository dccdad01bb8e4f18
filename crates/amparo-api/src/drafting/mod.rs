//! Statements while they are written: what is to be looked at before they are published, a paragraph to begin with, and
//! incidents that are picked to be cited.
//!
//! | room | what is in it |
//! |---|---|
//! | here | the routes |
//! | `checks` | what is to be looked at |
//! | `suggestion` | a paragraph from facts |
//! | `picks` | incidents that are added to what is cited |

mod checks;
mod picks;
mod suggestion;

use axum::routing::{get, post};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use crate::document::{Operation, lang_parameter, parameter, schema};
use crate::incident_query;
use crate::state::AppState;

pub(crate) use checks::CheckList;
pub(crate) use picks::{NewPicks, PickedView};
pub(crate) use suggestion::SuggestionView;

/// The tag of these operations in the document.
const TAG: &str = "statements";

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    const NUMBER: &str = "The statement's number, in any usual way of writing.";
    let numbered = |operation: Operation| operation.path("number", NUMBER, json!("4827-1930"));
    let known_on = || {
        parameter(
            "known_on",
            "Facts as far as public sources are dated by this day; the statement's own day if not given, else today.",
            json!({"type": "string", "format": "date"}),
            json!("2024-04-30"),
        )
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/statements/{number}/checks",
            vec![
                numbered(Operation::own(
                    HttpMethod::Get,
                    "check_statement",
                    TAG,
                    "Look at a statement before it is published",
                    "What is to be looked at in its latest revision, for those who write and review it: claims that nothing bears out, \
                     words stronger than a grade, newer versions, what was disputed or withdrawn, names that a cited record does not show, dates \
                     and numbers that differ, custody that was not confirmed for a month, quotations without a link. `at` counts characters \
                     (Unicode code points) of the text as `text=raw` gives it. What blocks keeps it from being published.",
                ))
                .answers(200, "What is to be looked at, in the order of the texts.", &schema::<CheckList>())
                .known_already()
                .fails(&[400, 401, 403, 404, 410]),
            ],
            get(checks::checks),
        ))
        .routes(Operation::route(
            "/api/v1/statements/{number}/suggestion",
            vec![
                numbered(Operation::own(
                    HttpMethod::Get,
                    "suggest_paragraph_of_statement",
                    TAG,
                    "Suggest a paragraph for a statement",
                    suggestion::ABOUT,
                ))
                .query([lang_parameter(), known_on()])
                .answers(200, "The paragraph.", &schema::<SuggestionView>())
                .known_already()
                .fails(&[400, 401, 403, 404, 410]),
            ],
            get(suggestion::of_statement),
        ))
        .routes(Operation::route(
            "/api/v1/suggestion",
            vec![
                Operation::read(
                    "suggest_paragraph",
                    TAG,
                    "Suggest a paragraph on incidents",
                    suggestion::ABOUT_QUERY,
                )
                .query(suggestion::parameters(incident_query::filter_parameters()))
                .query([lang_parameter()])
                .answers(200, "The paragraph.", &schema::<SuggestionView>())
                .known_already()
                .fails(&[400, 401]),
            ],
            get(suggestion::of_query),
        ))
        .routes(Operation::route(
            "/api/v1/statements/{number}/picks",
            vec![
                numbered(Operation::own(
                    HttpMethod::Post,
                    "pick_for_statement",
                    TAG,
                    "Add incidents to what a statement cites",
                    picks::ABOUT,
                ))
                .query(picks::parameters())
                .guarded()
                .once()
                .takes(&schema::<NewPicks>(), &json!({"query": "country=AZE&period=2024&known_on=2024-04-30"}))
                .answers(200, "The statement, and what was added.", &schema::<PickedView>())
                .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428]),
            ],
            post(picks::pick),
        ))
}
