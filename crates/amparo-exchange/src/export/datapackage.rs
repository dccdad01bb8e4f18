//! Frictionless data packages: what is in which file, for programs.

use serde_json::{Value, json};

use super::{Column, Type};

/// A file of a package.
#[derive(Debug)]
pub struct Resource<'a> {
    /// Its name.
    pub name: &'a str,
    /// What a row of it is.
    pub about: &'a str,
    /// Its address.
    pub address: String,
    /// Its columns.
    pub columns: &'a [&'a Column],
    /// The columns that tell its rows apart, none where rows can repeat.
    pub key: &'a [&'a str],
}

/// A description of tables in CSV files, as of `data-package` 1.
pub fn data_package(name: &str, title: &str, resources: &[Resource<'_>]) -> Value {
    let resources: Vec<Value> = resources.iter().map(resource).collect();
    json!({
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "licenses": [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0",
                      "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": resources,
    })
}

fn resource(resource: &Resource<'_>) -> Value {
    let mut schema = json!({
        "fields": resource.columns.iter().map(|column| field(column)).collect::<Vec<_>>(),
        "missingValues": [""],
    });
    if !resource.key.is_empty() {
        schema["primaryKey"] = json!(resource.key);
    }
    json!({
        "profile": "tabular-data-resource",
        "name": resource.name,
        "title": resource.about,
        "path": resource.address,
        "scheme": resource.address.split(':').next().unwrap_or("https"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": true},
        "schema": schema,
    })
}

fn field(column: &Column) -> Value {
    let kind = match column.kind {
        Type::Text => "string",
        Type::Integer => "integer",
        Type::Decimal => "number",
        Type::Date => "date",
        Type::Instant => "datetime",
        Type::Boolean => "boolean",
    };
    let mut field = json!({"name": column.name, "type": kind, "description": column.meaning});
    if column.kind == Type::Instant {
        // With fractions of a second or without.
        field["format"] = json!("any");
    }
    if column.empty.is_none() {
        field["constraints"] = json!({"required": true});
    }
    field
}
