//! What is to be looked at in a statement, and what keeps it from being published.
//!
//! What is answered before it is published depends on nothing that the caller may not see: who does not know whom a record is
//! about learns nothing by putting names into a text. Publishing alone looks at everything, because what is published is not called
//! back. It is refused without a word of which record and which name; and so that nobody finds out by trying, only so many times a day.

use std::collections::HashMap;

use amparo_domain::access::{Actor, Audience, Roles};
use amparo_domain::checks::{self, Check, Cited, Code, Severity};
use amparo_domain::facts::Stored;
use amparo_domain::number::Number;
use amparo_domain::statement::StatementFacts;
use amparo_domain::tier::Tier;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::Display;
use chrono::{NaiveDate, TimeDelta};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

use super::cited::{self, Drafting, Raw};
use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::entity::audit_entry;
use crate::error::StoreError;
use crate::records::{Labels, Record};
use crate::writing::Writing;

/// So many times a day a network may be refused for a name that its publisher does not know.
const REFUSALS_MAX: u64 = 3;
const REFUSALS_WINDOW: TimeDelta = TimeDelta::days(1);

/// A statement that was looked at.
#[derive(Debug, Clone)]
pub struct CheckedStatement {
    /// The statement and what it cites.
    pub drafting: Drafting,
    /// What is to be looked at.
    pub checks: Vec<Check>,
    /// The texts that were looked at, by their pointers.
    pub texts: HashMap<String, String>,
}

impl Store {
    /// What is to be looked at in the latest revision of a statement, for those who write and review it.
    pub async fn statement_checks(
        &self,
        audience: &Audience,
        number: Number,
    ) -> Result<CheckedStatement, StoreError> {
        let drafting = self.drafting(audience, number, None).await?;
        let (checks, texts) = self.looked_at(&drafting);
        // Who hears that a text has a name which a record does not show has read who that is.
        let named = checks.iter().filter(|check| check.severity == Severity::Blocks);
        let named = named.filter(|check| check.code == Code::ConfidentialName);
        self.note_names_told(audience, named.filter_map(|check| check.number).collect()).await?;
        Ok(CheckedStatement { drafting, checks, texts })
    }

    /// Refuses what keeps the latest revision of a statement from being exported, as far as the caller may know: nobody who does not know a
    /// name is told that it is one.
    pub async fn may_be_exported(
        &self,
        audience: &Audience,
        statement: &Record,
    ) -> Result<(), StoreError> {
        let drafting = self.drafting_of(audience, statement.clone(), None).await?;
        let (checks, _) = self.looked_at(&drafting);
        let blocks = checks.into_iter().filter(|check| check.severity == Severity::Blocks);
        let mut issues: Vec<Issue> =
            blocks.map(|check| Issue::at(check.pointer, check.message)).collect();
        issues.dedup();
        if issues.is_empty() { Ok(()) } else { Err(StoreError::Blocked { issues, unknown: false }) }
    }

    fn looked_at(&self, drafting: &Drafting) -> (Vec<Check>, HashMap<String, String>) {
        let facts = drafting.facts_as_shown();
        let Stored::Statement(facts) = &*facts else {
            return (Vec::new(), HashMap::new());
        };
        let cited: Vec<Cited> = drafting.cited.iter().map(|of| of.cited.clone()).collect();
        let statement = statement(facts, self.clock.today());
        let texts = statement.texts.iter().map(|(at, text)| (at.clone(), (*text).to_owned()));
        (checks::look(&statement, &cited), texts.collect())
    }

    async fn note_names_told(
        &self,
        audience: &Audience,
        mut records: Vec<Number>,
    ) -> Result<(), StoreError> {
        let Audience::Member(member) = audience else {
            return Ok(());
        };
        records.sort_unstable();
        records.dedup();
        if records.is_empty() {
            return Ok(());
        }
        let network = member.network.clone();
        let actor = Actor { id: member.who, roles: Roles::default(), network, fresh: false };
        self.write(&actor, move |writing| {
            let entry = |number: &Number| Entry {
                action: Action::ReadConfidential,
                number: Some(*number),
                revision: None,
                reason: None,
            };
            let read: Vec<Entry> = records.iter().map(entry).collect();
            Box::pin(async move {
                writing.unseen = true;
                audit::record(writing.tx, writing.actor, writing.now, read).await
            })
        })
        .await
    }

    /// Notes that a statement was not published because of a name that its publisher does not know.
    pub(crate) async fn note_refusal(
        &self,
        actor: &Actor,
        number: Number,
    ) -> Result<(), StoreError> {
        self.write(actor, move |writing| {
            Box::pin(async move {
                writing.unseen = true;
                let entry = Entry {
                    action: Action::RefuseName,
                    number: Some(number),
                    revision: None,
                    reason: None,
                };
                audit::record(writing.tx, writing.actor, writing.now, vec![entry]).await
            })
        })
        .await
    }
}

/// A statement as it is looked at.
fn statement(facts: &StatementFacts<Number>, today: NaiveDate) -> checks::Statement<'_> {
    let mut texts = vec![("/title".to_owned(), facts.title.as_str())];
    for (pointer, text) in [("/excerpt", &facts.excerpt), ("/body", &facts.body)] {
        texts.extend(text.as_deref().map(|text| (pointer.to_owned(), text)));
    }
    let tags = facts.tags.iter().enumerate();
    texts.extend(tags.map(|(nth, tag)| (format!("/tags/{nth}"), tag.as_str())));
    checks::Statement { texts, date: &facts.date, known_on: facts.known_on, today }
}

impl Writing<'_> {
    /// Refuses to publish a statement that rests on what was withdrawn, or names somebody whom a cited record does not name.
    pub(crate) async fn owes_no_block(&self, facts: &Stored) -> Result<(), StoreError> {
        let Stored::Statement(facts) = facts else {
            return Ok(());
        };
        let known_on = facts.known_on;
        let mut cards =
            cited::read(self.tx, &self.audience, false, &facts.incidents, known_on).await?;
        self.hide_taken_down_in(&mut cards).await?;
        let names = cited::hidden_names(self.tx, &cards, |_| true).await?;
        let mut words = self.words_around(&cards).await?;
        let (mut seen, mut all) = (Vec::new(), Vec::new());
        for raw in &cards {
            let mut of = cited::told(raw, &Labels::default(), known_on).cited;
            of.ordinary.append(words.entry(raw.shown.number).or_default());
            let mut unnamed = of.clone();
            cited::tell_people(&mut of, raw, &names);
            let knows = raw.access == Tier::Confidential;
            let none = HashMap::new();
            cited::tell_people(&mut unnamed, raw, if knows { &names } else { &none });
            seen.push(unnamed);
            all.push(of);
        }
        let statement = statement(facts, self.now.date_naive());
        let mut issues: Vec<Issue> = checks::look(&statement, &seen)
            .into_iter()
            .filter(|check| check.severity == Severity::Blocks)
            .map(|check| Issue::at(check.pointer, check.message))
            .collect();
        issues.dedup();
        if !issues.is_empty() {
            return Err(StoreError::Blocked { issues, unknown: false });
        }
        let hides = cards.iter().any(|raw| raw.access < Tier::Confidential);
        if !hides {
            return Ok(());
        }
        self.is_not_trying_names().await?;
        if checks::names::blocks(&statement, &all) {
            let message = "names somebody whom a record that it cites does not name: leave out every name that no cited record \
                           shows, or ask the networks that own the records";
            return Err(StoreError::Blocked {
                issues: vec![Issue::at("", message)],
                unknown: true,
            });
        }
        Ok(())
    }

    /// Whether the network was not refused too often today: the answer is the same whatever is in the text.
    async fn is_not_trying_names(&self) -> Result<(), StoreError> {
        let since = self.now - REFUSALS_WINDOW;
        let refused = audit_entry::Entity::find()
            .filter(audit_entry::Column::At.gte(since))
            .filter(audit_entry::Column::Action.eq(Action::RefuseName.code()))
            .filter(audit_entry::Column::Network.eq(&self.actor.network))
            .count(self.tx)
            .await?;
        if refused >= REFUSALS_MAX {
            let seconds = REFUSALS_WINDOW.num_seconds().unsigned_abs();
            return Err(StoreError::TooMany { seconds });
        }
        Ok(())
    }

    /// Shows nobody by name in what is cited whose name was taken down there or everywhere.
    pub(super) async fn hide_taken_down_in(&self, cards: &mut [Raw]) -> Result<(), StoreError> {
        let shown = cards.iter().flat_map(Raw::people).filter(|link| link.display == Display::Name);
        let taken = self.takedowns(shown.map(|link| link.person.as_i64()).collect()).await?;
        if taken.is_empty() {
            return Ok(());
        }
        for raw in cards {
            let number = raw.shown.number.as_i64();
            let then = raw.then.iter_mut().flat_map(Stored::people_mut);
            for link in raw.shown.facts.people_mut().iter_mut().chain(then) {
                let gone = taken.iter().any(|row| {
                    row.person == link.person.as_i64() && row.number.is_none_or(|of| of == number)
                });
                if gone && link.display == Display::Name {
                    link.display = Display::Role;
                }
            }
        }
        Ok(())
    }

    /// The folded words of the organizations and elections that records name, by the record.
    async fn words_around(
        &self,
        cards: &[Raw],
    ) -> Result<HashMap<Number, Vec<String>>, StoreError> {
        let around = self.around(cards.iter().map(|raw| &raw.shown.facts)).await?;
        let mut words: HashMap<Number, Vec<String>> = HashMap::new();
        for raw in cards {
            let of_it = words.entry(raw.shown.number).or_default();
            for (_, _, target) in raw.shown.facts.references() {
                let keys = around.keys(*target).into_iter().flatten();
                of_it.extend(keys.flat_map(|key| key.split(' ').map(str::to_owned)));
            }
        }
        Ok(words)
    }
}
