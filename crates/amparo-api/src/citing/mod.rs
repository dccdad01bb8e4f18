//! Citations: what stands under a text that quotes a record, a list or a count.
//!
//! | room | what is in it |
//! |---|---|
//! | here | what is asked for, and the answers |
//! | `cited` | from what the store has to what is cited |
//! | `gather` | what a text cites, all of it at once |
//! | `count` | counts, which have no number |
//! | `views` | all forms at once, labelled by what they are for |
//! | `routes` | the operations |
//!
//! Whoever asks, what is cited is what everybody sees: a citation is for others to follow.

mod cited;
mod count;
mod gather;
mod routes;
mod views;

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::suggest;
use amparo_exchange::citation::{Cited, Form};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::answer::{self, Keep};
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

pub(crate) use cited::{Both, of_list, of_record, title};
pub(crate) use gather::{Gathered, Notes, gather};
pub(crate) use routes::routes;
pub(crate) use views::{CitationView, Formatted, Texts};

/// The tag of these operations in the document.
const TAG: &str = "citing";

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    /// In which form; all of them in JSON if none is named.
    pub form: Option<Form>,
    /// Which version; the latest if none is named.
    pub version: Option<i32>,
    /// As it was, or wherever it stands.
    pub pin: Option<Pinned>,
}

/// As it was, or wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pinned {
    Version,
    Latest,
}

impl Asked {
    /// Reads `format`, and where there are versions `version` and `pin`.
    pub(crate) fn of(query: &mut Query, versions: bool) -> Self {
        let form = read_form(query);
        let mut asked = Self { form, ..Self::default() };
        if versions {
            let latest = "latest";
            let version = query.read("version", |value| match value.parse::<i32>() {
                _ if value == latest => Ok(None),
                Ok(version) if version > 0 => Ok(Some(version)),
                _ => Err(Refused::because("is the number of a version, or latest")),
            });
            asked.version = version.flatten();
            if version == Some(None) {
                asked.pin = Some(Pinned::Latest);
            } else if version.is_some() {
                asked.pin = Some(Pinned::Version);
            }
        }
        let pin = query.read("pin", |value| match value {
            "version" => Ok(Pinned::Version),
            "latest" => Ok(Pinned::Latest),
            _ => Err(Refused::because("is version or latest")),
        });
        match (pin, asked.version) {
            (Some(Pinned::Latest), Some(_)) => {
                query.refuse("pin", Refused::because("is version where one is named"));
            }
            (Some(pin), _) => asked.pin = Some(pin),
            (None, _) => {}
        }
        asked
    }

    /// Which of both is wanted. One line points to a record if nothing else is said; everything else quotes it.
    fn which(self, both: &Both) -> &Cited {
        let points = self.form == Some(Form::Line) && both.quoting.number.is_some();
        let default = if points { Pinned::Latest } else { Pinned::Version };
        match (self.pin.unwrap_or(default), &both.pointing) {
            (Pinned::Latest, Some(pointing)) => pointing,
            _ => &both.quoting,
        }
    }
}

/// The names of all forms.
pub(crate) fn forms() -> Vec<&'static str> {
    Form::ALL.iter().map(|form| form.code()).collect()
}

/// Reads `format`.
pub(crate) fn read_form(query: &mut Query) -> Option<Form> {
    query.read("format", form)
}

/// Reads the name of a form.
fn form(value: &str) -> Result<Form, Refused> {
    Form::ALL.into_iter().find(|form| form.code() == value).ok_or_else(|| {
        let message = format!("is one of {}", forms().join(", "));
        Refused::because(message).suggesting(suggest::nearest(value, forms()))
    })
}

/// The answer: one form as it is, or all of them in JSON.
pub(crate) async fn answer(
    state: &AppState,
    headers: &HeaderMap,
    both: Both,
    asked: Asked,
    language: Language,
    keep: Keep,
) -> Result<Response, ApiError> {
    let Some(form) = asked.form else {
        let view = styled(move || CitationView::of(&both, language)).await?;
        let body =
            serde_json::to_vec(&view).map_err(|error| ApiError::Internal(error.to_string()))?;
        return Ok(told(state, headers, body, keep, language));
    };
    let cited = asked.which(&both).clone();
    let name = cited.file_name(form);
    let body = styled(move || cited.write(form, language)).await?;
    let mut response = told(state, headers, body, keep, language);
    if response.status() == StatusCode::OK {
        as_file(&mut response, form, &name);
    }
    Ok(response)
}

/// Says of an answer which form it is, and of a file by which name it is kept.
pub(crate) fn as_file(response: &mut Response, form: Form, name: &str) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.media_type()));
    let disposition = match form.extension() {
        Some(_) => format!("attachment; filename=\"{name}\""),
        None => "inline".to_owned(),
    };
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
}

/// Does what may take some milliseconds beside the requests of others: a style of many pages is read with each
/// citation.
pub(crate) async fn styled<T: Send + 'static>(
    make: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(make).await.map_err(|error| ApiError::Internal(error.to_string()))
}

/// An answer in a language.
fn told(
    state: &AppState,
    headers: &HeaderMap,
    body: Vec<u8>,
    keep: Keep,
    language: Language,
) -> Response {
    let entity_tag = tag::of(&body, None, &state.secret);
    let mut response = answer::read(headers, body, &entity_tag, keep);
    let code = HeaderValue::from_static(language.code());
    response.headers_mut().insert(HeaderName::from_static("content-language"), code);
    response
}

/// The letters before the number of something.
pub(crate) fn prefix(state: &AppState, kind: Kind) -> String {
    match kind {
        Kind::Statement => "STM".to_owned(),
        _ => state.settings.number_prefix.clone(),
    }
}

/// The permanent address of something.
pub(crate) fn permanent(base: &str, number: Number, version: Option<i32>) -> String {
    let digits = number.as_i64();
    match version {
        Some(version) => format!("{base}/r/{digits}/v{version}"),
        None => format!("{base}/r/{digits}"),
    }
}
