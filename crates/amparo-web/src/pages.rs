//! The pages.

use amparo_domain::language::Language;
use askama::Template;
use serde_json::Value;

use crate::embeds::{self, Frame};
use crate::facts::{Bit, Event, Facts, Source, Text, Told};
use crate::tell;
use crate::words::{self, Word};
use crate::{CiteBox, Shell};

/// A record, or one of its versions.
#[derive(Debug)]
pub struct RecordPage<'a> {
    /// The public JSON of it.
    pub record: &'a Value,
    /// Its number as it is printed, with its letters.
    pub number: String,
    /// The version that is read, if it has any.
    pub version: Option<i64>,
    /// Its versions, the first one first.
    pub versions: Vec<VersionRow>,
    /// What has become of it since.
    pub fate: Fate,
    /// How to cite it.
    pub cite: CiteBox,
    /// Where what proves the version is, if its kind has proofs.
    pub proof: Option<String>,
    /// The first of the incidents that it is named in, for what is no incident itself.
    pub incidents: Vec<ListRow>,
    /// Where all of them are, if there are more.
    pub more: Option<String>,
    /// How other sites show it.
    pub embed: Option<Frame<'a>>,
    /// What the latest version says otherwise than this one.
    pub differences: Vec<Difference>,
}

/// What has become of a record since a version of it.
#[derive(Debug, Default)]
pub struct Fate {
    /// The number, as it is printed, and the address of the record into which it was merged.
    pub merged_into: Option<(String, String)>,
    /// The number, as it is printed, of the merged record by which the reader came.
    pub came_from: Option<String>,
}

/// A version.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// 1, 2, 3, ….
    pub version: i64,
    /// When it was published, RFC 3339.
    pub published_at: String,
    /// Why it was made.
    pub reason: Option<String>,
    /// Where it is.
    pub href: String,
    /// Where its differences from the one before are told.
    pub diff: Option<String>,
    /// Whether it changes no more than words.
    pub minor: bool,
}

/// One difference between two versions.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The place, as a JSON pointer.
    pub pointer: String,
    /// What the first version says.
    pub from: Option<Value>,
    /// What the second version says.
    pub to: Option<Value>,
}

/// A frozen list.
#[derive(Debug)]
pub struct ListPage {
    /// Its number as it is printed, with its letters.
    pub number: String,
    /// Its title, and the language of that.
    pub title: (String, String),
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The question.
    pub query: String,
    /// How many records.
    pub count: u64,
    /// Its first records.
    pub rows: Vec<ListRow>,
    /// Where all of it is, if there is more.
    pub next: Option<String>,
    /// How to cite it.
    pub cite: CiteBox,
}

/// A record in a list.
#[derive(Debug)]
pub struct ListRow {
    /// Its number as it is printed, with its version.
    pub number: String,
    /// Where the version is.
    pub href: String,
    /// The public JSON of the version; of what was withdrawn, nothing.
    pub record: Option<Value>,
}

/// A page that says why there is no other.
#[derive(Debug)]
pub struct MessagePage {
    /// What it says.
    pub problem: Problem,
    /// The number as it is printed, where it may be said.
    pub number: Option<String>,
    /// How to cite what was withdrawn.
    pub cite: Option<CiteBox>,
}

/// Why there is no other page.
#[derive(Debug)]
pub enum Problem {
    /// There is nothing, or nothing that everybody may see.
    NotFound,
    /// The number has a mistake in it.
    Mistyped,
    /// It was withdrawn.
    Withdrawn {
        /// When, RFC 3339.
        at: String,
        /// The class of the reason, in words.
        class: String,
    },
    /// Nothing was committed to.
    NoProof,
    /// It is in no signed checkpoint yet.
    NotProvenYet {
        /// Whether the log has any.
        begun: bool,
    },
    /// Something else, in words of its own.
    Other {
        /// In a few words.
        title: String,
        /// What happened.
        detail: String,
    },
}

pub(crate) struct Banner {
    pub class: &'static str,
    pub text: String,
    pub link: Option<Bit>,
}

/// A version as it stands on a page.
pub(crate) struct Version {
    pub name: String,
    pub date: String,
    pub reason: Option<String>,
    pub href: String,
    pub diff: Option<String>,
    pub here: bool,
}

/// What changed.
#[derive(Template)]
#[template(path = "changes.html")]
pub(crate) struct Changes {
    language: Language,
    pub rows: Vec<Change>,
}

pub(crate) struct Change {
    label: String,
    from: String,
    to: String,
}

impl Changes {
    fn word(&self, word: Word) -> &'static str {
        word.of(self.language)
    }

    pub(crate) fn of(differences: &[Difference], language: Language) -> Self {
        let rows = differences.iter().filter_map(|of| Change::of(of, language));
        Self { language, rows: rows.collect() }
    }
}

impl Change {
    fn of(of: &Difference, language: Language) -> Option<Self> {
        let unescaped = of.pointer.replace("~1", "/").replace("~0", "~");
        let path: Vec<&str> = unescaped.split('/').skip(1).collect();
        if !tell::is_told(&path) {
            return None;
        }
        let say = |value: &Option<Value>| {
            value.as_ref().map(|of| tell::value(&path, of, language)).unwrap_or_default()
        };
        let (from, to) = (say(&of.from), say(&of.to));
        if from == to {
            return None;
        }
        let first = path.first().copied().unwrap_or_default();
        let last = path.iter().rev().find(|name| name.parse::<u32>().is_err());
        let last = last.copied().unwrap_or(first);
        let mut label = tell::member(first, language);
        // Which of several it is, is told by the number that readers count by.
        if let Some(nth) = path.get(1).and_then(|nth| nth.parse::<u32>().ok())
            && path.len() > 2
        {
            label = format!("{label} {}", nth + 1);
        }
        let finer = tell::member(last, language);
        if last != first && last != "edtf" && !label.starts_with(&finer) {
            label = format!("{label}: {finer}");
        }
        Some(Self { label, from, to })
    }
}

pub(crate) fn versions(rows: &[VersionRow], here: Option<i64>, language: Language) -> Vec<Version> {
    let rows = rows.iter().rev().map(|row| Version {
        name: words::version(language, row.version),
        date: day(&row.published_at, language),
        reason: reason(row, language),
        href: with_language(&row.href, language),
        diff: row.diff.as_ref().map(|href| with_language(href, language)),
        here: here == Some(row.version),
    });
    rows.collect()
}

/// Why a version was made, and whether it changes no more than words.
fn reason(row: &VersionRow, language: Language) -> Option<String> {
    let minor = row.minor.then(|| Word::Minor.of(language).to_owned());
    let reasons: Vec<String> = minor.into_iter().chain(row.reason.clone()).collect();
    (!reasons.is_empty()).then(|| reasons.join(" · "))
}

pub(crate) fn day(moment: &str, language: Language) -> String {
    moment.get(..10).map_or_else(String::new, |day| tell::date(day, language))
}

/// The address of another page, in the same language.
pub(crate) fn with_language(href: &str, language: Language) -> String {
    let mark = if href.contains('?') { '&' } else { '?' };
    format!("{href}{mark}lang={language}")
}

#[derive(Template)]
#[template(path = "record.html")]
struct RecordTemplate<'a> {
    shell: &'a Shell,
    heading: Text,
    number: String,
    version: Option<String>,
    chip: Option<(String, String)>,
    banners: Vec<Banner>,
    lead: Option<Text>,
    paragraphs: Vec<Text>,
    events: Vec<Event>,
    facts: Facts,
    sources: Vec<Source>,
    incidents: Vec<Row>,
    more: Option<String>,
    changes: Changes,
    changes_heading: String,
    cite: Option<CiteBox>,
    proof: Option<String>,
    embed: Option<String>,
    versions: Vec<Version>,
    history: String,
}

/// What a reader of a record should know before anything else.
pub(crate) fn banners(page: &RecordPage<'_>, language: Language) -> Vec<Banner> {
    let mut banners = Vec::new();
    let read = page.versions.iter().find(|row| Some(row.version) == page.version);
    if let (Some(latest), Some(read)) = (page.versions.last(), read)
        && read.version < latest.version
    {
        let name = words::version(language, latest.version);
        let name = format!("{name} · {}", day(&latest.published_at, language));
        banners.push(Banner {
            class: "",
            text: words::newer(language, read.version, &day(&read.published_at, language)),
            link: Some(Bit::linked(name, with_language(&latest.href, language))),
        });
    }
    if let Some((number, href)) = &page.fate.merged_into {
        let link = Some(Bit::linked(number, with_language(href, language)));
        banners.push(Banner { class: "", text: words::merged(language).to_owned(), link });
    }
    if let Some(number) = &page.fate.came_from {
        banners.push(Banner { class: "", text: words::came_from(language, number), link: None });
    }
    let grade = page.record["grade"].as_str();
    if grade == Some("disputed") {
        let text = Word::Disputed.of(language).to_owned();
        banners.push(Banner { class: "disputed", text, link: None });
    }
    let removed = page.record["removed"].as_array().into_iter().flatten();
    let removed: Vec<String> =
        removed.filter_map(|on| Some(tell::date(on.as_str()?, language))).collect();
    if !removed.is_empty() {
        let text = format!("{} {}.", Word::NamesRemoved.of(language), removed.join(", "));
        banners.push(Banner { class: "", text, link: None });
    }
    banners
}

/// The page of a record, or of one of its versions.
pub fn record(shell: &Shell, page: RecordPage<'_>) -> String {
    let language = shell.language;
    let told = Told { record: page.record, language };
    let latest = page.versions.last().map(|row| row.version);
    let grade = page.record["grade"].as_str();
    let banners = banners(&page, language);
    let changes = Changes::of(&page.differences, language);
    let changes_heading = match (page.version, latest) {
        (Some(from), Some(to)) => words::changes(language, from, to),
        _ => Word::What.of(language).to_owned(),
    };
    let path = shell.path.split('?').next().unwrap_or_default();
    let of_record = path.rsplit_once("/v").map_or(path, |(of_record, _)| of_record);
    let template = RecordTemplate {
        shell,
        heading: told.title(),
        number: page.number,
        version: page.version.map(|version| words::version(language, version)),
        chip: grade.map(|code| (code.to_owned(), tell::label("grade", code, language))),
        banners,
        lead: told.lead(),
        paragraphs: told.paragraphs(),
        events: told.events(),
        facts: told.facts(),
        sources: told.sources(),
        incidents: page.incidents.into_iter().map(|row| Row::of(row, language)).collect(),
        more: page.more,
        changes,
        changes_heading,
        cite: Some(page.cite),
        proof: page.proof,
        embed: page.embed.as_ref().map(embeds::code),
        versions: versions(&page.versions, page.version, language),
        history: with_language(&format!("{of_record}/history"), language),
    };
    rendered(&template)
}

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryTemplate<'a> {
    shell: &'a Shell,
    heading: Text,
    number: String,
    latest: String,
    banners: Vec<Banner>,
    versions: Vec<Version>,
}

/// The versions of a record.
pub fn history(
    shell: &Shell,
    record: &Value,
    number: String,
    rows: &[VersionRow],
    fate: Fate,
) -> String {
    let language = shell.language;
    let told = Told { record, language };
    let path = shell.path.trim_end_matches("/history");
    let banners = fate.merged_into.into_iter().map(|(number, href)| Banner {
        class: "",
        text: words::merged(language).to_owned(),
        link: Some(Bit::linked(number, with_language(&href, language))),
    });
    rendered(&HistoryTemplate {
        shell,
        heading: told.title(),
        number,
        latest: with_language(path, language),
        banners: banners.collect(),
        versions: versions(rows, None, language),
    })
}

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffTemplate<'a> {
    shell: &'a Shell,
    heading: Text,
    number: String,
    latest: String,
    history: String,
    from: Version,
    to: Version,
    changes: Changes,
    changes_heading: String,
}

/// What changed between two versions.
pub fn diff(
    shell: &Shell,
    record: &Value,
    number: String,
    [from, to]: [VersionRow; 2],
    differences: &[Difference],
) -> String {
    let language = shell.language;
    let told = Told { record, language };
    let path = shell.path.split("/diff").next().unwrap_or_default();
    let changes_heading = words::changes(language, from.version, to.version);
    let one = |row: VersionRow| Version {
        name: words::version(language, row.version),
        date: day(&row.published_at, language),
        reason: reason(&row, language),
        href: with_language(&row.href, language),
        diff: None,
        here: false,
    };
    rendered(&DiffTemplate {
        shell,
        heading: told.title(),
        number,
        latest: with_language(path, language),
        history: with_language(&format!("{path}/history"), language),
        from: one(from),
        to: one(to),
        changes: Changes::of(differences, language),
        changes_heading,
    })
}

struct Row {
    name: Bit,
    number: String,
    href: String,
    note: Option<String>,
}

impl Row {
    fn of(row: ListRow, language: Language) -> Self {
        let href = with_language(&row.href, language);
        let Some(record) = &row.record else {
            let name = Bit::plain(Word::Withdrawn.of(language));
            return Self { name, number: row.number, href, note: None };
        };
        let told = Told { record, language };
        let Text { text, lang } = told.title();
        let date = record["occurred"]["edtf"].as_str().map(|edtf| tell::date(edtf, language));
        let country = record["country"].as_str().map(|code| tell::country(code, language));
        let note = country.into_iter().chain(date).collect::<Vec<_>>().join(", ");
        Self {
            name: Bit { lang, ..Bit::plain(text) },
            number: row.number,
            href,
            note: (!note.is_empty()).then_some(note),
        }
    }
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListTemplate<'a> {
    shell: &'a Shell,
    heading: Text,
    number: String,
    facts: Facts,
    rows: Vec<Row>,
    next: Option<String>,
    cite: CiteBox,
}

/// A frozen list.
pub fn list(shell: &Shell, page: ListPage) -> String {
    let language = shell.language;
    let fact = |word: Word, text: String| crate::facts::Fact {
        label: word.of(language).to_owned(),
        bits: vec![Bit::plain(text)],
    };
    let facts = Facts {
        list: vec![
            fact(Word::Records, page.count.to_string()),
            fact(Word::MadeOn, day(&page.made_at, language)),
            fact(Word::Question, page.query),
        ],
    };
    let rows = page.rows.into_iter().map(|row| Row::of(row, language));
    let (text, lang) = page.title;
    rendered(&ListTemplate {
        shell,
        heading: Text { text, lang: Some(lang) },
        number: page.number,
        facts,
        rows: rows.collect(),
        next: page.next,
        cite: page.cite,
    })
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessageTemplate<'a> {
    shell: &'a Shell,
    heading: String,
    number: Option<String>,
    class: &'static str,
    texts: Vec<String>,
    cite: Option<CiteBox>,
}

/// A page that says why there is no other.
pub fn message(shell: &Shell, page: MessagePage) -> String {
    let language = shell.language;
    let of = |word: Word| word.of(language).to_owned();
    let (heading, class, texts) = match page.problem {
        Problem::NotFound => (of(Word::NotFound), "", vec![of(Word::NotFoundAbout)]),
        Problem::Mistyped => (of(Word::Mistyped), "", vec![of(Word::MistypedAbout)]),
        Problem::Withdrawn { at, class } => {
            let on = format!("{}: {}", of(Word::Date), day(&at, language));
            let mut texts = vec![on];
            if !class.is_empty() {
                texts.push(format!("{}: {class}", of(Word::Reason)));
            }
            texts.push(of(Word::WithdrawnAbout));
            (of(Word::Withdrawn), "withdrawn", texts)
        }
        Problem::NoProof => (of(Word::NoProof), "", vec![of(Word::NoProofAbout)]),
        Problem::NotProvenYet { begun } => {
            let about = if begun { Word::NotProvenYetAbout } else { Word::LogNotBegun };
            (of(Word::NotProvenYet), "", vec![of(about)])
        }
        Problem::Other { title, detail } => (title, "", vec![detail]),
    };
    rendered(&MessageTemplate {
        shell,
        heading,
        number: page.number,
        class,
        texts,
        cite: page.cite,
    })
}

/// A template as text: writing into memory does not fail.
pub(crate) fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
