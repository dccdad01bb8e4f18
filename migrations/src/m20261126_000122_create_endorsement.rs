//! Who was asked to endorse a statement and what they said; the ledger of responses; the lists of what versions cite.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, date_null, integer, small_integer, text, text_null,
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
        let index = |name: &str, table: &'static str, columns: [&'static str; 2]| {
            let [first, second] = columns;
            Index::create().table(table).name(name).col(first).col(second).to_owned()
        };
        let code = Index::create()
            .table("endorsement")
            .name("ux_endorsement_code")
            .col("code_hash")
            .unique()
            .to_owned();
        let indexes = [
            index("ix_endorsement_statement", "endorsement", ["statement", "id"]),
            index("ix_endorsement_network", "endorsement", ["network", "id"]),
            code,
            index("ix_response_number", "response", ["number", "id"]),
        ];
        for index in indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["version_list", "response", "endorsement"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 3] {
    [
        Table::create()
            .table("endorsement")
            .col(big_integer("id").primary_key())
            .col(big_integer("statement"))
            .col(big_integer("organization"))
            .col(text_null("network"))
            .col(text_null("code_hash"))
            .col(integer("revision"))
            .col(text("wording"))
            .col(big_integer("asked_by"))
            .col(timestamp_with_time_zone("asked_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(text_null("answer"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .col(big_integer_null("answered_by"))
            .col(text_null("name"))
            .col(text_null("role"))
            .col(text_null("said"))
            .to_owned(),
        Table::create()
            .table("response")
            .col(big_integer("id").primary_key())
            .col(big_integer("number"))
            .col(text("kind"))
            .col(text_null("sort"))
            .col(text("date"))
            .col(date_null("sort_on"))
            .col(big_integer_null("by_organization"))
            .col(text_null("by_text"))
            .col(big_integer_null("to_organization"))
            .col(text_null("to_text"))
            .col(text_null("text"))
            .col(text_null("url"))
            .col(text_null("reference"))
            .col(big_integer_null("answers"))
            .col(small_integer("public"))
            .col(integer("revision"))
            .col(timestamp_with_time_zone("made_at"))
            .col(big_integer("made_by"))
            .col(timestamp_with_time_zone("changed_at"))
            .col(big_integer("changed_by"))
            .to_owned(),
        Table::create()
            .table("version_list")
            .col(big_integer("number"))
            .col(integer("version"))
            .col(big_integer("list"))
            .primary_key(Index::create().col("number").col("version"))
            .to_owned(),
    ]
}
