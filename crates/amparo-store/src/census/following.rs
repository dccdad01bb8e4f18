//! Incidents that followed others, among the packed cards: what [`crate::escalation`] asks.

use chrono::NaiveDate;

use super::asking::Asked;
use super::packed::{Packed, day};
use crate::escalation::{By, Lead, Pair, PairKey};
use amparo_domain::number::Number;

/// What is asked of pairs.
#[derive(Debug)]
pub(super) struct Following {
    pub first: Asked,
    pub second: Asked,
    pub within: u32,
    pub by: By,
    pub after: Option<PairKey>,
    pub limit: usize,
}

/// An incident in the order of its list: the day by which it is sorted, its number, its row.
type Placed = (i32, i64, usize);

impl Following {
    /// The pairs after a place in their list, the latest that followed first.
    pub(super) fn pairs(&self, cards: &Packed) -> Vec<Pair> {
        let place = |(on, number): (NaiveDate, Number)| (day(on), number.as_i64());
        let after = self.after.map(|key| (place(key.second), place(key.first)));
        let mut seconds = self.second.rows(cards);
        if let Some((last, _)) = after {
            seconds.retain(|(on, number, _)| (*on, *number) <= last);
        }
        seconds.sort_unstable_by(|one, other| other.cmp(one));
        let firsts = self.first.rows(cards);
        let mut of_organizations = vec![Vec::new(); cards.organizations.said.len()];
        let mut of_people = vec![Vec::new(); cards.people.said.len()];
        for first in &firsts {
            if self.by.organizations {
                put(&mut of_organizations, cards.organizations_of(first.2), *first);
            }
            if self.by.people {
                put(&mut of_people, cards.people_of(first.2), *first);
            }
        }
        let mut pairs = Vec::new();
        let mut here: Vec<(Placed, Lead)> = Vec::new();
        for second in seconds {
            here.clear();
            let organizations = cards.organizations_of(second.2).iter();
            let people = cards.people_of(second.2).iter();
            let sharing = organizations
                .filter_map(|of| of_organizations.get(*of as usize))
                .chain(people.filter_map(|of| of_people.get(*of as usize)));
            for first in sharing.flatten() {
                let before =
                    after.is_none_or(|after| ((second.0, second.1), (first.0, first.1)) < after);
                if before
                    && first.2 != second.2
                    && let Some(lead) = self.lead(cards, first.2, second.2)
                {
                    here.push((*first, lead));
                }
            }
            here.sort_unstable_by(|(one, _), (other, _)| other.cmp(one));
            here.dedup_by_key(|(first, _)| *first);
            for (first, lead) in &here {
                pairs.extend(pair(*first, second, *lead));
                if pairs.len() >= self.limit {
                    return pairs;
                }
            }
        }
        pairs
    }

    fn lead(&self, cards: &Packed, first: usize, second: usize) -> Option<Lead> {
        let (first, second) = (cards.possible_of(first)?, cards.possible_of(second)?);
        Lead::between_days(first, second, self.within)
    }
}

impl Asked {
    /// The incidents that are found.
    fn rows(&self, cards: &Packed) -> Vec<Placed> {
        let conditions = self.conditions(cards);
        let found = cards.standing().filter(|(row, places)| conditions.hold(cards, *row, *places));
        found.filter_map(|(row, _)| cards.placed(row)).collect()
    }
}

fn put(lists: &mut [Vec<Placed>], places: &[u32], first: Placed) {
    for place in places {
        if let Some(list) = lists.get_mut(*place as usize) {
            list.push(first);
        }
    }
}

fn pair(first: Placed, second: Placed, lead: Lead) -> Option<Pair> {
    let key = |(on, number, _): Placed| {
        Some((NaiveDate::from_num_days_from_ce_opt(on)?, Number::from_i64(number).ok()?))
    };
    let key = PairKey { second: key(second)?, first: key(first)? };
    Some(Pair { first: key.first.1, second: key.second.1, lead, shared: Vec::new(), key })
}
