//! Prints what files become: `MAPPING=m.toml cargo run -p amparo-exchange --example look FILE…`.
#![allow(clippy::print_stdout, reason = "an example that prints")]

use std::fs::File;

fn main() {
    let mapping = std::env::var("MAPPING").ok().map(|path| {
        let text = std::fs::read_to_string(&path).expect("the mapping can be read");
        amparo_exchange::Mapping::parse(&path, &text).expect("the mapping is valid")
    });
    for path in std::env::args().skip(1) {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        println!("=== {name}");
        let Ok(file) = File::open(&path) else {
            println!("cannot be opened");
            continue;
        };
        let options = amparo_exchange::ReadOptions {
            mapping: mapping.as_ref(),
            ..amparo_exchange::ReadOptions::default()
        };
        match amparo_exchange::read(&name, file, &options) {
            Err(error) => println!("ERROR {error}"),
            Ok(batch) => {
                for note in &batch.notes {
                    println!("NOTE {note}");
                }
                for entry in batch.entries {
                    match entry {
                        Err(note) => println!("BAD {note}"),
                        Ok(entry) => {
                            println!("{} {:#}", entry.kind, entry.value);
                            for note in entry.notes {
                                println!("  {:?} {}", note.level, note.message);
                            }
                        }
                    }
                }
            }
        }
    }
}
