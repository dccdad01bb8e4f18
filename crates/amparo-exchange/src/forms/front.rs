//! What stands before the text: front matter in YAML.

use serde_yaml_ng::{Mapping, Value};

use super::{Footnotes, Statement};

/// The front matter, without the lines around it.
pub(super) fn write(statement: &Statement, footnotes: Footnotes) -> String {
    let mut matter = Mapping::new();
    let mut put = |name: &str, value: Value| {
        matter.insert(name.into(), value);
    };
    let texts =
        |texts: &[String]| Value::Sequence(texts.iter().map(|text| text.as_str().into()).collect());
    put("title", statement.title.as_str().into());
    put("date", date(&statement.date).into());
    put("draft", statement.draft.into());
    if let Some(excerpt) = &statement.excerpt {
        put("excerpt", excerpt.as_str().into());
    }
    put("tags", texts(&statement.tags));
    if let Some(url) = &statement.url {
        put("url", url.as_str().into());
    }
    put("statement", statement.number.as_str().into());
    if let Some(version) = statement.version {
        put("version", version.into());
    }
    put("cites", texts(&statement.listed));
    let beside: Vec<String> =
        statement.endorsers_beside_text().into_iter().map(super::Endorser::written).collect();
    if !beside.is_empty() {
        put("endorsers", texts(&beside));
    }
    if let Some(day) = statement.known_on {
        put("known_on", day.to_string().into());
    }
    if !statement.own_annex.is_full() {
        put("annex", statement.own_annex.code().into());
    }
    if footnotes == Footnotes::Inline {
        put("footnotes", "inline".into());
    }
    for (name, value) in &statement.front_matter {
        if !matter.contains_key(name.as_str()) {
            // What was JSON is YAML.
            let value = serde_yaml_ng::to_value(value).unwrap_or(Value::Null);
            matter.insert(name.as_str().into(), value);
        }
    }
    serde_yaml_ng::to_string(&matter).unwrap_or_default()
}

/// A day as sites have it, with a time; anything else as it is.
fn date(edtf: &str) -> String {
    match edtf.parse::<chrono::NaiveDate>() {
        Ok(day) => format!("{day}T00:00:00.000Z"),
        Err(_) => edtf.to_owned(),
    }
}
