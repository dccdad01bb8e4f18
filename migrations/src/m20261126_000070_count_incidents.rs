//! What of each incident is counted, and the counts that are kept.
//!
//! The columns and tables are empty after this. The program fills them from what the records say, in
//! the same transaction that migrates: what a card holds is the program's to say, not the schema's.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, integer_null, text};
use sea_orm_migration::sea_orm::DbBackend;

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
        manager.create_table(tally()).await?;
        let connection = manager.get_connection();
        connection.execute_unprepared(&rollup(manager.get_database_backend())).await?;
        connection.execute_unprepared(LASTING).await?;
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

/// What a published incident has added to the counts that are kept.
fn tally() -> TableCreateStatement {
    Table::create()
        .table("tally")
        .col(big_integer("incident").primary_key())
        .col(text("adds"))
        .to_owned()
}

/// The counts that are kept, by what everybody asks for: a list and a code of it, a country, and the months
/// between which the incidents lie. The key is in the order in which a period is read: SQLite keeps the rows
/// in that order themselves.
fn rollup(backend: DbBackend) -> String {
    let kept = if backend == DbBackend::Sqlite { " WITHOUT ROWID" } else { "" };
    format!(
        "CREATE TABLE rollup (list text NOT NULL, code text NOT NULL, country text NOT NULL, \
         certain_from integer NOT NULL, certain_to integer NOT NULL, first_month integer NOT NULL, \
         last_month integer NOT NULL, incidents bigint NOT NULL, people bigint NOT NULL, \
         people_min bigint NOT NULL, people_max bigint NOT NULL, people_max_unknown bigint NOT NULL, \
         events bigint NOT NULL, PRIMARY KEY (list, code, certain_to, certain_from, first_month, \
         last_month, country)){kept}"
    )
}

/// Those that last longer than a month, of which there are few.
const LASTING: &str = "CREATE INDEX ix_rollup_lasting ON rollup (list, code, certain_to) \
    WHERE certain_from < certain_to";
