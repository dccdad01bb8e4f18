//! From what the store has to a page. A page is made from the JSON that everybody gets.

use amparo_domain::access::Audience;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_exchange::citation::{Form, Purpose, purpose};
use amparo_store::{Citable, FrozenList, Pinned, ShownToday, StoreError, Version};
use amparo_web::{
    CiteBox, Copy, Difference, Fate, ForPurpose, Frame, Link, ListPage, ListRow, MessagePage,
    Problem, RecordPage, Shell, VersionRow,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::named::NamedIn;
use super::{Found, Request, Thing, What, links, rendered, statement, told, version};
use crate::answer::Keep;
use crate::back;
use crate::citing::{self, Both, permanent};
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::base_url;
use crate::state::AppState;

pub(super) const HTML: &str = "text/html; charset=utf-8";

/// So many records of a list stand on its page.
const ROWS: usize = 200;

impl Request<'_> {
    pub(super) async fn page(self, number: Number) -> Result<Response, ApiError> {
        let mut query = Query::of(self.uri);
        let language = query.language(self.accepted);
        let from = match self.what {
            What::Latest => query.read("from", |value| {
                value.parse::<Number>().map_err(|error| Refused::because(error.to_string()))
            }),
            _ => None,
        };
        let between = if self.what == What::Diff {
            Some((query.read("from", version), query.read("to", version)))
        } else {
            None
        };
        query.finish()?;
        // One address for each, however the number was written.
        let digits = number.as_i64();
        if self.written != digits.to_string() {
            let ending = if self.by_ending.is_some() { ".html" } else { "" };
            let rest = self.what.rest() + ending;
            let query = self.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            let address = format!("/r/{digits}{rest}{query}");
            let redirect = StatusCode::MOVED_PERMANENTLY;
            return Ok((redirect, [(header::LOCATION, address)]).into_response());
        }
        let found = self.found(number, language).await?;
        let citable = match &found.thing {
            Thing::List(list) => return self.list(&found, list, language).await,
            Thing::Record(citable) => citable,
        };
        if let (Some(into), What::Latest) = (citable.merged_into, self.what) {
            let into = into.as_i64();
            let address = format!("/r/{into}?from={digits}&lang={language}");
            let headers = [(header::LOCATION, address), (header::CACHE_CONTROL, "no-store".into())];
            return Ok((StatusCode::PERMANENT_REDIRECT, headers).into_response());
        }
        match &citable.shown {
            ShownToday::Withdrawn(_) => Ok(self.withdrawn(&found, language)),
            ShownToday::Published(version, shown) => {
                let record = rendered(self.state, shown, language)?;
                let page = Page { request: &self, found: &found, citable, record, language };
                match (self.what, between) {
                    (What::History, _) => page.history().await,
                    (What::Diff, Some((from, to))) => page.diff(from, to).await,
                    _ => page.record(version.as_ref(), from).await,
                }
            }
        }
    }

    async fn list(
        &self,
        found: &Found,
        list: &FrozenList,
        language: Language,
    ) -> Result<Response, ApiError> {
        let items = self.state.store.list_items(list.number, 0, ROWS).await?;
        let labels = items.labels;
        let mut keep = Keep::Public;
        let mut rows = Vec::with_capacity(items.items.len());
        for item in items.items {
            let letters = &self.state.settings.number_prefix;
            let number = item.number.to_string().replace('-', "\u{2011}");
            let number = format!("{letters} {number} v{}", item.version);
            let record = match item.pinned {
                Pinned::Withdrawn(_) => None,
                Pinned::Shown(_, record) => {
                    if crate::resource::keep(&Audience::Public, std::slice::from_ref(&record))
                        != Keep::Public
                    {
                        keep = Keep::Briefly;
                    }
                    let shown = amparo_store::Shown { records: *record, labels: labels.clone() };
                    Some(rendered(self.state, &shown, language)?)
                }
            };
            let href = permanent("", item.number, Some(item.version));
            rows.push(ListRow { number, href, record });
        }
        let api = format!("/api/v1/lists/{}", list.number);
        let more = u64::try_from(ROWS).is_ok_and(|rows| list.count > rows);
        let page = ListPage {
            number: found.both.quoting.printed_number().unwrap_or_default(),
            title: (list.title.clone(), list.language.code().to_owned()),
            made_at: list.made_at.to_rfc3339(),
            query: list.query.clone(),
            count: list.count,
            rows,
            next: more.then(|| format!("{api}/items")),
            cite: cite_box(&found.both, language).await?,
        };
        let path = permanent("", list.number, None);
        let mut shell = shell(self.state, language, &found.both, path, &found.links);
        shell.forms = vec![
            ("JSON", api.clone()),
            ("CSV", format!("{api}/items.csv")),
            ("JSON Lines", format!("{api}/items.jsonl")),
        ];
        let html = amparo_web::list(&shell, page);
        Ok(answer(self.state, self.headers, html, keep, language, &found.links))
    }

    /// What is left of what was withdrawn.
    fn withdrawn(&self, found: &Found, language: Language) -> Response {
        let (at, class) = match &found.both.fate.withdrawn {
            Some((at, _, class)) => (at.to_rfc3339(), class.clone()),
            None => (String::new(), String::new()),
        };
        let number = found
            .both
            .quoting
            .number
            .map_or_else(String::new, |number| permanent("", number, None) + &self.what.rest());
        let shell = shell(self.state, language, &found.both, number, &found.links);
        let cited = &found.both.quoting;
        let texts = vec![(Copy::Footnote, cited.footnote(language))];
        let label = purpose(language, Purpose::Quoting);
        let cite = CiteBox {
            language,
            purposes: vec![ForPurpose::of(language, "quoting", label, texts)],
            files: files(&cited.address),
        };
        let page = MessagePage {
            problem: Problem::Withdrawn { at, class },
            number: cited.printed_number(),
            cite: Some(cite),
        };
        let html = amparo_web::message(&shell, page);
        let mut response =
            answer(self.state, self.headers, html, Keep::Public, language, &found.links);
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::GONE;
        }
        response
    }
}

/// A page of a record that is shown.
struct Page<'a> {
    request: &'a Request<'a>,
    found: &'a Found,
    citable: &'a Citable,
    record: Value,
    language: Language,
}

impl Page<'_> {
    async fn record(
        self,
        shown: Option<&Version>,
        came_from: Option<Number>,
    ) -> Result<Response, ApiError> {
        let Self { request, found, citable, record, language } = self;
        let state = request.state;
        let versions = versions(state, citable).await?;
        let mut differences = Vec::new();
        let mut keep = found.keep;
        if shown.is_some() && citable.version < citable.latest {
            let latest = value_at(state, citable, citable.latest, language).await?;
            keep = if keep == Keep::Public { latest.1 } else { keep };
            differences = changes(&record, &latest.0);
        }
        let fate = Fate {
            merged_into: merged_into(state, citable),
            came_from: match came_from {
                Some(number) => came_from_merged(state, citable, number).await?,
                None => None,
            },
        };
        let path = permanent("", citable.number, None) + &request.what.rest();
        let mut shell = shell(state, language, &found.both, path, &found.links);
        let api = format!("/api/v1/{}/{}", citable.kind.plural(), citable.number);
        let json = match citable.version {
            0 => api,
            version => format!("{api}/versions/{version}"),
        };
        let here = &found.both.quoting.address;
        shell.forms = vec![("JSON", json), ("JSON-LD", format!("{here}.jsonld"))];
        let named_in = match request.what {
            What::Latest => NamedIn::of(state, citable, language).await?,
            // A version says what was known then; what it is named in is of today.
            _ => NamedIn::default(),
        };
        keep = if keep == Keep::Public { named_in.keep } else { keep };
        let pinned = called(&found.both, Some(citable.version).filter(|version| *version > 0));
        let embed = embed_of(&found.both, language, citable.version, &pinned);
        let page = RecordPage {
            record: &record,
            number: found.both.quoting.printed_number().unwrap_or_default(),
            version: shown.map(|version| i64::from(version.version)),
            versions,
            fate,
            cite: cite_box(&found.both, language).await?,
            proof: links::proof("", citable),
            incidents: named_in.rows,
            more: named_in.more,
            embed: Some(embed),
            differences,
        };
        let html = if citable.kind == Kind::Statement {
            let base = base_url(state, request.headers);
            let (parts, kept) =
                statement::parts(state, &base, page.record, citable, language).await?;
            keep = if keep == Keep::Public { kept } else { keep };
            amparo_web::statement(&shell, page, parts)
        } else {
            amparo_web::record(&shell, page)
        };
        Ok(answer(state, request.headers, html, keep, language, &found.links))
    }

    async fn history(self) -> Result<Response, ApiError> {
        let Self { request, found, citable, record, language } = self;
        let state = request.state;
        let versions = versions(state, citable).await?;
        let path = permanent("", citable.number, None) + "/history";
        let mut shell = shell(state, language, &found.both, path, &found.links);
        let api = format!("/api/v1/{}/{}/versions", citable.kind.plural(), citable.number);
        shell.forms = vec![("JSON", api)];
        let number = found.both.quoting.printed_number().unwrap_or_default();
        let fate = Fate { merged_into: merged_into(state, citable), came_from: None };
        let html = amparo_web::history(&shell, &record, number, &versions, fate);
        Ok(answer(state, request.headers, html, found.keep, language, &found.links))
    }

    async fn diff(self, from: Option<i32>, to: Option<i32>) -> Result<Response, ApiError> {
        let Self { request, found, citable, record, language } = self;
        let state = request.state;
        let to = to.unwrap_or(citable.latest);
        let from = from.unwrap_or((to - 1).max(1));
        let rows = versions(state, citable).await?;
        let row = |version: i32| {
            let row = rows.iter().find(|row| row.version == i64::from(version));
            row.cloned().ok_or(ApiError::NotFound)
        };
        let between = [row(from)?, row(to)?];
        let (before, kept) = value_at(state, citable, from, language).await?;
        let (after, keep) = value_at(state, citable, to, language).await?;
        let keep = if kept == Keep::Public { keep } else { kept };
        let differences = changes(&before, &after);
        let path = format!("{}/diff?from={from}&to={to}", permanent("", citable.number, None));
        let mut shell = shell(state, language, &found.both, path, &found.links);
        let api = format!("/api/v1/{}/{}", citable.kind.plural(), citable.number);
        shell.forms = vec![("JSON", format!("{api}/diff?from={from}&to={to}"))];
        let number = found.both.quoting.printed_number().unwrap_or_default();
        let html = amparo_web::diff(&shell, &record, number, between, &differences);
        Ok(answer(state, request.headers, html, keep, language, &found.links))
    }
}

/// The public JSON of a version.
async fn value_at(
    state: &AppState,
    citable: &Citable,
    version: i32,
    language: Language,
) -> Result<(Value, Keep), ApiError> {
    let named = Named::Number(citable.number);
    let public = &Audience::Public;
    let (_, shown) = state.store.version(public, citable.kind, &named, version).await?;
    let keep = crate::resource::keep(public, std::slice::from_ref(&shown.records));
    Ok((rendered(state, &shown, language)?, keep))
}

/// What two versions say otherwise.
fn changes(from: &Value, to: &Value) -> Vec<Difference> {
    let differences = back::differences(from, to).into_iter();
    let differences =
        differences.map(|of| Difference { pointer: of.pointer, from: of.from, to: of.to });
    differences.collect()
}

pub(super) async fn versions(
    state: &AppState,
    citable: &Citable,
) -> Result<Vec<VersionRow>, ApiError> {
    if citable.version == 0 {
        return Ok(Vec::new());
    }
    let (number, named) = (citable.number, Named::Number(citable.number));
    let versions = state.store.versions(&Audience::Public, citable.kind, &named).await?;
    let rows = versions.into_iter().map(|of| VersionRow {
        version: of.version.into(),
        published_at: of.published_at.to_rfc3339(),
        reason: of.reason,
        minor: of.minor,
        href: permanent("", number, Some(of.version)),
        diff: (of.version > 1).then(|| {
            let address = permanent("", number, None);
            format!("{address}/diff?from={}&to={}", of.version - 1, of.version)
        }),
    });
    Ok(rows.collect())
}

/// What has become of a record, for who came by nothing else.
pub(super) fn fate(state: &AppState, citable: &Citable) -> Fate {
    Fate { merged_into: merged_into(state, citable), came_from: None }
}

/// The record that holds what it said, as it is printed, and where it is.
fn merged_into(state: &AppState, citable: &Citable) -> Option<(String, String)> {
    let into = citable.merged_into?;
    Some((printed(state, citable.kind, into), permanent("", into, None)))
}

pub(super) fn printed(state: &AppState, kind: Kind, number: Number) -> String {
    let letters = citing::prefix(state, kind);
    format!("{letters} {number}").replace('-', "\u{2011}")
}

/// The number by which a reader came, if it was merged into what they read: an address is no proof of that.
async fn came_from_merged(
    state: &AppState,
    citable: &Citable,
    number: Number,
) -> Result<Option<String>, ApiError> {
    match state.store.merged_into(&Audience::Public, number).await {
        Ok(into) => {
            let here = into == Some(citable.number);
            Ok(here.then(|| printed(state, citable.kind, number)))
        }
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How other sites show a record: the version that is read, or wherever it stands by then.
fn embed_of<'a>(both: &Both, language: Language, version: i32, title: &'a str) -> Frame<'a> {
    let address = |of: &str| {
        let of = of.replacen("/r/", "/embed/r/", 1);
        format!("{of}?lang={language}")
    };
    let frozen = &both.quoting.address;
    let latest = frozen.rsplit_once("/v").filter(|_| version > 0).map(|(latest, _)| latest);
    Frame {
        language,
        title,
        frozen: address(frozen),
        latest: latest.map(|latest| (address(latest), called(both, None))),
        height: amparo_web::record_height(),
    }
}

/// What a record is called where others keep it: by its number and version.
pub(super) fn called(both: &Both, version: Option<i32>) -> String {
    let cited = &both.quoting;
    let number = cited.printed_number().unwrap_or_default();
    let version = version.map(|version| format!(" v{version}")).unwrap_or_default();
    format!("{}, {number}{version}", cited.instance)
}

/// How to cite it: the texts that people copy, and the files.
async fn cite_box(both: &Both, language: Language) -> Result<CiteBox, ApiError> {
    let both = both.clone();
    citing::styled(move || {
        let cited = &both.quoting;
        let texts = vec![
            (Copy::Footnote, cited.footnote(language)),
            (Copy::Short, cited.short()),
            (Copy::InText, cited.in_text(language)),
            (Copy::Apa, cited.apa(language).plain),
            (Copy::Chicago, cited.chicago(language).plain),
        ];
        let label = purpose(language, Purpose::Quoting);
        let mut purposes = vec![ForPurpose::of(language, "quoting", label, texts)];
        // What never changes is pointed to as it was.
        let pointing = both.pointing.as_ref().unwrap_or(cited);
        let texts = vec![(Copy::Line, pointing.one_line(language))];
        let label = purpose(language, Purpose::Pointing);
        purposes.push(ForPurpose::of(language, "pointing", label, texts));
        CiteBox { language, purposes, files: files(&cited.address) }
    })
    .await
}

/// The files, by the address that they are of.
fn files(address: &str) -> Vec<(&'static str, String)> {
    let names = [
        ("Word", Form::Docx),
        ("BibTeX", Form::Bibtex),
        ("RIS", Form::Ris),
        ("CSL-JSON", Form::Csl),
    ];
    let path = address.find("/r/").map_or(address, |at| &address[at..]);
    let files = names
        .into_iter()
        .filter_map(|(name, form)| Some((name, format!("{path}.{}", form.extension()?))));
    files.collect()
}

/// What stands around a page, with tags by which reference managers know what it is.
fn shell(state: &AppState, language: Language, both: &Both, path: String, links: &[Link]) -> Shell {
    let cited = &both.quoting;
    let number = cited.printed_number().unwrap_or_default();
    let mut meta = vec![
        ("citation_technical_report_institution", cited.instance.clone()),
        ("citation_technical_report_number", number.clone()),
        ("citation_public_url", cited.address.clone()),
        ("DC.identifier", number.clone()),
        ("DC.publisher", cited.instance.clone()),
        ("DC.rights", "CC BY 4.0".to_owned()),
    ];
    if !cited.title.is_empty() {
        meta.push(("citation_title", cited.title.clone()));
        meta.push(("DC.title", cited.title.clone()));
    }
    if let Some(on) = cited.published {
        meta.push(("citation_publication_date", on.format("%Y/%m/%d").to_string()));
        meta.push(("DC.date", on.to_string()));
    }
    if let Some(tag) = &cited.title_language {
        meta.push(("citation_language", tag.clone()));
        meta.push(("DC.language", tag.clone()));
    }
    // The number stands first: titles are in histories and on cards of other sites.
    let title = format!("{number} · {}", cited.instance);
    Shell {
        language,
        instance: state.settings.title.clone(),
        title,
        path,
        meta,
        links: links.to_vec(),
        forms: Vec::new(),
    }
}

/// The page as an answer.
pub(super) fn answer(
    state: &AppState,
    headers: &HeaderMap,
    html: String,
    keep: Keep,
    language: Language,
    links: &[Link],
) -> Response {
    let mut response = told(state, headers, html.into_bytes(), keep, language, HTML);
    let headers = response.headers_mut();
    links::set(headers, links);
    protect(headers);
    response
}

fn protect(headers: &mut HeaderMap) {
    if let Ok(policy) = HeaderValue::from_str(&amparo_web::POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The page for what went wrong. It repeats nothing of the request.
pub(super) fn failed(
    state: &AppState,
    uri: &Uri,
    accepted: Language,
    error: ApiError,
) -> Result<Response, ApiError> {
    let language = Query::of(uri).language(accepted);
    let wait = error.wait();
    let (status, problem) = match error {
        ApiError::NotFound | ApiError::Store(StoreError::NotFound) => {
            (StatusCode::NOT_FOUND, Problem::NotFound)
        }
        ApiError::Mistyped => (StatusCode::BAD_REQUEST, Problem::Mistyped),
        ApiError::NoProof => (StatusCode::NOT_FOUND, Problem::NoProof),
        ApiError::NotProvenYet { begun } => {
            (StatusCode::SERVICE_UNAVAILABLE, Problem::NotProvenYet { begun })
        }
        // Whoever types a parameter reads problems as well; what fails in us is told in one place.
        error => return Err(error),
    };
    let title = state.settings.title.clone();
    let shell = Shell {
        language,
        instance: title.clone(),
        title,
        path: String::new(),
        meta: Vec::new(),
        links: Vec::new(),
        forms: Vec::new(),
    };
    let page = MessagePage { problem, number: None, cite: None };
    let html = amparo_web::message(&shell, page);
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static(crate::answer::VARY));
    if let Some(seconds) = wait {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    protect(headers);
    Ok(response)
}
