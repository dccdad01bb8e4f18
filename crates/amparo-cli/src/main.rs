//! The binary `amparo`.

/// Snapshots and answers are made of many small pieces, allocated on one thread and freed on another, which costs the
/// system's allocator much (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    amparo_cli::main(std::env::args_os().collect())
}
