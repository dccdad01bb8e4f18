//! Tokens, idempotency keys, the instance's secret, and the audit trail that refuses to be changed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer_null, pk_auto, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null,
};
use sea_orm_migration::sea_orm::DbBackend;

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
        let indexes = [
            Index::create().table("token").name("ix_token_hash").col("hash").unique().to_owned(),
            Index::create()
                .table("audit_entry")
                .name("ix_audit_entry_number")
                .col("number")
                .to_owned(),
            Index::create()
                .table("idempotency")
                .name("ix_idempotency_made_at")
                .col("made_at")
                .to_owned(),
        ];
        for index in indexes {
            manager.create_index(index).await?;
        }
        for statement in append_only(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["instance", "idempotency", "token", "audit_entry"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            let drop = "DROP FUNCTION refuse_change_of_audit_entry()";
            manager.get_connection().execute_unprepared(drop).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("audit_entry")
            .col(pk_auto("id").big_integer())
            .col(timestamp_with_time_zone("at"))
            .col(big_integer("token"))
            .col(text("network"))
            .col(text("action"))
            .col(big_integer_null("number"))
            .col(integer_null("revision"))
            .col(text_null("reason"))
            .to_owned(),
        Table::create()
            .table("token")
            .col(big_integer("id").primary_key())
            .col(text("name"))
            .col(text("role"))
            .col(text("network"))
            .col(text("hash"))
            .col(timestamp_with_time_zone("issued_at"))
            .col(timestamp_with_time_zone_null("expires_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .to_owned(),
        Table::create()
            .table("idempotency")
            .col(big_integer("token"))
            .col(text("path"))
            .col(text("key"))
            .col(text("request"))
            .col(big_integer("number"))
            .col(integer_null("revision"))
            .col(timestamp_with_time_zone("made_at"))
            .primary_key(Index::create().col("token").col("path").col("key"))
            .to_owned(),
        Table::create()
            .table("instance")
            .col(text("name").primary_key())
            .col(text("value"))
            .to_owned(),
    ]
}

fn append_only(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        DbBackend::Sqlite => &[
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry \
             BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry \
             BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
        ],
        _ => &[
            "CREATE FUNCTION refuse_change_of_audit_entry() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
            "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON \
             audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_entry()",
        ],
    }
}
