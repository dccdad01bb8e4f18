//! An entry in the ledger of responses of a record.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "response")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub number: i64,
    pub kind: String,
    pub sort: Option<String>,
    /// In EDTF.
    pub date: String,
    /// By what entries are ordered.
    pub sort_on: Option<Date>,
    pub by_organization: Option<i64>,
    pub by_text: Option<String>,
    pub to_organization: Option<i64>,
    pub to_text: Option<String>,
    pub text: Option<String>,
    pub url: Option<String>,
    pub reference: Option<String>,
    /// The entry of the same ledger that it answers.
    pub answers: Option<i64>,
    pub public: i16,
    pub revision: i32,
    pub made_at: DateTimeUtc,
    pub made_by: i64,
    pub changed_at: DateTimeUtc,
    pub changed_by: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
