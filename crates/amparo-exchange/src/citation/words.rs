//! The words of citations in the six languages of the register.

use amparo_domain::language::Language;
use amparo_domain::sentence::{Plural, day, number, span};
use chrono::{Datelike as _, NaiveDate};

use super::{Figures, Subject};

/// What a citation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To quote what was said: pinned.
    Quoting,
    /// To point to the case: wherever it stands.
    Pointing,
}

/// The label of a citation, by what it is for.
pub const fn purpose(language: Language, purpose: Purpose) -> &'static str {
    match (purpose, language) {
        (Purpose::Quoting, Language::En) => "Quoting a fact? Use this",
        (Purpose::Quoting, Language::Es) => "¿Cita un hecho? Use esto",
        (Purpose::Quoting, Language::Fr) => "Vous citez un fait\u{a0}? Utilisez ceci",
        (Purpose::Quoting, Language::Pt) => "Cita um facto? Use isto",
        (Purpose::Quoting, Language::Ru) => "Цитируете факт? Используйте это",
        (Purpose::Quoting, Language::Ar) => "هل تستشهد بواقعة؟ استخدم هذا",
        (Purpose::Pointing, Language::En) => "Pointing people to the case? Use this",
        (Purpose::Pointing, Language::Es) => "¿Remite al caso? Use esto",
        (Purpose::Pointing, Language::Fr) => "Vous renvoyez au dossier\u{a0}? Utilisez ceci",
        (Purpose::Pointing, Language::Pt) => "Remete para o caso? Use isto",
        (Purpose::Pointing, Language::Ru) => "Отсылаете к делу? Используйте это",
        (Purpose::Pointing, Language::Ar) => "هل تُحيل القارئ إلى القضية؟ استخدم هذا",
    }
}

/// A mark behind what is written from left to right, so that digits and brackets after it do not run on with it. It is none of the
/// characters that turn a text.
pub(super) const fn turned(language: Language) -> &'static str {
    if matches!(language, Language::Ar) { "\u{200f}" } else { "" }
}

/// The comma between the parts of a citation.
pub(super) const fn comma(language: Language) -> &'static str {
    if matches!(language, Language::Ar) { "،" } else { "," }
}

/// The colon before a title.
pub(super) const fn colon(language: Language) -> &'static str {
    if matches!(language, Language::Fr) { "\u{a0}:" } else { ":" }
}

/// The marks around a title.
pub(super) const fn quotes(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::En => ("\"", "\""),
        Language::Fr => ("«\u{a0}", "\u{a0}»"),
        Language::Ar | Language::Es | Language::Pt | Language::Ru => ("«", "»"),
    }
}

/// `version 3`.
pub(super) fn version(language: Language, version: i32) -> String {
    let word = match language {
        Language::En | Language::Fr => "version",
        Language::Es => "versión",
        Language::Pt => "versão",
        Language::Ru => "версия",
        Language::Ar => "النسخة",
    };
    format!("{word} {version}")
}

/// The same at the beginning of something.
pub(super) fn version_first(language: Language, nth: i32) -> String {
    let text = version(language, nth);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// That the latest version is meant, whichever it is.
pub(super) const fn latest(language: Language) -> &'static str {
    match language {
        Language::En => "latest version",
        Language::Es => "última versión",
        Language::Fr => "dernière version",
        Language::Pt => "versão mais recente",
        Language::Ru => "последняя версия",
        Language::Ar => "أحدث نسخة",
    }
}

/// `list`, before the number of one.
pub(super) const fn list(language: Language) -> &'static str {
    match language {
        Language::En => "list",
        Language::Es | Language::Pt => "lista",
        Language::Fr => "liste",
        Language::Ru => "список",
        Language::Ar => "القائمة",
    }
}

/// `accessed 4 February 2026`.
pub(super) fn accessed(language: Language, on: NaiveDate) -> String {
    let on = day(language, on);
    match language {
        Language::En => format!("accessed {on}"),
        Language::Es => format!("consultado el {on}"),
        Language::Fr => format!("consulté le {on}"),
        Language::Pt => format!("acedido em {on}"),
        Language::Ru => format!("дата обращения: {on}"),
        Language::Ar => format!("اطُّلع عليه في {on}"),
    }
}

/// `as of 30 April 2026`.
pub(super) fn as_of(language: Language, on: NaiveDate) -> String {
    let on = day(language, on);
    match language {
        Language::En => format!("as of {on}"),
        Language::Es => format!("a fecha de {on}"),
        Language::Fr => format!("au {on}"),
        Language::Pt => format!("à data de {on}"),
        Language::Ru => format!("по состоянию на {on}"),
        Language::Ar => format!("حتى {on}"),
    }
}

/// `withdrawn on 6 May 2026: published by mistake`.
pub(super) fn withdrawn(language: Language, on: NaiveDate, class: &str) -> String {
    let on = day(language, on);
    let told = match language {
        Language::En => format!("withdrawn on {on}"),
        Language::Es => format!("retirado el {on}"),
        Language::Fr => format!("retiré le {on}"),
        Language::Pt => format!("retirado em {on}"),
        Language::Ru => format!("отозвано {on}"),
        Language::Ar => format!("سُحب في {on}"),
    };
    if class.is_empty() { told } else { format!("{told}{} {class}", colon(language)) }
}

/// A date as APA has it, the year first: `2026, February 3`.
pub(super) fn year_first(language: Language, on: NaiveDate) -> String {
    let (date, year) = (on.day(), on.year());
    let whole = day(language, on);
    // What stands between the day and the year is the month, with the words that the language puts around it.
    let rest = match language {
        Language::En => {
            let month = whole.split(' ').nth(1).unwrap_or_default();
            format!("{month} {date}")
        }
        Language::Es | Language::Pt => {
            whole.rsplit_once(" de ").map_or(whole.clone(), |(rest, _)| rest.to_owned())
        }
        Language::Fr | Language::Ar | Language::Ru => {
            let year = year.to_string();
            whole.split_once(&year).map_or(whole.clone(), |(rest, _)| rest.trim().to_owned())
        }
    };
    format!("{year}{} {rest}", comma(language))
}

/// `Retrieved February 4, 2026, from`, before the address of what changes.
pub(super) fn retrieved(language: Language, on: NaiveDate) -> String {
    let whole = day(language, on);
    match language {
        Language::En => {
            let month = whole.split(' ').nth(1).unwrap_or_default();
            format!("Retrieved {month} {}, {}, from", on.day(), on.year())
        }
        Language::Es => format!("Recuperado el {whole} de"),
        Language::Fr => format!("Consulté le {whole}, sur"),
        Language::Pt => format!("Recuperado em {whole}, de"),
        Language::Ru => format!("Дата обращения: {whole},"),
        Language::Ar => format!("استُرجع في {whole} من"),
    }
}

/// What kind of thing it is, as reference lists have it in square brackets.
pub(super) const fn kind(language: Language, subject: Subject) -> &'static str {
    let [ar, en, es, fr, pt, ru] = match subject {
        Subject::Record => [
            "سجل بيانات",
            "Data record",
            "Registro de datos",
            "Fiche de données",
            "Registo de dados",
            "Запись данных",
        ],
        Subject::Statement => {
            ["بيان", "Statement", "Declaración", "Déclaration", "Declaração", "Заявление"]
        }
        Subject::List(_) => [
            "قائمة مجمَّدة",
            "Frozen list",
            "Lista fija",
            "Liste figée",
            "Lista fixa",
            "Зафиксированный список",
        ],
        Subject::Count(_) => {
            ["إحصاء", "Count of records", "Recuento", "Décompte", "Contagem", "Подсчёт записей"]
        }
    };
    match language {
        Language::Ar => ar,
        Language::En => en,
        Language::Es => es,
        Language::Fr => fr,
        Language::Pt => pt,
        Language::Ru => ru,
    }
}

/// `17 incidents in 9 countries, January–October 2024`.
pub(super) fn figures(language: Language, figures: Figures) -> String {
    let mut text = incidents(language, figures.incidents);
    if let Some(countries) = figures.countries.filter(|_| figures.incidents > 0) {
        text = format!("{text} {}", in_countries(language, countries));
    }
    if let Some(period) = figures.period
        && let (Some(from), Some(to)) = (period.from, period.to)
    {
        text = format!("{text}{} {}", comma(language), span(language, from, to));
    }
    text
}

fn incidents(language: Language, n: u64) -> String {
    let (plural, many) = (Plural::of(language, n), number(language, n));
    let millions = plural == Plural::Many;
    match (language, plural) {
        (Language::En | Language::Fr, Plural::One) => format!("{many} incident"),
        (Language::Fr, _) if millions => format!("{many} d’incidents"),
        (Language::En | Language::Fr, _) => format!("{many} incidents"),
        (Language::Es | Language::Pt, Plural::One) => format!("{many} incidente"),
        (Language::Es | Language::Pt, _) if millions => format!("{many} de incidentes"),
        (Language::Es | Language::Pt, _) => format!("{many} incidentes"),
        (Language::Ru, Plural::One) => format!("{many} инцидент"),
        (Language::Ru, Plural::Few) => format!("{many} инцидента"),
        (Language::Ru, _) => format!("{many} инцидентов"),
        (Language::Ar, Plural::Zero) => "لا حوادث".to_owned(),
        (Language::Ar, Plural::One) => "حادثة واحدة".to_owned(),
        (Language::Ar, Plural::Two) => "حادثتان".to_owned(),
        (Language::Ar, Plural::Few) => format!("{many} حوادث"),
        (Language::Ar, Plural::Many) => format!("{many} حادثةً"),
        (Language::Ar, Plural::Other) => format!("{many} حادثة"),
    }
}

fn in_countries(language: Language, n: u64) -> String {
    let (plural, many) = (Plural::of(language, n), number(language, n));
    match (language, plural) {
        (Language::En, Plural::One) => "in 1 country".to_owned(),
        (Language::En, _) => format!("in {many} countries"),
        (Language::Es, Plural::One) => "en 1 país".to_owned(),
        (Language::Es, _) => format!("en {many} países"),
        (Language::Fr, _) => format!("dans {many} pays"),
        (Language::Pt, Plural::One) => "em 1 país".to_owned(),
        (Language::Pt, _) => format!("em {many} países"),
        (Language::Ru, Plural::One) => format!("в {many} стране"),
        (Language::Ru, _) => format!("в {many} странах"),
        (Language::Ar, Plural::One | Plural::Zero) => "في بلد واحد".to_owned(),
        (Language::Ar, Plural::Two) => "في بلدين".to_owned(),
        (Language::Ar, Plural::Few) => format!("في {many} بلدان"),
        (Language::Ar, Plural::Many) => format!("في {many} بلدًا"),
        (Language::Ar, Plural::Other) => format!("في {many} بلد"),
    }
}
