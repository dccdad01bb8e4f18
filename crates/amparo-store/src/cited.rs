//! Many things that are cited, as everybody sees them today: a bounded number of statements, however many they are.
//!
//! The same as [`Store::citable`] says of one: what was withdrawn says no more than that, a name that was taken down is in no version,
//! and what the public may not see is not there.

use std::collections::{BTreeMap, HashMap, HashSet};

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};

use crate::Store;
use crate::bulk::{KEYS_MAX, padded};
use crate::citing::{Citable, ShownToday};
use crate::entity::{merge, record, revision, version};
use crate::error::{StoreError, Tombstone};
use crate::lists::{FrozenList, lists_among};
use crate::merging::{CHAIN_MAX, same_people_of};
use crate::records::{
    Labels, Record, Shown, Version, View, literal, people_mut, read_facts, read_record,
    restrict_names, select_records, show_as_today, visible_or_gone, visible_or_withdrawn,
};

/// Something that is cited.
#[derive(Debug, Clone)]
pub struct Cited {
    /// Its number.
    pub number: Number,
    /// What it stands for.
    pub kind: Kind,
    /// Its latest version; 0 if it has none, because it is public only by being named in another.
    pub latest: i32,
    /// The versions that were asked for and are there, and the latest.
    pub versions: BTreeMap<i32, (Version, Record)>,
    /// When it, or what holds what it said, was withdrawn. Of that nothing else is told.
    pub withdrawn: Option<Tombstone>,
    /// The record that holds what it said, if it was merged.
    pub into: Option<Number>,
    /// What is said today: by that record, if it was merged.
    pub present: Option<Record>,
}

impl Cited {
    /// What is cited of it in a version, or in its latest one; nothing if there is no such version.
    pub(crate) fn citable(&self, wanted: Option<i32>, labels: &Labels) -> Option<Citable> {
        let version = wanted.unwrap_or(self.latest);
        let shown =
            |record: &Record| Box::new(Shown { records: record.clone(), labels: labels.clone() });
        let shown = match (&self.withdrawn, self.versions.get(&version)) {
            // Versions have no gaps.
            (Some(gone), _) if (1..=self.latest).contains(&version) => {
                ShownToday::Withdrawn(gone.clone())
            }
            (None, Some((of, record))) => ShownToday::Published(Some(of.clone()), shown(record)),
            (None, None) if version == 0 => {
                ShownToday::Published(None, shown(self.present.as_ref()?))
            }
            (Some(_), _) | (None, None) => return None,
        };
        Some(Citable {
            number: self.number,
            kind: self.kind,
            version,
            latest: self.latest,
            shown,
            merged_into: self.into,
        })
    }
}

/// What was found under some numbers.
#[derive(Debug, Clone, Default)]
pub struct CitedThings {
    /// Records.
    pub records: HashMap<Number, Cited>,
    /// Lists.
    pub lists: HashMap<Number, FrozenList>,
    /// What is needed to tell what the records are called.
    pub labels: Labels,
}

/// A version as it is stored.
struct Row {
    version: Version,
    revision: i32,
    revision_id: i64,
    facts: Stored,
}

impl Store {
    /// What everybody sees today under some numbers, each perhaps in a version. Numbers that are not in the answer are of nothing, or
    /// of nothing that everybody may see. At most a thousand numbers; more are not looked at.
    pub async fn cited_things(
        &self,
        wanted: &[(Number, Option<i32>)],
    ) -> Result<CitedThings, StoreError> {
        let mut numbers: Vec<i64> = wanted.iter().map(|(number, _)| number.as_i64()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.truncate(KEYS_MAX);
        if numbers.is_empty() {
            return Ok(CitedThings::default());
        }
        let public = Audience::Public;
        let found = self.shown_of(&numbers, visible_or_gone(&public)).await?;
        let gone = found.values().filter(|record| record.state == State::Merged);
        let gone: Vec<i64> = gone.map(|record| record.number.as_i64()).collect();
        let merges = self.merges_of(gone).await?;
        let ends: Vec<i64> = merges.values().map(|of| of.survivor).collect();
        let ends: Vec<i64> = ends.into_iter().filter(|at| !merges.contains_key(at)).collect();
        let survivors = if ends.is_empty() {
            HashMap::new()
        } else {
            self.shown_of(&ends, visible_or_withdrawn(&public)).await?
        };
        let withdrawn = found.values().chain(survivors.values());
        let withdrawn = withdrawn.filter(|record| record.state == State::Withdrawn);
        let withdrawn = withdrawn.map(|record| record.number.as_i64()).collect();
        let tombstones = self.tombstones(withdrawn).await?;
        let mut versions = self.versions_of(&found, wanted).await?;
        let mut things = CitedThings::default();
        let mut records = Vec::new();
        let mut places = HashMap::new();
        for (number, present) in found {
            let mut cited = Cited {
                number,
                kind: present.facts.kind(),
                latest: present.version,
                versions: BTreeMap::new(),
                withdrawn: tombstones.get(&number).cloned(),
                into: None,
                present: None,
            };
            let mut chain = Vec::new();
            if present.state == State::Merged {
                let mut at = number.as_i64();
                while let Some(merge) = merges.get(&at).filter(|_| chain.len() < CHAIN_MAX) {
                    chain.push(merge);
                    at = merge.survivor;
                }
                // Whoever may not see what holds it, is told of nothing.
                let into = Number::from_i64(at).ok().and_then(|into| survivors.get(&into));
                let Some(into) = into else { continue };
                cited.into = Some(into.number);
                let gone = tombstones.get(&into.number);
                cited.withdrawn = gone.map(|gone| Tombstone { number, ..gone.clone() });
                places.insert((number, 0), records.len());
                records.push(into.clone());
            } else {
                places.insert((number, 0), records.len());
                records.push(present.clone());
            }
            for row in versions.remove(&number).into_iter().flatten() {
                let wanted = row.version.version;
                let mut record = Record {
                    facts: row.facts,
                    revision: row.revision,
                    revision_id: row.revision_id,
                    version: wanted,
                    ..present.clone()
                };
                record.narrow(Tier::Public);
                restrict_names(&mut record.facts, present.facts.people());
                if let Some(into) = cited.into.and_then(|into| survivors.get(&into)) {
                    hide_as_survivor(&mut record, &chain, into);
                }
                record.changed_at = Some(row.version.published_at);
                places.insert((number, wanted), records.len());
                records.push(record.clone());
                cited.versions.insert(wanted, (row.version, record));
            }
            things.records.insert(number, cited);
        }
        things.labels = self.labels(&public, &mut records).await?;
        for (number, cited) in &mut things.records {
            let at = |version| places.get(&(*number, version)).and_then(|at| records.get(*at));
            for (version, (_, record)) in &mut cited.versions {
                if let Some(labelled) = at(*version) {
                    record.clone_from(labelled);
                }
            }
            // Of what was withdrawn, nobody is told what it said.
            if cited.withdrawn.is_none() {
                cited.present = at(0).cloned();
            }
        }
        let missing = numbers.into_iter().filter_map(|number| Number::from_i64(number).ok());
        let missing = missing.filter(|number| !things.records.contains_key(number));
        let missing: Vec<i64> = missing.map(Number::as_i64).collect();
        if !missing.is_empty() {
            let lists = lists_among(self.connections.reader(), missing).await?;
            things.lists = lists.into_iter().map(|list| (list.number, list)).collect();
        }
        Ok(things)
    }

    /// The records that have these numbers and can be seen so, as everybody sees them.
    async fn shown_of(
        &self,
        numbers: &[i64],
        seen: Condition,
    ) -> Result<HashMap<Number, Record>, StoreError> {
        let citable = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Person);
        let card = |column| Expr::col((record::Entity, column));
        let mut select = select_records(&Audience::Public, View::Shown);
        select
            .and_where(card(record::Column::Number).is_in(padded(numbers.to_vec())))
            .and_where(card(record::Column::Kind).is_in(citable.map(Kind::singular)))
            .cond_where(seen);
        let rows = self.connections.reader().query_all(&select).await?;
        let records = rows.iter().map(read_record);
        records.map(|record| record.map(|record| (record.number, record))).collect()
    }

    /// The merges from some records on, by the record that went.
    async fn merges_of(
        &self,
        mut losers: Vec<i64>,
    ) -> Result<HashMap<i64, merge::Model>, StoreError> {
        let mut merges = HashMap::new();
        for _ in 0..CHAIN_MAX {
            if losers.is_empty() {
                break;
            }
            let rows = merge::Entity::find()
                .filter(merge::Column::Loser.is_in(padded(losers)))
                .filter(merge::Column::UnmergedAt.is_null())
                .all(self.connections.reader())
                .await?;
            let known = |at: &i64| merges.contains_key(at);
            losers = rows.iter().map(|row| row.survivor).filter(|at| !known(at)).collect();
            merges.extend(rows.into_iter().map(|row| (row.loser, row)));
        }
        Ok(merges)
    }

    /// The versions that are asked for, and the latest of each.
    async fn versions_of(
        &self,
        found: &HashMap<Number, Record>,
        wanted: &[(Number, Option<i32>)],
    ) -> Result<HashMap<Number, Vec<Row>>, StoreError> {
        if found.is_empty() {
            return Ok(HashMap::new());
        }
        let wanted: HashSet<(Number, i32)> =
            wanted.iter().filter_map(|(number, version)| Some((*number, (*version)?))).collect();
        let mut nths: Vec<i32> = wanted.iter().map(|(_, version)| *version).collect();
        nths.sort_unstable();
        nths.dedup();
        let of = |column| Expr::col((version::Entity, column));
        let said = |column| Expr::col((revision::Entity, column));
        let card = |column| Expr::col((record::Entity, column));
        let ids = padded(found.keys().map(|number| number.as_i64()).collect());
        let select = Query::select()
            .columns(
                [
                    version::Column::Number,
                    version::Column::Version,
                    version::Column::PublishedAt,
                    version::Column::Reason,
                    version::Column::Minor,
                    version::Column::Revision,
                ]
                .map(|column| (version::Entity, column)),
            )
            .column((revision::Entity, revision::Column::Id))
            .column((revision::Entity, revision::Column::Snapshot))
            .from(version::Entity)
            .inner_join(
                record::Entity,
                card(record::Column::Number).equals((version::Entity, version::Column::Number)),
            )
            .inner_join(
                revision::Entity,
                said(revision::Column::Number)
                    .equals((version::Entity, version::Column::Number))
                    .and(
                        said(revision::Column::Revision)
                            .equals((version::Entity, version::Column::Revision)),
                    ),
            )
            .and_where(of(version::Column::Number).is_in(ids))
            .and_where(card(record::Column::State).ne(literal(State::Withdrawn.code())))
            .cond_where(
                Condition::any()
                    .add(
                        of(version::Column::Version)
                            .equals((record::Entity, record::Column::Version)),
                    )
                    .add(of(version::Column::Version).is_in(padded(nths))),
            )
            .to_owned();
        let mut versions: HashMap<Number, Vec<Row>> = HashMap::new();
        for row in self.connections.reader().query_all(&select).await? {
            let (number, nth): (i64, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let Some(present) = Number::from_i64(number).ok().and_then(|of| found.get(&of)) else {
                continue;
            };
            if nth != present.version && !wanted.contains(&(present.number, nth)) {
                continue;
            }
            let snapshot: String = row.try_get_by_index(7)?;
            let kind = present.facts.kind();
            let published_at: DateTime<Utc> = row.try_get_by_index(2)?;
            let minor: i16 = row.try_get_by_index(4)?;
            let reason = row.try_get_by_index(3)?;
            versions.entry(present.number).or_default().push(Row {
                version: Version { version: nth, published_at, reason, minor: minor != 0 },
                revision: row.try_get_by_index(5)?,
                revision_id: row.try_get_by_index(6)?,
                facts: read_facts(number, kind.singular(), &snapshot)?.1,
            });
        }
        Ok(versions)
    }
}

/// Hides in a version of a merged record whom the one that stays does not show by name today.
fn hide_as_survivor(record: &mut Record, chain: &[&merge::Model], survivor: &Record) {
    // What both say together is not shown yet.
    if chain.last().is_none_or(|last| survivor.revision < last.revision_after) {
        return;
    }
    let same: Vec<BTreeMap<i64, i64>> = chain.iter().map(|merge| same_people_of(merge)).collect();
    for link in people_mut(&mut record.facts) {
        let person = same.iter().fold(link.person.as_i64(), |person, same| {
            same.get(&person).copied().unwrap_or(person)
        });
        let today = survivor.facts.people().iter().filter(|of| of.person.as_i64() == person);
        show_as_today(link, today);
    }
}
