//! What a reviewer asked of those who logged a record, and their answer.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "question")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// 1, 2, 3, … of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub revision: i32,
    pub asked_by: i64,
    pub asked_at: DateTimeUtc,
    pub text: String,
    pub answer: Option<String>,
    pub answered_by: Option<i64>,
    pub answered_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
