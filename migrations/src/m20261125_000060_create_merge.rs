//! Which incidents are not the same, which were merged, and what people without an account ask.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, pk_auto, text, text_null, timestamp_with_time_zone,
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
        let indexes = [
            Index::create()
                .table("distinct_pair")
                .name("ix_distinct_pair_high")
                .col("high")
                .to_owned(),
            Index::create().table("merge").name("ix_merge_loser").col("loser").to_owned(),
            Index::create().table("merge").name("ix_merge_survivor").col("survivor").to_owned(),
            Index::create()
                .table("intake")
                .name("ix_intake_receipt")
                .col("receipt")
                .unique()
                .to_owned(),
            Index::create()
                .table("intake")
                .name("ix_intake_state")
                .col("state")
                .col("rank")
                .col("received_at")
                .col("id")
                .to_owned(),
            Index::create().table("intake").name("ix_intake_about").col("about").to_owned(),
        ];
        for index in indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["intake", "merge", "distinct_pair"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 3] {
    [
        Table::create()
            .table("distinct_pair")
            .col(big_integer("low"))
            .col(big_integer("high"))
            .col(text("network"))
            .col(big_integer("said_by"))
            .col(timestamp_with_time_zone("said_at"))
            .col(text_null("reason"))
            .primary_key(Index::create().col("low").col("high").col("network"))
            .to_owned(),
        Table::create()
            .table("merge")
            .col(pk_auto("id").big_integer())
            .col(big_integer("loser"))
            .col(big_integer("survivor"))
            .col(text("network"))
            .col(timestamp_with_time_zone("merged_at"))
            .col(big_integer("merged_by"))
            .col(text("reason"))
            .col(text("prior_state"))
            .col(integer("revision_before"))
            .col(integer("revision_after"))
            .col(text("people"))
            .col(timestamp_with_time_zone_null("unmerged_at"))
            .col(big_integer_null("unmerged_by"))
            .col(text_null("unmerge_reason"))
            .to_owned(),
        Table::create()
            .table("intake")
            .col(big_integer("id").primary_key())
            .col(text("receipt"))
            .col(text("kind"))
            .col(integer("rank"))
            .col(big_integer_null("about"))
            .col(text("text"))
            .col(text_null("contact"))
            .col(timestamp_with_time_zone("received_at"))
            .col(text("state"))
            .col(big_integer_null("closed_by"))
            .col(timestamp_with_time_zone_null("closed_at"))
            .col(text_null("answer"))
            .to_owned(),
    ]
}
