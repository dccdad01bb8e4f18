//! Citations: what stands under a text that quotes the register, in every form that people and their programs
//! take, from one value.
//!
//! | form | module |
//! |---|---|
//! | footnote, short, in the text, one line; APA | `texts`, with the words of `words` |
//! | Chicago | `chicago`, by hayagriva |
//! | BibTeX, RIS, CSL-JSON | `bibtex`, `ris`, `csl` |
//! | a Word document with one real footnote | `docx`, in a `zip` |
//!
//! What holds throughout:
//!
//! * The number is the same in all of them and in all languages. Its hyphen is U+2011, because programs take `4827-1930` for
//!   a range of pages; whoever types it back with any hyphen finds the record.
//! * Words are of the language that is asked for; the number, the address and the title are what they are.
//! * Digits are Latin, as in the addresses beside them.
//! * The same value makes the same bytes.

mod bibtex;
mod chicago;
mod csl;
mod docx;
mod ris;
mod texts;
mod words;
mod zip;

use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::period::Period;
use chrono::NaiveDate;

pub use csl::MEDIA_TYPE as CSL_JSON;
pub(crate) use texts::escaped;

/// What Word documents of ours share.
pub(crate) mod office {
    pub(crate) use super::docx::{HEAD, OFFICE, W, content_types, directions, latin, relations};
    pub(crate) use super::texts::escaped;
    pub(crate) use super::zip::archive;
}

pub use words::{Purpose, purpose};

/// What is cited, as the register has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cited {
    /// The instance's own title.
    pub instance: String,
    /// The letters before the number.
    pub prefix: String,
    /// The number; a count has none.
    pub number: Option<Number>,
    /// Whether it is cited as it was, or wherever it stands.
    pub pin: Pin,
    /// What kind of thing it is.
    pub subject: Subject,
    /// What it is called. Of what was withdrawn nothing is left but that.
    pub title: String,
    /// The language of the title, a BCP 47 tag.
    pub title_language: Option<String>,
    /// The day on which what is cited was published; of a count, that of asking.
    pub published: Option<NaiveDate>,
    /// The day on which somebody cites it.
    pub accessed: NaiveDate,
    /// Where it is for ever.
    pub address: String,
    /// Whether it still stands.
    pub standing: Standing,
}

/// Whether something is cited as it was, or wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// One version.
    Version(i32),
    /// What never has another version: a frozen list, a count of a day.
    Whole,
    /// Whatever the latest version is when it is read.
    Latest,
}

/// What kind of thing is cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A record: an incident, a case, an election, an organization.
    Record,
    /// A text that a network published.
    Statement,
    /// A result that stays what it was.
    List(Figures),
    /// A count.
    Count(Figures),
}

/// What a list or a count says in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// How many incidents.
    pub incidents: u64,
    /// In how many countries, where that is known of all of them.
    pub countries: Option<u64>,
    /// In which period, where one was asked for.
    pub period: Option<Period>,
}

/// Whether what is cited still stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It does.
    Stands,
    /// It was withdrawn.
    Withdrawn {
        /// When.
        on: NaiveDate,
        /// The class of the reason, in the language of the citation.
        class: String,
    },
}

/// A form of a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The first footnote.
    Footnote,
    /// A later one.
    Short,
    /// In brackets in the text.
    InText,
    /// One line, to point to it.
    Line,
    /// APA, 7th edition.
    Apa,
    /// Chicago, 18th edition, in its bibliography.
    Chicago,
    /// BibTeX and biblatex.
    Bibtex,
    /// RIS.
    Ris,
    /// CSL-JSON.
    Csl,
    /// A Word document with one footnote.
    Docx,
}

impl Form {
    /// All of them, texts first.
    pub const ALL: [Self; 10] = [
        Self::Footnote,
        Self::Short,
        Self::InText,
        Self::Line,
        Self::Apa,
        Self::Chicago,
        Self::Bibtex,
        Self::Ris,
        Self::Csl,
        Self::Docx,
    ];

    /// The forms that are files for programs.
    pub const FILES: [Self; 4] = [Self::Bibtex, Self::Ris, Self::Csl, Self::Docx];

    /// Its name in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Footnote => "footnote",
            Self::Short => "short",
            Self::InText => "in_text",
            Self::Line => "line",
            Self::Apa => "apa",
            Self::Chicago => "chicago",
            Self::Bibtex => "bibtex",
            Self::Ris => "ris",
            Self::Csl => "csl",
            Self::Docx => "docx",
        }
    }

    /// The media type of its bytes.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Bibtex => "application/x-bibtex; charset=utf-8",
            Self::Ris => "application/x-research-info-systems; charset=utf-8",
            Self::Csl => CSL_JSON,
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            _ => "text/plain; charset=utf-8",
        }
    }

    /// How the name of a file ends that holds it; of texts, which are not saved, none.
    pub const fn extension(self) -> Option<&'static str> {
        match self {
            Self::Bibtex => Some("bib"),
            Self::Ris => Some("ris"),
            Self::Csl => Some("csl.json"),
            Self::Docx => Some("docx"),
            _ => None,
        }
    }
}

/// A text and the same with its emphasis, as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Styled {
    /// Without emphasis.
    pub plain: String,
    /// With it, and with the address as a link.
    pub html: String,
}

impl Cited {
    /// The citation in a form and a language, as bytes of [`Form::media_type`].
    pub fn write(&self, form: Form, language: Language) -> Vec<u8> {
        match form {
            Form::Footnote => line(texts::footnote(self, language)),
            Form::Short => line(texts::short(self)),
            Form::InText => line(texts::in_text(self, language)),
            Form::Line => line(texts::one_line(self, language)),
            Form::Apa => line(self.apa(language).plain),
            Form::Chicago => line(self.chicago(language).plain),
            Form::Bibtex => bibtex::write(self, language).into_bytes(),
            Form::Ris => ris::write(self, language).into_bytes(),
            Form::Csl => csl::write(self, language),
            Form::Docx => docx::write(self, language),
        }
    }

    /// The first footnote.
    pub fn footnote(&self, language: Language) -> String {
        texts::footnote(self, language)
    }

    /// A later footnote.
    pub fn short(&self) -> String {
        texts::short(self)
    }

    /// In brackets in the text.
    pub fn in_text(&self, language: Language) -> String {
        texts::in_text(self, language)
    }

    /// One line, to point to it.
    pub fn one_line(&self, language: Language) -> String {
        texts::one_line(self, language)
    }

    /// APA, 7th edition.
    pub fn apa(&self, language: Language) -> Styled {
        texts::apa(self, language)
    }

    /// Chicago, 18th edition, as it stands in a bibliography.
    pub fn chicago(&self, language: Language) -> Styled {
        chicago::write(self, language)
    }

    /// A name for the file of a form, without anything that needs to be escaped.
    pub fn file_name(&self, form: Form) -> String {
        format!("{}.{}", self.key(), form.extension().unwrap_or("txt"))
    }

    /// The number as it is printed, with its letters: `OBS 4827‑1930`.
    pub fn printed_number(&self) -> Option<String> {
        let number = self.number?;
        let letters = self.prefix.trim();
        let printed =
            if letters.is_empty() { number.to_string() } else { format!("{letters} {number}") };
        Some(printed.replace('-', "\u{2011}"))
    }

    /// What a program calls it: `OBS-48271930-v3`.
    fn key(&self) -> String {
        let Some(number) = self.number else {
            return format!("count-{}", self.accessed);
        };
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let letters: String = self.prefix.chars().filter(plain).collect();
        let dash = if letters.is_empty() { "" } else { "-" };
        let digits = number.as_i64();
        match self.pin {
            Pin::Version(version) => format!("{letters}{dash}{digits}-v{version}"),
            Pin::Whole | Pin::Latest => format!("{letters}{dash}{digits}"),
        }
    }

    /// The version, if it is pinned to one.
    const fn version(&self) -> Option<i32> {
        match self.pin {
            Pin::Version(version) => Some(version),
            Pin::Whole | Pin::Latest => None,
        }
    }

    /// What stands for the title: of what was withdrawn, that it was.
    pub fn told_title(&self, language: Language) -> String {
        match &self.standing {
            Standing::Stands => self.title.clone(),
            Standing::Withdrawn { on, class } => {
                format!("[{}]", words::withdrawn(language, *on, class))
            }
        }
    }
}

fn line(mut text: String) -> Vec<u8> {
    text.push('\n');
    text.into_bytes()
}

#[cfg(test)]
mod tests;
