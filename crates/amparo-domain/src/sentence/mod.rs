//! A sentence to quote: what a count says, in words that stay true, in six languages.
//!
//! It is made from structured facts alone. What was asked stands in brackets by the names that the reference data gives it, so
//! that no word has to be bent to fit; what has no such name stands there by its parameter and value. It says "at
//! least" and "recorded", never "there were", and of none that this does not mean that there was none.
//!
//! Numbers are grouped and dates written as each language does. Arabic texts have Latin digits: numbers of records, addresses
//! and codes in the same text have them, and half of the readers of Arabic write all numbers so.

mod dates;
mod notes;
pub mod paragraph;
mod verdict;
mod writing;

use chrono::NaiveDate;

use crate::language::Language;
use crate::period::Period;

pub use dates::{as_known, month, span};
pub use notes::{Became, Told, changes, note};
pub use verdict::{Finding, RESULTS, notice_kind};
pub use writing::{Plural, day, number, read_day};

/// What is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// How many incidents were found.
    pub incidents: u64,
    /// How many of them are confirmed, where not all are by what was asked.
    pub confirmed: Option<u64>,
    /// How many of them lie only partly within the period that was asked for.
    pub partly: u64,
    /// The day of which it is.
    pub as_of: NaiveDate,
    /// What was asked, one by one.
    pub asked: Vec<Asked>,
}

/// One thing that was asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Something that has names: one of these.
    Named(Name, Vec<String>),
    /// When.
    Period(Period),
    /// Anything else, as it was written.
    Other {
        /// The parameter, with `!` where it was negated.
        parameter: String,
        /// Its value.
        value: String,
    },
}

/// What can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The kind of incident.
    Kind,
    /// The country.
    Country,
    /// The region.
    Region,
    /// How far it is borne out.
    Grade,
    /// The election.
    Election,
    /// The phase of the election.
    Phase,
}

/// The sentence.
pub fn sentence(language: Language, counted: &Counted) -> String {
    let n = counted.incidents;
    let mut text = opening(language, counted);
    let asked: Vec<String> = counted.asked.iter().map(|asked| told(language, asked)).collect();
    if !asked.is_empty() {
        let semicolon = if language == Language::Ar { "\u{61b} " } else { "; " };
        text = format!("{text} ({})", asked.join(semicolon));
    }
    if n == 0 {
        text.push_str(none_does_not_mean_none(language));
    }
    if let Some(confirmed) = counted.confirmed.filter(|_| n > 0) {
        text.push_str(&of_them_confirmed(language, confirmed));
    }
    if counted.partly > 0 {
        text.push_str(&of_them_partly(language, counted.partly));
    }
    text.push('.');
    text
}

/// What an incident is here, and what a count of them means.
pub const fn definition(language: Language) -> &'static str {
    match language {
        Language::En => {
            "An incident is an act or a situation at a time and place that a public source tells of. What nobody recorded is not counted."
        }
        Language::Es => {
            "Un incidente es un acto o una situación en un momento y un lugar del que da cuenta una fuente pública. Lo que nadie registró no se cuenta."
        }
        Language::Fr => {
            "Un incident est un acte ou une situation, à un moment et en un lieu, dont une source publique rend compte. Ce que personne n’a enregistré n’est pas compté."
        }
        Language::Pt => {
            "Um incidente é um ato ou uma situação, num momento e num lugar, de que uma fonte pública dá conta. O que ninguém registou não é contado."
        }
        Language::Ru => {
            "Инцидент — это действие или ситуация в определённое время и в определённом месте, о которых сообщает открытый источник. То, что никто не записал, не учитывается."
        }
        Language::Ar => {
            "الحادثة فعل أو وضع في زمان ومكان معيّنين يخبر عنه مصدر علني. وما لم يسجّله أحد لا يُحتسب."
        }
    }
}

fn opening(language: Language, counted: &Counted) -> String {
    let n = counted.incidents;
    let plural = Plural::of(language, n);
    let (one, millions) = (plural == Plural::One, plural == Plural::Many);
    let (date, many) = (day(language, counted.as_of), number(language, n));
    match language {
        Language::En => {
            let what = match n {
                0 => "no incident is recorded".to_owned(),
                1 => "at least 1 incident is recorded".to_owned(),
                _ => format!("at least {many} incidents are recorded"),
            };
            format!("In this register, as of {date}, {what}")
        }
        Language::Es => {
            let what = match n {
                0 => "no consta ningún incidente".to_owned(),
                1 => "consta al menos 1 incidente".to_owned(),
                _ if millions => format!("constan al menos {many} de incidentes"),
                _ => format!("constan al menos {many} incidentes"),
            };
            format!("En este registro, a fecha de {date}, {what}")
        }
        Language::Fr => {
            let what = match n {
                0 => "aucun incident n’est enregistré".to_owned(),
                _ if one => format!("au moins {many} incident est enregistré"),
                _ if millions => format!("au moins {many} d’incidents sont enregistrés"),
                _ => format!("au moins {many} incidents sont enregistrés"),
            };
            format!("Dans ce registre, au {date}, {what}")
        }
        Language::Pt => {
            let what = match n {
                0 => "não consta nenhum incidente".to_owned(),
                _ if one => format!("consta pelo menos {many} incidente"),
                _ if millions => format!("constam pelo menos {many} de incidentes"),
                _ => format!("constam pelo menos {many} incidentes"),
            };
            format!("Neste registo, à data de {date}, {what}")
        }
        Language::Ru => {
            // After "not less than" stands the genitive.
            let what = match n {
                0 => "не записано ни одного инцидента".to_owned(),
                _ if one => format!("записано не менее {many} инцидента"),
                _ => format!("записано не менее {many} инцидентов"),
            };
            format!("В этом реестре по состоянию на {date} {what}")
        }
        Language::Ar => {
            let what = match plural {
                Plural::Zero => "لم تُسجَّل أي حادثة".to_owned(),
                Plural::One => "سُجِّلت حادثة واحدة على الأقل".to_owned(),
                Plural::Two => "سُجِّلت حادثتان على الأقل".to_owned(),
                Plural::Few => format!("سُجِّلت {many} حوادث على الأقل"),
                Plural::Many => format!("سُجِّلت {many} حادثةً على الأقل"),
                Plural::Other => format!("سُجِّلت {many} حادثة على الأقل"),
            };
            format!("في هذا السجل، حتى {date}، {what}")
        }
    }
}

const fn none_does_not_mean_none(language: Language) -> &'static str {
    match language {
        Language::En => ", which does not mean that there was none",
        Language::Es => ", lo que no significa que no haya habido ninguno",
        Language::Fr => ", ce qui ne signifie pas qu’il n’y en a pas eu",
        Language::Pt => ", o que não significa que não tenha havido nenhum",
        Language::Ru => ", что не означает, что их не было",
        Language::Ar => "، ولا يعني ذلك أنه لم تقع أي حادثة",
    }
}

fn of_them_confirmed(language: Language, n: u64) -> String {
    let (one, many) = (Plural::of(language, n) == Plural::One, number(language, n));
    match language {
        Language::En if n == 0 => "; none of them is confirmed".to_owned(),
        Language::En if one => "; 1 of them is confirmed".to_owned(),
        Language::En => format!("; {many} of them are confirmed"),
        Language::Es if n == 0 => "; ninguno de ellos está confirmado".to_owned(),
        Language::Es if one => "; 1 de ellos está confirmado".to_owned(),
        Language::Es => format!("; {many} de ellos están confirmados"),
        Language::Fr if n == 0 => "\u{a0}; aucun d’entre eux n’est confirmé".to_owned(),
        Language::Fr if one => "\u{a0}; 1 d’entre eux est confirmé".to_owned(),
        Language::Fr => format!("\u{a0}; {many} d’entre eux sont confirmés"),
        Language::Pt if n == 0 => "; nenhum deles está confirmado".to_owned(),
        Language::Pt if one => "; 1 deles está confirmado".to_owned(),
        Language::Pt => format!("; {many} deles estão confirmados"),
        Language::Ru => format!("; из них подтверждено: {many}"),
        Language::Ar => format!("\u{61b} المؤكَّد منها: {many}"),
    }
}

fn of_them_partly(language: Language, n: u64) -> String {
    let (one, many) = (Plural::of(language, n) == Plural::One, number(language, n));
    match language {
        Language::En if one => "; 1 of them lies only partly within the period".to_owned(),
        Language::En => format!("; {many} of them lie only partly within the period"),
        Language::Es if one => "; 1 de ellos cae solo en parte dentro del período".to_owned(),
        Language::Es => format!("; {many} de ellos caen solo en parte dentro del período"),
        Language::Fr if one => {
            "\u{a0}; 1 d’entre eux ne se situe qu’en partie dans la période".to_owned()
        }
        Language::Fr => {
            format!("\u{a0}; {many} d’entre eux ne se situent qu’en partie dans la période")
        }
        Language::Pt if one => "; 1 deles situa-se apenas em parte dentro do período".to_owned(),
        Language::Pt => format!("; {many} deles situam-se apenas em parte dentro do período"),
        Language::Ru => format!("; из них лишь частично в пределах периода: {many}"),
        Language::Ar => format!("\u{61b} ما يقع منها جزئيًا فقط ضمن الفترة: {many}"),
    }
}

fn told(language: Language, asked: &Asked) -> String {
    let colon = if language == Language::Fr { "\u{a0}: " } else { ": " };
    match asked {
        Asked::Named(name, values) => {
            format!("{}{colon}{}", called(language, *name), either(language, values))
        }
        Asked::Period(period) => {
            let word = match language {
                Language::En => "period",
                Language::Es | Language::Pt => "período",
                Language::Fr => "période",
                Language::Ru => "период",
                Language::Ar => "الفترة",
            };
            format!("{word}{colon}{}", stretch(language, *period))
        }
        Asked::Other { parameter, value } => format!("{parameter}={value}"),
    }
}

const fn called(language: Language, name: Name) -> &'static str {
    let [ar, en, es, fr, pt, ru] = match name {
        Name::Kind => ["النوع", "kind", "tipo", "type", "tipo", "вид"],
        Name::Country => ["البلد", "country", "país", "pays", "país", "страна"],
        Name::Region => ["المنطقة", "region", "región", "région", "região", "регион"],
        Name::Grade => [
            "درجة التثبت",
            "grade",
            "grado de verificación",
            "degré de vérification",
            "grau de verificação",
            "степень подтверждения",
        ],
        Name::Election => ["الانتخابات", "election", "elección", "élection", "eleição", "выборы"],
        Name::Phase => [
            "المرحلة الانتخابية",
            "phase of the election",
            "fase electoral",
            "phase électorale",
            "fase eleitoral",
            "этап выборов",
        ],
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

fn either(language: Language, values: &[String]) -> String {
    let or = match language {
        Language::En => " or ",
        Language::Es => " o ",
        Language::Fr | Language::Pt => " ou ",
        Language::Ru => " или ",
        Language::Ar => " أو ",
    };
    let comma = if language == Language::Ar { "، " } else { ", " };
    match values {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{}{or}{last}", most.join(comma)),
    }
}

fn stretch(language: Language, period: Period) -> String {
    match (period.from, period.to) {
        (Some(from), Some(to)) if from == to => day(language, from),
        (Some(from), Some(to)) => format!("{} – {}", day(language, from), day(language, to)),
        (Some(from), None) => {
            let from = day(language, from);
            match language {
                Language::En => format!("since {from}"),
                Language::Es => format!("desde el {from}"),
                Language::Fr => format!("depuis le {from}"),
                Language::Pt => format!("desde {from}"),
                Language::Ru => format!("с {from}"),
                Language::Ar => format!("منذ {from}"),
            }
        }
        (None, Some(to)) => {
            let to = day(language, to);
            match language {
                Language::En => format!("until {to}"),
                Language::Es => format!("hasta el {to}"),
                Language::Fr => format!("jusqu’au {to}"),
                Language::Pt => format!("até {to}"),
                Language::Ru => format!("по {to}"),
                Language::Ar => format!("حتى {to}"),
            }
        }
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(language: Language, incidents: u64) -> String {
        let counted = Counted {
            incidents,
            confirmed: None,
            partly: 0,
            as_of: "2026-11-01".parse().unwrap(),
            asked: Vec::new(),
        };
        sentence(language, &counted)
    }

    #[test]
    fn a_sentence_stays_true_in_every_language() {
        let counted = Counted {
            incidents: 6,
            confirmed: Some(2),
            partly: 1,
            as_of: "2026-11-25".parse().unwrap(),
            asked: vec![
                Asked::Named(Name::Country, vec!["Azerbaijan".into(), "Georgia".into()]),
                Asked::Period("2024".parse().unwrap()),
                Asked::Other { parameter: "actor!".into(), value: "police".into() },
            ],
        };
        assert_eq!(
            sentence(Language::En, &counted),
            "In this register, as of 25 November 2026, at least 6 incidents are recorded (country: Azerbaijan or \
             Georgia; period: 1 January 2024 – 31 December 2024; actor!=police); 2 of them are confirmed; 1 of them \
             lies only partly within the period."
        );
        assert_eq!(of(Language::Ar, 2), "في هذا السجل، حتى 1 نوفمبر 2026، سُجِّلت حادثتان على الأقل.");
        assert_eq!(of(Language::Ar, 5), "في هذا السجل، حتى 1 نوفمبر 2026، سُجِّلت 5 حوادث على الأقل.");
        assert_eq!(
            of(Language::Ru, 21),
            "В этом реестре по состоянию на 1 ноября 2026\u{a0}г. записано не менее 21 инцидента."
        );
        assert_eq!(
            of(Language::Fr, 0),
            "Dans ce registre, au 1er novembre 2026, aucun incident n’est enregistré, ce qui ne signifie pas qu’il n’y en a pas eu."
        );
        assert_eq!(
            of(Language::Pt, 1),
            "Neste registo, à data de 1 de novembro de 2026, consta pelo menos 1 incidente."
        );
        assert_eq!(
            of(Language::Es, 6),
            "En este registro, a fecha de 1 de noviembre de 2026, constan al menos 6 incidentes."
        );
    }
}
