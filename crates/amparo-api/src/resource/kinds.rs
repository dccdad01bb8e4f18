//! The six kinds of record: what each list can be asked for.

use amparo_domain::access::Audience;
use amparo_domain::country::CountryCode;
use amparo_domain::filter::Words;
use amparo_domain::kind::Kind;
use amparo_domain::page::Sort;
use amparo_domain::period::Period;
use amparo_store::{Record, RecordFilter};
use serde_json::{Map, Value, json};

use super::{Listed, Resource};
use crate::document::parameter;
use crate::dto::{self, Rendering};
use crate::incident_query;
use crate::page;
use crate::problem::ApiError;
use crate::query::{self, Asker, Query, Refused};
use crate::state::AppState;

/// Incidents.
pub(crate) struct Incidents;
/// Organizations.
pub(crate) struct Organizations;
/// People.
pub(crate) struct People;
/// Elections.
pub(crate) struct Elections;
/// Cases.
pub(crate) struct Cases;
/// Statements.
pub(crate) struct Statements;

impl Resource for Incidents {
    const KIND: Kind = Kind::Incident;
    const ABOUT: &'static str = "Acts or situations at a time and place, each with its sources.";
    type View<'a> = dto::Incident<'a>;
    type New = dto::NewIncident;

    fn parameters() -> Vec<Value> {
        incident_query::parameters()
    }

    fn example() -> Value {
        json!({
            "title": "Detention of {P1} while votes were counted",
            "summary": "Police took {P1} from the polling station and held them overnight.",
            "lang": "en",
            "types": ["detention"],
            "occurred": "2024-02-07",
            "country": "Azerbaijan",
            "place": "Baku",
            "people": [{"ref": "P1", "name": "Jane Example", "role": "affected_person", "position": "an observer"}],
            "organizations": [{"slug": "emds", "role": "affiliated_organization"}],
            "sources": [{"title": "Observers report a detention", "publisher": "Example News",
                         "url": "https://example.org/detention", "date": "2024-02-08"}]
        })
    }

    fn view<'a>(record: &'a Record, rendering: Rendering<'a>) -> Option<Self::View<'a>> {
        dto::Incident::of(record, rendering)
    }

    async fn list(
        state: &AppState,
        audience: &Audience,
        mut query: Query,
        scope: &str,
    ) -> Result<Listed, ApiError> {
        let asked = incident_query::read(&mut query, &state.store, audience).await?;
        let page = page::requested(&mut query, &state.secret, scope, asked.sort);
        query.finish()?;
        let incident_query::Asked { filter, sort, mut meta } = asked;
        let list = state.store.list_incidents(audience, &filter, sort, &page).await?;
        if let Some(total) = list.records.total {
            incident_query::tell_possible(&mut meta, state, audience, &filter, total).await?;
        }
        let seen_on = Some(filter.seen_on(state.store.clock().today()));
        Ok(Listed { page: list, meta, seen_on, possible_in: filter.possible_in() })
    }
}

macro_rules! listed {
    ($kind:ident, $view:ident, $new:ident, $variant:expr, $about:literal, [$($parameter:ident),*], $example:expr) => {
        impl Resource for $kind {
            const KIND: Kind = $variant;
            const ABOUT: &'static str = $about;
            type View<'a> = dto::$view<'a>;
            type New = dto::$new;

            fn parameters() -> Vec<Value> {
                vec![$($parameter(),)* q()]
            }

            fn example() -> Value {
                $example
            }

            fn view<'a>(record: &'a Record, rendering: Rendering<'a>) -> Option<Self::View<'a>> {
                dto::$view::of(record, rendering)
            }

            async fn list(
                state: &AppState,
                audience: &Audience,
                mut query: Query,
                scope: &str,
            ) -> Result<Listed, ApiError> {
                let (filter, meta) = read_filter(&mut query, state, audience, Self::KIND).await?;
                let sort = Sort::OccurredDescending;
                let page = page::requested(&mut query, &state.secret, scope, sort);
                query.finish()?;
                let page = state.store.list(audience, Self::KIND, &filter, &page).await?;
                Ok(Listed { page, meta, seen_on: None, possible_in: None })
            }
        }

        impl $kind {
            /// The parameters that its list takes besides `q` and those of every list.
            const TAKES: &'static [&'static str] = &[$(stringify!($parameter)),*];
        }
    };
}

listed!(
    Organizations,
    Organization,
    NewOrganization,
    Kind::Organization,
    "Observer groups, networks, state bodies.",
    [country, state, member_of],
    json!({"name": "Example Observers", "acronym": "EXO", "country": "GEO",
           "kind": "citizen_observer_group", "website": "https://example.org"})
);
listed!(
    People,
    Person,
    NewPerson,
    Kind::Person,
    "People in the records; for staff. The public meets them inside incidents.",
    [state],
    json!({"names": [{"name": "Jane Example", "lang": "en", "script": "Latn"}], "position": "observer"})
);
listed!(
    Elections,
    Election,
    NewElection,
    Kind::Election,
    "Elections that were or will be observed.",
    [country, state, period],
    json!({"slug": "ge-2030-example", "name": "Example election 2030", "country": "GEO",
           "date": "2030-10-27", "type": "parliamentary"})
);
listed!(
    Cases,
    Case,
    NewCase,
    Kind::Case,
    "Incidents that belong together.",
    [state],
    json!({"title": "Pressure on Example Observers around the 2030 election"})
);
listed!(
    Statements,
    Statement,
    NewStatement,
    Kind::Statement,
    "What networks said in public, citing records.",
    [country, state, period, organization, cites],
    json!({"title": "Solidarity with Example Observers", "date": "2030-11-02", "lang": "en",
           "issuer": "gndem", "body": "We stand with our colleagues.", "tags": ["Solidarity"]})
);

fn q() -> Value {
    parameter(
        "q",
        "All of these words, folded in every script; a trailing * makes a prefix.",
        json!({"type": "string", "maxLength": 500}),
        json!("observ*"),
    )
}

fn country() -> Value {
    parameter(
        "country",
        "The country: alpha-3, alpha-2, numeric, or a name in six languages. Commas or repeats are OR, `country!=` is NOT.",
        json!({"type": "string"}),
        json!("AZE"),
    )
}

fn state() -> Value {
    parameter(
        "state",
        "Where it is on its way; those the caller may see if not given.",
        json!({"type": "string"}),
        json!("published"),
    )
}

fn member_of() -> Value {
    parameter(
        "member_of",
        "A network it is a member of, by number or slug.",
        json!({"type": "string"}),
        json!("enemo"),
    )
}

fn organization() -> Value {
    parameter(
        "organization",
        "Who issued or endorsed it, by number or slug.",
        json!({"type": "string"}),
        json!("gndem"),
    )
}

fn cites() -> Value {
    parameter(
        "cites",
        "An incident it cites, by number.",
        json!({"type": "string"}),
        json!("4827-1930"),
    )
}

fn period() -> Value {
    parameter(
        "period",
        "When: `2024`, `2024-04`, `2024-Q2`, `2024-04-01/2024-06-30`, open-ended with `..`, or `P90D/2024-06-30`.",
        json!({"type": "string"}),
        json!("2024"),
    )
}

/// Reads a country in any form.
pub(crate) fn read_country(value: &str) -> Result<CountryCode, Refused> {
    value.parse().map_err(|unknown: amparo_domain::country::UnknownCountry| {
        Refused::because(unknown.to_string()).suggesting(unknown.did_you_mean)
    })
}

/// Reads a period.
pub(crate) fn read_period(value: &str) -> Result<Period, Refused> {
    value.parse().map_err(|wrong: amparo_domain::partial_date::DateError| {
        Refused::because(wrong.message).suggesting(wrong.did_you_mean)
    })
}

/// Reads the words of a search.
pub(crate) fn read_words(value: &str) -> Result<Words, Refused> {
    if value.chars().count() > 500 {
        return Err(Refused::because("longer than 500 characters"));
    }
    let words = Words::parse(value).ok_or_else(|| Refused::because("has no word in it"))?;
    if words.0.len() > amparo_domain::filter::WORDS_MAX {
        return Err(Refused::because("has more than 16 words"));
    }
    Ok(words)
}

/// Reads what a list of records other than incidents is asked for, and what the answer says of it.
pub(crate) async fn read_filter(
    query: &mut Query,
    state: &AppState,
    audience: &Audience,
    kind: Kind,
) -> Result<(RecordFilter, Map<String, Value>), ApiError> {
    let mut filter = RecordFilter { words: query.read("q", read_words), ..RecordFilter::default() };
    let mut meta = Map::new();
    let asker = Asker { store: &state.store, audience };
    let takes = match kind {
        Kind::Incident => &[],
        Kind::Organization => Organizations::TAKES,
        Kind::Person => People::TAKES,
        Kind::Election => Elections::TAKES,
        Kind::Case => Cases::TAKES,
        Kind::Statement => Statements::TAKES,
    };
    for parameter in takes {
        match *parameter {
            "country" => filter.country = query.choice("country", read_country),
            "state" => filter.state = query.choice("state", query::term),
            "member_of" => {
                filter.member_of = asker.named(query, "member_of", Kind::Organization).await?;
            }
            "organization" => {
                let key = "organization";
                filter.organization = asker.named(query, key, Kind::Organization).await?;
            }
            "cites" => filter.cites = asker.named(query, "cites", Kind::Incident).await?,
            _ => {
                filter.period = query.read("period", read_period);
                if let Some(period) = filter.period {
                    meta.insert("period".to_owned(), json!({"from": period.from, "to": period.to}));
                }
            }
        }
    }
    Ok((filter, meta))
}
