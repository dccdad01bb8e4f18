//! The words of the name by which a person is shown, so that what shows it is found by it. They go with
//! the name.
//!
//! Which records show whom by name is written when they are saved; what was saved before is found by
//! name from its next save on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};
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
            .table("name_word")
            .col(big_integer("name"))
            .col(text("word"))
            .col(big_integer("person"))
            .primary_key(Index::create().col("name").col("word"))
            .foreign_key(
                ForeignKey::create()
                    .from("name_word", "name")
                    .to("person_name", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        let db = manager.get_connection();
        // For the beginnings of words, whatever the order of the database's language is.
        let operators = match manager.get_database_backend() {
            DbBackend::Sqlite => "",
            _ => " text_pattern_ops",
        };
        let index =
            format!("CREATE INDEX ix_name_word_word ON name_word (word{operators}, person)");
        db.execute_unprepared(&index).await?;
        let names = Query::select()
            .columns(["id", "person", "folded"])
            .from("person_name")
            .and_where(Expr::col("position").eq(0))
            .to_owned();
        for row in db.query_all(&names).await? {
            let (id, person): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let folded: String = row.try_get_by_index(2)?;
            let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                let insert = Query::insert()
                    .into_table("name_word")
                    .columns(["name", "word", "person"])
                    .values_panic([id.into(), word.into(), person.into()])
                    .to_owned();
                db.execute(&insert).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("name_word").to_owned()).await?;
        let forget = "DELETE FROM incident_term WHERE list = 'named'";
        manager.get_connection().execute_unprepared(forget).await?;
        Ok(())
    }
}
