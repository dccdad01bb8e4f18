//! What other sites show in a frame: a count as a table with bars, a record as a card; each with its source, its day and where
//! it is. Without scripts and cookies, and with a style of its own, whose bars are classes.

use std::sync::LazyLock;

use amparo_domain::language::Language;
use askama::Template;
use serde_json::Value;

use crate::facts::{Text, Told};
use crate::pages::{Fate, VersionRow, day, rendered};
use crate::words::{self, Word};
use crate::{Copied, Shell, tell};

/// The one style of what is shown elsewhere.
pub(crate) const STYLE: &str = include_str!("../templates/embed.css");

/// Its content security policy: like that of pages, but for who may show it in a frame, which is everybody.
pub static EMBED_POLICY: LazyLock<String> = LazyLock::new(|| crate::policy(STYLE, "*"));

/// How wide what is shown elsewhere is, if nobody says.
pub const WIDTH: u32 = 600;

/// How high it is then, in the code that is copied: of a record, and of a count beside its rows.
const RECORD_HEIGHT: u32 = 420;
const CHART_HEIGHT: u32 = 260;
const ROW_HEIGHT: u32 = 33;

/// The facts of a record that stand in a frame.
const WANTED: [Word; 6] =
    [Word::Kind, Word::OfKind, Word::Date, Word::Country, Word::Place, Word::Issuer];

/// What stands around something that is shown elsewhere.
#[derive(Debug)]
pub struct EmbedShell {
    /// The language.
    pub language: Language,
    /// The instance's own title.
    pub instance: String,
    /// What frames are called by.
    pub title: String,
    /// The day of what it says, RFC 3339 or a day alone.
    pub as_of: String,
    /// Where it is in the register.
    pub address: String,
}

struct Around<'a> {
    language: Language,
    instance: &'a str,
    title: &'a str,
    as_of: String,
    links: Vec<Leading>,
}

struct Leading {
    href: String,
    text: String,
    /// Whether the text is the address, so that it can be read where it cannot be followed.
    plain: bool,
}

impl Around<'_> {
    fn word(&self, word: Word) -> &'static str {
        word.of(self.language)
    }

    fn dir(&self) -> &'static str {
        crate::dir(self.language)
    }
}

impl EmbedShell {
    fn around(&self) -> Around<'_> {
        let text = self.address.trim_start_matches("https://").trim_start_matches("http://");
        // A record's address is short enough to be read; a question's is not.
        let plain = !text.contains('?');
        let text = if plain { text } else { Word::Records.of(self.language) };
        let leading = Leading { href: self.address.clone(), text: text.to_owned(), plain };
        Around {
            language: self.language,
            instance: &self.instance,
            title: &self.title,
            as_of: day(&self.as_of, self.language),
            links: vec![leading],
        }
    }
}

/// A count.
#[derive(Debug)]
pub struct Chart {
    /// What it says, as a sentence.
    pub title: String,
    /// What it is grouped by.
    pub heading: String,
    /// What is counted.
    pub measures: Vec<String>,
    /// The rows.
    pub rows: Vec<ChartRow>,
    /// Whether one incident may stand in several rows.
    pub overlap: bool,
}

/// A row of a count.
#[derive(Debug)]
pub struct ChartRow {
    /// What it is about; nothing for what is not known, or fits into none.
    pub label: Option<String>,
    /// A number for each measure; none where nobody looked, or nobody knows.
    pub values: Vec<Option<i64>>,
    /// Whether it is what fits into no stretch of time as a whole.
    pub unassigned: bool,
}

#[derive(Template)]
#[template(path = "chart.html")]
struct ChartTemplate<'a> {
    title: &'a str,
    /// Whether it is the first heading of its page.
    first: bool,
    heading: &'a str,
    measures: &'a [String],
    rows: Vec<Bar>,
    notes: Vec<&'static str>,
}

struct Bar {
    label: String,
    /// In fiftieths.
    width: i64,
    values: Vec<String>,
}

fn table(chart: &Chart, language: Language, first: bool) -> String {
    let leading = |row: &ChartRow| row.values.first().copied().flatten().unwrap_or(0);
    let most = chart.rows.iter().map(leading).max().unwrap_or(0).max(1);
    let rows = chart.rows.iter().map(|row| {
        let unknown = if row.unassigned { Word::FitsNowhere } else { Word::NotKnown };
        let total = chart.heading.is_empty();
        let value = |value: &Option<i64>| match value {
            Some(value) => {
                amparo_domain::sentence::number(language, u64::try_from(*value).unwrap_or(0))
            }
            None => "\u{2013}".to_owned(),
        };
        let length = leading(row);
        Bar {
            label: row
                .label
                .clone()
                .unwrap_or_else(|| if total { Word::All } else { unknown }.of(language).to_owned()),
            width: if length > 0 { (length * 50 / most).max(1) } else { 0 },
            values: row.values.iter().map(value).collect(),
        }
    });
    let mut notes = Vec::new();
    if chart.rows.iter().any(|row| row.values.contains(&None)) {
        notes.push(Word::NobodyLooked.of(language));
    }
    if chart.overlap {
        notes.push(Word::Overlap.of(language));
    }
    rendered(&ChartTemplate {
        title: &chart.title,
        first,
        heading: &chart.heading,
        measures: &chart.measures,
        rows: rows.collect(),
        notes,
    })
}

#[derive(Template)]
#[template(path = "embed_chart.html")]
struct EmbedChart<'a> {
    shell: Around<'a>,
    chart: String,
}

/// A count, for a frame.
pub fn embed_chart(shell: &EmbedShell, chart: &Chart) -> String {
    rendered(&EmbedChart { shell: shell.around(), chart: table(chart, shell.language, true) })
}

/// What to copy into a page that shows something in a frame.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The language of what stands in it.
    pub language: Language,
    /// What it is called: no name of a person, which could be taken down nowhere else.
    pub title: &'a str,
    /// The address that stays what it is.
    pub frozen: String,
    /// The address that keeps up with the register, if there is one, and what that is called.
    pub latest: Option<(String, String)>,
    /// How high it is.
    pub height: u32,
}

/// How high a count is, by its rows.
pub fn chart_height(chart: &Chart) -> u32 {
    let rows = u32::try_from(chart.rows.len()).unwrap_or(u32::MAX);
    rows.saturating_mul(ROW_HEIGHT).saturating_add(CHART_HEIGHT).min(2_000)
}

/// How high a record is.
pub const fn record_height() -> u32 {
    RECORD_HEIGHT
}

/// A frame as HTML: it may open what it leads to, and nothing else.
pub fn frame(src: &str, title: &str, width: u32, height: u32) -> String {
    let (src, title) = (attribute(src), attribute(title));
    format!(
        "<iframe src=\"{src}\" title=\"{title}\" width=\"{width}\" height=\"{height}\" \
         sandbox=\"allow-popups allow-popups-to-escape-sandbox\" loading=\"lazy\"></iframe>"
    )
}

fn attribute(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('"', "&quot;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

#[derive(Template)]
#[template(path = "code.html")]
struct Code {
    language: Language,
    texts: Vec<Copied>,
}

impl Code {
    fn word(&self, word: Word) -> &'static str {
        word.of(self.language)
    }
}

/// The box with what to copy: what stays as it is first.
pub(crate) fn code(of: &Frame<'_>) -> String {
    let language = of.language;
    let mut texts = vec![Copied {
        id: "embed-frozen".to_owned(),
        label: Word::EmbedFrozen.of(language),
        text: frame(&of.frozen, of.title, WIDTH, of.height),
    }];
    texts.extend(of.latest.as_ref().map(|(latest, title)| Copied {
        id: "embed-latest".to_owned(),
        label: Word::EmbedLatest.of(language),
        text: frame(latest, title, WIDTH, of.height),
    }));
    rendered(&Code { language, texts })
}

#[derive(Template)]
#[template(path = "embed_code.html")]
struct CodePage<'a> {
    shell: &'a Shell,
    chart: String,
    code: String,
}

/// The page that offers a count for other sites.
pub fn chart_code(shell: &Shell, chart: &Chart, frame: &Frame<'_>) -> String {
    let chart = table(chart, shell.language, false);
    rendered(&CodePage { shell, chart, code: code(frame) })
}

#[derive(Template)]
#[template(path = "embed_record.html")]
struct EmbedRecord<'a> {
    shell: Around<'a>,
    heading: Text,
    number: &'a str,
    parts: Vec<String>,
    chip: Option<(String, String)>,
    banners: Vec<String>,
    lead: Option<Text>,
    facts: Vec<(&'static str, String)>,
}

/// A record, for a frame.
pub fn embed_record(
    shell: &EmbedShell,
    record: &Value,
    number: &str,
    versions: &[VersionRow],
    shown: Option<i64>,
    fate: &Fate,
) -> String {
    let language = shell.language;
    let told = Told { record, language };
    let mut parts = Vec::new();
    let mut banners = Vec::new();
    let latest = versions.last().map(|row| row.version);
    if let Some(row) = versions.iter().find(|row| Some(row.version) == shown) {
        let on = day(&row.published_at, language);
        parts.push(format!("{}, {on}", words::version(language, row.version)));
        if latest > shown {
            let newer = versions.last().map(|row| {
                let name = words::version(language, row.version);
                format!("{name} · {}", day(&row.published_at, language))
            });
            let said = words::newer(language, row.version, &on);
            banners.push(format!("{said} {}", newer.unwrap_or_default()));
        }
    }
    if let Some((into, _)) = &fate.merged_into {
        banners.push(format!("{} {into}", words::merged(language)));
    }
    let grade = record["grade"].as_str();
    if grade == Some("disputed") {
        banners.push(Word::Disputed.of(language).to_owned());
    }
    let removed = record["removed"].as_array().into_iter().flatten();
    let removed: Vec<String> =
        removed.filter_map(|on| Some(tell::date(on.as_str()?, language))).collect();
    if !removed.is_empty() {
        let said = Word::NamesRemoved.of(language);
        banners.push(format!("{said} {}.", removed.join(", ")));
    }
    let facts = told
        .facts()
        .list
        .into_iter()
        .filter(|fact| WANTED.iter().any(|word| fact.label == word.of(language)));
    let facts = facts.map(|fact| {
        let word = WANTED.into_iter().find(|word| fact.label == word.of(language));
        let texts: Vec<String> = fact.bits.into_iter().map(|bit| bit.text).collect();
        let comma = if language == Language::Ar { "، " } else { ", " };
        (word.map_or("", |word| word.of(language)), texts.join(comma))
    });
    rendered(&EmbedRecord {
        shell: shell.around(),
        heading: told.title(),
        number,
        parts,
        chip: grade.map(|code| (code.to_owned(), tell::label("grade", code, language))),
        banners,
        lead: told.lead(),
        facts: facts.collect(),
    })
}

/// What is left of what was withdrawn, or a list, for a frame: its number, and a few words.
pub fn embed_words(shell: &EmbedShell, title: String, number: &str, words: Vec<String>) -> String {
    rendered(&EmbedRecord {
        shell: shell.around(),
        heading: Text { text: title, lang: None },
        number,
        parts: Vec::new(),
        chip: None,
        banners: words,
        lead: None,
        facts: Vec::new(),
    })
}

/// The words for what was withdrawn, for a frame.
pub fn withdrawn_words(language: Language, at: &str, class: &str) -> (String, Vec<String>) {
    let of = |word: Word| word.of(language).to_owned();
    let mut words = vec![format!("{}: {}", of(Word::Date), day(at, language))];
    if !class.is_empty() {
        words.push(format!("{}: {class}", of(Word::Reason)));
    }
    words.push(of(Word::WithdrawnAbout));
    (of(Word::Withdrawn), words)
}

/// The words for a frozen list of so many records, for a frame.
pub fn list_words(language: Language, count: u64, made_at: &str) -> Vec<String> {
    let of = |word: Word| word.of(language).to_owned();
    let count = amparo_domain::sentence::number(language, count);
    vec![
        format!("{}: {count}", of(Word::Records)),
        format!("{} {}", of(Word::MadeOn), day(made_at, language)),
        of(Word::FrozenListAbout),
    ]
}
