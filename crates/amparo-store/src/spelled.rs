//! Names of people stand in one place: what spells them out elsewhere is refused, replaced in an
//! import, or, if it is an address, noted to be hidden with the name.

use amparo_domain::country::CountryCode;
use amparo_domain::facts::{Draft, Facts, Instead, NamelessText, Stored};
use amparo_domain::fold;
use amparo_domain::names::{self, Names, Told};
use amparo_domain::number::Number;
use amparo_domain::reference::{Reference, Relation};
use amparo_domain::source::SpelledAddress;
use amparo_domain::validation::{Invalid, Issue};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use crate::bulk::{KEYS_MAX, padded};
use crate::entity::{record, reference};
use crate::error::StoreError;
use crate::names as name_rows;
use crate::records;
use crate::save::Around;
use crate::writing::{NamesByPerson, Writing};

/// What an import writes where a name stood and no token can.
const LEFT_OUT: &str = "[name left out]";

/// The names a writer gives the people of a record, each with its reference. A name that only
/// leads to somebody is as much theirs as one that is stored.
pub(crate) fn written_names(draft: &Draft) -> Vec<(String, String)> {
    let described = draft.people().iter().filter_map(|link| match &link.person {
        Reference::Described(draft) => Some((&link.reference, &**draft)),
        _ => None,
    });
    let mut written = Vec::new();
    for (reference, draft) in described {
        if let Facts::Person(person) = draft {
            let names = person.names.iter();
            written.extend(names.map(|name| (reference.clone(), name.text.clone())));
        }
    }
    written
}

/// The names that the texts of a record may not spell.
pub(crate) fn names_of(
    facts: &Stored,
    people: &NamesByPerson,
    written: &[(String, String)],
) -> Names {
    let mut names = Names::default();
    for link in facts.people() {
        for row in people.get(&link.person).into_iter().flatten() {
            names.add(&link.reference, &row.text);
        }
    }
    for (reference, name) in written {
        names.add(reference, name);
    }
    if let Stored::Person(person) = facts {
        person.names.iter().for_each(|name| names.add("", &name.text));
    }
    names
}

/// Whether a text spells out one of the names.
pub(crate) fn spells(text: &str, names: &Names, ordinary: &Ordinary<'_>) -> bool {
    let addresses = names::addresses(text).into_iter();
    let mut in_addresses = addresses.flat_map(|range| names.in_address(&text[range]));
    names.in_text(text).iter().any(|told| ordinary.counts(told))
        || in_addresses.any(|told| ordinary.counts(&told))
}

/// Finds what spells out a name of the record's own people. It is refused, or replaced where `replace`
/// says so. Of addresses it is noted whose names they spell.
pub(crate) fn keep_names_out(
    facts: &mut Stored,
    names: &Names,
    around: &Around,
    replace: bool,
) -> Vec<Issue> {
    if names.is_empty() {
        return Vec::new();
    }
    let ordinary = Ordinary::of(facts, around);
    let mut issues = Vec::new();
    let mut spelled: Vec<SpelledAddress> = Vec::new();
    facts.each_text(|NamelessText { place, text, instead }| {
        let mut told: Vec<Told<'_>> = names.in_text(text);
        told.retain(|told| ordinary.counts(told));
        let mut left_out = Vec::new();
        for range in names::addresses(text) {
            let people = ordinary.people(names.in_address(&text[range.clone()]));
            if people.is_empty() {
                continue;
            }
            let address = &text[range.clone()];
            if instead != Instead::Token {
                left_out.push(range);
            } else if !spelled.iter().any(|known| known.address == address) {
                spelled.push(SpelledAddress { address: address.to_owned(), names: people });
            }
        }
        if told.is_empty() && left_out.is_empty() {
            return;
        }
        if replace && instead != Instead::Refused {
            let told = told.iter().map(|told| (told.range.clone(), replacement(told, instead)));
            let left_out = left_out.into_iter().map(|range| (range, LEFT_OUT.to_owned()));
            let mut changes: Vec<_> = told.chain(left_out).collect();
            changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
            for (range, replacement) in changes {
                text.replace_range(range, &replacement);
            }
            return;
        }
        if told.is_empty() {
            issues.push(Issue::at(place.clone(), "spells out a personal name"));
        }
        for told in told {
            let issue = refusal(&place, &told, instead);
            if !issues.contains(&issue) {
                issues.push(issue);
            }
        }
    });
    note_addresses(facts, names, &ordinary, spelled);
    issues
}

fn replacement(told: &Told<'_>, instead: Instead) -> String {
    match told.people {
        // Whom a part of a longer name means, or a name that two share, is not ours to say.
        [person] if instead == Instead::Token && !told.within => format!("{{{person}}}"),
        _ => LEFT_OUT.to_owned(),
    }
}

fn refusal(place: &str, told: &Told<'_>, instead: Instead) -> Issue {
    if instead != Instead::Token {
        return Issue::at(place, "spells out a personal name");
    }
    let tokens: Vec<String> = told.people.iter().map(|person| format!("{{{person}}}")).collect();
    let message = format!("spells out a personal name; write {} instead", tokens.join(" or "));
    Issue::at(place, message).suggesting(tokens)
}

fn note_addresses(
    facts: &mut Stored,
    names: &Names,
    ordinary: &Ordinary<'_>,
    spelled: Vec<SpelledAddress>,
) {
    // Nobody but staff reads the record of a person, who see the names in it.
    if matches!(facts, Stored::Person(_)) {
        return;
    }
    let told_by = |addresses: &[Option<&str>]| {
        let told = addresses.iter().flatten().flat_map(|address| names.in_address(address));
        ordinary.people(told.collect())
    };
    for source in facts.sources_mut() {
        source.url_names = told_by(&[source.url.as_deref(), source.archived_url.as_deref()]);
    }
    match facts {
        Stored::Incident(incident) => incident.spelled = spelled,
        Stored::Statement(statement) => {
            statement.url_names = told_by(&[statement.url.as_deref()]);
            for link in &mut statement.links {
                link.url_names = told_by(&[Some(&link.url)]);
            }
            statement.spelled = spelled;
        }
        _ => {}
    }
}

/// What else in a record has words that could be those of a name.
pub(crate) struct Ordinary<'a> {
    country: Option<CountryCode>,
    of_places: Vec<String>,
    keys: Vec<&'a String>,
}

impl<'a> Ordinary<'a> {
    /// The country, the place, the organizations and the election of a record.
    pub(crate) fn of(facts: &Stored, around: &'a Around) -> Self {
        let (country, of_places) = match facts {
            Stored::Incident(incident) => {
                let places = [&incident.place, &incident.admin1];
                let words = places.into_iter().flatten().flat_map(|p| names::words_of_place(p));
                (Some(incident.country), words.collect())
            }
            Stored::Statement(statement) => (statement.country, Vec::new()),
            _ => (None, Vec::new()),
        };
        let references = facts.references().into_iter();
        let named = references.filter(|(relation, ..)| lends_words(*relation));
        let keys = named.filter_map(|(_, _, number)| around.keys(*number)).flatten().collect();
        Self { country, of_places, keys }
    }

    /// Whether a place counts: a whole name does, a single word unless it is a word of something else.
    pub(crate) fn counts(&self, told: &Told<'_>) -> bool {
        told.part.as_ref().is_none_or(|word| !self.has(word))
    }

    fn has(&self, word: &str) -> bool {
        let country = self.country.map(CountryCode::country);
        let mut of_country = country.into_iter().flat_map(|country| {
            country.names.all().into_iter().chain(country.aliases.iter().map(String::as_str))
        });
        self.keys.iter().any(|key| key.split(' ').any(|of_key| of_key == word))
            || self.of_places.iter().any(|of_place| of_place == word)
            || of_country.any(|name| fold::words(name).any(|of_country| of_country == word))
    }

    /// Whom some places tell, each person once.
    fn people(&self, told: Vec<Told<'_>>) -> Vec<String> {
        let mut people: Vec<String> = Vec::new();
        for person in told.iter().filter(|told| self.counts(told)).flat_map(|told| told.people) {
            if !people.contains(person) {
                people.push(person.clone());
            }
        }
        people
    }
}

/// Whether the words of the names of what is referred to are words like others.
///
/// A case is not among them: it is often called by the name of somebody in it.
pub(crate) const fn lends_words(relation: Relation) -> bool {
    matches!(
        relation,
        Relation::Organization
            | Relation::Affiliation
            | Relation::Election
            | Relation::Issuer
            | Relation::Endorser
    )
}

impl Writing<'_> {
    /// Refuses a reason that spells out the name of one of the record's people: it is public with
    /// the version and stays in the audit trail.
    pub(crate) async fn keep_names_out_of(
        &self,
        reason: Option<&str>,
        facts: &Stored,
    ) -> Result<(), StoreError> {
        self.keep_names_out_of_text("/reason", reason, facts).await
    }

    /// The same for another text about a record, which is told by its place in what was sent.
    pub(crate) async fn keep_names_out_of_text(
        &self,
        place: &str,
        text: Option<&str>,
        facts: &Stored,
    ) -> Result<(), StoreError> {
        let Some(text) = text else {
            return Ok(());
        };
        let people = self.names_for(std::iter::once(facts)).await?;
        let names = names_of(facts, &people, &[]);
        let around = self.around_people(facts, &names).await?;
        if spells(text, &names, &Ordinary::of(facts, &around)) {
            let message = "spells out a personal name; say it without";
            return Err(StoreError::issue(Issue::at(place, message)));
        }
        Ok(())
    }

    /// Refuses a text about a person that spells out their own name.
    pub(crate) async fn keep_own_name_out_of(
        &self,
        place: &str,
        text: Option<&str>,
        person: Number,
        facts: &Stored,
    ) -> Result<(), StoreError> {
        let Some(text) = text else {
            return Ok(());
        };
        let mut names = Names::default();
        for row in name_rows::of_people(self.tx, vec![person]).await?.into_values().flatten() {
            names.add("P1", &row.text);
        }
        let around = self.around(std::iter::once(facts)).await?;
        if spells(text, &names, &Ordinary::of(facts, &around)) {
            let message = "spells out a personal name; say it without";
            return Err(StoreError::issue(Issue::at(place, message)));
        }
        Ok(())
    }

    /// Refuses to publish what spells out a name that its people were given since it was saved.
    pub(crate) async fn keep_new_names_out_of(&self, facts: &Stored) -> Result<(), StoreError> {
        let people = self.names_for(std::iter::once(facts)).await?;
        let names = names_of(facts, &people, &[]);
        if names.is_empty() {
            return Ok(());
        }
        let around = self.around(std::iter::once(facts)).await?;
        let mut now = facts.clone();
        let mut issues = keep_names_out(&mut now, &names, &around, false);
        if issues.is_empty() && now != *facts {
            let message =
                "an address spells out a name that is new since this was saved: save it again";
            issues.push(Issue::at("", message));
        }
        if issues.is_empty() { Ok(()) } else { Err(Invalid(issues).into()) }
    }

    /// Where names that a person is about to get stand already, in records that name the person and
    /// that the writer can see.
    pub(crate) async fn spelled_already(
        &self,
        person: Number,
        facts: &Stored,
    ) -> Result<Vec<Issue>, StoreError> {
        let Stored::Person(person_facts) = facts else {
            return Ok(Vec::new());
        };
        let rows = name_rows::of_people(self.tx, vec![person]).await?;
        let rows = rows.get(&person).map_or(&[][..], Vec::as_slice);
        let all = person_facts.names.iter().enumerate();
        let new: Vec<(usize, &str)> = all
            .map(|(i, name)| (i, name.text.as_str()))
            .filter(|(_, name)| rows.iter().all(|row| row.text != *name))
            .collect();
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut warnings = Vec::new();
        for row in self.naming(person).await? {
            let shown = self.facts_at(&row, row.shown).await?;
            self.spelled_in(&row, row.public == 1, person, &shown, &new, &mut warnings).await?;
            if row.revision != row.shown && self.audience.sees_network(&row.network) {
                let working = self.facts_at(&row, row.revision).await?;
                self.spelled_in(&row, false, person, &working, &new, &mut warnings).await?;
            }
        }
        Ok(warnings)
    }

    /// The records that name a person, of those that the writer can see.
    async fn naming(&self, person: Number) -> Result<Vec<record::Model>, StoreError> {
        let numbers: Vec<i64> = reference::Entity::find()
            .select_only()
            .column(reference::Column::FromNumber)
            .filter(reference::Column::ToNumber.eq(person.as_i64()))
            .filter(reference::Column::Relation.eq(Relation::Person.code()))
            .distinct()
            .into_tuple()
            .all(self.tx)
            .await?;
        let mut rows = Vec::new();
        for some in numbers.chunks(KEYS_MAX) {
            let some = record::Entity::find()
                .filter(record::Column::Number.is_in(padded(some.to_vec())))
                .filter(records::visible_to(&self.audience));
            rows.append(&mut some.all(self.tx).await?);
        }
        rows.sort_unstable_by_key(|row| row.number);
        Ok(rows)
    }

    async fn spelled_in(
        &self,
        row: &record::Model,
        public: bool,
        person: Number,
        facts: &Stored,
        new: &[(usize, &str)],
        warnings: &mut Vec<Issue>,
    ) -> Result<(), StoreError> {
        let around = self.around(std::iter::once(facts)).await?;
        let number = crate::save::read_number(row)?;
        for (nth, name) in new {
            let mut names = Names::default();
            for link in facts.people().iter().filter(|link| link.person == person) {
                names.add(&link.reference, name);
            }
            let mut now = facts.clone();
            let issues = keep_names_out(&mut now, &names, &around, false);
            let spelled = places_of_addresses(&now);
            let before = places_of_addresses(facts);
            let addresses = spelled.into_iter().filter(|place| !before.contains(place));
            let places = issues.into_iter().map(|issue| issue.pointer).chain(addresses);
            for place in places {
                let readers = if public { ", where everybody reads it" } else { "" };
                let message = format!(
                    "{number} spells out this name at {place}{readers}: write the token of the person there"
                );
                let warning = Issue::at(format!("/names/{nth}/name"), message);
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
        }
        Ok(())
    }
}

/// Where the addresses stand that are known to spell out a name.
fn places_of_addresses(facts: &Stored) -> Vec<String> {
    let sources = facts.sources().iter().enumerate();
    let sources = sources.filter(|(_, source)| !source.url_names.is_empty());
    let mut places: Vec<String> = sources.map(|(i, _)| format!("/sources/{i}/url")).collect();
    if let Stored::Statement(statement) = facts {
        places.extend((!statement.url_names.is_empty()).then(|| "/url".to_owned()));
        let links = statement.links.iter().enumerate();
        let links = links.filter(|(_, link)| !link.url_names.is_empty());
        places.extend(links.map(|(i, _)| format!("/links/{i}/url")));
    }
    places
}
