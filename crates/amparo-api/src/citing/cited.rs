//! From what the store has to what is cited.

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::fold::fold;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::partial_date::Precision;
use amparo_domain::period::Period;
use amparo_domain::sentence;
use amparo_exchange::citation::{Cited, Figures, Pin, Standing, Subject};
use amparo_store::{Citable, FrozenList, Labels, Record, Shown, ShownToday};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{permanent, prefix};
use crate::answer::Keep;
use crate::dto::Rendering;
use crate::problem::ApiError;
use crate::resource::keep;
use crate::state::AppState;

/// The same thing cited for both purposes.
#[derive(Debug, Clone)]
pub(crate) struct Both {
    /// As it was.
    pub quoting: Cited,
    /// Wherever it stands; what never changes is pointed to as it was.
    pub pointing: Option<Cited>,
    /// What has become of it.
    pub fate: Fate,
}

/// What has become of what is cited.
#[derive(Debug, Clone)]
pub(crate) struct Fate {
    /// What it is: a kind of record, list or count.
    pub kind: &'static str,
    /// published, merged or withdrawn.
    pub state: &'static str,
    /// The latest version, where there are versions.
    pub latest: Option<i32>,
    /// The record into which it was merged.
    pub merged_into: Option<Number>,
    /// When and why it was withdrawn: the class, as a term and in words.
    pub withdrawn: Option<(DateTime<Utc>, &'static str, String)>,
    /// Whether a credible source contradicts it, as far as the cited version says.
    pub disputed: bool,
}

/// A record, and how long what is said of it may be kept.
pub(crate) fn of_record(
    state: &AppState,
    base: &str,
    citable: &Citable,
    language: Language,
) -> (Both, Keep) {
    let number = citable.number;
    let today = state.store.clock().today();
    let pinned = (citable.version > 0).then_some(citable.version);
    let fate = Fate {
        kind: citable.kind.singular(),
        state: if citable.merged_into.is_some() { "merged" } else { "published" },
        latest: (citable.latest > 0).then_some(citable.latest),
        merged_into: citable.merged_into,
        withdrawn: None,
        disputed: false,
    };
    let quoting = Cited {
        instance: state.settings.title.clone(),
        prefix: prefix(state, citable.kind),
        number: Some(number),
        pin: pinned.map_or(Pin::Latest, Pin::Version),
        subject: match citable.kind {
            Kind::Statement => Subject::Statement,
            _ => Subject::Record,
        },
        title: String::new(),
        title_language: None,
        published: None,
        accessed: today,
        address: permanent(base, number, pinned),
        standing: Standing::Stands,
    };
    let (quoting, fate, kept) = match &citable.shown {
        ShownToday::Withdrawn(tombstone) => {
            let class = tombstone.class.label(language).to_owned();
            let on = tombstone.withdrawn_at;
            let standing = Standing::Withdrawn { on: on.date_naive(), class: class.clone() };
            let withdrawn = Some((on, tombstone.class.code(), class));
            let fate = Fate { state: "withdrawn", withdrawn, ..fate };
            (Cited { standing, ..quoting }, fate, Keep::Public)
        }
        ShownToday::Published(version, shown) => {
            let Shown { records: record, labels } = shown.as_ref();
            let (title, tag) = title(state, record, labels);
            let cited = Cited {
                title,
                title_language: tag,
                published: version.as_ref().map(|version| version.published_at.date_naive()),
                ..quoting
            };
            let disputed = match &record.facts {
                Stored::Incident(facts) => facts.grade.code() == "disputed",
                _ => false,
            };
            let kept = keep(&Audience::Public, std::slice::from_ref(record));
            (cited, Fate { disputed, ..fate }, kept)
        }
    };
    let at = citable.merged_into.unwrap_or(number);
    let pointing = Cited {
        number: Some(at),
        pin: Pin::Latest,
        address: permanent(base, at, None),
        ..quoting.clone()
    };
    (Both { quoting, pointing: Some(pointing), fate }, kept)
}

/// What a record is called in a citation, and the language of that: one that is the record's own, so that it is the same in
/// citations of every language. Of an incident it says where and when as well, as far as that is known.
pub(crate) fn title(
    state: &AppState,
    record: &Record,
    labels: &Labels,
) -> (String, Option<String>) {
    let tag = match &record.facts {
        Stored::Incident(facts) => facts.lang.clone(),
        Stored::Statement(facts) => facts.lang.clone(),
        _ => None,
    };
    let spoken = tag.as_deref().and_then(|tag| tag.split('-').next()?.parse().ok());
    let language: Language = spoken.unwrap_or_default();
    let rendering = Rendering {
        labels,
        staff: false,
        knows: false,
        whole: false,
        language,
        raw: false,
        today: state.store.clock().today(),
        points: false,
        possible_in: None,
    };
    let record = rendering.without_hidden_addresses(record);
    let title = match &record.facts {
        Stored::Incident(facts) => {
            let mut title = rendering.text(&facts.title, &facts.people).into_owned();
            let country = facts.country.country().names.in_language(language);
            if !fold(&title).contains(&fold(country)) {
                title = format!("{title}, {country}");
            }
            let when = sentence::as_known(language, &facts.occurred);
            if facts.occurred.precision() != Precision::Unknown && !title.contains(&when) {
                title = format!("{title}, {when}");
            }
            title
        }
        Stored::Statement(facts) => rendering.text(&facts.title, &facts.people).into_owned(),
        Stored::Organization(facts) => facts.name.clone(),
        Stored::Election(facts) => facts.name.clone(),
        Stored::Case(facts) => facts.title.clone(),
        // Nobody cites a person.
        Stored::Person(_) => String::new(),
    };
    (title, tag)
}

/// A frozen list.
pub(crate) async fn of_list(
    state: &AppState,
    base: &str,
    list: &FrozenList,
) -> Result<Both, ApiError> {
    let period = serde_json::from_str::<Value>(&list.meta).ok().and_then(|meta| {
        let day = |member: &str| meta["period"][member].as_str()?.parse().ok();
        meta["period"].is_object().then(|| Period { from: day("from"), to: day("to") })
    });
    // A list that was made of a day gone by tells of that day.
    let mut asked = url::form_urlencoded::parse(list.query.as_bytes());
    let as_of = asked.find(|(key, _)| key == "as_of").and_then(|(_, day)| day.parse().ok());
    let countries = state.store.countries_of_list(list.number).await?;
    let quoting = Cited {
        instance: state.settings.title.clone(),
        prefix: format!("{}-L", state.settings.number_prefix),
        number: Some(list.number),
        pin: Pin::Whole,
        subject: Subject::List(Figures { incidents: list.count, countries, period }),
        title: list.title.clone(),
        title_language: Some(list.language.code().to_owned()),
        published: as_of.or_else(|| Some(list.made_at.date_naive())),
        accessed: state.store.clock().today(),
        address: permanent(base, list.number, None),
        standing: Standing::Stands,
    };
    let fate = Fate {
        kind: "list",
        state: "published",
        latest: None,
        merged_into: None,
        withdrawn: None,
        disputed: false,
    };
    Ok(Both { quoting, pointing: None, fate })
}
