//! Markdown with YAML before it: told apart into statements and organizations.

use serde_yaml_ng::{Mapping, Value};

use crate::bytes::{Text, whole};
use crate::entry::{Batch, Note, Place, ReadError, ReadOptions};
use crate::{member, statement};

/// A file of front matter and body.
pub(crate) struct Document {
    pub(crate) place: Place,
    matter: Mapping,
    /// Everything after the closing line, byte for byte.
    pub(crate) body: String,
}

/// Reads a file that begins with `---`.
pub(crate) fn read(file: &str, text: Text, options: &ReadOptions<'_>) -> Result<Batch, ReadError> {
    let text = whole(file, text)?;
    let document = Document::parse(file, &text)?;
    if document.has("name") && !document.has("title") {
        return Ok(member::read(&document, options));
    }
    if document.has("title") {
        return Ok(statement::read(document));
    }
    let place = Place::file(file);
    let message = "the front matter has neither a title (a statement) nor a name (an organization), and nothing was read";
    Ok(Batch::whole(vec![Err(Note::problem(&place, message))], Vec::new()))
}

impl Document {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, ReadError> {
        let unclosed =
            || ReadError::content(Place::row(file, 1), "the front matter has no closing line ---");
        let text = text.trim_start();
        let start = text.find('\n').ok_or_else(unclosed)? + 1;
        let mut at = start;
        let (end, after) = loop {
            let line = text[at..].split_inclusive('\n').next().ok_or_else(unclosed)?;
            if matches!(line.trim_end(), "---" | "...") {
                break (at, at + line.len());
            }
            at += line.len();
        };
        let matter = serde_yaml_ng::from_str(&text[start..end]).map_err(|error| {
            let location = error.location();
            ReadError::Content {
                place: Place::row(file, location.as_ref().map_or(1, |l| l.line() as u64 + 1)),
                column: location.map(|l| l.column() as u64),
                message: format!("this is not valid YAML: {error}"),
            }
        })?;
        let Value::Mapping(matter) = matter else {
            return Err(ReadError::content(
                Place::row(file, 1),
                "the front matter is not a list of names and values",
            ));
        };
        Ok(Self { place: Place::file(file), matter, body: text[after..].to_owned() })
    }

    fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// A member as text, trimmed; empty counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = match self.matter.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// A member as a flag, however it is written; `None` where it cannot be told.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.text(name)?.to_lowercase().as_str() {
            "true" | "yes" | "y" | "x" | "1" | "on" => Some(true),
            "false" | "no" | "n" | "0" | "off" => Some(false),
            _ => None,
        }
    }

    /// A member as a list of texts; one text is a list of one.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        match self.matter.get(name) {
            Some(Value::Sequence(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::String(item) => Some(item.trim().to_owned()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                })
                .filter(|item| !item.is_empty())
                .collect(),
            _ => self.text(name).into_iter().collect(),
        }
    }

    /// The names of members that hold something and are none of these.
    pub(crate) fn others(&self, known: &[&str]) -> Vec<&str> {
        self.matter
            .iter()
            .filter(|(_, value)| !value.is_null() && value.as_str() != Some(""))
            .filter_map(|(name, _)| name.as_str())
            .filter(|name| !known.contains(name))
            .collect()
    }

    /// Whether it has a member, whatever it holds.
    pub(crate) fn gives(&self, name: &str) -> bool {
        self.matter.contains_key(name)
    }

    /// The members that are not read.
    pub(crate) fn rest(&self, is_read: impl Fn(&str) -> bool) -> Vec<(&str, &Value)> {
        let named = self.matter.iter().filter_map(|(name, value)| Some((name.as_str()?, value)));
        named.filter(|(name, _)| !is_read(name)).collect()
    }

    /// The file's name without folders and ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.place.file.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_body_byte_for_byte() {
        let document =
            Document::parse("a/b.md", "---\r\ntitle: t\r\n---\r\n\r\n  Body \r\n\n---\nx").unwrap();
        assert_eq!(document.body, "\r\n  Body \r\n\n---\nx");
        assert_eq!(document.stem(), "b");
    }

    #[test]
    fn reads_dirty_flags() {
        let document =
            Document::parse("f", "---\na: yes\nb: x\nc: 'False'\nd: maybe\ne:\n---\n").unwrap();
        let flags = ["a", "b", "c", "d", "e"].map(|name| document.flag(name));
        assert_eq!(flags, [Some(true), Some(true), Some(false), None, None]);
    }

    #[test]
    fn broken_yaml_names_the_line() {
        let error = Document::parse("f.md", "---\ntitle: a\nb: 'x\n---\n").err().unwrap();
        assert!(error.to_string().starts_with("f.md, row "), "{error}");
        let error = Document::parse("f.md", "---\ntitle: a\n").err().unwrap();
        assert!(error.to_string().contains("no closing line"), "{error}");
    }
}
