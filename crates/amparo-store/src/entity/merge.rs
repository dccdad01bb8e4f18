//! One incident merged into another, and taken apart again.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "merge")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub loser: i64,
    pub survivor: i64,
    pub network: String,
    pub merged_at: DateTimeUtc,
    pub merged_by: i64,
    pub reason: String,
    pub prior_state: String,
    pub revision_before: i32,
    pub revision_after: i32,
    /// Who is who, and the ids of the names that people got by it, as JSON.
    pub people: String,
    pub unmerged_at: Option<DateTimeUtc>,
    pub unmerged_by: Option<i64>,
    pub unmerge_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
