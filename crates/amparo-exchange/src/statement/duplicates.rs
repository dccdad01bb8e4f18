//! Statements of one import that are the same, or the same in another language.

use std::collections::BTreeSet;

use crate::entry::Entry;
use amparo_domain::fold;

/// The share of common three-word sequences from which two texts are the same.
const SAME_TEXT: f64 = 0.6;
/// The share of common acronyms and addresses from which two texts of a day are translations.
const SAME_NAMES: f64 = 0.6;
/// Fewer acronyms and addresses than this say nothing.
const ENOUGH: usize = 4;

/// Statements that are the same, as pairs of positions with the reason.
///
/// The same title on the same day, nearly the same text, or on the same day in two languages the
/// same acronyms and addresses.
pub fn duplicates(statements: &[&Entry]) -> Vec<(usize, usize, String)> {
    let marks: Vec<Marks> = statements.iter().map(|entry| Marks::of(entry)).collect();
    let mut pairs = Vec::new();
    for (second, b) in marks.iter().enumerate() {
        for (first, a) in marks[..second].iter().enumerate() {
            if let Some(reason) = a.same(b) {
                pairs.push((first, second, reason));
            }
        }
    }
    pairs
}

struct Marks {
    title: String,
    date: String,
    lang: String,
    sequences: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Marks {
    fn of(entry: &Entry) -> Self {
        let text = |name: &str| entry.value[name].as_str().unwrap_or_default();
        let body = text("body");
        let words: Vec<String> = fold::words(body).collect();
        let links = entry.value["links"].as_array().into_iter().flatten();
        let addresses = links.filter_map(|link| link["url"].as_str()).map(str::to_owned);
        Self {
            title: fold::key(text("title")),
            date: text("date").to_owned(),
            lang: text("lang").to_owned(),
            sequences: words.windows(3).map(|w| w.join(" ")).collect(),
            names: acronyms(body).chain(addresses).collect(),
        }
    }

    fn same(&self, other: &Self) -> Option<String> {
        let day = self.date == other.date && !self.date.is_empty();
        if day && self.title == other.title {
            return Some("the same title on the same day".to_owned());
        }
        if share(&self.sequences, &other.sequences) >= SAME_TEXT {
            return Some("nearly the same text".to_owned());
        }
        let translated = day
            && self.lang != other.lang
            && self.names.len().min(other.names.len()) >= ENOUGH
            && share(&self.names, &other.names) >= SAME_NAMES;
        translated.then(|| {
            format!(
                "the same day and the same organizations and links, once in {} and once in {}",
                self.lang, other.lang
            )
        })
    }
}

fn acronyms(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| word.chars().filter(|c| c.is_uppercase()).count() >= 2)
        .filter(|word| word.chars().count() <= 12)
        .map(str::to_owned)
}

/// The share of the smaller set that both have.
fn share(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let smaller = a.len().min(b.len());
    if smaller == 0 {
        return 0.0;
    }
    let common = u32::try_from(a.intersection(b).count()).unwrap_or(u32::MAX);
    f64::from(common) / f64::from(u32::try_from(smaller).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(title: &str, date: &str, lang: &str, body: &str) -> Entry {
        Entry {
            kind: amparo_domain::kind::Kind::Statement,
            value: serde_json::json!({"title": title, "date": date, "lang": lang, "body": body, "links": []}),
            place: crate::entry::Place::file("f"),
            notes: Vec::new(),
            returning: None,
        }
    }

    fn found(a: &Entry, b: &Entry) -> Vec<(usize, usize, String)> {
        duplicates(&[a, b])
    }

    #[test]
    fn finds_the_same_and_the_translated() {
        let english = statement(
            "A",
            "2023-07-14",
            "en",
            "GLN and MOE-Xx join the TSE and ReVoL in PVT work for elections today",
        );
        let spanish = statement(
            "B",
            "2023-07-14",
            "es",
            "GLN y la MOE-Xx se unen al TSE y ReVoL en el PVT de las elecciones",
        );
        assert_eq!(
            found(&english, &spanish),
            [(
                0,
                1,
                "the same day and the same organizations and links, once in en and once in es"
                    .to_owned()
            )]
        );
        let later =
            statement("B", "2023-07-15", "es", "GLN y la MOE-Xx se unen al TSE y ReVoL en el PVT");
        assert_eq!(found(&english, &later), []);
        let again = statement(
            "Other",
            "2024-01-01",
            "en",
            "GLN and MOE-Xx join the TSE and ReVoL in PVT work for elections now",
        );
        assert_eq!(found(&english, &again)[0].2, "nearly the same text");
        let title = statement("a!", "2023-07-14", "en", "Nothing alike.");
        assert_eq!(found(&english, &title)[0].2, "the same title on the same day");
        let other = statement(
            "C",
            "2023-07-14",
            "en",
            "Another story of the same day with GLN and MOE-Xx, TSE, ReVoL, PVT.",
        );
        assert_eq!(found(&english, &other), []);
    }
}
