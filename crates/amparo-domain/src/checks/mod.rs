//! What is to be looked at in a statement before it is published: each check is one small room, and none of them reads anything
//! but the statement and the facts of what it cites.
//!
//! | room | what it finds |
//! |---|---|
//! | [`uncited`] | a date, a number of people or an arrest without a mark or a link |
//! | [`stronger`] | words that are stronger than the grade of what is cited |
//! | [`standing`] | a newer version; what is disputed, withdrawn or merged |
//! | [`names`] | the name of somebody whom a cited record does not name |
//! | [`dates`], [`counts`] | a date, a number that is another than in the record |
//! | [`custody`] | somebody said to be held of whom that was not confirmed for a month |
//! | [`quotation`] | a quotation without a link |
//! | [`text`], [`words`], [`written`] | sentences and what is in them; words, numbers and dates of six languages |
//!
//! A text is looked at sentence by sentence, in all six languages at once: statements are in two of them, and quote a third. Marks and
//! links bear out the sentence in which they stand. False alarms cost trust, so what is in doubt is left alone, but for names.

pub mod counts;
pub mod custody;
pub mod dates;
pub mod names;
pub mod quotation;
pub mod standing;
pub mod stronger;
pub mod text;
pub mod uncited;
pub mod words;
pub mod written;

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

use crate::incident::IncidentFacts;
use crate::marks::{self, Mark};
use crate::number::Number;
use crate::partial_date::PartialDate;
use text::{Sentence, sentences};

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A claim that nothing bears out.
    UncitedClaim,
    /// Words stronger than the grade of what is cited.
    StrongerThanGrade,
    /// There is a newer version of what is cited.
    NewerVersion,
    /// What is cited is disputed.
    Disputed,
    /// What is cited was withdrawn, or merged into another record.
    Withdrawn,
    /// The name of somebody whom what is cited does not name.
    ConfidentialName,
    /// A date that is another than in what is cited.
    DateDiffers,
    /// A number that is another than in what is cited.
    CountDiffers,
    /// Somebody said to be held, of whom that was not confirmed lately.
    CustodyNotConfirmed,
    /// A quotation without a link.
    QuotationWithoutLink,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::UncitedClaim,
        Self::StrongerThanGrade,
        Self::NewerVersion,
        Self::Disputed,
        Self::Withdrawn,
        Self::ConfidentialName,
        Self::DateDiffers,
        Self::CountDiffers,
        Self::CustodyNotConfirmed,
        Self::QuotationWithoutLink,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UncitedClaim => "uncited_claim",
            Self::StrongerThanGrade => "stronger_than_grade",
            Self::NewerVersion => "newer_version",
            Self::Disputed => "disputed",
            Self::Withdrawn => "withdrawn",
            Self::ConfidentialName => "confidential_name",
            Self::DateDiffers => "date_differs",
            Self::CountDiffers => "count_differs",
            Self::CustodyNotConfirmed => "custody_not_confirmed",
            Self::QuotationWithoutLink => "quotation_without_link",
        }
    }
}

/// What a check stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The statement is not published, nor exported, as long as it is there.
    Blocks,
    /// Nothing.
    Warns,
}

impl Severity {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Warns => "warns",
        }
    }
}

/// What can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// To write other words.
    Reword(&'static str),
    /// To cite another version of the incident.
    CiteVersion(u32),
    /// To cite the record into which this one was merged.
    CiteInstead(Number),
    /// To look at the record.
    Look,
    /// To write the token of somebody in the statement instead, or to leave the name out.
    LeaveOut,
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub code: Code,
    /// What it stops.
    pub severity: Severity,
    /// The member of the statement, as a JSON pointer.
    pub pointer: String,
    /// Where in it, in bytes; none where it is about the whole.
    pub at: Option<Range<usize>>,
    /// What it says, in plain words.
    pub message: String,
    /// The incident that it is about.
    pub number: Option<Number>,
    /// The version of it that is cited.
    pub version: Option<u32>,
    /// What can be done about it.
    pub fix: Option<Fix>,
}

impl Check {
    /// Something in a text.
    pub fn of(code: Code, pointer: &str, at: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warns,
            pointer: pointer.to_owned(),
            at: Some(at),
            message: message.into(),
            number: None,
            version: None,
            fix: None,
        }
    }

    /// The same about something that is cited.
    #[must_use]
    pub fn about(mut self, cited: &Cited) -> Self {
        self.number = Some(cited.number);
        self.version = cited.version;
        self
    }

    /// The same, which keeps the statement from being published.
    #[must_use]
    pub fn blocking(mut self) -> Self {
        self.severity = Severity::Blocks;
        self
    }

    /// The same with what can be done about it.
    #[must_use]
    pub fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// What became of a record that is cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It stands, published or not yet.
    Stands,
    /// It was withdrawn.
    Withdrawn,
    /// It was merged into another one, if that can be told.
    Merged(Option<Number>),
}

/// A record that is cited, in the version that is.
#[derive(Debug, Clone)]
pub struct Cited {
    /// Its number.
    pub number: Number,
    /// The version that is cited, pinned or by default; none of a record that was never published.
    pub version: Option<u32>,
    /// Whether the statement pins that version.
    pub pinned: bool,
    /// Its latest version; 0 if there is none.
    pub latest: u32,
    /// What became of it.
    pub standing: Standing,
    /// What that version says, as everybody sees it and as far as it was known on the day of the statement.
    pub facts: Option<IncidentFacts<Number>>,
    /// Whether it is disputed as of the latest version.
    pub disputed: bool,
    /// The date of the election that it is about.
    pub election: Option<PartialDate>,
    /// Whom it shows by name to everybody, by the number of the person.
    pub shown: Vec<Number>,
    /// Whom it does not show by name, and what their names are, where that is known to who asks.
    pub hidden: Vec<names::Hidden>,
    /// The folded words of what else the record names: its country, place and organizations.
    pub ordinary: Vec<String>,
}

/// A statement that is looked at.
#[derive(Debug, Clone)]
pub struct Statement<'s> {
    /// Its texts, each with its pointer: title, excerpt, body, tags.
    pub texts: Vec<(String, &'s str)>,
    /// When it is issued.
    pub date: &'s PartialDate,
    /// The day by whose sources facts are told.
    pub known_on: Option<NaiveDate>,
    /// Today, by UTC.
    pub today: NaiveDate,
}

impl Statement<'_> {
    /// The day as of which it speaks.
    pub fn speaks_on(&self) -> NaiveDate {
        self.known_on.unwrap_or(self.today)
    }

    /// The day by which a date without a year is read.
    pub(crate) fn written_on(&self) -> NaiveDate {
        self.date.end().unwrap_or(self.today)
    }
}

/// More than so many are not told, but for what blocks.
const CHECKS_MAX: usize = 1_000;

/// Whether claims are made in a text that a mark can bear out.
fn is_prose(pointer: &str) -> bool {
    matches!(pointer, "/body" | "/excerpt")
}

/// A sentence with the records that its marks cite.
pub(crate) struct Claimed<'t> {
    pub(crate) pointer: &'t str,
    pub(crate) text: &'t str,
    pub(crate) sentence: Sentence,
    pub(crate) cited: Vec<&'t Cited>,
}

/// All that is to be looked at in a statement, in the order of its texts.
///
/// ```
/// use amparo_domain::checks::{Code, Statement, look};
/// let body = "On 29 April 2024 an observer was detained.";
/// let date = "2024-04-30".parse().unwrap();
/// let statement = Statement {
///     texts: vec![("/body".to_owned(), body)],
///     date: &date,
///     known_on: None,
///     today: "2024-04-30".parse().unwrap(),
/// };
/// let checks = look(&statement, &[]);
/// assert_eq!(checks[0].code, Code::UncitedClaim);
/// assert_eq!(&body[checks[0].at.clone().unwrap()], body);
/// ```
pub fn look(statement: &Statement<'_>, cited: &[Cited]) -> Vec<Check> {
    let citations = Citations::of(cited);
    let mut found = Vec::new();
    for (pointer, text) in statement.texts.iter().filter(|(pointer, _)| is_prose(pointer)) {
        let sentences = sentences(text);
        if pointer == "/body" {
            quotation::look(pointer, text, &sentences, &mut found);
        }
        for sentence in sentences {
            let cited_here = citations.of_sentence(&sentence);
            let claimed = Claimed { pointer, text, sentence, cited: cited_here };
            if pointer == "/body" {
                uncited::look(statement, &claimed, &mut found);
            }
            stronger::look(&claimed, &mut found);
            dates::look(statement, &claimed, &mut found);
            counts::look(&claimed, cited.len(), &mut found);
            custody::look(statement, &claimed, &mut found);
        }
    }
    let marks = FirstMarks::of(statement);
    standing::look(statement, cited, &marks, &mut found);
    custody::look_at_records(statement, cited, &marks, &mut found);
    names::look(statement, cited, &mut found);
    let place = |check: &Check| {
        let nth = statement.texts.iter().position(|(pointer, _)| *pointer == check.pointer);
        (nth.unwrap_or(usize::MAX), check.at.as_ref().map_or(0, |at| at.start), check.code)
    };
    found.sort_by_cached_key(place);
    found.dedup();
    let mut nth = 0;
    found.retain(|check| {
        nth += 1;
        nth <= CHECKS_MAX || check.severity == Severity::Blocks
    });
    found
}

/// What is cited, found by its marks.
pub(crate) struct Citations<'c> {
    by_number: HashMap<Number, Vec<&'c Cited>>,
}

impl<'c> Citations<'c> {
    pub(crate) fn of(cited: &'c [Cited]) -> Self {
        let mut by_number: HashMap<Number, Vec<&Cited>> = HashMap::new();
        for of in cited {
            by_number.entry(of.number).or_default().push(of);
        }
        Self { by_number }
    }

    /// What a mark cites: the version that it says, else the first of its incident in the list.
    pub(crate) fn of_mark(&self, mark: &Mark) -> Option<&'c Cited> {
        let of_it = self.by_number.get(&mark.number.ok()?)?;
        let said = |cited: &&&Cited| mark.version.is_some() && cited.version == mark.version;
        of_it.iter().find(said).or_else(|| of_it.first()).copied()
    }

    /// What the marks of a sentence cite, each once.
    pub(crate) fn of_sentence(&self, sentence: &Sentence) -> Vec<&'c Cited> {
        let mut these: Vec<&Cited> = Vec::new();
        for cited in sentence.marks.iter().filter_map(|mark| self.of_mark(mark)) {
            if !these.iter().any(|of| std::ptr::eq(*of, cited)) {
                these.push(cited);
            }
        }
        these
    }
}

/// Where each record is marked first.
pub(crate) struct FirstMarks(HashMap<(Number, Option<u32>), (String, Range<usize>)>);

impl FirstMarks {
    fn of(statement: &Statement<'_>) -> Self {
        let mut first = HashMap::new();
        for (pointer, text) in statement.texts.iter().filter(|(pointer, _)| is_prose(pointer)) {
            for mark in marks::marks(text) {
                if let Ok(number) = mark.number {
                    let place = || (pointer.clone(), mark.at.clone());
                    first.entry((number, mark.version)).or_insert_with(place);
                }
            }
        }
        Self(first)
    }

    /// A check about a record, at its first mark or else at the list.
    pub(crate) fn check(&self, code: Code, cited: &Cited, message: impl Into<String>) -> Check {
        let place = self.0.get(&(cited.number, None));
        let place = self.0.get(&(cited.number, cited.version)).or(place);
        let check = match place {
            Some((pointer, at)) => Check::of(code, pointer, at.clone(), message),
            None => Check { at: None, ..Check::of(code, "/incidents", 0..0, message) },
        };
        check.about(cited)
    }
}

#[cfg(test)]
pub(crate) mod tests;
