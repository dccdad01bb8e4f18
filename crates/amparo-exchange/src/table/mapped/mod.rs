//! Tables read with a mapping file.

use std::sync::Arc;

use amparo_domain::country::{CountryCode, UnknownCountry};
use amparo_domain::kind::Kind;
use csv::StringRecord;
use serde_json::{Value, json};

use super::cells::Cells;
use super::{Row, Rows, date, own, parties, source};
use crate::entry::{Batch, Entry, Note, Place, ReadError, ReadOptions};
use crate::mapping::{Column, Field, Mapping, Why};
use crate::names::Names;
use crate::wire::{Object, external_id, import_source};

/// The longest title made from a summary.
const TITLE: usize = 110;
const SYSTEM: &str = "import";

pub(super) fn read(
    rows: Rows,
    header: &StringRecord,
    mapping: &Mapping,
    options: &ReadOptions<'_>,
) -> Result<Batch, ReadError> {
    let place = Place::row(rows.file(), 1);
    let mut columns = Vec::new();
    for (name, column) in &mapping.columns {
        let Some(at) = header.iter().position(|h| h == name) else {
            let near = amparo_domain::suggest::nearest(name, header);
            let meant =
                near.first().map_or_else(String::new, |n| format!("; did you mean \"{n}\"?"));
            let message = format!(
                "the mapping names the column \"{name}\", which the table does not have{meant}"
            );
            return Err(ReadError::content(place, message));
        };
        columns.push((at, column.clone()));
    }
    columns.sort_by_key(|(at, column)| (column.field, *at));
    let left: Vec<&str> = header.iter().filter(|h| !mapping.columns.contains_key(*h)).collect();
    let mut notes = Vec::new();
    if !left.is_empty() {
        notes.push(Note::info(&place, format!("columns not imported: {}", left.join(", "))));
    }
    let system = options.system.clone().or_else(|| mapping.system.clone());
    let form = Form {
        columns,
        constants: mapping.constants(),
        system: system.unwrap_or_else(|| SYSTEM.to_owned()),
        import: import_source(rows.file()),
        mapping: Arc::new(mapping.clone()),
    };
    Ok(Batch {
        entries: Box::new(rows.map(move |row| row.and_then(|row| form.entry(&row)))),
        notes,
        total: None,
    })
}

struct Form {
    columns: Vec<(usize, Column)>,
    constants: Vec<(String, Value)>,
    system: String,
    import: Value,
    mapping: Arc<Mapping>,
}

impl Form {
    fn entry(&self, row: &Row) -> Result<Entry, Note> {
        let mut cells = Cells::of(row, &self.columns);
        let mut value = Object::new();
        for (name, constant) in &self.constants {
            value.insert(name.clone(), constant.clone());
        }
        let summary = cells.one(Field::Summary).map(str::to_owned);
        let title = cells
            .one(Field::Title)
            .map(str::to_owned)
            .or_else(|| summary.as_deref().map(shortened))
            .ok_or_else(|| {
                Note::problem(
                    &row.place,
                    "this row has neither a title nor a summary, and was left out",
                )
            })?;
        value.insert("title".into(), title.clone().into());
        if let Some(summary) = &summary {
            value.insert("summary".into(), summary.as_str().into());
        }
        let text = format!("{title}. {}", summary.as_deref().unwrap_or_default());
        value.insert("types".into(), self.types(&text, &mut cells));
        occurred(&mut cells, &mut value);
        let country = country(&mut cells, &mut value);
        for (field, member) in [
            (Field::DateNote, "date_note"),
            (Field::Admin1, "admin1"),
            (Field::Place, "place"),
            (Field::Grade, "grade"),
        ] {
            if let Some(text) = cells.one(field) {
                value.insert(member.into(), text.into());
            }
        }
        if !cells.all(Field::Subtypes).is_empty() {
            value.insert("subtypes".into(), cells.all(Field::Subtypes).into());
        }
        location(&mut cells, &mut value);
        if let Some(severity) = cells.number(Field::Severity) {
            value.insert("severity".into(), severity.into());
        }
        let names = parties::add(
            &self.mapping,
            &cells,
            summary.as_deref().unwrap_or(&title),
            country,
            &mut value,
        );
        let source = source::of(&mut cells).unwrap_or_else(|| self.import.clone());
        value.insert("sources".into(), json!([source]));
        let id = cells.one(Field::Id).map_or_else(|| row.number.to_string(), str::to_owned);
        value.insert("external_ids".into(), json!([external_id(&self.system, &id)]));
        crate::register::tokenise(&mut value, &names, &Names::default());
        Ok(Entry {
            kind: Kind::Incident,
            value: Value::Object(value),
            place: row.place.clone(),
            notes: cells.notes,
            returning: None,
        })
    }

    fn types(&self, text: &str, cells: &mut Cells<'_>) -> Value {
        let given = cells.all(Field::Types);
        if !given.is_empty() {
            return given.into();
        }
        let area = cells.one(Field::Area).unwrap_or_default().to_owned();
        let Some((kind, why)) = self.mapping.kind_of(text, &area) else {
            cells.notes.push(Note::warning(
                cells.place(),
                "no type could be told; the mapping has no rule that fits",
            ));
            return json!([]);
        };
        let message = match why {
            Why::Word(word) => format!(
                "the type {kind} was told by \"{}\" in the text",
                word.trim_end_matches('*')
            ),
            Why::Area => {
                format!("the type {kind} was taken from the heading alone; please check it")
            }
        };
        let note = match why {
            Why::Word(_) => Note::info(cells.place(), message),
            Why::Area => Note::warning(cells.place(), message),
        };
        cells.notes.push(note);
        json!([kind])
    }
}

fn occurred(cells: &mut Cells<'_>, value: &mut Object) {
    let parts =
        [Field::Year, Field::Month, Field::Day].map(|field| cells.number(field).filter(|n| *n > 0));
    let edtf = cells
        .one(Field::Occurred)
        .map(|text| text.split(['T', ' ']).next().unwrap_or_default().to_owned())
        .or_else(|| date::edtf(parts[0], parts[1], parts[2]));
    match edtf {
        Some(edtf) => {
            value.insert("occurred".into(), edtf.into());
        }
        None => cells.notes.push(Note::warning(
            cells.place(),
            "no date is given that can be read; it was left open",
        )),
    }
}

/// The country, checked against the region where there is one.
fn country(cells: &mut Cells<'_>, value: &mut Object) -> Option<CountryCode> {
    let Some(written) = cells.one(Field::Country).map(str::to_owned) else {
        if !value.contains_key("country") {
            cells.notes.push(Note::warning(cells.place(), "no country is given"));
        }
        return value.get("country")?.as_str()?.parse().ok();
    };
    let parsed: Result<CountryCode, UnknownCountry> = written.parse();
    let Ok(country) = parsed else {
        // The reader of the value refuses it with its own suggestions.
        value.insert("country".into(), written.into());
        return None;
    };
    value.insert("country".into(), country.alpha3().into());
    let known = country.country().region.as_deref();
    if let (Some(region), Some(known)) = (cells.one(Field::Region), known)
        && region != known
    {
        let message = format!(
            "the region {region} does not fit {written}, which lies in {known}; the country was kept"
        );
        cells.notes.push(Note::warning(cells.place(), message));
    }
    Some(country)
}

fn location(cells: &mut Cells<'_>, value: &mut Object) {
    let text = |field| cells.one(field).unwrap_or_default().to_owned();
    let place = cells.one(Field::Place).is_some();
    let admin = cells.one(Field::Admin1).is_some();
    let point = match own::point(&text(Field::Latitude), &text(Field::Longitude)) {
        Ok(point) => point,
        Err(message) => {
            cells
                .notes
                .push(Note::warning(cells.place(), format!("{message}; the point was left out")));
            None
        }
    };
    let precision = match (point.is_some() || place, admin) {
        (true, _) => "settlement",
        (false, true) => "adm1",
        (false, false) => "country",
    };
    value.insert("location".into(), point.unwrap_or(Value::Null));
    value.insert("location_precision".into(), precision.into());
}

/// The first sentence, cut at a word.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = text.split_inclusive(['.', '!', '?']).next().unwrap_or_default();
    // A dot within an abbreviation leaves too little to be a title.
    let first = if first.len() < 20 { text.as_str() } else { first.trim_end_matches('.') };
    if first.chars().count() <= TITLE {
        return first.trim_end_matches('.').to_owned();
    }
    let cut: String = first.chars().take(TITLE).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', ' ']))
}

#[cfg(test)]
mod tests;
