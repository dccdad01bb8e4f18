//! Rows per second of a table: `cargo run --release -p amparo-exchange --example speed FILE`.
#![allow(clippy::print_stdout, reason = "an example that prints")]

use std::fs::File;
use std::time::Instant;

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let file = File::open(&path).expect("the file opens");
    let options = amparo_exchange::ReadOptions::default();
    let start = Instant::now();
    let batch = amparo_exchange::read("table.csv", file, &options).expect("the file can be read");
    let (mut good, mut bad) = (0_u32, 0_u32);
    for entry in batch.entries {
        match entry {
            Ok(_) => good += 1,
            Err(_) => bad += 1,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{good} rows, {bad} bad, {seconds:.2} s, {:.0} rows/s", f64::from(good) / seconds);
}
