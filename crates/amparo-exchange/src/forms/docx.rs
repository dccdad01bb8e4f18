//! A Word document with real footnotes.
//!
//! A paragraph runs in the direction of its own first letter, and each run in that of its letters. The first mention of a citation is
//! its whole footnote, each later one the short form, because a footnote of Word stands on the page of its mention. Nothing in the file
//! says when it was written.

use std::fmt::Write as _;

use amparo_domain::language::Language;

use super::model::{Block, Inline, Says, Text};
use super::{Statement, annex, read, runs_left, words};
use crate::citation::office::{
    HEAD, OFFICE, W, archive, content_types, directions, escaped, latin, relations,
};

/// Where lists begin in the numbering: bullets first, then a list for each that is numbered.
const BULLETS: usize = 1;
/// How deep lists are indented.
const LEVELS: usize = 9;

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

/// The two lines that Word draws above footnotes, and the footnotes, each with its mark before its first words.
fn footnotes(all: &[String]) -> String {
    let line = |id: i8, kind: &str, mark: &str| {
        format!(
            "<w:footnote w:type=\"{kind}\" w:id=\"{id}\"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>"
        )
    };
    let mut part = format!(
        "{HEAD}<w:footnotes xmlns:w=\"{W}\">{}{}",
        line(0, "separator", "separator"),
        line(1, "continuationSeparator", "continuationSeparator"),
    );
    let mark = "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r>\
                <w:r><w:t xml:space=\"preserve\"> </w:t></w:r>";
    for (id, said) in (2..).zip(all) {
        let said = match said.split_once("</w:pPr>") {
            Some((about, rest)) => format!("{about}</w:pPr>{mark}{rest}"),
            None => format!("<w:p>{mark}</w:p>"),
        };
        let _ = write!(part, "<w:footnote w:id=\"{id}\">{said}</w:footnote>");
    }
    part.push_str("</w:footnotes>");
    part
}

/// Bullets, and a list for each that is numbered, with its first number.
fn numbering(numbered: &[u64]) -> String {
    let mut part = format!("{HEAD}<w:numbering xmlns:w=\"{W}\">");
    for (id, format, text) in [(0, "bullet", "•"), (1, "decimal", "")] {
        let _ = write!(
            part,
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"multilevel\"/>"
        );
        for level in 0..LEVELS {
            let text = if text.is_empty() { format!("%{}.", level + 1) } else { text.to_owned() };
            let _ = write!(
                part,
                "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/>\
                 <w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"{}\" w:hanging=\"360\"/></w:pPr></w:lvl>",
                720 + 360 * level
            );
        }
        part.push_str("</w:abstractNum>");
    }
    let _ = write!(part, "<w:num w:numId=\"{BULLETS}\"><w:abstractNumId w:val=\"0\"/></w:num>");
    for (id, first) in (BULLETS + 1..).zip(numbered) {
        let _ = write!(part, "<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"1\"/>");
        for level in 0..LEVELS {
            let _ = write!(
                part,
                "<w:lvlOverride w:ilvl=\"{level}\"><w:startOverride w:val=\"{}\"/></w:lvlOverride>",
                (*first).min(32_767)
            );
        }
        part.push_str("</w:num>");
    }
    part.push_str("</w:numbering>");
    part
}

/// What the file says of itself: nothing of when and by whom.
fn core(statement: &Statement, language: Language) -> String {
    let version = statement.version.map(|version| format!(" v{version}")).unwrap_or_default();
    let spoken = statement.spoken.as_deref().unwrap_or(language.code());
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:identifier>{}{version}</dc:identifier><dc:language>{}</dc:language></cp:coreProperties>",
        escaped(&statement.title),
        escaped(statement.issuer.as_deref().unwrap_or_default()),
        escaped(&statement.number),
        escaped(spoken),
    )
}

const fn heading(level: u8) -> &'static str {
    match level {
        0 | 1 => "Heading1",
        2 => "Heading2",
        3 => "Heading3",
        _ => "Heading4",
    }
}

fn styles(language: Language) -> String {
    let mut part = format!(
        "{HEAD}<w:styles xmlns:w=\"{W}\"><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:cs=\"Arial\"/><w:sz w:val=\"22\"/><w:szCs w:val=\"22\"/>\
         <w:lang w:val=\"{}\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault><w:pPr><w:spacing w:after=\"160\" w:line=\"264\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
         <w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\">\
         <w:name w:val=\"Default Paragraph Font\"/></w:style>\
         <w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/>\
         <w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:left w:w=\"108\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>",
        latin(language)
    );
    let size = |points: u32| format!("<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/>", points * 2);
    let bold = "<w:b/><w:bCs/>";
    let heading = |level: u8| {
        format!(
            "<w:keepNext/><w:spacing w:before=\"280\" w:after=\"100\"/><w:outlineLvl w:val=\"{level}\"/>"
        )
    };
    for (id, name, about, look) in [
        ("Title", "Title", "<w:spacing w:after=\"80\"/>".to_owned(), bold.to_owned() + &size(20)),
        (
            "Subtitle",
            "Subtitle",
            "<w:spacing w:after=\"320\"/>".to_owned(),
            "<w:color w:val=\"4D5B63\"/>".to_owned() + &size(11),
        ),
        ("Heading1", "heading 1", heading(0), bold.to_owned() + &size(16)),
        ("Heading2", "heading 2", heading(1), bold.to_owned() + &size(14)),
        ("Heading3", "heading 3", heading(2), bold.to_owned() + &size(12)),
        ("Heading4", "heading 4", heading(3), bold.to_owned() + &size(11)),
        ("Quote", "Quote", String::new(), "<w:i/><w:iCs/>".to_owned()),
        (
            "FootnoteText",
            "footnote text",
            "<w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>".to_owned(),
            size(10),
        ),
        (
            "TableText",
            "Table Text",
            "<w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>".to_owned(),
            size(8),
        ),
        (
            "TableHeading",
            "Table Heading",
            "<w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>".to_owned(),
            bold.to_owned() + &size(8),
        ),
    ] {
        let _ = write!(
            part,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/>\
             <w:pPr>{about}</w:pPr><w:rPr>{look}</w:rPr></w:style>"
        );
    }
    part.push_str(
        "<w:style w:type=\"character\" w:styleId=\"FootnoteReference\"><w:name w:val=\"footnote reference\"/>\
         <w:basedOn w:val=\"DefaultParagraphFont\"/><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:style>\
         <w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/>\
         <w:basedOn w:val=\"DefaultParagraphFont\"/><w:rPr><w:color w:val=\"0A5260\"/><w:u w:val=\"single\"/></w:rPr></w:style>\
         <w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>",
    );
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(
            part,
            "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"6E7C84\"/>"
        );
    }
    part.push_str("</w:tblBorders></w:tblPr></w:style></w:styles>");
    part
}
