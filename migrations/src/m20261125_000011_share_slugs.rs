//! Slugs are unique in a network, and among what everybody can see. Before, a draft that nobody else
//! knew of kept its slug from everybody, and so told that it was there.

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
            "CREATE UNIQUE INDEX ix_record_slug_network ON record (kind, slug, network) \
             WHERE slug IS NOT NULL",
            "CREATE UNIQUE INDEX ix_record_slug_public ON record (kind, slug) \
             WHERE slug IS NOT NULL AND (public = 1 OR state = 'withdrawn')",
            "DROP INDEX ix_record_slug",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "CREATE UNIQUE INDEX ix_record_slug ON record (kind, slug)",
            "DROP INDEX ix_record_slug_public",
            "DROP INDEX ix_record_slug_network",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
