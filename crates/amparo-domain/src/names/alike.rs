//! Whether two writings may be one name: a suggestion for a person, never a decision.

use super::{ordinary, roman};

/// How like two names are, from 0 to 1, whatever their scripts, the order of their words and the
/// words that only one of them has. A single word in common says little and stays below one half.
///
/// ```
/// use amparo_domain::names::alike;
/// assert!(alike("Ana Ruiz Prado", "Ruiz, Anna") > 0.9);
/// assert!(alike("Анна Шевченко", "Ana Shevchenko") > 0.75);
/// assert!(alike("Ana Ruiz", "Ana Lopez") < 0.5);
/// ```
pub fn alike(one: &str, other: &str) -> f64 {
    let (one, other) = (telling(one), telling(other));
    // In one order, whichever is asked of the other.
    let first = (one.len(), &one) <= (other.len(), &other);
    let (few, mut many) = if first { (one, other) } else { (other, one) };
    let (mut sum, mut matched, mut whole) = (0.0, 0_usize, 0_usize);
    for word in &few {
        let mut best = (0.0, 0);
        for (at, candidate) in many.iter().enumerate() {
            let like = word_alike(word, candidate);
            if like > best.0 {
                best = (like, at);
            }
        }
        if best.0 > 0.0 {
            let other = many.swap_remove(best.1);
            sum += best.0;
            matched += 1;
            whole += usize::from(word.chars().count() > 1 && other.chars().count() > 1);
        }
    }
    let (matched, of) = (share(matched), share(few.len()));
    if matched < 1.0 || whole == 0 {
        return 0.0;
    }
    if matched < 2.0 {
        // "Ana" may be any Ana; one word of two is a namesake.
        return if of < 2.0 { 0.45 * sum } else { 0.0 };
    }
    // Of three words or more, one may be another: a patronymic, a second family name.
    if matched + 1.0 < of || matched * 3.0 < of * 2.0 {
        return 0.0;
    }
    sum / matched * if matched < of { 0.85 } else { 1.0 }
}

/// The words of a name that tell somebody: no titles and particles, unless there is nothing else.
fn telling(name: &str) -> Vec<String> {
    let told: Vec<String> = crate::fold::words(name)
        .filter(|word| !ordinary::is_ordinary(word))
        .flat_map(|word| roman::words(&word))
        .collect();
    if told.is_empty() { roman::words(name) } else { told }
}

fn word_alike(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let (long, short) = (one.chars().count(), other.chars().count());
    let (long, short) = (long.max(short), long.min(short));
    if short == 1 {
        return if one.chars().next() == other.chars().next() { 0.7 } else { 0.0 };
    }
    let written = strsim::normalized_damerau_levenshtein(one, other);
    if short >= 5 && written >= 0.8 {
        return written;
    }
    let (one_bones, other_bones) = (roman::consonants(one), roman::consonants(other));
    let enough = match one_bones.chars().count() {
        0 | 1 => false,
        2 => one.chars().next() == other.chars().next() && long - short <= 2,
        _ => true,
    };
    if enough && one_bones == other_bones { 0.85 } else { 0.0 }
}

/// How like two titles or names of organizations are, from 0 to 1: the share of their words that both
/// have, spelled as names are compared.
pub fn words_alike(one: &str, other: &str) -> f64 {
    let (one, mut other) = (roman::words(one), roman::words(other));
    let all = one.len() + other.len();
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let mut common = 0;
    for word in &one {
        if let Some(at) = other.iter().position(|candidate| candidate == word) {
            other.swap_remove(at);
            common += 1;
        }
    }
    2.0 * share(common) / share(all)
}

fn share(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_one_name_in_several_writings() {
        for (one, other) in [
            ("Ana Gözləmli", "Ana Gozlamly"),
            ("Zorabeth Quillfeather", "Zorabeth Quilfeather"),
            ("Zorabeth Quillfeather", "Quillfeather Z."),
            ("Dr. Zorabeth von Quillfeather", "zorabeth quillfeather"),
            ("Наталья Шевченко", "Natalia Shevchenko"),
            ("Ахмед Мухаммадов", "Ahmad Muhammadov"),
            ("محمد الحسن", "Mohammed Al-Hassan"),
            ("Ana Maria Ruiz", "Ana Ruiz"),
        ] {
            assert!(alike(one, other) >= 0.75, "{one} {other}: {}", alike(one, other));
        }
    }

    #[test]
    fn takes_no_namesake_for_the_same() {
        for (one, other) in [
            ("Ana Ruiz", "Ana Lopez"),
            ("Ana Ruiz", "Eva Ruiz"),
            ("Ana", "Ana Ruiz"),
            ("A. R.", "Ana Ruiz"),
            ("", "Ana Ruiz"),
            ("Dr. Ruiz", "Dr. Lopez"),
            ("Ali Karimov", "Vali Karimov"),
        ] {
            assert!(alike(one, other) < 0.75, "{one} {other}: {}", alike(one, other));
        }
    }
}
