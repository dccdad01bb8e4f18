//! What the public saw change, in order; frozen lists; saved searches.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, integer_null, pk_auto, text, text_null,
    timestamp_with_time_zone,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What had changed before there was a table of it. Of names that were taken down it was not noted which
/// records had shown them; whoever began a copy since then never got them.
const BEFORE: &str = "\
    INSERT INTO register_change (change, number, version, at, into_number, class) \
    SELECT change, number, version, at, into_number, class FROM ( \
        SELECT CASE WHEN v.version = 1 THEN 'created' ELSE 'corrected' END AS change, \
               v.number AS number, v.version AS version, v.published_at AS at, \
               CAST(NULL AS bigint) AS into_number, CAST(NULL AS text) AS class \
        FROM version v JOIN record r ON r.number = v.number WHERE r.kind <> 'person' \
        UNION ALL \
        SELECT 'withdrawn', a.number, r.version, a.at, NULL, a.reason_class \
        FROM audit_entry a JOIN record r ON r.number = a.number \
        WHERE a.action = 'withdraw' AND r.state = 'withdrawn' \
        UNION ALL \
        SELECT 'merged', m.loser, r.version, m.merged_at, m.survivor, NULL \
        FROM merge m JOIN record r ON r.number = m.loser WHERE m.prior_state = 'published' \
        UNION ALL \
        SELECT 'unmerged', m.loser, r.version, m.unmerged_at, NULL, NULL \
        FROM merge m JOIN record r ON r.number = m.loser \
        WHERE m.prior_state = 'published' AND m.unmerged_at IS NOT NULL \
    ) earlier ORDER BY at, number, version";

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
                .table("register_change")
                .name("ix_register_change_at")
                .col("at")
                .col("id")
                .to_owned(),
            Index::create()
                .table("frozen_list")
                .name("ix_frozen_list_made")
                .col("made_at")
                .col("number")
                .to_owned(),
            Index::create()
                .table("saved_search")
                .name("ix_saved_search_owner")
                .col("owner")
                .col("id")
                .to_owned(),
        ];
        for index in indexes {
            manager.create_index(index).await?;
        }
        let db = manager.get_connection();
        let withdrawn = "CREATE INDEX ix_register_change_withdrawn ON register_change (id) \
                         WHERE change = 'withdrawn'";
        db.execute_unprepared(withdrawn).await?;
        db.execute_unprepared(BEFORE).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["saved_search", "frozen_list_item", "frozen_list", "register_change"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 4] {
    [
        Table::create()
            .table("register_change")
            .col(pk_auto("id").big_integer())
            .col(text("change"))
            .col(big_integer("number"))
            .col(integer_null("version"))
            .col(timestamp_with_time_zone("at"))
            .col(big_integer_null("into_number"))
            .col(text_null("class"))
            .to_owned(),
        Table::create()
            .table("frozen_list")
            .col(big_integer("number").primary_key())
            .col(text("title"))
            .col(text("lang"))
            .col(text("query"))
            .col(text("meta"))
            .col(big_integer("count"))
            .col(timestamp_with_time_zone("made_at"))
            .col(big_integer("made_by"))
            .col(text("network"))
            .to_owned(),
        Table::create()
            .table("frozen_list_item")
            .col(big_integer("list"))
            .col(big_integer("position"))
            .col(big_integer("number"))
            .col(integer("version"))
            .primary_key(Index::create().col("list").col("position"))
            .to_owned(),
        Table::create()
            .table("saved_search")
            .col(big_integer("id").primary_key())
            .col(big_integer("owner"))
            .col(text("title"))
            .col(text("query"))
            .col(integer("revision"))
            .col(timestamp_with_time_zone("made_at"))
            .col(timestamp_with_time_zone("changed_at"))
            .to_owned(),
    ]
}
