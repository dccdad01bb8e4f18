//! The black-box tests: what users of the register rely on, on both databases.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

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
mod matrix;
mod migrations;
mod names_in_texts;
mod openapi;
mod paging;
mod people;
mod periods;
mod plans;
mod properties;
mod queries;
mod queue;
mod real_data;
mod retries;
mod review;
mod round_trip;
mod tiers;
mod twins;
mod validation;
mod walkthrough;
mod words;
