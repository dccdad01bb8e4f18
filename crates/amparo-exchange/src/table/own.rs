//! Amparo's own import form, the CSV that `bench/gen_incidents.py` writes.

use amparo_domain::kind::Kind;
use csv::StringRecord;
use serde_json::{Value, json};

use super::{Row, Rows};
use crate::entry::{Batch, Entry, Note, ReadOptions};
use crate::names::Names;
use crate::wire::{Object, external_id, import_source};

/// The columns, any of which but the first four may be missing, in any order.
const COLUMNS: [&str; 12] = [
    "occurred",
    "country",
    "title",
    "types",
    "external_id",
    "lat",
    "lon",
    "summary",
    "severity",
    "grade",
    "organizations",
    "people",
];
const NEEDED: usize = 4;

const SYSTEM: &str = "import";

pub(super) fn matches(header: &StringRecord) -> bool {
    COLUMNS[..NEEDED].iter().all(|c| header.iter().any(|h| h == *c))
        && header.iter().all(|h| COLUMNS.contains(&h))
}

pub(super) fn read(rows: Rows, header: &StringRecord, options: &ReadOptions<'_>) -> Batch {
    let form = Form {
        at: COLUMNS.map(|c| header.iter().position(|h| h == c)),
        system: options.system.clone().unwrap_or_else(|| SYSTEM.to_owned()),
        source: import_source(rows.file()),
    };
    Batch {
        entries: Box::new(rows.map(move |row| row.and_then(|row| form.entry(row)))),
        notes: Vec::new(),
        total: None,
    }
}

struct Form {
    at: [Option<usize>; 12],
    system: String,
    source: Value,
}

impl Form {
    fn entry(&self, row: Row) -> Result<Entry, Note> {
        let Row { cells, place, .. } = row;
        let cell = |column: usize| {
            let text = self.at[column].and_then(|at| cells.get(at)).unwrap_or_default();
            text.trim()
        };
        let [occurred, country, title, types, id, lat, lon, summary, severity, grade, orgs, people] =
            std::array::from_fn(cell);
        let bad = |message: String| Note::problem(&place, message);
        let mut value = Object::with_capacity(16);
        let names = names(people);
        let text = |text: &str| Value::String(names.replace(text).into_owned());
        if !grade.is_empty() {
            value.insert("grade".into(), grade.into());
        }
        value.insert("title".into(), text(title));
        if !summary.is_empty() {
            value.insert("summary".into(), text(summary));
        }
        value.insert("types".into(), list(types).collect());
        if !occurred.is_empty() {
            value.insert("occurred".into(), occurred.into());
        }
        value.insert("country".into(), country.into());
        let location = point(lat, lon).map_err(bad)?;
        let precision = if location.is_some() { "settlement" } else { "country" };
        value.insert("location".into(), location.unwrap_or(Value::Null));
        value.insert("location_precision".into(), precision.into());
        if !people.is_empty() {
            value.insert("people".into(), people_list(people));
        }
        if !orgs.is_empty() {
            let organizations = list(orgs)
                .map(|name| json!({"name": name, "role": "affected_organization"}))
                .collect();
            value.insert("organizations".into(), organizations);
        }
        if !severity.is_empty() {
            let number = severity.parse::<u8>().map_err(|_| {
                bad(format!("the severity \"{severity}\" is not a number from 1 to 5"))
            })?;
            value.insert("severity".into(), number.into());
        }
        value.insert("sources".into(), Value::Array(vec![self.source.clone()]));
        if !id.is_empty() {
            value.insert("external_ids".into(), Value::Array(vec![external_id(&self.system, id)]));
        }
        Ok(Entry {
            kind: Kind::Incident,
            value: Value::Object(value),
            place,
            notes: Vec::new(),
            returning: None,
        })
    }
}

/// The values of a cell, which are separated by `;`.
fn list(cell: &str) -> impl Iterator<Item = Value> {
    parts(cell).map(Value::from)
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty())
}

fn names(people: &str) -> Names {
    let mut names = Names::default();
    for (index, name) in parts(people).enumerate() {
        names.add_full(&format!("P{}", index + 1), name);
    }
    names
}

fn people_list(people: &str) -> Value {
    parts(people)
        .enumerate()
        .map(|(index, name)| {
            json!({"ref": format!("P{}", index + 1), "name": name, "role": "affected_person", "display": "role"})
        })
        .collect()
}

/// A point as in `GeoJSON`, or nothing where both cells are empty.
pub(super) fn point(lat: &str, lon: &str) -> Result<Option<Value>, String> {
    if lat.is_empty() && lon.is_empty() {
        return Ok(None);
    }
    let degrees = |text: &str, limit: f64, what: &str| match text.parse::<f64>() {
        Ok(degrees) if degrees.abs() <= limit => Ok(degrees),
        _ => Err(format!("the {what} \"{text}\" is not a number between -{limit} and {limit}")),
    };
    let lat = degrees(lat, 90.0, "latitude")?;
    let lon = degrees(lon, 180.0, "longitude")?;
    Ok(Some(json!({"type": "Point", "coordinates": [lon, lat]})))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const HEADER: &str = "external_id,occurred,country,lat,lon,title,summary,severity,grade,types,organizations,people\n";

    fn read(rows: &str) -> Vec<Result<Entry, Note>> {
        let options = ReadOptions { system: Some("bench".into()), ..ReadOptions::default() };
        let bytes = Cursor::new(format!("{HEADER}{rows}").into_bytes());
        crate::read("own.csv", bytes, &options).unwrap().entries.collect()
    }

    #[test]
    fn maps_a_row() {
        let entries = read(
            "7,2024-05-06,NA,-22.5,17.1,Threat to Ana Ruiz,\"She said, 'no'.\nAna Ruiz left.\",2,reported,\
             threat;harassment,Red A;Red B,Ana Ruiz;Bo Lindt\n",
        );
        assert_eq!(
            entries[0].as_ref().unwrap().value,
            json!({
                "grade": "reported", "title": "Threat to {P1}", "summary": "She said, 'no'.\n{P1} left.",
                "types": ["threat", "harassment"], "occurred": "2024-05-06", "country": "NA",
                "location": {"type": "Point", "coordinates": [17.1, -22.5]}, "location_precision": "settlement",
                "people": [
                    {"ref": "P1", "name": "Ana Ruiz", "role": "affected_person", "display": "role"},
                    {"ref": "P2", "name": "Bo Lindt", "role": "affected_person", "display": "role"}
                ],
                "organizations": [
                    {"name": "Red A", "role": "affected_organization"},
                    {"name": "Red B", "role": "affected_organization"}
                ],
                "severity": 2,
                "sources": [{"ref": "S1", "title": "Import of own.csv"}],
                "external_ids": [{"system": "bench", "id": "7"}]
            })
        );
    }

    #[test]
    fn a_bad_row_is_a_note_and_reading_goes_on() {
        let entries = read(
            "1,2024,AZ,x,17,t,,1,reported,threat,,\n2,2024,AZ\n3,2024,AZ,,,t,,high,reported,threat,,\n\
             \n4,2024,AZ,,,t,,,reported,threat,,\n",
        );
        let said: Vec<String> = entries
            .iter()
            .map(|e| e.as_ref().map_or_else(ToString::to_string, |e| e.place.to_string()))
            .collect();
        assert_eq!(
            said,
            [
                "own.csv, row 2: the latitude \"x\" is not a number between -90 and 90",
                "own.csv, row 3: this row has 3 cells where the header has 12; a quotation mark or a separator may be missing",
                "own.csv, row 4: the severity \"high\" is not a number from 1 to 5",
                "own.csv, row 5",
            ]
        );
        let last = &entries[3].as_ref().unwrap().value;
        assert_eq!(
            (&last["location"], &last["location_precision"]),
            (&Value::Null, &json!("country"))
        );
    }
}
