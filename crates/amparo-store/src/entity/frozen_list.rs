//! A result that is kept as it was: which question, when, how many.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "frozen_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub title: String,
    pub lang: String,
    pub query: String,
    /// What the answer said of the question, as JSON: the period as it was resolved, for one.
    pub meta: String,
    pub count: i64,
    pub made_at: DateTimeUtc,
    pub made_by: i64,
    pub network: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
