//! All forms of a citation at once, labelled by what they are for.

use amparo_domain::language::Language;
use amparo_exchange::citation::{Cited, Pin, Purpose, Styled, purpose};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::cited::Both;

/// How to cite something, in every form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitationForms)]
pub(crate) struct CitationView {
    /// The number; null of a count.
    #[schema(example = "4827-1930")]
    number: Option<String>,
    /// What it is: a kind of record, list or count.
    #[schema(value_type = String, example = "incident")]
    kind: &'static str,
    /// The version that is quoted; null where there are none.
    #[schema(example = 3)]
    version: Option<i32>,
    /// The latest version by now; null where there are none.
    #[schema(example = 3)]
    latest_version: Option<i32>,
    /// What has become of it: published, merged or withdrawn.
    #[schema(value_type = String, example = "published", pattern = "^(published|merged|withdrawn)$")]
    state: &'static str,
    /// The record that holds what it said, if it was merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
    /// When it was withdrawn, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
    /// The class of the reason for that: a term of the list `withdrawal_class`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = "mistaken")]
    reason_class: Option<&'static str>,
    /// Whether a credible source contradicts what the quoted version says.
    disputed: bool,
    /// What it is called; empty if it was withdrawn.
    #[schema(example = "Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024")]
    title: String,
    /// The day on which it is cited.
    accessed: NaiveDate,
    /// The language of the words.
    #[schema(value_type = String, example = "en")]
    lang: &'static str,
    /// Its direction: ltr, or rtl in Arabic.
    #[schema(value_type = String, example = "ltr", pattern = "^(ltr|rtl)$")]
    dir: &'static str,
    /// To quote what was said: says for ever what it says now.
    quoting: Texts,
    /// To point to it: says what is known when it is read. Null of what never changes.
    pointing: Option<Texts>,
}

/// A citation in every form that is a text, and where the files are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitationTexts)]
pub(crate) struct Texts {
    /// What it is for, in words.
    #[schema(value_type = String, example = "Quoting a fact? Use this")]
    pub label: &'static str,
    /// The permanent address.
    #[schema(format = "uri-reference", example = "https://register.example/r/48271930/v3")]
    pub address: String,
    /// The first footnote.
    pub footnote: String,
    /// A later footnote.
    pub short: String,
    /// In brackets in the text.
    pub in_text: String,
    /// One line.
    pub line: String,
    /// APA, 7th edition.
    pub apa: Formatted,
    /// The Chicago Manual of Style, 18th edition, in its bibliography.
    pub chicago: Formatted,
}

/// A text, and the same with its emphasis.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormattedText)]
pub(crate) struct Formatted {
    /// Without emphasis.
    pub text: String,
    /// As HTML.
    pub html: String,
}

impl From<Styled> for Formatted {
    fn from(Styled { plain, html }: Styled) -> Self {
        Self { text: plain, html }
    }
}

impl Texts {
    fn of(cited: &Cited, language: Language, what_for: Purpose) -> Self {
        Self {
            label: purpose(language, what_for),
            address: cited.address.clone(),
            footnote: cited.footnote(language),
            short: cited.short(),
            in_text: cited.in_text(language),
            line: cited.one_line(language),
            apa: cited.apa(language).into(),
            chicago: cited.chicago(language).into(),
        }
    }
}

impl CitationView {
    pub(super) fn of(both: &Both, language: Language) -> Self {
        let Both { quoting, pointing, fate } = both;
        let version = match quoting.pin {
            Pin::Version(version) => Some(version),
            Pin::Whole | Pin::Latest => None,
        };
        Self {
            number: quoting.number.map(|number| number.to_string()),
            kind: fate.kind,
            version,
            latest_version: fate.latest,
            state: fate.state,
            merged_into: fate.merged_into.map(|number| number.to_string()),
            withdrawn_at: fate.withdrawn.as_ref().map(|(at, ..)| *at),
            reason_class: fate.withdrawn.as_ref().map(|(_, class, _)| *class),
            disputed: fate.disputed,
            title: quoting.title.clone(),
            accessed: quoting.accessed,
            lang: language.code(),
            dir: if language == Language::Ar { "rtl" } else { "ltr" },
            quoting: Texts::of(quoting, language, Purpose::Quoting),
            pointing: pointing.as_ref().map(|of| Texts::of(of, language, Purpose::Pointing)),
        }
    }
}
