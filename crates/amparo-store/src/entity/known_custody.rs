//! The days for which somebody in an incident was in a custody status, as it was known from one day to
//! another by the dates of the sources.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "known_custody")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub incident: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_day: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub until_day: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub known_from: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub known_until: Date,
    /// How many people.
    pub people: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
