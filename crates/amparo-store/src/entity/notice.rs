//! That an incident which a statement cites is another by now.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The network of the statement.
    pub network: String,
    pub statement: i64,
    pub incident: i64,
    /// The version that the statement cited then.
    pub cited: Option<i32>,
    /// `version`, `withdrawn` or `merged`.
    pub change: String,
    /// The version that the incident had then.
    pub version: i32,
    /// What became of it, a bit for each kind.
    pub kinds: i32,
    pub into_number: Option<i64>,
    pub class: Option<String>,
    pub made_at: DateTimeUtc,
    /// When the merge was taken apart.
    pub undone_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub closed_by: Option<i64>,
    pub answer: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
