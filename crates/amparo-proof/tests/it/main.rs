//! The formats, from outside: given vectors, other implementations, and whoever tampers.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod interop;
mod logs;
mod mutations;
mod python;
mod vectors;
mod world;
