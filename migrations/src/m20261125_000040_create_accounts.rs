//! Networks, the people in them, and what people show to be let in. Days instead of instants where a
//! day is enough, and nowhere an address or the name of a program.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, date, date_null, integer_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Every network that something was said of already.
const NETWORKS: &str = "INSERT INTO network (slug, name, created_at) \
     SELECT slug, slug, CURRENT_TIMESTAMP FROM \
     (SELECT network AS slug FROM record UNION SELECT network FROM token) AS named \
     WHERE slug <> ''";

/// Tokens that an operator issued may do what owes a fresh second factor, as they could before.
const TOKENS: &str = "UPDATE token SET scopes = role, publishes = TRUE";

const TOKEN_COLUMNS: [&str; 4] = ["account", "scopes", "publishes", "last_used_on"];

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
        let columns = [
            big_integer_null("account"),
            text_null("scopes"),
            boolean("publishes").default(false).to_owned(),
            date_null("last_used_on"),
        ];
        for column in columns {
            let table = Table::alter().table("token").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        for statement in [NETWORKS, TOKENS] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in TOKEN_COLUMNS {
            let table = Table::alter().table("token").drop_column(Alias::new(column)).to_owned();
            manager.alter_table(table).await?;
        }
        for table in ["session", "recovery_code", "invitation", "membership", "account", "network"]
        {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("network")
            .col(text("slug").primary_key())
            .col(text("name"))
            .col(integer_null("retention_days"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned(),
        Table::create()
            .table("account")
            .col(big_integer("id").primary_key())
            .col(text("name"))
            .col(text("display_name"))
            .col(text("password_hash"))
            .col(text("totp_secret"))
            .col(big_integer_null("totp_last_step"))
            .col(text("state"))
            .col(date("created_on"))
            .col(date_null("last_used_on"))
            .to_owned(),
        Table::create()
            .table("membership")
            .col(big_integer("account"))
            .col(text("network"))
            .col(text("role"))
            .primary_key(Index::create().col("account").col("network").col("role"))
            .to_owned(),
        Table::create()
            .table("invitation")
            .col(text("hash").primary_key())
            .col(text("network"))
            .col(text("roles"))
            .col(big_integer("made_by"))
            .col(timestamp_with_time_zone("made_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .to_owned(),
        Table::create()
            .table("recovery_code")
            .col(big_integer("account"))
            .col(text("hash"))
            .col(timestamp_with_time_zone_null("used_at"))
            .primary_key(Index::create().col("account").col("hash"))
            .to_owned(),
        Table::create()
            .table("session")
            .col(big_integer("id").primary_key())
            .col(text("hash"))
            .col(big_integer("account"))
            .col(text("network"))
            .col(timestamp_with_time_zone("made_at"))
            .col(timestamp_with_time_zone("last_seen_at"))
            .col(timestamp_with_time_zone_null("stepped_up_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .to_owned(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |table: &'static str, name: &str, column: &'static str| {
        Index::create().table(table).name(name).col(column).to_owned()
    };
    vec![
        Index::create().table("account").name("ix_account_name").col("name").unique().to_owned(),
        Index::create().table("session").name("ix_session_hash").col("hash").unique().to_owned(),
        index("session", "ix_session_account", "account"),
        index("membership", "ix_membership_network", "network"),
    ]
}
