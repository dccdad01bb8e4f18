//! What is to be said of a citation that somebody checks, in six languages.

use chrono::NaiveDate;

use super::day;
use crate::language::Language;
use crate::since::NoticeKind;

/// What is found of a citation. Of several, the first of this order is the result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// The check digit does not fit.
    Mistyped,
    /// There is nothing under the number, or nothing that everybody may see.
    NotFound,
    /// There is no such version of it; the latest is this.
    NoSuchVersion(i32),
    /// It was withdrawn, for a reason of this class.
    Withdrawn(NaiveDate, String),
    /// The version was never called what the citation says.
    TitleDiffers,
    /// The version was published on this day, and not on the one that the citation says.
    DateDiffers(NaiveDate),
    /// The address leads to this version, and not to the one that the citation says.
    AddressDiffers(i32),
    /// It was merged into a record with this number, as it is printed.
    Merged(String),
    /// A credible source contradicts it.
    Disputed,
    /// There is a newer version.
    Newer {
        /// Which.
        version: i32,
        /// Since when; none where that is not told.
        on: Option<NaiveDate>,
        /// Whether a fact is another, and not the wording alone.
        facts: bool,
    },
    /// Nothing of all that.
    Matches,
}

/// The result of a check, in short.
pub const RESULTS: [&str; 8] = [
    "matches",
    "newer_version",
    "disputed",
    "withdrawn",
    "merged",
    "differs",
    "not_found",
    "mistyped",
];

impl Finding {
    /// Its code: what it alone would give for a result.
    pub const fn result(&self) -> &'static str {
        match self {
            Self::Mistyped => "mistyped",
            Self::NotFound | Self::NoSuchVersion(_) => "not_found",
            Self::Withdrawn(..) => "withdrawn",
            Self::TitleDiffers | Self::DateDiffers(_) | Self::AddressDiffers(_) => "differs",
            Self::Merged(_) => "merged",
            Self::Disputed => "disputed",
            Self::Newer { .. } => "newer_version",
            Self::Matches => "matches",
        }
    }

    /// What exactly, as a code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchVersion(_) => "no_such_version",
            Self::TitleDiffers => "title_differs",
            Self::DateDiffers(_) => "date_differs",
            Self::AddressDiffers(_) => "address_differs",
            other => other.result(),
        }
    }

    /// The same in words.
    #[expect(clippy::too_many_lines, reason = "a table of sentences")]
    pub fn told(&self, language: Language) -> String {
        match self {
            Self::Mistyped => fixed(
                language,
                [
                    "في هذا الرقم خطأ: قارنه بما هو مطبوع.",
                    "That number has a mistake in it: compare it with what is printed.",
                    "Ese número tiene un error: compárelo con lo impreso.",
                    "Ce numéro contient une erreur\u{a0}: comparez-le avec ce qui est imprimé.",
                    "Esse número tem um erro: compare-o com o que está impresso.",
                    "В этом номере ошибка: сравните с напечатанным.",
                ],
            ),
            Self::NotFound => fixed(
                language,
                [
                    "لا شيء منشور تحت هذا الرقم.",
                    "Nothing is published under this number.",
                    "No hay nada publicado con este número.",
                    "Rien n’est publié sous ce numéro.",
                    "Nada está publicado com este número.",
                    "Под этим номером ничего не опубликовано.",
                ],
            ),
            Self::NoSuchVersion(latest) => match language {
                Language::En => {
                    format!("There is no such version; the latest is version {latest}.")
                }
                Language::Es => format!("No existe esa versión; la última es la versión {latest}."),
                Language::Fr => format!(
                    "Cette version n’existe pas\u{a0}; la dernière est la version {latest}."
                ),
                Language::Pt => {
                    format!("Não existe essa versão; a mais recente é a versão {latest}.")
                }
                Language::Ru => format!("Такой версии нет; последняя — версия {latest}."),
                Language::Ar => format!("لا توجد نسخة كهذه؛ أحدثها النسخة {latest}."),
            },
            Self::Withdrawn(on, class) => {
                let on = day(language, *on);
                let told = match language {
                    Language::En => format!("It was withdrawn on {on}: do not rely on it."),
                    Language::Es => format!("Se retiró el {on}: no se base en ello."),
                    Language::Fr => {
                        format!("La fiche a été retirée le {on}\u{a0}: ne vous y fiez pas.")
                    }
                    Language::Pt => format!("Foi retirado em {on}: não se baseie nele."),
                    Language::Ru => format!("Запись отозвана {on}: не опирайтесь на неё."),
                    Language::Ar => format!("سُحب في {on}: فلا تعتمد عليه."),
                };
                if class.is_empty() { told } else { format!("{told} ({class})") }
            }
            Self::TitleDiffers => fixed(
                language,
                [
                    "العنوان المكتوب ليس عنوان هذه النسخة.",
                    "The title that is given is not that of this version.",
                    "El título indicado no es el de esta versión.",
                    "Le titre indiqué n’est pas celui de cette version.",
                    "O título indicado não é o desta versão.",
                    "Указанное название — не название этой версии.",
                ],
            ),
            Self::DateDiffers(on) => {
                let on = day(language, *on);
                match language {
                    Language::En => {
                        format!("This version was published on {on}, not on the day that is given.")
                    }
                    Language::Es => format!("Esta versión se publicó el {on}, no el día indicado."),
                    Language::Fr => {
                        format!("Cette version a été publiée le {on}, et non le jour indiqué.")
                    }
                    Language::Pt => {
                        format!("Esta versão foi publicada em {on}, e não no dia indicado.")
                    }
                    Language::Ru => format!("Эта версия опубликована {on}, а не в указанный день."),
                    Language::Ar => format!("نُشرت هذه النسخة في {on}، لا في اليوم المذكور."),
                }
            }
            Self::AddressDiffers(version) => match language {
                Language::En => format!("The address beside it leads to version {version}."),
                Language::Es => {
                    format!("La dirección que la acompaña lleva a la versión {version}.")
                }
                Language::Fr => format!("L’adresse qui l’accompagne mène à la version {version}."),
                Language::Pt => format!("O endereço que a acompanha leva à versão {version}."),
                Language::Ru => format!("Адрес рядом ведёт к версии {version}."),
                Language::Ar => format!("العنوان المرافق يقود إلى النسخة {version}."),
            },
            Self::Merged(into) => match language {
                Language::En => {
                    format!("It was merged into {into}, which says what is known since.")
                }
                Language::Es => {
                    format!("Se fusionó con {into}, que dice lo que se sabe desde entonces.")
                }
                Language::Fr => format!(
                    "La fiche a été fusionnée avec {into}, qui dit ce que l’on sait depuis."
                ),
                Language::Pt => {
                    format!("Foi fundido com {into}, que diz o que se sabe desde então.")
                }
                Language::Ru => {
                    format!("Запись объединена с {into}: там то, что стало известно позже.")
                }
                Language::Ar => format!("دُمج في {into}\u{200f}، وفيه ما عُرف بعد ذلك."),
            },
            Self::Disputed => fixed(
                language,
                [
                    "متنازع عليه: مصدر موثوق يخالفه.",
                    "It is disputed: a credible source contradicts it.",
                    "Es objeto de controversia: una fuente fiable lo contradice.",
                    "La fiche est contestée\u{a0}: une source crédible la contredit.",
                    "É contestado: uma fonte credível contradi-lo.",
                    "Запись оспаривается: надёжный источник ей противоречит.",
                ],
            ),
            Self::Newer { version, on, facts } => newer(language, *version, *on, *facts),
            Self::Matches => fixed(
                language,
                [
                    "يطابق ما في السجل، ولم يتغير شيء منذ ذلك.",
                    "It matches what is in the register, and nothing has changed since.",
                    "Coincide con lo que consta en el registro, y nada ha cambiado desde entonces.",
                    "Conforme à ce qui figure dans le registre, et rien n’a changé depuis.",
                    "Corresponde ao que consta no registo, e nada mudou desde então.",
                    "Совпадает с тем, что в реестре, и с тех пор ничего не изменилось.",
                ],
            ),
        }
    }
}

fn newer(language: Language, version: i32, on: Option<NaiveDate>, facts: bool) -> String {
    let on = on.map_or_else(String::new, |on| format!(" ({})", day(language, on)));
    match (language, facts) {
        (Language::En, true) => {
            format!("There is a newer version, {version}{on}, and facts changed.")
        }
        (Language::En, false) => {
            format!("There is a newer version, {version}{on}; no fact changed.")
        }
        (Language::Es, true) => {
            format!("Hay una versión más reciente, la {version}{on}, y cambiaron hechos.")
        }
        (Language::Es, false) => {
            format!("Hay una versión más reciente, la {version}{on}; no cambió ningún hecho.")
        }
        (Language::Fr, true) => {
            format!("Il y a une version plus récente, la {version}{on}, et des faits ont changé.")
        }
        (Language::Fr, false) => format!(
            "Il y a une version plus récente, la {version}{on}\u{a0}; aucun fait n’a changé."
        ),
        (Language::Pt, true) => {
            format!("Há uma versão mais recente, a {version}{on}, e mudaram factos.")
        }
        (Language::Pt, false) => {
            format!("Há uma versão mais recente, a {version}{on}; nenhum facto mudou.")
        }
        (Language::Ru, true) => {
            format!("Есть более новая версия, {version}{on}; факты изменились.")
        }
        (Language::Ru, false) => {
            format!("Есть более новая версия, {version}{on}; факты не изменились.")
        }
        (Language::Ar, true) => format!("توجد نسخة أحدث، {version}{on}، وقد تغيرت وقائع."),
        (Language::Ar, false) => format!("توجد نسخة أحدث، {version}{on}، ولم تتغير أي واقعة."),
    }
}

/// What owners of a statement are told of a record, as a word.
pub const fn notice_kind(language: Language, kind: NoticeKind) -> &'static str {
    let all = match kind {
        NoticeKind::Corrected => {
            ["حُدِّث", "updated", "actualizado", "mis à jour", "atualizado", "обновлено"]
        }
        NoticeKind::Disputed => {
            ["متنازع عليه", "disputed", "controvertido", "contesté", "contestado", "оспаривается"]
        }
        NoticeKind::Withdrawn => ["سُحب", "withdrawn", "retirado", "retiré", "retirado", "отозвано"],
        NoticeKind::Merged => ["دُمج", "merged", "fusionado", "fusionné", "fundido", "объединено"],
        NoticeKind::Custody => [
            "تغيّر الاحتجاز",
            "custody changed",
            "cambió la privación de libertad",
            "la détention a changé",
            "mudou a privação de liberdade",
            "изменилось содержание под стражей",
        ],
    };
    of(language, all)
}

fn fixed(language: Language, all: [&'static str; 6]) -> String {
    of(language, all).to_owned()
}

const fn of(language: Language, [ar, en, es, fr, pt, ru]: [&'static str; 6]) -> &'static str {
    match language {
        Language::Ar => ar,
        Language::En => en,
        Language::Es => es,
        Language::Fr => fr,
        Language::Pt => pt,
        Language::Ru => ru,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_is_the_result() {
        let on: NaiveDate = "2026-02-03".parse().unwrap();
        let newer = || Finding::Newer { version: 3, on: Some(on), facts: true };
        let mut findings = [
            Finding::Matches,
            newer(),
            Finding::Disputed,
            Finding::Merged("OBS 1".to_owned()),
            Finding::DateDiffers(on),
            Finding::Withdrawn(on, String::new()),
            Finding::NotFound,
            Finding::Mistyped,
        ];
        findings.sort();
        let results: Vec<_> = findings.iter().map(Finding::result).collect();
        let order = [
            "mistyped",
            "not_found",
            "withdrawn",
            "differs",
            "merged",
            "disputed",
            "newer_version",
            "matches",
        ];
        assert_eq!(results, order);
        assert!(results.iter().all(|result| RESULTS.contains(result)));
        for language in Language::ALL {
            for finding in &findings {
                assert!(finding.told(language).len() > 10);
            }
        }
        assert_eq!(
            newer().told(Language::En),
            "There is a newer version, 3 (3 February 2026), and facts changed."
        );
    }
}
