//! Plain text: numbers in brackets, and the notes at the end.

use std::fmt::Write as _;

use amparo_domain::language::Language;

use super::model::{Block, Inline, Says, Text};
use super::{Statement, annex, read, words};

/// The text.
pub(super) fn write(statement: &Statement, language: Language) -> String {
    let mut into = format!("{}\n\n", statement.title);
    if statement.draft {
        let _ = writeln!(into, "{}", words::draft(language));
    }
    if let Some(issuer) = &statement.issuer {
        let _ = writeln!(into, "{issuer}");
    }
    let _ = write!(into, "{}\n\n", statement.day);
    let text = read::text(&statement.body, &statement.cites);
    blocks(&text.blocks, "", &mut into);
    let beside = statement.endorsers_beside_text();
    if !beside.is_empty() {
        let _ = write!(into, "{}:\n\n", words::endorsed_by(language));
        for endorser in beside {
            let _ = writeln!(into, "{}", endorser.written());
        }
        into.push('\n');
    }
    notes(statement, &text, language, &mut into);
    if let Some(table) = annex::table(statement, language) {
        let _ = write!(into, "{}\n\n", table.heading);
        for row in &table.rows {
            for (column, cell) in table.columns.iter().zip(row) {
                let text = line(&cell.text);
                if !text.is_empty() {
                    let _ = writeln!(into, "{column}: {text}");
                }
            }
            into.push('\n');
        }
    }
    let version = statement.version.map(|version| format!(" v{version}")).unwrap_or_default();
    let _ = writeln!(into, "{}{version}\n{}", statement.number, statement.address);
    into
}

fn notes(statement: &Statement, text: &Text, language: Language, into: &mut String) {
    if text.notes.is_empty() {
        return;
    }
    let _ = write!(into, "{}\n\n", words::notes(language));
    for (nth, note) in (1..).zip(&text.notes) {
        match &note.says {
            Says::Cites(cite) => {
                let _ = writeln!(into, "[{nth}] {}", statement.cites[*cite].footnote);
            }
            Says::Own(inside) => {
                let mut own = String::new();
                blocks(inside, "", &mut own);
                let _ = writeln!(into, "[{nth}] {}", own.trim());
            }
        }
    }
    into.push('\n');
}

/// Blocks with an empty line after each; `before` begins every line.
fn blocks(these: &[Block], before: &str, into: &mut String) {
    for block in these {
        match block {
            Block::Paragraph(inside) | Block::Heading(_, inside) => {
                let text = inlines(inside);
                lines(&text, before, into);
            }
            Block::Quotation(inside) => {
                blocks(inside, &format!("{before}> "), into);
                continue;
            }
            Block::List(first, items) => {
                list(*first, items, before, into);
                continue;
            }
            Block::Code(text) => lines(text, &format!("{before}    "), into),
            Block::Rule => lines("* * *", before, into),
            Block::Table(rows) => {
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| line(&inlines(cell))).collect();
                    lines(&cells.join(" | "), before, into);
                }
            }
        }
        let _ = writeln!(into, "{}", before.trim_end());
    }
}

fn list(first: Option<u64>, items: &[Vec<Block>], before: &str, into: &mut String) {
    for (nth, item) in (first.unwrap_or(1)..).zip(items) {
        let mark = first.map_or_else(|| "- ".to_owned(), |_| format!("{nth}. "));
        let mut inside = String::new();
        blocks(item, "", &mut inside);
        let indent = format!("{before}{}", " ".repeat(mark.len()));
        for (nth, line) in inside.trim_end().lines().enumerate() {
            let begins = if nth == 0 { format!("{before}{mark}") } else { indent.clone() };
            let _ = writeln!(into, "{}", format!("{begins}{line}").trim_end());
        }
    }
    let _ = writeln!(into, "{}", before.trim_end());
}

fn lines(text: &str, before: &str, into: &mut String) {
    for line in text.lines() {
        let _ = writeln!(into, "{before}{line}");
    }
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn inlines(these: &[Inline]) -> String {
    let mut text = String::new();
    for inline in these {
        match inline {
            Inline::Text(words) | Inline::Code(words) => text.push_str(words),
            Inline::Emphasis(inside) | Inline::Strong(inside) | Inline::Struck(inside) => {
                text.push_str(&inlines(inside));
            }
            Inline::Link(to, inside) => {
                let words = inlines(inside);
                text.push_str(&words);
                if let Some(to) = to.as_deref().filter(|to| !words.contains(to)) {
                    let _ = write!(text, " ({to})");
                }
            }
            Inline::Break => text.push('\n'),
            Inline::Note(note, _) => {
                let _ = write!(text, "[{}]", note + 1);
            }
            // Both have their numbers by now.
            Inline::Mark(_) | Inline::Own(_) => {}
        }
    }
    text
}
