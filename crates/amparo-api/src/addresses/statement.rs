//! What the page of a statement shows besides what that of any record does: its text with notes, what it cites then and
//! now, and the ledger.

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_exchange::forms::{Cite, body_html};
use amparo_store::{Citable, ShownToday, StoreError};
use amparo_web::{CitedRow, Since, StatementParts};
use serde_json::{Value, json};

use super::pages::printed;
use super::rendered;
use crate::answer::Keep;
use crate::citing::{self, permanent};
use crate::problem::ApiError;
use crate::responses::ResponseList;
use crate::state::AppState;

/// The forms in which a statement is taken away.
const FORMS: [(&str, &str); 5] =
    [("Word", "docx"), ("Markdown", "md"), ("HTML", "html"), ("TXT", "txt"), ("JSON", "")];

/// What is cited: a record, and the version if it is pinned to one.
type Wanted = (Number, Option<i32>);

/// The text of a statement with its notes, and what it cites.
pub(super) struct Words {
    pub html: String,
    pub notes: String,
    pub cited: Vec<CitedRow>,
}

/// The text of a statement as everybody sees it, and how long it may be kept.
pub(super) async fn text(
    state: &AppState,
    base: &str,
    record: &Value,
    language: Language,
) -> Result<(Words, Keep), ApiError> {
    let wanted: Vec<Wanted> = record["incidents"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|of| {
            let number = of["number"].as_str()?.parse().ok()?;
            Some((number, of["version"].as_i64().and_then(|version| version.try_into().ok())))
        })
        .collect();
    // As it was, and as it is now.
    let latest = wanted.iter().map(|(number, _)| (*number, None));
    let both: Vec<Wanted> = wanted.iter().copied().chain(latest).collect();
    let found = state.store.citables(&both).await?;
    let mut keep = Keep::Public;
    let (mut cites, mut rows) = (Vec::new(), Vec::new());
    for (number, version) in wanted {
        // What is cited there everybody sees, or saw once.
        let Some(of) = found.get(&(number, version)) else { continue };
        let (both, kept) = citing::of_record(state, base, of, language);
        if kept != Keep::Public {
            keep = Keep::Briefly;
        }
        let quoting = &both.quoting;
        cites.push(Cite {
            number,
            version: u32::try_from(of.version).ok().filter(|version| *version > 0),
            footnote: quoting.footnote(language),
            short: quoting.short(),
            address: Some(quoting.address.clone()),
        });
        rows.push(CitedRow {
            number: match of.version {
                0 => printed(state, of.kind, number),
                version => format!("{} v{version}", printed(state, of.kind, number)),
            },
            href: permanent("", number, (of.version > 0).then_some(of.version)),
            record: match &of.shown {
                ShownToday::Published(_, shown) => Some(rendered(state, shown, language)?),
                ShownToday::Withdrawn(_) => None,
            },
            now: since(state, of, found.get(&(number, None))),
        });
    }
    let body = record["body"].as_str().unwrap_or_default();
    let (html, notes) = if body.is_empty() {
        (String::new(), String::new())
    } else {
        let html = body_html(body, &cites, language, "n");
        (html.text, html.notes)
    };
    Ok((Words { html, notes, cited: rows }, keep))
}

/// What the page of a statement shows besides, and how long that may be kept.
pub(super) async fn parts(
    state: &AppState,
    base: &str,
    record: &Value,
    citable: &Citable,
    language: Language,
) -> Result<(StatementParts, Keep), ApiError> {
    let (Words { html, notes, cited }, keep) = text(state, base, record, language).await?;
    let named = Named::Number(citable.number);
    let ledger = match state.store.ledger(&Audience::Public, Kind::Statement, &named).await {
        Ok(ledger) => json!(ResponseList::of(&ledger)),
        Err(StoreError::NotFound) => Value::Null,
        Err(error) => return Err(error.into()),
    };
    let list = state.store.cited_lists(citable.number).await?.remove(&citable.version);
    let api = format!("/api/v1/statements/{}/versions/{}", citable.number, citable.version);
    let downloads = FORMS.map(|(name, ending)| match ending {
        "" => (name, api.clone()),
        ending => (name, format!("{api}.{ending}")),
    });
    let parts = StatementParts {
        html,
        notes,
        cited,
        list: list.map(|list| {
            let letters = &state.settings.number_prefix;
            let number = format!("{letters}-L {list}").replace('-', "\u{2011}");
            (number, permanent("", list, None))
        }),
        responses: ledger["items"].as_array().cloned().unwrap_or_default(),
        downloads: if citable.version > 0 { downloads.to_vec() } else { Vec::new() },
    };
    Ok((parts, keep))
}

/// What has become of a record since it was cited.
fn since(state: &AppState, cited: &Citable, latest: Option<&Citable>) -> Vec<Since> {
    if matches!(cited.shown, ShownToday::Withdrawn(_)) {
        return vec![Since::Withdrawn];
    }
    let mut since = Vec::new();
    if cited.version > 0 && cited.version < cited.latest {
        let href = permanent("", cited.number, Some(cited.latest));
        since.push(Since::Newer(cited.latest.into(), href));
    }
    if let Some(into) = cited.merged_into {
        since.push(Since::Merged(printed(state, cited.kind, into), permanent("", into, None)));
    }
    if latest.is_some_and(is_disputed) {
        since.push(Since::Disputed);
    }
    since
}

fn is_disputed(citable: &Citable) -> bool {
    match &citable.shown {
        ShownToday::Published(_, shown) => match &shown.records.facts {
            Stored::Incident(facts) => facts.grade.code() == "disputed",
            _ => false,
        },
        ShownToday::Withdrawn(_) => false,
    }
}
