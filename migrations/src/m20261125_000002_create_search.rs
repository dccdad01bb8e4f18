//! Full-text search over words that the domain folded and split: neither database gets to parse.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements: &[&str] = match manager.get_database_backend() {
            // The ascii tokenizer splits at spaces and leaves every other script alone.
            DbBackend::Sqlite => &["CREATE VIRTUAL TABLE search USING fts5(\
                 words, content='', contentless_delete=1, detail=none, tokenize='ascii')"],
            _ => &[
                "CREATE TABLE search (number bigint PRIMARY KEY, words tsvector NOT NULL)",
                "CREATE INDEX ix_search_words ON search USING gin (words)",
            ],
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP TABLE search").await?;
        Ok(())
    }
}
