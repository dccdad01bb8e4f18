//! Which of the six languages a text is written in, by its letters and its commonest words.

use amparo_domain::fold;
use amparo_domain::language::Language;

use super::markdown;

const WORDS: [(Language, &[&str]); 4] = [
    (
        Language::En,
        &[
            "the", "of", "and", "to", "in", "that", "for", "with", "on", "by", "is", "was",
            "their", "this", "from",
        ],
    ),
    (
        Language::Es,
        &[
            "el", "la", "los", "las", "de", "del", "y", "que", "en", "por", "para", "con", "una",
            "su", "al",
        ],
    ),
    (
        Language::Fr,
        &[
            "le", "la", "les", "des", "de", "du", "et", "que", "en", "dans", "pour", "une", "est",
            "par", "au",
        ],
    ),
    (
        Language::Pt,
        &[
            "o", "os", "as", "de", "do", "da", "e", "que", "em", "para", "com", "uma", "dos",
            "nao", "pela",
        ],
    ),
];

/// The language of a text; `None` where there is too little of it.
pub(crate) fn of(text: &str) -> Option<Language> {
    let count = |low: u32, high: u32| {
        text.chars().filter(|c| c.is_alphabetic() && (low..high).contains(&u32::from(*c))).count()
    };
    let (latin, cyrillic, arabic) = (count(0, 0x250), count(0x400, 0x530), count(0x600, 0x700));
    if latin + cyrillic + arabic < 8 {
        return None;
    }
    if arabic > latin.max(cyrillic) {
        return Some(Language::Ar);
    }
    if cyrillic > latin {
        return Some(Language::Ru);
    }
    let words: Vec<String> = fold::words(text).collect();
    let scored = WORDS.map(|(language, common)| {
        let hits = words.iter().filter(|w| common.contains(&w.as_str())).count();
        (hits, language)
    });
    let best = scored.iter().max_by_key(|(hits, _)| *hits)?;
    let rival =
        scored.iter().filter(|(_, language)| *language != best.1).map(|(hits, _)| *hits).max()?;
    (best.0 >= 2 && best.0 > rival).then_some(best.1)
}

/// A line that names the language of what follows: `(Français)`, `*\[español]*`.
pub(crate) fn marker(line: &str) -> Option<Language> {
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.chars().count() > 12 || !line.trim().starts_with(['(', '*', '\\', '[', '#', '_']) {
        return None;
    }
    Some(match fold::fold(bare).as_str() {
        "english" | "ingles" | "anglais" | "английскии" => Language::En,
        "espanol" | "spanish" | "espagnol" | "castellano" => Language::Es,
        "francais" | "french" | "frances" => Language::Fr,
        "portugues" | "portuguese" | "portugais" => Language::Pt,
        "русскии" | "русский" | "russian" | "ruso" | "russe" => Language::Ru,
        "العربيه" | "عربي" | "arabic" | "arabe" => Language::Ar,
        _ => return None,
    })
}

/// The parts of a text by language, as they follow each other, without marks.
pub(super) fn parts(body: &str) -> Vec<(Language, String)> {
    let mut parts: Vec<(Language, String)> = Vec::new();
    let mut marked = None;
    for paragraph in body.replace("\r\n", "\n").split("\n\n") {
        if let Some(language) = marker(paragraph.trim()) {
            marked = Some(language);
            continue;
        }
        let text = markdown::plain(paragraph);
        // A short paragraph, such as a name in a list, speaks the language of what is around it.
        let own = (text.chars().count() >= 80).then(|| of(&text)).flatten();
        let language = own.or(marked).or(parts.last().map(|(language, _)| *language));
        marked = marked.filter(|_| own.is_none());
        match (parts.last_mut(), language) {
            (Some((last, into)), Some(language)) if *last == language => {
                into.push_str("\n\n");
                into.push_str(&text);
            }
            (_, Some(language)) => parts.push((language, text)),
            (_, None) => {}
        }
    }
    if parts.is_empty() {
        let text = markdown::plain(body);
        parts.extend(of(&text).map(|language| (language, text)));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_six_languages() {
        for (text, language) in [
            ("The group was asked to leave, and this is the end of it.", Language::En),
            ("La red condena el arresto de los observadores en el país.", Language::Es),
            ("Le réseau condamne la détention des observateurs dans le pays.", Language::Fr),
            (
                "A rede condena a detenção dos observadores e não aceita o que foi feito em nome da lei.",
                Language::Pt,
            ),
            ("Сеть осуждает задержание наблюдателей", Language::Ru),
            ("تدين الشبكة اعتقال المراقبين", Language::Ar),
        ] {
            assert_eq!(of(text), Some(language), "{text}");
        }
        assert_eq!(of("2024"), None);
    }

    #[test]
    fn reads_marker_lines() {
        assert_eq!(marker("*\\[español]*"), Some(Language::Es));
        assert_eq!(marker("(Français)"), Some(Language::Fr));
        assert_eq!(marker("*\\[en español a continuación]*"), None);
        assert_eq!(marker("French"), None);
    }
}
