//! A count as other sites show it: a table with bars, in a frame, as everybody may see it.

use amparo_domain::access::Audience;
use amparo_domain::counting::Group;
use amparo_domain::language::Language;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::sentence::as_known;
use amparo_web::{Chart, ChartRow, EmbedShell};
use axum::http::{HeaderMap, Uri};

use super::facets::label_of;
use super::views::{Cell, Row};
use super::{Asked, names_records, read, table_of};
use crate::figures;
use crate::problem::{ApiError, ProblemError};
use crate::resource::base_url;
use crate::state::AppState;

/// More rows are no chart.
const ROWS_SHOWN: usize = 400;

/// Parameters that say how a count is shown, and nothing of what is counted.
const OF_THE_TABLE: [&str; 5] = ["group_by", "measure", "unassigned", "fill", "lang"];

/// A count, ready to be shown, with what else a page needs to know of it.
pub(crate) struct Charted {
    pub shell: EmbedShell,
    pub chart: Chart,
    /// The question without a day and without a language, as it stands in an address.
    pub question: String,
    /// The day as of which it was counted.
    pub as_of: chrono::NaiveDate,
}

/// Counts what an address asks for.
pub(crate) async fn charted(
    state: &AppState,
    accepted: Language,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Charted, ApiError> {
    let public = &Audience::Public;
    let asked = read(state, public, accepted, uri).await?;
    let table = table_of(state, public, &asked).await?;
    if table.rows.len() > ROWS_SHOWN {
        let message = format!(
            "gives more than {ROWS_SHOWN} rows, which is no chart: ask for a shorter period or for fewer groups"
        );
        return Err(ApiError::Query(vec![ProblemError::parameter("group_by", message)]));
    }
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes())
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
    let of_the_question = |(key, _): &&(String, String)| !OF_THE_TABLE.contains(&key.as_str());
    let filter = pairs.iter().filter(of_the_question).cloned().collect();
    let language = asked.language;
    let told = figures::of_filter(state, public, language, &asked.filter, filter, headers).await?;
    let as_of = asked.filter.as_of.unwrap_or_else(|| state.store.clock().today());
    let mut question = url::form_urlencoded::Serializer::new(String::new());
    question.extend_pairs(pairs.iter().filter(|(key, _)| key != "as_of" && key != "lang"));
    let overlap = asked.groups.iter().any(|group| group.overlaps());
    let heading = asked.groups.iter().map(|group| group.label(language)).collect::<Vec<_>>();
    let measures = asked.measures.iter().map(|measure| measure.label(language).to_owned());
    let rows = table.rows.iter().map(|row| row_of(&asked, &table.columns, row));
    let chart = Chart {
        title: told.text.clone(),
        heading: heading.join(" · "),
        measures: measures.collect(),
        rows: rows.collect(),
        overlap,
    };
    let shell = EmbedShell {
        language,
        instance: state.settings.title.clone(),
        title: told.text,
        as_of: as_of.to_string(),
        address: told.address,
    };
    Ok(Charted { shell, chart, question: question.finish(), as_of })
}

/// The address at which a count is shown, as of a day if one is given.
pub(crate) fn address(
    state: &AppState,
    headers: &HeaderMap,
    charted: &Charted,
    as_of: Option<chrono::NaiveDate>,
) -> String {
    let mut query = url::form_urlencoded::Serializer::new(charted.question.clone());
    if let Some(day) = as_of {
        query.append_pair("as_of", &day.to_string());
    }
    query.append_pair("lang", charted.shell.language.code());
    format!("{}/embed/counts?{}", base_url(state, headers), query.finish())
}

fn row_of(asked: &Asked, columns: &[super::views::ColumnView], row: &Row) -> ChartRow {
    let cell = |name: &str| {
        let at = columns.iter().position(|column| column.name == name)?;
        row.cells.get(at)
    };
    let labels = asked.groups.iter().map(|group| label(*group, asked.language, &cell));
    let labels: Option<Vec<String>> = labels.collect();
    let values = asked.measures.iter().map(|measure| match cell(measure.code()) {
        Some(Cell::Number(number)) => Some(*number),
        _ => None,
    });
    let label = labels.filter(|labels| !labels.is_empty()).map(|labels| labels.join(" · "));
    ChartRow { label, values: values.collect(), unassigned: row.unassigned }
}

/// What a row is about, in words; nothing if that is not known.
fn label<'c>(
    group: Group,
    language: Language,
    cell: &impl Fn(&str) -> Option<&'c Cell>,
) -> Option<String> {
    let code = cell(group.code())?.to_text()?;
    if names_records(group)
        && let Some(Cell::Text(name)) = cell(&format!("{}_name", group.code()))
    {
        return Some(name.clone());
    }
    if group.unit().is_some() {
        let date: Option<PartialDate> = code.parse().ok();
        return Some(date.map_or(code, |date| as_known(language, &date)));
    }
    Some(label_of(group, &code, language).unwrap_or(code))
}
