//! The schema's history, the same on SQLite and PostgreSQL.
//!
//! A migration that was released is frozen: it never imports an entity, and later ones expand
//! before they contract. Each runs in a transaction, because on SQLite a failing migration would
//! otherwise leave half a schema behind.

#![allow(elided_lifetimes_in_paths, reason = "async_trait wants the very signature of the trait")]

use sea_orm_migration::prelude::*;

mod m20261125_000001_create_record;
mod m20261125_000002_create_search;
mod m20261125_000003_create_access;
mod m20261125_000004_bound_periods;
mod m20261125_000010_class_withdrawals;
mod m20261125_000011_share_slugs;
mod m20261125_000012_remember_outcomes;
mod m20261125_000013_list_unchanged;
mod m20261125_000014_create_custody_span;
mod m20261125_000020_number_revisions;
mod m20261125_000021_index_rare_conditions;
mod m20261125_000022_find_by_name;
mod m20261125_000030_create_tiers;
mod m20261125_000040_create_accounts;
mod m20261125_000050_create_review;
mod m20261125_000060_create_merge;
mod m20261126_000070_count_incidents;
mod m20261126_000075_create_coverage;
mod m20261126_000085_create_past_card;
mod m20261126_000090_create_keeping;
mod m20261126_000095_number_changes;
mod m20261126_000099_index_trail;
mod m20261126_000102_count_known_custody;
mod m20261126_000110_create_log;
mod m20261126_000122_create_endorsement;
mod m20261126_000123_create_notice;

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261125_000001_create_record::Migration),
            Box::new(m20261125_000002_create_search::Migration),
            Box::new(m20261125_000003_create_access::Migration),
            Box::new(m20261125_000004_bound_periods::Migration),
            Box::new(m20261125_000010_class_withdrawals::Migration),
            Box::new(m20261125_000011_share_slugs::Migration),
            Box::new(m20261125_000012_remember_outcomes::Migration),
            Box::new(m20261125_000013_list_unchanged::Migration),
            Box::new(m20261125_000014_create_custody_span::Migration),
            Box::new(m20261125_000020_number_revisions::Migration),
            Box::new(m20261125_000021_index_rare_conditions::Migration),
            Box::new(m20261125_000022_find_by_name::Migration),
            Box::new(m20261125_000030_create_tiers::Migration),
            Box::new(m20261125_000040_create_accounts::Migration),
            Box::new(m20261125_000050_create_review::Migration),
            Box::new(m20261125_000060_create_merge::Migration),
            Box::new(m20261126_000070_count_incidents::Migration),
            Box::new(m20261126_000075_create_coverage::Migration),
            Box::new(m20261126_000085_create_past_card::Migration),
            Box::new(m20261126_000090_create_keeping::Migration),
            Box::new(m20261126_000095_number_changes::Migration),
            Box::new(m20261126_000099_index_trail::Migration),
            Box::new(m20261126_000102_count_known_custody::Migration),
            Box::new(m20261126_000110_create_log::Migration),
            Box::new(m20261126_000122_create_endorsement::Migration),
            Box::new(m20261126_000123_create_notice::Migration),
        ]
    }
}

pub use sea_orm_migration::MigratorTrait as Migrate;
