//! The black-box tests: what users of the register rely on, on both databases.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod concurrency;
mod documents;
mod errors;
mod failures;
mod lifecycle;
mod openapi;
mod validation;
mod walkthrough;
