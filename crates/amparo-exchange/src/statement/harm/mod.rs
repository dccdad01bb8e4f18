//! Sentences that report a harm, by fixed patterns. No pattern, no candidate.
//!
//! Three forms are known: a noun with its object ("the arrest of observers of X"), a passive ("X
//! staff were detained", "have been subjected to harassment"), and an active verb ("raided the
//! offices of X"). Between the harm and the organization only words stand that cannot begin
//! another thought; appeals, generalities and quotations report nothing.

mod words;

use self::words::{NO_REPORT, NOUNS, OBJECT, PARTICIPLES, is_auxiliary};
use super::organization::{Named, mentions};
use super::person::{Person, people};
use super::sentence::Sentence;

/// A harm to an organization, to people in their roles, or to a number of observers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) kind: &'static str,
    /// The organization, by its position in the list of those the text introduces.
    pub(crate) organization: Option<usize>,
    pub(crate) people: Vec<Person>,
    pub(crate) count: Option<u64>,
    /// The clause: the words in which its date and its people are looked for.
    pub(crate) clause: (usize, usize),
    pub(crate) at: usize,
}

/// A longer sentence is a list or worse, and reports nothing.
const LONGEST_SENTENCE: usize = 250;

/// The harms that a sentence reports; `before` is the organization last named in its paragraph.
pub(crate) fn hits(sentence: &Sentence, named: &[Named], before: Option<usize>) -> Vec<Hit> {
    if sentence.words.len() > LONGEST_SENTENCE
        || NO_REPORT.iter().any(|words| sentence.find(words).is_some())
    {
        return Vec::new();
    }
    let reading = Reading {
        sentence,
        mentions: named
            .iter()
            .enumerate()
            .flat_map(|(index, named)| {
                mentions(sentence, named).into_iter().map(move |(from, to)| Mention {
                    index,
                    from,
                    to,
                })
            })
            .collect(),
        people: people(sentence),
        before,
    };
    let mut hits = Vec::new();
    for at in 0..sentence.words.len() {
        if sentence.words[at].quoted {
            continue;
        }
        reading.noun(at, &mut hits);
        reading.verb(at, &mut hits);
        reading.subjected(at, &mut hits);
    }
    hits
}

struct Mention {
    index: usize,
    from: usize,
    to: usize,
}

struct Reading<'a> {
    sentence: &'a Sentence,
    mentions: Vec<Mention>,
    people: Vec<Person>,
    before: Option<usize>,
}

impl Reading<'_> {
    fn noun_at(&self, at: usize) -> Option<(&'static str, usize)> {
        NOUNS
            .iter()
            .find(|(words, _)| self.sentence.has_at(at, words))
            .map(|(words, kind)| (*kind, at + words.len()))
    }

    /// "the arrest and detention of …", "threats made on … against …".
    fn noun(&self, at: usize, hits: &mut Vec<Hit>) {
        let sentence = self.sentence;
        if sentence.has_at(at, &["death", "of"]) {
            return self.death(at, hits);
        }
        let Some((kind, end)) = self.noun_at(at) else {
            return;
        };
        let preposition = (end..end + 8)
            .take_while(|i| {
                !matches!(sentence.lower(*i), "" | "by" | "including" | "that" | "which" | "who")
                    && !sentence.gap(i - 1).contains([';', ':'])
            })
            .find(|i| match sentence.lower(*i) {
                "of" | "against" => true,
                "on" => !sentence.lower(i + 1).starts_with(|c: char| c.is_ascii_digit()),
                _ => false,
            });
        if let Some(preposition) = preposition {
            self.object(kind, at, preposition + 1, hits);
        }
    }

    /// "the death of the head of the mission, First Last, who was shot on …".
    fn death(&self, at: usize, hits: &mut Vec<Hit>) {
        let violent = ["shot", "killed", "murdered"]
            .iter()
            .any(|word| self.sentence.find(&["who", "was", word]).is_some());
        let people: Vec<Person> = self.people.iter().filter(|p| p.from > at).cloned().collect();
        if violent && !people.is_empty() {
            hits.push(Hit {
                kind: "killing",
                organization: None,
                people,
                count: None,
                clause: self.clause(at),
                at,
            });
        }
    }

    /// "raided the offices of …", "… were detained".
    fn verb(&self, at: usize, hits: &mut Vec<Hit>) {
        let sentence = self.sentence;
        let word = sentence.lower(at);
        let kind = PARTICIPLES.iter().find(|(p, _)| *p == word).map(|(_, kind)| *kind);
        let refused = matches!(word, "refused" | "denied")
            && (at + 1..at + 4).any(|i| sentence.lower(i) == "accreditation");
        let Some(kind) = kind.or(refused.then_some("accreditation_restriction")) else {
            return;
        };
        let mut subject = at;
        while subject > 0 && is_auxiliary(sentence.lower(subject - 1)) {
            subject -= 1;
        }
        let passive = (subject..at).any(|i| matches!(sentence.lower(i), "was" | "were" | "been"));
        if passive {
            self.subject(kind, at, subject, hits);
        } else if subject == at && !refused {
            self.object(kind, at, at + 1, hits);
        }
    }

    /// "… have been subjected to a smear campaign and harassment", "… received … death threats".
    fn subjected(&self, at: usize, hits: &mut Vec<Hit>) {
        let sentence = self.sentence;
        let (subject, from) = if sentence.has_at(at, &["subjected", "to"]) {
            let mut subject = at;
            while subject > 0 && is_auxiliary(sentence.lower(subject - 1)) {
                subject -= 1;
            }
            (subject, at + 2)
        } else if matches!(sentence.lower(at), "received" | "faced" | "suffered") {
            (at, at + 1)
        } else {
            return;
        };
        let (_, end) = self.clause(at);
        let mut i = from;
        while i < end && !matches!(sentence.lower(i), "by" | "of" | "against" | "that" | "which") {
            if let Some((kind, next)) = self.noun_at(i) {
                self.subject(kind, i, subject, hits);
                i = next;
            } else if sentence.lower(i) == "with" || !sentence.gap(i).contains(';') {
                i += 1;
            } else {
                break;
            }
        }
    }

    /// The harm's object: organizations, people, or a number of observers, directly after it.
    fn object(&self, kind: &'static str, at: usize, from: usize, hits: &mut Vec<Hit>) {
        let sentence = self.sentence;
        let mut to = from;
        while to < sentence.words.len() {
            let fits = OBJECT.contains(&sentence.lower(to))
                || sentence.is_capital(to)
                || sentence.lower(to).parse::<u64>().is_ok();
            let parted = to > from && sentence.gap(to - 1).contains([';', '“', ':']);
            let aside = to > from
                && sentence.gap(to - 1).contains(',')
                && !self.people.iter().any(|p| p.from < to && to < p.to);
            if !fits || parted || aside {
                break;
            }
            to += 1;
        }
        let clause = self.clause(at);
        let people: Vec<Person> = self
            .people
            .iter()
            .filter(|p| p.from >= from && p.from < to.max(from + 1))
            .cloned()
            .collect();
        let inside: Vec<&Mention> =
            self.mentions.iter().filter(|m| m.from >= from && m.to <= to).collect();
        let hit = |organization| Hit {
            kind,
            organization,
            people: people.clone(),
            count: None,
            clause,
            at,
        };
        if inside.is_empty() {
            let meant = (from..to).any(|i| {
                sentence.has_at(i, &["the", "organization", "s"])
                    || sentence.has_at(i, &["the", "organisation", "s"])
                    || sentence.has_at(i, &["the", "group", "s"])
                    || sentence.lower(i) == "its"
            });
            if meant && let Some(organization) = self.last_before(from) {
                hits.push(hit(Some(organization)));
            } else if let Some(count) = self.counted(from, to) {
                hits.push(Hit { count: Some(count), ..hit(None) });
            }
            return;
        }
        for mention in inside {
            hits.push(hit(Some(mention.index)));
        }
    }

    /// The harm's subject: an organization, or its people in their roles, directly before the verb.
    fn subject(&self, kind: &'static str, at: usize, verb: usize, hits: &mut Vec<Hit>) {
        let sentence = self.sentence;
        let mut from = verb;
        while from > 0 {
            let word = from - 1;
            let fits = OBJECT.contains(&sentence.lower(word)) || sentence.is_capital(word);
            let parted = sentence.gap(word).contains([';', ':', '“'])
                || (sentence.gap(word).contains(',')
                    && !self.people.iter().any(|p| p.from < from && from <= p.to));
            if !fits || parted {
                break;
            }
            from -= 1;
        }
        let people: Vec<Person> =
            self.people.iter().filter(|p| p.from >= from && p.to <= verb).cloned().collect();
        let mut organizations: Vec<usize> = self
            .mentions
            .iter()
            .filter(|m| m.from >= from && m.to <= verb)
            .map(|m| m.index)
            .collect();
        if organizations.is_empty() && !people.is_empty() && sentence.lower(from) == "its" {
            organizations.extend(self.last_before(from));
        }
        for organization in organizations {
            hits.push(Hit {
                kind,
                organization: Some(organization),
                people: people.clone(),
                count: None,
                clause: self.clause(at),
                at,
            });
        }
    }

    /// "27 citizen observers".
    fn counted(&self, from: usize, to: usize) -> Option<u64> {
        let count = self.sentence.lower(from).parse().ok()?;
        (from + 1..to)
            .any(|i| matches!(self.sentence.lower(i), "observers" | "monitors"))
            .then_some(count)
    }

    fn last_before(&self, word: usize) -> Option<usize> {
        self.mentions
            .iter()
            .filter(|m| m.to <= word)
            .max_by_key(|m| m.to)
            .map(|m| m.index)
            .or(self.before)
    }

    /// The words up to the next ", including" or ";" on either side.
    fn clause(&self, at: usize) -> (usize, usize) {
        let sentence = self.sentence;
        let parts = |i: usize| {
            sentence.gap(i).contains(';')
                || (sentence.gap(i).contains(',') && sentence.lower(i + 1) == "including")
        };
        let from = (0..at).rev().find(|i| parts(*i)).map_or(0, |i| i + 1);
        let to =
            (at..sentence.words.len()).find(|i| parts(*i)).map_or(sentence.words.len(), |i| i + 1);
        (from, to)
    }
}

#[cfg(test)]
mod tests;
