//! What the register said on days gone by, and since when each thing in it was known.
//!
//! A card of a version that is shown no longer has a row of its own, with the columns by which records are
//! asked for, under a negative key. It is the key of its rows in `reference`, `incident_term`, `custody_span`,
//! `known_custody` and `search`, too, so that no record of today ever meets them. The rows of what was
//! published before, and what it was known from, are written by the program after this step
//! (`Store::migrate`), because they come from snapshots; a card edition later than this step's says so.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, date, date_null, double_null, integer, integer_null,
    small_integer_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Since when the public sees what it sees of a record: since its version was published, or since a merge of
/// it was undone.
const SHOWN: &str = "UPDATE record SET shown_at = (SELECT published_at FROM version WHERE \
    version.number = record.number AND version.version = record.version) WHERE version > 0";

const INDEXES: [&str; 19] = [
    "CREATE INDEX ix_record_shown ON record (kind, public, shown_at, number)",
    "CREATE INDEX ix_record_known ON record (known_from, number) WHERE known_from IS NOT NULL",
    "CREATE INDEX ix_known_custody_code ON known_custody (code, until_day, from_day, incident)",
    "CREATE INDEX ix_past_card_number ON past_card (of_number, shown_at)",
    "CREATE INDEX ix_past_card_shown_id ON past_card (shown_id)",
    "CREATE INDEX ix_past_card_sort ON past_card (kind, public, sort_on, of_number)",
    "CREATE INDEX ix_past_card_country ON past_card (kind, public, country, sort_on, of_number)",
    "CREATE INDEX ix_past_card_severity ON past_card (kind, public, severity, of_number)",
    "CREATE INDEX ix_past_card_shown ON past_card (kind, public, shown_at, of_number)",
    "CREATE INDEX ix_past_card_until ON past_card (kind, public, shown_until)",
    "CREATE INDEX ix_past_card_election ON past_card (election)",
    "CREATE INDEX ix_past_card_phase ON past_card (phase, sort_on, of_number) \
     WHERE phase IS NOT NULL",
    "CREATE INDEX ix_past_card_network ON past_card (kind, network, sort_on, of_number)",
    "CREATE INDEX ix_past_card_place ON past_card (latitude, longitude)",
    "CREATE INDEX ix_past_card_known ON past_card (known_from, of_number) \
     WHERE known_from IS NOT NULL",
    "CREATE INDEX ix_past_card_certain_range ON past_card (certain_to, sort_on) \
     WHERE certain_from < certain_to",
    "CREATE INDEX ix_past_card_certain_open ON past_card (sort_on) \
     WHERE certain_from = '0001-01-01'",
    "CREATE INDEX ix_past_card_possible_range ON past_card (possible_to, sort_on) \
     WHERE possible_from < possible_to",
    "CREATE INDEX ix_past_card_possible_open ON past_card (sort_on) \
     WHERE possible_from = '0001-01-01'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [timestamp_with_time_zone_null("shown_at"), date_null("known_from")] {
            let add = Table::alter().table("record").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        manager.create_table(past_card()).await?;
        manager.create_table(known_custody()).await?;
        let connection = manager.get_connection();
        for statement in std::iter::once(SHOWN).chain(INDEXES) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for table in ["reference", "incident_term", "custody_span"] {
            let key = if table == "reference" { "from_number" } else { "incident" };
            let forget = format!("DELETE FROM {table} WHERE {key} < 0");
            connection.execute_unprepared(&forget).await?;
        }
        let key = match manager.get_database_backend() {
            sea_orm_migration::sea_orm::DbBackend::Sqlite => "rowid",
            _ => "number",
        };
        connection.execute_unprepared(&format!("DELETE FROM search WHERE {key} < 0")).await?;
        for index in ["ix_record_shown", "ix_record_known"] {
            connection.execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        for table in ["known_custody", "past_card"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        for column in ["shown_at", "known_from"] {
            let drop = Table::alter().table("record").drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

fn past_card() -> TableCreateStatement {
    Table::create()
        .table("past_card")
        .col(big_integer("number").primary_key())
        .col(big_integer("of_number"))
        .col(timestamp_with_time_zone("shown_until"))
        .col(timestamp_with_time_zone("shown_at"))
        .col(text("kind"))
        .col(text("state"))
        .col(integer("public"))
        .col(text("network"))
        .col(integer("revision"))
        .col(integer("version"))
        .col(big_integer("shown_id"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(timestamp_with_time_zone_null("first_published_at"))
        .col(timestamp_with_time_zone_null("changed_at"))
        .col(text_null("country"))
        .col(date_null("sort_on"))
        .col(date_null("certain_from"))
        .col(date_null("certain_to"))
        .col(date_null("possible_from"))
        .col(date_null("possible_to"))
        .col(text_null("grade"))
        .col(small_integer_null("severity"))
        .col(big_integer_null("election"))
        .col(text_null("phase"))
        .col(double_null("latitude"))
        .col(double_null("longitude"))
        .col(double_null("x"))
        .col(double_null("y"))
        .col(double_null("z"))
        .col(date_null("known_from"))
        .col(integer_null("first_month"))
        .col(integer_null("last_month"))
        .col(big_integer_null("people"))
        .col(big_integer_null("people_min"))
        .col(big_integer_null("people_max"))
        .col(big_integer_null("events"))
        .to_owned()
}

fn known_custody() -> TableCreateStatement {
    Table::create()
        .table("known_custody")
        .col(big_integer("incident"))
        .col(text("code"))
        .col(date("from_day"))
        .col(date("until_day"))
        .col(date("known_from"))
        .col(date("known_until"))
        .primary_key(
            Index::create()
                .col("incident")
                .col("code")
                .col("from_day")
                .col("until_day")
                .col("known_from")
                .col("known_until"),
        )
        .to_owned()
}
