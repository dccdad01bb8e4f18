//! Words of the six languages, folded as the register folds them, by which claims are told.
//!
//! A word with a `*` at its end stands for all that begin so; several words stand in a row. Arabic words are looked at without what
//! is written together with them: and, then, by, for, the.

use super::text::Sentence;

/// Arrests and what comes of them.
pub(super) const ARRESTS: &[&str] = &[
    // English
    "arrest", "arrests", "arrested", "arresting", "detain", "detains", "detained", "detaining", "detainment*", "detention",
    "detentions", "detainee*", "imprison*", "jailed", "abduct*", "kidnap*", "remanded", "incarcerat*",
    // French
    "arrestation*", "arretes", "arretee", "arretees", "detenu", "detenus", "detenue", "detenues", "emprisonne*", "incarcer*",
    "interpelle*", "interpellation*",
    // Spanish
    "detenid*", "detencion", "detenciones", "arrestad*", "encarcelad*", "encarcelamiento*", "secuestrad*", "apresad*",
    // Portuguese
    "detid*", "detencao", "detencoes", "prisao", "prisoes", "encarcerad*", "sequestrad*",
    // Russian
    "арест*", "задержан*", "задержал*", "задержив*", "похищен*", "похитил*",
    // Arabic
    "اعتقال*", "اعتقل*", "معتقل*", "احتجاز*", "احتجز*", "محتجز*", "توقيف*", "اوقفت", "موقوف*",
];

/// What says that somebody asks for something, or thinks of it, and claims no more.
pub(super) const APPEALS: &[&str] = &[
    "urge*", "call on", "call upon", "calls on", "calls upon", "calling on", "demand*", "condemn*", "appeal*", "should", "must",
    "call for", "calls for", "risk", "risks", "solidarity", "reiterate*", "welcome*", "if", "would", "could", "may", "right to", "free from", "freedom from",
    "exhort*", "appel a", "risque*", "appelle*", "exige*", "doit", "doivent", "condamne", "condamnons", "solidarite", "exprime*",
    "insta", "instamos", "exigimos", "exigen", "condenamos", "condena energicamente", "condena enfaticamente", "condena firmemente", "condena la", "condena las", "condena el", "condena los", "llamado", "llamamiento", "llamamos", "debe", "deben", "solidaridad", "expresa*",
    "apela", "apelamos", "exortamos", "deve", "devem", "solidariedade",
    "призыва*", "требу*", "осужда*", "должн*", "солидарн*", "выража*",
    "ندعو", "تدعو", "يدعو", "نطالب", "تطالب", "يجب", "ندين", "تدين", "تضامن*", "نعرب", "تعرب", "ينبغي",
];

/// Words that say more than a single source bears out.
pub(super) const STRONG: &[&str] = &[
    "constant", "constantly", "continuous", "continuously", "relentless", "relentlessly", "systematic", "systematically", "systemic",
    "confirmed", "proven", "widespread", "always", "everywhere", "massive", "massively", "undeniable", "undeniably", "undoubtedly",
    "certainly", "invariably", "incessant", "incessantly",
    "constante", "constantes", "constamment", "continu", "continuel*", "systematique*", "confirme", "confirmee", "confirmes",
    "prouve", "prouvee", "generalise*", "toujours", "partout", "massif", "massive*", "massivement", "indeniable*", "incessant*",
    "constantemente", "continu", "continua", "continuas", "sistematic*", "confirmad*", "probad*", "comprovad*", "generalizad*", "siempre", "sempre",
    "masiv*", "massiv*", "innegable*", "inegavel", "indudable*", "sin duda", "sem duvida", "incesante*",
    "постоянн*", "непрерывн*", "систематическ*", "систематически", "подтвержден*", "доказан*", "повсеместн*", "всегда", "везде",
    "массов*", "несомненно", "неоспорим*",
    "مستمر", "مستمره", "متواصل", "متواصله", "ممنهج", "ممنهجه", "منهجي", "منهجيه", "موكد", "موكده", "ثابت", "مثبت", "دايما", "واسع النطاق",
    "واسعه النطاق", "باستمرار", "بلا شك",
];

/// Words that say that something is told, and not that it is so.
pub(super) const HEDGES: &[&str] = &[
    "disput*", "alleg*", "report", "reports", "reported", "reportedly", "accord*", "denies", "denied", "deny", "contradict*", "contest*", "claim", "claims", "claimed", "said", "says",
    "conteste*", "presume*", "selon", "signale*", "dement*", "dit", "affirme*", "aurait", "auraient",
    "disputad*", "controvertid*", "presunt*", "segun", "reportad*", "informad*", "niega*", "habria*", "supuest*",
    "contestad*", "alegad*", "segundo", "relatad*", "nega", "teria", "teriam",
    "оспарив*", "предполож*", "по данным", "сообщ*", "якобы", "отриц*", "по словам",
    "خلاف", "مزعوم*", "يزعم", "زعم*", "بحسب", "حسب", "وفقا", "تنفي", "ينفي", "افاد*", "ذكر*", "متنازع",
];

/// People that can be counted.
pub(super) const PEOPLE: &[&str] = &[
    "observer", "observers", "monitor", "monitors", "person", "persons", "people", "activist", "activists", "volunteer", "volunteers",
    "journalist", "journalists", "defender", "defenders", "employee", "employees", "colleague", "colleagues", "staff",
    "observateur*", "observatrice*", "personne", "personnes", "militant", "militants", "benevole*", "journaliste*", "employe", "employes",
    "observador*", "persona", "personas", "activista*", "voluntari*", "periodista*", "emplead*",
    "pessoa", "pessoas", "ativista*", "jornalista*",
    "наблюдател*", "человек", "человека", "людей", "активист*", "волонтер*", "журналист*", "сотрудник*",
    "مراقب*", "شخص", "شخصا", "اشخاص", "ناشط*", "متطوع*", "صحفي*", "صحافي*", "موظف*",
];

/// Incidents that can be counted.
pub(super) const INCIDENTS: &[&str] = &[
    "incident", "incidents", "incidente", "incidentes", "инцидент", "инцидента", "инцидентов", "حادثه", "حوادث", "حادثا",
];

/// Numbers in words, from two on: one is an article in half of the languages.
pub(super) const NUMBERS: &[(&str, u32)] = &[
    ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9), ("ten", 10),
    ("eleven", 11), ("twelve", 12), ("deux", 2), ("trois", 3), ("quatre", 4), ("cinq", 5), ("sept", 7), ("huit", 8), ("neuf", 9),
    ("dix", 10), ("onze", 11), ("douze", 12), ("dos", 2), ("tres", 3), ("cuatro", 4), ("cinco", 5), ("seis", 6), ("siete", 7),
    ("ocho", 8), ("nueve", 9), ("diez", 10), ("once", 11), ("doce", 12), ("dois", 2), ("duas", 2), ("quatro", 4), ("sete", 7),
    ("oito", 8), ("nove", 9), ("dez", 10), ("doze", 12), ("два", 2), ("две", 2), ("двое", 2), ("двух", 2), ("три", 3), ("трое", 3),
    ("трех", 3), ("четыре", 4), ("четверо", 4), ("четырех", 4), ("пять", 5), ("пятеро", 5), ("пяти", 5), ("шесть", 6), ("семь", 7),
    ("восемь", 8), ("девять", 9), ("десять", 10), ("ثلاثه", 3), ("ثلاث", 3), ("اربعه", 4), ("اربع", 4), ("خمسه", 5), ("خمس", 5),
    ("سته", 6), ("سبعه", 7), ("ثمانيه", 8), ("تسعه", 9), ("عشره", 10),
];

/// What says that a number is the least there is.
pub(super) const AT_LEAST: &[&str] = &[
    "least", "over", "than", "moins", "plus", "menos", "mas", "mais", "более", "менее", "свыше", "الاقل", "اكثر",
];

/// What says that a number is not exact.
pub(super) const ABOUT: &[&str] = &[
    "about", "around", "nearly", "almost", "approximately", "some", "environ", "pres", "presque", "cerca", "aproximadamente",
    "unos", "casi", "quase", "около", "примерно", "почти", "نحو", "حوالي", "قرابه",
];

/// Words that stand in the names of institutions and offices, and not in those of people.
pub(super) const INSTITUTIONS: &[&str] = &[
    "union", "commission", "committee", "council", "court", "ministry", "minister", "government", "parliament", "assembly", "party",
    "network", "centre", "center", "institute", "organization", "organisation", "association", "coalition", "platform", "foundation",
    "national", "united", "nations", "european", "african", "american", "asian", "central", "supreme", "human", "rights", "special",
    "rapporteur", "election", "elections", "electoral", "republic", "state", "states", "president", "police", "security", "service",
    "agency", "office", "north", "south", "east", "west", "northern", "southern", "eastern", "western", "global", "domestic",
    "declaration", "principles", "democracy", "democratic", "observation", "observers", "monitors", "charter", "convention",
    "comision", "comite", "tribunal", "corte", "consejo", "ministerio", "gobierno", "partido", "red", "centro", "nacional", "nacionales",
    "unidas", "naciones", "commissao", "comissao", "conselho", "governo", "rede", "conseil", "cour", "ministere", "gouvernement", "parti",
    "reseau", "nationale", "комиссия", "комитет", "совет", "суд", "министерство", "партия", "центр", "сеть", "республика",
];

/// Words that stand before a name and are no part of one, though a sentence may begin with them.
pub(super) const BEFORE_NAMES: &[&str] = &[
    "on", "in", "at", "the", "for", "from", "with", "after", "while", "when", "as", "by", "of", "to", "and", "but", "free", "about", "that",
    "if", "did", "mr", "ms", "mrs", "miss", "dr", "la", "el", "le", "les", "los", "las", "en", "de", "por", "para", "con", "sur", "au", "aux",
    "dans", "pour", "avec", "apres", "mme", "m", "sr", "sra", "no", "na", "os", "em", "com", "o", "a", "в", "на", "за", "по", "от", "и",
    "но", "с", "г", "для", "когда",
];

/// Whether a word is one of a list: itself, or what begins as it does.
pub(super) fn is_one(word: &str, list: &[&str]) -> bool {
    let bare = without_prefix(word);
    list.iter().any(|of_list| match of_list.strip_suffix('*') {
        Some(stem) => word.starts_with(stem) || bare.starts_with(stem),
        None => !of_list.contains(' ') && (word == *of_list || bare == *of_list),
    })
}

/// The places of words of a list in a sentence: the first and how many.
pub(super) fn places(sentence: &Sentence, list: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut nth = 0;
    while nth < sentence.words.len() {
        let row = list.iter().filter(|words| words.contains(' '));
        let row = row.filter(|words| sentence.has_at(nth, words)).map(|w| w.split(' ').count()).max();
        let count = row.or_else(|| is_one(sentence.word(nth), list).then_some(1));
        if let Some(count) = count {
            found.push((nth, count));
        }
        nth += count.unwrap_or(1);
    }
    found
}

/// An Arabic word without what is written together with it.
fn without_prefix(word: &str) -> &str {
    let arabic = |c: char| ('\u{0620}'..='\u{064a}').contains(&c);
    if !word.starts_with(arabic) {
        return word;
    }
    let mut bare = word;
    for prefixes in [&["و", "ف"][..], &["ب", "ل", "ك"], &["ال", "ل"]] {
        let stripped = prefixes.iter().find_map(|prefix| bare.strip_prefix(prefix));
        if let Some(rest) = stripped.filter(|rest| rest.chars().count() >= 3) {
            bare = rest;
        }
    }
    bare
}
