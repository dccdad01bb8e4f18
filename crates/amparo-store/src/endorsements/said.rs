//! What a statement said and says in words, by which it is told what an answer was of.

use std::collections::HashMap;

use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::digest;
use crate::entity::{record, revision, version};
use crate::error::StoreError;
use crate::records::read_facts;

/// What a statement said and says in words.
pub(super) struct Said {
    /// The first version of each wording.
    pub(super) versions: HashMap<String, i32>,
    pub(super) present: Option<String>,
    pub(super) endorsers: Vec<Number>,
}

/// Reads it, in a bounded number of statements.
pub(super) async fn said(db: &impl ConnectionTrait, statement: i64) -> Result<Said, StoreError> {
    let row = record::Entity::find_by_id(statement).one(db).await?;
    let row = row.ok_or(StoreError::NotFound)?;
    let published = version::Entity::find()
        .filter(version::Column::Number.eq(statement))
        .order_by_asc(version::Column::Version)
        .all(db)
        .await?;
    let mut wanted: Vec<i32> = published.iter().map(|row| row.revision).collect();
    wanted.push(row.revision);
    wanted.sort_unstable();
    wanted.dedup();
    let mut said = Said { versions: HashMap::new(), present: None, endorsers: Vec::new() };
    let mut wordings = HashMap::new();
    for some in wanted.chunks(50) {
        let rows: Vec<(i32, String)> = revision::Entity::find()
            .select_only()
            .columns([revision::Column::Revision, revision::Column::Snapshot])
            .filter(revision::Column::Number.eq(statement))
            .filter(revision::Column::Revision.is_in(some.to_vec()))
            .into_tuple()
            .all(db)
            .await?;
        for (revision, snapshot) in rows {
            let (_, facts) = read_facts(statement, Kind::Statement.singular(), &snapshot)?;
            let Stored::Statement(facts) = facts else { continue };
            wordings.insert(revision, digest(&facts));
            if row.version > 0 && revision == row.shown {
                said.endorsers = facts.endorsers.iter().map(|of| of.organization).collect();
            }
        }
    }
    said.present = wordings.get(&row.revision).cloned();
    for row in published.iter().rev() {
        if let Some(wording) = wordings.get(&row.revision) {
            said.versions.insert(wording.clone(), row.version);
        }
    }
    Ok(said)
}
