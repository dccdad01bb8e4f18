//! A statement's file that comes back: what it says of where it came from, its footnotes as marks again, and what it says otherwise than
//! the register.
//!
//! Whose number a file tells, and what it cites, only a register can say. So the reader keeps what the file says beside the entry, and
//! whoever imports settles it: [`Entry::settle_as_new`] where the statement is new to this register, [`Entry::settle_on`] where it has it.

use std::collections::HashMap;

use amparo_domain::facts::{Draft, Facts};
use amparo_domain::marks;
use amparo_domain::number::Number;
use amparo_domain::statement::{StatementFacts, keeps_front_matter};
use amparo_domain::validation::Invalid;
use serde_json::{Map, Value, json};

use super::edition::edition;
use super::shown::without_strangers;
use crate::entry::{Entry, Note};
use crate::forms;
use crate::front_matter::Document;
use crate::member::split_acronym;
use crate::wire::Object;

/// An incident and the version of it that is cited.
pub(super) type Cited = (Number, Option<u32>);

/// What a statement's file says of itself that only a register can tell the meaning of.
#[derive(Debug, Clone, Default)]
pub struct Returning {
    /// The number of the statement that it is.
    statement: Option<Number>,
    /// What it cites, by the list before its text.
    listed: Vec<Cited>,
    /// Whether its footnotes are a list of numbers, which is not read back.
    pub(super) inline: bool,
    /// Its text as it stands in the file, without the annex.
    body: String,
    /// Its other members as they stand in the file.
    pub(super) said: Object,
    /// Those who endorsed it and do not stand in its text.
    pub(super) endorsers: Vec<String>,
    /// What it says for which there is no word.
    pub(super) front_matter: Object,
    /// The members that it has.
    pub(super) has: Vec<&'static str>,
    /// What came of it, if the register has the statement.
    settled: Option<Box<(Number, Draft)>>,
}

/// What a register knows of a statement whose file comes back.
pub struct Before<'a> {
    /// Its number.
    pub number: Number,
    /// What it says.
    pub facts: &'a StatementFacts<Number>,
    /// The name by which somebody is known.
    pub name_of: &'a dyn Fn(Number) -> Option<String>,
    /// The name and the acronym of an organization.
    pub organization: &'a dyn Fn(Number) -> Option<(String, Option<String>)>,
}

impl Returning {
    /// Reads what a file says of itself; a number that has a mistake in it is told instead.
    pub(super) fn of(document: &Document, notes: &mut Vec<Note>) -> Result<Self, Note> {
        let place = &document.place;
        let statement = match document.text("statement") {
            Some(written) => Some(written.parse().map_err(|error| {
                Note::problem(place, format!("statement: {written}: {error}; nothing was read"))
            })?),
            None => None,
        };
        let mut listed: Vec<Cited> = Vec::new();
        for written in document.list("cites") {
            match marks::marks(&format!("[[{written}]]")).pop() {
                Some(mark) if mark.number.is_ok() => {
                    let cited = mark.number.map(|number| (number, mark.version));
                    listed.extend(cited.ok().filter(|cited| !listed.contains(cited)));
                }
                _ => notes.push(Note::warning(
                    place,
                    format!("cites: \"{written}\" is no number of a record, like OBS 4827-1930 v1"),
                )),
            }
        }
        let members = ["draft", "excerpt", "tags", "known_on", "annex"];
        let has = members.into_iter().filter(|name| document.gives(name)).collect();
        let mut said = Object::new();
        said.insert("title".into(), document.text("title").into());
        said.insert("date".into(), super::day_of(document).into());
        said.insert("draft".into(), document.flag("draft").unwrap_or(false).into());
        said.insert("excerpt".into(), super::excerpt_of(document).into());
        said.insert("tags".into(), document.list("tags").into());
        said.insert("url".into(), super::url_of(document).into());
        if statement.is_some() {
            said.insert("known_on".into(), document.text("known_on").into());
            said.insert("annex".into(), document.text("annex").into());
        }
        Ok(Self {
            statement,
            listed,
            inline: document.text("footnotes").as_deref() == Some("inline"),
            body: without_annex(&document.body.replace("\r\n", "\n")).into_owned(),
            said,
            endorsers: document.list("endorsers"),
            front_matter: kept(document, notes),
            has,
            settled: None,
        })
    }

    /// What the file says of a member; null if nothing.
    pub(super) fn member(&self, name: &str) -> Value {
        self.said.get(name).cloned().unwrap_or_default()
    }

    /// The number of the statement that the file says it is.
    pub fn statement(&self) -> Option<Number> {
        self.statement
    }

    /// What the file cites, in its list and in its footnotes.
    pub fn cited(&self) -> Vec<Number> {
        let mut numbers: Vec<Number> = self.listed.iter().map(|(number, _)| *number).collect();
        let footnotes = definitions(&self.body, &self.listed);
        let marks = marks::marks(&self.body).into_iter().filter_map(|mark| mark.number.ok());
        for number in footnotes.into_iter().map(|of| of.cited.0).chain(marks) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }

    /// What came of it, if the register has the statement: its number, and what it says now.
    pub fn settled(&self) -> Option<&(Number, Draft)> {
        self.settled.as_deref()
    }

    /// The text as it stands in the file, without the annex.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    pub(super) fn front_matter(&self) -> &Object {
        &self.front_matter
    }

    pub(super) fn endorsers(&self) -> Vec<Value> {
        self.endorsers.iter().map(|written| described(written)).collect()
    }

    /// The text with marks for all its footnotes that cite, whether there is such a record or not: to be read by rules, not kept.
    pub(super) fn marked(&self) -> String {
        self.settle(|_| true).body
    }

    /// The text with marks for those footnotes whose records there are, and what is cited then.
    fn settle(&self, known: impl Fn(Number) -> bool) -> Settled {
        let mut listed: Vec<Cited> =
            self.listed.iter().copied().filter(|(number, _)| known(*number)).collect();
        let mut unknown: Vec<Number> = self
            .listed
            .iter()
            .map(|(number, _)| *number)
            .filter(|number| !known(*number))
            .collect();
        if self.inline {
            return Settled { body: self.body.clone(), listed, unknown };
        }
        let mut mark_of: HashMap<String, String> = HashMap::new();
        let mut body = String::with_capacity(self.body.len());
        let mut copied = 0;
        for Definition { at, label, cited: (number, version) } in
            definitions(&self.body, &self.listed)
        {
            if !known(number) {
                if !unknown.contains(&number) {
                    unknown.push(number);
                }
                continue;
            }
            let first = listed.iter().find(|(of, _)| *of == number).copied();
            let pinned = match first {
                None => {
                    listed.push((number, version));
                    None
                }
                Some((_, of)) if of.is_none() || version.is_none() || of == version => None,
                Some(_) => {
                    if !listed.contains(&(number, version)) {
                        listed.push((number, version));
                    }
                    version
                }
            };
            mark_of.insert(label.to_owned(), marks::written(number, pinned));
            body.push_str(&self.body[copied..at.start]);
            copied = at.end;
        }
        body.push_str(&self.body[copied..]);
        if copied > 0 && copied == self.body.len() && body.ends_with("\n\n") {
            // What was put before the first of them, as they are the last thing in the file.
            body.truncate(body.len() - 2);
        }
        for (label, mark) in mark_of {
            body = body.replace(&format!("[^{label}]"), &mark);
        }
        Settled { body, listed, unknown }
    }
}

pub(super) struct Settled {
    pub(super) body: String,
    pub(super) listed: Vec<Cited>,
    unknown: Vec<Number>,
}

impl Entry {
    /// Takes a statement's file that cites by number for one that is new to this register: footnotes of records that there are become
    /// marks, all others stay as they are, and it is said which.
    pub fn settle_as_new(&mut self, known: impl Fn(Number) -> bool) {
        let Some(returning) = &self.returning else {
            return;
        };
        let Settled { body, listed, unknown } = returning.settle(known);
        if let Some(number) = returning.statement {
            self.notes.push(Note::warning(
                &self.place,
                format!(
                    "statement {number} is not in this register; the file was taken for a new one"
                ),
            ));
        }
        tell_unknown(&unknown, &self.place, &mut self.notes);
        let refs: Vec<String> = self.value["people"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|person| person["ref"].as_str().map(str::to_owned))
            .collect();
        for member in ["title", "excerpt", "body"] {
            if let Some(text) = self.value[member].as_str().filter(|text| text.contains("{P")) {
                let known = |reference: &str| refs.iter().any(|known| known == reference);
                self.value[member] = without_strangers(text.to_owned(), known).into();
            }
        }
        if returning.listed.is_empty() && listed.is_empty() && body == returning.body {
            return;
        }
        // The names of people were replaced in the text that stands in the entry: so its lines are taken as they are there.
        let marked = Returning {
            body: self.value["body"].as_str().unwrap_or_default().to_owned(),
            ..(**returning).clone()
        };
        let known: Vec<Number> = listed.iter().map(|(number, _)| *number).collect();
        self.value["body"] = marked.settle(|number| known.contains(&number)).body.into();
        let cited = listed.iter().map(|(number, version)| {
            let mut cited = json!({"number": number.to_string()});
            if let Some(version) = version {
                cited["version"] = (*version).into();
            }
            cited
        });
        let mut incidents = self.value["incidents"].as_array().cloned().unwrap_or_default();
        incidents.extend(cited);
        self.value["incidents"] = incidents.into();
    }

    /// Takes a statement's file for a later edition of one that the register has. What the file does not say stays as it is;
    /// what it says as the register would write it is what the register has, with people as tokens.
    ///
    /// # Errors
    ///
    /// When what the file says cannot be taken.
    pub fn settle_on(
        &mut self,
        before: &Before<'_>,
        known: impl Fn(Number) -> bool,
    ) -> Result<(), Invalid> {
        let Some(returning) = &self.returning else {
            return Ok(());
        };
        let settled = returning.settle(&known);
        tell_unknown(&settled.unknown, &self.place, &mut self.notes);
        let said = edition(returning, before, &settled, &known)?;
        if returning.inline {
            let message = "its footnotes are a list of numbers, which is not read back: its text was left as the register has it";
            self.notes.push(Note::warning(&self.place, message));
        }
        if let Some(returning) = &mut self.returning {
            returning.settled = Some(Box::new((before.number, Facts::Statement(said))));
        }
        Ok(())
    }
}

pub(super) fn described(written: &str) -> Value {
    let (name, acronym) = split_acronym(written);
    match acronym {
        Some(acronym) => json!({"name": name, "acronym": acronym}),
        None => json!({"name": name}),
    }
}

fn tell_unknown(unknown: &[Number], place: &crate::entry::Place, notes: &mut Vec<Note>) {
    for number in unknown {
        notes.push(Note::warning(
            place,
            format!("{number}, which it cites, is not in this register; what it says of it in its text was left as it is"),
        ));
    }
}

struct Definition<'t> {
    /// Its line, with what ends it.
    at: std::ops::Range<usize>,
    label: &'t str,
    cited: Cited,
}

/// The footnotes of a text that cite.
fn definitions<'t>(body: &'t str, listed: &[Cited]) -> Vec<Definition<'t>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((label, text)) = forms::is_definition(line.trim_end()) else { continue };
        if let Some(cited) = forms::cited_number(text, listed) {
            found.push(Definition { at: start..at, label, cited });
        }
    }
    found
}

/// The text without the annex, which is made of the records each time: what stands between the line that begins it and the footnotes.
fn without_annex(body: &str) -> std::borrow::Cow<'_, str> {
    let line = format!("\n{}\n", forms::MARKER);
    let Some(begins) = body.rfind(&line) else {
        return body.into();
    };
    let before = &body[..begins];
    let before = before.strip_suffix('\n').unwrap_or(before);
    let after = &body[begins + line.len()..];
    match after.find("\n\n[^") {
        Some(at) => format!("{before}{}", &after[at..]).into(),
        None => before.into(),
    }
}

/// What a file says for which there is no word, as far as it can be kept.
fn kept(document: &Document, notes: &mut Vec<Note>) -> Object {
    let mut kept = Map::new();
    let mut left = Vec::new();
    let returns = document.gives("statement");
    for (name, value) in document.rest(|name| super::is_read(document, name, returns)) {
        match serde_json::to_value(value) {
            Ok(value) if keeps_front_matter(name, &value) => {
                kept.insert(name.to_owned(), value);
            }
            _ => left.push(name),
        }
    }
    if !left.is_empty() {
        notes.push(Note::info(&document.place, format!("not imported: {}", left.join(", "))));
    }
    if !kept.is_empty() {
        let names: Vec<&str> = kept.keys().map(String::as_str).collect();
        notes.push(Note::info(
            &document.place,
            format!("kept for its network alone: {}", names.join(", ")),
        ));
    }
    kept
}
