//! Two halves of a list by changes: what changed for the public, whoever asks, and what never did.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX ix_record_changed",
            "CREATE INDEX ix_record_changed ON record (kind, changed_at, number) \
             WHERE changed_at IS NOT NULL",
            "CREATE INDEX ix_record_unchanged ON record (kind, sort_on, number) \
             WHERE changed_at IS NULL",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX ix_record_unchanged",
            "DROP INDEX ix_record_changed",
            "CREATE INDEX ix_record_changed ON record (kind, public, changed_at, number)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
