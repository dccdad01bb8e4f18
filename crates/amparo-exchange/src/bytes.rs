//! From bytes to text: marks of encodings, and what a file is at first sight.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::entry::{Place, ReadError};

/// As much of a file as is looked at to tell what it is.
const HEAD: usize = 64 * 1024;

/// Text as it streams in.
pub(crate) type Text = Box<dyn BufRead + Send>;

/// What a file is, by its first characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    JsonArray,
    JsonValues,
    FrontMatter,
    Table,
}

/// Opens a file: UTF-8 unless a mark at its start or the mapping says otherwise.
pub(crate) fn open(
    file: &str,
    bytes: impl Read + Send + 'static,
    encoding: Option<&'static Encoding>,
) -> Result<(Shape, Text), ReadError> {
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(encoding)
        .bom_override(true)
        .utf8_passthru(encoding.is_none())
        .strip_bom(true)
        .build(bytes);
    let mut decoded = BufReader::with_capacity(HEAD, decoded);
    let mut head = Vec::new();
    decoded
        .by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|source| io_error(file, source))?;
    let shape = shape(&head).map_err(|message| ReadError::content(Place::file(file), message))?;
    Ok((shape, Box::new(Cursor::new(head).chain(decoded))))
}

/// Reads the whole text, for files that are small by nature.
pub(crate) fn whole(file: &str, mut text: Text) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    text.read_to_end(&mut bytes).map_err(|source| io_error(file, source))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.split(|b| *b == b'\n').count() as u64;
        ReadError::content(Place::row(file, line), NOT_UTF8)
    })
}

pub(crate) fn io_error(file: &str, source: io::Error) -> ReadError {
    ReadError::Io { file: file.to_owned(), source }
}

/// Said of text that is not UTF-8.
pub(crate) const NOT_UTF8: &str = "this text is not UTF-8; save it as UTF-8, or name its encoding \
     in the mapping file, for example encoding = \"windows-1252\"";

const RECOGNISED: &str = "what is recognised: a JSON array of incidents, organizations, people, elections, cases or \
     statements; a Markdown file that begins with --- and YAML; a CSV table";

fn shape(head: &[u8]) -> Result<Shape, String> {
    if head.starts_with(b"PK\x03\x04") {
        return Err("this is a workbook or another zip archive; save the sheet as CSV".into());
    }
    if head.starts_with(b"%PDF") {
        return Err(format!("this is a PDF, which cannot be read; {RECOGNISED}"));
    }
    if head.contains(&0) {
        return Err(
            "this is not text, or UTF-16 without a byte order mark; save it as UTF-8".into()
        );
    }
    let start = head.trim_ascii_start();
    match start.first() {
        None => Err("the file is empty".into()),
        Some(b'[') => Ok(Shape::JsonArray),
        Some(b'{') => Ok(Shape::JsonValues),
        Some(b'<') => Err(format!("this is HTML or XML; {RECOGNISED}")),
        Some(_) if is_front_matter(start) => Ok(Shape::FrontMatter),
        Some(_) => {
            let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
            if line.contains(&b',') || line.contains(&b';') || line.contains(&b'\t') {
                Ok(Shape::Table)
            } else {
                Err(format!("what this file holds is not known; {RECOGNISED}"))
            }
        }
    }
}

fn is_front_matter(start: &[u8]) -> bool {
    start.strip_prefix(b"---").is_some_and(|rest| {
        rest.trim_ascii_start().len() < rest.len() && rest.first() != Some(&b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bytes: &[u8]) -> Result<(Shape, String), ReadError> {
        let (shape, text) = open("f", Cursor::new(bytes.to_vec()), None)?;
        Ok((shape, whole("f", text)?))
    }

    #[test]
    fn strips_the_mark_and_reads_utf16() {
        assert_eq!(opened(b"\xEF\xBB\xBFa,b\n").unwrap().1, "a,b\n");
        let wide: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("a;\u{e9}\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(opened(&wide).unwrap(), (Shape::Table, "a;\u{e9}\n".into()));
    }

    #[test]
    fn names_the_line_that_is_not_utf8() {
        let error = opened(b"---\ntitle: caf\xe9\n---\n").unwrap_err().to_string();
        assert!(error.starts_with("f, row 2: this text is not UTF-8"), "{error}");
    }

    #[test]
    fn says_what_cannot_be_read() {
        for (bytes, said) in [
            (&b""[..], "empty"),
            (b"PK\x03\x04..", "save the sheet as CSV"),
            (b"<html>", "HTML"),
            (b"a\0b\0,\0", "UTF-16 without"),
            (b"Just a sentence.\n", "not known"),
        ] {
            let error = opened(bytes).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn tells_the_shapes_apart() {
        for (bytes, shape) in [
            (&b" [1]"[..], Shape::JsonArray),
            (b"{}", Shape::JsonValues),
            (b"---\ntitle: x\n---\n", Shape::FrontMatter),
            (b"a;b\n1;2\n", Shape::Table),
        ] {
            assert_eq!(opened(bytes).unwrap().0, shape);
        }
    }
}
