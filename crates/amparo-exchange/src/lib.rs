//! File formats to domain values and back.

pub mod draft;
