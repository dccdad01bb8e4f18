//! Who declares to have looked where and when.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "coverage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub network: String,
    /// Alpha-3; everywhere if there is none.
    pub country: Option<String>,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub extent: String,
    pub note: Option<String>,
    pub revision: i32,
    pub declared_at: DateTimeUtc,
    pub declared_by: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
