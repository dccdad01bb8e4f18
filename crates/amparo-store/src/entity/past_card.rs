//! The card of a version that the public saw once: what lists of days gone by are asked by. Its columns are
//! called as those of a record, so that the same conditions can be put to it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "past_card")]
pub struct Model {
    /// A key of its own, negative, so that no record has it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The record.
    pub of_number: i64,
    /// When the public saw it no longer.
    pub shown_until: DateTimeUtc,
    pub shown_at: DateTimeUtc,
    pub kind: String,
    pub state: String,
    pub public: i32,
    pub network: String,
    pub revision: i32,
    pub version: i32,
    pub shown_id: i64,
    pub recorded_at: DateTimeUtc,
    pub first_published_at: Option<DateTimeUtc>,
    pub changed_at: Option<DateTimeUtc>,
    pub country: Option<String>,
    pub sort_on: Option<Date>,
    pub certain_from: Option<Date>,
    pub certain_to: Option<Date>,
    pub possible_from: Option<Date>,
    pub possible_to: Option<Date>,
    pub grade: Option<String>,
    pub severity: Option<i16>,
    pub election: Option<i64>,
    pub phase: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub x: Option<f64>,
    pub y: Option<f64>,
    pub z: Option<f64>,
    pub known_from: Option<Date>,
    pub first_month: Option<i32>,
    pub last_month: Option<i32>,
    pub people: Option<i64>,
    pub people_min: Option<i64>,
    pub people_max: Option<i64>,
    pub events: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
