//! Who declares to have looked where and when, so that a count of none can be told from a gap.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, date, date_null, integer, text, text_null, timestamp_with_time_zone,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let coverage = Table::create()
            .table("coverage")
            .col(big_integer("id").primary_key())
            .col(text("network"))
            .col(text_null("country"))
            .col(date("from_day"))
            .col(date_null("to_day"))
            .col(text("extent"))
            .col(text_null("note"))
            .col(integer("revision"))
            .col(timestamp_with_time_zone("declared_at"))
            .col(big_integer("declared_by"))
            .to_owned();
        manager.create_table(coverage).await?;
        let by_day = Index::create()
            .table("coverage")
            .name("ix_coverage_from_day")
            .col("from_day")
            .col("id")
            .to_owned();
        let by_network =
            Index::create().table("coverage").name("ix_coverage_network").col("network").to_owned();
        manager.create_index(by_day).await?;
        manager.create_index(by_network).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new("coverage")).to_owned()).await
    }
}
