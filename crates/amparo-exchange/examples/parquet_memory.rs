//! How much memory writing Parquet takes: `cargo run -p amparo-exchange --example parquet_memory ROWS [THREADS]`. The rows are
//! as wide as those of incidents; with THREADS each chunk of them is written by another thread, as a pool would do.
#![allow(clippy::print_stdout, reason = "an example that prints")]

use std::sync::{Arc, Mutex, mpsc};

use amparo_domain::number::{Number, Width};
use amparo_exchange::export::{Cell, Column, Parquet, Row, Type, Writer};
use chrono::{DateTime, NaiveDate};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CHUNK: usize = 500;

fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kib.unwrap_or(0) / 1024
}

fn columns() -> Vec<Column> {
    let names: Vec<&'static str> = (0..38).map(|i| &*format!("column_{i}").leak()).collect();
    let kind = |i: usize| match i {
        0..=9 | 14..=30 => Type::Text,
        31..=33 => Type::Integer,
        34 | 35 => Type::Decimal,
        36 => Type::Boolean,
        37 => Type::Instant,
        _ => Type::Date,
    };
    names.iter().enumerate().map(|(i, name)| Column::new(name, kind(i), "")).collect()
}

fn cell(column: usize, row: usize) -> Cell<'static> {
    let mixed = row.wrapping_mul(2_654_435_761).rotate_left(13) % 100_003;
    match column {
        0 => Cell::Text(format!("{:04}-{:04}", row % 10_000, mixed % 10_000).into()),
        1 | 2 => Cell::Text(format!("https://register.example.org/r/{row}{mixed}/v1").into()),
        3 => Cell::Text(format!("Detention of observers {mixed} at polling station {row}").into()),
        4 => Cell::Text(
            format!(
                "On that day officers {mixed} detained {row} observers who watched the count. "
            )
            .repeat(3)
            .into(),
        ),
        5..=9 => Cell::Text(format!("{}|{}", mixed % 4_000, row % 900).into()),
        14..=30 => Cell::Text(format!("code_{}", mixed % (column * 3)).into()),
        31..=33 => Cell::Integer(i64::try_from(mixed % 100).unwrap_or(0)),
        34 | 35 => Cell::Decimal(f64::from(u32::try_from(mixed).unwrap_or(0)) / 1_000.0),
        36 => Cell::Boolean(mixed.is_multiple_of(2)),
        37 => Cell::Instant(
            DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(i64::try_from(row).unwrap_or(0)),
        ),
        _ => Cell::Date(
            NaiveDate::default() + chrono::Days::new(u64::try_from(mixed % 9_000).unwrap_or(0)),
        ),
    }
}

fn write(writer: &mut Parquet, from: usize, to: usize) -> usize {
    for row in from..to {
        let cells: Vec<Cell<'_>> = (0..38).map(|column| cell(column, row)).collect();
        let number = Number::from_random(u64::try_from(row).unwrap_or(0), Width::Eight);
        writer.row(&Row { number, point: None, cells: &cells }).expect("a row is written");
    }
    writer.take().expect("bytes are taken").len()
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let rows: usize = arguments.next().unwrap_or(100_000);
    let threads: usize = arguments.next().unwrap_or(1);
    let columns = columns();
    let columns: Vec<&Column> = columns.iter().collect();
    let before = status("VmRSS:");
    let writer = Arc::new(Mutex::new(Some(Parquet::new(&columns).expect("a writer is made"))));
    let mut workers = Vec::new();
    for _ in 0..threads {
        let (sender, receiver) = mpsc::channel::<usize>();
        let (done, waited) = mpsc::channel::<usize>();
        let writer = Arc::clone(&writer);
        std::thread::spawn(move || {
            for from in receiver {
                let mut held = writer.lock().expect("nobody panicked");
                let writer = held.as_mut().expect("there is a writer");
                let bytes = write(writer, from, (from + CHUNK).min(rows));
                drop(held);
                if done.send(bytes).is_err() {
                    break;
                }
            }
        });
        workers.push((sender, waited));
    }
    let mut bytes = 0;
    for (nth, from) in (0..rows).step_by(CHUNK).enumerate() {
        let (sender, waited) = &workers[nth % threads];
        sender.send(from).expect("the thread is there");
        bytes += waited.recv().expect("the thread is there");
        if nth % (rows / CHUNK / 5).max(1) == 0 {
            println!("{from} rows: {} MB, peak {} MB", status("VmRSS:"), status("VmHWM:"));
        }
    }
    let writer = writer.lock().expect("nobody panicked").take().expect("there is a writer");
    let _rest = Box::new(writer).finish().expect("it ends");
    println!(
        "{rows} rows, {bytes} bytes, before {before} MB, after {} MB, peak {} MB",
        status("VmRSS:"),
        status("VmHWM:")
    );
}
