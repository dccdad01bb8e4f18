//! Versions that prove themselves: what each commits to, the salts that open it, and the logs, with their tiles
//! and checkpoints.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, binary, binary_null, integer, small_integer, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        let index = Index::create()
            .table("audit_leaf")
            .name("ix_audit_leaf_id")
            .col("id")
            .unique()
            .to_owned();
        manager.create_index(index).await?;
        // What waits for the log is little; what is in it grows for ever.
        let connection = manager.get_connection();
        for statement in [
            "CREATE INDEX ix_commitment_waiting ON commitment (made_at, number, version, change) \
             WHERE entry IS NULL",
            "CREATE INDEX ix_commitment_entry ON commitment (number, entry) WHERE entry IS NOT NULL",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["audit_leaf", "log_head", "log_tile", "log_entry", "salt", "commitment"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("commitment")
            .col(big_integer("number"))
            .col(integer("version"))
            .col(small_integer("change"))
            .col(small_integer("form"))
            .col(timestamp_with_time_zone("made_at"))
            .col(binary_null("digests"))
            .col(big_integer_null("entry"))
            .primary_key(Index::create().col("number").col("version").col("change"))
            .to_owned(),
        Table::create()
            .table("salt")
            .col(big_integer("number"))
            .col(integer("version"))
            .col(small_integer("change"))
            .col(binary("salts"))
            .primary_key(Index::create().col("number").col("version").col("change"))
            .to_owned(),
        Table::create()
            .table("log_entry")
            .col(small_integer("log"))
            .col(big_integer("position"))
            .col(binary("leaf"))
            .primary_key(Index::create().col("log").col("position"))
            .to_owned(),
        Table::create()
            .table("log_tile")
            .col(small_integer("log"))
            .col(small_integer("level"))
            .col(big_integer("position"))
            .col(binary("hashes"))
            .primary_key(Index::create().col("log").col("level").col("position"))
            .to_owned(),
        Table::create()
            .table("log_head")
            .col(small_integer("log").primary_key())
            .col(text("origin"))
            .col(big_integer("size"))
            .col(text_null("note"))
            .col(big_integer("signed_size"))
            .col(timestamp_with_time_zone_null("signed_at"))
            .to_owned(),
        Table::create()
            .table("audit_leaf")
            .col(big_integer("position").primary_key())
            .col(big_integer("id"))
            .to_owned(),
    ]
}
