//! People that a sentence names in their role: "the organization's chairperson, First Last,".

use super::organization::GENERAL;
use super::sentence::Sentence;

/// A person named in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) position: String,
    /// The words from the role to the end of the name.
    pub(crate) from: usize,
    pub(crate) to: usize,
}

const ROLES: &[&str] = &[
    "chairperson",
    "chairman",
    "chairwoman",
    "chair",
    "president",
    "director",
    "secretary",
    "head",
    "leader",
    "coordinator",
    "founder",
    "spokesperson",
    "lawyer",
];

/// Small words inside names of people.
const INNER: &[&str] = &["al", "bin", "ben", "de", "da", "del", "van", "von", "el", "ibn"];

/// How far a name may stand from a role such as "head of the local mission".
const REACH: usize = 9;

/// The people named in their roles.
pub(crate) fn people(sentence: &Sentence) -> Vec<Person> {
    let mut found: Vec<Person> = Vec::new();
    for role in 0..sentence.words.len() {
        let covered = found.iter().any(|p| role < p.to);
        if covered || !ROLES.contains(&sentence.lower(role)) {
            continue;
        }
        if let Some(person) = after_role(sentence, role) {
            found.push(person);
        }
    }
    found
}

fn after_role(sentence: &Sentence, role: usize) -> Option<Person> {
    let before = role.checked_sub(1).map_or("", |i| sentence.lower(i));
    let possessed = matches!(before, "its" | "s" | "the" | "their" | "and" | "executive");
    let mut position = role + 1;
    if sentence.lower(position) == "of" {
        while position < role + REACH && !sentence.gap(position - 1).contains(',') {
            position += 1;
        }
    }
    let apart = sentence.gap(position - 1);
    let set_off = apart.trim() == ",";
    let joined = apart == " " && possessed && position == role + 1;
    if !set_off && !joined {
        return None;
    }
    let to = name_end(sentence, position)?;
    if set_off && to < sentence.words.len() && !ends_the_apposition(sentence.gap(to - 1)) {
        return None;
    }
    Some(Person {
        name: sentence.text[sentence.words[position].start..sentence.words[to - 1].end].to_owned(),
        position: sentence.text[sentence.words[role].start..sentence.words[position - 1].end]
            .to_owned(),
        from: role,
        to,
    })
}

/// The name that opens a text, followed by a role: "First Last, head of the Group (G), was …".
pub(crate) fn leading(sentence: &Sentence) -> Option<Person> {
    let to = name_end(sentence, 0)?;
    let is_role = sentence.gap(to - 1).trim() == "," && ROLES.contains(&sentence.lower(to));
    if !is_role {
        return None;
    }
    Some(Person {
        name: sentence.text[sentence.words[0].start..sentence.words[to - 1].end].to_owned(),
        position: sentence.word(to).to_owned(),
        from: 0,
        to: to + 1,
    })
}

fn ends_the_apposition(gap: &str) -> bool {
    gap.trim_start().starts_with([',', '.', ';', ')'])
}

/// Where a name of two to six capitalised words that begins here ends.
fn name_end(sentence: &Sentence, from: usize) -> Option<usize> {
    let mut at = from;
    let mut full = 0;
    while at < sentence.words.len() && at - from < 6 {
        let word = sentence.word(at);
        let small = INNER.contains(&word);
        let letters = word.chars().count();
        let shouted = letters > 1 && word.chars().all(|c| !c.is_lowercase());
        if !small && (!sentence.is_capital(at) || shouted || GENERAL.contains(&word)) {
            break;
        }
        full += usize::from(!small && letters > 1);
        at += 1;
        if !matches!(sentence.gap(at - 1), " " | "." | ". " | "-" | "’" | "'") {
            break;
        }
    }
    (full >= 2).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        people(&Sentence::new(text, 0)).into_iter().map(|p| (p.name, p.position)).collect()
    }

    fn pair(name: &str, position: &str) -> (String, String) {
        (name.to_owned(), position.to_owned())
    }

    #[test]
    fn finds_people_in_their_roles() {
        assert_eq!(
            found("the detainment of the organization’s chairperson, Ana Ruiz, on April 29."),
            [pair("Ana Ruiz", "chairperson")]
        );
        assert_eq!(
            found("Its secretary Bo Rahman Lindt and director A.S.M. Cem Dag were detained"),
            [pair("Bo Rahman Lindt", "secretary"), pair("A.S.M. Cem Dag", "director")]
        );
        assert_eq!(
            found("the death of the head of X’s local mission, Ana Ruiz, who was shot"),
            [pair("Ana Ruiz", "head of X’s local mission")]
        );
    }

    #[test]
    fn finds_nobody_where_nobody_is_named() {
        for text in [
            "the head of the Central Election Commission, and others",
            "a new Chair, Vote Network of many",
            "the chairperson of EMDS, NDI, said",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_leading_name_needs_a_role() {
        let lead = |text: &str| leading(&Sentence::new(text, 0)).map(|p| (p.name, p.position));
        assert_eq!(
            lead("Ana Ruiz, head of the Group (G), was arrested."),
            Some(pair("Ana Ruiz", "head"))
        );
        assert_eq!(lead("National Assembly passed a bill, head of"), None);
    }
}
