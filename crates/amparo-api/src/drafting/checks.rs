//! What is to be looked at in a statement before it is published.

use amparo_domain::checks::{Check, Fix, Severity};
use amparo_domain::kind::Kind;
use amparo_domain::marks;
use amparo_domain::number::Number;
use amparo_store::CheckedStatement;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::answer::{self, Keep};
use crate::extract::{Caller, Segments};
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::tag;

/// What is to be looked at in a statement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckList {
    /// The statement.
    #[schema(example = "4827-1930")]
    number: String,
    /// The revision that was looked at.
    #[schema(example = 3)]
    revision: i32,
    /// The day by whose sources facts are told; null for today.
    known_on: Option<NaiveDate>,
    /// Whether something of it keeps the statement from being published.
    blocked: bool,
    /// What is to be looked at, in the order of the texts.
    items: Vec<CheckView>,
}

/// Something to look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
struct CheckView {
    /// What was looked at.
    #[schema(
        value_type = String,
        example = "stronger_than_grade",
        pattern = "^(uncited_claim|stronger_than_grade|newer_version|disputed|withdrawn|confidential_name|date_differs|count_differs|custody_not_confirmed|quotation_without_link)$"
    )]
    check: &'static str,
    /// blocks: it is not published with this. warns: it is for its writers to judge.
    #[schema(value_type = String, example = "warns", pattern = "^(blocks|warns)$")]
    severity: &'static str,
    /// The member, as a JSON pointer.
    #[schema(example = "/body")]
    pointer: String,
    /// Where in it; null where it is about the whole.
    at: Option<PlaceView>,
    /// The words that stand there.
    #[schema(example = "constant")]
    words: Option<String>,
    /// What it says.
    #[schema(
        example = "is stronger than what 4827-1930 bears out, which is reported by one source"
    )]
    message: String,
    /// The incident that it is about.
    #[schema(example = "4827-1930")]
    number: Option<String>,
    /// The version of it that is cited.
    #[schema(example = 1)]
    version: Option<u32>,
    /// What can be done about it.
    fix: Option<FixView>,
}

/// A place in a text, in characters (Unicode code points) of the text as `text=raw` gives it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlaceInText)]
struct PlaceView {
    /// The first character.
    #[schema(example = 52)]
    start: usize,
    /// The one behind the last.
    #[schema(example = 60)]
    end: usize,
}

/// What can be done about a check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fix)]
struct FixView {
    /// In words.
    #[schema(example = "write \"reported\" instead")]
    text: String,
    /// Where to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/v1/incidents/4827-1930")]
    href: Option<String>,
    /// A merge patch of the statement that does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    patch: Option<Value>,
}

pub(super) async fn checks(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    actor.editor(Kind::Statement)?;
    Query::of(&uri).finish()?;
    let found = state.store.statement_checks(&actor.audience(), segments.number(0)?).await?;
    let list = CheckList {
        number: found.drafting.statement.number.to_string(),
        revision: found.drafting.statement.revision,
        known_on: found.drafting.facts().and_then(|facts| facts.known_on),
        blocked: found.checks.iter().any(|check| check.severity == Severity::Blocks),
        items: found.checks.iter().map(|check| view(check, &found)).collect(),
    };
    let body = serde_json::to_vec(&list).map_err(|error| ApiError::Internal(error.to_string()))?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::read(&headers, body, &entity_tag, Keep::Private))
}

fn view(check: &Check, found: &CheckedStatement) -> CheckView {
    let text = found.texts.get(&check.pointer);
    let at = text.zip(check.at.clone());
    let place = at.as_ref().and_then(|(text, at)| {
        let start = text.get(..at.start)?.chars().count();
        Some(PlaceView { start, end: start + text.get(at.clone())?.chars().count() })
    });
    CheckView {
        check: check.code.code(),
        severity: check.severity.code(),
        pointer: check.pointer.clone(),
        at: place,
        words: at.and_then(|(text, at)| text.get(at).map(str::to_owned)),
        message: check.message.clone(),
        number: check.number.map(|number| number.to_string()),
        version: check.version,
        fix: check.fix.as_ref().map(|fix| fix_of(check, fix, found)),
    }
}

fn fix_of(check: &Check, fix: &Fix, found: &CheckedStatement) -> FixView {
    let record = check.number.map(|number| format!("/api/v1/incidents/{number}"));
    let (text, href, patch) = match fix {
        Fix::Reword(word) => (format!("write \"{word}\", or leave the word out"), record, None),
        Fix::CiteVersion(version) => {
            let from = check.version.unwrap_or(1);
            let diff = record.map(|record| format!("{record}/diff?from={from}&to={version}"));
            let patch =
                check.number.and_then(|number| pinned(number, check.version, *version, found));
            (format!("look at what changed, and cite version {version}"), diff, patch)
        }
        Fix::CiteInstead(into) => {
            let instead = format!("/api/v1/incidents/{into}");
            let marks = check.number.map(|number| marks::written(number, None)).unwrap_or_default();
            (
                format!("write {} instead of {marks}", marks::written(*into, None)),
                Some(instead),
                None,
            )
        }
        Fix::Look => ("look at the record".to_owned(), record, None),
        Fix::LeaveOut => (
            "leave the name out, or write the token of the person in people, like {P1}".to_owned(),
            record,
            None,
        ),
    };
    FixView { text, href, patch }
}

/// The patch that pins another version, where one version of the incident is cited.
fn pinned(number: Number, from: Option<u32>, to: u32, found: &CheckedStatement) -> Option<Value> {
    let cited = &found.drafting.facts()?.incidents;
    if cited.iter().filter(|of| of.incident == number).count() != 1 {
        return None;
    }
    let seen = cited
        .iter()
        .filter(|of| found.drafting.cited.iter().any(|c| c.cited.number == of.incident));
    let incidents: Vec<Value> = seen
        .map(|of| {
            let pinned = of.incident == number && (of.version == from || of.version.is_none());
            let version = if pinned { Some(to) } else { of.version };
            json!({"number": of.incident.to_string(), "version": version})
        })
        .collect();
    Some(json!({ "incidents": incidents }))
}
