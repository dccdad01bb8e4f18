//! The black-box tests: what users of the register rely on, on both databases.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod documents;
mod openapi;
mod walkthrough;
