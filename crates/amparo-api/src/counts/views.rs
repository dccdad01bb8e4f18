//! Tables of counts and facets on the wire.

use serde::Serialize as DeriveSerialize;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Counts of incidents: a table.
#[derive(Debug, DeriveSerialize, ToSchema)]
pub(crate) struct CountTable {
    /// The columns, in order.
    pub columns: Vec<ColumnView>,
    /// The rows: a member for each column. A row of what fits into no stretch of time says besides that its
    /// `bucket` is unassigned.
    #[schema(value_type = Vec<Object>, example = json!([{"month": "2024-04", "month_start": "2024-04-01", "incidents": 1, "coverage": "not_covered"}]))]
    pub rows: Vec<Row>,
    /// What the answer says of the question.
    #[schema(value_type = CountMeta)]
    pub meta: Map<String, Value>,
}

/// A column of a table.
#[derive(Debug, DeriveSerialize, ToSchema)]
#[schema(as = CountColumn)]
pub(crate) struct ColumnView {
    /// Its name, as the members of rows and the header of the CSV have it.
    #[schema(example = "incidents")]
    pub name: String,
    /// What stands in it: string, date or integer.
    #[schema(example = "integer")]
    pub r#type: &'static str,
    /// What it is called.
    #[schema(example = "Incidents")]
    pub label: String,
    /// What exactly is counted; null for what is no measure.
    pub definition: Option<&'static str>,
}

/// What an answer of counts says of the question.
#[derive(Debug, ToSchema)]
#[schema(as = CountMeta)]
#[expect(dead_code, reason = "a schema")]
pub(crate) struct CountMeta {
    /// The period as it was resolved, if one was asked for.
    #[schema(required = false, value_type = Object, example = json!({"from": "2024-01-01", "to": "2024-12-31"}))]
    period: Option<()>,
    /// How many incidents the question finds: the total of the list.
    #[schema(example = 1)]
    total: u64,
    /// How many of them fit into no stretch of the time axis; 0 without one. Where groups overlap, one that
    /// is in several counts in each.
    #[schema(example = 0)]
    unassigned: u64,
    /// Whether an incident can be in several groups, so that rows add up to more than the total.
    #[schema(example = false)]
    overlap: bool,
    /// What it is grouped by.
    #[schema(example = json!(["country", "month"]))]
    group_by: Vec<String>,
    /// What is counted.
    #[schema(example = json!(["incidents"]))]
    measure: Vec<String>,
    /// zero if a time axis has no gaps, else none.
    #[schema(example = "zero")]
    fill: String,
}

/// A row: its cells by the names of their columns.
#[derive(Debug)]
pub(crate) struct Row {
    /// Whether it is of what fits into no stretch of time.
    pub unassigned: bool,
    pub names: std::sync::Arc<[String]>,
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Not known, none, or not covered.
    Null,
    /// A word.
    Text(String),
    /// A count.
    Number(i64),
}

impl Cell {
    /// As CSV has it.
    pub(crate) fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
        }
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if self.unassigned {
            members.serialize_entry("bucket", "unassigned")?;
        }
        for (name, cell) in self.names.iter().zip(&self.cells) {
            members.serialize_entry(name, cell)?;
        }
        members.end()
    }
}

/// Facets: the values of filters, each with how many incidents it would leave.
#[derive(Debug, DeriveSerialize, ToSchema)]
pub(crate) struct FacetList {
    /// The filters.
    pub facets: Vec<FacetView>,
    /// What the answer says of the question.
    #[schema(value_type = FacetMeta)]
    pub meta: Map<String, Value>,
}

/// What an answer of facets says of the question.
#[derive(Debug, ToSchema)]
#[schema(as = FacetMeta)]
#[expect(dead_code, reason = "a schema")]
pub(crate) struct FacetMeta {
    /// The period as it was resolved, if one was asked for.
    #[schema(required = false, value_type = Object, example = json!({"from": "2024-01-01", "to": "2024-12-31"}))]
    period: Option<()>,
}

/// A filter with its values.
#[derive(Debug, DeriveSerialize, ToSchema)]
#[schema(as = Facet)]
pub(crate) struct FacetView {
    /// Which filter: country, type, ….
    #[schema(example = "country")]
    pub name: &'static str,
    /// What it is called.
    #[schema(example = "Country")]
    pub label: &'static str,
    /// Its values, those with most incidents first.
    pub values: Vec<FacetValueView>,
}

/// A value of a filter.
#[derive(Debug, DeriveSerialize, ToSchema)]
#[schema(as = FacetValue)]
pub(crate) struct FacetValueView {
    /// The value.
    #[schema(example = "AZE")]
    pub value: String,
    /// What it is called.
    #[schema(example = "Azerbaijan")]
    pub label: String,
    /// How many incidents the question finds with `query` in place of what it says of this filter.
    #[schema(example = 1)]
    pub incidents: u64,
    /// The parameters that choose it.
    #[schema(example = "country=AZE")]
    pub query: String,
}
