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

/// Whom published records that a statement cites show by name.
struct Shown {
    /// Those who are not among its people yet, as it would call them.
    new: Vec<PersonLink<Number>>,
    /// What it calls those who are.
    own: Vec<String>,
}

impl Shown {
    fn includes(&self, reference: &String) -> bool {
        self.own.contains(reference) || self.new.iter().any(|link| link.reference == *reference)
    }
}

impl Writing<'_> {
    /// Takes those into the people of a statement whom its texts name and a published record that it cites shows by name, and writes
    /// their tokens, and those of its people whom such a record shows. A word that may be the name of somebody else is refused.
    pub(crate) async fn take_in_the_named(
        &self,
        facts: &mut Stored,
        written: &[(String, String)],
    ) -> Result<(), StoreError> {
        let mut shown = self.shown_in_cited(facts).await?;
        if shown.new.is_empty() && shown.own.is_empty() {
            return Ok(());
        }
        let own = facts.people().len();
        let mut told = with_people(facts.clone(), shown.new.clone());
        let people = self.names_for(std::iter::once(&told)).await?;
        let names = names_of(&told, &people, written);
        let around = self.around(std::iter::once(&told)).await?;
        let found = write_tokens(&mut told, &shown, &names, &Ordinary::of(facts, &around));
        if found.named.is_empty() {
            return Ok(());
        }
        if !found.in_doubt.is_empty() && !self.importing {
            return Err(Invalid(found.in_doubt).into());
        }
        shown.new.retain(|link| found.named.contains(&link.reference));
        if let Stored::Statement(statement) = &mut told {
            statement.people.truncate(own);
        }
        *facts = with_people(told, shown.new);
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

    async fn shown_in_cited(&self, facts: &Stored) -> Result<Shown, StoreError> {
        let mut shown = Shown { new: Vec::new(), own: Vec::new() };
        let Stored::Statement(statement) = facts else { return Ok(shown) };
        if statement.incidents.is_empty() {
            return Ok(shown);
        }
        let mut cards =
            cited::read(self.tx, &self.audience, true, &statement.incidents, None).await?;
        self.hide_taken_down_in(&mut cards).await?;
        let numbers = statement.people.iter().map(|link| &link.reference);
        let numbers = numbers.filter_map(|reference| reference.strip_prefix('P')?.parse().ok());
        let mut last: u32 = numbers.max().unwrap_or(0);
        let mut known: HashSet<Number> = HashSet::new();
        let published = cards.iter().filter(|raw| raw.shown.state == State::Published);
        for link in published.flat_map(|raw| raw.shown.facts.people()) {
            if link.display != Display::Name || !known.insert(link.person) {
                continue;
            }
            let own = statement.people.iter().filter(|own| own.person == link.person);
            let mut own = own.map(|own| own.reference.clone()).peekable();
            if own.peek().is_some() {
                shown.own.extend(own);
                continue;
            }
            last += 1;
            // What a position says of others, it says by their tokens in the record that is cited.
            let position = link.position.clone();
            let position = position.filter(|position| text::mentions(position).is_empty());
            let reference = format!("P{last}");
            shown.new.push(PersonLink { reference, position, decided: None, ..link.clone() });
        }
        Ok(shown)
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

/// Writes tokens where names of these people stand that can be told for certain. Other names of the statement's people are left to those
/// who look for them.
fn write_tokens(
    facts: &mut Stored,
    shown: &Shown,
    names: &Names,
    ordinary: &Ordinary<'_>,
) -> Found {
    let mut found = Found::default();
    facts.each_text(|NamelessText { place, text, instead }| {
        let mut told = names.in_text(text);
        told.retain(|told| ordinary.counts(told) && told.people.iter().all(|person| shown.includes(person)));
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
