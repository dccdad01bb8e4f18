//! The page on which people check what somebody cites.

use amparo_domain::language::Language;
use askama::Template;
use serde_json::Value;

use crate::Shell;
use crate::words::{self, Word};

/// Why nothing was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyProblem {
    /// It is too large.
    TooLarge,
    /// It cannot be read.
    Unread,
}

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyTemplate<'a> {
    shell: &'a Shell,
    problem: Option<&'static str>,
    rows: Option<Vec<Row>>,
    truncated: bool,
}

struct Row {
    sign: &'static str,
    class: &'static str,
    result: &'static str,
    written: String,
    place: Option<String>,
    messages: Vec<String>,
    changes: Vec<Change>,
    links: Vec<Link>,
}

struct Change {
    what: String,
    from: String,
    to: String,
}

struct Link {
    text: String,
    href: String,
}

/// The form, and if something was sent what is to be said of it: the JSON of the API.
pub fn verify(shell: &Shell, checked: Option<&Value>, problem: Option<VerifyProblem>) -> String {
    let language = shell.language;
    let title = format!("{} · {}", Word::CheckCitations.of(language), shell.instance);
    let shell = &Shell { title, ..shell.clone() };
    let problem = problem.map(|problem| match problem {
        VerifyProblem::TooLarge => Word::CheckTooLarge.of(language),
        VerifyProblem::Unread => Word::CheckUnread.of(language),
    });
    let rows = checked.and_then(|checked| checked["citations"].as_array());
    let rows = rows.map(|rows| rows.iter().map(|row| Row::of(row, language)).collect());
    let truncated = checked.is_some_and(|checked| checked["truncated"] == true);
    VerifyTemplate { shell, problem, rows, truncated }.render().unwrap_or_default()
}

impl Row {
    fn of(row: &Value, language: Language) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (sign, class, result) = match row["result"].as_str().unwrap_or_default() {
            "matches" => ("✓", "confirmed", Word::IsMatches),
            "newer_version" => ("!", "reported", Word::IsNewer),
            "disputed" => ("!", "disputed", Word::IsDisputed),
            "merged" => ("!", "reported", Word::IsMerged),
            "withdrawn" => ("✗", "withdrawn", Word::IsWithdrawn),
            "differs" => ("✗", "withdrawn", Word::IsDiffers),
            "mistyped" => ("✗", "withdrawn", Word::IsMistyped),
            _ => ("✗", "withdrawn", Word::IsNotFound),
        };
        let findings = row["findings"].as_array().into_iter().flatten();
        let messages = findings.clone().map(|finding| text(&finding["message"])).collect();
        let changes =
            findings.flat_map(|finding| finding["changes"].as_array().into_iter().flatten());
        let changes = changes.map(|change| Change {
            what: text(&change["what"]),
            from: text(&change["from"]),
            to: text(&change["to"]),
        });
        let note = match row["where"]["part"].as_str() {
            Some("footnote") => Some(Word::Footnote),
            Some("endnote") => Some(Word::Endnote),
            _ => None,
        };
        let place = note.zip(row["where"]["note"].as_u64());
        let place = place.map(|(word, nth)| format!("{} {nth}", word.of(language)));
        let mut links = Vec::new();
        // Addresses are ours, so that links in the page begin at its own root.
        let path = |address: &str| {
            let at = address.find("/r/")?;
            Some(format!("{}?lang={language}", &address[at..]))
        };
        if let Some(href) = row["address"].as_str().and_then(path) {
            let version = row["version"].as_i64();
            let text = match version {
                Some(version) => words::version(language, version),
                None => text(&row["number"]),
            };
            links.push(Link { text, href });
        }
        if row["newest"]["address"] != row["address"]
            && let Some(href) = row["newest"]["address"].as_str().and_then(path)
        {
            links.push(Link { text: Word::Newest.of(language).to_owned(), href });
        }
        Self {
            sign,
            class,
            result: result.of(language),
            written: text(&row["written"]),
            place,
            messages,
            changes: changes.collect(),
            links,
        }
    }
}
