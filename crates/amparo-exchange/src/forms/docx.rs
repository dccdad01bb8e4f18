//! A Word document with real footnotes.
//!
//! A paragraph runs in the direction of its own first letter, and each run in that of its letters. The first mention of a citation is
//! its whole footnote, each later one the short form, because a footnote of Word stands on the page of its mention. Nothing in the file
//! says when it was written.

use std::fmt::Write as _;

use amparo_domain::language::Language;

use super::model::{Block, Inline, Says, Text};
use super::parts::{BULLETS, LEVELS, core, footnotes, numbering, styles};
use super::{Statement, annex, read, runs_left, words};
use crate::citation::office::{
    HEAD, OFFICE, W, archive, content_types, directions, escaped, relations,
};

/// The document.
pub(super) fn write(statement: &Statement, language: Language) -> Vec<u8> {
    let text = read::text(&statement.body, &statement.cites);
    let mut writing = Writing {
        statement,
        text: &text,
        left: statement.language_of_text().unwrap_or(language) == Language::Ar,
        words_left: language == Language::Ar,
        into: String::new(),
        footnotes: Vec::new(),
        links: Vec::new(),
        numbered: Vec::new(),
        mentioned: vec![false; text.notes.len()],
        in_footnote: false,
    };
    writing.head(language);
    writing.blocks(&text.blocks, 0);
    writing.endorsers(language);
    writing.annex(language);
    writing.foot();
    let body = std::mem::take(&mut writing.into);
    let mut linked: Vec<(&str, &str, bool)> = vec![
        ("footnotes", "footnotes.xml", false),
        ("styles", "styles.xml", false),
        ("numbering", "numbering.xml", false),
    ];
    linked.extend(writing.links.iter().map(|link| ("hyperlink", link.as_str(), true)));
    let section = if writing.left { "<w:bidi/>" } else { "" };
    let document = format!(
        "{HEAD}<w:document xmlns:w=\"{W}\" xmlns:r=\"{OFFICE}\"><w:body>{body}\
         <w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/>\
         {section}</w:sectPr></w:body></w:document>"
    );
    archive(&[
        (
            "[Content_Types].xml",
            content_types(&["document.main", "footnotes", "styles", "numbering"], true),
        ),
        (
            "_rels/.rels",
            relations(&[
                ("officeDocument", "word/document.xml", false),
                ("", "docProps/core.xml", false),
            ]),
        ),
        ("docProps/core.xml", core(statement, language)),
        ("word/document.xml", document),
        ("word/footnotes.xml", footnotes(&writing.footnotes)),
        ("word/numbering.xml", numbering(&writing.numbered)),
        ("word/styles.xml", styles(language)),
        ("word/_rels/document.xml.rels", relations(&linked)),
    ])
}

struct Writing<'a> {
    statement: &'a Statement,
    text: &'a Text,
    /// Whether the statement runs from right to left.
    left: bool,
    /// Whether the words around it do.
    words_left: bool,
    into: String,
    /// The paragraphs of each footnote.
    footnotes: Vec<String>,
    links: Vec<String>,
    /// The first numbers of the lists that are numbered.
    numbered: Vec<u64>,
    /// Which notes were mentioned already.
    mentioned: Vec<bool>,
    in_footnote: bool,
}

/// How a run looks.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way to look of its own")]
struct Look {
    bold: bool,
    italic: bool,
    struck: bool,
    code: bool,
    link: bool,
}

/// Where a paragraph stands.
#[derive(Clone, Copy, Default)]
struct Place {
    style: Option<&'static str>,
    /// The list it is in, and how deep.
    list: Option<(usize, usize)>,
    /// How far it is set in, by quotations and lists.
    depth: usize,
    /// The direction of what the register writes itself: that of its language, whatever the first letter.
    left: Option<bool>,
}

impl Writing<'_> {
    fn head(&mut self, language: Language) {
        self.plain("Title", &self.statement.title);
        let mut line = Vec::new();
        if self.statement.draft {
            line.push(words::draft(language).to_owned());
        }
        line.extend(self.statement.issuer.clone());
        line.push(self.statement.day.clone());
        self.plain("Subtitle", &line.join(" · "));
    }

    fn foot(&mut self) {
        let Statement { number, version, address, .. } = self.statement;
        let version = version.map(|version| format!(" v{version}")).unwrap_or_default();
        let place = Place { style: Some("FootnoteText"), ..Place::default() };
        let link = Inline::Link(Some(address.clone()), vec![Inline::Text(address.clone())]);
        let inlines = [Inline::Text(format!("{number}{version}, ")), link];
        self.paragraph(&inlines, place, false);
    }

    fn endorsers(&mut self, language: Language) {
        let beside = self.statement.endorsers_beside_text();
        if beside.is_empty() {
            return;
        }
        self.plain("Heading2", words::endorsed_by(language));
        for endorser in beside {
            let text = [Inline::Text(endorser.written())];
            self.paragraph(
                &text,
                Place { list: Some((BULLETS, 0)), ..Place::default() },
                self.left,
            );
        }
    }

    fn annex(&mut self, language: Language) {
        let Some(table) = annex::table(self.statement, language) else {
            return;
        };
        self.plain("Heading2", table.heading);
        let widths: &[usize] = if table.columns.len() == 3 {
            &[1900, 2200, 4926]
        } else {
            &[1300, 1250, 1300, 2276, 1050, 1850]
        };
        let mut rows: Vec<Vec<Vec<Inline>>> = Vec::with_capacity(table.rows.len() + 1);
        rows.push(
            table.columns.iter().map(|column| vec![Inline::Text((*column).to_owned())]).collect(),
        );
        for row in table.rows {
            let cells = row.into_iter().map(|cell| {
                let text = vec![Inline::Text(cell.text)];
                match cell.address {
                    Some(address) => vec![Inline::Link(Some(address.to_owned()), text)],
                    None => text,
                }
            });
            rows.push(cells.collect());
        }
        self.table(&rows, widths, self.words_left);
    }

    fn plain(&mut self, style: &'static str, text: &str) {
        let place = Place { style: Some(style), ..Place::default() };
        self.paragraph(&[Inline::Text(text.to_owned())], place, self.left);
    }

    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        let plain = Place { depth, ..Place::default() };
        for block in blocks {
            match block {
                Block::Paragraph(inlines) => {
                    let style = (depth > 0).then_some("Quote");
                    self.paragraph(inlines, Place { style, ..plain }, self.left);
                }
                Block::Heading(level, inlines) => {
                    self.paragraph(inlines, Place { style: Some(heading(*level)), ..plain }, self.left);
                }
                Block::Quotation(inside) => self.blocks(inside, depth + 1),
                Block::List(first, items) => self.list(*first, items, 0, depth),
                Block::Code(text) => {
                    let mut inlines = Vec::new();
                    for line in text.lines() {
                        if !inlines.is_empty() {
                            inlines.push(Inline::Break);
                        }
                        inlines.push(Inline::Code(line.to_owned()));
                    }
                    self.paragraph(&inlines, plain, false);
                }
                Block::Rule => self.into.push_str(
                    "<w:p><w:pPr><w:pBdr><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"auto\"/></w:pBdr></w:pPr></w:p>",
                ),
                Block::Table(rows) => {
                    let columns = rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
                    let widths = vec![9026 / columns; columns];
                    self.table(rows, &widths, self.left);
                }
            }
        }
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>], level: usize, depth: usize) {
        let id = match first {
            None => BULLETS,
            Some(first) => {
                self.numbered.push(first);
                BULLETS + self.numbered.len()
            }
        };
        let level = level.min(LEVELS - 1);
        for item in items {
            let mut marked = false;
            for block in item {
                match block {
                    Block::Paragraph(inlines) if !marked => {
                        let place = Place { list: Some((id, level)), ..Place::default() };
                        self.paragraph(inlines, place, self.left);
                    }
                    Block::List(first, items) => self.list(*first, items, level + 1, depth),
                    block => self.blocks(std::slice::from_ref(block), depth + level + 1),
                }
                marked = true;
            }
        }
    }

    fn table(&mut self, rows: &[Vec<Vec<Inline>>], widths: &[usize], left: bool) {
        let visual = if left { "<w:bidiVisual/>" } else { "" };
        let _ = write!(
            self.into,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/>{visual}<w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>",
            widths.iter().sum::<usize>()
        );
        for width in widths {
            let _ = write!(self.into, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.into.push_str("</w:tblGrid>");
        for (nth, row) in rows.iter().enumerate() {
            let head = if nth == 0 {
                "<w:trPr><w:tblHeader/></w:trPr>"
            } else {
                "<w:trPr><w:cantSplit/></w:trPr>"
            };
            let _ = write!(self.into, "<w:tr>{head}");
            for (cell, width) in widths.iter().enumerate() {
                let _ = write!(
                    self.into,
                    "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"
                );
                let style = Some(if nth == 0 { "TableHeading" } else { "TableText" });
                let inlines = row.get(cell).map_or(&[][..], Vec::as_slice);
                self.paragraph(inlines, Place { style, ..Place::default() }, left);
                self.into.push_str("</w:tc>");
            }
            self.into.push_str("</w:tr>");
        }
        self.into.push_str("</w:tbl><w:p/>");
    }

    /// A paragraph, in the direction of its first letter, else of what is around it.
    fn paragraph(&mut self, inlines: &[Inline], place: Place, around: bool) {
        let own = || runs_left(&super::text::inlines(inlines)).unwrap_or(around);
        let left = place.left.unwrap_or_else(own);
        self.into.push_str("<w:p><w:pPr>");
        if let Some(style) = place.style {
            let _ = write!(self.into, "<w:pStyle w:val=\"{style}\"/>");
        }
        if let Some((id, level)) = place.list {
            let _ = write!(
                self.into,
                "<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{id}\"/></w:numPr>"
            );
        }
        if left {
            self.into.push_str("<w:bidi/>");
        }
        if place.depth > 0 {
            let far = 567 * place.depth.min(8);
            let _ = write!(self.into, "<w:ind w:left=\"{far}\" w:right=\"567\"/>");
        }
        self.into.push_str("</w:pPr>");
        self.runs(inlines, Look::default(), left);
        self.into.push_str("</w:p>");
    }

    fn runs(&mut self, inlines: &[Inline], look: Look, left: bool) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.words(text, look, left),
                Inline::Code(text) => self.words(text, Look { code: true, ..look }, left),
                Inline::Emphasis(inside) => self.runs(inside, Look { italic: true, ..look }, left),
                Inline::Strong(inside) => self.runs(inside, Look { bold: true, ..look }, left),
                Inline::Struck(inside) => self.runs(inside, Look { struck: true, ..look }, left),
                // The links of footnotes would need a list of their own; their addresses are spelled out.
                Inline::Link(Some(to), inside) if !self.in_footnote => {
                    // Three relations come before those of links.
                    let id = self.links.iter().position(|link| link == to).unwrap_or_else(|| {
                        self.links.push(to.clone());
                        self.links.len() - 1
                    }) + 4;
                    let _ = write!(self.into, "<w:hyperlink r:id=\"rId{id}\" w:history=\"1\">");
                    self.runs(inside, Look { link: true, ..look }, left);
                    self.into.push_str("</w:hyperlink>");
                }
                Inline::Link(to, inside) => {
                    self.runs(inside, look, left);
                    let said = super::text::inlines(inside);
                    if let Some(to) = to.as_deref().filter(|to| !said.contains(to)) {
                        self.words(&format!(" ({to})"), look, left);
                    }
                }
                Inline::Break => self.into.push_str("<w:r><w:br/></w:r>"),
                Inline::Note(note, _) => self.note(*note, look, left),
                // Both have their numbers by now.
                Inline::Mark(_) | Inline::Own(_) => {}
            }
        }
    }

    fn words(&mut self, text: &str, look: Look, left: bool) {
        let text = text.replace('\n', " ");
        for (is_rtl, run) in directions(&text, left) {
            let mut about = String::new();
            if look.link {
                about.push_str("<w:rStyle w:val=\"Hyperlink\"/>");
            }
            if look.code {
                about.push_str("<w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\" w:cs=\"Courier New\"/>");
            }
            if look.bold {
                about.push_str("<w:b/><w:bCs/>");
            }
            if look.italic {
                about.push_str("<w:i/><w:iCs/>");
            }
            if look.struck {
                about.push_str("<w:strike/>");
            }
            if is_rtl {
                about.push_str("<w:rtl/>");
            }
            if !about.is_empty() {
                about = format!("<w:rPr>{about}</w:rPr>");
            }
            let run = escaped(&run);
            let _ = write!(self.into, "<w:r>{about}<w:t xml:space=\"preserve\">{run}</w:t></w:r>");
        }
    }

    /// A mention of a note. In a footnote there are no others: what it cites stands there in brackets.
    fn note(&mut self, note: usize, look: Look, left: bool) {
        let again = std::mem::replace(&mut self.mentioned[note], true);
        let text = self.text;
        let says = &text.notes[note].says;
        if self.in_footnote {
            if let Says::Cites(cite) = says {
                let short = self.statement.cites[*cite].short.trim_end_matches('.').to_owned();
                self.words(&format!(" ({short})"), look, left);
            }
            return;
        }
        let before = std::mem::take(&mut self.into);
        self.in_footnote = true;
        match says {
            Says::Cites(cite) => {
                let cite = &self.statement.cites[*cite];
                let said = if again { &cite.short } else { &cite.footnote };
                let inlines = [Inline::Text(said.clone())];
                let (style, left) = (Some("FootnoteText"), Some(self.words_left));
                self.paragraph(&inlines, Place { style, left, ..Place::default() }, false);
            }
            Says::Own(blocks) => self.blocks(blocks, 0),
        }
        self.in_footnote = false;
        let said = std::mem::replace(&mut self.into, before);
        self.footnotes.push(said);
        // Two come before: the lines that Word draws above footnotes.
        let id = self.footnotes.len() + 1;
        let _ = write!(
            self.into,
            "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteReference w:id=\"{id}\"/></w:r>"
        );
    }
}

const fn heading(level: u8) -> &'static str {
    match level {
        0 | 1 => "Heading1",
        2 => "Heading2",
        3 => "Heading3",
        _ => "Heading4",
    }
}
