//! The forms a statement has: Markdown with front matter, HTML, plain text, Word. Each is made of one value, [`Statement`],
//! which holds what one reader may see and nothing else.
//!
//! | form | module |
//! |---|---|
//! | from Markdown to blocks and notes | `model`, `read` |
//! | a page and its parts | `html` |
//! | plain text, with numbered notes | `text` |
//!
//! What holds throughout:
//!
//! * A text is hostile until it is written: HTML in it is text, an address leads to the web or to a mail program or nowhere,
//!   pictures are links, and depth is bounded.
//! * A mark becomes a note. The second mark of the same version leads to the same one.
//! * A mark of something that the reader may not see vanishes, as if it had never stood there.
//! * The same value makes the same bytes.

mod html;
mod model;
mod read;
mod words;

use amparo_domain::language::Language;
use amparo_domain::marks::Mark;
use amparo_domain::number::Number;

pub use html::Html;

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

/// Which of the citations a mark means: the one of its version, or the first one of its number.
pub(crate) fn meant(cites: &[Cite], mark: &Mark) -> Option<usize> {
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
///     "<p>She <em>was</em> held.<sup class=\"note\"><a href=\"#n1\" id=\"n1-1\" role=\"doc-noteref\">1</a></sup>&lt;script&gt;</p>\n"
/// );
/// assert!(html.notes.contains("Observer Record, OBS 4827‑1930"));
/// ```
pub fn body_html(body: &str, cites: &[Cite], language: Language, id: &str) -> Html {
    html::body(&read::text(body, cites), cites, language, id)
}

#[cfg(test)]
mod tests;
