//! What people without an account ask, what they hear of it, and what the desk does with it.

use std::sync::{Mutex, PoisonError};

use amparo_domain::intake::IntakeKind;
use amparo_domain::number::Number;
use amparo_domain::suggest;
use amparo_domain::validation::{Invalid, Issue};
use amparo_store::{Intake, IntakeItem, IntakeQuestion, NewIntake, StoreError};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use utoipa_axum::router::OpenApiRouter;

use crate::answer;
use crate::document::{Operation, intake as document};
use crate::dto;
use crate::extract::{Caller, JsonBody, Segments};
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;

/// How many of a sort are taken at once.
const AT_ONCE: f64 = 20.0;
/// After how many seconds one more is.
const SECONDS_EACH: f64 = 6.0;

/// How much people without an account may send, all together: nobody is told from anybody else, so no
/// address is kept. What has to be taken down has a measure of its own, which no flood of other things
/// uses up.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<[Option<Bucket>; 2]>);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: DateTime<Utc>,
}

impl Throttle {
    fn take(&self, kind: IntakeKind, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = &mut buckets[usize::from(kind != IntakeKind::TakeDown)];
        let Bucket { left, at } = bucket.unwrap_or(Bucket { left: AT_ONCE, at: now });
        let passed = now.signed_duration_since(at).as_seconds_f64().max(0.0);
        let left = (left + passed / SECONDS_EACH).min(AT_ONCE);
        if left < 1.0 {
            *bucket = Some(Bucket { left, at: now });
            let wait = ((1.0 - left) * SECONDS_EACH).ceil();
            // A few seconds at most, so nothing is cut off.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 6")]
            let seconds = wait as u64;
            return Err(StoreError::TooMany { seconds: seconds.max(1) });
        }
        *bucket = Some(Bucket { left: left - 1.0, at: now });
        Ok(())
    }
}

/// The routes of it.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/intake",
            vec![document::list(), document::send()],
            get(list).post(send),
        ))
        .routes(Operation::route(
            "/api/v1/receipts/{code}",
            vec![document::receipt()],
            get(receipt),
        ))
        .routes(Operation::route("/api/v1/intake/{id}", vec![document::get()], get(get_one)))
        .routes(Operation::route("/api/v1/intake/{id}/close", vec![document::close()], post(close)))
}

/// Takes what somebody sends. Nothing is looked up, so nothing is told.
async fn send(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let seed = body.key(&headers)?.map(|key| -> [u8; 32] {
        let digest = Sha256::new()
            .chain_update(b"amparo/receipt/1\0")
            .chain_update(&*state.secret)
            .chain_update([0])
            .chain_update(Sha256::digest(key.key))
            .chain_update(key.request);
        digest.finalize().into()
    });
    let new = read(&body.value()?)?;
    state.intake.take(new.kind, state.store.clock().now())?;
    let receipt = state.store.take_in(new, seed).await?;
    answer::private(StatusCode::ACCEPTED, &dto::ReceiptView { receipt })
}

/// What became of it.
async fn receipt(
    State(state): State<AppState>,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let receipt = state.store.intake_receipt(segments.text(0)).await?;
    let view = dto::ReceiptState { state: state_of(receipt.closed), answer: receipt.answer };
    answer::private(StatusCode::OK, &view)
}

/// What was sent to the network of a verifier.
async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
) -> Result<Response, ApiError> {
    let reviewer = caller.actor()?.reviewer()?;
    let mut query = Query::of(&uri);
    let closed = query.read("state", |value| match value {
        "open" => Ok(false),
        "closed" => Ok(true),
        _ => Err(Refused::because("is open or closed")),
    });
    let limit = query.read("limit", |value| {
        let limit = value.parse().ok().filter(|limit| (1..=200).contains(limit));
        limit.ok_or_else(|| Refused::because("is a number from 1 to 200"))
    });
    let cursor =
        || Refused::because("is not a cursor of this list: take it from `next`, unchanged");
    let after = query.read("after", |value| value.parse::<i64>().map_err(|_| cursor()));
    query.finish()?;
    let limit = limit.unwrap_or(50);
    let question = IntakeQuestion {
        network: &reviewer.actor().network,
        default_network: &state.settings.network,
        closed: closed.unwrap_or(false),
        after,
        limit,
    };
    let mut items = state.store.intake(reviewer, question).await?;
    let next = (items.len() > limit).then(|| {
        items.truncate(limit);
        items.last().map(|item| item.id.to_string())
    });
    let items = items.iter().map(item).collect();
    answer::private(StatusCode::OK, &dto::IntakeList { items, next: next.flatten() })
}

/// One thing that was sent, with its words.
async fn get_one(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let reviewer = caller.actor()?.reviewer()?;
    Query::of(&uri).finish()?;
    let id = id(&segments)?;
    let intake = state.store.read_intake(reviewer, &state.settings.network, id).await?;
    answer::private(StatusCode::OK, &view(intake))
}

/// Answers what was sent.
async fn close(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let reviewer = caller.actor()?.reviewer()?;
    Query::of(&uri).finish()?;
    let id = id(&segments)?;
    let body = body.value()?;
    let mut members = Members::of(&body, &["answer"])?;
    let answer = members.text("answer", 5_000);
    let answer = members.needed("answer", answer);
    members.finish()?;
    let network = &state.settings.network;
    let intake = state.store.close_intake(reviewer, network, id, answer).await?;
    answer::private(StatusCode::OK, &view(intake))
}

fn id(segments: &Segments) -> Result<i64, ApiError> {
    segments.text(0).parse().map_err(|_| ApiError::NotFound)
}

const fn state_of(closed: bool) -> &'static str {
    if closed { "closed" } else { "open" }
}

fn item(item: &IntakeItem) -> dto::IntakeItemView {
    dto::IntakeItemView {
        id: item.id.to_string(),
        kind: item.kind.clone(),
        about: item.about.map(|number| number.to_string()),
        received_at: item.received_at,
        state: state_of(item.closed),
    }
}

fn view(intake: Intake) -> dto::IntakeView {
    let dto::IntakeItemView { id, kind, about, received_at, state } = item(&intake.item);
    dto::IntakeView {
        id,
        kind,
        about,
        received_at,
        state,
        text: intake.text,
        contact: intake.contact,
        answer: intake.answer,
        closed_at: intake.closed_at,
        closed_by: intake.closed_by.map(|id| id.to_string()),
    }
}

fn read(body: &Value) -> Result<NewIntake, ApiError> {
    let mut members = Members::of(body, &["kind", "about", "text", "contact"])?;
    let kind = members.text("kind", 100);
    let kind = members.needed("kind", kind);
    let kind = match kind.parse::<IntakeKind>() {
        Ok(kind) => kind,
        Err(unknown) => {
            let issue = Issue::at("/kind", unknown.to_string());
            members.refuse(issue.suggesting(unknown.did_you_mean));
            IntakeKind::Report
        }
    };
    let about = members.text("about", 100);
    let about = match about.map(|about| about.parse::<Number>()).transpose() {
        Ok(about) => about,
        Err(error) => {
            members.refuse(Issue::at("/about", error.to_string()));
            None
        }
    };
    let text = members.text("text", 10_000);
    let text = members.needed("text", text);
    let contact = members.text("contact", 500);
    members.finish()?;
    Ok(NewIntake { kind, about, text, contact })
}

/// The members of a small body.
struct Members<'a> {
    members: &'a Map<String, Value>,
    issues: Vec<Issue>,
}

impl<'a> Members<'a> {
    fn of(body: &'a Value, known: &[&str]) -> Result<Self, Invalid> {
        let Value::Object(members) = body else {
            return Err(Invalid(vec![Issue::at("", "expected an object")]));
        };
        let unknown = members.keys().filter(|member| !known.contains(&member.as_str()));
        let issues = unknown.map(|member| {
            let near = suggest::nearest(member, known.iter().copied());
            let member = member.replace('~', "~0").replace('/', "~1");
            Issue::at(format!("/{member}"), "is not known here").suggesting(near)
        });
        Ok(Self { members, issues: issues.collect() })
    }

    fn text(&mut self, member: &str, longest: usize) -> Option<String> {
        let wrong = match self.members.get(member)? {
            Value::Null => return None,
            Value::String(text) if text.chars().count() > longest => {
                format!("longer than {longest} characters")
            }
            Value::String(text) if text.contains('\0') => {
                "holds a control character, U+0000".to_owned()
            }
            Value::String(text) => {
                return Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            }
            _ => "expected a text".to_owned(),
        };
        self.refuse(Issue::at(format!("/{member}"), wrong));
        None
    }

    fn needed(&mut self, member: &str, text: Option<String>) -> String {
        let pointer = format!("/{member}");
        if text.is_none() && !self.issues.iter().any(|issue| issue.pointer == pointer) {
            self.refuse(Issue::at(pointer, "is needed"));
        }
        text.unwrap_or_default()
    }

    fn refuse(&mut self, issue: Issue) {
        if !self.issues.iter().any(|known| known.pointer == issue.pointer) {
            self.issues.push(issue);
        }
    }

    fn finish(self) -> Result<(), Invalid> {
        if self.issues.is_empty() { Ok(()) } else { Err(Invalid(self.issues)) }
    }
}
