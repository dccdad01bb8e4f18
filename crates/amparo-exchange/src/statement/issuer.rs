//! The organization that speaks in a statement.

use amparo_domain::fold;

use super::organization::{Named, before_bracket};
use crate::member::is_acronym;

/// What an organization does when it speaks.
const SPEAKING: &[&str] = &[
    "expresses",
    "express",
    "condemns",
    "condemn",
    "strongly",
    "stands",
    "calls",
    "denounces",
    "welcomes",
    "deplores",
    "urges",
    "joins",
    "learnt",
    "learned",
    "deeply",
    "concerned",
    "solidarity",
    "condena",
    "expresa",
    "condamne",
    "exprime",
    "осуждает",
    "выражает",
    "تدين",
    "تعرب",
    "manifesta",
    "repudia",
];

/// Words in the titles of statements.
const STATING: &[&str] = &[
    "statement",
    "solidarity",
    "expresses",
    "condemns",
    "calls",
    "denounces",
    "denounce",
    "comunicado",
    "communique",
    "note",
    "nota",
    "solidaridad",
    "solidarite",
    "заявление",
    "بيان",
    "letter",
    "appeal",
];

/// Whether a title is that of a statement rather than of a story.
pub(crate) fn is_stated(title: &str) -> bool {
    fold::words(title).any(|word| STATING.contains(&word.as_str()))
}

/// The organization that issues a statement: it opens the text, or the title of a statement.
pub(crate) fn issuer(title: &str, plain: &str) -> Option<Named> {
    let opening = plain.trim_start();
    let first = opening.split("\n\n").find(|p| p.contains('(') && p.len() > 60);
    if let Some(first) = first
        && let Some(open) = first.find('(')
        && open < 160
        && let Some(named) = before_bracket(first, open)
        && is_opening(&first[..open], &named.name)
    {
        let after: Vec<String> = fold::words(&first[open..]).take(40).collect();
        if after.iter().any(|w| SPEAKING.contains(&w.as_str())) {
            return Some(named);
        }
    }
    if !is_stated(title) {
        return None;
    }
    let acronym = title
        .split(|c: char| c.is_whitespace() || c == '/')
        .find(|word| is_acronym(word) && word.chars().filter(|c| c.is_uppercase()).count() > 2)
        .filter(|word| title.find(*word).is_some_and(|at| at < 30))?;
    plain
        .match_indices('(')
        .filter_map(|(open, _)| before_bracket(plain, open))
        .find(|named| named.acronym.as_deref() == Some(acronym))
}

/// Whether nothing but an article and the day stands before the name.
fn is_opening(before: &str, name: &str) -> bool {
    let Some(at) = before.rfind(name) else {
        return false;
    };
    fold::words(&before[..at]).all(|word| {
        matches!(word.as_str(), "the" | "la" | "le" | "el" | "o" | "a")
            || word.chars().all(char::is_numeric)
            || super::days::month(&word).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_issuer_only_where_one_speaks() {
        let name = |title: &str, text: &str| issuer(title, text).map(|n| n.short().to_owned());
        let speaks = "October 2019- The Global Light Network (GLN), which is large, strongly condemns the raid on X and more.";
        assert_eq!(name("A story", speaks).as_deref(), Some("GLN"));
        let acts = "The Global Light Network (GLN) conducted a parallel vote tabulation in 2018 in many places.";
        assert_eq!(name("GLN monitors", acts), None);
        assert_eq!(name("GLN Statement of Solidarity", acts).as_deref(), Some("GLN"));
        assert_eq!(
            name(
                "Statement",
                "From June 27, 2017, the Global Light Network (GLN) condemns nothing at all."
            ),
            None
        );
    }
}
