//! From the facts of new records to their rows. Asks the database nothing, so that an import can do it
//! on one core while the database writes on another.

use std::collections::HashSet;

use amparo_domain::access::Actor;
use amparo_domain::clock::Chance;
use amparo_domain::facts::Stored;
use amparo_domain::incident::{Decision, PersonLink};
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::review::approvals_needed;
use amparo_domain::tier::Tier;
use amparo_domain::validation::Invalid;
use amparo_domain::vocabulary::{Display, State};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;

use crate::audit::{Action, Entry};
use crate::card::{self, Context};
use crate::entity::{external_id, record, revision, version};
use crate::names;
use crate::proofs::{self, Said};
use crate::review;
use crate::rows::Rows;
use crate::save::{Around, can_be_named, confidential_rows};
use crate::spelled::{self, keep_names_out};
use crate::writing::NamesByPerson;

/// A new record whose references are resolved.
pub(crate) struct Ready {
    /// Which of those that are made together it is.
    pub place: usize,
    pub number: Number,
    pub revision_id: i64,
    pub state: State,
    pub reason: Option<String>,
    pub action: Action,
    /// The names a writer gave its people.
    pub written_names: Vec<(String, String)>,
    pub facts: Stored,
}

/// What the records are built with.
pub(crate) struct Builder {
    pub actor: Actor,
    pub now: DateTime<Utc>,
    pub chance: Chance,
    pub importing: bool,
    /// The names of the people in them.
    pub people: NamesByPerson,
    /// The people among them whose names are shown nowhere.
    pub taken_down: HashSet<Number>,
    /// What they refer to.
    pub around: Around,
}

/// What became of them.
#[derive(Default)]
pub(crate) struct Built {
    pub rows: Rows,
    /// Those that cannot be taken, each with its place.
    pub refused: Vec<(usize, Invalid)>,
    /// What the published ones name.
    pub named: Vec<Number>,
}

impl Builder {
    pub(crate) fn build(&self, ready: Vec<Ready>) -> Built {
        let context = self.around.context(self.now.date_naive());
        let mut built = Built::default();
        for mut ready in ready {
            let names = spelled::names_of(&ready.facts, &self.people, &ready.written_names);
            let issues = keep_names_out(&mut ready.facts, &names, &self.around, self.importing);
            if !issues.is_empty() {
                built.refused.push((ready.place, Invalid(issues)));
                continue;
            }
            let decision = Decision { by: self.actor.id, on: self.now.date_naive() };
            ready.facts.note_decisions(None, decision);
            if let Stored::Person(person) = &mut ready.facts {
                let rows = names::rows(ready.number, &mut person.names, &[], &self.chance);
                built.rows.names.extend(rows);
            }
            if ready.state == State::Published {
                let public = ready.facts.narrowed(Tier::Public);
                let references = public.references().into_iter();
                let public = references.filter(|(relation, ..)| can_be_named(*relation));
                built.named.extend(public.map(|(_, _, number)| *number));
            }
            self.add(&mut built.rows, ready, &context);
        }
        built
    }

    fn add(&self, rows: &mut Rows, ready: Ready, context: &Context<'_>) {
        let Ready { number, mut facts, reason, .. } = ready;
        let published = ready.state == State::Published;
        let task = review::task_of_new(ready.state, ready.action, facts.kind());
        let mut card = record::ActiveModel {
            number: Set(number.as_i64()),
            kind: Set(facts.kind().to_string()),
            state: Set(ready.state.to_string()),
            public: Set(i32::from(published && facts.kind() != Kind::Person)),
            network: Set(self.actor.network.clone()),
            revision: Set(1),
            version: Set(i32::from(published)),
            shown: Set(1),
            shown_id: Set(ready.revision_id),
            recorded_at: Set(self.now),
            recorded_by: Set(self.actor.id),
            first_published_at: Set(published.then_some(self.now)),
            changed_at: Set(published.then_some(self.now)),
            shown_at: Set(published.then_some(self.now)),
            urgency: Set(review::urgency(&facts)),
            needed: Set(i16::from(approvals_needed(None, &facts).count)),
            task: Set(task.map(str::to_owned)),
            waiting_since: Set(task.map(|_| self.now)),
            ..empty_card()
        };
        // A person whose name was taken down elsewhere is not found by it here.
        let mut public = facts.narrowed(Tier::Public);
        if public.people().iter().any(|link| self.taken_down.contains(&link.person)) {
            let links = public.to_mut().people_mut().iter_mut();
            links
                .filter(|link| self.taken_down.contains(&link.person))
                .filter(|link| link.display == Display::Name)
                .for_each(|link| link.display = Display::Role);
        }
        card::fill(&mut card, &public, context);
        rows.add_card(card, &public);
        rows.add_links(number, &public, context);
        rows.external.extend(external_rows(&self.actor.network, number, &facts));
        if published {
            let name_of = |link: &PersonLink<Number>| proofs::shown_name(&self.people, link.person);
            let said = Said::new(&public, Some(&facts), reason.as_deref(), name_of);
            let made = proofs::commit(number, 1, self.now, facts.kind(), &said, &self.chance);
            rows.commitments.extend(made);
        }
        let sealed = facts.seal();
        rows.confidential.extend(confidential_rows(ready.revision_id, number, sealed));
        rows.revisions.push(revision::ActiveModel {
            id: Set(ready.revision_id),
            number: Set(number.as_i64()),
            revision: Set(1),
            snapshot: Set(facts.to_snapshot()),
            made_at: Set(self.now),
            made_by: Set(self.actor.id),
            reason: Set(reason.clone()),
        });
        if published && facts.kind() != Kind::Person {
            rows.published.push(number.as_i64());
        }
        if published {
            rows.versions.push(version::ActiveModel {
                number: Set(number.as_i64()),
                version: Set(1),
                revision: Set(1),
                published_at: Set(self.now),
                published_by: Set(self.actor.id),
                reason: Set(reason.clone()),
                minor: Set(0),
            });
        }
        let action = if self.importing { Action::Import } else { ready.action };
        rows.audit.push(Entry { action, number: Some(number), revision: Some(1), reason });
    }
}

/// A card on which nothing is written yet; inserts of many rows need every column to be set.
fn empty_card() -> record::ActiveModel {
    record::ActiveModel {
        slug: Set(None),
        label: Set(None),
        acronym: Set(None),
        date: Set(None),
        country: Set(None),
        sort_on: Set(None),
        certain_from: Set(None),
        certain_to: Set(None),
        possible_from: Set(None),
        possible_to: Set(None),
        grade: Set(None),
        severity: Set(None),
        election: Set(None),
        phase: Set(None),
        latitude: Set(None),
        longitude: Set(None),
        x: Set(None),
        y: Set(None),
        z: Set(None),
        first_month: Set(None),
        last_month: Set(None),
        people: Set(None),
        people_min: Set(None),
        people_max: Set(None),
        events: Set(None),
        held_confirmed_on: Set(None),
        known_from: Set(None),
        ..Default::default()
    }
}

pub(crate) fn external_rows(
    network: &str,
    number: Number,
    facts: &Stored,
) -> Vec<external_id::ActiveModel> {
    let ids = facts.external_ids().iter();
    ids.map(|id| external_id::ActiveModel {
        network: Set(network.to_owned()),
        system: Set(id.system.clone()),
        id: Set(id.id.clone()),
        number: Set(number.as_i64()),
    })
    .collect()
}
