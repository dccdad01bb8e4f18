//! Whom a record of days gone by may show by name: only people whom it shows by name today, and of one that
//! was merged since, only those whom the other shows as well. So a name that goes today goes everywhere.

use std::collections::{BTreeMap, HashMap};

use amparo_domain::facts::Stored;
use amparo_domain::incident::PersonLink;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::{Display, State};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};

use crate::bulk::padded;
use crate::entity::{merge, record, revision};
use crate::error::StoreError;
use crate::merging::{CHAIN_MAX, same_people_of};
use crate::records::{read_facts, show_as_today, shown_revision};

/// What is shown today of some records.
#[derive(Default)]
pub(crate) struct Today {
    shown: HashMap<i64, Card>,
    /// Of those that were merged: who is who in the one that stays, and which that is.
    merged: HashMap<i64, Chain>,
}

struct Card {
    merged: bool,
    withdrawn: bool,
    revision: i32,
    people: Vec<PersonLink<Number>>,
}

/// From a merged record to the one that holds today what it said.
struct Chain {
    at: i64,
    same: Vec<BTreeMap<i64, i64>>,
    /// The revision of the one that stays from which on it says what both said.
    says_both_from: i32,
}

impl Today {
    /// What is shown today of these records, in a bounded number of statements.
    pub(crate) async fn of(db: &impl ConnectionTrait, numbers: &[i64]) -> Result<Self, StoreError> {
        let mut today = Self::default();
        today.add(db, numbers.to_vec()).await?;
        let mut last: Vec<i64> = numbers.to_vec();
        last.retain(|number| today.shown.get(number).is_some_and(|card| card.merged));
        for number in &last {
            let chain = Chain { at: *number, same: Vec::new(), says_both_from: 0 };
            today.merged.insert(*number, chain);
        }
        for _ in 0..CHAIN_MAX {
            if last.is_empty() {
                break;
            }
            let merges = merge::Entity::find()
                .filter(merge::Column::Loser.is_in(padded(last)))
                .filter(merge::Column::UnmergedAt.is_null())
                .all(db)
                .await?;
            let mut survivors = Vec::new();
            for chain in today.merged.values_mut() {
                if let Some(merged) = merges.iter().find(|merged| merged.loser == chain.at) {
                    chain.at = merged.survivor;
                    chain.same.push(same_people_of(merged));
                    chain.says_both_from = merged.revision_after;
                    survivors.push(merged.survivor);
                }
            }
            today.add(db, survivors.clone()).await?;
            survivors.retain(|number| today.shown.get(number).is_some_and(|card| card.merged));
            last = survivors;
        }
        Ok(today)
    }

    async fn add(
        &mut self,
        db: &impl ConnectionTrait,
        mut numbers: Vec<i64>,
    ) -> Result<(), StoreError> {
        numbers.retain(|number| !self.shown.contains_key(number));
        if numbers.is_empty() {
            return Ok(());
        }
        let rows: Vec<(i64, String, String, i32, String)> = record::Entity::find()
            .select_only()
            .columns([
                record::Column::Number,
                record::Column::Kind,
                record::Column::State,
                record::Column::Shown,
            ])
            .column(revision::Column::Snapshot)
            .join(sea_orm::JoinType::InnerJoin, shown_revision())
            .filter(record::Column::Number.is_in(padded(numbers)))
            .into_tuple()
            .all(db)
            .await?;
        for (number, kind, state, revision, snapshot) in rows {
            let (_, facts) = read_facts(number, &kind, &snapshot)?;
            let card = Card {
                merged: state == State::Merged.code(),
                withdrawn: state == State::Withdrawn.code(),
                revision,
                people: facts.people().to_vec(),
            };
            self.shown.insert(number, card);
        }
        Ok(())
    }

    /// Shows no name in what a record said once that is not shown today.
    pub(crate) fn restrict(&self, number: Number, facts: &mut Stored) {
        let number = number.as_i64();
        let own = self.shown.get(&number);
        let stays = self.merged.get(&number);
        for link in facts.people_mut() {
            if link.display != Display::Name {
                continue;
            }
            let person = link.person.as_i64();
            show_as_today(link, shown_as(own, person));
            let Some(chain) = stays else { continue };
            let other = self.shown.get(&chain.at);
            // What both say together may not be shown yet.
            if other.is_some_and(|card| !card.withdrawn && card.revision < chain.says_both_from) {
                continue;
            }
            let called = chain.same.iter();
            let person = called.fold(person, |one, same| same.get(&one).copied().unwrap_or(one));
            show_as_today(link, shown_as(other.filter(|card| !card.withdrawn), person));
        }
        // Whom today withholds tells no more of them than one who was withheld then.
        if let std::borrow::Cow::Owned(narrowed) = facts.narrowed(Tier::Public) {
            *facts = narrowed;
        }
    }
}

fn shown_as(card: Option<&Card>, person: i64) -> impl Iterator<Item = &PersonLink<Number>> + Clone {
    let people = card.map_or(&[][..], |card| &card.people);
    people.iter().filter(move |link| link.person.as_i64() == person)
}
