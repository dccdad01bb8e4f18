//! Markdown with front matter: what comes back as the same statement.
//!
//! Behind the text stand, each after an empty line, the annex, which a line that no renderer shows begins, and the footnotes, one on a line. So
//! they can be taken off again, and the text is what it was, byte for byte.

use std::collections::HashMap;
use std::fmt::Write as _;

use amparo_domain::language::Language;
use amparo_domain::marks;
use amparo_domain::number::Number;

use super::annex;
use super::front;
use super::{Footnotes, Statement, meant};

/// The line that begins the annex: a definition that nothing refers to, so that no renderer shows it.
pub(crate) const MARKER: &str = "[//]: # (annex)";

/// The file.
pub(super) fn write(statement: &Statement, footnotes: Footnotes, language: Language) -> String {
    let used = labels(&statement.body);
    let mut label_of: HashMap<usize, String> = HashMap::new();
    let mut order = Vec::new();
    let mut next = 1_u32;
    let body = marks::replaced(&statement.body, |mark| {
        mark.number.ok()?;
        let Some(cite) = meant(&statement.cites, mark) else {
            return (!statement.whole).then(String::new);
        };
        let label = label_of.entry(cite).or_insert_with(|| {
            while used.contains(&next.to_string().as_str()) {
                next += 1;
            }
            next += 1;
            order.push(cite);
            (next - 1).to_string()
        });
        Some(match footnotes {
            Footnotes::Marked => format!("[^{label}]"),
            Footnotes::Inline => format!("\\[{label}\\]"),
        })
    });
    let mut file = format!("---\n{}---\n{body}", front::write(statement, footnotes));
    let table = annex::table(statement, language);
    if table.is_some() || statement.body.contains(MARKER) {
        let _ = write!(file, "\n\n{MARKER}\n");
    }
    if let Some(table) = table {
        let _ = write!(file, "\n## {}\n\n|", table.heading);
        for column in &table.columns {
            let _ = write!(file, " {} |", escaped(column));
        }
        let _ = write!(file, "\n|{}\n", " --- |".repeat(table.columns.len()));
        for row in &table.rows {
            file.push('|');
            for cell in row {
                let text = escaped(&cell.text);
                let _ = match cell.address {
                    Some(address) => write!(file, " [{text}]({address}) |"),
                    None => write!(file, " {text} |"),
                };
            }
            file.push('\n');
        }
    }
    if !order.is_empty() {
        file.push_str("\n\n");
    }
    for cite in order {
        let (label, cite) = (&label_of[&cite], &statement.cites[cite]);
        let text = match cite.address.as_deref().and_then(|address| {
            let (before, after) = cite.footnote.split_once(address)?;
            Some(format!("{}{address}{}", escaped(before), escaped(after)))
        }) {
            Some(text) => text,
            None => escaped(&cite.footnote),
        };
        let _ = match footnotes {
            Footnotes::Marked => writeln!(file, "[^{label}]: {text}"),
            Footnotes::Inline => writeln!(file, "{label}. {text}"),
        };
    }
    file
}

/// The labels of footnotes that a text has already.
fn labels(text: &str) -> Vec<&str> {
    let after = text.split("[^").skip(1);
    after.filter_map(|rest| rest.split_once(']').map(|(label, _)| label)).collect()
}

/// Words in which no character means anything to Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' | '\r' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The label of a footnote, and what it says, if a line is one.
pub(crate) fn is_definition(line: &str) -> Option<(&str, &str)> {
    let (label, text) = line.strip_prefix("[^")?.split_once("]:")?;
    let plain = !label.is_empty() && !label.contains(['[', ']', ' ']);
    plain.then(|| (label, text.trim()))
}

/// What a footnote cites, if it is one that this register writes: the first number in it, which the address in it or the list before the text
/// names as well, and the version by the address.
pub(crate) fn cited_number(
    text: &str,
    listed: &[(Number, Option<u32>)],
) -> Option<(Number, Option<u32>)> {
    let text = text.replace('\u{2011}', "-");
    let number = first_number(&text)?;
    let path = format!("/r/{}", number.as_i64());
    if let Some((_, rest)) = text.split_once(path.as_str()) {
        let rest = rest.strip_prefix("/v").unwrap_or_default();
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        return Some((number, rest[..digits].parse().ok().filter(|version| *version > 0)));
    }
    listed.iter().find(|(of, _)| *of == number).copied()
}

/// The first `4827-1930` in a text.
fn first_number(text: &str) -> Option<Number> {
    let mut words = text.split(|c: char| !c.is_ascii_digit() && c != '-');
    words.find_map(|word| {
        let (first, second) = word.split_once('-')?;
        (first.len() == 4 && second.len() == 4).then(|| word.parse().ok()).flatten()
    })
}
