//! The organizations that endorse a statement, listed under a heading or at its end.

use amparo_domain::fold;
use serde_json::{Value, json};

use super::language;
use super::markdown::plain;
use crate::member::split_acronym;

/// Headings, folded, with which a block of endorsers begins; a few words may stand before them.
const HEADINGS: &[&str] = &[
    "endorsed by",
    "signed by",
    "signatories",
    "signatures",
    "supported by",
    "the undersigned",
    "the undersigned organizations",
    "the undersigned organisations",
    "respaldado por",
    "avalado por",
    "suscrito por",
    "firmado por",
    "firmantes",
    "firman",
    "suscriben",
    "los abajo firmantes",
    "las organizaciones abajo firmantes",
    "endossado por",
    "assinado por",
    "subscrito por",
    "apoiado por",
    "signatarios",
    "os abaixo assinados",
    "signe par",
    "approuve par",
    "soutenu par",
    "endosse par",
    "signataires",
    "les soussignes",
    "les organisations soussignees",
    "подписали",
    "подписано",
    "поддержано",
    "поддержали",
    "подписанты",
    "подписавшиеся",
    "подписавшие организации",
    "нижеподписавшиеся",
    "وقعه",
    "وقع عليه",
    "الموقعون",
    "الموقعون ادناه",
    "المنظمات الموقعه",
    "بتاييد من",
    "ايده",
    "ايدته",
    "وقعت عليه",
];

/// Folded words by which a text announces the list at its end.
const ANNOUNCED: &[&str] = &[
    "undersigned",
    "abajo firmantes",
    "abaixo assinad",
    "soussigne",
    "нижеподписав",
    "الموقعون",
    "الموقعه",
];

const LONGEST_NAME: usize = 150;

/// An organization in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endorser {
    pub(crate) name: String,
    pub(crate) acronym: Option<String>,
    pub(crate) matched_text: String,
}

impl Endorser {
    fn of(line: &str) -> Self {
        let text = plain(line);
        let text = text.trim().trim_end_matches([',', ';', '.']).trim();
        let (name, acronym) = split_acronym(text);
        Self { name, acronym, matched_text: text.to_owned() }
    }

    fn same(&self, other: &Self) -> bool {
        match (&self.acronym, &other.acronym) {
            (Some(a), Some(b)) => fold::key(a) == fold::key(b),
            _ => fold::key(&self.name) == fold::key(&other.name),
        }
    }

    pub(crate) fn value(&self) -> Value {
        let mut value = json!({ "name": self.name });
        if let Some(acronym) = &self.acronym {
            value["acronym"] = acronym.as_str().into();
        }
        value["matched_text"] = self.matched_text.as_str().into();
        value
    }
}

/// The endorsers of a statement, each once, and how many translated repetitions were left out.
pub(crate) fn find(body: &str) -> (Vec<Endorser>, usize) {
    let lines: Vec<&str> = body.lines().map(str::trim).collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if is_heading(lines[at]) {
            let (block, after) = block(&lines, at + 1);
            blocks.push(block);
            at = after;
        } else {
            at += 1;
        }
    }
    blocks.retain(|block| !block.is_empty());
    if blocks.is_empty() && is_announced(body) {
        blocks.extend(list_at_end(&lines));
    }
    merge(blocks)
}

fn merge(blocks: Vec<Vec<Endorser>>) -> (Vec<Endorser>, usize) {
    let mut all: Vec<Endorser> = Vec::new();
    let mut repeated = 0;
    let first = blocks.first().map_or(0, Vec::len);
    for (number, block) in blocks.into_iter().enumerate() {
        // A later list of the same length that repeats at least one is the same list, translated.
        let translated = number > 0
            && block.len() == first
            && block.iter().zip(&all).any(|(endorser, known)| endorser.same(known));
        for endorser in block {
            if translated || all.iter().any(|known| known.same(&endorser)) {
                repeated += 1;
            } else {
                all.push(endorser);
            }
        }
    }
    (all, repeated)
}

fn is_heading(line: &str) -> bool {
    let bare = plain(line);
    let bare = bare.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.chars().count() > 70 {
        return false;
    }
    let key = fold::key(bare);
    HEADINGS.iter().any(|heading| {
        key == *heading
            || (key.ends_with(&format!(" {heading}"))
                && key.split(' ').count() <= heading.split(' ').count() + 4)
    })
}

fn block(lines: &[&str], from: usize) -> (Vec<Endorser>, usize) {
    let mut block = Vec::new();
    let mut at = from;
    while at < lines.len() {
        let line = lines[at];
        if !line.is_empty() {
            if !is_name(line) || language::marker(line).is_some() || is_heading(line) {
                break;
            }
            block.push(Endorser::of(entry(line).unwrap_or(line)));
        }
        at += 1;
    }
    (block, at)
}

/// A line that can be an organization: short, not a sentence, not a pointer elsewhere.
fn is_name(line: &str) -> bool {
    let text = plain(entry(line).unwrap_or(line));
    let text = text.trim();
    let first = text.chars().next().unwrap_or(' ');
    let is_sentence = text.ends_with('.') && text.split_whitespace().count() > 9;
    text.chars().count() <= LONGEST_NAME
        && (first.is_alphanumeric() || matches!(first, '"' | '“' | '«'))
        && !first.is_lowercase()
        && !is_sentence
        && !text.contains(": ")
        && !line.starts_with('#')
        && !line.starts_with("---")
}

/// What follows a bullet or a number.
fn entry(line: &str) -> Option<&str> {
    let after = line
        .strip_prefix("* ")
        .or_else(|| line.strip_prefix("- "))
        .or_else(|| line.strip_prefix("+ "))
        .or_else(|| line.strip_prefix("• "))
        .or_else(|| {
            let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
            (digits.len() < line.len())
                .then(|| digits.strip_prefix(". ").or_else(|| digits.strip_prefix(") ")))
                .flatten()
        })?;
    Some(after.trim())
}

fn is_announced(body: &str) -> bool {
    let folded = fold::fold(body);
    ANNOUNCED.iter().any(|word| folded.contains(word))
}

fn list_at_end(lines: &[&str]) -> Option<Vec<Endorser>> {
    let mut block: Vec<Endorser> = lines
        .iter()
        .rev()
        .filter(|line| !line.is_empty())
        .map_while(|line| entry(line).filter(|_| is_name(line)))
        .map(Endorser::of)
        .collect();
    block.reverse();
    (block.len() >= 2).then_some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<(String, Option<String>)> {
        find(body).0.into_iter().map(|e| (e.name, e.acronym)).collect()
    }

    fn three() -> Vec<(String, Option<String>)> {
        vec![("Light Network".into(), Some("LN".into())), ("Clear Votes".into(), None)]
    }

    #[test]
    fn headings_in_six_languages_and_bullets_of_all_kinds() {
        for heading in [
            "Endorsed by:",
            "Statement endorsed by:",
            "Signed by,",
            "**Signatories**",
            "The undersigned organizations:",
            "Declaración respaldada y firmado por:",
            "Signé par :",
            "Signataires",
            "Assinado por:",
            "Заявление подписали:",
            "الموقعون أدناه:",
        ] {
            for list in [
                "Light Network (LN)\n\nClear Votes",
                "* [Light Network (LN)](https://e.org)\n* Clear Votes,",
                "1. Light Network (LN)\n2. Clear Votes",
            ] {
                assert_eq!(
                    found(&format!("Text of it.\n\n{heading}\n\n{list}\n")),
                    three(),
                    "{heading} {list}"
                );
            }
        }
    }

    #[test]
    fn a_list_ends_before_running_text() {
        let body = "Signed by,\n\nLight Network (LN)\n\nClear Votes\n\nRead the full statement here: [x](https://e.org)";
        assert_eq!(found(body), three());
        assert_eq!(
            found("It was endorsed by many groups and organizations, says the text of it.\n\nName"),
            []
        );
    }

    #[test]
    fn a_list_at_the_end_needs_to_be_announced() {
        let list = "1. Light Network (LN)\n2. Clear Votes";
        assert_eq!(found(&format!("The undersigned organizations worry.\n\n{list}")), three());
        assert_eq!(found(&format!("Two groups came.\n\n{list}")), []);
    }

    #[test]
    fn translations_of_a_list_count_once() {
        let body = "Endorsed by:\n\n* Light Network (LN)\n* Clear Votes\n\n*\\[español]*\n\nTexto.\n\n\
                    Firmado por:\n\n* Red Luz (LN)\n* Votos Claros\n";
        assert_eq!(find(body), (find(body).0, 2));
        assert_eq!(found(body), three());
    }
}
