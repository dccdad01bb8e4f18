//! The black-box tests: what users of the register rely on, on both databases.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod accounts;
mod commands;
mod concurrency;
mod custody;
mod documents;
mod errors;
mod failures;
mod hidden;
mod imports;
mod lifecycle;
mod many;
mod migrations;
mod names_in_texts;
mod networks;
mod openapi;
mod own_tokens;
mod paging;
mod people;
mod periods;
mod plans;
mod properties;
mod queries;
mod real_data;
mod regressions_accounts;
mod retries;
mod round_trip;
mod sessions;
mod trail;
mod validation;
mod walkthrough;
mod words;
