//! Review: who approved which revision, what was asked of its authors, who looks after a record, and
//! what of a record waits for whom.
//!
//! What was there before waits as it did: what was handed in as new, what was changed since it was
//! published as a change. The day on which custody was last confirmed is not known for it before it is
//! saved again, so it is due from the day on which somebody was first held.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, date_null, integer, small_integer, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null,
};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: [&str; 5] = ["held_confirmed_on", "task", "waiting_since", "urgency", "needed"];

/// Small indexes in the order of the queue: of one network, and of all.
const INDEXES: [&str; 5] = [
    "CREATE INDEX ix_record_task ON record (network, urgency, waiting_since, number) \
     WHERE task IS NOT NULL",
    "CREATE INDEX ix_record_task_of_all ON record (urgency, waiting_since, number) \
     WHERE task IS NOT NULL",
    "CREATE INDEX ix_record_held ON record (network, urgency, held_confirmed_on, number) \
     WHERE held_confirmed_on IS NOT NULL",
    "CREATE INDEX ix_record_held_of_all ON record (urgency, held_confirmed_on, number) \
     WHERE held_confirmed_on IS NOT NULL",
    "CREATE INDEX ix_assignment_who ON assignment (who, number)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        let columns = [
            date_null("held_confirmed_on"),
            text_null("task"),
            timestamp_with_time_zone_null("waiting_since"),
            small_integer("urgency").default(1).to_owned(),
            small_integer("needed").default(1).to_owned(),
        ];
        for column in columns {
            let add = Table::alter().table("record").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        let connection = manager.get_connection();
        for statement in what_waits(manager.get_database_backend()) {
            connection.execute_unprepared(&statement).await?;
        }
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in
            ["ix_record_task", "ix_record_task_of_all", "ix_record_held", "ix_record_held_of_all"]
        {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        for column in COLUMNS {
            let drop = Table::alter().table("record").drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        for table in ["assignment", "question", "approval"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 3] {
    [
        Table::create()
            .table("approval")
            .col(big_integer("number"))
            .col(integer("revision"))
            .col(big_integer("who"))
            .col(timestamp_with_time_zone("at"))
            .col(text_null("checklist"))
            .col(text_null("note"))
            .primary_key(Index::create().col("number").col("revision").col("who"))
            .to_owned(),
        Table::create()
            .table("question")
            .col(big_integer("number"))
            .col(integer("id"))
            .col(integer("revision"))
            .col(big_integer("asked_by"))
            .col(timestamp_with_time_zone("asked_at"))
            .col(text("text"))
            .col(text_null("answer"))
            .col(big_integer_null("answered_by"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .primary_key(Index::create().col("number").col("id"))
            .to_owned(),
        Table::create()
            .table("assignment")
            .col(big_integer("number").primary_key())
            .col(big_integer("who"))
            .col(big_integer("assigned_by"))
            .col(timestamp_with_time_zone("at"))
            .to_owned(),
    ]
}

fn what_waits(backend: DbBackend) -> [String; 4] {
    let last_day = match backend {
        DbBackend::Sqlite => "'9999-12-31'",
        _ => "DATE '9999-12-31'",
    };
    let says = |what: &str| {
        format!(
            "EXISTS (SELECT 1 FROM revision WHERE revision.number = record.number AND \
             revision.revision = record.revision AND revision.snapshot LIKE '%{what}%')"
        )
    };
    let danger = says("\"in_danger_now\":true");
    let named = says("\"display\":\"name\"");
    [
        format!(
            "UPDATE record SET held_confirmed_on = (SELECT MIN(from_day) FROM custody_span WHERE \
             incident = number AND code = 'held' AND until_day = {last_day}) WHERE kind = 'incident'"
        ),
        "UPDATE record SET waiting_since = recorded_at, task = CASE WHEN state = 'published' \
         THEN 'changes' ELSE 'new' END WHERE kind <> 'person' AND (state IN ('submitted', \
         'in_review') OR (state = 'published' AND revision <> shown))"
            .to_owned(),
        format!("UPDATE record SET urgency = 0 WHERE kind = 'incident' AND {danger}"),
        format!("UPDATE record SET needed = 2 WHERE kind IN ('incident', 'statement') AND {named}"),
    ]
}
