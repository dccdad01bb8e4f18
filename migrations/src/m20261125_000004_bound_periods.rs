//! Small indexes that say how far from a period the list has to look.
//!
//! Lists are ordered by one day of each record, and a record that lasts longer than a day can touch a
//! period in which that day does not lie. Few do; these indexes hold only those, so that a list reads
//! from the first day to the last day that matter and not all that came later.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Name, columns, and which records are in it. The day is the first that both databases can sort.
const INDEXES: [(&str, &str, &str); 4] = [
    ("ix_record_certain_range", "certain_to, sort_on", "certain_from < certain_to"),
    ("ix_record_certain_open", "sort_on", "certain_from = '0001-01-01'"),
    ("ix_record_possible_range", "possible_to, sort_on", "possible_from < possible_to"),
    ("ix_record_possible_open", "sort_on", "possible_from = '0001-01-01'"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns, which) in INDEXES {
            let create = format!("CREATE INDEX {name} ON record ({columns}) WHERE {which}");
            manager.get_connection().execute_unprepared(&create).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, ..) in INDEXES {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }
}
