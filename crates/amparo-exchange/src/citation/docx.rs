//! A Word document with one real footnote, to copy into a text.
//!
//! Written by hand, as it is small and the same citation has to make the same bytes. Arabic runs from right to left, and
//! the number and the address in it from left to right.

use std::fmt::Write as _;

use amparo_domain::language::Language;

use super::texts::escaped;
use super::{Cited, texts, zip};

/// Where XML begins.
pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The names of Word's elements.
pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// The names of what is between the parts of a document.
pub(crate) const OFFICE: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The document.
pub(super) fn write(cited: &Cited, language: Language) -> Vec<u8> {
    let footnote = texts::footnote(cited, language);
    let title = cited.told_title(language);
    zip::archive(&[
        ("[Content_Types].xml", content_types(&["document.main", "footnotes", "styles"], false)),
        ("_rels/.rels", relations(&[("officeDocument", "word/document.xml", false)])),
        ("word/document.xml", document(&title, language)),
        ("word/footnotes.xml", footnotes(&footnote, language)),
        ("word/styles.xml", styles(language)),
        (
            "word/_rels/document.xml.rels",
            relations(&[("footnotes", "footnotes.xml", false), ("styles", "styles.xml", false)]),
        ),
    ])
}

/// What each part of a document is, and whether there is one that says what it is called.
pub(crate) fn content_types(parts: &[&str], core: bool) -> String {
    let mut text = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    );
    for kind in parts {
        let name = kind.split('.').next().unwrap_or_default();
        let _ = write!(
            text,
            "<Override PartName=\"/word/{name}.xml\" ContentType=\"{WORD}.{kind}+xml\"/>"
        );
    }
    if core {
        text.push_str(
            "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>",
        );
    }
    text.push_str("</Types>");
    text
}

/// What a part refers to: a kind, where, and whether that is outside of the document. Without a kind it is what the document is called.
pub(crate) fn relations(parts: &[(&str, &str, bool)]) -> String {
    const CORE: &str =
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    let mut text = format!("{HEAD}<Relationships xmlns=\"{RELATIONS}\">");
    for (nth, (kind, target, outside)) in (1..).zip(parts) {
        let kind = if kind.is_empty() { CORE.to_owned() } else { format!("{OFFICE}/{kind}") };
        let mode = if *outside { " TargetMode=\"External\"" } else { "" };
        let target = escaped(target);
        let _ = write!(
            text,
            "<Relationship Id=\"rId{nth}\" Type=\"{kind}\" Target=\"{target}\"{mode}/>"
        );
    }
    text.push_str("</Relationships>");
    text
}

/// One paragraph: the title, and the mark of the footnote behind it.
fn document(title: &str, language: Language) -> String {
    format!(
        "{HEAD}<w:document xmlns:w=\"{W}\"><w:body><w:p>{}{}\
         <w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteReference w:id=\"2\"/></w:r></w:p>\
         <w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/>\
         {}</w:sectPr></w:body></w:document>",
        paragraph(None, language),
        runs(title, language),
        if is_rtl(language) { "<w:bidi/>" } else { "" },
    )
}

/// The two lines that Word draws above footnotes, and the footnote.
fn footnotes(text: &str, language: Language) -> String {
    let line = |id: i8, kind: &str, mark: &str| {
        format!(
            "<w:footnote w:type=\"{kind}\" w:id=\"{id}\"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>"
        )
    };
    format!(
        "{HEAD}<w:footnotes xmlns:w=\"{W}\">{}{}<w:footnote w:id=\"2\"><w:p>{}\
         <w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r>\
         <w:r><w:t xml:space=\"preserve\"> </w:t></w:r>{}</w:p></w:footnote></w:footnotes>",
        line(0, "separator", "separator"),
        line(1, "continuationSeparator", "continuationSeparator"),
        paragraph(Some("FootnoteText"), language),
        runs(text, language),
    )
}

/// The language of what is not Arabic.
pub(crate) const fn latin(language: Language) -> &'static str {
    match language {
        Language::Ar | Language::En => "en-GB",
        Language::Es => "es-ES",
        Language::Fr => "fr-FR",
        Language::Pt => "pt-PT",
        Language::Ru => "ru-RU",
    }
}

fn styles(language: Language) -> String {
    let latin = latin(language);
    format!(
        "{HEAD}<w:styles xmlns:w=\"{W}\"><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:cs=\"Arial\"/><w:sz w:val=\"22\"/><w:szCs w:val=\"22\"/>\
         <w:lang w:val=\"{latin}\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
         <w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\">\
         <w:name w:val=\"Default Paragraph Font\"/></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"FootnoteText\"><w:name w:val=\"footnote text\"/>\
         <w:basedOn w:val=\"Normal\"/><w:rPr><w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/></w:rPr></w:style>\
         <w:style w:type=\"character\" w:styleId=\"FootnoteReference\"><w:name w:val=\"footnote reference\"/>\
         <w:basedOn w:val=\"DefaultParagraphFont\"/><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:style>\
         </w:styles>"
    )
}

/// What a paragraph says of itself.
fn paragraph(style: Option<&str>, language: Language) -> String {
    let style = style.map(|style| format!("<w:pStyle w:val=\"{style}\"/>")).unwrap_or_default();
    let bidi = if is_rtl(language) { "<w:bidi/>" } else { "" };
    format!("<w:pPr>{style}{bidi}</w:pPr>")
}

/// A text in runs of one direction each.
fn runs(text: &str, language: Language) -> String {
    let mut runs = String::new();
    for (is_rtl, run) in directions(text, is_rtl(language)) {
        let direction = if is_rtl { "<w:rPr><w:rtl/></w:rPr>" } else { "" };
        let run = escaped(&run);
        let _ = write!(runs, "<w:r>{direction}<w:t xml:space=\"preserve\">{run}</w:t></w:r>");
    }
    runs
}

const fn is_rtl(language: Language) -> bool {
    matches!(language, Language::Ar)
}

/// Splits a text where its letters change direction. What has none goes with the letters around it, and with the
/// paragraph where they differ.
pub(crate) fn directions(text: &str, paragraph: bool) -> Vec<(bool, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    let mut neutral = String::new();
    let add = |direction: bool, text: String, runs: &mut Vec<(bool, String)>| match runs.last_mut()
    {
        Some((last, run)) if *last == direction => run.push_str(&text),
        _ if text.is_empty() => {}
        _ => runs.push((direction, text)),
    };
    for c in text.chars().filter(|c| !c.is_control()) {
        let direction = match c {
            '\u{200f}'
            | '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}' => Some(true),
            c if c.is_alphabetic() => Some(false),
            // Digits go with what they follow: `OBS 4827`, and a year after a month.
            _ => None,
        };
        let Some(direction) = direction else {
            neutral.push(c);
            continue;
        };
        let before = runs.last().map_or(paragraph, |(last, _)| *last);
        let between = std::mem::take(&mut neutral);
        if before == direction {
            add(direction, between + c.encode_utf8(&mut [0; 4]), &mut runs);
        } else {
            // Digits and marks that join them stay with the letters before them.
            let ends = between.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
            let (theirs, ours) = between.split_at(ends);
            add(before, theirs.to_owned(), &mut runs);
            add(paragraph, ours.to_owned(), &mut runs);
            add(direction, c.to_string(), &mut runs);
        }
    }
    let last = runs.last().map_or(paragraph, |(last, _)| *last);
    let ends = neutral.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
    let (theirs, ours) = neutral.split_at(ends);
    add(last, theirs.to_owned(), &mut runs);
    add(paragraph, ours.to_owned(), &mut runs);
    runs
}

#[cfg(test)]
mod tests {
    use super::directions;

    #[test]
    fn a_number_and_an_address_run_their_own_way_in_arabic() {
        let text = "Observer Record، OBS 4827‑1930، النسخة 3: «عنوان» (3 فبراير 2026)، https://obs.example/r/48271930/v3 (حتى).";
        let runs = directions(text, true);
        let of = |rtl: bool| -> Vec<&str> {
            runs.iter().filter(|(is, _)| *is == rtl).map(|(_, run)| run.as_str()).collect()
        };
        assert_eq!(
            of(false),
            ["Observer Record", "OBS 4827‑1930", "https://obs.example/r/48271930/v3"],
            "{runs:?}"
        );
        let whole: String = runs.iter().map(|(_, run)| run.as_str()).collect();
        assert_eq!(whole, text);
        assert_eq!(directions("OBS 1, ok", false), [(false, "OBS 1, ok".to_owned())]);
    }
}
