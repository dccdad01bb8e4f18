//! Organizations that a text names, "Full Name (ACRONYM)", and the one that speaks in it.

use amparo_domain::fold;
use serde_json::{Value, json};

use super::sentence::Sentence;
use crate::member::is_acronym;

/// An organization as a text names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) acronym: Option<String>,
}

/// Names have no more words than this, and texts introduce no more groups than that.
const LONGEST_NAME: usize = 20;
const MOST_GROUPS: usize = 200;

/// Small words inside names.
const INNER: &[&str] = &[
    "of", "for", "and", "the", "in", "on", "to", "de", "del", "la", "las", "los", "y", "e", "para",
    "por", "des", "du", "et", "pour", "da", "do", "dos", "das", "en", "d", "l", "et",
];

/// Words in the names of bodies that are no observer groups.
const NOT_GROUPS: &[&str] = &[
    "commission",
    "tribunal",
    "party",
    "ministry",
    "parliament",
    "government",
    "court",
    "bureau",
    "nations",
    "tabulation",
    "principles",
    "principios",
    "principes",
    "declaration",
    "declaracion",
    "comision",
    "partido",
    "sbo",
    "pvt",
    "prvt",
    "osce",
    "odihr",
    "ndi",
    "union",
    "university",
    "covenant",
    "committee on",
    "verification",
    "council of europe",
    "police",
    "agency",
    "dogp",
];

impl Named {
    /// The short form, by which a text goes on naming it.
    pub(crate) fn short(&self) -> &str {
        self.acronym.as_deref().unwrap_or(&self.name)
    }

    /// The reference by which the register links it to the one it knows.
    pub(crate) fn reference(&self, country: Option<&str>) -> Value {
        let mut reference = json!({ "name": self.name });
        if let Some(acronym) = &self.acronym {
            reference["acronym"] = acronym.as_str().into();
        }
        if let Some(country) = country {
            reference["country"] = country.into();
        }
        reference
    }

    fn is_group(&self) -> bool {
        let folded = fold::key(&format!("{} {}", self.name, self.short()));
        !NOT_GROUPS.iter().any(|word| format!(" {folded} ").contains(&format!(" {word} ")))
    }
}

/// The groups that a plain text introduces, each once.
pub(crate) fn introduced(plain: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for (open, _) in plain.match_indices('(') {
        let Some(named) = before_bracket(plain, open) else {
            continue;
        };
        if named.is_group() && !found.iter().any(|f| f.acronym == named.acronym) {
            found.push(named);
        }
    }
    for named in called(plain) {
        let known =
            found.iter().any(|f| f.name == named.name || f.acronym.as_ref() == Some(&named.name));
        if !known {
            found.push(named);
        }
    }
    found.truncate(MOST_GROUPS);
    found
}

/// `Full Name (ACR)` with the bracket at `open`.
pub(super) fn before_bracket(plain: &str, open: usize) -> Option<Named> {
    let close = open + plain[open..].find(')')?;
    let inner = &plain[open + 1..close];
    let acronym = inner.split([',', ';']).next().unwrap_or_default().trim();
    if !is_acronym(acronym) || acronym.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let name = name_before(plain[..open].trim_end())?;
    Some(Named { name: name.to_owned(), acronym: Some(acronym.to_owned()) })
}

/// The capitalised words, with small words between them, at the end of a text.
fn name_before(text: &str) -> Option<&str> {
    let mut start = text.len();
    let mut end = text.len();
    let mut rest = text;
    for _ in 0..LONGEST_NAME {
        let trimmed = rest.trim_end_matches([' ', '\n', '-', '’', '\'', '"', '“', '”', '&']);
        let gap = &rest[trimmed.len()..];
        let word_start = trimmed
            .rfind(|c: char| !c.is_alphanumeric())
            .map_or(0, |at| at + trimmed[at..].chars().next().map_or(1, char::len_utf8));
        let word = &trimmed[word_start..];
        if word.is_empty() || gap.contains("\n\n") {
            break;
        }
        let capital = word.chars().next().is_some_and(|c| c.is_uppercase() || is_caseless(c));
        if capital {
            start = word_start;
        } else if !INNER.contains(&word) && (word != "s" || !gap.is_empty()) {
            break;
        }
        rest = &trimmed[..word_start];
    }
    for article in ["The ", "La ", "Le ", "El ", "Les ", "Los ", "Las ", "A ", "O "] {
        if text[start..end].starts_with(article) {
            start += article.len();
        }
    }
    end = text[..end].trim_end_matches(['"', '”', ' ']).len();
    let name = text.get(start..end)?.trim();
    (name.split_whitespace().count() >= 2).then_some(name)
}

fn is_caseless(c: char) -> bool {
    c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase()
}

/// `human rights NGO Odhikar`: a group without an acronym.
fn called(plain: &str) -> Vec<Named> {
    plain
        .match_indices("NGO ")
        .filter_map(|(at, mark)| {
            let rest = &plain[at + mark.len()..];
            let word: &str = rest.split(|c: char| !c.is_alphanumeric()).next()?;
            let capital = word.chars().next()?.is_uppercase();
            let single = !rest[word.len()..].trim_start().starts_with(char::is_uppercase);
            let name = word.chars().count() >= 4
                && !GENERAL.contains(&word)
                && word.chars().any(char::is_lowercase);
            (capital && single && name).then(|| Named { name: word.to_owned(), acronym: None })
        })
        .collect()
}

/// Words for groups in general, which are nobody's name.
pub(crate) const GENERAL: &[&str] = &[
    "League",
    "Network",
    "Coalition",
    "Forum",
    "Center",
    "Centre",
    "Committee",
    "Commission",
    "Union",
    "Council",
    "Association",
    "Institute",
    "Platform",
    "Alliance",
    "Foundation",
    "Election",
    "Elections",
    "Electoral",
    "Rights",
    "Party",
    "Group",
    "Office",
    "Affairs",
    "Bureau",
    "Mission",
];

/// Where a sentence names an organization by its short form, as ranges of words.
pub(crate) fn mentions(sentence: &Sentence, named: &Named) -> Vec<(usize, usize)> {
    let parts: Vec<&str> =
        named.short().split([' ', '.', '&', '\'', '’']).filter(|p| !p.is_empty()).collect();
    (0..sentence.words.len())
        .filter(|at| {
            parts.iter().enumerate().all(|(offset, part)| sentence.word(at + offset) == *part)
        })
        .map(|at| (at, at + parts.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acronyms(text: &str) -> Vec<(String, String)> {
        introduced(text).into_iter().map(|n| (n.short().to_owned(), n.name)).collect()
    }

    #[test]
    fn finds_names_before_acronyms() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            acronyms(
                "We met the Light and Order Center (LOC), said the Red de Voto Libre (ReVoL)."
            ),
            [pair("LOC", "Light and Order Center"), pair("ReVoL", "Red de Voto Libre")]
        );
        assert_eq!(acronyms("the Central Election Commission (CEC) and a test (ABC)"), []);
        assert_eq!(acronyms("the rights NGO Lumina and others"), [pair("Lumina", "Lumina")]);
        assert_eq!(acronyms("the NGO League in X"), []);
    }
}
