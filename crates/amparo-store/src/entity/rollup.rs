//! A count that is kept: of the incidents with a code of a list, in a country, between certain months.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup")]
pub struct Model {
    /// `type`, `grade`, …; empty for all incidents.
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub country: String,
    /// The months that the incidents certainly touch; before all months where nothing is certain.
    #[sea_orm(primary_key, auto_increment = false)]
    pub certain_from: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub certain_to: i32,
    /// The months between which they lie; before or after all months where that is open.
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_month: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub last_month: i32,
    pub incidents: i64,
    pub people: i64,
    pub people_min: i64,
    pub people_max: i64,
    pub people_max_unknown: i64,
    pub events: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
