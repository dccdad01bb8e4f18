//! What became of an incident between two of its versions: whether facts changed or only words, whether it was disputed, and
//! whose custody moved. It is made of what everybody sees, so that it tells nobody more.

use chrono::NaiveDate;

use crate::custody::Custody;
use crate::incident::{IncidentFacts, PersonLink};
use crate::number::Number;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing that became of it")]
pub struct Since {
    /// Whether anything changed at all.
    pub changed: bool,
    /// Whether a fact did, and not words alone.
    pub facts: bool,
    /// Whether a credible source contradicts it, as none did before.
    pub disputed: bool,
    /// The custody of people that is another by now.
    pub custody: Vec<Moved>,
    /// Whether anything changed that neither dispute nor custody explains.
    pub corrected: bool,
}

/// A change of somebody's custody. Whose it is, is not among it.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// What was said before, if anything was.
    pub from: Option<Custody>,
    /// What is said now.
    pub to: Option<Custody>,
}

/// What a write changed that owners of statements are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Another version says otherwise.
    Corrected,
    /// A credible source contradicts it.
    Disputed,
    /// It was taken back.
    Withdrawn,
    /// It is the same as another, which holds what it said.
    Merged,
    /// Somebody in it was released, or is held otherwise than before.
    Custody,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Corrected, Self::Disputed, Self::Withdrawn, Self::Merged, Self::Custody];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Disputed => "disputed",
            Self::Withdrawn => "withdrawn",
            Self::Merged => "merged",
            Self::Custody => "custody",
        }
    }

    /// Its bit, by which several of them are one number.
    pub const fn bit(self) -> i32 {
        1 << self as i32
    }
}

impl Since {
    /// Compares two versions as everybody sees them. Custody is as of a day, the same for both.
    pub fn of(
        before: &IncidentFacts<Number>,
        after: &IncidentFacts<Number>,
        on: NaiveDate,
    ) -> Self {
        let (before, after) = (as_compared(before), as_compared(after));
        if before == after {
            return Self::default();
        }
        let disputed = after.grade.code() == "disputed" && before.grade.code() != "disputed";
        let custody = moved(&before, &after, on);
        let (mut plain, mut rest) = (before.clone(), after.clone());
        for facts in [&mut plain, &mut rest] {
            if disputed {
                facts.grade = after.grade;
                facts.grade_basis = None;
            }
            if !custody.is_empty() {
                facts.events.clear();
                facts.in_danger_now = false;
            }
            // What says so is no change of its own.
            if disputed || !custody.is_empty() {
                facts.sources.clear();
                facts.claims.clear();
            }
        }
        let corrected = plain != rest;
        Self {
            changed: true,
            facts: without_words(before) != without_words(after),
            disputed,
            custody,
            corrected,
        }
    }

    /// What owners are told of.
    pub fn kinds(&self) -> Vec<NoticeKind> {
        let mut kinds = Vec::new();
        kinds.extend(self.corrected.then_some(NoticeKind::Corrected));
        kinds.extend(self.disputed.then_some(NoticeKind::Disputed));
        kinds.extend((!self.custody.is_empty()).then_some(NoticeKind::Custody));
        kinds
    }
}

/// The same without what nobody reads: who decided how people appear, and why.
fn as_compared(facts: &IncidentFacts<Number>) -> IncidentFacts<Number> {
    let mut facts = facts.clone();
    for link in &mut facts.people {
        link.decided = None;
        link.display_reason = None;
    }
    facts.external_ids.clear();
    facts
}

/// The same without words: what is left are facts.
fn without_words(mut facts: IncidentFacts<Number>) -> IncidentFacts<Number> {
    facts.title.clear();
    facts.summary = None;
    facts.lang = None;
    facts.date_note = None;
    facts.other_text = None;
    facts.spelled.clear();
    for event in &mut facts.events {
        event.text = None;
    }
    for source in &mut facts.sources {
        source.title = None;
        source.publisher = None;
    }
    facts
}

/// Whose custody is another. People are told apart by their records, as a merge may call them otherwise.
fn moved(
    before: &IncidentFacts<Number>,
    after: &IncidentFacts<Number>,
    on: NaiveDate,
) -> Vec<Moved> {
    let custody = |facts: &IncidentFacts<Number>, link: &PersonLink<Number>| {
        facts.person_state(&link.reference, on).custody
    };
    let mut moved = Vec::new();
    for link in &after.people {
        let known = before.people.iter().find(|known| known.person == link.person);
        let from = known.and_then(|known| custody(before, known));
        let to = custody(after, link);
        let status = |of: &Option<Custody>| of.as_ref().map(|of| of.status);
        if status(&from) != status(&to) {
            moved.push(Moved { from, to });
        }
    }
    moved
}
