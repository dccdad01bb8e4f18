//! The Chicago Manual of Style, 18th edition, by hayagriva: the style and the words of each language are those of the
//! Citation Style Language project, so that a reference manager prints the same from our CSL-JSON.

use std::sync::LazyLock;

use amparo_domain::language::Language;
use hayagriva::archive::{self, ArchivedStyle};
use hayagriva::citationberg::{IndependentStyle, Locale, LocaleCode, Style, json::Item};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest,
};

use serde_json::Value;

use super::{Cited, Styled, csl, texts};

/// The style, and the words of our six languages. To read them takes a tenth of a second, so it is done once.
static STYLE: LazyLock<Option<(IndependentStyle, Vec<Locale>)>> = LazyLock::new(|| {
    let Style::Independent(style) = ArchivedStyle::ChicagoNotes.get() else {
        return None;
    };
    let ours = |locale: &Locale| {
        let code = locale.lang.as_ref().map(|code| code.0.as_str());
        Language::ALL.iter().any(|language| Some(locale_of(*language)) == code)
    };
    Some((style, archive::locales().into_iter().filter(ours).collect()))
});

/// The entry of a bibliography.
pub(super) fn write(cited: &Cited, language: Language) -> Styled {
    styled(cited, language).unwrap_or_else(|| {
        // Only a style that is not in the archive any more gets here; the address says everything.
        let plain = texts::footnote(cited, language);
        Styled { html: texts::escaped(&plain), plain }
    })
}

fn styled(cited: &Cited, language: Language) -> Option<Styled> {
    let (style, locales) = STYLE.as_ref()?;
    let mut item = csl::item(cited, language);
    stand_in(&mut item);
    let item: Item = serde_json::from_value(item).ok()?;
    let locale = || Some(LocaleCode(locale_of(language).to_owned()));
    let mut driver = BibliographyDriver::new();
    driver.citation(CitationRequest::new(
        vec![CitationItem::with_entry(&item)],
        style,
        locale(),
        locales,
        None,
    ));
    let rendered = driver.finish(BibliographyRequest::new(style, locale(), locales));
    let entry = rendered.bibliography?.items.into_iter().next()?;
    let (mut plain, mut html) = (String::new(), String::new());
    entry.content.write_buf(&mut plain, BufWriteFormat::Plain).ok()?;
    entry.content.write_buf(&mut html, BufWriteFormat::Html).ok()?;
    let (mut as_text, mut as_html) = (one_mark(plain), one_mark(html));
    for (stands, stood_for, entity) in STAND_INS {
        as_text = as_text.replace(stands, stood_for);
        as_html = as_html.replace(stands, entity);
    }
    Some(Styled { plain: as_text, html: as_html })
}

/// A title that ends in a mark of its own gets no full stop after it.
fn one_mark(mut text: String) -> String {
    for mark in ['?', '!'] {
        text = text.replace(&format!("{mark}.\u{201d}"), &format!("{mark}\u{201d}"));
        for close in ["\u{a0}»", "\u{202f}»", "»", "\""] {
            text = text.replace(&format!("{mark}{close}."), &format!("{mark}{close}"));
        }
    }
    text
}

/// What stands for characters that HTML takes for its own while a citation is styled: hayagriva writes texts into it as they are.
const STAND_INS: [(char, &str, &str); 4] = [
    ('\u{e000}', "&", "&amp;"),
    ('\u{e001}', "<", "&lt;"),
    ('\u{e002}', ">", "&gt;"),
    ('\u{e003}', "\"", "&quot;"),
];

/// Puts them into all texts of an item.
fn stand_in(value: &mut Value) {
    match value {
        Value::String(text) => {
            // Nobody's text has these characters; if one has, they stand for nothing.
            text.retain(|c| STAND_INS.iter().all(|(stands, ..)| *stands != c));
            for (stands, stood_for, _) in STAND_INS {
                *text = text.replace(stood_for, stands.encode_utf8(&mut [0; 4]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(stand_in),
        Value::Object(members) => members.values_mut().for_each(stand_in),
        _ => {}
    }
}

const fn locale_of(language: Language) -> &'static str {
    match language {
        Language::Ar => "ar",
        Language::En => "en-US",
        Language::Es => "es-ES",
        Language::Fr => "fr-FR",
        Language::Pt => "pt-PT",
        Language::Ru => "ru-RU",
    }
}
