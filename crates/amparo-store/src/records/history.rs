//! Versions, which the public sees, and revisions, which staff see.

use std::collections::HashMap;

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::incident::PersonLink;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::{Display, State};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{Record, Shown, View, read_facts};
use crate::Store;
use crate::entity::{revision, version, version_list};
use crate::error::StoreError;
use crate::grants::is_granted_to_review;

/// A version of a record: what was published.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// 1, 2, 3, … without gaps.
    pub version: i32,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Why it was made.
    pub reason: Option<String>,
    /// Whether it changes no more than words.
    pub minor: bool,
}

/// A revision of a record: what was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// 1, 2, 3, ….
    pub revision: i32,
    /// When it was saved.
    pub made_at: DateTime<Utc>,
    /// The token that saved it.
    pub made_by: i64,
    /// Why.
    pub reason: Option<String>,
}

impl Store {
    /// The versions of a record, the first one first.
    pub async fn versions(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
    ) -> Result<Vec<Version>, StoreError> {
        let record = self.find_row_or_merged(audience, kind, named, View::Shown).await?;
        if record.state == State::Merged {
            self.restrict_by_survivor(audience, record.number, &mut []).await?;
        }
        let rows = version::Entity::find()
            .filter(version::Column::Number.eq(record.number.as_i64()))
            .order_by_asc(version::Column::Version)
            .all(self.connections.reader())
            .await?;
        let versions = rows.into_iter().map(|row| Version {
            version: row.version,
            published_at: row.published_at,
            reason: row.reason,
            minor: row.minor != 0,
        });
        Ok(versions.collect())
    }

    /// One version of a record, as it was published.
    ///
    /// The words never change. A name is shown only if the record still shows it today, so that
    /// taking a name down reaches every version.
    pub async fn version(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        wanted: i32,
    ) -> Result<(Version, Shown<Record>), StoreError> {
        let present = self.find_row_or_merged(audience, kind, named, View::Shown).await?;
        let reader = self.connections.reader();
        let number = present.number.as_i64();
        let row = version::Entity::find_by_id((number, wanted)).one(reader).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let (_, facts) = self.facts_of(present.number, kind, row.revision).await?;
        let mut record =
            Record { facts, revision: row.revision, version: wanted, ..present.clone() };
        // A version is what was published: whoever asks sees of it what everybody does.
        record.narrow(Tier::Public);
        restrict_names(&mut record.facts, present.facts.people());
        if present.state == State::Merged {
            let people = people_mut(&mut record.facts);
            self.restrict_by_survivor(audience, present.number, people).await?;
        }
        record.changed_at = Some(row.published_at);
        let mut records = [record];
        let labels = self.labels(audience, &mut records).await?;
        let [records] = records;
        let version = Version {
            version: row.version,
            published_at: row.published_at,
            reason: row.reason,
            minor: row.minor != 0,
        };
        Ok((version, Shown { records, labels }))
    }

    /// The frozen lists of what the versions of a statement cite, by version: for whoever sees these.
    pub async fn cited_lists(&self, number: Number) -> Result<HashMap<i32, Number>, StoreError> {
        let rows = version_list::Entity::find()
            .filter(version_list::Column::Number.eq(number.as_i64()))
            .all(self.connections.reader())
            .await?;
        let lists = rows
            .into_iter()
            .filter_map(|row| Some((row.version, Number::from_i64(row.list).ok()?)));
        Ok(lists.collect())
    }

    /// The latest revision of a record for those who know how it came about: the desk of its network
    /// (of a statement, who writes them), and the desk of one that it was granted to for review. A record
    /// that is granted is shown as it is, not what was said of it or what it once said.
    pub(crate) async fn find_at_desk(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
    ) -> Result<Record, StoreError> {
        let record = self.find_row(audience, kind, named, View::Working).await?;
        let theirs = match audience {
            Audience::Public => false,
            Audience::Instance => true,
            Audience::Member(member) if member.network == record.network => {
                member.desk || (member.states && kind == Kind::Statement)
            }
            Audience::Member(member) => {
                let reader = self.connections.reader();
                let number = record.number.as_i64();
                member.desk && is_granted_to_review(reader, number, &member.network).await?
            }
        };
        if theirs && record.access > Tier::Public {
            return Ok(record);
        }
        // To all others it is what it is to the public: a tombstone, or nothing.
        self.find_row(&Audience::Public, kind, named, View::Working).await
    }

    /// The revisions of a record, the first one first; for those who know how it came about.
    pub async fn revisions(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
    ) -> Result<Vec<Revision>, StoreError> {
        let record = self.find_at_desk(audience, kind, named).await?;
        let rows: Vec<(i32, DateTime<Utc>, i64, Option<String>)> = revision::Entity::find()
            .select_only()
            .columns([
                revision::Column::Revision,
                revision::Column::MadeAt,
                revision::Column::MadeBy,
                revision::Column::Reason,
            ])
            .filter(revision::Column::Number.eq(record.number.as_i64()))
            .order_by_asc(revision::Column::Revision)
            .into_tuple()
            .all(self.connections.reader())
            .await?;
        let revisions = rows.into_iter();
        Ok(revisions
            .map(|(revision, made_at, made_by, reason)| Revision {
                revision,
                made_at,
                made_by,
                reason,
            })
            .collect())
    }

    /// One revision of a record, for those who know how it came about.
    pub async fn revision(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        wanted: i32,
    ) -> Result<Shown<Record>, StoreError> {
        self.find_at_desk(audience, kind, named).await?;
        let shown = self.revision_as_written(audience, kind, named, wanted).await?;
        let records = std::slice::from_ref(&shown.records);
        self.note_confidential_reads(audience, records, None).await?;
        Ok(shown)
    }

    /// The same for who just wrote it, which the audit trail tells already.
    pub async fn revision_as_written(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        wanted: i32,
    ) -> Result<Shown<Record>, StoreError> {
        let mut record = self.find_row(audience, kind, named, View::Working).await?;
        if record.access == Tier::Public {
            return Err(StoreError::NotFound);
        }
        // What was just written is the latest, unless somebody was faster.
        if record.revision != wanted {
            let access = record.access;
            (record.revision_id, record.facts) = self.facts_of(record.number, kind, wanted).await?;
            record.revision = wanted;
            record.narrow(access);
        }
        let mut records = [record];
        self.unseal(&mut records).await?;
        let labels = self.labels(audience, &mut records).await?;
        let [records] = records;
        Ok(Shown { records, labels })
    }

    async fn facts_of(
        &self,
        number: Number,
        kind: Kind,
        revision: i32,
    ) -> Result<(i64, Stored), StoreError> {
        let row = revision::Entity::find()
            .filter(revision::Column::Number.eq(number.as_i64()))
            .filter(revision::Column::Revision.eq(revision))
            .one(self.connections.reader())
            .await?
            .ok_or(StoreError::NotFound)?;
        Ok((row.id, read_facts(row.number, kind.singular(), &row.snapshot)?.1))
    }
}

/// Shows no name that the record does not show today.
pub(crate) fn restrict_names(facts: &mut Stored, present: &[PersonLink<Number>]) {
    for link in people_mut(facts) {
        let person = link.person;
        show_as_today(link, present.iter().filter(|other| other.person == person));
    }
}

/// Shows no name of somebody whom none of these shows by name today.
pub(crate) fn show_as_today<'p>(
    link: &mut PersonLink<Number>,
    today: impl Iterator<Item = &'p PersonLink<Number>> + Clone,
) {
    if link.display != Display::Name || today.clone().any(|other| other.display == Display::Name) {
        return;
    }
    let withheld = today.clone().any(|other| other.display == Display::Withheld);
    link.display = if withheld { Display::Withheld } else { Display::Role };
    link.display_reason = None;
}

pub(crate) fn people_mut(facts: &mut Stored) -> &mut [PersonLink<Number>] {
    match facts {
        Stored::Incident(facts) => &mut facts.people,
        Stored::Statement(facts) => &mut facts.people,
        _ => &mut [],
    }
}
