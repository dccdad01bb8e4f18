//! The rows that new records become: built first, written together.

use amparo_domain::access::Actor;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveValue, ConnectionTrait};

use crate::audit::{self, Entry};
use crate::bulk::{self, Together};
use crate::card::{self, Context};
use crate::entity::{
    audit_entry, commitment, confidential, custody_span, external_id, incident_term, known_custody,
    name_key, name_word, person_name, record, reference, revision, salt, tally, version,
};
use crate::error::StoreError;
use crate::names;
use crate::proofs::{self, Commitment};
use crate::rollups::{self, Adds, Pending};
use crate::search;
use crate::sums::Sums;

/// Rows of every table that a save writes.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    cards: Vec<record::ActiveModel>,
    pub revisions: Vec<revision::ActiveModel>,
    pub versions: Vec<version::ActiveModel>,
    pub commitments: Vec<Commitment>,
    /// The numbers of those that the public sees by it.
    pub published: Vec<i64>,
    pub external: Vec<external_id::ActiveModel>,
    pub confidential: Vec<confidential::ActiveModel>,
    pub names: Vec<person_name::ActiveModel>,
    pub audit: Vec<Entry>,
    references: Vec<reference::ActiveModel>,
    terms: Vec<incident_term::ActiveModel>,
    keys: Vec<name_key::ActiveModel>,
    words: Vec<(i64, String)>,
    spans: Vec<custody_span::ActiveModel>,
    known: Vec<known_custody::ActiveModel>,
    tallies: Vec<tally::ActiveModel>,
    sums: Sums,
}

impl Rows {
    /// Adds what a record refers to and what it is found by.
    pub(crate) fn add_links(&mut self, number: Number, facts: &Stored, context: &Context<'_>) {
        self.references.extend(card::references(number, facts));
        self.terms.extend(card::terms(number, facts));
        self.spans.extend(card::custody_spans(number, facts));
        self.known.extend(card::known_custody(number, facts));
        let keys = card::name_keys(facts).into_iter();
        self.keys.extend(
            keys.map(|key| name_key::ActiveModel { number: Set(number.as_i64()), key: Set(key) }),
        );
        self.words.push((number.as_i64(), card::search_words(facts, context)));
    }

    /// The same links and words under another key: those of a card of days gone by, which no record has.
    pub(crate) fn under_key(mut self, key: i64) -> Self {
        self.references.iter_mut().for_each(|row| row.from_number = Set(key));
        self.terms.iter_mut().for_each(|row| row.incident = Set(key));
        self.spans.iter_mut().for_each(|row| row.incident = Set(key));
        self.known.iter_mut().for_each(|row| row.incident = Set(key));
        self.words.iter_mut().for_each(|(of, _)| *of = key);
        self.keys.clear();
        self
    }

    /// Takes the words of the record that was added last away again.
    pub(crate) fn forget_words(&mut self) {
        self.words.pop();
    }

    /// Adds the card of a new record; one that is published is counted at once.
    pub(crate) fn add_card(&mut self, card: record::ActiveModel, facts: &Stored) {
        if facts.kind() == Kind::Incident && card.public == Set(1) {
            let number = key(&card.number);
            let terms = Number::from_i64(number).map(|number| card::terms(number, facts));
            let adds = Adds::new(&card, rollups::terms_among(&terms.unwrap_or_default()));
            let text = adds.to_text();
            self.tallies.push(tally::ActiveModel { incident: Set(number), adds: Set(text) });
            self.sums.add(&adds, 1);
        }
        self.cards.push(card);
    }

    /// How many new records there are.
    pub(crate) fn records(&self) -> usize {
        self.cards.len()
    }

    /// Adds the rows of others.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.cards.append(&mut other.cards);
        self.revisions.append(&mut other.revisions);
        self.versions.append(&mut other.versions);
        self.commitments.append(&mut other.commitments);
        self.published.append(&mut other.published);
        self.external.append(&mut other.external);
        self.confidential.append(&mut other.confidential);
        self.names.append(&mut other.names);
        self.audit.append(&mut other.audit);
        self.references.append(&mut other.references);
        self.terms.append(&mut other.terms);
        self.keys.append(&mut other.keys);
        self.words.append(&mut other.words);
        self.spans.append(&mut other.spans);
        self.known.append(&mut other.known);
        self.tallies.append(&mut other.tallies);
        self.sums.append(other.sums);
    }

    /// Writes the rows of new records, with their audit rows.
    ///
    /// They go in by number: numbers are random, and an index that is filled in its own order touches
    /// each page once.
    pub(crate) async fn write(
        mut self,
        tx: &impl ConnectionTrait,
        actor: &Actor,
        now: DateTime<Utc>,
        pending: &Pending,
    ) -> Result<(), StoreError> {
        pending.add(std::mem::take(&mut self.sums));
        if self.cards.len() == 1 {
            return self.write_one(tx, actor, now).await;
        }
        self.cards.sort_unstable_by_key(|row| key(&row.number));
        self.tallies.sort_unstable_by_key(|row| key(&row.incident));
        self.versions.sort_unstable_by_key(|row| key(&row.number));
        bulk::insert::<record::Entity, _>(tx, std::mem::take(&mut self.cards)).await?;
        bulk::insert::<revision::Entity, _>(tx, std::mem::take(&mut self.revisions)).await?;
        bulk::insert::<version::Entity, _>(tx, std::mem::take(&mut self.versions)).await?;
        proofs::insert(tx, std::mem::take(&mut self.commitments)).await?;
        bulk::insert::<tally::Entity, _>(tx, std::mem::take(&mut self.tallies)).await?;
        bulk::insert::<external_id::Entity, _>(tx, std::mem::take(&mut self.external)).await?;
        let confidential = std::mem::take(&mut self.confidential);
        bulk::insert::<confidential::Entity, _>(tx, confidential).await?;
        names::insert(tx, std::mem::take(&mut self.names)).await?;
        audit::record(tx, actor, now, std::mem::take(&mut self.audit)).await?;
        self.write_links(tx, false).await
    }

    /// Writes the rows of one record at once.
    async fn write_one(
        self,
        tx: &impl ConnectionTrait,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut together = Together::new(tx);
        together.add::<record::Entity, _>(self.cards);
        together.add::<revision::Entity, _>(self.revisions);
        together.add::<version::Entity, _>(self.versions);
        let (committed, salts) = proofs::rows(self.commitments);
        together.add::<commitment::Entity, _>(committed);
        together.add::<salt::Entity, _>(salts);
        together.add::<tally::Entity, _>(self.tallies);
        together.add::<external_id::Entity, _>(self.external);
        together.add::<confidential::Entity, _>(self.confidential);
        let words = names::words(&self.names);
        together.add::<person_name::Entity, _>(self.names);
        together.add::<name_word::Entity, _>(words);
        together.add::<audit_entry::Entity, _>(audit::rows(actor, now, self.audit));
        together.add::<reference::Entity, _>(self.references);
        together.add::<incident_term::Entity, _>(self.terms);
        together.add::<custody_span::Entity, _>(self.spans);
        together.add::<known_custody::Entity, _>(self.known);
        together.add::<name_key::Entity, _>(self.keys);
        together.add_words(self.words);
        together.write(tx).await
    }

    /// Writes links and words, in place of the words that are there if `replace` says so.
    pub(crate) async fn write_links(
        mut self,
        tx: &impl ConnectionTrait,
        replace: bool,
    ) -> Result<(), StoreError> {
        // Stable, so that the references of a record stay in their order.
        self.references.sort_by_key(|row| key(&row.from_number));
        self.terms.sort_by_key(|row| key(&row.incident));
        // SQLite's full-text index flushes whatever it holds when a number is smaller than the last.
        self.words.sort_unstable_by_key(|(key, _)| *key);
        bulk::insert::<reference::Entity, _>(tx, self.references).await?;
        bulk::insert::<incident_term::Entity, _>(tx, self.terms).await?;
        bulk::insert::<custody_span::Entity, _>(tx, self.spans).await?;
        bulk::insert::<known_custody::Entity, _>(tx, self.known).await?;
        bulk::insert::<name_key::Entity, _>(tx, self.keys).await?;
        search::index_keys(tx, self.words, replace).await
    }
}

fn key(number: &ActiveValue<i64>) -> i64 {
    match number {
        ActiveValue::Set(number) | ActiveValue::Unchanged(number) => *number,
        ActiveValue::NotSet => 0,
    }
}
