//! Which passwords are taken: long ones that nobody tries first. Nothing else is asked of them, no
//! digit, no sign, no change after a while.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::fold::fold;

/// The fewest characters.
pub const SHORTEST: usize = 12;
/// The most characters.
pub const LONGEST: usize = 128;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It is too short.
    #[error("shorter than {SHORTEST} characters")]
    Short,
    /// It is too long.
    #[error("longer than {LONGEST} characters")]
    Long,
    /// It is one of those that are tried first.
    #[error("is one of those that are tried first: take several words that do not belong together")]
    Common,
    /// It holds the login or the network.
    #[error("holds your login or the name of the network")]
    Own,
}

/// Folded words and whole passwords that are tried first.
static COMMON: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../data/common_passwords.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.flat_map(|line| [fold(line), letters(&fold(line))]).collect()
});

/// Whether a password is taken, and why not. `own` is what an attacker knows of its owner: the login,
/// the network.
pub fn check(password: &str, own: &[&str]) -> Result<(), WeakPassword> {
    match password.chars().count() {
        ..SHORTEST => return Err(WeakPassword::Short),
        SHORTEST..=LONGEST => {}
        _ => return Err(WeakPassword::Long),
    }
    let folded = fold(password);
    let own = own.iter().map(|own| fold(own)).filter(|own| own.chars().count() >= 3);
    if own.into_iter().any(|own| folded.contains(&own)) {
        return Err(WeakPassword::Own);
    }
    let read = unleet(&folded);
    let common = COMMON.contains(&folded)
        || is_run(&folded)
        || is_made_of_common_words(&letters(&folded))
        || is_made_of_common_words(&letters(&read))
        || COMMON.contains(&letters(&read));
    if common { Err(WeakPassword::Common) } else { Ok(()) }
}

/// What is left without digits and signs.
fn letters(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphabetic()).collect()
}

/// Digits and signs that stand for letters, as those.
fn unleet(folded: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    folded.chars().map(letter).collect()
}

/// Whether it is one short piece again and again, or one character after the other of the alphabet or
/// the digits.
fn is_run(folded: &str) -> bool {
    let chars: Vec<char> = folded.chars().collect();
    let repeats =
        (1..=4).any(|period| chars.iter().zip(&chars[period..]).all(|(one, other)| one == other));
    let next = |one: char, other: char| {
        u32::from(one).abs_diff(u32::from(other)) <= 1 || (one == '9' && other == '0')
    };
    repeats || chars.windows(2).all(|pair| next(pair[0], pair[1]))
}

/// Whether a text is nothing but words that are tried first; the empty text is.
fn is_made_of_common_words(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    // Up to where words can reach.
    let mut reached = vec![false; chars.len() + 1];
    reached[0] = true;
    for start in 0..chars.len() {
        if !reached[start] {
            continue;
        }
        for end in start + 1..=chars.len().min(start + 30) {
            let word: String = chars[start..end].iter().collect();
            reached[end] |= COMMON.contains(&word);
        }
    }
    reached[chars.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_tried_first() {
        for password in [
            "password1234",
            "P@ssw0rd-2024!",
            "Passwort12345",
            "qwertyuiop[]",
            "QWERTYqwerty1",
            "123456789012",
            "111111111111",
            "abcdefghijkl",
            "abcabcabcabcabc",
            "1q2w3e4r5t6y",
            "correct horse battery staple",
            "CorrectHorseBatteryStaple",
            "Election-2026!",
            "Amparo Observer 1",
            "пароль123456",
            "Contraseña2026",
            "iloveyouiloveyou",
            "------------",
            "trustno1trustno1",
            "Welcome2Amparo",
            "كلمة المرور ١٢",
        ] {
            assert_eq!(check(password, &[]), Err(WeakPassword::Common), "{password}");
        }
    }

    #[test]
    fn takes_what_is_long_and_nobodys_first_try() {
        for password in [
            "a lamp under the seventh stair",
            "vgtqzmoyrwxl",
            "kettle-orbit-mustard",
            "Şəhərdə yağış yağır",
            "mango trombone 77",
        ] {
            assert_eq!(check(password, &["rosa", "north"]), Ok(()), "{password}");
        }
    }

    #[test]
    fn refuses_what_is_too_short_too_long_or_their_own() {
        assert_eq!(check("elevenchars", &[]), Err(WeakPassword::Short));
        assert_eq!(check(&"ab c".repeat(33), &[]), Err(WeakPassword::Long));
        let own = ["Rosa.Parks", "north-watch"];
        assert_eq!(check("my ROSA.parks kettle", &own), Err(WeakPassword::Own));
        assert_eq!(check("kettle NORTH-WATCH lamp", &own), Err(WeakPassword::Own));
    }
}
