//! The binary `amparo`, where the tests can start it and end it as they like.

fn main() -> std::process::ExitCode {
    let code = amparo_cli::main(std::env::args_os().collect());
    // What a panic says may be anything that the code had in its hands.
    if let Ok(words) = std::env::var("PANIC_WITH") {
        let panicked = std::thread::spawn(move || std::panic::panic_any(words)).join();
        drop(panicked);
    }
    code
}
