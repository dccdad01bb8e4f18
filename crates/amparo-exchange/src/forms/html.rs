//! HTML: what stands in a text, and the notes under it.

use std::fmt::Write as _;

use amparo_domain::language::Language;

use super::model::{Block, Inline, Says, Text};
use super::{Cite, Statement, annex, read, runs_left, text, words};
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
pub(super) fn body(read: &Text, cites: &[Cite], language: Language, id: &str) -> Html {
    let mut writing = Writing { into: String::new(), id, direction: None };
    writing.outer(&read.blocks);
    let written = std::mem::take(&mut writing.into);
    if read.notes.is_empty() {
        return Html { text: written, notes: String::new() };
    }
    writing.into.push_str("<ol class=\"notes\">\n");
    for (nth, note) in (1..).zip(&read.notes) {
        let _ = write!(writing.into, "<li id=\"{id}{nth}\">");
        match &note.says {
            Says::Cites(cite) => writing.footnote(&cites[*cite]),
            Says::Own(blocks) => writing.outer(blocks),
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

/// A whole page. It has no style, so that it takes that of the place into which it is pasted.
pub(super) fn page(statement: &Statement, language: Language) -> String {
    let spoken = statement.language_of_text().unwrap_or(language);
    let tag = escaped(statement.spoken.as_deref().unwrap_or(language.code()));
    let title = escaped(&statement.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{tag}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <link rel=\"canonical\" href=\"{}\">\n</head>\n<body>\n<article>\n<h1 dir=\"auto\">{title}</h1>\n",
        direction(spoken),
        escaped(&statement.address),
    );
    let words_of = format!("lang=\"{}\" dir=\"{}\"", language.code(), direction(language));
    let _ = write!(page, "<p {words_of}>");
    if statement.draft {
        let _ = writeln!(page, "<strong>{}</strong><br>", words::draft(language));
    }
    if let Some(issuer) = &statement.issuer {
        let _ = writeln!(page, "<bdi>{}</bdi><br>", escaped(issuer));
    }
    let date = escaped(&statement.date);
    let _ = writeln!(page, "<time datetime=\"{date}\">{}</time></p>", escaped(&statement.day));
    let html =
        body(&read::text(&statement.body, &statement.cites), &statement.cites, language, "note-");
    page.push_str(&html.text);
    let beside = statement.endorsers_beside_text();
    if !beside.is_empty() {
        let _ =
            write!(page, "<section {words_of}>\n<h2>{}</h2>\n<ul>\n", words::endorsed_by(language));
        for endorser in beside {
            let _ = writeln!(page, "<li><bdi>{}</bdi></li>", escaped(&endorser.written()));
        }
        page.push_str("</ul>\n</section>\n");
    }
    if !html.notes.is_empty() {
        let _ = write!(
            page,
            "<section {words_of} role=\"doc-endnotes\">\n<h2>{}</h2>\n{}</section>\n",
            words::notes(language),
            html.notes
        );
    }
    if let Some(table) = annex::table(statement, language) {
        let _ = write!(
            page,
            "<section {words_of}>\n<h2>{}</h2>\n<table>\n<thead>\n<tr>",
            table.heading
        );
        for column in &table.columns {
            let _ = write!(page, "<th scope=\"col\">{column}</th>");
        }
        page.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in &table.rows {
            page.push_str("<tr>");
            for cell in row {
                let text = escaped(&cell.text);
                let _ = match cell.address {
                    Some(to) => {
                        write!(page, "<td><a href=\"{}\" dir=\"ltr\">{text}</a></td>", escaped(to))
                    }
                    None => write!(page, "<td dir=\"auto\">{text}</td>"),
                };
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody>\n</table>\n</section>\n");
    }
    let version = statement.version.map(|version| format!(" v{version}")).unwrap_or_default();
    let (number, address) = (escaped(&statement.number), escaped(&statement.address));
    let _ = write!(
        page,
        "<p dir=\"ltr\"><a href=\"{address}\">{number}{version}</a></p>\n</article>\n</body>\n</html>\n"
    );
    page
}

const fn direction(language: Language) -> &'static str {
    if matches!(language, Language::Ar) { "rtl" } else { "ltr" }
}

struct Writing<'a> {
    into: String,
    id: &'a str,
    /// The direction of the next element, where it has to say one.
    direction: Option<&'static str>,
}

impl Writing<'_> {
    /// Blocks that stand in no other. Each says in which direction it runs, by its first letter: a text may be written in several languages.
    fn outer(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.direction = first_letter(std::slice::from_ref(block))
                .map(|left| if left { " dir=\"rtl\"" } else { " dir=\"ltr\"" });
            self.block(block);
            self.direction = None;
        }
    }

    /// What an element says of its direction.
    fn dir(&mut self) -> &'static str {
        self.direction.take().unwrap_or_default()
    }

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
                let dir = self.dir();
                let _ = writeln!(self.into, "<blockquote{dir}>");
                self.blocks(blocks);
                self.into.push_str("</blockquote>\n");
            }
            Block::List(first, items) => {
                let name = if first.is_some() { "ol" } else { "ul" };
                let dir = self.dir();
                let _ = match first {
                    Some(first) if *first != 1 => {
                        writeln!(self.into, "<ol start=\"{first}\"{dir}>")
                    }
                    _ => writeln!(self.into, "<{name}{dir}>"),
                };
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
                let _ = writeln!(self.into, "<pre><code>{}</code></pre>", escaped(text));
            }
            Block::Rule => self.into.push_str("<hr>\n"),
            Block::Table(rows) => self.table(rows),
        }
    }

    fn table(&mut self, rows: &[Vec<Vec<Inline>>]) {
        let dir = self.dir();
        let _ = writeln!(self.into, "<table{dir}>");
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
        let dir = self.dir();
        let _ = write!(self.into, "<{name}{dir}>");
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

/// In which direction the first letter of some blocks runs.
fn first_letter(blocks: &[Block]) -> Option<bool> {
    blocks.iter().find_map(|block| match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
            runs_left(&text::inlines(inlines))
        }
        Block::Quotation(blocks) => first_letter(blocks),
        Block::List(_, items) => items.iter().find_map(|item| first_letter(item)),
        Block::Table(rows) => {
            rows.iter().flatten().find_map(|cell| runs_left(&text::inlines(cell)))
        }
        Block::Code(_) | Block::Rule => None,
    })
}
