//! Texts and the words made of them: what is trimmed, and what is refused.

use std::borrow::Cow;

use amparo_domain::country::CountryCode;

use super::cursor::{Node, Object, WORD_LENGTH};

impl<'a> Node<'a> {
    /// A text of one line, trimmed; `None` if nothing is left of it or it is refused.
    pub(super) fn str(&self) -> Option<&'a str> {
        let text = self.raw()?.trim();
        (!text.is_empty() && self.accepts(text, false)).then_some(text)
    }

    /// A text of one line.
    pub(super) fn line(&self) -> Option<String> {
        self.str().map(str::to_owned)
    }

    /// An item of a list of texts; empty only where that has been noted.
    pub(super) fn word(&self) -> String {
        self.refuse_blank();
        self.line().unwrap_or_default()
    }

    /// Notes a text with nothing in it, where one has to be.
    pub(super) fn refuse_blank(&self) {
        if self.is_blank() {
            self.error("is empty");
        }
    }

    /// A text of one line and of so many characters at most, where nobody else looks at its length.
    pub(super) fn short(&self, limit: usize) -> Option<String> {
        let text = self.str()?;
        if text.chars().count() > limit {
            self.error(format!("longer than {limit} characters"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A text of several lines, trimmed.
    pub(super) fn prose(&self) -> Option<String> {
        let text = unix(self.raw()?.trim());
        (!text.is_empty() && self.accepts(&text, true)).then(|| text.into_owned())
    }

    /// A text in Markdown, to which white space at its ends may matter.
    pub(super) fn markdown(&self) -> Option<String> {
        let text = unix(self.raw()?);
        (!text.trim().is_empty() && self.accepts(&text, true)).then(|| text.into_owned())
    }

    /// Notes every text in a value of any shape that no page may hold.
    pub(super) fn check_texts(&self) {
        match self.value {
            serde_json::Value::String(text) => {
                self.accepts(text, true);
            }
            serde_json::Value::Array(_) => {
                self.items(super::cursor::LIST_LIMIT, |item| {
                    item.check_texts();
                    Some(())
                });
            }
            serde_json::Value::Object(members) => {
                for (name, value) in members {
                    let place = super::cursor::Place::Member(&self.place, name);
                    Node { value, place, log: self.log }.check_texts();
                }
            }
            _ => {}
        }
    }

    /// A language tag, as far as its form goes.
    pub(super) fn lang(&self) -> Option<String> {
        let tag = self.str()?;
        let mut subtags = tag.split('-');
        let first = subtags.next().unwrap_or_default();
        let well_formed = tag.len() <= 35
            && (2..=8).contains(&first.len())
            && first.bytes().all(|b| b.is_ascii_alphabetic())
            && subtags.all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if !well_formed {
            self.error("a language is given by its BCP 47 tag, like en or pt-BR");
        }
        well_formed.then(|| tag.to_owned())
    }

    /// A script, as far as its form goes.
    pub(super) fn script(&self) -> Option<String> {
        let code = self.str()?;
        if code.len() != 4 || !code.bytes().all(|b| b.is_ascii_alphabetic()) {
            self.error("a script is given by its ISO 15924 code, like Latn or Arab");
            return None;
        }
        let (first, rest) = code.split_at(1);
        Some(first.to_ascii_uppercase() + &rest.to_ascii_lowercase())
    }

    /// An address that a page may link to: never one that runs a script.
    pub(super) fn address(&self) -> Option<String> {
        let text = self.str()?;
        let web = |url: url::Url| matches!(url.scheme(), "http" | "https");
        if !url::Url::parse(text).is_ok_and(web) {
            self.error("an address starts with https:// or http://");
            return None;
        }
        Some(text.to_owned())
    }

    /// A country, however it is written.
    pub(super) fn country(&self) -> Option<CountryCode> {
        let text = self.str()?;
        if text.len() > WORD_LENGTH {
            self.error("no country is known by this code or name");
            return None;
        }
        text.parse()
            .map_err(|unknown: amparo_domain::country::UnknownCountry| {
                self.error_suggesting(unknown.to_string(), unknown.did_you_mean);
            })
            .ok()
    }

    fn raw(&self) -> Option<&'a str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.expected("a text");
        }
        text
    }

    fn accepts(&self, text: &str, prose: bool) -> bool {
        if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return true;
        }
        let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
        let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let code = |c: char| format!("U+{:04X}", u32::from(c));
        if let Some(c) = text.chars().find(control) {
            self.error(format!("holds a control character, {}", code(c)));
            return false;
        }
        if let Some(c) = text.chars().find(turns).filter(|_| !prose) {
            self.error(format!("holds {}, which turns the direction of text", code(c)));
            return false;
        }
        true
    }
}

/// Lines end in `\n`, also where a browser's form or a Windows editor wrote `\r\n`.
fn unix(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

impl Object<'_> {
    /// A text of one line.
    pub(super) fn line(&self, name: &str) -> Option<String> {
        self.get(name)?.line()
    }

    /// A text of several lines.
    pub(super) fn prose(&self, name: &str) -> Option<String> {
        self.get(name)?.prose()
    }

    /// A country, however it is written.
    pub(super) fn country(&self, name: &str) -> Option<CountryCode> {
        self.get(name)?.country()
    }

    /// A language tag.
    pub(super) fn lang(&self, name: &str) -> Option<String> {
        self.get(name)?.lang()
    }
}
