//! Two incidents of which a network said that they are not the same.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "distinct_pair")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub low: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub high: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub network: String,
    pub said_by: i64,
    pub said_at: DateTimeUtc,
    pub reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
