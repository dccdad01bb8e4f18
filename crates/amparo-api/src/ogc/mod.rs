//! OGC API – Features, Part 1: the incidents for maps and geographic tools.
//!
//! Two collections of the same incidents. In `incidents` a feature has a point where one is known, else none. In
//! `incidents_by_place` every feature has one, because some tools take a layer without points for a table: where
//! no more than the country is known it is one that stands for the country, and `location_precision` says so.
//!
//! | room | what is in it |
//! |---|---|
//! | here | what leads to the features: landing page, conformance, collections, queryables |
//! | `items` | features, one or many; they say what the table of incidents says of each |
//! | `document` | the operations in the OpenAPI document |

mod document;
mod items;

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::document::Operation;
use crate::extract::Segments;
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::tag;

const JSON: &str = "application/json";
const GEO_JSON: &str = "application/geo+json";
const SCHEMA: &str = "application/schema+json";
/// The media type of our OpenAPI document: that of version 3.1 is one that GDAL refuses.
const OPEN_API: &str = JSON;
/// Longitude and latitude on WGS 84.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// What is conformed to. Not the class for OpenAPI 3.0: the document is OpenAPI 3.1.
const CONFORMS_TO: [&str; 4] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
];

/// The document of the operations under `/ogc` alone.
static API: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut document = crate::openapi();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|path, _| path.starts_with("/ogc"));
    }
    if let Some(tags) = document.get_mut("tags").and_then(Value::as_array_mut) {
        tags.retain(|tag| tag["name"] == document::TAG);
    }
    document.to_string().into_bytes()
});

/// A collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Collection {
    /// With points where they are known.
    Incidents,
    /// With points that stand for the country where there are no others.
    ByPlace,
}

impl Collection {
    const ALL: [Self; 2] = [Self::Incidents, Self::ByPlace];

    const fn id(self) -> &'static str {
        match self {
            Self::Incidents => "incidents",
            Self::ByPlace => "incidents_by_place",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Incidents => "Incidents",
            Self::ByPlace => "Incidents by place",
        }
    }

    const fn about(self) -> &'static str {
        match self {
            Self::Incidents => {
                "Published incidents. A feature has a point where one is known, else no geometry."
            }
            Self::ByPlace => {
                "The same incidents, each with a point. Where no more than the country is known it is one that stands \
                 for the country and is nobody's place: location_precision is then country."
            }
        }
    }

    /// The collection that the path names.
    fn of(segments: &Segments) -> Result<Self, ApiError> {
        let id = segments.text(0);
        Self::ALL.into_iter().find(|known| known.id() == id).ok_or(ApiError::NotFound)
    }

    fn view(self, base: &str) -> Value {
        let at = format!("{base}/ogc/collections/{}", self.id());
        json!({
            "id": self.id(),
            "title": self.title(),
            "description": self.about(),
            "itemType": "feature",
            // Of the whole register: what is in it is told by asking for it.
            "extent": {
                "spatial": {"bbox": [[-180, -90, 180, 90]], "crs": CRS84},
                "temporal": {"interval": [[null, null]],
                             "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"},
            },
            "crs": [CRS84],
            "links": [
                link(&at, "self", JSON, "This collection"),
                link(&format!("{at}/items"), "items", GEO_JSON, self.title()),
                link(&format!("{at}/queryables"), "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA,
                     "What can be asked for"),
            ],
        })
    }
}

fn link(href: &str, rel: &str, media_type: &str, title: &str) -> Value {
    json!({"href": href, "rel": rel, "type": media_type, "title": title})
}

/// An answer that changes with a release alone.
fn fixed(
    state: &AppState,
    headers: &HeaderMap,
    body: Vec<u8>,
    media_type: &'static str,
) -> Response {
    let entity_tag = tag::of(&body, None, &state.secret);
    typed(answer::read(headers, body, &entity_tag, Keep::Reference), media_type)
}

/// An answer in another form of JSON.
fn typed(mut response: Response, media_type: &'static str) -> Response {
    if response.headers().contains_key(header::CONTENT_TYPE) {
        let media_type = HeaderValue::from_static(media_type);
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    }
    response
}

async fn landing(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let base = base(&state, &headers);
    let body = json!({
        "title": state.settings.title,
        "description": "The incidents of the register, for maps and geographic tools.",
        "links": [
            link(&format!("{base}/ogc"), "self", JSON, "This page"),
            link(&format!("{base}/ogc/api"), "service-desc", OPEN_API, "What can be asked here, for programs"),
            link(&format!("{base}/docs"), "service-doc", "text/html", "What can be asked here, for people"),
            link(&format!("{base}/ogc/conformance"), "conformance", JSON, "What this conforms to"),
            link(&format!("{base}/ogc/collections"), "data", JSON, "The collections"),
        ],
    });
    Ok(fixed(&state, &headers, body.to_string().into_bytes(), JSON))
}

async fn conformance(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let body = json!({"conformsTo": CONFORMS_TO});
    Ok(fixed(&state, &headers, body.to_string().into_bytes(), JSON))
}

async fn api(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    Ok(fixed(&state, &headers, API.clone(), OPEN_API))
}

async fn collections(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let base = base(&state, &headers);
    let body = json!({
        "links": [link(&format!("{base}/ogc/collections"), "self", JSON, "The collections")],
        "collections": Collection::ALL.map(|collection| collection.view(&base)),
    });
    Ok(fixed(&state, &headers, body.to_string().into_bytes(), JSON))
}

async fn collection(
    State(state): State<AppState>,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let collection = Collection::of(&segments)?;
    Query::of(&uri).finish()?;
    let body = collection.view(&base(&state, &headers));
    Ok(fixed(&state, &headers, body.to_string().into_bytes(), JSON))
}

async fn queryables(
    State(state): State<AppState>,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let collection = Collection::of(&segments)?;
    Query::of(&uri).finish()?;
    let base = base(&state, &headers);
    let mut properties = Map::new();
    for parameter in document::filters() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let mut schema = parameter["schema"].clone();
        schema["title"] = name.into();
        schema["description"] = parameter["description"].clone();
        properties.insert(name.to_owned(), schema);
    }
    let body = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{base}/ogc/collections/{}/queryables", collection.id()),
        "type": "object",
        "title": collection.title(),
        "description": collection.about(),
        "properties": properties,
        "additionalProperties": false,
    });
    Ok(fixed(&state, &headers, body.to_string().into_bytes(), SCHEMA))
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
    let at = |rest: &str| format!("/ogc/collections/{{collection}}{rest}");
    OpenApiRouter::new()
        .routes(Operation::route("/ogc", vec![document::landing()], get(landing)))
        .routes(Operation::route(
            "/ogc/conformance",
            vec![document::conformance()],
            get(conformance),
        ))
        .routes(Operation::route("/ogc/api", vec![document::api()], get(api)))
        .routes(Operation::route(
            "/ogc/collections",
            vec![document::collections()],
            get(collections),
        ))
        .routes(Operation::route(&at(""), vec![document::collection()], get(collection)))
        .routes(Operation::route(&at("/queryables"), vec![document::queryables()], get(queryables)))
        .routes(Operation::route(&at("/items"), vec![document::items()], get(items::list)))
        .routes(Operation::route(
            &at("/items/{number}"),
            vec![document::item()],
            get(items::get_one),
        ))
}
