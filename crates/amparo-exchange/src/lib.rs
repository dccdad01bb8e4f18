//! File formats to the values a client would send.
mod entry;
mod mapping;

pub use entry::{Batch, Entries, Entry, Level, Note, Place, ReadError, ReadOptions};
pub use mapping::Mapping;

/// Reads one file, whatever its format: what it is shows in its content.
pub fn read(
    file_name: &str,
    _bytes: impl std::io::Read + Send + 'static,
    _options: &ReadOptions<'_>,
) -> Result<Batch, ReadError> {
    Err(ReadError::content(
        Place::file(file_name),
        "Nothing can be read yet.",
    ))
}

/// Statements of one import that are the same, as pairs of positions with the reason.
pub fn duplicates(_statements: &[&Entry]) -> Vec<(usize, usize, String)> {
    Vec::new()
}
