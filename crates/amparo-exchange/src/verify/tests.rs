//! What is found, and what is not.

use amparo_domain::language::Language;
use amparo_domain::number::Width;
use proptest::prelude::*;

use super::*;
use crate::citation::{Cited, Figures, Form, Pin, Standing, Subject};

const OURS: [&str; 2] = ["OBS", "STM"];

fn cited(number: Number, version: i32) -> Cited {
    Cited {
        instance: "Observer Record".to_owned(),
        prefix: "OBS".to_owned(),
        number: Some(number),
        pin: Pin::Version(version),
        subject: Subject::Record,
        title: "Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024".to_owned(),
        title_language: Some("en".to_owned()),
        published: "2026-02-03".parse().ok(),
        accessed: "2026-02-04".parse().unwrap(),
        address: format!("https://obs.example/r/{}/v{version}", number.as_i64()),
        standing: Standing::Stands,
    }
}

fn in_text(text: &str) -> Vec<Found> {
    find(&[Part::text(text.to_owned())], &OURS).found
}

/// What was found, as number and version.
fn numbers(text: &str) -> Vec<(String, Option<i32>)> {
    let number = |of: &Found| of.number.map_or_else(|_| "mistyped".to_owned(), |n| n.to_string());
    in_text(text).iter().map(|of| (number(of), of.version)).collect()
}

fn one(version: Option<i32>) -> Vec<(String, Option<i32>)> {
    vec![("4827-1930".to_owned(), version)]
}

#[test]
fn finds_a_number_however_it_is_written() {
    for (text, version) in [
        ("4827-1930", None),
        (" 48271930\n", None),
        ("OBS 4827-1930", None),
        ("obs 4827 1930", None),
        ("OBS48271930", None),
        ("OBS-48271930", None),
        ("(OBS 4827\u{2011}1930 v1)", Some(1)),
        ("see OBS\u{a0}4827\u{2011}1930, version 3: it", Some(3)),
        ("see 4827-1930 v2.", Some(2)),
        ("OBS 4827–1930, versión 4", Some(4)),
        ("OBS 4827-1930, versão 5", Some(5)),
        ("OBS 4827-1930, версия 6", Some(6)),
        ("OBS 4827\u{2011}1930\u{200f}، النسخة 7", Some(7)),
        ("OBS ٤٨٢٧-١٩٣٠ v٢", Some(2)),
        ("۴۸۲۷-۱۹۳۰", None),
        ("OBS 48\u{200b}27-19\u{ad}30", None),
        ("was held[[4827-1930]] then", None),
        ("was held[[OBS 4827-1930 v2]] then", Some(2)),
        ("https://obs.example/r/48271930/v3", Some(3)),
        ("https://obs.example/r/4827-1930).", None),
        ("obs.example/r/48271930", None),
        ("https://obs.example/api/v1/incidents/4827-1930/versions/2", Some(2)),
        ("STM 4827-1930 v1", Some(1)),
        ("OBS-L 4827-1930", None),
        ("OBS\u{2011}L 4827\u{2011}1930", None),
        ("They wrote 4827-1930 on it.", None),
    ] {
        assert_eq!(numbers(text), one(version), "{text}");
    }
    let both = "OBS 4827-1930 v1. And later: OBS 4827-1930 v2.";
    assert_eq!(numbers(both), [one(Some(1)), one(Some(2))].concat());
    let found = &in_text("«ё» OBS 4827-1930 v2, then")[0];
    assert_eq!((found.at.clone(), found.written.as_str()), (4..20, "OBS 4827-1930 v2"));
}

#[test]
fn what_is_not_ours_is_left_alone() {
    for text in [
        "in 2019-2024 and 1999–2003",
        "on 20240429 and 2024-0429",
        "call 5555-1234 or +994 12 4827 1931",
        "ISSN 2049-3630, 4827-1931",
        "12345678 people, 48271930 manat, 4,827,193.0",
        "id=48271930 a48271930 48271930b",
        "1234-4827-1930 and 4827-1930-1234",
        "EUR 4827-1930,50",
        "/r/abc /r/2024 /r/ and OBS and OBS v2",
        "Observations 2019 2020",
    ] {
        assert_eq!(numbers(text), [], "{text}");
    }
    // A mistake is told where it was surely meant for ours.
    for text in [
        "OBS 4827-1931",
        "OBS 4827-193",
        "4827-1931",
        "[[4827-1931]]",
        "4827-1931, version 2",
        "https://obs.example/r/48271931/v1",
    ] {
        assert_eq!(
            numbers(text).first().map(|(number, _)| number.as_str()),
            Some("mistyped"),
            "{text}"
        );
    }
    assert!(!in_text("They wrote 4827-1930 on it.")[0].sure);
    assert!(in_text("They wrote OBS 4827-1930 on it.")[0].sure);
}

#[test]
fn a_footnote_is_one_citation_with_its_title_and_day() {
    let number: Number = "4827-1930".parse().unwrap();
    for title in [
        "Detention of Anar Mammadli",
        "The \"Judas\" (a film) remark",
        "Quoi «\u{a0}non\u{a0}»\u{a0}?",
    ] {
        let of = Cited { title: title.to_owned(), ..cited(number, 3) };
        for language in Language::ALL {
            for text in [of.footnote(language), of.apa(language).plain] {
                let found = in_text(&text);
                assert_eq!(found.len(), 1, "{text}: {found:?}");
                assert_eq!(found[0].title.as_deref(), Some(title), "{text}");
                assert_eq!(found[0].published, "2026-02-03".parse().ok(), "{text}");
                assert_eq!(found[0].address_version, Some(3), "{text}");
            }
        }
    }
    let of = cited(number, 3);
    for language in Language::ALL {
        let text = of.chicago(language).plain;
        let found = in_text(&text);
        assert_eq!(found[0].title.as_deref(), Some(of.title.as_str()), "{text}");
        assert_eq!(found[0].published, "2026-02-03".parse().ok(), "{text}");
    }
}

#[test]
fn a_word_document_is_read_with_its_notes() {
    let of = cited("4827-1930".parse().unwrap(), 3);
    for language in Language::ALL {
        let parts = read_docx(&of.write(Form::Docx, language)).unwrap();
        let found = find(&parts, &OURS).found;
        assert_eq!(found.len(), 1, "{found:?}");
        let part = &parts[found[0].part];
        assert_eq!((part.kind, part.nth), (PartKind::Footnote, Some(1)));
        assert_eq!(found[0].version, Some(3));
        assert_eq!(found[0].published, "2026-02-03".parse().ok());
    }
    assert_eq!(read_docx(b"nothing"), Err(DocxError::NotOne));
}

/// An archive of one part, packed.
fn packed(name: &str, content: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_document_that_means_no_good_is_refused() {
    let bomb = packed("word/document.xml", &vec![b' '; 30 * 1024 * 1024]);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_eq!(read_docx(&bomb), Err(DocxError::TooLarge));
    let entities = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><w:document><w:t>&b;</w:t></w:document>";
    assert_eq!(
        read_docx(&packed("word/document.xml", entities.as_bytes())),
        Err(DocxError::Broken)
    );
    let unknown = "<w:document><w:p><w:r><w:t>OBS&#x20;4827&#8209;1930&nbsp;&amp;</w:t></w:r></w:p></w:document>";
    let parts = read_docx(&packed("word/document.xml", unknown.as_bytes())).unwrap();
    assert_eq!(parts[0].text, "OBS 4827\u{2011}1930&\n");
    for broken in ["<w:document>", "<a></b>", "\u{0}", "<w:document><w:t>&#xffffffff;"] {
        let _ = read_docx(&packed("word/document.xml", broken.as_bytes()));
    }
    assert_eq!(read_docx(&packed("other.xml", b"<a/>")), Err(DocxError::NotOne));
}

/// As Word writes them: runs cut anywhere, deleted words, fields, text boxes twice.
#[test]
fn runs_are_joined_and_what_is_not_shown_is_not_read() {
    let xml = "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body><w:p><w:r><w:t>OB</w:t></w:r><w:r><w:t xml:space=\"preserve\">S 48</w:t></w:r>\
        <w:r><w:t>27</w:t><w:noBreakHyphen/><w:t>1930</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del>\
        <w:r><w:instrText>HYPERLINK OBS 4827-1930</w:instrText></w:r><w:r><w:tab/><w:t>v2</w:t></w:r></w:p>\
        <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>OBS 4827-1930 v3</w:t></w:r></w:p></mc:Choice>\
        <mc:Fallback><w:p><w:r><w:t>OBS 4827-1930 v3</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:body></w:document>";
    let parts = read_docx(&packed("word/document.xml", xml.as_bytes())).unwrap();
    let found = find(&parts, &OURS).found;
    let versions: Vec<_> = found.iter().map(|of| of.version).collect();
    assert_eq!(versions, [Some(2), Some(3)], "{:?}", parts[0].text);
}

#[test]
fn there_is_an_end_to_it() {
    let text = "OBS 4827-1930 v1. ".repeat(CITATIONS_MAX + 5);
    let citations = find(&[Part::text(text)], &OURS);
    assert!(citations.truncated);
    assert_eq!(citations.found.len(), CITATIONS_MAX);
    // Whatever the text, it takes little more than reading it.
    for text in [
        "4".repeat(500_000),
        "4827-".repeat(100_000),
        "OBS ".repeat(125_000),
        "(".repeat(500_000),
        "«/r/".repeat(125_000),
    ] {
        find(&[Part::text(text)], &OURS);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_cited_is_found_again(random: u64, wide: bool, version in 1..200_i32, language in 0..6_usize, form in 0..10_usize) {
        let number = Number::from_random(random, if wide { Width::Ten } else { Width::Eight });
        let (language, form) = (Language::ALL[language], Form::ALL[form]);
        let of = cited(number, version);
        let bytes = of.write(form, language);
        let parts = match form {
            Form::Docx => read_docx(&bytes).unwrap(),
            _ => vec![Part::text(String::from_utf8(bytes).unwrap())],
        };
        let found = find(&parts, &OURS).found;
        prop_assert_eq!(found.len(), 1, "{:?}: {:?} {:?}", form, &parts, &found);
        prop_assert_eq!(found[0].number, Ok(number));
        prop_assert_eq!(found[0].version, Some(version));
        let pointed = Cited { pin: Pin::Latest, address: format!("https://obs.example/r/{}", number.as_i64()), ..of };
        let figures = Figures { incidents: 17, countries: Some(9), period: "2024-01-01/2024-10-31".parse().ok() };
        let list = Cited { pin: Pin::Whole, prefix: "OBS-L".to_owned(), subject: Subject::List(figures), ..pointed.clone() };
        if form != Form::Docx {
            for of in [pointed, list] {
                let text = String::from_utf8(of.write(form, language)).unwrap();
                let found = in_text(&text);
                prop_assert_eq!(found.len(), 1, "{:?}: {} {:?}", form, &text, &found);
                prop_assert_eq!((found[0].number, found[0].version), (Ok(number), None), "{}", &text);
            }
        }
    }

    #[test]
    fn any_text_is_read(text in "(OBS ?|STM-|/r/|\\[\\[|[0-9٠-٩]{1,9}|[-\u{2011} .,:;()«»\"“”\u{200f}]| v|version |\\n|[a-zé\u{0}-\u{7ff}]){0,40}") {
        let length = text.chars().count();
        for found in in_text(&text) {
            prop_assert!(found.at.start < found.at.end && found.at.end <= length);
            let at: String = text.chars().skip(found.at.start).take(found.at.len()).collect();
            prop_assert_eq!(at, found.written);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_docx(&bytes);
        let _ = read_docx(&packed("word/document.xml", &bytes));
        let mut cut = cited("4827-1930".parse().unwrap(), 1).write(Form::Docx, Language::En);
        for (nth, byte) in bytes.iter().enumerate().take(40) {
            let at = (nth * 131 + usize::from(*byte) * 17) % cut.len();
            cut[at] ^= byte;
        }
        let _ = read_docx(&cut);
    }
}
