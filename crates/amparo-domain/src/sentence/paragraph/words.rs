//! What stands in a paragraph beside the labels of the reference data, in six languages.

use super::BorneOut;
use crate::language::Language;

pub(super) fn at_least(language: Language, count: &str) -> String {
    match language {
        Language::En => format!("at least {count}"),
        Language::Es => format!("al menos {count}"),
        Language::Fr => format!("au moins {count}"),
        Language::Pt => format!("pelo menos {count}"),
        Language::Ru => format!("не менее {count}"),
        Language::Ar => format!("{count} على الأقل"),
    }
}

pub(super) const fn borne_out(language: Language, how: BorneOut) -> &'static str {
    let [ar, en, es, fr, pt, ru] = match how {
        BorneOut::ByOneSource => [
            "أفاد به مصدر واحد",
            "reported by one source",
            "informado por una sola fuente",
            "signalé par une seule source",
            "relatado por uma única fonte",
            "по данным одного источника",
        ],
        BorneOut::Reported => {
            ["أُفيد به", "reported", "informado", "signalé", "relatado", "по сообщениям"]
        }
        BorneOut::Confirmed => {
            ["مؤكد", "confirmed", "confirmado", "confirmé", "confirmado", "подтверждено"]
        }
        BorneOut::Disputed => {
            ["محل خلاف", "disputed", "controvertido", "contesté", "contestado", "оспаривается"]
        }
    };
    pick(language, [ar, en, es, fr, pt, ru])
}

pub(super) const fn organization_word(language: Language) -> &'static str {
    pick(
        language,
        ["المنظمة", "organization", "organización", "organisation", "organização", "организация"],
    )
}

pub(super) const fn affected_word(language: Language) -> &'static str {
    pick(
        language,
        [
            "المتضررون",
            "people affected",
            "personas afectadas",
            "personnes touchées",
            "pessoas afetadas",
            "пострадавшие",
        ],
    )
}

pub(super) const fn actor_word(language: Language) -> &'static str {
    pick(
        language,
        [
            "الفاعلون المزعومون",
            "alleged perpetrators",
            "presuntos autores",
            "auteurs présumés",
            "alegados autores",
            "предполагаемые исполнители",
        ],
    )
}

pub(super) const fn custody_word(language: Language) -> &'static str {
    pick(
        language,
        [
            "حالة الاحتجاز",
            "custody",
            "situación de custodia",
            "situation de détention",
            "situação de custódia",
            "содержание под стражей",
        ],
    )
}

pub(super) const fn confirmed_word(language: Language) -> &'static str {
    pick(
        language,
        [
            "آخر تأكيد",
            "last confirmed",
            "última confirmación",
            "dernière confirmation",
            "última confirmação",
            "последнее подтверждение",
        ],
    )
}

const fn pick(language: Language, words: [&'static str; 6]) -> &'static str {
    let [ar, en, es, fr, pt, ru] = words;
    match language {
        Language::Ar => ar,
        Language::En => en,
        Language::Es => es,
        Language::Fr => fr,
        Language::Pt => pt,
        Language::Ru => ru,
    }
}

pub(super) fn labelled(language: Language, label: &str, value: &str) -> String {
    let colon = if language == Language::Fr { "\u{a0}: " } else { ": " };
    format!("{label}{colon}{value}")
}

pub(super) const fn semicolon(language: Language) -> &'static str {
    match language {
        Language::Fr => "\u{a0}; ",
        Language::Ar => "\u{61b} ",
        _ => "; ",
    }
}

/// Words in a row, the last one joined by "and".
pub(super) fn and(language: Language, words: &[String]) -> String {
    let and = match language {
        Language::En => " and ",
        Language::Es => " y ",
        Language::Fr => " et ",
        Language::Pt => " e ",
        Language::Ru => " и ",
        Language::Ar => " و",
    };
    let comma = if language == Language::Ar { "، " } else { ", " };
    match words {
        [] => String::new(),
        [one] => one.clone(),
        // "y" is "e" before a word that begins with its sound.
        [most @ .., last] if language == Language::Es && begins_with_i(last) => {
            format!("{} e {last}", most.join(comma))
        }
        [most @ .., last] => format!("{}{and}{last}", most.join(comma)),
    }
}

fn begins_with_i(word: &str) -> bool {
    let folded = crate::fold::fold(word);
    (folded.starts_with('i') || folded.starts_with("hi")) && !folded.starts_with("hie")
}

/// A label within a sentence: it begins small.
pub(super) fn small(label: &str) -> String {
    let mut chars = label.chars();
    let Some(first) = chars.next() else { return String::new() };
    // An acronym stays one.
    if chars.clone().next().is_some_and(char::is_uppercase) {
        return label.to_owned();
    }
    first.to_lowercase().chain(chars).collect()
}
