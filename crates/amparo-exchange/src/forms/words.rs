//! The words around a statement in the six languages of the register.

use amparo_domain::language::Language;

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

/// Where the mark of a note leads back to.
pub(super) const fn back_to_text(language: Language) -> &'static str {
    let back = [
        "العودة إلى النص",
        "Back to the text",
        "Volver al texto",
        "Retour au texte",
        "Voltar ao texto",
        "Назад к тексту",
    ];
    of(language, back)
}

/// What stands above the notes.
pub(super) const fn notes(language: Language) -> &'static str {
    of(language, ["الحواشي", "Notes", "Notas", "Notes", "Notas", "Примечания"])
}

/// What stands above the list of those who endorsed a statement, where its own text has none of them.
pub(super) const fn endorsed_by(language: Language) -> &'static str {
    let words =
        ["بتأييد من", "Endorsed by", "Respaldado por", "Soutenu par", "Apoiado por", "Поддержали"];
    of(language, words)
}

/// What stands above the annex.
pub(super) const fn annex(language: Language) -> &'static str {
    let words = [
        "ملحق: السجلات المستشهَد بها",
        "Annex: records cited",
        "Anexo: registros citados",
        "Annexe\u{a0}: fiches citées",
        "Anexo: registos citados",
        "Приложение: цитируемые записи",
    ];
    of(language, words)
}

/// The columns of the annex: number, date, place, what, grade, sources.
pub(super) const fn columns(language: Language) -> [&'static str; 6] {
    match language {
        Language::Ar => {
            ["الرقم", "التاريخ كما هو معروف", "المكان", "ما حدث", "درجة التثبت", "المصادر"]
        }
        Language::En => ["Number", "Date as known", "Place", "What", "Grade", "Sources"],
        Language::Es => ["Número", "Fecha conocida", "Lugar", "Qué", "Grado", "Fuentes"],
        Language::Fr => ["Numéro", "Date connue", "Lieu", "Quoi", "Degré", "Sources"],
        Language::Pt => ["Número", "Data conhecida", "Lugar", "O quê", "Grau", "Fontes"],
        Language::Ru => {
            ["Номер", "Дата, насколько известна", "Место", "Что", "Степень", "Источники"]
        }
    }
}

/// That a statement is not final.
pub(super) const fn draft(language: Language) -> &'static str {
    of(language, ["مسودة", "Draft", "Borrador", "Brouillon", "Rascunho", "Черновик"])
}

/// That something is cited that is not published yet.
pub const fn not_published(language: Language) -> &'static str {
    let words = [
        "لم يُنشر بعد",
        "not published yet",
        "aún no publicado",
        "pas encore publié",
        "ainda não publicado",
        "ещё не опубликовано",
    ];
    of(language, words)
}
