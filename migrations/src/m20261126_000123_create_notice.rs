//! Notices: that an incident which a statement cites is another by now. And versions that change no more than words, of which
//! nobody is told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, integer_null, small_integer, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: [&str; 4] = [
    // The same is never told twice; what was undone may come again.
    "CREATE UNIQUE INDEX ix_notice_once ON notice (incident, statement, change, version) \
     WHERE undone_at IS NULL",
    "CREATE INDEX ix_notice_network ON notice (network, made_at, id)",
    "CREATE INDEX ix_notice_open ON notice (network, made_at, id) WHERE closed_at IS NULL",
    "CREATE INDEX ix_notice_statement ON notice (statement, made_at, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let minor = small_integer("minor").default(0).to_owned();
        let add = Table::alter().table("version").add_column(minor).to_owned();
        manager.alter_table(add).await?;
        manager.create_table(notice()).await?;
        let connection = manager.get_connection();
        for statement in INDEXES {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("notice").to_owned()).await?;
        let drop = Table::alter().table("version").drop_column("minor").to_owned();
        manager.alter_table(drop).await
    }
}

fn notice() -> TableCreateStatement {
    Table::create()
        .table("notice")
        .col(big_integer("id").primary_key())
        .col(text("network"))
        .col(big_integer("statement"))
        .col(big_integer("incident"))
        .col(integer_null("cited"))
        .col(text("change"))
        .col(integer("version"))
        .col(integer("kinds"))
        .col(big_integer_null("into_number"))
        .col(text_null("class"))
        .col(timestamp_with_time_zone("made_at"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .col(timestamp_with_time_zone_null("closed_at"))
        .col(big_integer_null("closed_by"))
        .col(text_null("answer"))
        .to_owned()
}
