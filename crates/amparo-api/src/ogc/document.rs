//! The operations in the OpenAPI document.

use amparo_exchange::export::Type;
use serde_json::{Map, Value, json};

use super::items::{LIMIT_DEFAULT, LIMIT_MAX};
use super::{GEO_JSON, JSON, OPEN_API, SCHEMA};
use crate::document::{Operation, parameter};
use crate::export;
use crate::incident_query;

pub(super) const TAG: &str = "ogc";

fn read(id: &str, summary: &str, description: &str) -> Operation {
    Operation::read(id, TAG, summary, description)
}

fn object(description: &str) -> Value {
    json!({"type": "object", "description": description})
}

fn of_collection(operation: Operation) -> Operation {
    operation.path("collection", "incidents or incidents_by_place.", json!("incidents"))
}

pub(super) fn landing() -> Operation {
    read(
        "get_ogc",
        "Where geographic tools begin",
        "OGC API – Features: give this address to QGIS or GDAL.",
    )
    .answers_typed(200, "Links to the rest.", JSON, &object("A landing page."))
    .fails(&[400])
}

pub(super) fn conformance() -> Operation {
    read(
        "get_ogc_conformance",
        "What it conforms to",
        "The conformance classes of OGC API – Features.",
    )
    .answers_typed(200, "The classes.", JSON, &object("Conformance classes."))
    .fails(&[400])
}

pub(super) fn api() -> Operation {
    read("get_ogc_api", "Read the part of this document about it", "For tools that look for it.")
        .answers_typed(200, "OpenAPI 3.1.", OPEN_API, &object("An OpenAPI document."))
        .fails(&[400])
}

pub(super) fn collections() -> Operation {
    read(
        "list_ogc_collections",
        "List the collections",
        "The same incidents twice: with points where they are known, and with points that stand for the country \
         where they are not.",
    )
    .answers_typed(200, "The collections.", JSON, &object("Collections."))
    .fails(&[400])
}

pub(super) fn collection() -> Operation {
    of_collection(read(
        "get_ogc_collection",
        "Read about a collection",
        "What is in it, and where.",
    ))
    .answers_typed(200, "The collection.", JSON, &object("A collection."))
    .fails(&[400, 404])
}

pub(super) fn queryables() -> Operation {
    of_collection(read(
        "get_ogc_queryables",
        "What can be asked of a collection",
        "The parameters by which features can be found, as a JSON schema.",
    ))
    .answers_typed(200, "The schema.", SCHEMA, &object("A JSON schema."))
    .fails(&[400, 404])
}

pub(super) fn items() -> Operation {
    let text = || json!({"type": "string"});
    let limit =
        json!({"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT});
    of_collection(read(
        "list_ogc_items",
        "Read features",
        "Incidents as GeoJSON, a page at a time: follow the link `next`. The properties are the columns of the exports.",
    ))
    .query([
        parameter("limit", "How many features a page has; more than 1,000 gives 1,000.", limit, json!(100)),
        parameter(
            "bbox",
            "west,south,east,north in degrees, across the antimeridian if west is greater; six numbers with heights are \
             understood. In incidents_by_place a record of which no more than the country is known is where its country's \
             point is.",
            text(),
            json!("44,38,51,42"),
        ),
        parameter(
            "datetime",
            "A day or an instant (its day in UTC), or an interval of them, open with `..`: what touches it.",
            text(),
            json!("2024-01-01T00:00:00Z/2024-12-31T23:59:59Z"),
        ),
        parameter("after", "The cursor of the page, from the link `next`.", text(), json!("AQEAAAAAAAALNFoAAAAAAuCX2g")),
        parameter("sort", "The order, as of the list of incidents.", text(), json!("-occurred")),
        parameter("lang", "The language of the country's name.", text(), json!("fr")),
    ])
    .query(filters())
    .answers_typed(200, "Features.", GEO_JSON, &json!({
        "type": "object",
        "description": "A GeoJSON FeatureCollection.",
        "required": ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"],
        "properties": {
            "type": {"type": "string", "description": "FeatureCollection."},
            "features": {"type": "array", "description": "The features.", "items": feature()},
            "links": {"type": "array", "description": "This page, the collection, the next page.", "items": object("A link.")},
            "numberMatched": {"type": "integer", "description": "How many there are in all."},
            "numberReturned": {"type": "integer", "description": "How many are here."},
            "timeStamp": {"type": "string", "format": "date-time", "description": "When this was answered."},
        },
    }))
    .fails(&[400, 401, 404])
}

pub(super) fn item() -> Operation {
    of_collection(read("get_ogc_item", "Read a feature", "One incident."))
        .path("number", "The number of the incident.", json!("4827-1930"))
        .query([parameter(
            "lang",
            "The language of the country's name.",
            json!({"type": "string"}),
            json!("fr"),
        )])
        .answers_typed(200, "The feature.", GEO_JSON, &feature())
        .redirects(308, "Of a record that was merged: the feature that holds what it said.")
        .fails(&[400, 401, 404, 410])
}

/// What features can be asked for by, besides what the standard has: the filters of the list, but for what is
/// for staff.
pub(super) fn filters() -> Vec<Value> {
    let others = ["bbox", "sort", "person", "points"];
    let mut filters = incident_query::parameters();
    filters.retain(|parameter| !others.iter().any(|other| parameter["name"] == *other));
    filters
}

/// The schema of a feature.
fn feature() -> Value {
    let mut told = Map::new();
    for column in export::columns_of_incidents() {
        let mut schema = match column.kind {
            Type::Text => json!({"type": ["string", "null"]}),
            Type::Integer => json!({"type": ["integer", "null"]}),
            Type::Decimal => json!({"type": ["number", "null"]}),
            Type::Date => json!({"type": ["string", "null"], "format": "date"}),
            Type::Instant => json!({"type": ["string", "null"], "format": "date-time"}),
            Type::Boolean => json!({"type": ["boolean", "null"]}),
        };
        schema["description"] = column.meaning.into();
        told.insert(column.name.to_owned(), schema);
    }
    json!({
        "type": "object",
        "description": "A GeoJSON Feature.",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "description": "Feature."},
            "id": {"type": "string", "description": "The number of the incident."},
            "geometry": {"type": ["object", "null"], "description": "A point, or null."},
            "properties": {"type": "object", "description": "The columns of the exports.", "properties": told},
        },
    })
}
