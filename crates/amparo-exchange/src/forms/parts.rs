//! The parts of a Word document beside its text: footnotes, lists, styles, what the file says of itself.

use std::fmt::Write as _;

use amparo_domain::language::Language;

use super::Statement;
use crate::citation::office::{HEAD, W, escaped, latin};

/// Where lists begin in the numbering: bullets first, then a list for each that is numbered.
pub(super) const BULLETS: usize = 1;
/// How deep lists are indented.
pub(super) const LEVELS: usize = 9;

/// The two lines that Word draws above footnotes, and the footnotes, each with its mark before its first words.
pub(super) fn footnotes(all: &[String]) -> String {
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
pub(super) fn numbering(numbered: &[u64]) -> String {
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
pub(super) fn core(statement: &Statement, language: Language) -> String {
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

pub(super) fn styles(language: Language) -> String {
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
