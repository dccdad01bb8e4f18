//! Permanent addresses: `/r/{number}` and what is under it, for people and for programs.
//!
//! | room | what is in it |
//! |---|---|
//! | here | where an address leads |
//! | `embeds` | what other sites show in a frame |
//! | `form` | which form is wanted |
//! | `links` | what is around a version, for programs |
//! | `named` | in which incidents something is named |
//! | `pages` | from what the store has to a page |
//! | `endorse` | the page on which somebody with a code answers |
//! | `statement` | what the page of a statement shows besides |
//! | `routes` | the operations |
//!
//! Programs are led on to the API, which shows each caller what they may see. Pages and citations are for everybody and show
//! what everybody sees, whoever asks.

mod embeds;
mod endorse;
mod form;
mod links;
mod named;
mod pages;
mod routes;
mod statement;

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::{Number, NumberError};
use amparo_store::{Citable, FrozenList, Shown, ShownToday, StoreError};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::answer::{self, Keep};
use crate::citing::{self, Asked, Both};
use crate::dto::Rendering;
use crate::extract::Caller;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::{
    Cases, Elections, Incidents, Organizations, People, Statements, base_url, value_of,
};
use crate::state::AppState;
use crate::tag;

use form::Wanted;

pub(crate) use embeds::EmbedView;
pub(crate) use links::link_versions;
pub(crate) use routes::routes;

/// A request for what is under a permanent address.
struct Request<'a> {
    state: &'a AppState,
    caller: &'a Caller,
    accepted: Language,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    /// The number as it stands in the address.
    written: &'a str,
    what: What,
    by_ending: Option<Wanted>,
}

/// What of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// The latest version.
    Latest,
    /// A version.
    Version(i32),
    /// Its versions.
    History,
    /// What changed between two of them.
    Diff,
}

impl What {
    /// How the address goes on behind the number.
    fn rest(self) -> String {
        match self {
            Self::Latest => String::new(),
            Self::Version(version) => format!("/v{version}"),
            Self::History => "/history".to_owned(),
            Self::Diff => "/diff".to_owned(),
        }
    }
}

impl Request<'_> {
    /// The form that is wanted.
    fn wanted(&self) -> Wanted {
        self.by_ending.unwrap_or_else(|| form::accepted(self.headers))
    }

    /// Whether there are citations of what is asked for.
    fn is_citable(&self) -> bool {
        matches!(self.what, What::Latest | What::Version(_))
    }

    /// The answer. Who wants a page, gets one that says what went wrong, too.
    async fn answer(self) -> Result<Response, ApiError> {
        let page = self.wanted() == Wanted::Page;
        let (state, uri, accepted) = (self.state, self.uri, self.accepted);
        match self.answered().await {
            Err(error) if page => pages::failed(state, uri, accepted, error),
            answered => answered,
        }
    }

    async fn answered(self) -> Result<Response, ApiError> {
        let number = self.written.parse::<Number>().map_err(|error| match error {
            NumberError::Mistyped => ApiError::Mistyped,
            NumberError::NotANumber => ApiError::NotFound,
        })?;
        match self.wanted() {
            Wanted::Api => self.leads_on(number).await,
            Wanted::Page => self.page(number).await,
            Wanted::JsonLd => self.json_ld(number).await,
            Wanted::Citation(form) => self.citation(number, form).await,
            Wanted::Text(form) => self.text(number, form).await,
            Wanted::Proof => self.proof(number).await,
        }
    }

    /// To what proves the latest version. Nobody keeps it: there will be another one.
    async fn proof(self, number: Number) -> Result<Response, ApiError> {
        Query::of(self.uri).finish()?;
        let citable = self.state.store.citable(number, None, None).await?;
        let (number, version) = match (citable.merged_into, citable.shown) {
            (Some(into), _) => (into, None),
            (None, ShownToday::Withdrawn(tombstone)) => {
                return Err(StoreError::Withdrawn(tombstone).into());
            }
            (None, ShownToday::Published(..)) if citable.version == 0 => {
                return Err(ApiError::NoProof);
            }
            (None, ShownToday::Published(..)) => (number, Some(citable.version)),
        };
        let address = format!("{}.{}", citing::permanent("", number, version), form::PROOF);
        let mut response = leads_to(&address);
        let keep = HeaderValue::from_static("no-store");
        response.headers_mut().insert(header::CACHE_CONTROL, keep);
        Ok(response)
    }

    /// Where the API has it, as far as the caller may see it.
    async fn leads_on(self, number: Number) -> Result<Response, ApiError> {
        let (store, audience) = (&self.state.store, self.caller.audience());
        let mut query = Query::of(self.uri);
        if self.is_citable() && query.gives("format") {
            let form = citing::read_form(&mut query);
            query.language(self.accepted);
            query.finish()?;
            return match form {
                Some(form) => self.citation(number, form).await,
                None => Err(ApiError::NotFound),
            };
        }
        // What the API is asked as well.
        let mut passed_on = Vec::new();
        if self.what == What::Diff {
            for key in ["from", "to"] {
                passed_on.extend(query.read(key, version).map(|value| format!("{key}={value}")));
            }
        }
        if self.what != What::History && query.gives("lang") {
            passed_on.push(format!("lang={}", query.language(self.accepted)));
        }
        query.finish()?;
        let passed_on = match passed_on.join("&") {
            none if none.is_empty() => none,
            some => format!("?{some}"),
        };
        if self.what == What::Latest
            && let Some(into) = store.merged_into(&audience, number).await?
        {
            return Ok(answer::merged(number, into, ""));
        }
        let kind = match store.kind_of(&audience, number).await {
            // It may be that of a list, which everybody may see.
            Err(StoreError::NotFound) if self.what == What::Latest => {
                store.frozen_list(number).await?;
                return Ok(leads_to(&format!("/api/v1/lists/{number}{passed_on}")));
            }
            kind => kind?,
        };
        if kind == Kind::Person && !audience.is_member() {
            return Err(ApiError::NotFound);
        }
        let rest = match self.what {
            What::Latest => String::new(),
            What::Version(version) => format!("/versions/{version}"),
            What::History => "/versions".to_owned(),
            What::Diff => "/diff".to_owned(),
        };
        Ok(leads_to(&format!("/api/v1/{}/{number}{rest}{passed_on}", kind.plural())))
    }

    /// The text of a statement, where the API has it.
    async fn text(self, number: Number, form: crate::forms::Form) -> Result<Response, ApiError> {
        let kind = self.state.store.kind_of(&self.caller.audience(), number).await?;
        let rest = match self.what {
            What::Latest => String::new(),
            What::Version(version) => format!("/versions/{version}"),
            What::History | What::Diff => return Err(ApiError::NotFound),
        };
        if kind != Kind::Statement {
            return Err(ApiError::NotFound);
        }
        let query = self.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let ending = form.extension();
        Ok(leads_to(&format!("/api/v1/statements/{number}{rest}.{ending}{query}")))
    }

    /// A citation of it.
    async fn citation(
        self,
        number: Number,
        form: amparo_exchange::citation::Form,
    ) -> Result<Response, ApiError> {
        let mut query = Query::of(self.uri);
        let language = query.language(self.accepted);
        // How the address ends goes before it.
        citing::read_form(&mut query);
        query.finish()?;
        let asked = Asked { form: Some(form), ..Asked::default() };
        let found = self.found(number, language).await?;
        let (both, keep) = (found.both.clone(), found.keep);
        let (state, headers) = (self.state, self.headers);
        let mut response = citing::answer(state, headers, both, asked, language, keep).await?;
        links::set(response.headers_mut(), &found.links);
        Ok(response)
    }

    /// What it is, as linked data.
    async fn json_ld(self, number: Number) -> Result<Response, ApiError> {
        let mut query = Query::of(self.uri);
        let language = query.language(self.accepted);
        query.finish()?;
        let found = self.found(number, language).await?;
        let base = base_url(self.state, self.headers);
        let record = found.shown().map(|shown| &shown.records);
        let mut value = links::json_ld(&base, &found.both, record);
        if let Some(shown) = found.shown() {
            let based_on = links::based_on(&rendered(self.state, shown, language)?);
            if !based_on.is_empty() {
                value["isBasedOn"] = Value::Array(based_on);
            }
        }
        let body = value.to_string().into_bytes();
        let mut response =
            told(self.state, self.headers, body, found.keep, language, form::JSON_LD);
        links::set(response.headers_mut(), &found.links);
        Ok(response)
    }

    /// What everybody sees under the number.
    async fn found(&self, number: Number, language: Language) -> Result<Found, ApiError> {
        let base = base_url(self.state, self.headers);
        let version = match self.what {
            What::Version(version) => Some(version),
            What::Latest | What::History | What::Diff => None,
        };
        match self.state.store.citable(number, None, version).await {
            Ok(citable) => {
                let (both, keep) = citing::of_record(self.state, &base, &citable, language);
                let links = links::of_record(&base, &citable);
                Ok(Found { both, keep, links, thing: Thing::Record(Box::new(citable)) })
            }
            Err(StoreError::NotFound) if self.what == What::Latest => {
                let list = self.state.store.frozen_list(number).await?;
                let both = citing::of_list(self.state, &base, &list).await?;
                let links = links::of_list(&base, &both);
                Ok(Found { both, keep: Keep::Public, links, thing: Thing::List(list) })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// What was found under a number.
struct Found {
    both: Both,
    keep: Keep,
    links: Vec<amparo_web::Link>,
    thing: Thing,
}

enum Thing {
    Record(Box<Citable>),
    List(FrozenList),
}

impl Found {
    /// What is shown of a record.
    fn shown(&self) -> Option<&Shown<amparo_store::Record>> {
        match &self.thing {
            Thing::Record(citable) => match &citable.shown {
                ShownToday::Published(_, shown) => Some(shown),
                ShownToday::Withdrawn(_) => None,
            },
            Thing::List(_) => None,
        }
    }
}

/// The public JSON of a record, whatever its kind.
fn rendered(
    state: &AppState,
    shown: &Shown<amparo_store::Record>,
    language: Language,
) -> Result<Value, ApiError> {
    rendered_record(state, &shown.records, &shown.labels, language)
}

/// The same of a record beside its labels.
pub(crate) fn rendered_record(
    state: &AppState,
    record: &amparo_store::Record,
    labels: &amparo_store::Labels,
    language: Language,
) -> Result<Value, ApiError> {
    let rendering = Rendering {
        labels,
        staff: false,
        knows: false,
        whole: false,
        language,
        raw: false,
        today: state.store.clock().today(),
        points: false,
        possible_in: None,
    };
    match record.facts.kind() {
        Kind::Incident => value_of::<Incidents>(record, rendering),
        Kind::Organization => value_of::<Organizations>(record, rendering),
        Kind::Person => value_of::<People>(record, rendering),
        Kind::Election => value_of::<Elections>(record, rendering),
        Kind::Case => value_of::<Cases>(record, rendering),
        Kind::Statement => value_of::<Statements>(record, rendering),
    }
}

/// An answer of a media type, in a language.
fn told(
    state: &AppState,
    headers: &HeaderMap,
    body: Vec<u8>,
    keep: Keep,
    language: Language,
    media_type: &'static str,
) -> Response {
    let entity_tag = tag::of(&body, None, &state.secret);
    let mut response = answer::read(headers, body, &entity_tag, keep);
    let is_whole = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    let code = HeaderValue::from_static(language.code());
    headers.insert(HeaderName::from_static("content-language"), code);
    if is_whole {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    response
}

/// Reads the number of a version.
fn version(value: &str) -> Result<i32, Refused> {
    let version = value.parse::<i32>().ok().filter(|version| *version > 0);
    version.ok_or_else(|| Refused::because("is the number of a version"))
}

fn leads_to(address: &str) -> Response {
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, address)]).into_response()
}
