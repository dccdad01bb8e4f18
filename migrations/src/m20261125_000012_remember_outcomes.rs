//! What came of a request, so that a retry is told the same.
//!
//! Keys that were kept before stand for paths without a method and are not found again: a retry
//! across the update is a new request.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("idempotency").add_column(text_null("outcome")).to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("idempotency").drop_column("outcome").to_owned();
        manager.alter_table(table).await
    }
}
