//! The Chicago Manual of Style, 18th edition, by hayagriva: the style and the words of each language are those of the
//! Citation Style Language project, so that a reference manager prints the same from our CSL-JSON.

use std::sync::LazyLock;

use amparo_domain::language::Language;
use hayagriva::archive::{self, ArchivedStyle};
use hayagriva::citationberg::{IndependentStyle, Locale, LocaleCode, Style, json::Item};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest,
};

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
    let item: Item = serde_json::from_value(csl::item(cited, language)).ok()?;
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
    Some(Styled { plain, html })
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
