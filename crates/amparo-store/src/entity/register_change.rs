//! Something that the public saw change.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "register_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub change: String,
    pub number: i64,
    pub version: Option<i32>,
    /// When it was taken up here: never before that of a row with a smaller id.
    pub at: DateTimeUtc,
    pub into_number: Option<i64>,
    pub class: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
