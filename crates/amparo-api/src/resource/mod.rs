//! The same for every kind of record: list, read, create, replace, patch, verbs, history.

mod history;
mod kinds;
mod merge;
mod queue;
mod read;
mod review;
mod write;

use std::future::Future;

use amparo_domain::access::Audience;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::page::Page;
use amparo_domain::period::Period;
use amparo_domain::tier::Tier;
use amparo_store::{Labels, Record, Shown};
use axum::routing::{get, post};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::document::{self, Operation};
use crate::dto::Rendering;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;

pub(crate) use queue::routes as queue_routes;
pub(crate) use write::{Options as WriteOptions, as_it_stood, recalled};

pub(crate) use read::{PURPOSES, base_url, keep, next_address, page_of, set_language};

pub(crate) use kinds::{
    Cases, Elections, Incidents, Organizations, People, Statements, read_country, read_filter,
    read_period, read_words,
};

/// A kind of record as the API serves it.
pub(crate) trait Resource: Send + Sync + Sized + 'static {
    /// Which.
    const KIND: Kind;
    /// What it is, for people who read the document.
    const ABOUT: &'static str;
    /// The parameters its list takes besides those of every list.
    fn parameters() -> Vec<Value>;
    /// What readers get.
    type View<'a>: Serialize + ToSchema;
    /// What writers send.
    type New: ToSchema;
    /// An example of what writers send.
    fn example() -> Value;
    /// The record as a caller may see it.
    fn view<'a>(record: &'a Record, rendering: Rendering<'a>) -> Option<Self::View<'a>>;
    /// A page of records, and what the answer says of the question.
    fn list(
        state: &AppState,
        audience: &Audience,
        query: Query,
        scope: &str,
    ) -> impl Future<Output = Result<Listed, ApiError>> + Send;
}

/// A page and what the answer says of the question.
pub(crate) struct Listed {
    pub page: Shown<Page<Record>>,
    pub meta: Map<String, Value>,
    /// The day as of which custody is told, if it is not the present one.
    pub seen_on: Option<NaiveDate>,
    /// The period of which a record may be in it or not, where that is told apart.
    pub possible_in: Option<Period>,
}

/// How a client wants records shown.
#[derive(Debug, Clone)]
pub(crate) struct Presentation {
    pub language: Language,
    pub raw: bool,
    pub fields: Option<Vec<String>>,
    /// Whether a point that stands for the country is wanted where there is no other.
    pub points: bool,
}

impl Presentation {
    /// As everybody gets it in a language.
    pub(crate) const fn plain(language: Language) -> Self {
        Self { language, raw: false, fields: None, points: false }
    }

    /// Reads `lang` and `text`.
    pub(crate) fn whole(query: &mut Query, accepted: Language) -> Self {
        let language = query.language(accepted);
        let raw = query.read("text", |value| match value {
            "raw" => Ok(true),
            "rendered" => Ok(false),
            _ => Err(Refused::because("is raw or rendered")),
        });
        Self { raw: raw.unwrap_or(false), ..Self::plain(language) }
    }

    /// Reads `lang`, `text` and `fields`.
    pub(crate) fn of<K: Resource>(query: &mut Query, accepted: Language) -> Self {
        let whole = Self::whole(query, accepted);
        let mut known: Vec<&str> = amparo_exchange::draft::members(K::KIND).to_vec();
        known.extend(amparo_exchange::draft::read_only(K::KIND));
        let fields = query.choice("fields", |value| {
            let near = || amparo_domain::suggest::nearest(value, known.iter().copied());
            let refused = || Refused::because("is no member of this record").suggesting(near());
            known.contains(&value).then(|| value.to_owned()).ok_or_else(refused)
        });
        if !fields.none.is_empty() {
            query.refuse("fields", Refused::because("cannot be negated"));
        }
        Self { fields: (!fields.any.is_empty()).then_some(fields.any), ..whole }
    }

    /// How records are rendered.
    pub(crate) fn rendering<'a>(&self, state: &AppState, labels: &'a Labels) -> Rendering<'a> {
        Rendering {
            labels,
            staff: true,
            knows: false,
            whole: false,
            language: self.language,
            raw: self.raw,
            today: state.store.clock().today(),
            points: self.points,
            possible_in: None,
        }
    }
}

/// The revision that the tag of a record names, for those who see that there are any.
pub(crate) fn tagged_revision(record: &Record) -> Option<i32> {
    (record.access > Tier::Public).then_some(record.revision)
}

/// Writes a record as JSON, whole or with some of its members.
pub(crate) fn write_view<K: Resource>(
    into: &mut Vec<u8>,
    record: &Record,
    rendering: Rendering<'_>,
    fields: Option<&[String]>,
) -> Result<(), ApiError> {
    let rendering = rendering.of_record(record);
    let record = rendering.without_hidden_addresses(record);
    let view = K::view(&record, rendering).ok_or(ApiError::NotFound)?;
    let failed = |error: serde_json::Error| ApiError::Internal(error.to_string());
    match fields {
        None => serde_json::to_writer(into, &view).map_err(failed),
        Some(fields) => {
            let mut value = serde_json::to_value(&view).map_err(failed)?;
            if let Value::Object(members) = &mut value {
                members.retain(|member, _| fields.iter().any(|field| field == member));
            }
            serde_json::to_writer(into, &value).map_err(failed)
        }
    }
}

/// The record as a JSON value.
pub(crate) fn value_of<K: Resource>(
    record: &Record,
    rendering: Rendering<'_>,
) -> Result<Value, ApiError> {
    let rendering = rendering.of_record(record);
    let record = rendering.without_hidden_addresses(record);
    let view = K::view(&record, rendering).ok_or(ApiError::NotFound)?;
    serde_json::to_value(&view).map_err(|error| ApiError::Internal(error.to_string()))
}

/// The routes of a kind of record, documented where they are made.
pub(crate) fn routes<K: Resource>() -> OpenApiRouter<AppState> {
    let plural = K::KIND.plural();
    let base = format!("/api/v1/{plural}");
    let one = format!("{base}/{{{}}}", document::key_name(K::KIND));
    let at = |rest: &str| format!("{one}/{rest}");
    let document = document::Resource::of::<K>();
    let mut router = review::routes::<K>(&document, &base, &one)
        .routes(Operation::route(
            &base,
            vec![document.list(), document.create()],
            get(read::list::<K>).post(write::create::<K>),
        ))
        .routes(Operation::route(
            &one,
            vec![document.get(), document.replace(), document.patch(), document.delete()],
            get(read::get_one::<K>)
                .put(write::replace::<K>)
                .patch(write::patch::<K>)
                .delete(write::delete::<K>),
        ))
        .routes(Operation::route(
            &at("revisions"),
            vec![document.revisions()],
            get(history::revisions::<K>),
        ))
        .routes(Operation::route(
            &at("revisions/{revision}"),
            vec![document.revision()],
            get(history::revision::<K>),
        ))
        .routes(Operation::route(&at("submit"), vec![document.submit()], post(write::submit::<K>)))
        .routes(Operation::route(
            &format!("{base}/submit"),
            vec![document.submit_many()],
            post(write::submit_many::<K>),
        ));
    if matches!(K::KIND, Kind::Incident | Kind::Statement) {
        router = router.routes(Operation::route(
            &at("take-down"),
            vec![document.take_down()],
            post(write::take_down::<K>),
        ));
    }
    if K::KIND != Kind::Person {
        router = router
            .routes(Operation::route(
                &at("versions"),
                vec![document.versions()],
                get(history::versions::<K>),
            ))
            .routes(Operation::route(
                &at("versions/{version}"),
                vec![document.version()],
                get(history::version::<K>),
            ))
            .routes(Operation::route(&at("diff"), vec![document.diff()], get(history::diff::<K>)))
            .routes(Operation::route(
                &at("publish"),
                vec![document.publish()],
                post(write::publish::<K>),
            ))
            .routes(Operation::route(
                &at("withdraw"),
                vec![document.withdraw()],
                post(write::withdraw::<K>),
            ))
            .routes(Operation::route(
                &format!("{base}/publish"),
                vec![document.publish_many()],
                post(write::publish_many::<K>),
            ))
            .routes(Operation::route(
                &format!("{base}/withdraw"),
                vec![document.withdraw_many()],
                post(write::withdraw_many::<K>),
            ));
    }
    if K::KIND == Kind::Incident {
        router = router.routes(Operation::route(
            &at("events"),
            vec![document.events(), document.add_event()],
            get(read::events::<K>).post(write::add_event::<K>),
        ));
        router = router.merge(merge::routes());
    }
    router
}
