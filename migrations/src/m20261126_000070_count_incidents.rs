//! What of each incident is counted, and the counts that are kept.
//!
//! The columns and tables are empty after this. The program fills them from what the records say, in
//! the same transaction that migrates: what a card holds is the program's to say, not the schema's.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, integer_null, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is counted of a record, as columns of its card.
const COLUMNS: [&str; 6] =
    ["first_month", "last_month", "people", "people_min", "people_max", "events"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            integer_null("first_month"),
            integer_null("last_month"),
            big_integer_null("people"),
            big_integer_null("people_min"),
            big_integer_null("people_max"),
            big_integer_null("events"),
        ];
        for column in columns {
            let add = Table::alter().table("record").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        // How many people have a span of exactly these days in exactly this status.
        let people = integer("people").default(1).to_owned();
        let add = Table::alter().table("custody_span").add_column(people).to_owned();
        manager.alter_table(add).await?;
        for table in tables() {
            manager.create_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["rollup", "tally"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        let drop = Table::alter().table("custody_span").drop_column("people").to_owned();
        manager.alter_table(drop).await?;
        for column in COLUMNS {
            let drop = Table::alter().table("record").drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        // The cards are to be written anew once this is applied again.
        let forget = "DELETE FROM instance WHERE name = 'card_edition'";
        manager.get_connection().execute_unprepared(forget).await?;
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 2] {
    [
        // What a published incident has added to the counts that are kept.
        Table::create()
            .table("tally")
            .col(big_integer("incident").primary_key())
            .col(text("adds"))
            .to_owned(),
        // The counts that are kept, by what everybody asks for: a list and a code of it, a country, and the
        // months between which the incidents lie.
        Table::create()
            .table("rollup")
            .col(text("list"))
            .col(text("code"))
            .col(text("country"))
            .col(integer("certain_from"))
            .col(integer("certain_to"))
            .col(integer("first_month"))
            .col(integer("last_month"))
            .col(big_integer("incidents"))
            .col(big_integer("people"))
            .col(big_integer("people_min"))
            .col(big_integer("people_max"))
            .col(big_integer("people_max_unknown"))
            .col(big_integer("events"))
            .primary_key(
                Index::create()
                    .col("list")
                    .col("code")
                    .col("country")
                    .col("certain_from")
                    .col("certain_to")
                    .col("first_month")
                    .col("last_month"),
            )
            .to_owned(),
    ]
}
