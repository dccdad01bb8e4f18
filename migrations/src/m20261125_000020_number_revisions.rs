//! Revisions get an id in the order in which they were made, and a record holds the id of the one it
//! shows: a list finds it at once, without a look into an index for each of its records.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// SQLite gives a table a key only when it is made, and counts on by itself: it has one writer.
const SQLITE: [&str; 7] = [
    "CREATE TABLE revision_with_id (id integer NOT NULL PRIMARY KEY, number integer NOT NULL, \
     revision integer NOT NULL, snapshot text NOT NULL, \
     made_at timestamp_with_timezone_text NOT NULL, made_by integer NOT NULL, reason text NULL)",
    "INSERT INTO revision_with_id (number, revision, snapshot, made_at, made_by, reason) \
     SELECT number, revision, snapshot, made_at, made_by, reason FROM revision \
     ORDER BY made_at, number, revision",
    "DROP TABLE revision",
    "ALTER TABLE revision_with_id RENAME TO revision",
    "CREATE UNIQUE INDEX ix_revision_number ON revision (number, revision)",
    "ALTER TABLE record ADD COLUMN shown_id integer NOT NULL DEFAULT 0",
    SHOW,
];

const POSTGRES: [&str; 8] = [
    "CREATE SEQUENCE revision_id",
    "ALTER TABLE revision ADD COLUMN id bigint",
    "UPDATE revision SET id = ordered.id FROM (SELECT number, revision, \
     row_number() OVER (ORDER BY made_at, number, revision) AS id FROM revision) AS ordered \
     WHERE ordered.number = revision.number AND ordered.revision = revision.revision",
    "SELECT setval('revision_id', (SELECT COALESCE(MAX(id), 0) + 1 FROM revision), false)",
    "ALTER TABLE revision DROP CONSTRAINT revision_pkey, ADD PRIMARY KEY (id)",
    "CREATE UNIQUE INDEX ix_revision_number ON revision (number, revision)",
    "ALTER TABLE record ADD COLUMN shown_id bigint NOT NULL DEFAULT 0",
    SHOW,
];

const SHOW: &str = "UPDATE record SET shown_id = COALESCE((SELECT id FROM revision WHERE \
     revision.number = record.number AND revision.revision = record.shown), 0)";

const SQLITE_DOWN: [&str; 5] = [
    "ALTER TABLE record DROP COLUMN shown_id",
    "CREATE TABLE revision_without_id (number integer NOT NULL, revision integer NOT NULL, \
     snapshot text NOT NULL, made_at timestamp_with_timezone_text NOT NULL, \
     made_by integer NOT NULL, reason text NULL, PRIMARY KEY (number, revision))",
    "INSERT INTO revision_without_id SELECT number, revision, snapshot, made_at, made_by, reason \
     FROM revision",
    "DROP TABLE revision",
    "ALTER TABLE revision_without_id RENAME TO revision",
];

const POSTGRES_DOWN: [&str; 5] = [
    "ALTER TABLE record DROP COLUMN shown_id",
    "ALTER TABLE revision DROP COLUMN id",
    "DROP INDEX ix_revision_number",
    "ALTER TABLE revision ADD PRIMARY KEY (number, revision)",
    "DROP SEQUENCE revision_id",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = match manager.get_database_backend() {
            DbBackend::Sqlite => &SQLITE[..],
            _ => &POSTGRES[..],
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = match manager.get_database_backend() {
            DbBackend::Sqlite => &SQLITE_DOWN[..],
            _ => &POSTGRES_DOWN[..],
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
