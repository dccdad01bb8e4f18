//! What a person agreed to or refused, as somebody told it on a day.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub person: i64,
    pub purpose: String,
    pub status: String,
    pub given_by: String,
    pub on_day: String,
    pub note: Option<String>,
    pub made_at: DateTimeUtc,
    pub made_by: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
