//! How far an incident is borne out, and the rule by which a grade may stand.
//!
//! *Reported* rests on what is there. *Confirmed* rests on two independent sources, a primary document,
//! or direct contact with those affected. *Disputed* rests on a credible source that contradicts it.
//! A grade that stands without a basis was given by the operator in an import, whose word it is.

use std::collections::HashSet;

use crate::source::Source;
use crate::validation::Issue;
use crate::vocabulary::{Grade, GradeBasis};

/// How many independent sources a confirmed grade rests on at least.
pub const INDEPENDENT: usize = 2;

/// The kinds of source that are themselves a trace of what happened.
const PRIMARY: [&str; 4] =
    ["court_record", "police_document", "statement_of_authority", "un_document"];

/// How many independent sources there are: those that repeat one another count once, however long the
/// way from the one to the other.
///
/// ```
/// use amparo_domain::grade::independent_sources;
/// use amparo_domain::source::Source;
/// let source = |name: &str, repeats: Option<&str>| Source {
///     reference: name.to_owned(),
///     same_origin_as: repeats.map(str::to_owned),
///     ..Source::default()
/// };
/// let sources = [source("S1", None), source("S2", Some("S1")), source("S3", Some("S2"))];
/// assert_eq!(independent_sources(&sources), 1);
/// ```
pub fn independent_sources(sources: &[Source]) -> usize {
    let mut origins: Vec<usize> = (0..sources.len()).collect();
    for (i, source) in sources.iter().enumerate() {
        let same = source.same_origin_as.as_ref();
        let other = same.and_then(|name| sources.iter().position(|s| s.reference == *name));
        if let Some(other) = other {
            let (kept, gone) = (origins[i], origins[other]);
            origins.iter_mut().filter(|origin| **origin == gone).for_each(|o| *o = kept);
        }
    }
    origins.into_iter().collect::<HashSet<_>>().len()
}

/// Why a grade does not stand on its basis and on the sources that are there; `None` if it does.
pub fn unfounded(
    grade: Grade,
    basis: Option<GradeBasis>,
    sources: &[Source],
) -> Option<&'static str> {
    match (grade.code(), basis.map(GradeBasis::code)) {
        // Without a basis it is the operator's word.
        (_, None) | ("disputed", Some("contradicted")) | ("confirmed", Some("direct_contact")) => {
            None
        }
        ("confirmed", Some("independent_sources")) => (independent_sources(sources) < INDEPENDENT)
            .then_some(
                "confirmed by independent sources needs two that do not repeat one another; \
                 same_origin_as says which do",
            ),
        ("confirmed", Some("primary_document")) => {
            let primary =
                |source: &Source| source.kind.is_some_and(|k| PRIMARY.contains(&k.code()));
            (!sources.iter().any(primary)).then_some(
                "confirmed by a primary document needs a source of the kind court_record, \
                 police_document, statement_of_authority or un_document",
            )
        }
        ("confirmed", Some(_)) => {
            Some("confirmed rests on independent_sources, primary_document or direct_contact")
        }
        ("disputed", Some(_)) => Some("disputed rests on contradicted"),
        (_, Some(_)) => Some("reported rests on nothing but what is there: leave the basis out"),
    }
}

/// All that is wrong with a grade that somebody gives now: a basis and a reason are owed for anything
/// but *reported*.
pub fn check(
    grade: Grade,
    basis: Option<GradeBasis>,
    sources: &[Source],
    reason: Option<&str>,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    let graded = grade != Grade::default();
    if graded && basis.is_none() {
        let message =
            "a grade other than reported says what it rests on: a term of the list grade_basis";
        issues.push(Issue::at("/grade_basis", message));
    }
    if let Some(why) = unfounded(grade, basis, sources) {
        issues.push(Issue::at("/grade", why));
    }
    if graded && reason.is_none_or(|reason| reason.trim().is_empty()) {
        issues.push(Issue::at("/reason", "a grade other than reported owes a reason"));
    }
    issues
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, repeats: Option<&str>, kind: Option<&str>) -> Source {
        Source {
            reference: name.to_owned(),
            title: Some("A".to_owned()),
            same_origin_as: repeats.map(str::to_owned),
            kind: kind.map(|kind| kind.parse().unwrap()),
            ..Source::default()
        }
    }

    #[test]
    fn sources_that_repeat_one_another_count_once() {
        for (repeats, expected) in [
            (vec![], 0),
            (vec![None], 1),
            (vec![None, None], 2),
            (vec![None, Some("S1")], 1),
            (vec![None, Some("S1"), Some("S2")], 1),
            (vec![Some("S2"), Some("S3"), None, None], 2),
            // In a ring, and to one that is not there.
            (vec![Some("S2"), Some("S3"), Some("S1")], 1),
            (vec![Some("S9"), None], 2),
        ] {
            let sources: Vec<Source> = repeats
                .iter()
                .enumerate()
                .map(|(i, repeats)| source(&format!("S{}", i + 1), *repeats, None))
                .collect();
            assert_eq!(independent_sources(&sources), expected, "{repeats:?}");
        }
    }

    #[test]
    fn a_grade_rests_on_what_it_says() {
        let two = [source("S1", None, None), source("S2", None, Some("news"))];
        let one = [source("S1", None, None), source("S2", Some("S1"), Some("news"))];
        let court = [source("S1", None, Some("court_record"))];
        for (grade, basis, sources, stands) in [
            ("reported", None, &one[..], true),
            ("reported", Some("direct_contact"), &one, false),
            ("confirmed", Some("independent_sources"), &two, true),
            ("confirmed", Some("independent_sources"), &one, false),
            ("confirmed", Some("independent_sources"), &[], false),
            ("confirmed", Some("primary_document"), &court, true),
            ("confirmed", Some("primary_document"), &two, false),
            ("confirmed", Some("direct_contact"), &[], true),
            ("confirmed", Some("contradicted"), &two, false),
            ("confirmed", None, &one, true),
            ("disputed", Some("contradicted"), &one, true),
            ("disputed", Some("independent_sources"), &two, false),
        ] {
            let (grade, basis) =
                (grade.parse().unwrap(), basis.map(|basis| basis.parse().unwrap()));
            assert_eq!(unfounded(grade, basis, sources).is_none(), stands, "{grade} {basis:?}");
        }
    }

    #[test]
    fn who_grades_says_why() {
        let places = |grade: &str, basis: Option<&str>, reason| {
            let basis = basis.map(|basis| basis.parse().unwrap());
            let issues = check(grade.parse().unwrap(), basis, &[], reason);
            issues.into_iter().map(|issue| issue.pointer).collect::<Vec<_>>()
        };
        assert!(places("reported", None, None).is_empty());
        assert!(places("confirmed", Some("direct_contact"), Some("We spoke.")).is_empty());
        assert_eq!(places("confirmed", Some("direct_contact"), Some(" ")), ["/reason"]);
        assert_eq!(places("disputed", None, None), ["/grade_basis", "/reason"]);
    }
}
