//! Confidential facts: put back for those who may see them, and every read of them noted.

use std::collections::HashMap;

use amparo_domain::access::{Actor, Audience, Roles};
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::{Sealed, Tier};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use super::Record;
use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::bulk::padded;
use crate::entity::confidential;
use crate::error::StoreError;

impl Store {
    /// Gives records their confidential facts, and people their names, where the caller may see them.
    pub(crate) async fn unseal(&self, records: &mut [Record]) -> Result<(), StoreError> {
        let reader = self.connections.reader();
        let known = records.iter().filter(|record| record.access == Tier::Confidential);
        let ids: Vec<i64> = known.map(|record| record.revision_id).collect();
        let mut rows = sealed(reader, ids).await?;
        for record in records.iter_mut() {
            if let Some(rows) = rows.remove(&record.revision_id) {
                put_back(record.number, &mut record.facts, rows)?;
            }
        }
        self.add_names(records).await
    }

    /// Notes who read confidential facts of which records, and why if they said so.
    pub(crate) async fn note_confidential_reads(
        &self,
        audience: &Audience,
        records: &[Record],
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let Audience::Member(member) = audience else {
            return Ok(());
        };
        let read: Vec<Entry> = records
            .iter()
            .filter(|record| record.access == Tier::Confidential && is_confidential(record))
            .map(|record| Entry {
                action: Action::ReadConfidential,
                number: Some(record.number),
                revision: Some(record.revision),
                reason: reason.clone(),
            })
            .collect();
        if read.is_empty() {
            return Ok(());
        }
        let network = member.network.clone();
        let actor = Actor { id: member.who, roles: Roles::default(), network, fresh: false };
        let now = self.clock.now();
        self.connections
            .write(move |tx| {
                let (actor, read) = (actor.clone(), read.clone());
                Box::pin(async move { audit::record(tx, &actor, now, read).await })
            })
            .await
    }
}

/// Whether a record tells those who may see it more than it tells its network.
fn is_confidential(record: &Record) -> bool {
    let facts = &record.facts;
    facts.kind() == Kind::Person
        || !facts.people().is_empty()
        || facts.narrowed(Tier::Network).as_ref() != facts
}

/// The confidential facts of some revisions, by the id of the revision.
pub(crate) async fn sealed(
    db: &impl ConnectionTrait,
    ids: Vec<i64>,
) -> Result<HashMap<i64, Vec<Sealed>>, StoreError> {
    let mut sealed: HashMap<i64, Vec<Sealed>> = HashMap::new();
    if ids.is_empty() {
        return Ok(sealed);
    }
    let rows = confidential::Entity::find()
        .filter(confidential::Column::RevisionId.is_in(padded(ids)))
        .all(db)
        .await?;
    for row in rows {
        let value = serde_json::from_str(&row.value).map_err(|_| StoreError::Corrupt {
            table: "confidential",
            number: row.number,
            what: "a confidential fact does not read back",
        })?;
        sealed.entry(row.revision_id).or_default().push(Sealed { field: row.field, value });
    }
    Ok(sealed)
}

/// Puts confidential facts back where they were.
pub(crate) fn put_back(
    number: Number,
    facts: &mut Stored,
    rows: Vec<Sealed>,
) -> Result<(), StoreError> {
    facts.unseal(rows).map_err(|_| StoreError::Corrupt {
        table: "confidential",
        number: number.as_i64(),
        what: "a confidential fact does not read back",
    })
}
