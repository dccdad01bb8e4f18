//! Whom a statement names because a record that it cites names them. They become people of the statement, and their tokens stand in
//! its text, so that a name which is taken down goes from there as well.

use std::collections::HashSet;

use amparo_domain::facts::{Instead, NamelessText, Stored};
use amparo_domain::incident::PersonLink;
use amparo_domain::names::Names;
use amparo_domain::number::Number;
use amparo_domain::text;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{Display, State};

use super::cited;
use crate::error::StoreError;
use crate::spelled::{Ordinary, names_of};
use crate::writing::Writing;

impl Writing<'_> {
    /// Takes those into the people of a statement whom its texts name and a published record that it cites shows by name, and writes
    /// their tokens. A name that cannot be told for certain stays, and is refused like one of the statement's own people.
    pub(crate) async fn take_in_the_named(
        &self,
        facts: &mut Stored,
        written: &[(String, String)],
    ) -> Result<(), StoreError> {
        let mut links = self.named_in_cited(facts).await?;
        if links.is_empty() {
            return Ok(());
        }
        let mut with_them = with_people(facts.clone(), links.clone());
        let people = self.names_for(std::iter::once(&with_them)).await?;
        let names = names_of(&with_them, &people, written);
        let around = self.around(std::iter::once(&with_them)).await?;
        let found = write_tokens(&mut with_them, &links, &names, &Ordinary::of(facts, &around));
        links.retain(|link| found.named.contains(&link.reference));
        if links.is_empty() {
            return Ok(());
        }
        if !found.in_doubt.is_empty() && !self.importing {
            return Err(Invalid(found.in_doubt).into());
        }
        if let (Stored::Statement(statement), Stored::Statement(before)) = (&mut with_them, &*facts)
        {
            statement.people.truncate(before.people.len());
        }
        *facts = with_people(with_them, links);
        Ok(())
    }

    /// Refuses to publish a statement that names somebody whom a record names only since it was saved.
    pub(crate) async fn has_taken_in_the_named(&self, facts: &Stored) -> Result<(), StoreError> {
        let mut now = facts.clone();
        self.take_in_the_named(&mut now, &[]).await?;
        if now == *facts {
            return Ok(());
        }
        let message = "names somebody whom a record that it cites shows by name since this was saved: save it again, so that the \
                       name goes from here if it is taken down there";
        Err(StoreError::issue(Issue::at("", message)))
    }

    /// The people whom published records that a statement cites show by name and that are not its own yet, as it would call them.
    async fn named_in_cited(&self, facts: &Stored) -> Result<Vec<PersonLink<Number>>, StoreError> {
        let Stored::Statement(statement) = facts else { return Ok(Vec::new()) };
        if statement.incidents.is_empty() {
            return Ok(Vec::new());
        }
        let mut cards =
            cited::read(self.tx, &self.audience, true, &statement.incidents, None).await?;
        self.hide_taken_down_in(&mut cards).await?;
        let mut known: HashSet<Number> = facts.people().iter().map(|link| link.person).collect();
        let numbers = facts.people().iter().map(|link| &link.reference);
        let numbers = numbers.filter_map(|reference| reference.strip_prefix('P')?.parse().ok());
        let mut last: u32 = numbers.max().unwrap_or(0);
        let mut links = Vec::new();
        let published = cards.iter().filter(|raw| raw.shown.state == State::Published);
        for link in published.flat_map(|raw| raw.shown.facts.people()) {
            if link.display != Display::Name || !known.insert(link.person) {
                continue;
            }
            last += 1;
            // What a position says of others, it says by their tokens in the record that is cited.
            let position = link.position.clone();
            let position = position.filter(|position| text::mentions(position).is_empty());
            let reference = format!("P{last}");
            links.push(PersonLink { reference, position, decided: None, ..link.clone() });
        }
        Ok(links)
    }
}

/// A statement with more people.
fn with_people(mut facts: Stored, links: Vec<PersonLink<Number>>) -> Stored {
    if let Stored::Statement(statement) = &mut facts {
        statement.people.extend(links);
    }
    facts
}

/// What was found of names.
#[derive(Default)]
struct Found {
    /// Of whom.
    named: HashSet<String>,
    /// Where it cannot be told whom a word means.
    in_doubt: Vec<Issue>,
}

/// Writes tokens where names of these people stand that can be told for certain. The names of the statement's own people are left to
/// those who look for them.
fn write_tokens(
    facts: &mut Stored,
    people: &[PersonLink<Number>],
    names: &Names,
    ordinary: &Ordinary<'_>,
) -> Found {
    let is_one = |reference: &String| people.iter().any(|link| link.reference == *reference);
    let mut found = Found::default();
    facts.each_text(|NamelessText { place, text, instead }| {
        let mut told = names.in_text(text);
        told.retain(|told| ordinary.counts(told) && told.people.iter().all(is_one));
        let mut tokens = Vec::new();
        for told in told {
            if told.within {
                let message = "may name somebody whom a record that it cites shows by name, or somebody else: write the whole name, or \
                               add whom you mean to people";
                found.in_doubt.push(Issue::at(place.clone(), message));
                continue;
            }
            found.named.extend(told.people.iter().cloned());
            if let ([person], Instead::Token) = (told.people, instead) {
                tokens.push((told.range, format!("{{{person}}}")));
            }
        }
        for (range, token) in tokens.into_iter().rev() {
            text.replace_range(range, &token);
        }
    });
    found.in_doubt.dedup();
    found
}
