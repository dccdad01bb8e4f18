//! What is sent to be checked: JSON, a text, a Word document, or a form of a page. It is read into memory, kept nowhere, and no log
//! has a word of it.

use amparo_exchange::verify::{DocxError, Part, read_docx};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;

use crate::members::Members;
use crate::problem::ApiError;

/// The largest document, in bytes as it is sent.
pub(super) const BODY_MAX: usize = 2 * 1024 * 1024;

/// The media type of Word documents.
pub(super) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

const TAKEN: &str =
    "application/json, text/plain, text/markdown, a Word document (.docx) or multipart/form-data";

/// Parts of a form that are looked at: a text and a file, and what a browser may add.
const FIELDS_MAX: usize = 16;

/// What was sent, whole.
pub(super) struct Sent {
    media_type: String,
    boundary: Option<String>,
    bytes: Vec<u8>,
}

impl Sent {
    /// Takes the body of a request.
    pub(super) async fn of(request: Request) -> Result<Self, ApiError> {
        let (media_type, boundary) = media_type(request.headers());
        let body = match Limited::new(request.into_body(), BODY_MAX).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(ApiError::TooLarge(BODY_MAX));
            }
            Err(_) => return Err(ApiError::Malformed("The body broke off.".to_owned())),
        };
        Ok(Self { media_type, boundary, bytes: body.to_vec() })
    }

    /// The texts in it.
    pub(super) fn parts(self) -> Result<Vec<Part>, ApiError> {
        match self.media_type.as_str() {
            "application/json" => Ok(vec![Part::text(json(&self.bytes)?)]),
            "text/plain" | "text/markdown" | "text/x-markdown" => {
                Ok(vec![Part::text(text(self.bytes)?)])
            }
            DOCX => docx(&self.bytes),
            "application/x-www-form-urlencoded" => {
                let fields = url::form_urlencoded::parse(&self.bytes).take(FIELDS_MAX);
                let text = fields.filter(|(name, _)| name == "text");
                let text = text.map(|(_, value)| value.into_owned()).collect::<Vec<_>>();
                Ok(vec![Part::text(text.join("\n\n"))])
            }
            "multipart/form-data" => {
                let boundary = self.boundary.filter(|boundary| !boundary.is_empty());
                form(&self.bytes, &boundary.ok_or(ApiError::MediaType(TAKEN))?)
            }
            _ => Err(ApiError::MediaType(TAKEN)),
        }
    }
}

fn media_type(headers: &HeaderMap) -> (String, Option<String>) {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = value.unwrap_or("").split(';').map(str::trim);
    let media_type = parts.next().unwrap_or("").to_ascii_lowercase();
    let boundary = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.to_owned())
    });
    (media_type, boundary)
}

fn json(bytes: &[u8]) -> Result<String, ApiError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::Malformed(format!("The body is not JSON: line {line}, column {column}."))
    })?;
    let mut members = Members::of(value)?;
    let text = members.needed("text", BODY_MAX);
    members.finish()?;
    Ok(text)
}

fn text(bytes: Vec<u8>) -> Result<String, ApiError> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        ApiError::Malformed(format!("The text is not UTF-8, from byte {at} on."))
    })
}

fn docx(bytes: &[u8]) -> Result<Vec<Part>, ApiError> {
    read_docx(bytes).map_err(|error| match error {
        DocxError::TooLarge => ApiError::TooLarge(BODY_MAX),
        DocxError::NotOne | DocxError::Broken => ApiError::Malformed(format!("{error}.")),
    })
}

/// The texts of a form: what was typed, and what is in a file. What a file is shows in its first bytes; what a browser says of it does
/// not count.
fn form(bytes: &[u8], boundary: &str) -> Result<Vec<Part>, ApiError> {
    let mut parts = Vec::new();
    for (name, content) in fields(bytes, boundary)? {
        match name.as_str() {
            "file" if content.starts_with(b"PK\x03\x04") => parts.extend(docx(content)?),
            "text" | "file" => parts.push(Part::text(text(content.to_vec())?)),
            _ => {}
        }
    }
    parts.retain(|part| !part.text.trim().is_empty());
    Ok(parts)
}

/// The fields of a form (RFC 7578): each with its name and content.
fn fields<'a>(bytes: &'a [u8], boundary: &str) -> Result<Vec<(String, &'a [u8])>, ApiError> {
    let broken = || ApiError::Malformed("The form cannot be read.".to_owned());
    let delimiter = format!("--{boundary}");
    let delimiter = delimiter.as_bytes();
    let mut rest = bytes.strip_prefix(b"\r\n").unwrap_or(bytes);
    rest = rest.strip_prefix(delimiter).ok_or_else(broken)?;
    let between = [b"\r\n", delimiter].concat();
    let mut fields = Vec::new();
    // Behind the last one stand two hyphens.
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n").ok_or_else(broken)?;
        let end = place_of(rest, &between).ok_or_else(broken)?;
        let field = rest.get(..end).ok_or_else(broken)?;
        rest = rest.get(end + between.len()..).ok_or_else(broken)?;
        let head = place_of(field, b"\r\n\r\n").ok_or_else(broken)?;
        let (head, content) = (field.get(..head), field.get(head + 4..));
        let (head, content) = head.zip(content).ok_or_else(broken)?;
        let name = String::from_utf8_lossy(head).lines().find_map(named);
        fields.push((name.unwrap_or_default(), content));
        if fields.len() > FIELDS_MAX {
            return Err(broken());
        }
    }
    Ok(fields)
}

/// The name in the header of a field.
fn named(line: &str) -> Option<String> {
    let (header, value) = line.split_once(':')?;
    if !header.trim().eq_ignore_ascii_case("content-disposition") {
        return None;
    }
    let mut parameters = value.split(';').skip(1).filter_map(|part| part.trim().split_once('='));
    let (_, name) = parameters.find(|(key, _)| key.trim().eq_ignore_ascii_case("name"))?;
    Some(name.trim().trim_matches('"').to_owned())
}

/// Where some bytes stand in others.
fn place_of(bytes: &[u8], of: &[u8]) -> Option<usize> {
    let first = *of.first()?;
    let mut from = 0;
    loop {
        let next = bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        let at = from + next;
        if bytes.get(at..)?.starts_with(of) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_a_text_and_a_file() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nOBS 4827-1930\r\n\
            --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\nContent-Type: text/markdown\r\n\r\n[[4827-1930]]\r\n--x--\r\n";
        let parts = form(body, "x").unwrap();
        let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(texts, ["OBS 4827-1930", "[[4827-1930]]"]);
        for cut in 0..body.len() {
            // Whatever breaks off is refused or read, and nothing panics.
            let _ = form(&body[..cut], "x");
        }
        assert!(form(b"", "x").is_err());
        assert!(form(&b"--x\r\n".repeat(1_000), "x").is_err());
    }
}
