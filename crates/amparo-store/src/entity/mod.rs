//! One file a table: columns, no logic. Entities never leave this crate.
#![allow(
    unreachable_pub,
    missing_docs,
    reason = "the derive makes these public; the tables are private"
)]

pub(crate) mod access_grant;
pub(crate) mod account;
pub(crate) mod approval;
pub(crate) mod assignment;
pub(crate) mod audit_entry;
pub(crate) mod audit_leaf;
pub(crate) mod commitment;
pub(crate) mod confidential;
pub(crate) mod consent;
pub(crate) mod coverage;
pub(crate) mod custody_span;
pub(crate) mod distinct_pair;
pub(crate) mod endorsement;
pub(crate) mod external_id;
pub(crate) mod frozen_list;
pub(crate) mod frozen_list_item;
pub(crate) mod idempotency;
pub(crate) mod incident_term;
pub(crate) mod instance;
pub(crate) mod intake;
pub(crate) mod invitation;
pub(crate) mod known_custody;
pub(crate) mod log_entry;
pub(crate) mod log_head;
pub(crate) mod log_tile;
pub(crate) mod membership;
pub(crate) mod merge;
pub(crate) mod name_key;
pub(crate) mod name_word;
pub(crate) mod network;
pub(crate) mod notice;
pub(crate) mod past_card;
pub(crate) mod person_name;
pub(crate) mod question;
pub(crate) mod record;
pub(crate) mod recovery_code;
pub(crate) mod reference;
pub(crate) mod register;
pub(crate) mod register_change;
pub(crate) mod response;
pub(crate) mod revision;
pub(crate) mod rollup;
pub(crate) mod salt;
pub(crate) mod saved_search;
pub(crate) mod session;
pub(crate) mod takedown;
pub(crate) mod tally;
pub(crate) mod token;
pub(crate) mod version;
pub(crate) mod version_list;
