//! Writing records: extract, authorise, call, map.

use amparo_domain::access::{AccessDenied, Actor, Audience, Role};
use amparo_domain::facts::Draft;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{UnknownTerm, WithdrawalClass};
use amparo_exchange::draft;
use amparo_store::{
    IdempotencyKey, Record, Remembered, Scope, Shown, StoreError, TakeDown, Verb, View, Written,
};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{Presentation, Resource, review, value_of, write_view};
use crate::answer;
use crate::back;
use crate::dto;
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag::{self, Expected};

/// The most records one call of a verb takes.
const MANY_MAX: usize = 200;

/// A new record, as a draft.
pub(super) async fn create<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let editor = actor.editor(K::KIND)?;
    // Who runs the instance knows nobody in the records, not even whom they described.
    if K::KIND == Kind::Person && actor.audience() == Audience::Instance {
        return Err(AccessDenied::Needs(Role::Contributor.code()).into());
    }
    let options = Options::of(&uri, language)?;
    let key = body.key(&headers)?;
    let recalled = recalled(&state, actor, key.as_ref()).await?;
    let (draft, warnings) = draft::read(K::KIND, &body.value()?)?;
    if let Some(written) = recalled {
        return answer::<K>(&state, actor, &options, StatusCode::CREATED, written, warnings).await;
    }
    let written = state.store.create(editor, draft, options.reason.clone(), key).await?;
    answer::<K>(&state, actor, &options, StatusCode::CREATED, written, warnings).await
}

/// A record anew: everything that is not sent is gone afterwards.
pub(super) async fn replace<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let options = Options::of(&uri, language)?;
    let sent = body.value()?;
    let before = Before::find::<K>(&state, actor, &segments, &options, &headers).await?;
    before.save::<K>(&state, actor, &options, sent).await
}

/// A record with some members changed (RFC 7396).
pub(super) async fn patch<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let options = Options::of(&uri, language)?;
    let patch = body.value()?;
    let before = Before::find::<K>(&state, actor, &segments, &options, &headers).await?;
    if !patch.is_object() {
        let message = "a merge patch is an object with the members to change";
        return Err(Invalid(vec![Issue::at("", message)]).into());
    }
    let mut merged = before.raw.clone();
    back::forget_derived(&mut merged);
    back::merge(&mut merged, patch);
    before.save::<K>(&state, actor, &options, merged).await
}

/// Removes a record that was never published.
pub(super) async fn delete<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let editor = actor.editor(K::KIND)?;
    Query::of(&uri).finish()?;
    let expected = tag::expected(&headers)?;
    let named = segments.named(K::KIND)?;
    let found = state.store.find_to_write(&actor.audience(), K::KIND, &named, View::Working).await;
    let record = found.map(|shown| shown.records)?;
    let expected = expected.map(|expected| expected.revision(record.latest_revision));
    state.store.delete(editor, K::KIND, record.number, expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Adds a step to the timeline of an incident.
pub(super) async fn add_event<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let editor = actor.editor(K::KIND)?;
    let options = Options::of(&uri, language)?;
    let key = body.key(&headers)?;
    if let Some(written) = recalled(&state, actor, key.as_ref()).await? {
        return answer::<K>(&state, actor, &options, StatusCode::CREATED, written, Vec::new())
            .await;
    }
    let event = body.value()?;
    let expected = tag::expected(&headers)?;
    // Without If-Match the event is added to whatever the record is by then.
    let mut tries = 3;
    loop {
        let before = Before::of::<K>(&state, actor, &segments, &options).await?;
        let latest = before.record.latest_revision;
        let wanted = expected.as_ref().map_or(latest, |expected| expected.revision(latest));
        let mut whole = before.raw.clone();
        let events = whole.get_mut("events").and_then(Value::as_array_mut);
        let nth = events.map_or(0, |events| {
            events.push(event.clone());
            events.len() - 1
        });
        let (draft, warnings) =
            before.accept::<K>(whole).map_err(|invalid| within(invalid, nth))?;
        let replaced = state
            .store
            .replace(
                editor,
                before.record.number,
                wanted,
                draft,
                options.reason.clone(),
                key.clone(),
            )
            .await;
        match replaced {
            Err(StoreError::Stale) if expected.is_none() && tries > 0 => tries -= 1,
            Err(StoreError::Invalid(invalid)) => return Err(within(invalid, nth).into()),
            Err(error) => return Err(error.into()),
            Ok(written) => {
                return answer::<K>(
                    &state,
                    actor,
                    &options,
                    StatusCode::CREATED,
                    written,
                    warnings,
                )
                .await;
            }
        }
    }
}

/// Issues of the event that was sent are told by their place in it.
fn within(Invalid(issues): Invalid, nth: usize) -> Invalid {
    let place = format!("/events/{nth}");
    let issues = issues.into_iter().map(|mut issue| {
        if let Some(rest) = issue.pointer.strip_prefix(&place) {
            issue.pointer = rest.to_owned();
        }
        issue
    });
    Invalid(issues.collect())
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $one:ident, $verb:expr;)*) => {$(
        $(#[$doc])*
        pub(super) async fn $one<K: Resource>(
            State(state): State<AppState>,
            caller: Caller,
            Accepted(language): Accepted,
            segments: Segments,
            uri: Uri,
            headers: HeaderMap,
            body: JsonBody,
        ) -> Result<Response, ApiError> {
            let actor = caller.actor()?;
            let options = Options::of(&uri, language)?;
            let key = body.key(&headers)?;
            if let Some(written) = recalled(&state, actor, key.as_ref()).await? {
                return answer::<K>(&state, actor, &options, StatusCode::OK, written, Vec::new()).await;
            }
            let (verb, reason) = why($verb, &body.value()?, &[])?;
            let reason = reason.or_else(|| options.reason.clone());
            let named = segments.named(K::KIND)?;
            let found = state.store.find_to_write(&actor.audience(), K::KIND, &named, View::Working).await;
            let record = found?.records;
            let expected = tag::expected(&headers)?;
            let expected = expected.map(|expected| expected.revision(record.latest_revision));
            let written =
                decide::<K>(&state, actor, verb, record.number, expected, reason, key).await?;
            answer::<K>(&state, actor, &options, StatusCode::OK, written, Vec::new()).await
        }
    )*};
}

macro_rules! verbs_of_many {
    ($($many:ident, $verb:expr;)*) => {$(
        /// The same for each record of a list; reports what became of each.
        pub(super) async fn $many<K: Resource>(
            State(state): State<AppState>,
            caller: Caller,
            uri: Uri,
            headers: HeaderMap,
            body: JsonBody,
        ) -> Result<Response, ApiError> {
            Query::of(&uri).finish()?;
            let key = body.key(&headers)?;
            many::<K>(&state, caller.actor()?, $verb, body, key).await
        }
    )*};
}

verbs! {
    /// Hands a draft in for review.
    submit, Verb::Submit;
    /// Makes the working revision the next version.
    publish, review::PUBLISH;
    /// Takes a published record back; it stays as a tombstone.
    withdraw, Verb::Withdraw(WithdrawalClass::default());
    /// Says that the working revision may be published.
    approve, review::APPROVE;
    /// Gives a record back with a question.
    give_back, review::RETURN;
    /// Refuses a record.
    decline, Verb::Decline;
    /// Takes up a refused one again.
    reopen, Verb::Reopen;
    /// Says who looks after a record.
    assign, Verb::Assign(None);
    /// Says how far an incident is borne out.
    grade, review::grade();
}

verbs_of_many! {
    submit_many, Verb::Submit;
    publish_many, review::PUBLISH;
    withdraw_many, Verb::Withdraw(WithdrawalClass::default());
    approve_many, review::APPROVE;
    return_many, review::RETURN;
    decline_many, Verb::Decline;
}

/// Takes the name of somebody in a record down, everywhere or in it alone.
pub(super) async fn take_down<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let options = Options::of(&uri, language)?;
    let body = body.value()?;
    let mut input = Members::of_any(body)?;
    let person = input.needed("person", 10);
    let scopes = [Scope::Everywhere, Scope::Record];
    let scope = input.one_of("scope", &scopes, |scope| match scope {
        Scope::Everywhere => "everywhere",
        Scope::Record => "record",
    });
    let reason = input.said("reason", 1_000).or_else(|| options.reason.clone());
    input.finish()?;
    let named = segments.named(K::KIND)?;
    let audience = actor.audience();
    let found = state.store.find_to_write(&audience, K::KIND, &named, View::Working).await?;
    let record = found.records;
    let verifier = actor.verifier()?;
    let expected = tag::expected(&headers)?;
    let expected = expected.map(|expected| expected.revision(record.latest_revision));
    let what = TakeDown { reference: person, scope: scope.unwrap_or(Scope::Everywhere), reason };
    let written =
        state.store.take_down_in(verifier, K::KIND, record.number, expected, what).await?;
    answer::<K>(&state, actor, &options, StatusCode::OK, written, Vec::new()).await
}

async fn decide<K: Resource>(
    state: &AppState,
    actor: &Actor,
    verb: Verb,
    number: Number,
    expected: Option<i32>,
    reason: Option<String>,
    key: Option<IdempotencyKey>,
) -> Result<Written, ApiError> {
    let store = &state.store;
    Ok(match verb {
        Verb::Submit => {
            store.submit(actor.editor(K::KIND)?, K::KIND, number, expected, key).await?
        }
        Verb::Publish { .. } | Verb::Withdraw(_) => {
            let verifier = actor.verifier()?;
            if matches!(verb, Verb::Publish { .. }) {
                actor.fresh()?;
            }
            store.decide(verifier, verb, K::KIND, number, expected, reason, key).await?
        }
        verb => {
            // An author may take up again what was refused.
            if !matches!(verb, Verb::Reopen) {
                actor.reviewer()?;
            }
            if matches!(verb, Verb::Approve { .. }) {
                actor.fresh()?;
            }
            let editor = actor.editor(K::KIND)?;
            store.review(editor, verb, K::KIND, number, expected, reason, key).await?
        }
    })
}

async fn many<K: Resource>(
    state: &AppState,
    actor: &Actor,
    verb: Verb,
    body: JsonBody,
    key: Option<IdempotencyKey>,
) -> Result<Response, ApiError> {
    let store = &state.store;
    if let Some(key) = &key
        && let Some(Remembered::Several(Some(told))) = store.recall(actor, key).await?
    {
        return Ok(of_many(state, told));
    }
    let body = body.value()?;
    let (verb, reason) = why(verb, &body, &["numbers"])?;
    let numbers = body.get("numbers").and_then(Value::as_array);
    let numbers = numbers.filter(|numbers| (1..=MANY_MAX).contains(&numbers.len()));
    let Some(numbers) = numbers else {
        let message = format!("a list of 1 to {MANY_MAX} numbers");
        return Err(Invalid(vec![Issue::at("/numbers", message)]).into());
    };
    // Who may not write has nothing done that could be done twice.
    let kept = actor.editor(K::KIND).ok().zip(key);
    if let Some((editor, key)) = &kept {
        store.begin_several(*editor, key.clone()).await?;
    }
    let mut items = Vec::new();
    let mut broken = false;
    for text in numbers {
        let text = text.as_str().unwrap_or("");
        let outcome = match text.parse::<Number>() {
            Err(_) => Err(ApiError::Mistyped),
            Ok(number) => {
                let key = kept.as_ref().map(|(_, key)| key.of_one(number));
                decide::<K>(state, actor, verb.clone(), number, None, reason.clone(), key).await
            }
        };
        items.push(match outcome {
            Ok(written) => json!({ "number": written.number.to_string(), "status": 200 }),
            Err(error) => {
                let (status, problem) = error.into_problem();
                broken |= status.is_server_error();
                json!({ "number": text, "status": status.as_u16(), "problem": problem })
            }
        });
    }
    let told = json!({ "items": items }).to_string();
    // What broke on our side is tried again by a retry; what was done already is not done again.
    if let Some((editor, key)) = kept.filter(|_| !broken) {
        store.end_several(editor, key, told.clone()).await?;
    }
    Ok(of_many(state, told))
}

fn of_many(state: &AppState, told: String) -> Response {
    let body = told.into_bytes();
    let entity_tag = tag::of(&body, None, &state.secret);
    answer::written(StatusCode::OK, body, &entity_tag)
}

/// What came of the same request before.
pub(crate) async fn recalled(
    state: &AppState,
    actor: &Actor,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Written>, ApiError> {
    let Some(key) = key else {
        return Ok(None);
    };
    match state.store.recall(actor, key).await? {
        Some(Remembered::Written(written)) => Ok(Some(written)),
        _ => Ok(None),
    }
}

/// The reason in the body of a verb, and what else the verb takes; the body has nothing else but the
/// members named.
pub(super) fn why(
    mut verb: Verb,
    body: &Value,
    others: &[&str],
) -> Result<(Verb, Option<String>), ApiError> {
    let nothing = serde_json::Map::new();
    let members = match body {
        Value::Null => &nothing,
        Value::Object(members) => members,
        _ => return Err(Invalid(vec![Issue::at("", "expected an object with a reason")]).into()),
    };
    let mut issues = Vec::new();
    let mut known = review::members(&verb).to_vec();
    known.extend(others);
    review::read(&mut verb, members, &mut issues);
    if let Verb::Withdraw(class) = &mut verb {
        match members.get("reason_class") {
            None | Some(Value::Null) => {}
            Some(Value::String(code)) => match code.parse() {
                Ok(known) => *class = known,
                Err(unknown) => issues.push(unknown_class(unknown)),
            },
            Some(_) => issues.push(Issue::at("/reason_class", "expected a text")),
        }
    }
    for member in members.keys().filter(|member| !known.contains(&member.as_str())) {
        let near = amparo_domain::suggest::nearest(member, known.iter().copied());
        issues.push(Issue::at(format!("/{member}"), "is not known here").suggesting(near));
    }
    let reason = review::text(members, "reason", 1_000, &mut issues);
    if issues.is_empty() { Ok((verb, reason)) } else { Err(Invalid(issues).into()) }
}

fn unknown_class(unknown: UnknownTerm) -> Issue {
    let message = format!("is not known; see /api/v1/vocabulary/{}", unknown.list);
    Issue::at("/reason_class", message).suggesting(unknown.did_you_mean)
}

/// What the query of a write says.
pub(crate) struct Options {
    presentation: Presentation,
    pub(crate) reason: Option<String>,
}

impl Options {
    pub(crate) fn of(
        uri: &Uri,
        accepted: amparo_domain::language::Language,
    ) -> Result<Self, ApiError> {
        let mut query = Query::of(uri);
        let presentation = Presentation::whole(&mut query, accepted);
        let reason = query.read("reason", |value| {
            let short = value.chars().count() <= 1_000;
            let reason = short.then(|| value.trim().to_owned());
            reason.ok_or_else(|| Refused::because("longer than 1000 characters"))
        });
        query.finish()?;
        Ok(Self { presentation, reason: reason.filter(|reason| !reason.is_empty()) })
    }

    /// How the record that was written is told.
    pub(crate) fn rendering<'a>(
        &self,
        state: &AppState,
        labels: &'a amparo_store::Labels,
    ) -> crate::dto::Rendering<'a> {
        self.presentation.rendering(state, labels)
    }
}

/// A record as its writer last saw it.
struct Before {
    record: Record,
    rendered: Value,
    raw: Value,
    expected: i32,
}

impl Before {
    async fn find<K: Resource>(
        state: &AppState,
        actor: &Actor,
        segments: &Segments,
        options: &Options,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let expected = tag::expected(headers)?;
        let mut before = Self::of::<K>(state, actor, segments, options).await?;
        let expected: Expected = expected.ok_or(ApiError::PreconditionRequired)?;
        before.expected = expected.revision(before.record.latest_revision);
        if before.expected != before.record.latest_revision {
            return Err(StoreError::Stale.into());
        }
        Ok(before)
    }

    async fn of<K: Resource>(
        state: &AppState,
        actor: &Actor,
        segments: &Segments,
        options: &Options,
    ) -> Result<Self, ApiError> {
        actor.editor(K::KIND)?;
        let audience = actor.audience();
        let named = segments.named(K::KIND)?;
        // The published view first: who sees that but not the working one may not write, and hears
        // the same as for a record that is not there.
        let Shown { records: record, labels } =
            state.store.find_to_write(&audience, K::KIND, &named, View::Working).await?;
        if record.state == amparo_domain::vocabulary::State::Withdrawn {
            state.store.find_to_write(&audience, K::KIND, &named, View::Shown).await?;
        }
        let mut rendering = options.presentation.rendering(state, &labels);
        rendering.raw = false;
        let rendered = value_of::<K>(&record, rendering)?;
        rendering.raw = true;
        rendering.whole = true;
        let raw = value_of::<K>(&record, rendering)?;
        let expected = record.latest_revision;
        Ok(Self { record, rendered, raw, expected })
    }

    /// What is sent back as a draft.
    fn accept<K: Resource>(&self, mut sent: Value) -> Result<(Draft, Vec<Issue>), Invalid> {
        let issues =
            back::accept(K::KIND, &mut sent, &self.rendered, &self.raw, self.record.facts.people());
        match draft::read(K::KIND, &sent) {
            Ok(read) if issues.is_empty() => Ok(read),
            Ok(_) => Err(Invalid(issues)),
            Err(Invalid(more)) => Err(Invalid(issues.into_iter().chain(more).collect())),
        }
    }

    async fn save<K: Resource>(
        self,
        state: &AppState,
        actor: &Actor,
        options: &Options,
        sent: Value,
    ) -> Result<Response, ApiError> {
        let (draft, warnings) = self.accept::<K>(sent)?;
        let (editor, number) = (actor.editor(K::KIND)?, self.record.number);
        let reason = options.reason.clone();
        let written =
            state.store.replace(editor, number, self.expected, draft, reason, None).await?;
        answer::<K>(state, actor, options, StatusCode::OK, written, warnings).await
    }
}

/// What the record is by now is not what a retry asks for.
pub(crate) fn as_it_stood(record: &mut Record, written: &Written) {
    record.latest_revision = written.revision;
    record.state = written.state;
    record.version = written.version;
    record.changed_at = written.changed_at;
    record.first_published_at = record.first_published_at.filter(|_| written.version > 0);
}

/// The record as it was written, with what its writer should look at.
pub(super) async fn answer<K: Resource>(
    state: &AppState,
    actor: &Actor,
    options: &Options,
    status: StatusCode,
    written: Written,
    warnings: Vec<Issue>,
) -> Result<Response, ApiError> {
    let audience = actor.audience();
    let named = amparo_domain::filter::Named::Number(written.number);
    let store = &state.store;
    let read = store.revision_as_written(&audience, K::KIND, &named, written.revision).await;
    let mut shown = read.map_err(|error| match error {
        StoreError::NotFound => StoreError::Removed(written.number),
        error => error,
    })?;
    as_it_stood(&mut shown.records, &written);
    let rendering = options.presentation.rendering(state, &shown.labels);
    let record = &shown.records;
    let mut body = Vec::new();
    write_view::<K>(&mut body, record, rendering, None)?;
    let entity_tag = tag::of(&body, Some(record.revision), &state.secret);
    let mut value = value_of::<K>(record, rendering)?;
    if let Value::Object(members) = &mut value {
        let duplicates = written.possible_duplicates.into_iter();
        let duplicates: Vec<_> = duplicates.map(dto::PossibleDuplicateView::from).collect();
        let warnings = warnings.into_iter().chain(written.warnings);
        let warnings: Vec<_> = warnings.map(dto::Warning::from).collect();
        if status == StatusCode::CREATED {
            members.insert("possible_duplicates".to_owned(), json!(duplicates));
        }
        let made: Vec<_> = written.made.into_iter().map(dto::MadeView::from).collect();
        if !made.is_empty() {
            members.insert("made".to_owned(), json!(made));
        }
        if !warnings.is_empty() {
            members.insert("warnings".to_owned(), json!(warnings));
        }
    }
    let mut response = answer::written(status, value.to_string().into_bytes(), &entity_tag);
    if status == StatusCode::CREATED {
        let place = format!("/api/v1/{}/{}", K::KIND.plural(), written.number);
        if let Ok(place) = HeaderValue::from_str(&place) {
            response.headers_mut().insert(header::LOCATION, place);
        }
    }
    Ok(response)
}
