//! How many people were known to be in custody. The program writes the rows anew after this step, because they
//! come from snapshots; a card edition later than this step's says so.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::integer;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = integer("people").default(1).take();
        manager
            .alter_table(Table::alter().table("known_custody").add_column(column).to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::alter().table("known_custody").drop_column("people").to_owned();
        manager.alter_table(drop).await
    }
}
