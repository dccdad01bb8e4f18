//! The formats, from outside: given vectors, other implementations, and whoever tampers.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails says where, and tells what it measured"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a test's numbers are small"
)]

mod interop;
mod logs;
mod mutations;
mod python;
mod vectors;
mod world;
