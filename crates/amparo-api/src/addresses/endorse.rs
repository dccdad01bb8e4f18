//! The page for those who were sent a code: they read what is asked, and answer. It needs neither scripts nor an account; the
//! code travels in the body of a form and stands in no address.

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::vocabulary::Endorsing;
use amparo_store::{NewAnswer, Origin, StoreError};
use amparo_web::{EndorsePage, Entered, Shell, endorse};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::statement;
use crate::citing;
use crate::cookie::Stranger;
use crate::endorsing::{EndorsementView, words};
use crate::extract::{Accepted, FormBody};
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::base_url;
use crate::state::AppState;

/// The page on which the code is entered.
pub(super) async fn enter(
    State(state): State<AppState>,
    Accepted(accepted): Accepted,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    query.finish()?;
    let html = endorse(&shell(&state, language), EndorsePage::Code { refused: false });
    Ok(page(StatusCode::OK, html))
}

/// Reads what is asked, or takes the answer.
pub(super) async fn answer(
    State(state): State<AppState>,
    Stranger(from): Stranger,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
    form: FormBody,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    query.finish()?;
    let code = form.field("code").trim().to_owned();
    let entered = Entered {
        answer: form.field("answer").to_owned(),
        name: form.field("name").trim().to_owned(),
        role: form.field("role").trim().to_owned(),
        text: form.field("text").trim().to_owned(),
    };
    let sent = form.said("name") || form.said("answer");
    let code = Holder { state: &state, headers: &headers, language, code, from };
    code.page(entered, sent).await
}

/// Somebody with a code.
struct Holder<'a> {
    state: &'a AppState,
    headers: &'a HeaderMap,
    language: Language,
    code: String,
    from: Origin,
}

impl Holder<'_> {
    async fn page(self, entered: Entered, sent: bool) -> Result<Response, ApiError> {
        let answer = read(&entered);
        let missing = sent && answer.is_none();
        let mut answered = false;
        if let Some(answer) = answer {
            match self.state.store.answer_by_code(&self.code, self.from, answer).await {
                Ok(_) => answered = true,
                // That it was answered already is told with what was said.
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return self.refused(error),
            }
        }
        let asked = match self.state.store.endorsement_by_code(&self.code, self.from).await {
            Ok(asked) => asked,
            Err(error) => return self.refused(error),
        };
        let record = words(self.state, &asked, self.language)?;
        let base = base_url(self.state, self.headers);
        let (text, _) = statement::text(self.state, &base, &record, self.language).await?;
        let now = self.state.store.clock().now();
        let request = json!(EndorsementView::of(&asked.request, now, false));
        let letters = citing::prefix(self.state, Kind::Statement);
        let number = format!("{letters} {}", asked.request.statement).replace('-', "\u{2011}");
        let html = endorse(
            &shell(self.state, self.language),
            EndorsePage::Asked {
                record: &record,
                request: &request,
                number,
                html: text.html,
                notes: text.notes,
                code: self.code,
                entered,
                missing,
                answered,
            },
        );
        let status = if missing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok(page(status, html))
    }

    /// A code that does not hold is told on the page; whatever else is wrong is told as everywhere.
    fn refused(&self, error: StoreError) -> Result<Response, ApiError> {
        match error {
            StoreError::Invalid(_) | StoreError::NotFound => {
                let shell = shell(self.state, self.language);
                let html = endorse(&shell, EndorsePage::Code { refused: true });
                Ok(page(StatusCode::UNPROCESSABLE_ENTITY, html))
            }
            error => Err(error.into()),
        }
    }
}

/// What was answered, if all of it is there.
fn read(entered: &Entered) -> Option<NewAnswer> {
    let answer: Endorsing = entered.answer.parse().ok()?;
    let text = Some(entered.text.clone()).filter(|text| !text.is_empty());
    let fits = |text: &str, longest: usize| {
        !text.is_empty() && text.chars().count() <= longest && !text.contains('\0')
    };
    let said = match &text {
        Some(text) => fits(text, 5_000),
        None => answer != Endorsing::ChangeSuggested,
    };
    let whole = said && fits(&entered.name, 200) && fits(&entered.role, 200);
    let (name, role) = (entered.name.clone(), entered.role.clone());
    whole.then_some(NewAnswer { answer, name, role, text })
}

fn shell(state: &AppState, language: Language) -> Shell {
    let title = state.settings.title.clone();
    Shell {
        language,
        instance: title.clone(),
        title,
        path: "/endorse".to_owned(),
        meta: Vec::new(),
        links: Vec::new(),
        forms: Vec::new(),
    }
}

/// The page as an answer that nobody keeps.
fn page(status: StatusCode, html: String) -> Response {
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, html);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::VARY, HeaderValue::from_static(crate::answer::VARY));
    if let Ok(policy) = HeaderValue::from_str(&amparo_web::FORM_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
