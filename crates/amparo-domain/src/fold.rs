//! The one table by which text is folded before it is indexed, asked for or compared.
//!
//! Both databases get words that were folded here, because their own folding disagrees
//! (`lower('Ə')` does nothing on SQLite). The table: compatibility decomposition without marks,
//! lower case, and the letters below that decomposition leaves alone.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, is_nfc_quick};

/// Words longer than this many characters are cut, so that a hostile text cannot bloat an index.
pub const WORD_LIMIT: usize = 64;

/// Folds case, marks and letter variants: `Gözləmə` and `gozlama` become the same text.
///
/// ```
/// assert_eq!(amparo_domain::fold::fold("Gözləmə"), "gozlama");
/// assert_eq!(amparo_domain::fold::fold("ОБЪЕДИНЁННЫЙ"), "объединенный");
/// assert_eq!(amparo_domain::fold::fold("المراقبةُ"), "المراقبه");
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        for c in text.chars() {
            match c {
                c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
                c => c.to_lowercase().for_each(|c| fold_char(c, &mut folded)),
            }
        }
        return folded;
    }
    for c in text.nfc().flat_map(char::to_lowercase) {
        fold_char(c, &mut folded);
    }
    folded
}

/// The folded words of a text, in order, each cut at [`WORD_LIMIT`] characters.
///
/// ```
/// let words: Vec<_> = amparo_domain::fold::words("L’École, 2024!").collect();
/// assert_eq!(words, ["l", "ecole", "2024"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| match word.char_indices().nth(WORD_LIMIT) {
            Some((end, _)) => word[..end].to_owned(),
            None => word.to_owned(),
        })
        .collect::<Vec<String>>()
        .into_iter()
}

/// The folded words joined by single spaces: two names are the same when their keys are.
pub fn key(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

fn fold_char(c: char, into: &mut String) {
    match c {
        c if c.is_ascii() => into.push(c),
        'ə' | 'ǝ' => into.push('a'),
        'ı' => into.push('i'),
        'ø' => into.push('o'),
        'đ' | 'ð' => into.push('d'),
        'ł' => into.push('l'),
        'ß' => into.push_str("ss"),
        'æ' => into.push_str("ae"),
        'œ' => into.push_str("oe"),
        'þ' => into.push_str("th"),
        'أ' | 'إ' | 'آ' | 'ٱ' => into.push('ا'),
        'ى' | 'ی' | 'ئ' => into.push('ي'),
        'ؤ' => into.push('و'),
        'ک' => into.push('ك'),
        'ة' => into.push('ه'),
        'ـ' | '\u{200c}' | '\u{200d}' => {}
        // Letters that no decomposition changes, so that most of a text needs none, and й, ї and ў, which
        // it would make others.
        'ї' | 'ў' | 'а'..='я' | 'ا'..='ي' => into.push(c),
        '٠'..='٩' => into.push(ascii_digit(c, '٠')),
        '۰'..='۹' => into.push(ascii_digit(c, '۰')),
        c => {
            for part in std::iter::once(c).nfkd().flat_map(char::to_lowercase) {
                match part {
                    // Presentation forms and the like fall apart into letters of the table above.
                    part if part != c => fold_char(part, into),
                    part if is_combining_mark(part) => {}
                    part => into.push(part),
                }
            }
        }
    }
}

fn ascii_digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_the_letters_of_the_six_languages() {
        for (text, folded) in [
            ("Ítélet Ñandú Çağ", "itelet nandu cag"),
            ("İSTANBUL ışık", "istanbul isik"),
            ("Наблюдатель ещё", "наблюдатель еще"),
            ("إنتخابات ــ مُراقِب", "انتخابات  مراقب"),
            ("São Tomé e Príncipe", "sao tome e principe"),
            ("Straße Æsir", "strasse aesir"),
            ("٢٠٢٤ ۲۰۲۴", "2024 2024"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn composed_and_decomposed_text_fold_alike() {
        assert_eq!(fold("e\u{301}cole й"), fold("école и\u{306}"));
    }

    #[test]
    fn letters_taken_as_they_are_are_what_decomposition_leaves() {
        for c in ('а'..='я').chain('ا'..='ي') {
            let mut folded = String::new();
            fold_char(c, &mut folded);
            if folded == c.to_string() {
                let parts: Vec<char> = std::iter::once(c).nfkd().collect();
                assert!(parts == [c] || matches!(c, 'й'), "{c} falls apart into {parts:?}");
            }
        }
    }

    #[test]
    fn cuts_a_hostile_word() {
        assert_eq!(words(&"a".repeat(1_000)).next().map(|w| w.len()), Some(WORD_LIMIT));
    }
}
