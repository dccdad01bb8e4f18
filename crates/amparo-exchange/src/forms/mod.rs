//! The forms a statement has: Markdown with front matter, HTML, plain text, Word. Each is made of one value, [`Statement`],
//! which holds what one reader may see and nothing else.
//!
//! | form | module |
//! |---|---|
//! | from Markdown to blocks and notes | `model`, `read` |
//! | Markdown with front matter, which comes back | `markdown`, `front` |
//! | a page and its parts | `html` |
//! | plain text, with numbered notes | `text` |
//! | a Word document, with real footnotes | `docx`, `parts` |
//! | the table of what is cited | `annex`, in each of them |
//!
//! What holds throughout:
//!
//! * A text is hostile until it is written: HTML in it is text, an address leads to the web or to a mail program or nowhere,
//!   pictures are links, and depth is bounded.
//! * A mark becomes a note. The second mark of the same version leads to the same one.
//! * A mark of something that the reader may not see vanishes, as if it had never stood there.
//! * The same value makes the same bytes.

mod annex;
mod docx;
mod front;
mod html;
mod markdown;
mod model;
mod parts;
mod read;
mod text;
mod words;

use amparo_domain::language::Language;
use amparo_domain::marks::Mark;
use amparo_domain::number::Number;
use amparo_domain::statement::Annex;
use serde_json::{Map, Value};

pub use html::Html;
pub(crate) use markdown::{MARKER, cited_number, is_definition};
pub use words::not_published;

/// What a mark in a text leads to, as one reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    /// What is cited.
    pub number: Number,
    /// The version that is cited; none of what is not published yet.
    pub version: Option<u32>,
    /// What stands in the note.
    pub footnote: String,
    /// What stands in a later note.
    pub short: String,
    /// Where the version is for ever.
    pub address: Option<String>,
}

/// A statement as one reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its number, with its letters: `STM 6120-4416`.
    pub number: String,
    /// The version, if it is one.
    pub version: Option<u32>,
    /// Its title.
    pub title: String,
    /// When it was issued, in EDTF.
    pub date: String,
    /// The same in words.
    pub day: String,
    /// Whether its author marked it as not final.
    pub draft: bool,
    /// Its opening in short.
    pub excerpt: Option<String>,
    /// The words it is filed under.
    pub tags: Vec<String>,
    /// Where it is published.
    pub url: Option<String>,
    /// The language of its text, a BCP 47 tag.
    pub spoken: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Its text in Markdown, with marks.
    pub body: String,
    /// What its marks lead to.
    pub cites: Vec<Cite>,
    /// What it cites, as front matter lists it: `OBS 3051-8843 v1`.
    pub listed: Vec<String>,
    /// Who endorsed it.
    pub endorsers: Vec<Endorser>,
    /// What an imported file said for which there is no word; only for its network.
    pub front_matter: Map<String, Value>,
    /// Whether marks that lead nowhere stay in Markdown, so that nothing is lost for those who edit it.
    pub whole: bool,
    /// The day as of which it tells facts, if it says one.
    pub known_on: Option<chrono::NaiveDate>,
    /// What it says itself of the table of what it cites.
    pub own_annex: Annex,
    /// What becomes of that table here.
    pub annex: Annex,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Where it is for ever.
    pub address: String,
}

/// An organization that endorsed a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorser {
    /// Its name.
    pub name: String,
    /// Its acronym.
    pub acronym: Option<String>,
    /// The words by which the text names it.
    pub matched_text: Option<String>,
}

impl Endorser {
    /// `European Platform for Democratic Elections (EPDE)`.
    pub fn written(&self) -> String {
        match &self.acronym {
            Some(acronym) if *acronym != self.name => format!("{} ({acronym})", self.name),
            _ => self.name.clone(),
        }
    }
}

/// A row of that table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The number and the version, as they are printed.
    pub number: String,
    /// Where it is for ever.
    pub address: Option<String>,
    /// The date as it is known.
    pub date: String,
    /// Where it was.
    pub place: String,
    /// What it was; of what was withdrawn, that it was.
    pub what: String,
    /// How sure it is.
    pub grade: String,
    /// Who says so.
    pub sources: Vec<String>,
}

/// How citations stand in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Footnotes {
    /// As footnotes, which come back as marks.
    #[default]
    Marked,
    /// As numbers and a list, for sites that know no footnotes.
    Inline,
}

impl Statement {
    /// Markdown with front matter.
    pub fn markdown(&self, footnotes: Footnotes, language: Language) -> String {
        markdown::write(self, footnotes, language)
    }

    /// A whole page, without scripts and without anything from elsewhere.
    pub fn html(&self, language: Language) -> String {
        html::page(self, language)
    }

    /// Plain text with numbered notes.
    pub fn text(&self, language: Language) -> String {
        text::write(self, language)
    }

    /// A Word document with real footnotes.
    pub fn docx(&self, language: Language) -> Vec<u8> {
        docx::write(self, language)
    }

    /// Those who endorsed it and do not stand in its text.
    fn endorsers_beside_text(&self) -> Vec<&Endorser> {
        let listed = crate::statement::endorsers_in(&self.body);
        let stands = |endorser: &&Endorser| {
            endorser.matched_text.as_ref().is_none_or(|text| !listed.contains(text))
        };
        self.endorsers.iter().filter(stands).collect()
    }

    /// The language of its text, if the register speaks it.
    fn language_of_text(&self) -> Option<Language> {
        self.spoken.as_deref()?.split('-').next()?.parse().ok()
    }
}

/// Whether a text runs from right to left, by the first letter that has a direction.
pub(crate) fn runs_left(text: &str) -> Option<bool> {
    text.chars().find_map(|c| match c {
        '\u{200f}' | '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => {
            Some(true)
        }
        c if c.is_alphabetic() => Some(false),
        _ => None,
    })
}

/// Which of the citations a mark means: the one of its version, or the first one of its number.
fn meant(cites: &[Cite], mark: &Mark) -> Option<usize> {
    let number = mark.number.ok()?;
    cites.iter().position(|cite| {
        cite.number == number && (mark.version.is_none() || cite.version == mark.version)
    })
}

/// A text in Markdown as safe HTML: what stands in the text, and the notes that belong under it.
///
/// Every `[[4827-1930]]` that `cites` knows becomes a link to its note, every other one vanishes; what has a mistake in its number stays
/// as it was typed. `id` begins the ids that the links lead to, so that several texts can stand on one page. Headings begin at
/// `<h2>`. There are no scripts, no pictures, no classes of the author's and no addresses but `http`, `https` and `mailto`.
///
/// ```
/// use amparo_domain::language::Language;
/// use amparo_exchange::forms::{Cite, body_html};
/// let cite = Cite {
///     number: "4827-1930".parse().unwrap(),
///     version: Some(1),
///     footnote: "Observer Record, OBS 4827‑1930, version 1.".to_owned(),
///     short: "OBS 4827‑1930 v1.".to_owned(),
///     address: None,
/// };
/// let html = body_html("She *was* held.[[4827-1930]]<script>", &[cite], Language::En, "n");
/// assert_eq!(
///     html.text,
///     "<p dir=\"ltr\">She <em>was</em> held.<sup class=\"note\"><a href=\"#n1\" id=\"n1-1\" role=\"doc-noteref\">1</a></sup>&lt;script&gt;</p>\n"
/// );
/// assert!(html.notes.contains("Observer Record, OBS 4827‑1930"));
/// ```
pub fn body_html(body: &str, cites: &[Cite], language: Language, id: &str) -> Html {
    html::body(&read::text(body, cites), cites, language, id)
}

#[cfg(test)]
mod tests;
