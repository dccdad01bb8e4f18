//! Who was asked to endorse which revision of a statement, and what they said.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "endorsement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub statement: i64,
    pub organization: i64,
    /// The network whose members may answer with their own account.
    pub network: Option<String>,
    /// What the code is known by, as long as it holds.
    pub code_hash: Option<String>,
    /// The revision that was asked about.
    pub revision: i32,
    /// A digest of what it says in words.
    pub wording: String,
    pub asked_by: i64,
    pub asked_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub answer: Option<String>,
    pub answered_at: Option<DateTimeUtc>,
    /// Who answered with an account; none who had the code.
    pub answered_by: Option<i64>,
    pub name: Option<String>,
    pub role: Option<String>,
    pub said: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
