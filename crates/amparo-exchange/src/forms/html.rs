//! HTML: what stands in a text, and the notes under it.

use std::fmt::Write as _;

use amparo_domain::language::Language;

use super::Cite;
use super::model::{Block, Inline, Says, Text};
use super::words;
use crate::citation::escaped;

/// A text as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html {
    /// What stands in the text.
    pub text: String,
    /// The notes that it mentions, as one list; empty if there are none.
    pub notes: String,
}

/// A text, and its notes.
pub(super) fn body(text: &Text, cites: &[Cite], language: Language, id: &str) -> Html {
    let mut writing = Writing { into: String::new(), id };
    writing.blocks(&text.blocks);
    let written = std::mem::take(&mut writing.into);
    if text.notes.is_empty() {
        return Html { text: written, notes: String::new() };
    }
    writing.into.push_str("<ol class=\"notes\">\n");
    for (nth, note) in (1..).zip(&text.notes) {
        let _ = write!(writing.into, "<li id=\"{id}{nth}\">");
        match &note.says {
            Says::Cites(cite) => writing.footnote(&cites[*cite]),
            Says::Own(blocks) => writing.blocks(blocks),
        }
        for mention in 1..=note.mentions {
            let back = words::back_to_text(language);
            let _ = write!(
                writing.into,
                " <a href=\"#{id}{nth}-{mention}\" role=\"doc-backlink\" aria-label=\"{back}\">↩\u{fe0e}</a>"
            );
        }
        writing.into.push_str("</li>\n");
    }
    writing.into.push_str("</ol>\n");
    Html { text: written, notes: writing.into }
}

struct Writing<'a> {
    into: String,
    id: &'a str,
}

impl Writing<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inlines) => self.within("p", inlines),
            Block::Heading(level, inlines) => self.within(heading(*level), inlines),
            Block::Quotation(blocks) => {
                self.into.push_str("<blockquote>\n");
                self.blocks(blocks);
                self.into.push_str("</blockquote>\n");
            }
            Block::List(first, items) => {
                let name = if first.is_some() { "ol" } else { "ul" };
                match first {
                    Some(first) if *first != 1 => {
                        let _ = write!(self.into, "<ol start=\"{first}\">");
                    }
                    _ => {
                        let _ = write!(self.into, "<{name}>");
                    }
                }
                self.into.push('\n');
                for item in items {
                    self.into.push_str("<li>");
                    match item.as_slice() {
                        [Block::Paragraph(inlines)] => self.inlines(inlines),
                        [Block::Paragraph(inlines), rest @ ..] => {
                            self.inlines(inlines);
                            self.into.push('\n');
                            self.blocks(rest);
                        }
                        blocks => self.blocks(blocks),
                    }
                    self.into.push_str("</li>\n");
                }
                let _ = writeln!(self.into, "</{name}>");
            }
            Block::Code(text) => {
                let _ =
                    writeln!(self.into, "<pre dir=\"auto\"><code>{}</code></pre>", escaped(text));
            }
            Block::Rule => self.into.push_str("<hr>\n"),
            Block::Table(rows) => self.table(rows),
        }
    }

    fn table(&mut self, rows: &[Vec<Vec<Inline>>]) {
        self.into.push_str("<table>\n");
        for (nth, row) in rows.iter().enumerate() {
            let (open, cell) = match nth {
                0 => ("<thead>\n<tr>", "th"),
                1 => ("<tbody>\n<tr>", "td"),
                _ => ("<tr>", "td"),
            };
            self.into.push_str(open);
            for inlines in row {
                let scope = if nth == 0 { " scope=\"col\"" } else { "" };
                let _ = write!(self.into, "<{cell}{scope}>");
                self.inlines(inlines);
                let _ = write!(self.into, "</{cell}>");
            }
            self.into.push_str("</tr>\n");
            if nth == 0 {
                self.into.push_str("</thead>\n");
            }
        }
        if rows.len() > 1 {
            self.into.push_str("</tbody>\n");
        }
        self.into.push_str("</table>\n");
    }

    fn within(&mut self, name: &str, inlines: &[Inline]) {
        let _ = write!(self.into, "<{name}>");
        self.inlines(inlines);
        let _ = writeln!(self.into, "</{name}>");
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.into.push_str(&escaped(text)),
            Inline::Code(text) => {
                let _ = write!(self.into, "<code>{}</code>", escaped(text));
            }
            Inline::Emphasis(inside) => self.marked("em", inside),
            Inline::Strong(inside) => self.marked("strong", inside),
            Inline::Struck(inside) => self.marked("s", inside),
            Inline::Link(Some(to), inside) => {
                let to = escaped(to);
                let _ = write!(self.into, "<a href=\"{to}\" rel=\"noreferrer nofollow\">");
                self.inlines(inside);
                self.into.push_str("</a>");
            }
            Inline::Link(None, inside) => self.inlines(inside),
            Inline::Break => self.into.push_str("<br>\n"),
            Inline::Note(note, mention) => {
                let (id, nth) = (self.id, note + 1);
                let _ = write!(
                    self.into,
                    "<sup class=\"note\"><a href=\"#{id}{nth}\" id=\"{id}{nth}-{mention}\" role=\"doc-noteref\">{nth}</a></sup>"
                );
            }
            // Both have their numbers by now.
            Inline::Mark(_) | Inline::Own(_) => {}
        }
    }

    fn marked(&mut self, name: &str, inside: &[Inline]) {
        let _ = write!(self.into, "<{name}>");
        self.inlines(inside);
        let _ = write!(self.into, "</{name}>");
    }

    /// A footnote, with its address as a link.
    fn footnote(&mut self, cite: &Cite) {
        let text = &cite.footnote;
        match cite.address.as_deref().and_then(|address| Some((text.split_once(address)?, address)))
        {
            Some(((before, after), address)) => {
                let address = escaped(address);
                let _ = write!(
                    self.into,
                    "{}<a href=\"{address}\" dir=\"ltr\">{address}</a>{}",
                    escaped(before),
                    escaped(after)
                );
            }
            None => self.into.push_str(&escaped(text)),
        }
    }
}

/// The title of the page stands above every heading of a text.
const fn heading(level: u8) -> &'static str {
    match level {
        0 | 1 => "h2",
        2 => "h3",
        3 => "h4",
        4 => "h5",
        _ => "h6",
    }
}
