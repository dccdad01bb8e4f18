//! Pages for people: HTML that is whole without scripts, without SVG, without anything from elsewhere, in six
//! languages, from right to left too, on paper as well.
//!
//! | room | what is in it |
//! |---|---|
//! | [`Shell`] | what stands around every page: languages, links and tags for programs |
//! | [`record`], [`statement()`], [`history`], [`diff`], [`list`], [`message`], [`endorse()`], [`verify()`] | the pages |
//! | `embeds` | what other sites show in a frame |
//! | `facts`, `tell` | from the public JSON of a record to what a page says |
//! | `words` | what stands there beside it |
//! | `templates/` | HTML (askama, compiled into the program) and the one style |
//!
//! **Invariant:** a page is made from the JSON that everybody gets from the API, so it can show nothing that the API does not:
//! what a person may see is decided nowhere here. No I/O, no HTTP.
//!
//! **Invariant:** what a record says stands in `<bdi>` or `dir="auto"` with its language, and is escaped.

mod embeds;
mod endorse;
mod facts;
mod pages;
mod statement;
mod tell;
mod verify;
mod words;

use std::sync::LazyLock;

use amparo_domain::language::Language;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

pub use embeds::{
    Chart, ChartRow, EMBED_POLICY, EmbedShell, Frame, WIDTH, chart_code, chart_height, embed_chart,
    embed_record, embed_words, frame, list_words, record_height, withdrawn_words,
};
pub use endorse::{EndorsePage, Entered, endorse};
pub use pages::{
    Difference, Fate, ListPage, ListRow, MessagePage, Problem, RecordPage, VersionRow, diff,
    history, list, message, record,
};
pub use statement::{CitedRow, Since, StatementParts, statement};
pub use verify::{VerifyProblem, verify};
use words::Word;

/// The one style.
const STYLE: &str = include_str!("../templates/style.css");

/// The content security policy of the pages: nothing but their own style, known by its hash, so that they can be kept.
pub static POLICY: LazyLock<String> = LazyLock::new(|| policy(STYLE, "'none'"));

/// A policy under which there is one style, and these may show it in a frame.
fn policy(style: &str, ancestors: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!(
        "default-src 'none'; script-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors {ancestors}"
    )
}

/// The same of a page with a form that is sent to where the page is from.
pub static FORM_POLICY: LazyLock<String> =
    LazyLock::new(|| POLICY.replace("form-action 'none'", "form-action 'self'"));

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The language of the page.
    pub language: Language,
    /// The instance's own title.
    pub instance: String,
    /// The title of the page.
    pub title: String,
    /// The address of the page without its language, as links in it begin.
    pub path: String,
    /// Tags for reference managers: name and content.
    pub meta: Vec<(&'static str, String)>,
    /// Links for programs.
    pub links: Vec<Link>,
    /// The same page in other forms: what they are called, and where.
    pub forms: Vec<(&'static str, String)>,
}

/// A link for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The relation.
    pub rel: &'static str,
    /// Where.
    pub href: String,
    /// The media type.
    pub kind: Option<&'static str>,
    /// The language.
    pub lang: Option<&'static str>,
}

/// A link to the page in a language.
struct InLanguage {
    href: String,
    code: &'static str,
    dir: &'static str,
    name: &'static str,
    here: bool,
}

impl Shell {
    fn word(&self, word: Word) -> &'static str {
        word.of(self.language)
    }

    fn dir(&self) -> &'static str {
        dir(self.language)
    }

    fn languages(&self) -> Vec<InLanguage> {
        let mark = if self.path.contains('?') { '&' } else { '?' };
        let links = Language::ALL.map(|language| InLanguage {
            href: format!("{}{mark}lang={language}", self.path),
            code: language.code(),
            dir: dir(language),
            name: words::own_name(language),
            here: language == self.language,
        });
        links.into()
    }
}

const fn dir(language: Language) -> &'static str {
    if matches!(language, Language::Ar) { "rtl" } else { "ltr" }
}

/// How to cite what a page shows.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "cite.html")]
pub struct CiteBox {
    /// The language of its words.
    pub language: Language,
    /// For what, with the texts for it.
    pub purposes: Vec<ForPurpose>,
    /// Files: what they are called, and where.
    pub files: Vec<(&'static str, String)>,
}

/// The texts for a purpose.
#[derive(Debug, Clone)]
pub struct ForPurpose {
    /// What it is for.
    pub label: &'static str,
    texts: Vec<Copied>,
}

/// A text to copy.
#[derive(Debug, Clone)]
struct Copied {
    id: String,
    label: &'static str,
    text: String,
}

impl Copied {
    /// How many lines it takes where the box is narrow.
    fn rows(&self) -> usize {
        self.text.chars().count() / 27 + 1
    }
}

/// A text that can be copied, by its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The first footnote.
    Footnote,
    /// A later one.
    Short,
    /// In brackets in the text.
    InText,
    /// One line.
    Line,
    /// APA.
    Apa,
    /// Chicago.
    Chicago,
}

impl CiteBox {
    fn word(&self, word: Word) -> &'static str {
        word.of(self.language)
    }
}

impl ForPurpose {
    /// Texts with the forms that they have; `key` tells the purposes of a page apart.
    pub fn of(
        language: Language,
        key: &str,
        label: &'static str,
        texts: Vec<(Copy, String)>,
    ) -> Self {
        let texts = texts.into_iter().map(|(form, text)| Copied {
            id: format!("{key}-{}", form.code()),
            label: form.label(language),
            text,
        });
        Self { label, texts: texts.collect() }
    }
}

impl Copy {
    const fn code(self) -> &'static str {
        match self {
            Self::Footnote => "footnote",
            Self::Short => "short",
            Self::InText => "in-text",
            Self::Line => "line",
            Self::Apa => "apa",
            Self::Chicago => "chicago",
        }
    }

    const fn label(self, language: Language) -> &'static str {
        match self {
            Self::Footnote => Word::Footnote.of(language),
            Self::Short => Word::FootnoteLater.of(language),
            Self::InText => Word::InText.of(language),
            Self::Line => Word::Line.of(language),
            Self::Apa => "APA 7",
            Self::Chicago => "Chicago",
        }
    }
}

#[cfg(test)]
mod tests;
