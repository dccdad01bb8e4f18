//! A version in a frozen list.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "frozen_list_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub number: i64,
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
