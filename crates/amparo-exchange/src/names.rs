//! Names live in one place: in texts they are replaced by the tokens of the people they name.

use std::borrow::Cow;
use std::collections::HashMap;

use amparo_domain::fold;

/// Words after which a family name stands alone although they are written with a capital.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "dr",
    "prof",
    "sr",
    "sra",
    "mme",
    "monitor",
    "observer",
    "activist",
    "leader",
    "head",
    "chair",
    "chairman",
    "chairperson",
    "chairwoman",
    "director",
    "coordinator",
    "lawyer",
    "and",
    "of",
    "the",
    "for",
    "to",
    "free",
    "release",
    "arrest",
];

/// Names that are looked for in texts.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// By their first word, those of more words first: an import can know ten thousand.
    patterns: HashMap<String, Vec<Pattern>>,
    /// Whether any of them is a family name standing alone.
    families: bool,
    /// The scripts in which a name begins.
    scripts: u8,
    /// The ASCII letters and digits with which a name begins.
    initials: u128,
}

#[derive(Debug)]
struct Pattern {
    words: Vec<String>,
    token: String,
    /// For a family name standing alone, the word before it in the full name. It is taken only
    /// where it is not part of somebody else's name.
    family: Option<String>,
    /// Whether the family name may stand without any given name.
    alone: bool,
}

impl Names {
    /// Looks for a name as it is written in full.
    pub(crate) fn add_full(&mut self, reference: &str, name: &str) {
        let words: Vec<String> = fold::words(name).collect();
        self.push(reference, words, None);
    }

    /// Looks for a name in full and for the family name standing alone.
    pub(crate) fn add(&mut self, reference: &str, name: &str) {
        let words: Vec<String> = fold::words(name).collect();
        for start in 1..words.len() {
            let tail = &words[start..];
            if tail[0].chars().count() >= 4 {
                self.push(reference, tail.to_vec(), Some(words[start - 1].clone()));
            }
        }
        self.push(reference, words, None);
    }

    /// Looks for the name of somebody whom the record does not know.
    pub(crate) fn leave_out(&mut self, name: &str) {
        self.add("", name);
        self.mark_left_out();
    }

    /// Looks for all names so far as for those of people whom a record does not know, and never for a
    /// family name alone.
    pub(crate) fn leave_out_full(&mut self) {
        for pattern in self.patterns.values_mut().flatten() {
            pattern.alone = false;
        }
        self.mark_left_out();
    }

    fn mark_left_out(&mut self) {
        for pattern in self.patterns.values_mut().flatten() {
            if pattern.token == "{}" {
                "[name left out]".clone_into(&mut pattern.token);
            }
        }
    }

    fn push(&mut self, reference: &str, words: Vec<String>, family: Option<String>) {
        let letters: usize = words.iter().map(|w| w.chars().count()).sum();
        let Some(first) = words.first().filter(|_| letters >= 4) else {
            return;
        };
        let initial = first.chars().next().unwrap_or(' ');
        let patterns = self.patterns.entry(first.clone()).or_default();
        let token = format!("{{{reference}}}");
        let mut alone = true;
        for other in patterns.iter_mut().filter(|p| p.words == words) {
            let same = reference.is_empty() || other.token == token;
            if same || family.is_none() || other.family.is_none() {
                return;
            }
            // Whom a name means that two of them have is not to be guessed.
            other.alone = false;
            alone = false;
        }
        self.scripts |= script(initial);
        if initial.is_ascii() {
            self.initials |= 1 << u32::from(initial);
        }
        self.families |= family.is_some();
        patterns.push(Pattern { words, token, family, alone });
        patterns.sort_by_key(|p| std::cmp::Reverse(p.words.len()));
    }

    /// The folded words of all full names, which must not stand in an id.
    pub(crate) fn words(&self) -> Vec<String> {
        let patterns = self.patterns.values().flatten();
        patterns.filter(|p| p.family.is_none()).flat_map(|p| p.words.iter().cloned()).collect()
    }

    /// Whether an address holds one of the full names.
    pub(crate) fn occur_in_address(&self, text: &str) -> bool {
        let words: Vec<String> = fold::words(text).collect();
        (0..words.len()).any(|at| {
            let patterns = self.patterns.get(&words[at]).into_iter().flatten();
            patterns.filter(|p| p.words.len() > 1).any(|p| words[at..].starts_with(&p.words))
        })
    }

    /// The text with every name replaced by its token; addresses are left alone.
    pub(crate) fn replace<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.replace_beside(&Self::default(), text)
    }

    /// The same, and the names of others, whom the record does not know, left out.
    pub(crate) fn replace_beside<'t>(&self, others: &Self, text: &'t str) -> Cow<'t, str> {
        if self.patterns.is_empty() && others.patterns.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut replaced = String::new();
        let mut copied = 0;
        let mut before = Before::Nothing;
        let mut at = 0;
        while let Some((start, end)) = next_word(text, at) {
            if is_address(text, start) {
                at = text[start..]
                    .find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | '\''))
                    .map_or(text.len(), |n| start + n);
                before = Before::Nothing;
                continue;
            }
            if let Some((from, stop, token)) = self.matched(others, text, start, end, before) {
                replaced.push_str(&text[copied..from]);
                replaced.push_str(token);
                copied = stop;
                at = stop;
                before = Before::Nothing;
            } else {
                if self.families || others.families {
                    before = Before::of(text, start, end);
                }
                at = end;
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        replaced.push_str(&text[copied..]);
        Cow::Owned(replaced)
    }

    fn matched<'n>(
        &'n self,
        others: &'n Self,
        text: &str,
        start: usize,
        end: usize,
        before: Before,
    ) -> Option<(usize, usize, &'n str)> {
        let first = text[start..].chars().next()?;
        if first.is_ascii() {
            let initials = self.initials | others.initials;
            if initials & (1 << u32::from(first.to_ascii_lowercase())) == 0 {
                return None;
            }
        } else if script(first) & (self.scripts | others.scripts) == 0 {
            return None;
        }
        let word = fold::fold(&text[start..end]);
        let of = |names: &'n Self| names.patterns.get(&word).map_or(&[][..], Vec::as_slice);
        let own = of(self);
        let unknown = of(others).iter().filter(|p| own.iter().all(|own| own.words != p.words));
        let mut patterns: Vec<&Pattern> = own.iter().chain(unknown).collect();
        patterns.sort_by_key(|p| std::cmp::Reverse(p.words.len()));
        patterns.into_iter().find_map(|pattern| {
            let from = match &pattern.family {
                None => start,
                Some(_) if first.is_lowercase() => return None,
                Some(given) => {
                    let from = before.where_it_begins(text, start, given)?;
                    if from == start && !pattern.alone {
                        return None;
                    }
                    from
                }
            };
            let mut stop = end;
            for wanted in &pattern.words[1..] {
                let (next, next_end) = next_word(text, stop)?;
                let between = &text[stop..next];
                let near = between.len() <= 4
                    && between
                        .chars()
                        .all(|c| c.is_whitespace() || matches!(c, '-' | '.' | '\'' | '’' | '‑'));
                if !near || fold::fold(&text[next..next_end]) != *wanted {
                    return None;
                }
                stop = next_end;
            }
            Some((from, stop, pattern.token.as_str()))
        })
    }
}

/// The word before, as far as it matters.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Plain,
    Name { start: usize, end: usize },
}

impl Before {
    fn of(text: &str, start: usize, end: usize) -> Self {
        let word = &text[start..end];
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        if !capital || TITLES.contains(&word.to_lowercase().as_str()) {
            Self::Plain
        } else {
            Self::Name { start, end }
        }
    }

    /// Where a family name at `start` begins, a given name spelt another way included; `None` where
    /// it is part of somebody else's name.
    fn where_it_begins(self, text: &str, start: usize, given: &str) -> Option<usize> {
        let Self::Name { start: from, end } = self else {
            return Some(start);
        };
        let between = &text[end..start];
        if is_spelling(&fold::fold(&text[from..end]), given) && matches!(between, " " | ". " | ".")
        {
            return Some(from);
        }
        let apart = !between.trim_matches(' ').is_empty() && between != "-";
        apart.then_some(start)
    }
}

/// Whether a given name is an initial or another spelling of one that is known.
fn is_spelling(word: &str, given: &str) -> bool {
    let letters = word.chars().count();
    let near = match letters.min(given.chars().count()) {
        0..4 => 0,
        4..6 => 1,
        _ => 2,
    };
    (letters == 1 && given.starts_with(word)) || strsim::levenshtein(word, given) <= near
}

/// The next word, found byte by byte where the text is ASCII: texts are long and many.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut start = None;
    let mut at = from;
    while at < bytes.len() {
        let (inside, length) = if bytes[at].is_ascii() {
            (bytes[at].is_ascii_alphanumeric(), 1)
        } else {
            let c = text[at..].chars().next()?;
            (is_word_char(c), c.len_utf8())
        };
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(start), false) => return Some((start, at)),
            _ => {}
        }
        at += length;
    }
    start.map(|start| (start, bytes.len()))
}

fn is_word_char(c: char) -> bool {
    match c {
        // The letters of the six languages, so that the large tables are rarely asked.
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ' | 'Ѐ'..='ҁ' | 'ؠ'..='\u{652}' | '\u{300}'..='\u{36f}' => {
            true
        }
        c => c.is_alphanumeric(),
    }
}

fn is_address(text: &str, start: usize) -> bool {
    let rest = &text.as_bytes()[start..];
    rest.starts_with(b"http://") || rest.starts_with(b"https://") || rest.starts_with(b"www.")
}

fn script(c: char) -> u8 {
    match u32::from(c) {
        0..0x250 | 0x1E00..0x1F00 => 1,
        0x400..0x530 => 2,
        0x600..0x780 => 4,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.add("P1", "Ána Gözləm");
        names.add("P1", "Anna Gozlem");
        names.add("P2", "Bo Li");
        names
    }

    #[test]
    fn replaces_whole_names_whatever_their_marks_and_case() {
        assert_eq!(
            names().replace("ANA GOZLAM’s office; Anna Gozlem; Ana  Gözləm."),
            "{P1}’s office; {P1}; {P1}."
        );
        assert_eq!(names().replace("Anagozlam is another word"), "Anagozlam is another word");
    }

    #[test]
    fn replaces_a_family_name_alone_but_not_in_another_name() {
        assert_eq!(names().replace("Mr. Gözləm and Gozlem"), "Mr. {P1} and {P1}");
        assert_eq!(names().replace("Lena Gozlem spoke"), "Lena Gozlem spoke");
        assert_eq!(names().replace("the gozlem of words"), "the gozlem of words");
    }

    #[test]
    fn leaves_a_family_name_that_two_people_share() {
        let mut names = Names::default();
        names.add("P1", "Yousuf Gozlem");
        names.add("P2", "Karim Gozlem");
        assert_eq!(names.replace("Mr. Gozlem, K. Gozlem, Yusuf Gozlem"), "Mr. Gozlem, {P2}, {P1}");
    }

    #[test]
    fn tells_its_own_people_from_those_of_other_records() {
        let mut own = Names::default();
        own.add("P1", "Ana Ruiz");
        let mut others = Names::default();
        for name in ["Ana Ruiz", "Bo Lindt", "Ruiz Lopez", "Ana Ruiz Prado"] {
            others.add("", name);
        }
        others.leave_out_full();
        assert_eq!(
            own.replace_beside(
                &others,
                "Free Ruiz, Bo Lindt, Ruiz Lopez and Ana Ruiz Prado, not Lindt"
            ),
            "Free {P1}, [name left out], [name left out] and [name left out], not Lindt"
        );
    }

    #[test]
    fn replaces_other_spellings_of_the_given_name() {
        let mut names = Names::default();
        names.add("P1", "Yousuf Gozlem");
        assert_eq!(names.replace("Yusuf Gozlem, Y. Gozlem, Yousuf Gözlem"), "{P1}, {P1}, {P1}");
        assert_eq!(names.replace("Karim Gozlem"), "Karim Gozlem");
    }

    #[test]
    fn leaves_addresses_and_short_names_alone() {
        let text = "[x](https://example.org/ana-gozlam) Li";
        assert_eq!(names().replace(text), text);
        assert!(names().occur_in_address("https://example.org/ana-gozlam"));
    }

    #[test]
    fn replaces_arabic_and_cyrillic_names() {
        let mut names = Names::default();
        names.add_full("P1", "أحمد سالم");
        names.add_full("P2", "Иван Семёнов");
        assert_eq!(names.replace("قال احمد سالم"), "قال {P1}");
        assert_eq!(names.replace("ИВАН СЕМЕНОВ сказал"), "{P2} сказал");
    }
}
