//! Reference data: countries, regions and the vocabulary.

use std::collections::BTreeMap;

use amparo_domain::country::{self, Country, Region};
use amparo_domain::language::Labels;
use amparo_domain::vocabulary::{self, List, Term};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::document::{Operation, examples, parameter, schema};
use crate::extract::Segments;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::read_country;
use crate::state::AppState;
use crate::tag;

/// A text in the six languages of the register.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Labels)]
pub(crate) struct LabelsView<'a> {
    /// Arabic.
    ar: &'a str,
    /// English.
    en: &'a str,
    /// Spanish.
    es: &'a str,
    /// French.
    fr: &'a str,
    /// Portuguese.
    pt: &'a str,
    /// Russian.
    ru: &'a str,
}

impl<'a> From<&'a Labels> for LabelsView<'a> {
    fn from(Labels { ar, en, es, fr, pt, ru }: &'a Labels) -> Self {
        Self { ar, en, es, fr, pt, ru }
    }
}

/// A country or territory of ISO 3166-1, or Kosovo under its user-assigned code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Country)]
pub(crate) struct CountryView<'a> {
    /// The three-letter code, the one written out everywhere.
    #[schema(example = "AZE", pattern = "^[A-Z]{3}$")]
    code: &'a str,
    /// The two-letter code. Namibia's is NA, which data tools read as missing.
    #[schema(example = "AZ")]
    alpha2: &'a str,
    /// The three-digit code; none for Kosovo.
    #[schema(example = "031")]
    numeric: Option<&'a str>,
    /// Its name in six languages.
    names: LabelsView<'a>,
    /// UN M49 codes of the regions it lies in, the world first.
    #[schema(example = json!(["001", "142", "145"]))]
    m49: &'a [String],
    /// The region in which networks of observers group it.
    #[schema(example = "eurasia")]
    region: Option<&'a str>,
}

impl<'a> CountryView<'a> {
    fn of(country: &'a Country) -> Self {
        Self {
            code: &country.alpha3,
            alpha2: &country.alpha2,
            numeric: country.numeric.as_deref(),
            names: (&country.names).into(),
            m49: &country.m49,
            region: country.region.as_deref(),
        }
    }
}

/// Countries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountryList<'a> {
    /// The countries, by code.
    items: Vec<CountryView<'a>>,
}

/// A group of countries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Region)]
pub(crate) struct RegionView<'a> {
    /// The code, as `region=` takes it.
    #[schema(example = "eurasia")]
    code: String,
    /// m49 or gndem.
    #[schema(example = "gndem")]
    scheme: &'static str,
    /// Its name in six languages.
    names: LabelsView<'a>,
    /// The M49 region it lies in.
    parent: Option<String>,
    /// The countries in it.
    countries: Vec<&'a str>,
}

/// Regions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionList<'a> {
    /// The regions of networks first, then those of M49.
    items: Vec<RegionView<'a>>,
}

/// The lists of the vocabulary.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyIndex<'a> {
    /// The version of the vocabulary as a whole.
    vocab_version: &'static str,
    /// The lists.
    items: Vec<VocabularyEntry<'a>>,
}

/// A list of the vocabulary, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyEntry<'a> {
    /// Its name, as in the path.
    #[schema(example = "incident_type")]
    list: &'a str,
    /// What it is, in six languages.
    title: LabelsView<'a>,
    /// How many terms it has.
    terms: usize,
}

/// A list of the vocabulary with its terms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyList<'a> {
    /// Its name, as in the path.
    #[schema(example = "incident_type")]
    list: &'a str,
    /// The version of the vocabulary as a whole.
    vocab_version: &'static str,
    /// What it is, in six languages.
    title: LabelsView<'a>,
    /// Its terms, in the order in which they are shown.
    items: Vec<TermView<'a>>,
}

/// A term of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Term)]
pub(crate) struct TermView<'a> {
    /// The stable code.
    #[schema(example = "detention")]
    code: &'a str,
    /// The label in six languages.
    labels: LabelsView<'a>,
    /// The rule by which it is used.
    note: Option<&'a str>,
    /// The wider term it belongs to.
    group: Option<&'a str>,
    /// Codes of other vocabularies, by scheme.
    crosswalk: &'a BTreeMap<String, Vec<String>>,
    /// For event kinds: the custody status of the person after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    custody: Option<&'a str>,
    /// For event kinds: the charge status of the person after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    charge: Option<&'a str>,
    /// For event kinds: whether it confirms that the custody still held that day.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    confirms: bool,
}

impl<'a> From<&'a Term> for TermView<'a> {
    fn from(term: &'a Term) -> Self {
        let Term { code, labels, note, group, crosswalk, custody, charge, confirms } = term;
        Self {
            code,
            labels: labels.into(),
            note: note.as_deref(),
            group: group.as_deref(),
            crosswalk,
            custody: custody.as_deref(),
            charge: charge.as_deref(),
            confirms: *confirms,
        }
    }
}

async fn list_countries(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let regions = query.choice_of_many("region", |value| {
        country::countries_in(value).map_err(|unknown| {
            Refused::because(unknown.to_string()).suggesting(unknown.did_you_mean)
        })
    });
    query.finish()?;
    let wanted = |country: &&Country| {
        let among = |codes: &[country::CountryCode]| {
            codes.iter().any(|code| code.alpha3() == country.alpha3)
        };
        (regions.any.is_empty() || among(&regions.any)) && !among(&regions.none)
    };
    let items = country::all().iter().filter(wanted).map(CountryView::of).collect();
    answer(&state, &headers, &CountryList { items })
}

async fn get_country(
    State(state): State<AppState>,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let code = read_country(segments.text(0)).map_err(|_| ApiError::NotFound)?;
    answer(&state, &headers, &CountryView::of(code.country()))
}

async fn list_regions(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let view = |region: &'static Region, scheme: &'static str| {
        let prefix = if scheme == "m49" { "m49:" } else { "" };
        let code = format!("{prefix}{}", region.code);
        let countries = country::countries_in(&code).unwrap_or_default();
        RegionView {
            names: (&region.names).into(),
            parent: region.parent.as_ref().map(|parent| format!("m49:{parent}")),
            countries: countries.into_iter().map(country::CountryCode::alpha3).collect(),
            code,
            scheme,
        }
    };
    let networks = country::network_regions().iter().map(|region| view(region, "gndem"));
    let m49 = country::m49_regions().iter().map(|region| view(region, "m49"));
    answer(&state, &headers, &RegionList { items: networks.chain(m49).collect() })
}

async fn list_vocabulary(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let items = vocabulary::lists().map(|(list, List { title, terms })| VocabularyEntry {
        list,
        title: title.into(),
        terms: terms.len(),
    });
    let index = VocabularyIndex { vocab_version: vocabulary::VERSION, items: items.collect() };
    answer(&state, &headers, &index)
}

async fn get_vocabulary(
    State(state): State<AppState>,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let name = segments.text(0);
    let List { title, terms } = vocabulary::list(name).ok_or(ApiError::NotFound)?;
    let list = VocabularyList {
        list: name,
        vocab_version: vocabulary::VERSION,
        title: title.into(),
        items: terms.iter().map(TermView::from).collect(),
    };
    answer(&state, &headers, &list)
}

fn answer(
    state: &AppState,
    headers: &HeaderMap,
    value: &impl Serialize,
) -> Result<Response, ApiError> {
    let body = answer::bytes(value)?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::read(headers, body, &entity_tag, Keep::Reference))
}

/// The routes of the reference data.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let region = parameter(
        "region",
        "Only the countries of a region: `eurasia`, `m49:150`.",
        json!({"type": "string"}),
        json!("eurasia"),
    );
    let read = |id, summary, description| Operation::read(id, "reference", summary, description);
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/countries",
            vec![
                read("list_countries", "List countries", "ISO 3166-1 and Kosovo, with names in six languages and the regions they lie in.")
                    .query([region])
                    .answers(200, "The countries.", &schema::<CountryList<'static>>())
                    .fails(&[400]),
            ],
            get(list_countries),
        ))
        .routes(Operation::route(
            "/api/v1/countries/{code}",
            vec![
                read("get_country", "Read a country", "By any of its codes, or a name or alias in six languages.")
                    .path("code", "Alpha-3, alpha-2, numeric, or a name.", json!("AZE"))
                    .answers_like(200, "The country.", &json!({"$ref": "#/components/schemas/Country"}), &examples::country())
                    .fails(&[400, 404]),
            ],
            get(get_country),
        ))
        .routes(Operation::route(
            "/api/v1/regions",
            vec![
                read("list_regions", "List regions", "The groups of countries that `region=` takes.")
                    .answers(200, "The regions.", &schema::<RegionList<'static>>())
                    .fails(&[400]),
            ],
            get(list_regions),
        ))
        .routes(Operation::route(
            "/api/v1/vocabulary",
            vec![
                read("list_vocabulary", "List the vocabulary", "The lists of controlled terms.")
                    .answers(200, "The lists.", &schema::<VocabularyIndex<'static>>())
                    .fails(&[400]),
            ],
            get(list_vocabulary),
        ))
        .routes(Operation::route(
            "/api/v1/vocabulary/{list}",
            vec![
                read("get_vocabulary_list", "Read a list of the vocabulary", "Its terms with labels in six languages and codes of other vocabularies.")
                    .path("list", "The name of the list.", json!("grade"))
                    .answers_like(200, "The list.", &schema::<VocabularyList<'static>>(), &examples::vocabulary())
                    .fails(&[400, 404]),
            ],
            get(get_vocabulary),
        ))
}
