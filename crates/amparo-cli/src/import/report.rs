//! What an import did, told so that a person can act on it.

use std::collections::{BTreeMap, HashSet, btree_map};
use std::fmt;

use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use amparo_exchange::{Level, Note, Place};
use amparo_store::{Imported, Made, PossibleDuplicate};

/// The most lines of one kind that are printed.
const LINES: usize = 200;
/// The most lines of one kind that are kept, and the most notes that are told apart; more of them are counted.
const TOLD_APART: usize = 10_000;

/// What is said line by line: the first ten thousand lines, and how many there are besides. So a report does
/// not grow with the import.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    first: Vec<String>,
    more: usize,
}

impl Lines {
    fn push(&mut self, line: impl FnOnce() -> String) {
        if self.first.len() < TOLD_APART {
            self.first.push(line());
        } else {
            self.more += 1;
        }
    }
}

impl std::ops::Deref for Lines {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.first
    }
}

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Whether everything is there now.
    pub committed: bool,
    /// Whether it was only tried.
    pub dry_run: bool,
    /// How many records of each kind were made, changed, left as they were, and refused.
    pub counts: BTreeMap<Kind, Counts>,
    /// Files that could not be read, and entries that could not be taken, each with its place.
    pub problems: Lines,
    /// What should be looked at.
    pub warnings: Lines,
    /// What was done in a way that somebody should know of.
    pub notes: Lines,
    /// Organizations, elections and cases that were made because a record described them.
    pub made: Lines,
    /// Records that may be the same as others.
    pub duplicates: Lines,
}

/// How many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// That were not there before.
    pub created: usize,
    /// That were there and said something else.
    pub updated: usize,
    /// That were there, said the same, and were made public.
    pub published: usize,
    /// That were there and said the same.
    pub unchanged: usize,
    /// That cannot be taken.
    pub refused: usize,
}

impl Summary {
    /// Whether something was refused.
    pub fn failed(&self) -> bool {
        !self.problems.is_empty() || (!self.committed && !self.dry_run)
    }

    fn lines(&mut self, level: Level) -> &mut Lines {
        match level {
            Level::Problem => &mut self.problems,
            Level::Warning => &mut self.warnings,
            Level::Info => &mut self.notes,
        }
    }

    /// The counts of one kind.
    pub fn of(&self, kind: Kind) -> Counts {
        self.counts.get(&kind).copied().unwrap_or_default()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (heading, lines) in [
            ("Notes", &self.notes),
            ("Made on the way", &self.made),
            ("May be the same", &self.duplicates),
            ("Look at", &self.warnings),
            ("Mend", &self.problems),
        ] {
            if lines.is_empty() {
                continue;
            }
            writeln!(f, "{heading}:")?;
            for line in lines.iter().take(LINES) {
                writeln!(f, "  {line}")?;
            }
            let more = lines.len().saturating_sub(LINES) + lines.more;
            if more > 0 {
                writeln!(f, "  … and {more} more")?;
            }
        }
        for (kind, counts) in &self.counts {
            let Counts { created, updated, published, unchanged, refused } = counts;
            write!(f, "{}: {created} made, {updated} changed, ", kind.plural())?;
            if *published > 0 {
                write!(f, "{published} published, ")?;
            }
            write!(f, "{unchanged} as before")?;
            if *refused > 0 {
                write!(f, ", {refused} refused")?;
            }
            writeln!(f)?;
        }
        let changed = |counts: &Counts| counts.created + counts.updated + counts.published > 0;
        match (self.committed, self.dry_run) {
            (true, _) if !self.counts.values().any(changed) => {
                write!(f, "Nothing changed: everything was there already.")
            }
            (true, _) => write!(f, "Everything is in the register."),
            (false, true) if self.problems.is_empty() => {
                write!(f, "This was a dry run: nothing was kept.")
            }
            (false, true) => write!(f, "This was a dry run: as it is, nothing would be taken."),
            (false, false) => {
                write!(f, "Nothing was taken: mend what is named above and import again.")
            }
        }
    }
}

/// A report in the making.
#[derive(Debug, Default)]
pub(super) struct Report {
    summary: Summary,
    /// Each with the first place of it, and how many places there are besides.
    notes: BTreeMap<(Level, String), (Place, usize)>,
    /// Notes that are no longer told apart.
    more: BTreeMap<Level, usize>,
    made: HashSet<Number>,
}

impl Report {
    /// A file that cannot be read; one that was only found in a folder is left out.
    pub(super) fn unreadable(&mut self, file: &str, why: &str, found: bool) {
        let line = if why.contains(file) { why.to_owned() } else { format!("{file}: {why}") };
        if found {
            self.summary.warnings.push(|| format!("{line}; it was left out"));
        } else {
            self.summary.problems.push(|| line);
        }
    }

    pub(super) fn note(&mut self, note: Note) {
        let Note { level, place, message } = note;
        let many = self.notes.len() >= TOLD_APART;
        match self.notes.entry((level, message)) {
            btree_map::Entry::Occupied(mut same) => same.get_mut().1 += 1,
            btree_map::Entry::Vacant(_) if many => *self.more.entry(level).or_default() += 1,
            btree_map::Entry::Vacant(new) => {
                new.insert((place, 0));
            }
        }
    }

    pub(super) fn warned(&mut self, place: &Place, warnings: Vec<Issue>) {
        for Issue { pointer, message, .. } in warnings {
            let message = format!("{pointer}: {message}");
            self.note(Note { level: Level::Warning, place: place.clone(), message });
        }
    }

    pub(super) fn refused(&mut self, place: Place, kind: Kind, issues: Vec<Issue>) {
        self.summary.counts.entry(kind).or_default().refused += 1;
        for issue in issues {
            self.summary.problems.push(|| line(&place, &issue));
        }
    }

    pub(super) fn has_refused(&self) -> bool {
        let problem = |(level, _): &(Level, String)| *level == Level::Problem;
        !self.summary.problems.is_empty()
            || self.more.contains_key(&Level::Problem)
            || self.notes.keys().any(problem)
    }

    pub(super) fn imported(&mut self, place: Place, kind: Kind, imported: &Imported) {
        let counts = self.summary.counts.entry(kind).or_default();
        match imported {
            Imported::Created { number, possible_duplicates, made } => {
                counts.created += 1;
                for Made { pointer, kind, number } in made {
                    if !self.made.insert(*number) {
                        continue;
                    }
                    self.summary.counts.entry(*kind).or_default().created += 1;
                    if *kind != Kind::Person {
                        self.summary.made.push(|| {
                            format!(
                                "{place} {pointer}: no {kind} fitted; {number} was made and needs review"
                            )
                        });
                    }
                }
                for PossibleDuplicate { pointer, number: other, reason } in possible_duplicates {
                    let at = if pointer.is_empty() { String::new() } else { format!(" {pointer}") };
                    let line = || format!("{place}{at} ({number}): {other} {reason}");
                    self.summary.duplicates.push(line);
                }
            }
            Imported::Updated { warnings, .. } => {
                counts.updated += 1;
                for issue in warnings {
                    self.summary.warnings.push(|| line(&place, issue));
                }
            }
            Imported::Published(_) => counts.published += 1,
            Imported::Unchanged(_) => counts.unchanged += 1,
            Imported::Refused(issues) => {
                counts.refused += 1;
                for issue in issues {
                    self.summary.problems.push(|| line(&place, issue));
                }
            }
        }
    }

    pub(super) fn into_summary(self, committed: bool, dry_run: bool) -> Summary {
        let Self { mut summary, notes, more, made: _ } = self;
        for ((level, message), (first, besides)) in notes {
            let place = match besides {
                0 => first.to_string(),
                besides => format!("{first} and {besides} more places"),
            };
            summary.lines(level).push(|| format!("{place}: {message}"));
        }
        for (level, more) in more {
            summary.lines(level).more += more;
        }
        Summary { committed, dry_run, ..summary }
    }
}

fn line(place: &Place, issue: &Issue) -> String {
    let Issue { pointer, message, did_you_mean } = issue;
    let at = if pointer.is_empty() { String::new() } else { format!(" {pointer}") };
    let hint = match did_you_mean.as_slice() {
        [] => String::new(),
        meant => format!("; did you mean {}?", meant.join(" or ")),
    };
    format!("{place}{at}: {message}{hint}")
}
