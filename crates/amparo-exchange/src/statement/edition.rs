//! A later edition of a statement that the register has: what its file says otherwise.
//!
//! What the file does not say stays as it is, and what it says as the register shows it is what the register has.

use amparo_domain::facts::Facts;
use amparo_domain::kind::Kind;
use amparo_domain::marks;
use amparo_domain::number::Number;
use amparo_domain::reference::Reference;
use amparo_domain::statement::{Citation, Endorser, Link, StatementFacts};
use amparo_domain::validation::Invalid;
use serde_json::{Value, json};

use super::back::{Before, Cited, Returning, Settled, described};
use super::shown::Shown;
use super::{endorsers, markdown};
use crate::forms;
use crate::wire::Object;

/// What the statement says now.
pub(super) fn edition(
    returning: &Returning,
    before: &Before<'_>,
    settled: &Settled,
    is_known: &impl Fn(Number) -> bool,
) -> Result<StatementFacts<Reference>, Invalid> {
    let known = before.facts;
    let shown = Shown::of(before);
    let mut said = known.clone().map_references(Reference::Number);
    let text = |file: &str, stored: Option<&String>| {
        let text = stored.map_or_else(|| file.to_owned(), |stored| shown.whole(file, stored));
        shown.of_known_people(text)
    };
    if let Some(title) = returning.said["title"].as_str() {
        said.title = text(title, Some(&known.title));
    }
    if returning.has.contains(&"excerpt") {
        let excerpt = returning.said["excerpt"].as_str();
        said.excerpt = excerpt.map(|excerpt| text(excerpt, known.excerpt.as_ref()));
    }
    if !returning.inline && !settled.body.trim().is_empty() {
        let cited = known.incidents.iter().map(|of| (of.incident, of.version));
        let cited: Vec<Cited> = cited.collect();
        let stored = known.body.as_deref().unwrap_or_default();
        let body = shown.restored(&settled.body, &settled.listed, stored, &cited);
        said.body = Some(shown.of_known_people(body));
    }
    let (kept, new) = endorsers_now(returning, before, said.body.as_deref().unwrap_or_default());
    let read = read(returning, &said, new)?;
    let kept = kept.into_iter().map(|kept| Endorser {
        organization: Reference::Number(kept.organization),
        matched_text: kept.matched_text.clone(),
        endorsed_on: kept.endorsed_on,
    });
    said.endorsers = kept.chain(read.endorsers).collect();
    if said.body != known.body {
        said.links = read.links.into_iter().map(|link| as_known(link, &known.links)).collect();
    }
    said.date = read.date;
    if returning.has.contains(&"draft") {
        said.draft = read.draft;
    }
    if returning.has.contains(&"tags") {
        said.tags = read.tags;
    }
    if returning.has.contains(&"known_on") {
        said.known_on = read.known_on;
    }
    if returning.has.contains(&"annex") {
        said.annex = read.annex;
    }
    said.url = read.url.or(said.url);
    let listed = with_typed(&settled.listed, known, said.body.as_deref(), is_known);
    said.incidents = cited(&known.incidents, &listed);
    for (name, value) in &returning.front_matter {
        let same = known.front_matter.get(name).filter(|known| shown.is_shown(value, known));
        let value = same.unwrap_or(value).clone();
        said.front_matter.insert(name.clone(), value);
    }
    Ok(said)
}

/// Reads what needs to be checked like what a client sends; texts with people are not among it.
fn read(
    returning: &Returning,
    said: &StatementFacts<Reference>,
    endorsers: Vec<Value>,
) -> Result<StatementFacts<Reference>, Invalid> {
    let mut value = Object::new();
    value.insert("title".into(), "title".into());
    for member in ["date", "draft", "tags", "url", "known_on", "annex"] {
        value.insert(member.into(), returning.member(member));
    }
    value.insert("endorsers".into(), endorsers.into());
    let links = markdown::links(said.body.as_deref().unwrap_or_default()).into_iter();
    let links = links.map(|link| json!({"title": link.title, "url": link.url}));
    value.insert("links".into(), links.collect());
    match crate::draft::read(Kind::Statement, &Value::Object(value))?.0 {
        Facts::Statement(read) => Ok(read),
        _ => Ok(said.clone()),
    }
}

/// Who endorsed it before and still does, and who does now.
fn endorsers_now<'b>(
    returning: &Returning,
    before: &'b Before<'_>,
    text: &str,
) -> (Vec<&'b Endorser<Number>>, Vec<Value>) {
    let named = endorsers::find(text).0;
    let written = |endorser: &Endorser<Number>| {
        let (name, acronym) = (before.organization)(endorser.organization)?;
        Some(forms::Endorser { name, acronym, matched_text: None }.written())
    };
    // Who stood in the text and does no more is gone; who never did, or is not shown to everybody, stays.
    let stays = |endorser: &&Endorser<Number>| {
        endorser.matched_text.as_ref().is_none_or(|text| {
            named.iter().any(|named| named.matched_text == *text)
                || written(endorser).is_none_or(|written| returning.endorsers.contains(&written))
        })
    };
    let kept: Vec<&Endorser<Number>> = before.facts.endorsers.iter().filter(stays).collect();
    let has = |text: &str| kept.iter().any(|kept| kept.matched_text.as_deref() == Some(text));
    let in_text = named.iter().filter(|named| !has(&named.matched_text));
    let mut new: Vec<Value> = in_text.map(endorsers::Endorser::value).collect();
    let known: Vec<String> = kept.iter().filter_map(|kept| written(kept)).collect();
    let beside = returning.endorsers.iter().filter(|written| !known.contains(written));
    new.extend(beside.map(|written| described(written)));
    (kept, new)
}

/// What a file lists, and the marks that somebody typed into it.
fn with_typed(
    listed: &[Cited],
    known: &StatementFacts<Number>,
    body: Option<&str>,
    is_known: &impl Fn(Number) -> bool,
) -> Vec<Cited> {
    let marked = |text: Option<&str>| -> Vec<Cited> {
        let marks = marks::marks(text.unwrap_or_default()).into_iter();
        marks.filter_map(|mark| Some((mark.number.ok()?, mark.version))).collect()
    };
    let mut all = listed.to_vec();
    let before = marked(known.body.as_deref());
    for (number, version) in marked(body) {
        let told = before.iter().chain(&all).any(|(of, _)| *of == number);
        if !told && is_known(number) {
            all.push((number, version));
        }
    }
    all
}

/// What is cited now: what was, each in the version that the file says, and what the file cites besides. Nothing is taken away, because
/// the file may come from somebody who does not see all.
fn cited(known: &[Citation<Number>], listed: &[Cited]) -> Vec<Citation<Reference>> {
    let mut now: Vec<Cited> = known.iter().map(|of| (of.incident, of.version)).collect();
    for (number, version) in listed {
        let told = listed.iter().filter(|(of, _)| of == number).count();
        let places: Vec<usize> = (0..now.len()).filter(|nth| now[*nth].0 == *number).collect();
        match (places.as_slice(), version) {
            ([_, ..], None) => {}
            ([only], Some(_)) if told == 1 => now[*only].1 = *version,
            _ if now.contains(&(*number, *version)) => {}
            _ => now.push((*number, *version)),
        }
    }
    let now = now.into_iter();
    now.map(|(incident, version)| Citation { incident: Reference::Number(incident), version })
        .collect()
}

fn as_known(link: Link, known: &[Link]) -> Link {
    let same = known.iter().find(|known| known.url == link.url);
    same.map_or(link, |known| Link { url_names: Vec::new(), ..known.clone() })
}
