//! The forms a statement has besides JSON: Markdown with front matter, a page, plain text, a Word document.
//!
//! Who reads one sees in it what they see in JSON, and in its notes and its annex what everybody sees of what it cites.

use std::borrow::Cow;

use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::incident::PersonLink;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::statement::Annex;
use amparo_domain::{marks, sentence};
use amparo_exchange::forms::{Endorser, Footnotes, Statement};
use amparo_store::{Record, Shown, View};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::addresses;
use crate::answer::{self, Keep};
use crate::citing::{self, Notes};
use crate::document::parameter;
use crate::dto::Rendering;
use crate::extract::{Caller, Segments};
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::{Presentation, base_url, keep, tagged_revision};
use crate::state::AppState;
use crate::tag;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Markdown,
    Html,
    Text,
    Docx,
}

impl Form {
    pub(crate) const ALL: [Self; 4] = [Self::Markdown, Self::Html, Self::Text, Self::Docx];

    /// How an address ends.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Text => "txt",
            Self::Docx => "docx",
        }
    }

    /// What is asked for by `Accept`.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Text => "text/plain",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Docx => self.media_type(),
        }
    }

    fn by_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.extension() == extension)
    }
}

/// Takes the form off the end of a segment of an address, or else reads it from `format` or `Accept`; none is JSON.
pub(crate) fn wanted(
    segments: &mut Segments,
    nth: usize,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Form> {
    let segment = segments.text(nth).to_owned();
    if let Some((rest, ending)) = segment.split_once('.') {
        let form = Form::by_extension(ending);
        if form.is_some() || ending == "json" {
            segments.set(nth, rest);
        }
        return form;
    }
    let asked = url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes())
        .find(|(key, _)| key == "format")
        .map(|(_, value)| value.into_owned());
    match asked {
        Some(format) => Form::by_extension(&format),
        None => accepted(headers),
    }
}

/// The form that a client would rather have than JSON.
fn accepted(headers: &HeaderMap) -> Option<Form> {
    let mut best: (Option<Form>, f32) = (None, 0.0);
    for value in headers.get_all(header::ACCEPT) {
        for named in value.to_str().unwrap_or("").split(',') {
            let mut parts = named.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or("").to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
            let quality: f32 = quality.unwrap_or(1.0);
            let form = Form::ALL.into_iter().find(|form| form.media_type() == media_type);
            let json = matches!(media_type.as_str(), "application/json" | "*/*" | "application/*");
            if (form.is_some() || json) && quality > best.1 {
                best = (form, quality);
            }
        }
    }
    best.0
}

/// Reads `format` where the answer is JSON: only JSON is left.
pub(crate) fn is_json(query: &mut Query) {
    query.read("format", |value| match value {
        "json" => Ok(()),
        _ => Err(Refused::because("is one of json, md, html, txt, docx").suggesting(
            amparo_domain::suggest::nearest(value, ["json", "md", "html", "txt", "docx"]),
        )),
    });
}

/// What of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// What is shown of it, or what its network works on.
    Present,
    /// A version.
    Version(i32),
}

/// A request for a form.
pub(crate) struct Request<'a> {
    pub state: &'a AppState,
    pub caller: &'a Caller,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    pub named: Named,
    pub what: What,
    pub form: Form,
}

/// What is asked for.
struct Asked {
    language: Option<Language>,
    raw: bool,
    annex: Option<Annex>,
    footnotes: Footnotes,
    view: View,
}

impl Asked {
    fn of(request: &Request<'_>) -> Result<Self, ApiError> {
        let mut query = Query::of(request.uri);
        let language = query.gives("lang").then(|| query.language(Language::default()));
        let raw = Presentation::whole(&mut query, Language::default()).raw;
        query.read("format", |_| Ok(()));
        let annex = query.read("annex", |value| {
            let found = Annex::ALL.into_iter().find(|annex| annex.code() == value);
            found.ok_or_else(|| Refused::because("is one of full, short, none"))
        });
        let mut footnotes = None;
        if request.form == Form::Markdown {
            footnotes = query.read("footnotes", |value| match value {
                "marked" => Ok(Footnotes::Marked),
                "inline" => Ok(Footnotes::Inline),
                _ => Err(Refused::because("is marked or inline")),
            });
        }
        let mut view = None;
        if let What::Present = request.what {
            view = query.read("view", |value| match value {
                "working" => Ok(View::Working),
                "published" => Ok(View::Shown),
                _ => Err(Refused::because("is working or published")),
            });
        }
        query.finish()?;
        let (footnotes, view) = (footnotes.unwrap_or_default(), view.unwrap_or_default());
        Ok(Self { language, raw, annex, footnotes, view })
    }
}

impl Request<'_> {
    /// The answer.
    pub(crate) async fn answer(self) -> Result<Response, ApiError> {
        let asked = Asked::of(&self)?;
        let audience = self.caller.audience();
        let store = &self.state.store;
        let (shown, version, cited_on) = match self.what {
            What::Version(wanted) => {
                let found = store.version(&audience, Kind::Statement, &self.named, wanted).await?;
                let (version, shown) = found;
                (shown, Some(wanted), Some(version.published_at.date_naive()))
            }
            What::Present => {
                let kind = Kind::Statement;
                let found =
                    store.find_because(&audience, kind, &self.named, asked.view, None).await?;
                let record = &found.records;
                if asked.view == View::Working {
                    store.may_be_exported(&audience, record).await?;
                }
                let published = asked.view == View::Shown && record.version > 0;
                let version = published.then_some(record.version);
                let changed_on = record.changed_at.filter(|_| published);
                (found, version, changed_on.map(|at| at.date_naive()))
            }
        };
        let Shown { records: record, labels } = &shown;
        let Stored::Statement(facts) = &record.facts else {
            return Err(ApiError::NotFound);
        };
        let spoken = facts.lang.as_deref().and_then(|tag| tag.split('-').next()?.parse().ok());
        let language = asked.language.or(spoken).unwrap_or_default();
        let base = base_url(self.state, self.headers);
        let cited_on = cited_on.unwrap_or_else(|| store.clock().today());
        let notes = Notes { base: &base, language, cited_on, labels };
        let gathered = citing::gather(self.state, facts, notes).await?;
        let mut rendering = Presentation { raw: asked.raw, ..Presentation::plain(language) }
            .rendering(self.state, labels);
        rendering.staff &= matches!(self.what, What::Present);
        let rendering = rendering.of_record(record);
        let at = Written { version, base: &base, asked: &asked, gathered: &gathered };
        let statement = written(self.state, record, rendering, &at)?;
        let keep = most_careful(keep(&audience, std::slice::from_ref(record)), gathered.keep);
        let (form, footnotes) = (self.form, asked.footnotes);
        let body = citing::styled(move || match form {
            Form::Markdown => statement.markdown(footnotes, language).into_bytes(),
            Form::Html => statement.html(language).into_bytes(),
            Form::Text => statement.text(language).into_bytes(),
            Form::Docx => statement.docx(language),
        })
        .await?;
        let revision = match self.what {
            What::Present => tagged_revision(record),
            What::Version(_) => None,
        };
        let entity_tag = tag::of(&body, revision, &self.state.secret);
        let mut response = answer::read(self.headers, body, &entity_tag, keep);
        if let Some(version) = version {
            addresses::link_versions(&mut response, &base, record.number, version);
        }
        self.say(&mut response, record.number, version, language);
        Ok(response)
    }

    /// Says of an answer which form it is, and by which name it is kept.
    fn say(
        &self,
        response: &mut Response,
        number: Number,
        version: Option<i32>,
        language: Language,
    ) {
        let whole = response.status() == StatusCode::OK;
        let headers = response.headers_mut();
        let code = HeaderValue::from_static(language.code());
        headers.insert(HeaderName::from_static("content-language"), code);
        if !whole {
            return;
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.form.content_type()));
        // The text is its author's: nothing in it is run, even if something got by.
        let policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        let version = version.map(|version| format!("-v{version}")).unwrap_or_default();
        let name = format!("STM-{}{version}.{}", number.as_i64(), self.form.extension());
        let kind = if self.form == Form::Docx { "attachment" } else { "inline" };
        if let Ok(disposition) = HeaderValue::from_str(&format!("{kind}; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
    }
}

/// What a statement is written with.
struct Written<'a> {
    version: Option<i32>,
    base: &'a str,
    asked: &'a Asked,
    gathered: &'a citing::Gathered,
}

/// The statement as the caller may see it.
fn written(
    state: &AppState,
    record: &Record,
    rendering: Rendering<'_>,
    at: &Written<'_>,
) -> Result<Statement, ApiError> {
    let Written { version, base, asked, gathered } = at;
    let record: Cow<'_, Record> = rendering.without_hidden_addresses(record);
    let Stored::Statement(facts) = &record.facts else {
        return Err(ApiError::NotFound);
    };
    let people = facts.people.as_slice();
    let text = |text: &str| text_of(text, people, &rendering);
    let labels = rendering.labels;
    let name_of = |number: Number| {
        let label = labels.get(number)?;
        let name = label.name.clone().or_else(|| label.acronym.clone())?;
        Some(Endorser { name, acronym: label.acronym.clone(), matched_text: None })
    };
    let endorsers = facts.endorsers.iter().filter_map(|endorser| {
        let matched_text = endorser.matched_text.clone();
        Some(Endorser { matched_text, ..name_of(endorser.organization)? })
    });
    let body = facts.body.as_deref().map(text).unwrap_or_default();
    let has_marks = !marks::marks(&body).is_empty();
    let default = if facts.annex.is_full() && !has_marks { Annex::None } else { facts.annex };
    let letters = citing::prefix(state, Kind::Statement);
    let front_matter = facts.front_matter.iter().filter(|_| rendering.staff);
    let front_matter: Map<String, Value> =
        front_matter.map(|(name, value)| (name.clone(), shown(value, &text))).collect();
    let language = rendering.language;
    let date = facts.date.edtf();
    Ok(Statement {
        number: format!("{letters} {}", record.number),
        version: version.and_then(|version| u32::try_from(version).ok()),
        title: text(&facts.title),
        date: date.to_owned(),
        day: match date.parse::<NaiveDate>() {
            Ok(day) => sentence::day(language, day),
            Err(_) => sentence::as_known(language, &facts.date),
        },
        draft: facts.draft,
        excerpt: facts.excerpt.as_deref().map(text),
        tags: facts.tags.clone(),
        url: facts.url.clone().filter(|_| rendering.tells(&facts.url_names, people)),
        spoken: facts.lang.clone(),
        issuer: facts.issuer.and_then(name_of).map(|issuer| issuer.written()),
        body,
        cites: gathered.cites.clone(),
        listed: gathered.listed.clone(),
        endorsers: endorsers.collect(),
        front_matter,
        whole: rendering.staff,
        known_on: facts.known_on,
        own_annex: facts.annex,
        annex: asked.annex.unwrap_or(default),
        rows: gathered.rows.clone(),
        address: citing::permanent(base, record.number, *version),
    })
}

/// A text with its people as the caller may see them.
fn text_of(text: &str, people: &[PersonLink<Number>], rendering: &Rendering<'_>) -> String {
    if rendering.raw || !text.contains("{P") {
        return text.to_owned();
    }
    amparo_domain::text::render(text, |reference| {
        let link = people.iter().find(|link| link.reference == reference)?;
        Some(rendering.person(link).into_owned())
    })
}

/// A value with its texts as the caller may see them.
fn shown(value: &Value, text: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(of) => text(of).into(),
        Value::Array(items) => items.iter().map(|item| shown(item, text)).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, of)| (name.clone(), shown(of, text)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// How long something may be kept that is made of two.
fn most_careful(one: Keep, other: Keep) -> Keep {
    for keep in [Keep::Private, Keep::Briefly] {
        if one == keep || other == keep {
            return keep;
        }
    }
    one
}

/// What forms are asked with, for the document.
pub(crate) fn parameters() -> [Value; 3] {
    [
        parameter(
            "format",
            "In which form: JSON, Markdown with front matter, a page, plain text or a Word document. The same by the end of the \
             address (`.md`), which goes before it, and by `Accept`.",
            json!({"type": "string", "enum": ["json", "md", "html", "txt", "docx"]}),
            json!("md"),
        ),
        parameter(
            "annex",
            "Of all forms but JSON: the table of what the statement cites, whole, in three columns, or none. If not given, as the statement \
             says; whole if it says nothing and the text cites anything.",
            json!({"type": "string", "enum": ["full", "short", "none"]}),
            json!("short"),
        ),
        parameter(
            "footnotes",
            "Of Markdown: `marked` footnotes, which come back as citations; `inline` a list of numbers, for sites that know no footnotes.",
            json!({"type": "string", "enum": ["marked", "inline"]}),
            json!("marked"),
        ),
    ]
}
