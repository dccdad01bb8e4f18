//! The audit trail is read by moment: its ids, whose gaps tell how much others write, are shown to nobody.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let create = "CREATE INDEX ix_audit_entry_at ON audit_entry (at, id)";
        manager.get_connection().execute_unprepared(create).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop_index = "DROP INDEX ix_audit_entry_at";
        manager.get_connection().execute_unprepared(drop_index).await.map(drop)
    }
}
