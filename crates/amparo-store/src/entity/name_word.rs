//! A word of the name by which a person is shown.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "name_word")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
    pub person: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
