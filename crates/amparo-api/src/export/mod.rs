//! What is taken away: the same questions as the list's, answered as a whole in the forms of analysts' tools.
//!
//! | room | what is in it |
//! |---|---|
//! | here | the addresses, and what is asked for |
//! | `table` | tables over records, column by column |
//! | `incidents`, `companions`, `people`, `others` | the tables |
//! | `stream` | from a walk over the register to a body |
//! | `feed` | the same as a feed, a page at a time |
//! | `dictionary` | what the columns mean, for people and for programs |
//! | `document` | the operations in the OpenAPI document |

mod companions;
mod dictionary;
mod document;
mod feed;
mod incidents;
mod others;
mod people;
mod stream;
mod table;

use std::collections::HashSet;

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::page::Sort;
use amparo_domain::period::Period;
use amparo_exchange::export::{Column, Csv, GeoJson, JsonLines, Parquet, WriteError, Writer, Xlsx};
use amparo_store::{Record, RecordFilter, Walk};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;

use crate::answer::Keep;
use crate::document::Operation;
use crate::dto::Rendering;
use crate::extract::{Accepted, Caller};
use crate::figures;
use crate::incident_query;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::{self, Presentation, Resource as _};
use crate::state::AppState;
pub(crate) use dictionary::Dictionary;
use stream::{Source, Target};
use table::{AskedOf, Needs, Table};

/// All tables: that of the incidents first, then those beside it, then those of other questions.
const TABLES: [&dyn Table; 14] = [
    &incidents::Incidents,
    &companions::Types,
    &companions::Events,
    &people::People,
    &companions::Organizations,
    &companions::Sources,
    &companions::Relations,
    &companions::Statements,
    &others::Elections::<true>,
    &people::Detained,
    &others::Organizations,
    &others::Elections::<false>,
    &others::Cases,
    &others::Statements,
];

/// A form in which something is taken away as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    JsonLines,
    GeoJson,
    Xlsx,
    Parquet,
}

impl Form {
    const ALL: [Self; 5] = [Self::Csv, Self::JsonLines, Self::GeoJson, Self::Xlsx, Self::Parquet];

    /// The end of an address or a file name.
    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::GeoJson => "geojson",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::JsonLines => "application/jsonl",
            Self::GeoJson => "application/geo+json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl; charset=utf-8",
            form => form.media_type(),
        }
    }

    fn writer(
        self,
        table: &'static dyn Table,
        columns: &[&Column],
        bom: bool,
        now: DateTime<Utc>,
    ) -> Result<Box<dyn Writer>, WriteError> {
        Ok(match self {
            Self::Csv => Box::new(Csv::new(columns, bom)),
            Self::JsonLines => Box::new(JsonLines::new(columns)),
            Self::GeoJson => Box::new(GeoJson::new(columns)),
            Self::Xlsx => Box::new(Xlsx::new(table.name(), columns, now)?),
            Self::Parquet => Box::new(Parquet::new(columns)?),
        })
    }
}

/// What is taken away, and in which form.
#[derive(Clone, Copy)]
struct Wanted {
    table: &'static dyn Table,
    form: Form,
}

impl Wanted {
    /// Everything that has an address of its own.
    fn all() -> impl Iterator<Item = Self> {
        TABLES.into_iter().flat_map(|table| {
            let forms: &[Form] = match table.asked_of() {
                AskedOf::Incidents if table.items().is_some() => &Form::ALL,
                AskedOf::Incidents => &[Form::Csv, Form::JsonLines, Form::Xlsx, Form::Parquet],
                AskedOf::Held => &[Form::Csv],
                AskedOf::Others(_) => &[Form::Csv, Form::JsonLines],
            };
            forms.iter().map(move |form| Self { table, form: *form })
        })
    }

    /// How the items of a list are written, where that is what is wanted.
    fn items(self) -> Option<table::Items> {
        self.table.items().filter(|_| self.form == Form::JsonLines)
    }

    fn file_name(self) -> String {
        format!("{}.{}", name_of(self.table), self.form.extension())
    }

    fn address(self) -> String {
        format!("/api/v1/{}", self.file_name())
    }
}

/// The name of a table as it stands in addresses: that of what is asked, and of the table if it stands beside
/// that of the incidents.
fn name_of(table: &dyn Table) -> String {
    let name = table.name();
    if table.asked_of() == AskedOf::Incidents && table.items().is_none() {
        format!("incidents.{name}")
    } else {
        name.to_owned()
    }
}

/// A question that is answered as a whole.
enum Question {
    Incidents(Box<IncidentFilter>, Sort),
    Others(Kind, Box<RecordFilter>),
}

impl Question {
    /// Reads a question, and the day as of which the answer tells custody.
    async fn read(
        of: AskedOf,
        query: &mut Query,
        state: &AppState,
        audience: &Audience,
    ) -> Result<(Self, NaiveDate), ApiError> {
        let today = state.store.clock().today();
        Ok(match of {
            AskedOf::Incidents => {
                let asked = incident_query::read(query, &state.store, audience).await?;
                let seen_on = asked.filter.seen_on(today);
                (Self::Incidents(Box::new(asked.filter), asked.sort), seen_on)
            }
            AskedOf::Held => {
                let asked = figures::read_detained(query, state, audience).await?;
                (Self::Incidents(Box::new(asked.filter), asked.sort), asked.on)
            }
            AskedOf::Others(kind) => {
                let (filter, _) = resource::read_filter(query, state, audience, kind).await?;
                (Self::Others(kind, Box::new(filter)), today)
            }
        })
    }

    async fn walk(&self, state: &AppState, audience: &Audience) -> Result<Walk, ApiError> {
        Ok(match self {
            Self::Incidents(filter, sort) => {
                state.store.walk_incidents(audience, filter, *sort).await?
            }
            Self::Others(kind, filter) => state.store.walk(audience, *kind, filter).await?,
        })
    }

    /// The period of which a record may be in it or not, where that is told apart.
    fn possible_in(&self) -> Option<Period> {
        match self {
            Self::Incidents(filter, _) => filter.possible_in(),
            Self::Others(..) => None,
        }
    }
}

/// The parameters of the questions that are answered.
fn parameters(wanted: Wanted) -> Vec<Value> {
    match wanted.table.asked_of() {
        AskedOf::Incidents => {
            let mut parameters = incident_query::parameters();
            // A table tells of points that are known.
            parameters
                .retain(|parameter| wanted.items().is_some() || parameter["name"] != "points");
            parameters
        }
        AskedOf::Held => figures::parameters_of_detained(),
        AskedOf::Others(Kind::Organization) => resource::Organizations::parameters(),
        AskedOf::Others(Kind::Election) => resource::Elections::parameters(),
        AskedOf::Others(Kind::Case) => resource::Cases::parameters(),
        AskedOf::Others(Kind::Statement) => resource::Statements::parameters(),
        AskedOf::Others(Kind::Incident | Kind::Person) => Vec::new(),
    }
}

/// Where the same question is answered a page at a time.
fn list_of(of: AskedOf) -> String {
    match of {
        AskedOf::Incidents => "/api/v1/incidents".to_owned(),
        AskedOf::Held => "/api/v1/detained".to_owned(),
        AskedOf::Others(kind) => format!("/api/v1/{}", kind.plural()),
    }
}

/// Refuses what makes pages, so that no file is taken for more than it is.
fn refuse_pages(query: &mut Query, of: AskedOf) {
    let instead =
        format!("this is everything that the question finds; pages are at {}", list_of(of));
    for key in ["limit", "after", "total"] {
        query.never(key, &instead);
    }
}

/// The answer to a question, whole.
async fn take(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
    wanted: Wanted,
) -> Result<Response, ApiError> {
    let Wanted { table, form } = wanted;
    let audience = caller.audience();
    let mut query = Query::of(&uri);
    let items = wanted.items();
    let mut presentation = match items {
        Some(items) => (items.read)(&mut query, language),
        None => Presentation::plain(query.language(language)),
    };
    let columns = table.columns();
    let chosen = if items.is_some() { Vec::new() } else { chosen(&mut query, &columns) };
    let bom = form == Form::Csv && query.flag("bom");
    let of = table.asked_of();
    presentation.points =
        items.is_some() && of == AskedOf::Incidents && incident_query::read_points(&mut query);
    let (question, seen_on) = Question::read(of, &mut query, &state, &audience).await?;
    refuse_pages(&mut query, of);
    query.finish()?;
    let walk = question.walk(&state, &audience).await?;
    let needs = if items.is_some() { Needs::Nothing } else { table.needs() };
    let citing = items.is_some() || needs == Needs::Statements;
    let walk = if citing { walk } else { walk.without_citing() };
    let store = state.store.clone();
    let private = audience.is_member();
    let mut source = Source { walk, store, audience, needs, told: HashSet::new() };
    // What fails by now is told as a problem, and what fails later by a body that breaks off.
    let first = source.next().await?;
    let possible_in = question.possible_in();
    let language = presentation.language;
    let written = if let Some(items) = items {
        stream::Form::Items(items)
    } else {
        let columns: Vec<&Column> = chosen.iter().map(|at| columns[*at]).collect();
        let writer = form.writer(table, &columns, bom, state.store.clock().now());
        let writer = writer.map_err(|error| ApiError::Internal(error.to_string()))?;
        stream::Form::Table { table, chosen, writer }
    };
    let base = base(&state, &headers);
    let target = Target { presentation, base, seen_on, possible_in, form: written };
    let limit = state.settings.export_timeout;
    let mut response = Response::new(stream::body(source, first, target, limit));
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let dated = state.store.clock().today().to_string().replace('-', "");
    let file = wanted.file_name().replacen('.', &format!("-{dated}."), 1);
    set(header::CONTENT_TYPE, form.content_type());
    set(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{file}\""));
    set(header::CONTENT_LANGUAGE, language.code());
    // Whether a name is in it shows when it is too late to say so.
    set(header::CACHE_CONTROL, if private { Keep::Private } else { Keep::Briefly }.header());
    set(header::VARY, crate::answer::VARY);
    Ok(response)
}

/// The answer to a list's question in a form that the client would rather have than JSON, where there is one.
pub(crate) async fn negotiated(
    kind: Kind,
    state: &AppState,
    caller: &Caller,
    language: Language,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Result<Response, ApiError>> {
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    let forms: Vec<Wanted> =
        Wanted::all().filter(|wanted| name_of(wanted.table) == kind.plural()).collect();
    let mut ours: Vec<&'static str> = forms.iter().map(|wanted| wanted.form.media_type()).collect();
    if kind == Kind::Incident {
        ours.push(feed::MEDIA_TYPE);
    }
    let media_type = preferred(accept, &ours)?;
    let (state, accepted) = (State(state.clone()), Accepted(language));
    let (caller, uri, headers) = (caller.clone(), uri.clone(), headers.clone());
    if media_type == feed::MEDIA_TYPE {
        return Some(feed::feed(state, caller, accepted, uri, headers).await);
    }
    let wanted = forms.into_iter().find(|wanted| wanted.form.media_type() == media_type)?;
    Some(take(state, caller, accepted, uri, headers, wanted).await)
}

/// The media type of ours that a client names, if it would rather have it than JSON. A browser, which takes
/// anything, gets JSON.
fn preferred(accept: &str, ours: &[&'static str]) -> Option<&'static str> {
    let quality = |named: &str| {
        let mut parts = named.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or("").to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
        (media_type, quality.unwrap_or(1.0))
    };
    let named: Vec<(String, f32)> = accept.split(',').map(quality).collect();
    let of_json = named.iter().filter(|(name, _)| {
        matches!(name.as_str(), "application/json" | "application/*" | "*/*" | "text/html")
    });
    let json = of_json.map(|(name, q)| if name.contains('*') { *q - 0.001 } else { *q });
    let json = json.fold(0.0_f32, f32::max);
    let mut best: Option<(&'static str, f32)> = None;
    for (name, quality) in &named {
        let known = ours.iter().find(|known| *known == name);
        if let Some(known) = known
            && *quality > best.map_or(json, |(_, best)| best)
        {
            best = Some((known, *quality));
        }
    }
    best.map(|(known, _)| known)
}

/// Reads `fields`: the places of some columns, those by which a row is cited always among them.
fn chosen(query: &mut Query, columns: &[&Column]) -> Vec<usize> {
    let fields = query.choice("fields", |value| {
        let at = columns.iter().position(|column| column.name == value);
        let names = columns.iter().map(|column| column.name);
        let near = amparo_domain::suggest::nearest(value, names);
        at.ok_or_else(|| Refused::because("is no column of this table").suggesting(near))
    });
    if !fields.none.is_empty() {
        query.refuse("fields", Refused::because("cannot be negated"));
    }
    if fields.any.is_empty() {
        return (0..columns.len()).collect();
    }
    let mut chosen: Vec<usize> = (0..table::CITED_BY.len()).collect();
    for at in fields.any {
        if !chosen.contains(&at) {
            chosen.push(at);
        }
    }
    chosen
}

/// What a feature says of its incident: the columns of the table of incidents.
pub(crate) fn properties(record: &Record, r: Rendering<'_>, base: &str) -> Map<String, Value> {
    let of = table::Of { record, r, base, more: &table::More::default() };
    incidents::Incidents.as_objects(&of).into_iter().next().unwrap_or_default()
}

/// The columns of the table of incidents.
pub(crate) fn columns_of_incidents() -> Vec<&'static Column> {
    incidents::Incidents.columns()
}

/// The address of the register, without a slash at its end.
fn base(state: &AppState, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (state.settings.base_url.as_str(), host) {
        ("", Some(host)) => format!("http://{host}"),
        (base, _) => base.to_owned(),
    }
}

/// The routes, documented where they are made.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let mut router = OpenApiRouter::new().merge(feed::routes()).merge(dictionary::routes());
    for wanted in Wanted::all() {
        let handler = move |state: State<AppState>,
                            caller: Caller,
                            accepted: Accepted,
                            uri: Uri,
                            headers: HeaderMap| {
            take(state, caller, accepted, uri, headers, wanted)
        };
        router = router.routes(Operation::route(
            &wanted.address(),
            vec![document::taken(wanted)],
            get(handler),
        ));
    }
    router
}

#[cfg(test)]
mod tests {
    use super::{Form, feed, preferred};

    #[test]
    fn json_unless_another_form_is_preferred() {
        for (accept, expected) in [
            ("*/*", None),
            ("application/json", None),
            ("text/csv", Some("text/csv")),
            ("text/csv, */*", Some("text/csv")),
            ("text/csv;q=0.5, application/json", None),
            ("text/csv;q=0.5, application/json;q=0.4", Some("text/csv")),
            ("application/geo+json, text/csv;q=0.9", Some("application/geo+json")),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None),
            ("application/atom+xml", Some("application/atom+xml")),
            ("image/png", None),
        ] {
            let mut ours = Form::ALL.map(Form::media_type).to_vec();
            ours.push(feed::MEDIA_TYPE);
            assert_eq!(preferred(accept, &ours), expected, "{accept}");
        }
    }
}
