//! The texts of a Word document: its body and its notes. No more is unpacked than a document of words has, and nothing in it is
//! followed: no entity, no part from elsewhere.

use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::{Part, PartKind};

/// So many bytes of a document are unpacked at most, all parts together.
const UNPACKED_MAX: u64 = 24 * 1024 * 1024;
/// So many notes are read at most.
const NOTES_MAX: usize = 20_000;

/// Why something is no Word document that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocxError {
    /// It is none.
    #[error("this is not a Word document (.docx)")]
    NotOne,
    /// It is broken, or has what no such document has.
    #[error("this Word document cannot be read")]
    Broken,
    /// It holds more than is unpacked.
    #[error("this Word document holds more text than is read")]
    TooLarge,
}

/// The texts of a document: the body, then the footnotes and the endnotes, as they are numbered in it.
pub fn read_docx(bytes: &[u8]) -> Result<Vec<Part>, DocxError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| DocxError::NotOne)?;
    let mut left = UNPACKED_MAX;
    let body = part(&mut archive, "word/document.xml", &mut left)?.ok_or(DocxError::NotOne)?;
    let body = read(&body)?;
    let mut parts = vec![Part::text(body.text)];
    for (name, kind, order) in [
        ("word/footnotes.xml", PartKind::Footnote, body.footnotes),
        ("word/endnotes.xml", PartKind::Endnote, body.endnotes),
    ] {
        let Some(xml) = part(&mut archive, name, &mut left)? else {
            continue;
        };
        let mut notes = read(&xml)?.notes;
        for (nth, id) in order.iter().enumerate() {
            if let Some(text) = notes.remove(id) {
                parts.push(Part { kind, nth: Some(nth + 1), text });
            }
        }
    }
    Ok(parts)
}

/// A part of the archive, unpacked.
fn part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    left: &mut u64,
) -> Result<Option<Vec<u8>>, DocxError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(_) => return Err(DocxError::Broken),
    };
    let mut bytes = Vec::new();
    // What the archive says of the size is not believed.
    let read = file.take(*left + 1).read_to_end(&mut bytes).map_err(|_| DocxError::Broken)?;
    let read = u64::try_from(read).unwrap_or(u64::MAX);
    *left = left.checked_sub(read).ok_or(DocxError::TooLarge)?;
    Ok(Some(bytes))
}

/// What a part says.
#[derive(Default)]
struct Read {
    /// What stands in no note.
    text: String,
    /// Notes by their ids.
    notes: HashMap<String, String>,
    /// The ids of the notes that it refers to, in their order.
    footnotes: Vec<String>,
    endnotes: Vec<String>,
}

/// Reads the words of a part: runs of text, and what stands for characters between them. What was deleted, the codes of
/// fields, and what is there twice for old programs are not read.
fn read(xml: &[u8]) -> Result<Read, DocxError> {
    let xml = std::str::from_utf8(xml).map_err(|_| DocxError::Broken)?;
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = true;
    let mut read = Read::default();
    let mut note: Option<(String, String)> = None;
    let (mut in_text, mut skipped) = (false, 0_usize);
    loop {
        let event = reader.read_event().map_err(|_| DocxError::Broken)?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Eof => break,
            // No document of words has any, and whoever writes one means no good.
            Event::DocType(_) => return Err(DocxError::Broken),
            Event::Start(start) | Event::Empty(start) => {
                let name = start.local_name();
                let skips = matches!(name.as_ref(), b"Fallback" | b"delText" | b"instrText");
                if skipped > 0 || skips {
                    skipped += usize::from(!is_empty);
                    continue;
                }
                match name.as_ref() {
                    b"t" => in_text = !is_empty,
                    b"footnote" | b"endnote" if !is_empty => {
                        if read.notes.len() >= NOTES_MAX {
                            return Err(DocxError::TooLarge);
                        }
                        note = Some((attribute(&start, b"id").unwrap_or_default(), String::new()));
                    }
                    b"footnoteReference" => read.footnotes.extend(attribute(&start, b"id")),
                    b"endnoteReference" => read.endnotes.extend(attribute(&start, b"id")),
                    name => {
                        if let Some(c) = stands_for(name) {
                            place(&mut read, &mut note).push(c);
                        }
                    }
                }
            }
            Event::End(end) => {
                if skipped > 0 {
                    skipped -= 1;
                    continue;
                }
                match end.local_name().as_ref() {
                    b"t" => in_text = false,
                    b"p" => place(&mut read, &mut note).push('\n'),
                    b"tc" => place(&mut read, &mut note).push('\t'),
                    b"footnote" | b"endnote" => read.notes.extend(note.take()),
                    _ => {}
                }
            }
            Event::Text(text) if in_text && skipped == 0 => {
                let text = text.decode().map_err(|_| DocxError::Broken)?;
                place(&mut read, &mut note).push_str(&text);
            }
            Event::CData(text) if in_text && skipped == 0 => {
                let text = text.decode().map_err(|_| DocxError::Broken)?;
                place(&mut read, &mut note).push_str(&text);
            }
            Event::GeneralRef(reference) if in_text && skipped == 0 => {
                place(&mut read, &mut note).extend(character(&reference));
            }
            _ => {}
        }
    }
    Ok(read)
}

fn place<'a>(read: &'a mut Read, note: &'a mut Option<(String, String)>) -> &'a mut String {
    match note {
        Some((_, text)) => text,
        None => &mut read.text,
    }
}

/// The character that an element stands for.
fn stands_for(name: &[u8]) -> Option<char> {
    Some(match name {
        b"tab" | b"ptab" => '\t',
        b"br" | b"cr" => '\n',
        b"noBreakHyphen" => '\u{2011}',
        _ => return None,
    })
}

/// One of the five references that every document knows, or the number of a character; nothing of any other.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c);
    }
    let name: &[u8] = reference;
    Some(match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        _ => return None,
    })
}

fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let found = start.attributes().flatten().find(|of| of.key.local_name().as_ref() == name)?;
    String::from_utf8(found.value.into_owned()).ok()
}
