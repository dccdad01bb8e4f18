//! What is cited: a version as everybody sees it today, or what is left of it, and what has become of the record since.

use std::collections::{BTreeSet, HashMap};

use amparo_domain::access::Audience;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use crate::Store;
use crate::bulk::KEYS_MAX;
use crate::entity::{audit_entry, frozen_list_item, record, revision, version};
use crate::error::{StoreError, Tombstone};
use crate::records::{
    Record, Shown, Version, View, literal, read_facts, read_record, restrict_names, select_records,
    tombstone, tombstone_of, visible_or_gone,
};
use crate::save::read_number;

/// What can be cited under a number, as everybody sees it.
#[derive(Debug, Clone)]
pub struct Citable {
    /// The number.
    pub number: Number,
    /// What it stands for.
    pub kind: Kind,
    /// The version that is cited; 0 of a record that has none, because it is public only by being named in another.
    pub version: i32,
    /// The latest version; 0 if there is none.
    pub latest: i32,
    /// What is shown of it.
    pub shown: ShownToday,
    /// The record that holds what it said, if it was merged.
    pub merged_into: Option<Number>,
}

/// What is shown of something that was published once.
#[derive(Debug, Clone)]
pub enum ShownToday {
    /// What it said, and when and why it was published; of a record without versions what it says now.
    Published(Option<Version>, Box<Shown<Record>>),
    /// Nothing but that it was withdrawn.
    Withdrawn(Tombstone),
}

impl Store {
    /// What is cited under a number: a version, or the latest one. A name that was taken down is in none of them, and of what was
    /// withdrawn nothing is told but that. What was never published is not there, whoever asks.
    pub async fn citable(
        &self,
        number: Number,
        kind: Option<Kind>,
        wanted: Option<i32>,
    ) -> Result<Citable, StoreError> {
        let public = &Audience::Public;
        let reader = self.connections.reader();
        let row = record::Entity::find_by_id(number.as_i64())
            .filter(visible_or_gone(public))
            .filter(record::Column::Kind.ne(Kind::Person.singular()))
            .one(reader)
            .await?
            .ok_or(StoreError::NotFound)?;
        let of: Kind = row.kind.parse().map_err(|()| StoreError::NotFound)?;
        if kind.is_some_and(|kind| kind != of) {
            return Err(StoreError::NotFound);
        }
        let latest = row.version;
        let version = wanted.unwrap_or(latest);
        let merged = row.state == State::Merged.code();
        let citable = |shown, merged_into| {
            Ok(Citable { number, kind: of, version, latest, shown, merged_into })
        };
        if row.state == State::Withdrawn.code() {
            self.was_published(number, version).await?;
            let tombstone = tombstone(reader, public, &row).await?;
            return citable(ShownToday::Withdrawn(tombstone), None);
        }
        let named = Named::Number(number);
        if version == 0 {
            let found = self.find(public, of, &named, View::Shown).await?;
            return citable(ShownToday::Published(None, Box::new(found)), None);
        }
        let shown = match self.version(public, of, &named, version).await {
            Ok((published, shown)) => ShownToday::Published(Some(published), Box::new(shown)),
            // What holds it was withdrawn, and its versions with it.
            Err(StoreError::Withdrawn(tombstone)) if merged => {
                self.was_published(number, version).await?;
                ShownToday::Withdrawn(Tombstone { number, ..tombstone })
            }
            Err(error) => return Err(error),
        };
        let into = if merged { Some(self.survivor(public, number).await?) } else { None };
        citable(shown, into)
    }

    /// What is cited under many numbers, each in a version or in its latest one: the same as [`Self::citable`] gives for each, with
    /// as many statements to the database for two hundred as for one. Only what was merged is asked for by itself. What cannot be
    /// cited is missing; more than [`Self::CITED_MAX`] are not asked for.
    pub async fn citables(
        &self,
        wanted: &[(Number, Option<i32>)],
    ) -> Result<HashMap<(Number, Option<i32>), Citable>, StoreError> {
        let public = &Audience::Public;
        let reader = self.connections.reader();
        let wanted = &wanted[..wanted.len().min(Self::CITED_MAX)];
        let numbers: BTreeSet<i64> = wanted.iter().map(|(number, _)| number.as_i64()).collect();
        let mut found = HashMap::new();
        if numbers.is_empty() {
            return Ok(found);
        }
        let rows = record::Entity::find()
            .filter(record::Column::Number.is_in(numbers.iter().copied()))
            .filter(visible_or_gone(public))
            .filter(record::Column::Kind.ne(Kind::Person.singular()))
            .all(reader)
            .await?;
        let versions = version::Entity::find()
            .filter(version::Column::Number.is_in(rows.iter().map(|row| row.number)))
            .all(reader)
            .await?;
        let versions: HashMap<(i64, i32), version::Model> =
            versions.into_iter().map(|row| ((row.number, row.version), row)).collect();
        let rows: HashMap<i64, record::Model> =
            rows.into_iter().map(|row| (row.number, row)).collect();
        let (mut gone, mut pinned) = (Vec::new(), Vec::new());
        for (number, version) in wanted {
            let Some(row) = rows.get(&number.as_i64()) else { continue };
            let of = version.unwrap_or(row.version);
            if row.state == State::Withdrawn.code() {
                if versions.contains_key(&(row.number, of)) {
                    gone.push((*number, *version, of));
                }
            } else if row.state == State::Merged.code() || row.version == 0 {
                match self.citable(*number, None, *version).await {
                    Ok(citable) => {
                        found.insert((*number, *version), citable);
                    }
                    Err(StoreError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            } else if let Some(published) = versions.get(&(row.number, of)) {
                pinned.push((*number, *version, published));
            }
        }
        self.add_withdrawn(&rows, gone, &mut found).await?;
        self.add_pinned(&rows, pinned, &mut found).await?;
        Ok(found)
    }

    /// How many citations of one text are looked up.
    pub const CITED_MAX: usize = KEYS_MAX;

    async fn add_withdrawn(
        &self,
        rows: &HashMap<i64, record::Model>,
        gone: Vec<(Number, Option<i32>, i32)>,
        found: &mut HashMap<(Number, Option<i32>), Citable>,
    ) -> Result<(), StoreError> {
        if gone.is_empty() {
            return Ok(());
        }
        let withdrawals = audit_entry::Entity::find()
            .filter(audit_entry::Column::Number.is_in(gone.iter().map(|(n, ..)| n.as_i64())))
            .filter(audit_entry::Column::Action.eq("withdraw"))
            .order_by_asc(audit_entry::Column::Id)
            .all(self.connections.reader())
            .await?;
        // The latest of each counts.
        let latest: HashMap<Option<i64>, audit_entry::Model> =
            withdrawals.into_iter().map(|entry| (entry.number, entry)).collect();
        for (number, wanted, version) in gone {
            let row = rows.get(&number.as_i64());
            let entry = latest.get(&Some(number.as_i64()));
            let (Some(row), Some(entry)) = (row, entry) else { continue };
            let shown = ShownToday::Withdrawn(tombstone_of(&Audience::Public, row, entry)?);
            found.insert((number, wanted), citable_of(row, version, shown)?);
        }
        Ok(())
    }

    async fn add_pinned(
        &self,
        rows: &HashMap<i64, record::Model>,
        pinned: Vec<(Number, Option<i32>, &version::Model)>,
        found: &mut HashMap<(Number, Option<i32>), Citable>,
    ) -> Result<(), StoreError> {
        if pinned.is_empty() {
            return Ok(());
        }
        let public = &Audience::Public;
        let reader = self.connections.reader();
        let numbers: BTreeSet<i64> = pinned.iter().map(|(number, ..)| number.as_i64()).collect();
        let mut select = select_records(public, View::Shown);
        select.and_where(
            Expr::col((record::Entity, record::Column::Number)).is_in(numbers.iter().copied()),
        );
        let mut present: HashMap<i64, Record> = HashMap::new();
        for row in reader.query_all(&select).await? {
            let record = read_record(&row)?;
            present.insert(record.number.as_i64(), record);
        }
        let revisions: BTreeSet<i32> = pinned.iter().map(|(.., of)| of.revision).collect();
        let snapshots = revision::Entity::find()
            .filter(revision::Column::Number.is_in(numbers))
            .filter(revision::Column::Revision.is_in(revisions))
            .all(reader)
            .await?;
        let snapshots: HashMap<(i64, i32), revision::Model> =
            snapshots.into_iter().map(|row| ((row.number, row.revision), row)).collect();
        let mut records = Vec::with_capacity(pinned.len());
        let mut kept = Vec::with_capacity(pinned.len());
        for (number, wanted, of) in pinned {
            let present = present.get(&of.number);
            let snapshot = snapshots.get(&(of.number, of.revision));
            let row = rows.get(&of.number);
            let (Some(present), Some(snapshot), Some(row)) = (present, snapshot, row) else {
                continue;
            };
            let facts = read_facts(of.number, &row.kind, &snapshot.snapshot)?.1;
            let mut record = Record {
                facts,
                revision: of.revision,
                version: of.version,
                changed_at: Some(of.published_at),
                ..present.clone()
            };
            record.narrow(Tier::Public);
            restrict_names(&mut record.facts, present.facts.people());
            records.push(record);
            kept.push((number, wanted, of, row));
        }
        let labels = self.labels(public, &mut records).await?;
        for (record, (number, wanted, of, row)) in records.into_iter().zip(kept) {
            let published = Version {
                version: of.version,
                published_at: of.published_at,
                reason: of.reason.clone(),
                minor: of.minor != 0,
            };
            let shown = Box::new(Shown { records: record, labels: labels.clone() });
            let shown = ShownToday::Published(Some(published), shown);
            found.insert((number, wanted), citable_of(row, of.version, shown)?);
        }
        Ok(())
    }

    /// Whether there is such a version of something that was withdrawn.
    async fn was_published(&self, number: Number, wanted: i32) -> Result<(), StoreError> {
        let row = version::Entity::find_by_id((number.as_i64(), wanted));
        let row = row.one(self.connections.reader()).await?;
        row.map(|_| ()).ok_or(StoreError::NotFound)
    }

    /// In how many countries the records of a list are, if all of them still are what the list holds: a country of something that was
    /// withdrawn or corrected since is not counted in silence.
    pub async fn countries_of_list(&self, list: Number) -> Result<Option<u64>, StoreError> {
        use frozen_list_item::Column as C;
        let item = |column| Expr::col((frozen_list_item::Entity, column));
        let card = |column| Expr::col((record::Entity, column));
        let unchanged = card(record::Column::State)
            .eq(literal(State::Published.code()))
            .and(card(record::Column::Version).eq(item(C::Version)));
        let changed = Expr::case(unchanged, literal(0)).finally(literal(1));
        let select = Query::select()
            .expr(Func::count_distinct(card(record::Column::Country)))
            .expr(Func::sum(Expr::expr(changed)).cast_as("bigint"))
            .from(frozen_list_item::Entity)
            .inner_join(
                record::Entity,
                card(record::Column::Number).equals((frozen_list_item::Entity, C::Number)),
            )
            .and_where(item(C::List).eq(list.as_i64()))
            .to_owned();
        let Some(row) = self.connections.reader().query_one(&select).await? else {
            return Ok(None);
        };
        let countries: i64 = row.try_get_by_index(0)?;
        let changed: Option<i64> = row.try_get_by_index(1)?;
        Ok((changed == Some(0)).then_some(u64::try_from(countries).unwrap_or(0)))
    }
}

/// What can be cited of a row, where it was merged into nothing.
fn citable_of(row: &record::Model, version: i32, shown: ShownToday) -> Result<Citable, StoreError> {
    let kind = row.kind.parse().map_err(|()| StoreError::NotFound)?;
    let (number, latest) = (read_number(row)?, row.version);
    Ok(Citable { number, kind, version, latest, shown, merged_into: None })
}
