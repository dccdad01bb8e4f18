//! A statement written down.

use amparo_domain::kind::Kind;
use amparo_domain::reference::CANDIDATES;
use serde_json::{Value, json};

use super::{Reading, SYSTEM, endorsers, issuer, markdown};
use crate::entry::{Entry, Note};
use crate::names::Names;
use crate::wire::{Object, by_external_id, external_id, import_source};

impl Reading<'_> {
    pub(super) fn entry(&mut self, incidents: &[Entry], people: Vec<Value>) -> Entry {
        let document = self.document;
        let place = &document.place;
        let mut notes = std::mem::take(&mut self.notes);
        let names = crate::register::known_names(&people);
        let mut value = Object::new();
        value.insert("title".into(), self.title.as_str().into());
        value.insert("date".into(), self.date.clone().into());
        value.insert("draft".into(), document.flag("draft").unwrap_or(false).into());
        if let Some(excerpt) = super::excerpt_of(document) {
            value.insert("excerpt".into(), excerpt.into());
        }
        value.insert("tags".into(), document.list("tags").into());
        value.insert("lang".into(), self.language(&mut notes).into());
        match &self.issuer {
            Some(issuer) => {
                value.insert("issuer".into(), issuer.reference(None));
            }
            None => notes.push(Note::warning(
                place,
                "the issuing organization could not be told; it is recognised where \"Full Name (ACRONYM)\" opens the text",
            )),
        }
        value.insert("kind".into(), self.kind().into());
        value.insert("country".into(), self.country.into());
        value.insert("body".into(), self.returning.body().into());
        let links = markdown::links(&document.body);
        if links.iter().any(|link| names.occur_in_address(&link.url)) {
            notes.push(Note::warning(
                place,
                "an address in the text holds the name of a person; it is kept, and hidden where the name is",
            ));
        }
        let links: Vec<Value> =
            links.into_iter().map(|link| json!({ "title": link.title, "url": link.url })).collect();
        value.insert("links".into(), links.into());
        let (endorsers, repeated) = endorsers::find(&document.body);
        if repeated > 0 {
            notes.push(Note::info(
                place,
                format!("{repeated} repeated endorsers were counted once"),
            ));
        }
        let endorsers = endorsers.iter().map(endorsers::Endorser::value);
        let endorsers: Vec<Value> = endorsers.chain(self.returning.endorsers()).collect();
        value.insert("endorsers".into(), endorsers.into());
        for member in ["known_on", "annex"] {
            value.insert(member.into(), self.returning.member(member));
        }
        if !self.returning.front_matter().is_empty() {
            value.insert("front_matter".into(), self.returning.front_matter().clone().into());
        }
        let cited: Vec<Value> = incidents
            .iter()
            .filter_map(|i| i.value["external_ids"][0]["id"].as_str())
            .map(|id| by_external_id(CANDIDATES, id))
            .collect();
        value.insert("incidents".into(), cited.into());
        value.insert("people".into(), people.into());
        if let Some(url) = super::url_of(document) {
            value.insert("url".into(), url.into());
        }
        value.insert("sources".into(), json!([import_source(&place.file)]));
        value.insert("external_ids".into(), json!([external_id(SYSTEM, &self.id(&names))]));
        crate::register::tokenise(&mut value, &names, &Names::default());
        let returning = Some(Box::new(std::mem::take(&mut self.returning)));
        let (kind, place) = (Kind::Statement, place.clone());
        Entry { kind, value: Value::Object(value), place, notes, returning }
    }

    /// The language of the first part, with a note where there are several.
    fn language(&self, notes: &mut Vec<Note>) -> &'static str {
        if self.languages.len() > 1 {
            let all: Vec<&str> = self.languages.iter().map(|l| l.code()).collect();
            notes.push(Note::info(
                &self.document.place,
                format!(
                    "the text is written in several languages ({}); the first was taken",
                    all.join(", ")
                ),
            ));
        }
        self.languages.first().copied().unwrap_or_default().code()
    }

    fn kind(&self) -> Option<&'static str> {
        let title = amparo_domain::fold::key(&self.title);
        if title.contains("joint statement") || title.contains("joint communique") {
            Some("joint_statement")
        } else if issuer::is_stated(&self.title) {
            Some("statement")
        } else {
            None
        }
    }
}
