//! Sentences and their words.

/// A word of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) lower: String,
    /// Whether it stands within a quotation, where others speak.
    pub(crate) quoted: bool,
}

/// A sentence of a paragraph.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) words: Vec<Word>,
    pub(crate) paragraph: usize,
}

impl Sentence {
    pub(crate) fn new(text: &str, paragraph: usize) -> Self {
        Self { text: text.trim().to_owned(), words: words(text.trim()), paragraph }
    }

    /// A word as it is written.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |w| &self.text[w.start..w.end])
    }

    /// A word in lower case.
    pub(crate) fn lower(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |w| &w.lower)
    }

    /// What stands between a word and the next.
    pub(crate) fn gap(&self, index: usize) -> &str {
        match (self.words.get(index), self.words.get(index + 1)) {
            (Some(word), Some(next)) => &self.text[word.end..next.start],
            (Some(word), None) => &self.text[word.end..],
            _ => "",
        }
    }

    /// Where a sequence of lower-case words begins.
    pub(crate) fn find(&self, sequence: &[&str]) -> Option<usize> {
        (0..self.words.len()).find(|at| self.has_at(*at, sequence))
    }

    pub(crate) fn has_at(&self, at: usize, sequence: &[&str]) -> bool {
        sequence.iter().enumerate().all(|(offset, word)| self.lower(at + offset) == *word)
    }

    pub(crate) fn is_capital(&self, index: usize) -> bool {
        self.word(index).chars().next().is_some_and(char::is_uppercase)
    }
}

/// The sentences of a text, paragraph by paragraph.
pub(crate) fn sentences(plain: &str) -> Vec<Sentence> {
    plain
        .split("\n\n")
        .enumerate()
        .flat_map(|(paragraph, text)| {
            split(text).into_iter().map(move |sentence| Sentence::new(sentence, paragraph))
        })
        .filter(|sentence| !sentence.words.is_empty())
        .collect()
}

fn split(paragraph: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, c) in paragraph.char_indices() {
        if !matches!(c, '.' | '!' | '?' | '؟') {
            continue;
        }
        let rest =
            paragraph[at + c.len_utf8()..].trim_start_matches(['”', '"', '’', ')', '»', '_']);
        let next = rest.trim_start();
        let begins = rest.len() > next.len()
            && next
                .chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || matches!(c, '“' | '"' | '«' | '['));
        if begins && !is_abbreviation(&paragraph[start..at]) {
            let end = paragraph.len() - rest.len();
            sentences.push(&paragraph[start..end]);
            start = end;
        }
    }
    sentences.push(&paragraph[start..]);
    sentences
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
    word.chars().filter(|c| c.is_alphabetic()).count() <= 1 && word.chars().any(char::is_alphabetic)
        || word.contains('.')
        || matches!(word, "Mr" | "Ms" | "Mrs" | "Dr" | "Prof" | "St" | "No")
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '“' | '«' => quoted = true,
            '”' | '»' => quoted = false,
            '"' => quoted = !quoted,
            _ => {}
        }
        if !c.is_alphanumeric() {
            at += c.len_utf8();
            continue;
        }
        let mut end = at;
        let mut chars = text[at..].char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let inner = c == '-' && chars.peek().is_some_and(|(_, c)| c.is_alphanumeric());
            if !c.is_alphanumeric() && !inner {
                break;
            }
            end = at + offset + c.len_utf8();
        }
        words.push(Word { start: at, end, lower: text[at..end].to_lowercase(), quoted });
        at = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_sentences_but_not_initials() {
        let found: Vec<String> =
            sentences("Mr. A.S. Bo left. “Why?” asked X. Then\nnothing.\n\nNew one")
                .into_iter()
                .map(|s| s.text)
                .collect();
        assert_eq!(found, ["Mr. A.S. Bo left.", "“Why?” asked X. Then\nnothing.", "New one"]);
    }

    #[test]
    fn knows_what_is_quoted() {
        let sentence = Sentence::new("He said “no harm” to MOE-Gt’s staff", 0);
        let quoted: Vec<&str> = (0..sentence.words.len())
            .filter(|i| sentence.words[*i].quoted)
            .map(|i| sentence.word(i))
            .collect();
        assert_eq!(quoted, ["no", "harm"]);
        assert_eq!(sentence.word(5), "MOE-Gt");
    }
}
