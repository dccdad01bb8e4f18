//! What somebody without an account asks of a network. Its words are confidential.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "intake")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub receipt: String,
    pub kind: String,
    pub rank: i32,
    pub about: Option<i64>,
    pub text: String,
    pub contact: Option<String>,
    pub received_at: DateTimeUtc,
    pub state: String,
    pub closed_by: Option<i64>,
    pub closed_at: Option<DateTimeUtc>,
    pub answer: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
