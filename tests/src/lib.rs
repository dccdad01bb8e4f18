//! The harness of the black-box tests: a throw-away PostgreSQL, a store and the app as served.

pub mod postgres;
