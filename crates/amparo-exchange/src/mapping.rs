//! Mapping files: how the columns of somebody's table are called, and what their values mean.

use std::collections::BTreeMap;

use amparo_domain::{fold, suggest};
use serde::Deserialize;
use serde_json::Value;

use crate::entry::{Place, ReadError};

/// A mapping file (TOML); `docs/import.md` says how to write one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The system that the rows' ids belong to.
    pub(crate) system: Option<String>,
    /// The encoding, when it is not UTF-8.
    pub(crate) encoding: Option<String>,
    /// The separator of cells, when it cannot be told from the header.
    pub(crate) delimiter: Option<char>,
    /// Members that every record gets.
    #[serde(default)]
    pub(crate) constants: BTreeMap<String, toml::Value>,
    /// What each column holds.
    pub(crate) columns: BTreeMap<String, Column>,
    /// Words that tell a type; the first rule that fits counts.
    #[serde(default)]
    pub(crate) types: Vec<TypeRule>,
    /// Organizations that texts name without a full name and acronym.
    #[serde(default)]
    pub(crate) organizations: Vec<OrganizationRule>,
    /// Whether "First Last, head of the Group (G), was …" at the start of a text names a person.
    #[serde(default)]
    pub(crate) leading_person: bool,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Column {
    pub(crate) field: Field,
    /// How dates are written: `%Y`, `%m`, `%d`, `%B` (month by its English name).
    #[serde(default)]
    pub(crate) formats: Vec<String>,
    /// What separates several values in a cell.
    pub(crate) separator: Option<String>,
    /// What the values mean.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, String>,
    /// Misspelt values and what was meant, each reported.
    #[serde(default)]
    pub(crate) misspelt: BTreeMap<String, String>,
    /// Values that mean that nothing is known.
    #[serde(default)]
    pub(crate) unknown: Vec<String>,
    /// Whether the cell is HTML, of which only the text is kept.
    #[serde(default)]
    pub(crate) html: bool,
}

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    Id,
    Occurred,
    Year,
    Month,
    Day,
    DateNote,
    Country,
    Region,
    Admin1,
    Place,
    Latitude,
    Longitude,
    Title,
    Summary,
    Types,
    Area,
    Subtypes,
    Severity,
    Grade,
    Organizations,
    People,
    SourceUrl,
    SourceTitle,
    SourcePublisher,
    SourceDate,
    Ignore,
}

/// Words that tell a type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeRule {
    /// Words or phrases in title or summary; `*` at the end takes any ending.
    #[serde(default)]
    pub(crate) when: Vec<String>,
    /// Areas for which the type is the fallback, when no words fit.
    #[serde(default)]
    pub(crate) areas: Vec<String>,
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

/// An organization by the words that name it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationRule {
    pub(crate) when: Vec<String>,
    pub(crate) name: String,
    pub(crate) acronym: Option<String>,
    /// The country in which this rule holds, by its three-letter code.
    pub(crate) country: Option<String>,
}

impl Mapping {
    /// Reads a mapping file.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, ReadError> {
        let mapping: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start]);
            let line = 1 + before.matches('\n').count() as u64;
            ReadError::content(
                Place::row(file_name, line),
                format!("this mapping cannot be read: {}", error.message()),
            )
        })?;
        mapping.check(file_name)?;
        Ok(mapping)
    }

    fn check(&self, file_name: &str) -> Result<(), ReadError> {
        let wrong = |message: String| Err(ReadError::content(Place::file(file_name), message));
        if let Some(name) = &self.encoding
            && self.encoding().is_none()
        {
            return wrong(format!(
                "the encoding \"{name}\" is not known; common ones are utf-8, windows-1252, windows-1251 and windows-1256"
            ));
        }
        for (name, column) in &self.columns {
            for format in &column.formats {
                if !crate::table::is_date_format(format) {
                    return wrong(format!(
                        "the date format \"{format}\" of the column \"{name}\" has no year; a format is like %d.%m.%Y or %B %Y"
                    ));
                }
            }
        }
        Ok(())
    }

    pub(crate) fn encoding(&self) -> Option<&'static encoding_rs::Encoding> {
        encoding_rs::Encoding::for_label(self.encoding.as_deref()?.as_bytes())
    }

    /// The constants as JSON.
    pub(crate) fn constants(&self) -> Vec<(String, Value)> {
        self.constants
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), serde_json::to_value(value).ok()?)))
            .collect()
    }

    /// The type whose words fit a text, else the fallback of its area.
    pub(crate) fn kind_of(&self, text: &str, area: &str) -> Option<(&str, Why<'_>)> {
        let key = format!(" {} ", fold::key(text));
        let by_words = self.types.iter().find_map(|rule| {
            let word = rule.when.iter().find(|word| says(&key, word))?;
            Some((rule.kind.as_str(), Why::Word(word)))
        });
        by_words.or_else(|| {
            self.types
                .iter()
                .find(|rule| rule.areas.iter().any(|a| a == area))
                .map(|rule| (rule.kind.as_str(), Why::Area))
        })
    }

    /// The organizations whose words a text holds.
    pub(crate) fn organizations_in<'a>(
        &'a self,
        text: &str,
        country: Option<&str>,
    ) -> impl Iterator<Item = &'a OrganizationRule> {
        let key = format!(" {} ", fold::key(text));
        let country = country.map(str::to_owned);
        self.organizations.iter().filter(move |rule| {
            let here = rule.country.is_none() || rule.country == country;
            here && rule.when.iter().any(|word| says(&key, word))
        })
    }
}

/// Why a type was told.
pub(crate) enum Why<'a> {
    Word(&'a str),
    Area,
}

fn says(key: &str, word: &str) -> bool {
    match word.strip_suffix('*') {
        Some(start) => key.contains(&format!(" {}", fold::key(start))),
        None => key.contains(&format!(" {} ", fold::key(word))),
    }
}

impl Column {
    /// What a value means, and what it was taken for when it is misspelt.
    pub(crate) fn meaning(&self, value: &str) -> Result<(String, Option<&str>), String> {
        let corrected = self.misspelt.get(value).map(String::as_str);
        let value = corrected.unwrap_or(value);
        if self.values.is_empty() {
            return Ok((value.to_owned(), corrected));
        }
        if let Some(meaning) = self.values.get(value) {
            return Ok((meaning.clone(), corrected));
        }
        let near = suggest::nearest(value, self.values.keys().map(String::as_str));
        let suggestion = match near.first() {
            Some(near) => format!("; if \"{near}\" is meant, add it to misspelt"),
            None => String::new(),
        };
        Err(format!("the mapping does not know the value \"{value}\"{suggestion}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Mapping::parse("m.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        assert!(
            error("[columns.a]\nfield = \"ocurred\"\n").starts_with("m.toml, row 2: this mapping")
        );
        assert!(error("encoding = \"klingon\"\n[columns]\n").contains("\"klingon\" is not known"));
        assert!(
            error("[columns.a]\nfield = \"occurred\"\nformats = [\"%d\"]\n")
                .contains("has no year")
        );
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let mapping = Mapping::parse(
            "m",
            "[columns]\n[[types]]\nwhen = [\"acredit*\", \"shut out\"]\ntype = \"a\"\n\
             [[types]]\nwhen = [\"out\"]\nareas = [\"Legal\"]\ntype = \"b\"\n",
        )
        .unwrap();
        let kind =
            |text: &str, area: &str| mapping.kind_of(text, area).map(|(kind, _)| kind.to_owned());
        assert_eq!(kind("They were Shut Out.", "").as_deref(), Some("a"));
        assert_eq!(kind("not acredited", "").as_deref(), Some("a"));
        assert_eq!(kind("nothing of it", "Legal").as_deref(), Some("b"));
        assert_eq!(kind("a route", "Other"), None);
    }

    #[test]
    fn values_are_corrected_or_refused() {
        let mapping = Mapping::parse(
            "m",
            "[columns.r]\nfield = \"region\"\nvalues = { \"East\" = \"e\" }\nmisspelt = { \"Eest\" = \"East\" }\n",
        )
        .unwrap();
        let column = &mapping.columns["r"];
        assert_eq!(column.meaning("East"), Ok(("e".into(), None)));
        assert_eq!(column.meaning("Eest"), Ok(("e".into(), Some("East"))));
        assert!(column.meaning("Easst").unwrap_err().contains("if \"East\" is meant"));
    }

    #[test]
    fn the_shipped_mappings_can_be_read() {
        Mapping::parse("shipped", include_str!("../mappings/gndem-table-2024.toml")).unwrap();
    }
}
