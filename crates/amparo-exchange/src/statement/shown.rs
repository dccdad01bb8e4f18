//! The texts of a statement as the register shows them: what a file says as it is shown is what is stored.

use std::collections::HashMap;

use amparo_domain::facts::Facts;
use amparo_domain::incident::PersonLink;
use amparo_domain::language::Language;
use amparo_domain::marks;
use amparo_domain::number::Number;
use amparo_domain::statement::StatementFacts;
use amparo_domain::text;
use amparo_domain::vocabulary::{self, Display};
use serde_json::Value;

use super::back::{Before, Cited};

/// What stands for an address that spells out a name which is not shown.
const ADDRESS_LEFT_OUT: &str = "[address left out]";

/// The texts of a statement as the register shows them, in each of the ways in which it does.
pub(super) struct Shown<'a> {
    before: &'a Before<'a>,
    hidden: StatementFacts<Number>,
}

impl<'a> Shown<'a> {
    pub(super) fn of(before: &'a Before<'a>) -> Self {
        let whole = Facts::Statement(before.facts.clone());
        let hidden = match whole.without_addresses(|_| true, ADDRESS_LEFT_OUT).into_owned() {
            Facts::Statement(hidden) => hidden,
            _ => before.facts.clone(),
        };
        Self { before, hidden }
    }

    /// What a text with tokens is shown as, as often as there are languages, and as it is.
    fn ways(&self, text: &str) -> Vec<String> {
        let mut ways = vec![text.to_owned()];
        if text.contains("{P") {
            ways.extend(Language::ALL.map(|language| self.rendered(text, language)));
        }
        ways
    }

    fn rendered(&self, text: &str, language: Language) -> String {
        let people = &self.before.facts.people;
        text::render(text, |reference| {
            let link = people.iter().find(|link| link.reference == reference)?;
            Some(self.person(link, language))
        })
    }

    /// How somebody appears in a text, as in every answer of the register.
    fn person(&self, link: &PersonLink<Number>, language: Language) -> String {
        let shown = (link.display == Display::Name).then(|| (self.before.name_of)(link.person));
        if let Some(name) = shown.flatten() {
            return name;
        }
        match (&link.position, link.display) {
            (_, Display::Withheld) => {
                let label = vocabulary::term("display", "withheld").ok();
                label.map_or("withheld", |term| term.labels.in_language(language)).to_owned()
            }
            (Some(position), _) => position.clone(),
            (None, _) => link.role.label(language).to_owned(),
        }
    }

    /// A text of one piece: what is stored, if the file says what that is shown as.
    pub(super) fn whole(&self, file: &str, stored: &str) -> String {
        let hidden = self.without_addresses(stored);
        let is_shown = self
            .ways(stored)
            .iter()
            .chain(&self.ways(&hidden))
            .any(|way| way.trim() == file.trim());
        if is_shown { stored.to_owned() } else { file.to_owned() }
    }

    fn without_addresses(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for spelled in &self.before.facts.spelled {
            text = text.replace(&spelled.address, ADDRESS_LEFT_OUT);
        }
        text
    }

    /// A text that names nobody by a token whom the statement does not know.
    pub(super) fn of_known_people(&self, text: String) -> String {
        without_strangers(text, |reference| {
            self.before.facts.people.iter().any(|link| link.reference == reference)
        })
    }

    /// A text with each line as it is stored that the file has as it is shown.
    pub(super) fn restored(
        &self,
        file: &str,
        listed: &[Cited],
        stored: &str,
        cited: &[Cited],
    ) -> String {
        let hidden = self.hidden.body.as_deref().unwrap_or_default();
        let mut known: HashMap<String, &str> = HashMap::new();
        let mut in_place = Vec::new();
        for (line, hidden) in stored.split_inclusive('\n').zip(hidden.split_inclusive('\n')) {
            let ways: Vec<String> = self.ways(line).into_iter().chain(self.ways(hidden)).collect();
            let mut ways: Vec<String> = ways.into_iter().map(|way| pinned(&way, cited)).collect();
            // Who does not see something that is cited has no mark of it, either.
            let seen: Vec<String> = ways.iter().map(|way| listed_alone(way, listed)).collect();
            ways.extend(seen);
            for way in &ways {
                known.entry(way.clone()).or_insert(line);
            }
            in_place.push((ways, line));
        }
        let lines = file.split_inclusive('\n').enumerate();
        let restored: String = lines
            .map(|(nth, line)| {
                let file = pinned(line, listed);
                // Two may be shown alike: that of the same place goes before.
                match in_place.get(nth) {
                    Some((ways, stored)) if ways.contains(&file) => *stored,
                    _ => known.get(&file).copied().unwrap_or(line),
                }
            })
            .collect();
        // An end of a line that the last one has or has not is no other line.
        if restored.trim_end_matches('\n') == stored.trim_end_matches('\n')
            && restored.len() < stored.len()
        {
            return stored.to_owned();
        }
        restored
    }

    /// Whether a value is what a stored one is shown as.
    pub(super) fn is_shown(&self, file: &Value, stored: &Value) -> bool {
        match (file, stored) {
            (Value::String(file), Value::String(stored)) => self.whole(file, stored) == *stored,
            (Value::Array(file), Value::Array(stored)) => {
                file.len() == stored.len()
                    && file.iter().zip(stored).all(|(file, stored)| self.is_shown(file, stored))
            }
            (Value::Object(file), Value::Object(stored)) => {
                file.len() == stored.len()
                    && file.iter().all(|(name, value)| {
                        stored.get(name).is_some_and(|stored| self.is_shown(value, stored))
                    })
            }
            (file, stored) => file == stored,
        }
    }
}

/// A text in which the token of somebody who is not known stands for nobody.
pub(super) fn without_strangers(text: String, is_known: impl Fn(&str) -> bool) -> String {
    if !text.contains("{P") {
        return text;
    }
    text::render(&text, |reference| (!is_known(reference)).then(|| "[name left out]".to_owned()))
}

/// A text without the marks of what is not in a list.
fn listed_alone(text: &str, listed: &[Cited]) -> String {
    marks::replaced(text, |mark| {
        let number = mark.number.ok()?;
        (!listed.iter().any(|(of, _)| *of == number)).then(String::new)
    })
}

/// A text whose marks all say which version they mean.
fn pinned(text: &str, cited: &[Cited]) -> String {
    marks::replaced(text, |mark| {
        let number = mark.number.ok()?;
        let first = cited.iter().find(|(of, _)| *of == number).and_then(|(_, version)| *version);
        Some(marks::written(number, mark.version.or(first)))
    })
}
