//! Records of every kind, their revisions and versions, and what can be asked of them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, date_null, double_null, integer, small_integer_null, text,
    text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
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
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "person_name",
            "name_key",
            "external_id",
            "incident_term",
            "reference",
            "version",
            "revision",
            "record",
        ] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        record(),
        Table::create()
            .table("revision")
            .col(big_integer("number"))
            .col(integer("revision"))
            .col(text("snapshot"))
            .col(timestamp_with_time_zone("made_at"))
            .col(big_integer("made_by"))
            .col(text_null("reason"))
            .primary_key(Index::create().col("number").col("revision"))
            .to_owned(),
        Table::create()
            .table("version")
            .col(big_integer("number"))
            .col(integer("version"))
            .col(integer("revision"))
            .col(timestamp_with_time_zone("published_at"))
            .col(big_integer("published_by"))
            .col(text_null("reason"))
            .primary_key(Index::create().col("number").col("version"))
            .to_owned(),
        Table::create()
            .table("reference")
            .col(big_integer("from_number"))
            .col(text("relation"))
            .col(integer("position"))
            .col(big_integer("to_number"))
            .primary_key(Index::create().col("from_number").col("relation").col("position"))
            .to_owned(),
        Table::create()
            .table("incident_term")
            .col(big_integer("incident"))
            .col(text("list"))
            .col(text("code"))
            .primary_key(Index::create().col("incident").col("list").col("code"))
            .to_owned(),
        Table::create()
            .table("external_id")
            .col(text("network"))
            .col(text("system"))
            .col(text("id"))
            .col(big_integer("number"))
            .primary_key(Index::create().col("network").col("system").col("id"))
            .to_owned(),
        Table::create()
            .table("name_key")
            .col(big_integer("number"))
            .col(text("key"))
            .primary_key(Index::create().col("number").col("key"))
            .to_owned(),
        Table::create()
            .table("person_name")
            .col(big_integer("id").primary_key())
            .col(big_integer("person"))
            .col(integer("position"))
            .col(text("text"))
            .col(text("folded"))
            .col(text("salt"))
            .to_owned(),
    ]
}

fn record() -> TableCreateStatement {
    Table::create()
        .table("record")
        .col(big_integer("number").primary_key())
        .col(text("kind"))
        .col(text("state"))
        .col(integer("public"))
        .col(text("network"))
        .col(integer("revision"))
        .col(integer("version"))
        .col(integer("shown"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(big_integer("recorded_by"))
        .col(timestamp_with_time_zone_null("first_published_at"))
        .col(timestamp_with_time_zone_null("changed_at"))
        .col(text_null("slug"))
        .col(text_null("label"))
        .col(text_null("acronym"))
        .col(text_null("date"))
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
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |table: &'static str, name: &'static str, columns: &[&'static str]| {
        let mut index = Index::create();
        index.table(table).name(name);
        for column in columns {
            index.col(*column);
        }
        index
    };
    vec![
        index("record", "ix_record_slug", &["kind", "slug"]).unique().to_owned(),
        index("record", "ix_record_public", &["kind", "public", "sort_on", "number"]),
        index("record", "ix_record_state", &["kind", "state", "sort_on", "number"]),
        index("record", "ix_record_country", &["kind", "public", "country", "sort_on", "number"]),
        index("record", "ix_record_changed", &["kind", "public", "changed_at", "number"]),
        index("record", "ix_record_severity", &["kind", "public", "severity", "number"]),
        index("record", "ix_record_election", &["election"]),
        index("record", "ix_record_place", &["latitude", "longitude"]),
        index("reference", "ix_reference_to", &["to_number", "relation", "from_number"]),
        index("incident_term", "ix_incident_term_code", &["list", "code", "incident"]),
        index("external_id", "ix_external_id_number", &["number"]),
        index("name_key", "ix_name_key_key", &["key", "number"]),
        index("person_name", "ix_person_name_person", &["person", "position"]),
        index("person_name", "ix_person_name_folded", &["folded"]),
    ]
}
