//! File formats to the values a client would send, and tables to files: the only crate that knows file formats.
//!
//! [`read`] takes one file, tells what it is by its content, and gives [`Entry`] values in the shape of
//! the API's bodies. Nothing is validated here and nothing is resolved: the reader of bodies validates,
//! the store resolves references, and both treat an import like a client. What is mapped in a way that
//! an operator should know of is said in a [`Note`], in plain words and with its [`Place`].
//!
//! | content | module |
//! |---|---|
//! | JSON of register objects | `register` |
//! | front matter with a title: a statement and the candidate incidents it makes | `statement` |
//! | front matter with a name: an organization | `member` |
//! | CSV in Amparo's own form, or any other with a [`Mapping`] | `table` |
//!
//! The other way round, [`export`] writes tables in the forms that analysts take away; `docs/exports.md` tells
//! users of those.
//!
//! `docs/import.md` tells users what is recognised, how to write a mapping file, and what is not imported.
//!
//! And [`citation`] writes what stands under a text that quotes a record; `docs/citing.md` tells users of that.
//!
//! [`verify`] finds such citations again, in a text or a Word document; `docs/after-publishing.md` tells users of that.
//!
//! After all files of an import are read, the caller asks [`share_people`] to give statements the people
//! of the incidents they cite, and [`duplicates`] for statements that came twice.
//!
//! What holds throughout:
//!
//! * Nothing is invented: no day where a month is written, no point without coordinates.
//! * Nothing is lost unsaid: a member, column or row that is not taken over is noted.
//! * Where an entry knows a person, no text of it holds the name, and no id ever does.
//! * Tables stream: memory does not grow with the number of rows.
//!
//! ```
//! use amparo_exchange::{ReadOptions, read};
//! let csv = "occurred,country,title,types,people\n2024-04,AZ,Detention of Ana Ruiz,detention,Ana Ruiz\n";
//! let batch = read("form.csv", csv.as_bytes(), &ReadOptions::default()).unwrap();
//! let entry = batch.entries.into_iter().next().unwrap().unwrap();
//! assert_eq!(entry.value["title"], "Detention of {P1}");
//! assert_eq!(entry.place.to_string(), "form.csv, row 2");
//! ```

mod bytes;
pub mod citation;
pub mod draft;
mod entry;
pub mod export;
pub mod forms;
mod front_matter;
mod mapping;
mod member;
mod names;
mod people;
mod register;
mod statement;
mod table;
pub mod tabular;
pub mod verify;
mod wire;

use std::io::Read;

pub use entry::{Batch, Entries, Entry, Level, Note, Place, ReadError, ReadOptions};
pub use mapping::Mapping;
pub use people::share_people;
pub use statement::{Before, Returning, duplicates};

/// Reads one file, whatever its format: what it is shows in its content.
///
/// A folder is the caller's to expand, and `file_name` the caller's to choose; it is repeated in
/// notes and, where nothing better is given, in the title of the source. Tables are read as their
/// entries are asked for, everything else at once.
pub fn read(
    file_name: &str,
    bytes: impl Read + Send + 'static,
    options: &ReadOptions<'_>,
) -> Result<Batch, ReadError> {
    let (shape, text) = bytes::open(file_name, bytes, options.mapping.and_then(Mapping::encoding))?;
    match shape {
        bytes::Shape::JsonArray => register::read_array(file_name, text, options),
        bytes::Shape::JsonValues => register::read_values(file_name, text, options),
        bytes::Shape::Table => table::read(file_name, text, options),
        bytes::Shape::FrontMatter => front_matter::read(file_name, text, options),
    }
}

/// Whether a file is a table of more rows than this. Reads no further than it has to.
pub fn is_longer(
    file_name: &str,
    bytes: impl Read + Send + 'static,
    options: &ReadOptions<'_>,
    rows: usize,
) -> bool {
    let opened = bytes::open(file_name, bytes, options.mapping.and_then(Mapping::encoding));
    let Ok((bytes::Shape::Table, text)) = opened else {
        return false;
    };
    table::is_longer(text, options, rows).unwrap_or(false)
}
