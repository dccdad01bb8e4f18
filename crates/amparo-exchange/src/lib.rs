//! File formats to the values a client would send.
mod bytes;
mod entry;
mod front_matter;
mod mapping;
mod member;
mod names;
mod people;
mod register;
mod statement;
mod table;
mod wire;

use std::io::Read;

pub use entry::{Batch, Entries, Entry, Level, Note, Place, ReadError, ReadOptions};
pub use mapping::Mapping;
pub use people::share_people;
pub use statement::duplicates;

/// Reads one file, whatever its format: what it is shows in its content.
pub fn read(
    file_name: &str,
    bytes: impl Read + Send + 'static,
    options: &ReadOptions<'_>,
) -> Result<Batch, ReadError> {
    let (shape, text) = bytes::open(
        file_name,
        bytes,
        options.mapping.and_then(Mapping::encoding),
    )?;
    match shape {
        bytes::Shape::JsonArray => register::read_array(file_name, text, options),
        bytes::Shape::JsonValues => register::read_values(file_name, text, options),
        bytes::Shape::Table => table::read(file_name, text, options),
        bytes::Shape::FrontMatter => front_matter::read(file_name, text, options),
    }
}
