//! The operations in the OpenAPI document.

use serde_json::{Value, json};

use super::table::AskedOf;
use super::{Form, Wanted, list_of, name_of, parameters};
use crate::document::{Operation, lang_parameter, parameter};

/// The tag of what is taken away.
pub(super) const TAG: &str = "exports";

/// The operation of an answer that is taken away as a whole.
pub(super) fn taken(wanted: Wanted) -> Operation {
    let Wanted { table, form } = wanted;
    let (name, extension) = (name_of(table), form.extension());
    let id = format!("{}_{extension}", name.replace('.', "_"));
    let form_name = match form {
        Form::Csv => "CSV",
        Form::JsonLines => "JSON Lines",
        Form::GeoJson => "GeoJSON",
        Form::Xlsx => "an Excel workbook",
        Form::Parquet => "Parquet",
    };
    let summary = match (table.asked_of(), name.split_once('.')) {
        (AskedOf::Held, _) => format!("Who is recorded as held on a day, as {form_name}"),
        (_, None) => format!("{} as {form_name}", capital(&name)),
        (_, Some((of, table))) => format!("{}' {table} as {form_name}", capital(of)),
    };
    let about = if wanted.items().is_some() {
        "One item of the list a line, as the list has it."
    } else {
        table.about()
    };
    let description = format!(
        "{about} Takes the questions of `{}` and answers with everything that they find, in \
         the order of the list, as of one moment. It is sent while it is read: an answer that breaks \
         off ends without the end of its chunks. `/api/v1/dictionary` tells what the columns mean.",
        list_of(table.asked_of())
    );
    let (schema, example) = match form {
        Form::Csv => (json!({"type": "string"}), example_csv(wanted)),
        Form::JsonLines => (json!({"type": "string"}), json!("{\"number\":\"4827-1930\"}\n")),
        Form::GeoJson => (
            json!({"type": "object", "required": ["type", "features"], "properties": {
                "type": {"type": "string", "description": "FeatureCollection."},
                "features": {"type": "array", "items": {"type": "object"}, "description": "A feature for each row (RFC 7946)."},
            }}),
            json!({"type": "FeatureCollection", "features": [{
                "type": "Feature", "id": "4827-1930",
                "geometry": {"type": "Point", "coordinates": [49.87, 40.41]},
                "properties": {"number": "4827-1930", "version": 1, "country": "AZE"},
            }]}),
        ),
        Form::Xlsx | Form::Parquet => (Value::Bool(true), Value::Null),
    };
    let operation = Operation::read(&id, TAG, &summary, &description)
        .query(parameters(wanted))
        .query([lang_parameter()])
        .query([fields(wanted)]);
    let operation = if form == Form::Csv { operation.query([bom()]) } else { operation };
    let operation = if wanted.items().is_some() { operation.query([text()]) } else { operation };
    let operation = if example.is_null() {
        operation.answers_bytes(200, "Everything.", form.media_type())
    } else {
        operation.answers_as(200, "Everything.", form.media_type(), &schema, &example)
    };
    operation.fails(&[400, 401, 503])
}

/// A text with a capital at its start.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn example_csv(wanted: Wanted) -> Value {
    let names: Vec<&str> = wanted.table.columns().iter().map(|column| column.name).collect();
    json!(format!("{}\r\n", names.join(",")))
}

fn fields(wanted: Wanted) -> Value {
    let about = if wanted.items().is_some() {
        "Only these members, with commas between."
    } else {
        "Only these columns, with commas between, after those by which a row is cited: number, version, url and \
         version_url."
    };
    parameter("fields", about, json!({"type": "string"}), json!("number,version"))
}

fn bom() -> Value {
    parameter(
        "bom",
        "Whether the file starts with a byte order mark, for those who open it in Excel by a double click.",
        json!({"type": "boolean", "default": false}),
        json!(true),
    )
}

fn text() -> Value {
    parameter(
        "text",
        "raw: texts keep their `{P1}`; rendered: people as the record shows them.",
        json!({"type": "string", "enum": ["raw", "rendered"], "default": "rendered"}),
        json!("raw"),
    )
}
