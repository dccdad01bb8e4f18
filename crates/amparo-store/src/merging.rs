//! Incidents that are one: said not to be, merged, and taken apart again.
//!
//! A merge writes the survivor's next revision, adds spellings to the names of people who are the same,
//! and leaves the other record as it is, in the state merged, with a pointer. Taking it apart compares
//! the survivor before and after the merge with what it says by then (`amparo_domain::merge`).

use std::collections::{BTreeMap, HashMap};

use amparo_domain::access::{Audience, Editor, Verifier};
use amparo_domain::facts::Stored;
use amparo_domain::fold;
use amparo_domain::incident::{IncidentFacts, PersonLink};
use amparo_domain::kind::Kind;
use amparo_domain::likeness::{self, Party};
use amparo_domain::merge;
use amparo_domain::number::Number;
use amparo_domain::person::PersonName;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State;
use chrono::TimeDelta;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::audit::Action;
use crate::changes::ChangeKind;
use crate::entity::{distinct_pair, merge as merge_row, record, revision};
use crate::error::StoreError;
use crate::lifecycle::stale_unless;
use crate::names;
use crate::records::{read_facts, visible_or_withdrawn, visible_to};
use crate::retries::IdempotencyKey;
use crate::save::{read_number, read_state};
use crate::search;
use crate::spelled::{self, keep_names_out};
use crate::write::Written;
use crate::writing::Writing;

/// How long a merge can be taken apart.
pub(crate) const CAN_BE_UNDONE: TimeDelta = TimeDelta::days(30);

/// How many merges are followed from one record.
pub(crate) const CHAIN_MAX: usize = 32;

/// The spellings that people got by a merge: ids of names, by person.
type AddedNames = BTreeMap<i64, Vec<i64>>;

/// What is remembered of the people of a merge.
#[derive(Default, Serialize, Deserialize)]
struct OfPeople {
    /// Who of the record that went is who of the one that stays.
    same: BTreeMap<i64, i64>,
    /// The spellings they got.
    names: AddedNames,
}

/// What is to be merged, and how.
#[derive(Debug, Clone)]
pub struct Merging {
    /// The record that goes.
    pub number: Number,
    /// The record that stays.
    pub into: Number,
    /// Who of the one is who of the other, as `P1`, where the writer says so.
    pub people: BTreeMap<String, String>,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Notes that two incidents are not the same, so that the one is never suggested for the other again
    /// in this network. Noting it twice changes nothing.
    pub async fn dismiss_duplicate(
        &self,
        editor: Editor<'_>,
        number: Number,
        other: Number,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        self.write(editor.actor(), move |writing| {
            let reason = reason.clone();
            Box::pin(async move { writing.dismiss_duplicate(number, other, reason).await })
        })
        .await
    }

    /// Merges an incident into another of the same network. Answers with the one that stays.
    pub async fn merge(
        &self,
        verifier: Verifier<'_>,
        merging: Merging,
        expected: Option<i32>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(verifier.actor(), key, move |writing| {
            let merging = merging.clone();
            Box::pin(async move { Box::pin(writing.merge(merging, expected)).await })
        })
        .await
    }

    /// Takes a merge apart within thirty days. Answers with the record that had gone.
    pub async fn unmerge(
        &self,
        verifier: Verifier<'_>,
        number: Number,
        expected: Option<i32>,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(verifier.actor(), key, move |writing| {
            let reason = reason.clone();
            Box::pin(async move { Box::pin(writing.unmerge(number, expected, reason)).await })
        })
        .await
    }

    /// The record that holds what a merged one said. One that the caller may not see is not told: to
    /// them the merged one is not there either.
    pub(crate) async fn survivor(
        &self,
        audience: &Audience,
        number: Number,
    ) -> Result<Number, StoreError> {
        let reader = self.connections.reader();
        let mut at = number.as_i64();
        for _ in 0..CHAIN_MAX {
            let merged = merge_row::Entity::find()
                .filter(merge_row::Column::Loser.eq(at))
                .filter(merge_row::Column::UnmergedAt.is_null())
                .one(reader)
                .await?;
            let Some(merged) = merged else { break };
            at = merged.survivor;
        }
        let row = record::Entity::find_by_id(at)
            .filter(visible_or_withdrawn(audience))
            .one(reader)
            .await?
            .ok_or(StoreError::NotFound)?;
        read_number(&row)
    }

    /// Hides in a version of a merged record whom the one that stays does not show by name today, so that
    /// a name that goes there goes here, too. Where that was withdrawn, the versions are gone with it.
    pub(crate) async fn restrict_by_survivor(
        &self,
        audience: &Audience,
        number: Number,
        people: &mut [PersonLink<Number>],
    ) -> Result<(), StoreError> {
        let reader = self.connections.reader();
        let (mut at, mut called) = (number.as_i64(), BTreeMap::new());
        for _ in 0..CHAIN_MAX {
            let merged = merge_row::Entity::find()
                .filter(merge_row::Column::Loser.eq(at))
                .filter(merge_row::Column::UnmergedAt.is_null())
                .one(reader)
                .await?;
            let Some(merged) = merged else { return Ok(()) };
            at = merged.survivor;
            let same = OfPeople::from_text(&merged.people).same;
            for link in &*people {
                let person = called.entry(link.person).or_insert(link.person.as_i64());
                *person = same.get(person).copied().unwrap_or(*person);
            }
            let row = record::Entity::find_by_id(at).one(reader).await?;
            let row = row.ok_or(StoreError::NotFound)?;
            match read_state(&row)? {
                State::Merged => {}
                State::Withdrawn => {
                    let tombstone = crate::records::tombstone(reader, audience, &row).await?;
                    return Err(StoreError::Withdrawn(tombstone));
                }
                // What both say together is not shown yet.
                _ if row.shown < merged.revision_after => return Ok(()),
                _ => {
                    let shown = revision::Entity::find_by_id(row.shown_id).one(reader).await?;
                    let shown = shown.ok_or(StoreError::NotFound)?;
                    let facts = read_facts(row.number, &row.kind, &shown.snapshot)?.1;
                    for link in people.iter_mut() {
                        let person = called.get(&link.person).copied().unwrap_or_default();
                        let today = facts.people().iter();
                        let today = today.filter(|of| of.person.as_i64() == person);
                        crate::records::show_as_today(link, today);
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The record that a number leads to by now, if it was merged and the caller may see both.
    pub async fn merged_into(
        &self,
        audience: &Audience,
        number: Number,
    ) -> Result<Option<Number>, StoreError> {
        let row = record::Entity::find_by_id(number.as_i64())
            .filter(record::Column::State.eq(State::Merged.code()))
            .filter(crate::records::visible_or_gone(audience))
            .one(self.connections.reader())
            .await?;
        match row {
            Some(_) => self.survivor(audience, number).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Writing<'_> {
    async fn dismiss_duplicate(
        &mut self,
        number: Number,
        other: Number,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let row = self.row(Kind::Incident, number, None).await?;
        if number == other {
            return Err(conflict("", "this is the same record"));
        }
        let there = record::Entity::find_by_id(other.as_i64())
            .filter(record::Column::Kind.eq(Kind::Incident.singular()))
            .filter(visible_to(&self.audience))
            .one(self.tx)
            .await?;
        if there.is_none() {
            return Err(StoreError::NotFound);
        }
        let facts = self.facts_at(&row, row.revision).await?;
        self.keep_names_out_of(reason.as_deref(), &facts).await?;
        let (low, high) = (std::cmp::min(number, other), std::cmp::max(number, other));
        let id = (low.as_i64(), high.as_i64(), row.network.clone());
        if distinct_pair::Entity::find_by_id(id).one(self.tx).await?.is_some() {
            return Ok(());
        }
        let pair = distinct_pair::ActiveModel {
            low: Set(low.as_i64()),
            high: Set(high.as_i64()),
            network: Set(row.network.clone()),
            said_by: Set(self.actor.id),
            said_at: Set(self.now),
            reason: Set(reason.clone()),
        };
        let columns = [
            distinct_pair::Column::Low,
            distinct_pair::Column::High,
            distinct_pair::Column::Network,
        ];
        distinct_pair::Entity::insert(pair)
            .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
            .exec_without_returning(self.tx)
            .await?;
        let what = match reason {
            Some(reason) => format!("not the same as {other}: {reason}"),
            None => format!("not the same as {other}"),
        };
        self.audit(&row, Action::DismissDuplicate, Some(what)).await
    }

    async fn merge(
        &mut self,
        merging: Merging,
        expected: Option<i32>,
    ) -> Result<Written, StoreError> {
        let Merging { number, into, people, reason } = merging;
        let (row, survivor) = self.rows_to_merge(number, into).await?;
        let state = may_go(&row, &survivor)?;
        stale_unless(&row, expected)?;
        let mut other = self.facts_at(&row, row.revision).await?;
        // What is confidential of it stays in it: the one that stays has other readers.
        other.leave_out_confidential();
        let (Stored::Incident(gone), Stored::Incident(before)) =
            (other, self.facts_at(&survivor, survivor.revision).await?)
        else {
            return Err(StoreError::NotFound);
        };
        for facts in [&gone, &before] {
            let facts = Stored::Incident(facts.clone());
            self.keep_names_out_of(Some(&reason), &facts).await?;
        }
        let same = self.same_people(&gone, &before, people).await?;
        let names = self.names_to_add(&gone, &before, &same).await?;
        let pairs = pairs_of(&gone, &before, &same);
        let mut merged = merge::merge(&before, &gone, &same);
        // A link between the two would lead from the record to itself.
        merged.related.retain(|link| link.incident != number && link.incident != into);
        let written: Vec<(String, String)> = names
            .iter()
            .flat_map(|(person, names)| names.iter().map(move |name| (person, name)))
            .flat_map(|(person, name)| {
                let links = merged.people.iter().filter(|link| link.person == *person);
                links.map(|link| (link.reference.clone(), name.clone())).collect::<Vec<_>>()
            })
            .collect();
        let facts = self.without_names(Stored::Incident(merged), &written).await?;
        let errors = facts.check().errors;
        if !errors.is_empty() {
            return Err(Invalid(errors).into());
        }
        let (added, warnings) = self.add_names(names, &reason).await?;
        let of_people = OfPeople { same: pairs, names: added };
        let revision = if facts == Stored::Incident(before) {
            survivor.revision
        } else {
            self.save_revision(&survivor, facts, Some(reason.clone()), Action::Merge).await?
        };
        Box::pin(self.keep_past(&row)).await?;
        self.set_state(&row, State::Merged, Action::Merge, Some(reason.clone())).await?;
        let pointer = merge_row::ActiveModel {
            id: NotSet,
            loser: Set(row.number),
            survivor: Set(survivor.number),
            network: Set(row.network.clone()),
            merged_at: Set(self.now),
            merged_by: Set(self.actor.id),
            reason: Set(reason),
            prior_state: Set(state.to_string()),
            revision_before: Set(survivor.revision),
            revision_after: Set(revision),
            people: Set(of_people.to_text()),
            unmerged_at: Set(None),
            unmerged_by: Set(None),
            unmerge_reason: Set(None),
        };
        merge_row::Entity::insert(pointer).exec_without_returning(self.tx).await?;
        if row.version > 0 {
            self.changes.merged(row.number, row.version, survivor.number);
        }
        self.notify_of_merge(&row, survivor.number).await?;
        search::remove(self.tx, vec![number]).await?;
        Box::pin(self.refresh_past_names(number)).await?;
        let mut affected = self.targets(number).await?;
        affected.push(number);
        self.refresh_public(affected).await?;
        let standing = read_state(&survivor)?;
        Ok(Written {
            revision,
            warnings,
            ..Written::standing(into, &survivor, standing, survivor.version, survivor.changed_at)
        })
    }

    /// The rows of both, locked, if both are of the network of whoever merges them.
    async fn rows_to_merge(
        &self,
        number: Number,
        into: Number,
    ) -> Result<(record::Model, record::Model), StoreError> {
        self.lock_around(std::cmp::min(number, into)).await?;
        self.lock_around(std::cmp::max(number, into)).await?;
        let row = self.row(Kind::Incident, number, None).await?;
        if number == into {
            return Err(conflict("/into", "a record is not merged into itself"));
        }
        let survivor = match self.row(Kind::Incident, into, None).await {
            Ok(survivor) => survivor,
            Err(StoreError::Withdrawn(_)) => {
                return Err(conflict("/into", "this record was withdrawn"));
            }
            Err(StoreError::NotFound) => {
                let there = record::Entity::find_by_id(into.as_i64())
                    .filter(record::Column::Kind.eq(Kind::Incident.singular()))
                    .filter(visible_to(&self.audience))
                    .one(self.tx)
                    .await?;
                return Err(match there {
                    Some(_) => foreign(),
                    None => StoreError::issue(Issue::at(
                        "/into",
                        "no incident that you can see has this number",
                    )),
                });
            }
            Err(error) => return Err(error),
        };
        if survivor.network != row.network {
            return Err(foreign());
        }
        Ok((row, survivor))
    }

    /// Who of the record that goes is who of the one that stays: as the writer says, by the same record,
    /// else by their names.
    async fn same_people(
        &self,
        gone: &IncidentFacts<Number>,
        before: &IncidentFacts<Number>,
        said: BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let mut issues = Vec::new();
        for (one, other) in &said {
            let pointer = format!("/people/{one}");
            if !gone.people.iter().any(|link| link.reference == *one) {
                issues.push(Issue::at(&pointer, "names nobody in the record that is merged"));
            }
            if !before.people.iter().any(|link| link.reference == *other) {
                issues.push(Issue::at(
                    &pointer,
                    format!("{other} names nobody in the record that stays"),
                ));
            }
            if said.iter().any(|(third, of)| of == other && third < one) {
                issues.push(Issue::at(&pointer, format!("{other} is somebody else already")));
            }
        }
        if !issues.is_empty() {
            return Err(Invalid(issues).into());
        }
        let facts = [Stored::Incident(gone.clone()), Stored::Incident(before.clone())];
        let known = self.names_for(facts.iter()).await?;
        let party = |person: Number| {
            let rows = known.get(&person).map_or(&[][..], Vec::as_slice);
            Party { number: person, names: rows.iter().map(|row| row.text.clone()).collect() }
        };
        let mut same = said;
        for link in &gone.people {
            if same.contains_key(&link.reference) {
                continue;
            }
            let free = before.people.iter();
            let free = free.filter(|of| !same.values().any(|taken| *taken == of.reference));
            let free: Vec<_> = free.collect();
            let parties: Vec<Party> = free.iter().map(|link| party(link.person)).collect();
            if let Some(nth) = likeness::same_person(&party(link.person), &parties) {
                same.insert(link.reference.clone(), free[nth].reference.clone());
            }
        }
        Ok(same)
    }

    /// The spellings that people of the record that stays have not got yet, if both are of the network.
    async fn names_to_add(
        &self,
        gone: &IncidentFacts<Number>,
        before: &IncidentFacts<Number>,
        same: &BTreeMap<String, String>,
    ) -> Result<HashMap<Number, Vec<String>>, StoreError> {
        let pairs: Vec<(Number, Number)> = pairs_of(gone, before, same)
            .into_iter()
            .filter(|(one, other)| one != other)
            .filter_map(|(one, other)| {
                Some((Number::from_i64(one).ok()?, Number::from_i64(other).ok()?))
            })
            .collect();
        let all = pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
        let known = names::of_people(self.tx, all).await?;
        let mut added: HashMap<Number, Vec<String>> = HashMap::new();
        for (one, other) in pairs {
            if self.person_row(one).await?.is_none() || self.person_row(other).await?.is_none() {
                continue;
            }
            let present = known.get(&other).map_or(&[][..], Vec::as_slice);
            let added = added.entry(other).or_default();
            for row in known.get(&one).into_iter().flatten() {
                let there =
                    present.iter().any(|known| fold::fold(&known.text) == fold::fold(&row.text));
                if !there && !added.contains(&row.text) {
                    added.push(row.text.clone());
                }
            }
        }
        added.retain(|_, names| !names.is_empty());
        Ok(added)
    }

    /// The row of a person whom the writer may change.
    async fn person_row(&self, person: Number) -> Result<Option<record::Model>, StoreError> {
        match self.row(Kind::Person, person, None).await {
            Ok(row) => Ok(Some(row)),
            Err(StoreError::NotFound | StoreError::Withdrawn(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Facts in which no name of their people stands: tokens in its place, as an import writes them.
    async fn without_names(
        &self,
        mut facts: Stored,
        written: &[(String, String)],
    ) -> Result<Stored, StoreError> {
        let people = self.names_for(std::iter::once(&facts)).await?;
        let names = spelled::names_of(&facts, &people, written);
        let around = self.around_people(&facts, &names).await?;
        let issues = keep_names_out(&mut facts, &names, &around, true);
        if issues.is_empty() { Ok(facts) } else { Err(Invalid(issues).into()) }
    }

    /// Gives people further spellings, each person in a revision of their own record.
    async fn add_names(
        &mut self,
        names: HashMap<Number, Vec<String>>,
        reason: &str,
    ) -> Result<(AddedNames, Vec<Issue>), StoreError> {
        let (mut added, mut warnings) = (AddedNames::new(), Vec::new());
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        for (person, new) in names {
            let Some(row) = self.person_row(person).await? else { continue };
            let mut facts = self.person_with_names(&row).await?;
            if let Stored::Person(facts) = &mut facts {
                facts.names.extend(new.iter().cloned().map(PersonName::written));
            }
            let told = self.spelled_already(person, &facts).await?;
            // The place is one of the person's record, which was not sent here.
            warnings.extend(told.into_iter().map(|issue| Issue::at("/into", issue.message)));
            self.save_revision(&row, facts, Some(reason.to_owned()), Action::Merge).await?;
            let rows = names::of_people(self.tx, vec![person]).await?;
            let rows = rows.into_values().flatten();
            let ids = rows.filter(|row| new.contains(&row.text)).map(|row| row.id);
            added.insert(person.as_i64(), ids.collect());
        }
        Ok((added, warnings))
    }

    /// What a person's record says, with the texts of the names, which no revision holds.
    async fn person_with_names(&self, row: &record::Model) -> Result<Stored, StoreError> {
        let mut facts = self.facts_at(row, row.revision).await?;
        if let Stored::Person(person) = &mut facts {
            let rows = names::of_people(self.tx, vec![read_number(row)?]).await?;
            let rows: Vec<_> = rows.into_values().flatten().collect();
            // A name that was destroyed since has no row.
            person.names.retain_mut(|name| {
                let row = rows.iter().find(|row| Some(row.id) == name.id);
                name.text = row.map(|row| row.text.clone()).unwrap_or_default();
                row.is_some()
            });
        }
        Ok(facts)
    }

    async fn unmerge(
        &mut self,
        number: Number,
        expected: Option<i32>,
        reason: String,
    ) -> Result<Written, StoreError> {
        self.lock_around(number).await?;
        let row = self.row(Kind::Incident, number, None).await?;
        let state = read_state(&row)?;
        let merged = merge_row::Entity::find()
            .filter(merge_row::Column::Loser.eq(row.number))
            .filter(merge_row::Column::UnmergedAt.is_null())
            .order_by_desc(merge_row::Column::Id)
            .one(self.tx)
            .await?;
        let Some(merged) = merged.filter(|_| state == State::Merged) else {
            return Err(StoreError::State { state, verb: "taken apart from another" });
        };
        if self.now.signed_duration_since(merged.merged_at) > CAN_BE_UNDONE {
            let message = "it was merged more than 30 days ago: make a new record instead";
            return Err(conflict("", message));
        }
        stale_unless(&row, expected)?;
        let into = Number::from_i64(merged.survivor).map_err(|_| StoreError::Corrupt {
            table: "merge",
            number: merged.survivor,
            what: "the number is none",
        })?;
        let survivor = match self.row(Kind::Incident, into, None).await {
            Ok(survivor) => survivor,
            Err(StoreError::Withdrawn(_) | StoreError::NotFound) => {
                return Err(conflict(
                    "",
                    &format!("{into}, which holds what it said, is withdrawn or gone"),
                ));
            }
            Err(error) => return Err(error),
        };
        if read_state(&survivor)? == State::Merged {
            return Err(conflict(
                "",
                &format!("{into} was merged itself since: take that apart first"),
            ));
        }
        let gone = self.facts_at(&row, row.revision).await?;
        self.keep_names_out_of(Some(&reason), &gone).await?;
        self.remove_names(&merged.people, &reason).await?;
        self.survivor_alone(&survivor, &merged, &reason).await?;
        let prior: State = merged.prior_state.parse().map_err(|_| StoreError::Corrupt {
            table: "merge",
            number: row.number,
            what: "the prior state is unknown",
        })?;
        self.set_state(&row, prior, Action::Unmerge, Some(reason.clone())).await?;
        self.shown_again(&row, prior).await?;
        let shown = self.facts_at(&row, row.shown).await?;
        Box::pin(self.show(number, shown)).await?;
        let undone = merge_row::ActiveModel {
            id: Set(merged.id),
            unmerged_at: Set(Some(self.now)),
            unmerged_by: Set(Some(self.actor.id)),
            unmerge_reason: Set(Some(reason)),
            ..Default::default()
        };
        undone.update(self.tx).await?;
        Box::pin(self.refresh_past_names(number)).await?;
        if row.version > 0 {
            self.changes.note(ChangeKind::Unmerged, row.number, row.version);
            self.undo_notices_of_merge(row.number).await?;
        }
        let changed_at = row.changed_at.map(|_| self.now);
        Ok(Written::standing(number, &row, prior, row.version, changed_at))
    }

    /// The survivor's next revision, without what the merge added.
    async fn survivor_alone(
        &mut self,
        survivor: &record::Model,
        merged: &merge_row::Model,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (Stored::Incident(before), Stored::Incident(after), Stored::Incident(now)) = (
            self.facts_at(survivor, merged.revision_before).await?,
            self.facts_at(survivor, merged.revision_after).await?,
            self.facts_at(survivor, survivor.revision).await?,
        ) else {
            return Err(StoreError::NotFound);
        };
        let apart = merge::take_apart(&before, &after, &now).map_err(|_| StoreError::Corrupt {
            table: "revision",
            number: survivor.number,
            what: "what was merged does not come apart",
        })?;
        let errors = apart.check().errors;
        if !errors.is_empty() {
            // An edit since then refers to what the merge brought.
            let issues = errors.into_iter().map(|issue| {
                Issue::at(
                    "",
                    format!("edited since the merge: {} {}", issue.pointer, issue.message),
                )
            });
            return Err(StoreError::Conflict(issues.collect()));
        }
        if apart == now {
            return Ok(());
        }
        let facts = self.without_names(Stored::Incident(apart), &[]).await?;
        self.save_revision(survivor, facts, Some(reason.to_owned()), Action::Unmerge).await?;
        Ok(())
    }

    /// Takes away the spellings that people got by a merge.
    async fn remove_names(&mut self, added: &str, reason: &str) -> Result<(), StoreError> {
        for (person, ids) in OfPeople::from_text(added).names {
            let Ok(person) = Number::from_i64(person) else { continue };
            let Some(row) = self.person_row(person).await? else { continue };
            let mut facts = self.person_with_names(&row).await?;
            let Stored::Person(of_person) = &mut facts else { continue };
            let names = of_person.names.len();
            of_person.names.retain(|name| !name.id.is_some_and(|id| ids.contains(&id)));
            if of_person.names.len() < names {
                self.save_revision(&row, facts, Some(reason.to_owned()), Action::Unmerge).await?;
            }
        }
        Ok(())
    }
}

/// The state from which a record may be merged into the other: the number that was published first stays.
fn may_go(row: &record::Model, survivor: &record::Model) -> Result<State, StoreError> {
    let (state, standing) = (read_state(row)?, read_state(survivor)?);
    if matches!(state, State::Merged | State::Declined | State::Withdrawn) {
        return Err(StoreError::State { state, verb: "merged" });
    }
    if matches!(standing, State::Merged | State::Declined | State::Withdrawn) {
        return Err(conflict(
            "/into",
            &format!("a record in the state {standing} takes nothing up"),
        ));
    }
    let first = match (row.first_published_at, survivor.first_published_at) {
        (Some(one), Some(other)) => one < other,
        (one, other) => one.is_some() && other.is_none(),
    };
    if first {
        let (number, other) = (read_number(row)?, read_number(survivor)?);
        let message =
            format!("{number} was published first and stays: merge {other} into {number}");
        let issue = Issue::at("/into", message).suggesting(vec![number.to_string()]);
        return Err(StoreError::Conflict(vec![issue]));
    }
    Ok(state)
}

impl OfPeople {
    fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn from_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// The records of people who are the same.
fn pairs_of(
    gone: &IncidentFacts<Number>,
    before: &IncidentFacts<Number>,
    same: &BTreeMap<String, String>,
) -> BTreeMap<i64, i64> {
    let of = |facts: &IncidentFacts<Number>, reference: &str| {
        let link = facts.people.iter().find(|link| link.reference == reference);
        link.map(|link| link.person.as_i64())
    };
    let pairs = same.iter().filter_map(|(one, other)| Some((of(gone, one)?, of(before, other)?)));
    pairs.collect()
}

/// Who of the record that went is who of the one that stays, as a merge remembers it.
pub(crate) fn same_people_of(merged: &merge_row::Model) -> BTreeMap<i64, i64> {
    OfPeople::from_text(&merged.people).same
}

fn conflict(pointer: &str, message: &str) -> StoreError {
    StoreError::Conflict(vec![Issue::at(pointer, message)])
}

fn foreign() -> StoreError {
    let message =
        "belongs to another network, which alone can merge it; link it as related instead";
    conflict("/into", message)
}
