//! What other sites show in a frame, and what they are told of it (oEmbed).
//!
//! It is what everybody sees, whoever asks. A record's frame is of a version if its address is, and a count's of a day, so that
//! what stands in a statement changes only where its author chose that it does.

use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_store::{ShownToday, StoreError};
use amparo_web::{EmbedShell, Frame, Shell};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::pages::{self, HTML};
use super::{Request, Thing, What, rendered, told};
use crate::answer::Keep;
use crate::citing::permanent;
use crate::counts::chart::{self, Charted};
use crate::document::{Operation, lang_parameter, parameter, schema};
use crate::extract::{Accepted, Caller, Segments};
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::base_url;
use crate::state::AppState;

/// How long a site that asked may keep what it was told, in seconds: a frame asks for itself.
const CACHE_AGE: u32 = 86_400;

/// What stands in a frame, as an answer.
fn framed(
    state: &AppState,
    headers: &HeaderMap,
    html: String,
    keep: Keep,
    language: Language,
) -> Response {
    let mut response = told(state, headers, html.into_bytes(), keep, language, HTML);
    for_frames(response.headers_mut());
    response
}

fn for_frames(headers: &mut HeaderMap) {
    if let Ok(policy) = HeaderValue::from_str(&amparo_web::EMBED_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

async fn counts(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Charted { shell, chart, .. } = chart::charted(&state, accepted, &uri, &headers).await?;
    let html = amparo_web::embed_chart(&shell, &chart);
    Ok(framed(&state, &headers, html, Keep::Public, shell.language))
}

/// The page on which the code for a count is copied.
async fn counts_code(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let charted = chart::charted(&state, accepted, &uri, &headers).await?;
    let language = charted.shell.language;
    let frozen = chart::address(&state, &headers, &charted, Some(charted.as_of));
    let latest = chart::address(&state, &headers, &charted, None);
    let links = vec![discovery(&base_url(&state, &headers), &frozen)];
    let shell = Shell {
        language,
        instance: state.settings.title.clone(),
        title: state.settings.title.clone(),
        path: format!("/embed/counts/code?{}", charted.question),
        meta: Vec::new(),
        links: links.clone(),
        forms: Vec::new(),
    };
    let height = amparo_web::chart_height(&charted.chart);
    let title = charted.shell.title.as_str();
    // What keeps up is not called by what it says today.
    let measures = charted.chart.measures.join(" · ");
    let heading = charted.chart.heading.as_str();
    let called = format!("{}: {heading} · {measures}", state.settings.title);
    let frame = Frame { language, title, frozen, latest: Some((latest, called)), height };
    let html = amparo_web::chart_code(&shell, &charted.chart, &frame);
    Ok(pages::answer(&state, &headers, html, Keep::Public, language, &links))
}

async fn record(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    of_record(&state, &caller, accepted, segments.number(0)?, What::Latest, &uri, &headers).await
}

async fn version(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let version = segments.text(1).strip_prefix('v').and_then(|version| version.parse().ok());
    let version = version.filter(|version: &i32| *version > 0).ok_or(ApiError::NotFound)?;
    let (number, what) = (segments.number(0)?, What::Version(version));
    of_record(&state, &caller, accepted, number, what, &uri, &headers).await
}

async fn of_record(
    state: &AppState,
    caller: &Caller,
    accepted: Language,
    number: Number,
    what: What,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(uri);
    let language = query.language(accepted);
    query.finish()?;
    let written = "";
    let request = Request { state, caller, accepted, uri, headers, written, what, by_ending: None };
    let found = request.found(number, language).await?;
    let cited = &found.both.quoting;
    let printed = cited.printed_number().unwrap_or_default();
    let base = base_url(state, headers);
    let today = state.store.clock().today().to_string();
    let mut shell = EmbedShell {
        language,
        instance: state.settings.title.clone(),
        title: printed.clone(),
        as_of: today,
        address: match what {
            What::Version(_) => cited.address.clone(),
            _ => permanent(&base, number, None),
        },
    };
    let citable = match &found.thing {
        Thing::List(list) => {
            let made_at = list.made_at.to_rfc3339();
            shell.as_of.clone_from(&made_at);
            let words = amparo_web::list_words(language, list.count, &made_at);
            let html = amparo_web::embed_words(&shell, list.title.clone(), &printed, words);
            return Ok(framed(state, headers, html, Keep::Public, language));
        }
        Thing::Record(citable) => citable,
    };
    if let (Some(into), What::Latest) = (citable.merged_into, what) {
        let address = format!("/embed{}?lang={language}", permanent("", into, None));
        let headers = [(header::LOCATION, address), (header::CACHE_CONTROL, "no-store".into())];
        return Ok((StatusCode::PERMANENT_REDIRECT, headers).into_response());
    }
    match &citable.shown {
        ShownToday::Withdrawn(_) => {
            let (at, class) = match &found.both.fate.withdrawn {
                Some((at, _, class)) => (at.to_rfc3339(), class.clone()),
                None => (String::new(), String::new()),
            };
            let (title, words) = amparo_web::withdrawn_words(language, &at, &class);
            let html = amparo_web::embed_words(&shell, title, &printed, words);
            let mut response = framed(state, headers, html, Keep::Public, language);
            if response.status() == StatusCode::OK {
                *response.status_mut() = StatusCode::GONE;
            }
            Ok(response)
        }
        ShownToday::Published(version, shown) => {
            let record = rendered(state, shown, language)?;
            let versions = pages::versions(state, citable).await?;
            let pinned = matches!(what, What::Version(_));
            if let (Some(version), true) = (version, pinned) {
                shell.as_of = version.published_at.to_rfc3339();
            }
            let fate = pages::fate(state, citable);
            let shown = version.as_ref().map(|version| i64::from(version.version));
            let html = amparo_web::embed_record(&shell, &record, &printed, &versions, shown, &fate);
            Ok(framed(state, headers, html, found.keep, language))
        }
    }
}

/// What a site is told that wants to show an address of ours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Embed)]
pub(crate) struct EmbedView {
    /// `1.0`.
    #[schema(example = "1.0")]
    version: &'static str,
    /// `rich`: HTML.
    #[schema(example = "rich")]
    r#type: &'static str,
    /// What it is called.
    #[schema(example = "Observer Record, OBS 4827\u{2011}1930 v3")]
    title: String,
    /// The instance's own title.
    provider_name: String,
    /// Where the instance is.
    #[schema(example = "https://register.example")]
    provider_url: String,
    /// How many seconds this may be kept.
    cache_age: u32,
    /// One frame, which may open links and nothing else.
    html: String,
    /// How wide it is.
    #[schema(minimum = 1)]
    width: u32,
    /// How high it is.
    #[schema(minimum = 1)]
    height: u32,
}

async fn oembed(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let wanted = query.one("url").unwrap_or_default();
    let xml = query.read("format", |value| match value {
        "json" => Ok(false),
        "xml" => Ok(true),
        _ => Err(Refused::because("is json or xml")),
    });
    let size = |value: &str| {
        let size = value.parse::<u32>().ok().filter(|size| *size > 0);
        size.ok_or_else(|| Refused::because("is a number of pixels"))
    };
    let most_wide = query.read("maxwidth", size);
    let most_high = query.read("maxheight", size);
    // A wish not to be followed, which nobody is here.
    query.one("dnt");
    let language = query.language(accepted);
    if wanted.is_empty() {
        query.refuse("url", Refused::because("is the address that is to be shown"));
    }
    query.finish()?;
    let base = base_url(&state, &headers);
    let asker = Asker { state: &state, caller: &caller, language, headers: &headers, base: &base };
    let (title, src, height) = asker.found(&wanted).await?;
    let width = most_wide.unwrap_or(amparo_web::WIDTH).min(amparo_web::WIDTH);
    let height = height.min(most_high.unwrap_or(height));
    let view = EmbedView {
        version: "1.0",
        r#type: "rich",
        html: amparo_web::frame(&src, &title, width, height),
        title,
        provider_name: state.settings.title.clone(),
        provider_url: base,
        cache_age: CACHE_AGE,
        width,
        height,
    };
    let (body, kind) = if xml.unwrap_or(false) {
        (as_xml(&view).into_bytes(), "text/xml; charset=utf-8")
    } else {
        let body =
            serde_json::to_vec(&view).map_err(|error| ApiError::Internal(error.to_string()))?;
        (body, "application/json")
    };
    Ok(told(&state, &headers, body, Keep::Public, language, kind))
}

/// Who asks what can be shown under an address.
struct Asker<'a> {
    state: &'a AppState,
    caller: &'a Caller,
    language: Language,
    headers: &'a HeaderMap,
    base: &'a str,
}

impl Asker<'_> {
    /// What is called how, where its frame is and how high that is.
    async fn found(&self, wanted: &str) -> Result<(String, String, u32), ApiError> {
        let path = self.path(wanted).ok_or(ApiError::NotFound)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let path = path.strip_prefix("/embed").unwrap_or(path);
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        if path == "/counts" || path == "/counts/code" {
            return self.count(query).await;
        }
        let path = path.strip_prefix("/r/").ok_or(ApiError::NotFound)?;
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix(".html").unwrap_or(path);
        let (number, version) = match path.split_once('/') {
            None => (path, None),
            Some((number, version)) => {
                let version = version.strip_prefix('v').and_then(|version| version.parse().ok());
                let version = version.filter(|version: &i32| *version > 0);
                (number, Some(version.ok_or(ApiError::NotFound)?))
            }
        };
        let number: Number = number.parse().map_err(|_| ApiError::NotFound)?;
        let what = version.map_or(What::Latest, What::Version);
        let Self { state, caller, language, headers, base } = *self;
        let uri = &Uri::from_static("/");
        let (accepted, written, by_ending) = (language, "", None);
        let request = Request { state, caller, accepted, uri, headers, written, what, by_ending };
        let found = request.found(number, language).await?;
        if let Thing::Record(citable) = &found.thing
            && let ShownToday::Withdrawn(tombstone) = &citable.shown
        {
            return Err(StoreError::Withdrawn(tombstone.clone()).into());
        }
        // By its number: a title may show a name, and what others keep can be taken down by nobody.
        let title = pages::called(&found.both, version);
        let path = permanent("", number, version);
        let src = format!("{base}/embed{path}?lang={language}");
        Ok((title, src, amparo_web::record_height()))
    }

    async fn count(&self, query: &str) -> Result<(String, String, u32), ApiError> {
        let uri: Uri = format!("/?{query}").parse().map_err(|_| ApiError::NotFound)?;
        let charted = chart::charted(self.state, self.language, &uri, self.headers).await?;
        let src = chart::address(self.state, self.headers, &charted, Some(charted.as_of));
        let height = amparo_web::chart_height(&charted.chart);
        Ok((charted.shell.title, src, height))
    }

    /// The path of an address of ours; nothing of another site's.
    fn path<'w>(&self, wanted: &'w str) -> Option<&'w str> {
        let without_scheme = |address: &'w str| {
            address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))
        };
        let host = self.base.split_once("://").map_or(self.base, |(_, host)| host);
        let path = without_scheme(wanted)?.strip_prefix(host)?;
        let path = path.split('#').next().unwrap_or(path);
        path.starts_with('/').then_some(path)
    }
}

fn as_xml(view: &EmbedView) -> String {
    let escaped = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        text.replace('>', "&gt;").replace('"', "&quot;")
    };
    let members = [
        ("version", view.version),
        ("type", view.r#type),
        ("title", &escaped(&view.title)),
        ("provider_name", &escaped(&view.provider_name)),
        ("provider_url", &escaped(&view.provider_url)),
        ("cache_age", &view.cache_age.to_string()),
        ("html", &escaped(&view.html)),
        ("width", &view.width.to_string()),
        ("height", &view.height.to_string()),
    ];
    let members: String =
        members.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<oembed>{members}</oembed>\n"
    )
}

/// The link by which a site finds what it may show instead of an address.
pub(super) fn discovery(base: &str, address: &str) -> amparo_web::Link {
    let address: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    amparo_web::Link {
        rel: "alternate",
        href: format!("{base}/oembed?url={address}&format=json"),
        kind: Some("application/json+oembed"),
        lang: None,
    }
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    const ABOUT: &str = "For a frame on another site: HTML without scripts and without cookies, which says where it is from, of which day \
         it is and where the whole is.";
    let read = |id: &str, summary: &str, about: &str| {
        Operation::read(id, "citing", summary, about)
            .answers_text(200, "What stands in the frame.", "text/html", "<!doctype html>…")
            .known_already()
    };
    let number = |operation: Operation| {
        operation.path("number", "A number, in any usual way of writing.", json!("4827-1930"))
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            "/embed/counts",
            vec![
                read(
                    "embed_counts",
                    "Show a count on another site",
                    &format!("{ABOUT} A count as a table with bars. With `as_of` it stays what it was on that day; without, it keeps up."),
                )
                .query(crate::counts::parameters())
                .fails(&[400, 401]),
            ],
            get(counts),
        ))
        .routes(Operation::route(
            "/embed/counts/code",
            vec![
                read(
                    "embed_counts_code",
                    "Get the code that shows a count on another site",
                    "A page with the count and the code for another site: frozen as of today, or keeping up.",
                )
                .query(crate::counts::parameters())
                .fails(&[400, 401]),
            ],
            get(counts_code),
        ))
        .routes(Operation::route(
            "/embed/r/{number}",
            vec![
                number(read(
                    "embed_record",
                    "Show a record on another site",
                    &format!("{ABOUT} The record in its latest version, or a list."),
                ))
                .query([lang_parameter()])
                .redirects(308, "Of a record that was merged: where the one is that holds what it said.")
                .fails(&[400, 401, 404, 410]),
            ],
            get(record),
        ))
        .routes(Operation::route(
            "/embed/r/{number}/{version}",
            vec![
                number(read(
                    "embed_version",
                    "Show a version on another site",
                    &format!("{ABOUT} One version of a record. It says if there is a newer one."),
                ))
                .path("version", "v1, v2, ….", json!("v1"))
                .query([lang_parameter()])
                .fails(&[400, 401, 404, 410]),
            ],
            get(version),
        ))
        .routes(Operation::route(
            "/oembed",
            vec![
                Operation::read(
                    "get_oembed",
                    "citing",
                    "Ask what can be shown of an address",
                    "oEmbed 1.0, type `rich`: one frame. Of a count it is as of today, so that it does not change afterwards. 404 for \
                     what is not on this site, or not to be seen by everybody.",
                )
                .query([
                    json!({
                        "name": "url", "in": "query", "required": true, "description": "The address of a record, of a version, of a list, or of a question to counts.",
                        "schema": {"type": "string", "format": "uri"}, "example": "https://register.example/r/48271930/v1",
                    }),
                    parameter("format", "How it is told.", json!({"type": "string", "enum": ["json", "xml"], "default": "json"}), json!("json")),
                    parameter("maxwidth", "The most it may be wide, in pixels.", json!({"type": "integer", "minimum": 1}), json!(600)),
                    parameter("maxheight", "The most it may be high, in pixels.", json!({"type": "integer", "minimum": 1}), json!(400)),
                    parameter("dnt", "A wish not to be followed. Nobody is.", json!({"type": "string"}), json!("1")),
                    lang_parameter(),
                ])
                .answers(200, "What to show.", &schema::<EmbedView>())
                .known_already()
                .fails(&[400, 401, 404, 410]),
            ],
            get(oembed),
        ))
}
