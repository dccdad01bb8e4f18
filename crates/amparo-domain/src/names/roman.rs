//! Names in one script and one spelling, so that two writings of one name can be compared.
//!
//! A small table, not a standard of transliteration: it writes Cyrillic and Arabic letters as the Latin
//! ones by which they are most often rendered, and then takes together what the spellings of a name
//! differ in: doubled letters, `kh` and `h`, `y` and `i`, `ph` and `f`. It has no Georgian, Armenian,
//! Greek, Hebrew, Indic or East Asian letters: names in those match only as they are written. It reads
//! every `c` and `x` alike whatever the language, and Arabic without its short vowels, so that words
//! of Arabic script are compared by their consonants.

use crate::fold;

/// The words of a name as they are compared.
pub(super) fn words(name: &str) -> Vec<String> {
    let words = fold::words(name).map(|word| plain(&romanised(without_article(&word))));
    words.filter(|word| !word.is_empty()).collect()
}

/// The Arabic article is written with its word, and in Latin letters mostly apart from it.
fn without_article(word: &str) -> &str {
    word.strip_prefix("ال").filter(|rest| rest.chars().count() >= 3).unwrap_or(word)
}

/// The consonants of a word.
pub(super) fn consonants(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')).collect()
}

/// A folded word in Latin letters; what the table does not know stays.
fn romanised(word: &str) -> String {
    let mut roman = String::with_capacity(word.len());
    for c in word.chars() {
        let latin = match c {
            'а' | 'ә' | 'ا' => "a",
            'б' | 'ب' => "b",
            'в' | 'ڤ' => "v",
            'г' | 'ґ' | 'ғ' | 'غ' | 'گ' => "g",
            'д' | 'د' | 'ض' => "d",
            'е' | 'э' | 'є' => "e",
            'ж' | 'ژ' | 'ج' | 'ҷ' | 'ҹ' => "j",
            'з' | 'ز' | 'ذ' | 'ظ' => "z",
            'и' | 'й' | 'і' | 'ї' | 'ы' | 'ј' | 'ي' => "i",
            'к' | 'қ' | 'ҡ' | 'ق' | 'ك' => "k",
            'л' | 'ل' => "l",
            'м' | 'م' => "m",
            'н' | 'ң' | 'ن' => "n",
            'о' | 'ө' => "o",
            'п' | 'پ' => "p",
            'р' | 'ر' => "r",
            'с' | 'س' | 'ص' | 'ث' => "s",
            'т' | 'ت' | 'ط' => "t",
            'у' | 'ў' | 'ү' | 'ұ' | 'و' => "u",
            'ф' | 'ف' => "f",
            'х' | 'ҳ' | 'һ' | 'ح' | 'خ' | 'ه' => "h",
            'ц' => "ts",
            'ч' | 'چ' => "ch",
            'ш' | 'щ' | 'ش' => "sh",
            'ю' => "iu",
            'я' => "ia",
            'ъ' | 'ь' | 'ع' | 'ء' => "",
            other => {
                roman.push(other);
                continue;
            }
        };
        roman.push_str(latin);
    }
    roman
}

/// A word of Latin letters without what spellings differ in.
fn plain(word: &str) -> String {
    const TOGETHER: [(&str, &str); 20] = [
        ("sch", "s"),
        ("tch", "c"),
        ("dzh", "j"),
        ("kh", "h"),
        ("gh", "g"),
        ("zh", "j"),
        ("dj", "j"),
        ("ch", "c"),
        ("sh", "s"),
        ("ph", "f"),
        ("th", "t"),
        ("ck", "k"),
        ("ts", "c"),
        ("tz", "c"),
        ("ou", "u"),
        ("oo", "u"),
        ("ee", "i"),
        ("ye", "e"),
        ("x", "h"),
        ("q", "k"),
    ];
    let mut plain = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let together = TOGETHER.iter().find(|(written, _)| rest.starts_with(written));
        let (written, read) = together.copied().unwrap_or((&rest[..c.len_utf8()], ""));
        let mut letter = [0; 4];
        let read = match (read, c) {
            ("", 'y') => "i",
            ("", 'w') => "v",
            ("", c) => c.encode_utf8(&mut letter),
            (read, _) => read,
        };
        // A doubled letter is one.
        if !plain.ends_with(read) {
            plain.push_str(read);
        }
        rest = &rest[written.len()..];
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_one_name_in_one_way() {
        for (one, other) in [
            ("Mammadli", "Mamadli"),
            ("Мамадли", "Mamadli"),
            ("Yuliya", "Юлия"),
            ("Khadija", "Xadija"),
            ("Ruiz", "ruiz"),
            ("Шевченко", "Shevchenko"),
            ("Joseph", "Josef"),
        ] {
            assert_eq!(words(one), words(other), "{one} {other}");
        }
        assert_eq!(consonants(&words("محمد")[0]), consonants(&words("Mohammed")[0]));
        assert_eq!(words("ნინო 7"), ["ნინო", "7"]);
    }
}
