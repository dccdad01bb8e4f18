//! The days for which somebody in the shown revision of an incident is in a custody status.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "custody_span")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub incident: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_day: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub until_day: Date,
    /// How many people.
    pub people: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
