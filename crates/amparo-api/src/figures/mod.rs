//! Figures that are no counts in groups: who is held on a day, what followed what, and a count in words.
//!
//! | room | what is in it |
//! |---|---|
//! | here | the routes, and what the answers have in common |
//! | `detained` | who is recorded as held on a day |
//! | `escalation` | one kind of incident followed by another |
//! | `sentence` | a count as a sentence to quote |

mod detained;
mod escalation;
mod sentence;

use amparo_domain::language::Language;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::document::parameter;
use crate::state::AppState;
use crate::tag;

pub(crate) use detained::{
    DetainedList, DetainedView, held, parameters as parameters_of_detained, read as read_detained,
};
pub(crate) use escalation::EscalationList;
pub(crate) use sentence::{SentenceView, of_filter};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(detained::routes())
        .merge(escalation::routes())
        .merge(sentence::routes())
}

const TEXT: &str = "text/plain; charset=utf-8";

/// An answer in a language, and of another media type than JSON if one is named.
fn told(
    state: &AppState,
    headers: &HeaderMap,
    body: Vec<u8>,
    keep: Keep,
    language: Language,
    media_type: Option<&'static str>,
) -> Response {
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    let mut response = answer::read(headers, body, &entity_tag, keep);
    let code = HeaderValue::from_static(language.code());
    response.headers_mut().insert(HeaderName::from_static("content-language"), code);
    if let Some(media_type) = media_type.filter(|_| response.status() == StatusCode::OK) {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    response
}

/// Where the next page is.
fn link(response: &mut Response, address: Option<String>) {
    let link =
        address.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok());
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
}

/// The parameter that says in which language labels are.
fn lang() -> Value {
    parameter(
        "lang",
        "The language; else as Accept-Language says.",
        json!({"type": "string", "enum": ["ar", "en", "es", "fr", "pt", "ru"]}),
        json!("en"),
    )
}
