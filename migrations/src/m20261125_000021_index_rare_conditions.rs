//! Small indexes for what few records have: a citation, a place in the course of an election; and one for
//! the records of a network.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Name, and what is indexed.
const INDEXES: [(&str, &str); 3] = [
    ("ix_reference_cites", "reference (to_number, from_number) WHERE relation = 'cites'"),
    ("ix_record_phase", "record (phase, sort_on, number) WHERE phase IS NOT NULL"),
    ("ix_record_network", "record (kind, network, sort_on, number)"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, what) in INDEXES {
            let create = format!("CREATE INDEX {name} ON {what}");
            manager.get_connection().execute_unprepared(&create).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }
}
