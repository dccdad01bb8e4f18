//! The source that a row names.

use serde_json::{Value, json};

use super::cells::Cells;
use crate::entry::Note;
use crate::mapping::Field;

/// Search engines, whose front page is evidence of nothing.
const SEARCH_ENGINES: [&str; 7] =
    ["google.", "bing.", "duckduckgo.", "yahoo.", "yandex.", "baidu.", "ecosia."];

/// The source of a row, or nothing where it names none that is of use.
pub(super) fn of(cells: &mut Cells<'_>) -> Option<Value> {
    let given = |field| cells.one(field).map(str::to_owned);
    let (title, publisher) = (given(Field::SourceTitle), given(Field::SourcePublisher));
    let date = given(Field::SourceDate);
    let Some(written) = given(Field::SourceUrl) else {
        let title = title.or_else(|| publisher.clone())?;
        return Some(
            json!({"ref": "S1", "title": title, "publisher": publisher, "url": null, "date": date}),
        );
    };
    let url = url::Url::parse(&written).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = url else {
        let message =
            format!("the link \"{written}\" is not an address; the import itself is the source");
        cells.notes.push(Note::warning(cells.place(), message));
        return None;
    };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host).to_owned();
    let front = url.path() == "/" && url.query().is_none();
    if front && SEARCH_ENGINES.iter().any(|engine| host.starts_with(engine)) {
        let message = format!(
            "the evidence link {written} is the front page of a search engine and shows nothing; the import itself is the source"
        );
        cells.notes.push(Note::warning(cells.place(), message));
        return None;
    }
    Some(json!({
        "ref": "S1", "title": title.unwrap_or_else(|| host.clone()), "publisher": publisher.unwrap_or(host),
        "url": written, "date": date
    }))
}
