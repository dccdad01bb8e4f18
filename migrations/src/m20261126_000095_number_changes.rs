//! The register's own revision: one number that grows with whatever changes what the public sees, so that
//! an answer that was given before can be told from one that is still true.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("register")
            .col(integer("id").primary_key())
            .col(big_integer("revision"))
            .to_owned();
        manager.create_table(table).await?;
        let first = Query::insert()
            .into_table("register")
            .columns(["id", "revision"])
            .values_panic([1.into(), 1.into()])
            .to_owned();
        manager.execute(first).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("register").to_owned()).await
    }
}
