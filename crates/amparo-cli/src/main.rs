//! The binary `amparo`.

fn main() -> std::process::ExitCode {
    amparo_cli::main(std::env::args_os().collect())
}
