//! A record of any kind: its index card.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub kind: String,
    pub state: String,
    pub public: i32,
    pub network: String,
    pub revision: i32,
    pub version: i32,
    pub shown: i32,
    /// The id of the shown revision, by which lists read it without a look into another index.
    pub shown_id: i64,
    pub recorded_at: DateTimeUtc,
    pub recorded_by: i64,
    pub first_published_at: Option<DateTimeUtc>,
    pub changed_at: Option<DateTimeUtc>,
    pub slug: Option<String>,
    pub label: Option<String>,
    pub acronym: Option<String>,
    pub date: Option<String>,
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
    /// The earliest day, among people who are still held in the shown revision, on which custody was
    /// last confirmed.
    pub held_confirmed_on: Option<Date>,
    /// What waits for the desk, or for the author.
    pub task: Option<String>,
    pub waiting_since: Option<DateTimeUtc>,
    /// 0 if somebody is in danger now by the latest revision, else 1.
    pub urgency: i16,
    /// How many approvals the latest revision needs.
    pub needed: i16,
    /// Since when the public sees the version that it sees.
    pub shown_at: Option<DateTimeUtc>,
    /// The day from which it is known by its public sources, of the shown revision.
    pub known_from: Option<Date>,
    /// The first and the last month in which an incident can lie, counted from the beginning of year 0.
    pub first_month: Option<i32>,
    pub last_month: Option<i32>,
    /// What an incident adds to a count.
    pub people: Option<i64>,
    pub people_min: Option<i64>,
    pub people_max: Option<i64>,
    pub events: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
