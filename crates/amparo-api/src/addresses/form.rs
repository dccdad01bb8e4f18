//! In which form something under a permanent address is wanted: by how the address ends, by `format`, by `Accept`.

use amparo_exchange::citation::Form;
use axum::http::{HeaderMap, header};

use crate::forms;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The API's own answer, to which the address leads.
    Api,
    /// A page for people.
    Page,
    /// What it is, in the words of schema.org.
    JsonLd,
    /// A citation.
    Citation(Form),
    /// The text of a statement, in a form in which the API has it.
    Text(forms::Form),
    /// What proves it.
    Proof,
}

/// The media type of linked data.
pub(super) const JSON_LD: &str = "application/ld+json";

/// How the address of what proves a version ends.
pub(super) const PROOF: &str = "amparo.json";

/// How addresses end, and what that means.
const ENDINGS: [(&str, Wanted); 10] = [
    ("json", Wanted::Api),
    ("html", Wanted::Page),
    ("jsonld", Wanted::JsonLd),
    ("bib", Wanted::Citation(Form::Bibtex)),
    ("ris", Wanted::Citation(Form::Ris)),
    ("csl.json", Wanted::Citation(Form::Csl)),
    ("docx", Wanted::Citation(Form::Docx)),
    ("md", Wanted::Text(forms::Form::Markdown)),
    ("txt", Wanted::Text(forms::Form::Text)),
    (PROOF, Wanted::Proof),
];

/// The media types that are told apart.
const MEDIA_TYPES: [(&str, Wanted); 10] = [
    ("application/json", Wanted::Api),
    ("application/problem+json", Wanted::Api),
    ("text/html", Wanted::Page),
    ("application/xhtml+xml", Wanted::Page),
    (JSON_LD, Wanted::JsonLd),
    ("application/vnd.citationstyles.csl+json", Wanted::Citation(Form::Csl)),
    ("application/x-bibtex", Wanted::Citation(Form::Bibtex)),
    ("text/x-bibtex", Wanted::Citation(Form::Bibtex)),
    ("application/x-research-info-systems", Wanted::Citation(Form::Ris)),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Wanted::Citation(Form::Docx),
    ),
];

/// The last part of an address without its ending, and what that means; none if there is no such ending.
pub(super) fn split(segment: &str) -> Option<(&str, Option<Wanted>)> {
    let Some((rest, ending)) = segment.split_once('.') else {
        return Some((segment, None));
    };
    let known = ENDINGS.iter().find(|(known, _)| *known == ending)?;
    Some((rest, Some(known.1)))
}

/// What a client would rather have. One that takes anything gets what programs get.
pub(super) fn accepted(headers: &HeaderMap) -> Wanted {
    let mut best = (Wanted::Api, 0.0_f32);
    for value in headers.get_all(header::ACCEPT) {
        for named in value.to_str().unwrap_or("").split(',') {
            let mut parts = named.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or("").to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
            let quality: f32 = quality.unwrap_or(1.0);
            let known = MEDIA_TYPES.iter().find(|(known, _)| *known == media_type);
            if let Some((_, wanted)) = known
                && quality > best.1
            {
                best = (*wanted, quality);
            }
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_get_pages_and_programs_what_they_ask_for() {
        for (accept, wanted) in [
            ("", Wanted::Api),
            ("*/*", Wanted::Api),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Wanted::Page),
            ("application/json, text/html;q=0.9", Wanted::Api),
            ("application/x-bibtex;q=0.4, application/ld+json", Wanted::JsonLd),
            ("application/vnd.citationstyles.csl+json", Wanted::Citation(Form::Csl)),
            ("text/html;q=0", Wanted::Api),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
            assert_eq!(accepted(&headers), wanted, "{accept}");
        }
        assert_eq!(split("v3.csl.json"), Some(("v3", Some(Wanted::Citation(Form::Csl)))));
        assert_eq!(split("4827-1930"), Some(("4827-1930", None)));
        assert_eq!(split("48271930.amparo.json"), Some(("48271930", Some(Wanted::Proof))));
        assert_eq!(split("v3.exe"), None);
    }
}
