//! The days of each custody status, so that questions are answered as of the day they are asked.
//!
//! What was kept before says how it stood at the last save, and nothing of the days: it holds for all
//! days until the record is saved again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, date, text};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("custody_span")
            .col(big_integer("incident"))
            .col(text("code"))
            .col(date("from_day"))
            .col(date("until_day"))
            .primary_key(
                Index::create().col("incident").col("code").col("from_day").col("until_day"),
            )
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .table("custody_span")
            .name("ix_custody_span_code")
            .col("code")
            .col("until_day")
            .col("from_day")
            .col("incident")
            .to_owned();
        manager.create_index(index).await?;
        // SQLite keeps a day as a text, and PostgreSQL wants to be told that a text is a day.
        let day = match manager.get_database_backend() {
            DbBackend::Sqlite => "",
            _ => "DATE ",
        };
        let copy = format!(
            "INSERT INTO custody_span (incident, code, from_day, until_day) \
             SELECT incident, code, {day}'0001-01-01', {day}'9999-12-31' FROM incident_term \
             WHERE list = 'custody'"
        );
        for statement in [copy.as_str(), "DELETE FROM incident_term WHERE list = 'custody'"] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let back = "INSERT INTO incident_term (incident, list, code) \
                    SELECT DISTINCT incident, 'custody', code FROM custody_span";
        manager.get_connection().execute_unprepared(back).await?;
        manager.drop_table(Table::drop().table("custody_span").to_owned()).await
    }
}
