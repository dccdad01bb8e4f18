//! Confidential facts in rows of their own, records granted to other networks, names taken down, and what
//! people consented to.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
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
        for (table, name, columns) in [
            ("confidential", "ix_confidential_number", &["number"][..]),
            ("access_grant", "ix_access_grant_number", &["number", "network"]),
            ("access_grant", "ix_access_grant_network", &["network", "id"]),
            ("takedown", "ix_takedown_person", &["person"]),
            ("takedown", "ix_takedown_number", &["number"]),
            ("consent", "ix_consent_person", &["person", "id"]),
        ] {
            let mut index = Index::create();
            index.table(table).name(name);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["consent", "takedown", "access_grant", "confidential"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("confidential")
            .col(big_integer("revision_id"))
            .col(text("field"))
            .col(big_integer("number"))
            .col(text("value"))
            .primary_key(Index::create().col("revision_id").col("field"))
            .to_owned(),
        Table::create()
            .table("access_grant")
            .col(big_integer("id").primary_key())
            .col(big_integer("number"))
            .col(text("owner"))
            .col(text("network"))
            .col(integer("level"))
            .col(integer("all_members"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("made_at"))
            .col(big_integer("made_by"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .col(big_integer_null("revoked_by"))
            .to_owned(),
        Table::create()
            .table("takedown")
            .col(big_integer("id").primary_key())
            .col(big_integer("person"))
            .col(big_integer_null("number"))
            .col(text_null("reason"))
            .col(timestamp_with_time_zone("made_at"))
            .col(big_integer("made_by"))
            .to_owned(),
        Table::create()
            .table("consent")
            .col(big_integer("id").primary_key())
            .col(big_integer("person"))
            .col(text("purpose"))
            .col(text("status"))
            .col(text("given_by"))
            .col(text("on_day"))
            .col(text_null("note"))
            .col(timestamp_with_time_zone("made_at"))
            .col(big_integer("made_by"))
            .to_owned(),
    ]
}
