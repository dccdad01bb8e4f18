//! The questions that can be asked of incidents, as parameters.

use amparo_domain::access::Audience;
use amparo_domain::country::countries_in;
use amparo_domain::election::Phase;
use amparo_domain::filter::{
    BoundingBox, Choice, CustodyWanted, DateMatch, IncidentFilter, Near, RegionWanted,
};
use amparo_domain::kind::Kind;
use amparo_domain::page::Sort;
use amparo_domain::partial_date::{DateError, PartialDate};
use amparo_domain::period::Duration;
use amparo_domain::suggest;
use amparo_domain::vocabulary;
use amparo_store::Store;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use crate::document::parameter;
use crate::problem::ApiError;
use crate::query::{self, Asker, Query, Refused};
use crate::resource::{read_country, read_period, read_words};
use crate::state::AppState;

/// A question about incidents.
pub(crate) struct Asked {
    pub filter: IncidentFilter,
    pub sort: Sort,
    /// What the answer says of the question: the period as it was resolved, for one.
    pub meta: Map<String, Value>,
}

/// Reads a question of a list; what is wrong with it is noted in the query.
pub(crate) async fn read(
    query: &mut Query,
    store: &Store,
    audience: &Audience,
) -> Result<Asked, ApiError> {
    let mut asked = read_filter(query, store, audience).await?;
    asked.sort = query.read("sort", read_sort).unwrap_or_default();
    asked.meta.insert("sort".to_owned(), json!(asked.sort.code()));
    Ok(asked)
}

/// The same without an order, which counts have not.
pub(crate) async fn read_filter(
    query: &mut Query,
    store: &Store,
    audience: &Audience,
) -> Result<Asked, ApiError> {
    let asker = Asker { store, audience };
    let mut filter = IncidentFilter {
        words: query.read("q", read_words),
        country: query.choice("country", read_country),
        region: asker.regions(query).await?,
        incident_type: query.choice("type", query::term),
        grade: query.choice("grade", query::term),
        state: query.choice("state", query::term),
        custody: query.choice("custody", read_custody),
        person: Choice::default(),
        organization: asker.named(query, "organization", Kind::Organization).await?,
        member_of: asker.named(query, "member_of", Kind::Organization).await?,
        actor: query.choice("actor", query::term),
        election: asker.named(query, "election", Kind::Election).await?,
        before_election: query.read("before_election", read_duration),
        after_election: query.read("after_election", read_duration),
        phase: query.choice("phase", read_phase),
        case: asker.named(query, "case", Kind::Case).await?,
        network: query.choice("network", |value| Ok(value.to_owned())),
        period: query.read("period", read_period),
        date_match: query.read("date_match", read_date_match).unwrap_or_default(),
        bbox: query.read("bbox", read_bbox),
        near: None,
        changed_since: query.read("changed_since", read_instant),
        severity: query.choice_of_many("severity", read_severity),
        cited_in: asker.named(query, "cited_in", Kind::Statement).await?,
        as_of: read_day(query, "as_of", store),
        known_on: read_day(query, "known_on", store),
        subtype: query.choice("subtype", read_subtype),
        held_on: None,
    };
    // Who is in which record is for staff: a number of a person must not be there to be tried.
    if audience.is_member() {
        filter.person = asker.named(query, "person", Kind::Person).await?;
    }
    read_near(query, &mut filter);
    let windowed = filter.before_election.is_some() || filter.after_election.is_some();
    if windowed && filter.election.any.is_empty() {
        let missing = "needs election= to say which election";
        query.refuse("before_election", Refused::because(missing));
    }
    if filter.as_of.is_some() && filter.changed_since.is_some() {
        let message = "asks for what changed until today, and as_of= for what was there on a day; ask \
                       one or the other";
        query.refuse("changed_since", Refused::because(message));
    }
    let mut meta = Map::new();
    if let Some(period) = filter.period {
        meta.insert("period".to_owned(), json!({"from": period.from, "to": period.to}));
    }
    for (name, day) in [("as_of", filter.as_of), ("known_on", filter.known_on)] {
        if let Some(day) = day {
            meta.insert(name.to_owned(), json!(day));
        }
    }
    Ok(Asked { filter, sort: Sort::default(), meta })
}

/// Tells of a total how many of it may be in the period or not, or how many more may be than are counted.
pub(crate) async fn tell_possible(
    meta: &mut Map<String, Value>,
    state: &AppState,
    audience: &Audience,
    filter: &IncidentFilter,
    total: u64,
) -> Result<(), ApiError> {
    let (name, date_match) = match filter.date_match {
        _ if filter.period.is_none() => return Ok(()),
        DateMatch::Within => return Ok(()),
        DateMatch::Overlap => ("possible_more", DateMatch::Possible),
        DateMatch::Possible => ("only_possible", DateMatch::Overlap),
    };
    let other = IncidentFilter { date_match, ..filter.clone() };
    let other = state.store.total_of_incidents(audience, &other).await?;
    meta.insert(name.to_owned(), other.abs_diff(total).into());
    Ok(())
}

impl Asker<'_> {
    /// Regions, of which a network's are those of an organization that the caller can see.
    async fn regions(&self, query: &mut Query) -> Result<Choice<RegionWanted>, ApiError> {
        let asked = query.choice("region", |value| match value.strip_prefix("net:") {
            Some(network) => query::named(network).map(Err),
            None => read_region(value).map(Ok),
        });
        let mut regions = Choice::default();
        for (from, into) in [(asked.any, &mut regions.any), (asked.none, &mut regions.none)] {
            for region in from {
                match region {
                    Ok(region) => into.push(region),
                    Err(network) => {
                        let found =
                            self.find(query, "region", Kind::Organization, &[network]).await?;
                        into.extend(found.into_iter().map(RegionWanted::MembersOf));
                    }
                }
            }
        }
        Ok(regions)
    }
}

fn read_region(value: &str) -> Result<RegionWanted, Refused> {
    let countries = countries_in(value).map_err(|unknown| {
        Refused::because(unknown.to_string()).suggesting(unknown.did_you_mean)
    })?;
    Ok(RegionWanted::Countries(countries))
}

fn read_custody(value: &str) -> Result<CustodyWanted, Refused> {
    if value == "held" {
        Ok(CustodyWanted::Held)
    } else {
        query::term(value).map(CustodyWanted::Status)
    }
}

/// A subtype of the vocabulary; what else stands in records as one is no word that can be asked for.
fn read_subtype(value: &str) -> Result<&'static str, Refused> {
    let list = "subtype";
    let term = vocabulary::term(list, value).map_err(|unknown| {
        Refused::because(format!("is not known; see /api/v1/vocabulary/{list}"))
            .suggesting(unknown.did_you_mean)
    })?;
    Ok(term.code.as_str())
}

fn read_duration(value: &str) -> Result<Duration, Refused> {
    value.parse().map_err(|wrong: DateError| Refused::because(wrong.message))
}

fn read_phase(value: &str) -> Result<Phase, Refused> {
    let codes = Phase::ALL.map(Phase::code);
    Phase::ALL.into_iter().find(|phase| phase.code() == value).ok_or_else(|| {
        Refused::because("is pre_election, election_day or post_election")
            .suggesting(suggest::nearest(value, codes))
    })
}

fn read_date_match(value: &str) -> Result<DateMatch, Refused> {
    match value {
        "overlap" => Ok(DateMatch::Overlap),
        "within" => Ok(DateMatch::Within),
        "possible" => Ok(DateMatch::Possible),
        _ => Err(Refused::because("is overlap, within or possible")),
    }
}

fn read_sort(value: &str) -> Result<Sort, Refused> {
    let codes = Sort::ALL.map(Sort::code);
    Sort::ALL.into_iter().find(|sort| sort.code() == value).ok_or_else(|| {
        Refused::because(format!("is one of {}", codes.join(", ")))
            .suggesting(suggest::nearest(value, codes))
    })
}

fn read_severity(value: &str) -> Result<Vec<u8>, Refused> {
    let level = |text: &str| text.parse::<u8>().ok().filter(|level| (1..=5).contains(level));
    let wrong =
        || Refused::because("is a number from 1 to 5, a list of them, or a range like 3..5");
    match value.split_once("..") {
        None => level(value).map(|level| vec![level]).ok_or_else(wrong),
        Some((from, to)) => {
            let from = if from.is_empty() { Some(1) } else { level(from) };
            let to = if to.is_empty() { Some(5) } else { level(to) };
            match (from, to) {
                (Some(from), Some(to)) if from <= to => Ok((from..=to).collect()),
                _ => Err(wrong()),
            }
        }
    }
}

fn coordinates(value: &str) -> Option<Vec<f64>> {
    let numbers = value.split(',').map(|part| part.trim().parse::<f64>().ok());
    numbers.collect::<Option<Vec<f64>>>().filter(|numbers| numbers.iter().all(|n| n.is_finite()))
}

pub(crate) fn read_bbox(value: &str) -> Result<BoundingBox, Refused> {
    let wrong = || Refused::because("is west,south,east,north in degrees, like 44,38,51,42");
    let Some([west, south, east, north]) =
        coordinates(value).as_deref().and_then(|n| <[f64; 4]>::try_from(n).ok())
    else {
        return Err(wrong());
    };
    let longitude = -180.0..=180.0;
    let latitude = -90.0..=90.0;
    let there = longitude.contains(&west) && longitude.contains(&east);
    if !there || !latitude.contains(&south) || !latitude.contains(&north) || south > north {
        return Err(wrong());
    }
    Ok(BoundingBox { west, south, east, north, or_countries: false })
}

fn read_near(query: &mut Query, filter: &mut IncidentFilter) {
    let point = query.read("near", |value| {
        let point = coordinates(value).and_then(|n| <[f64; 2]>::try_from(n).ok());
        let on_globe = |[longitude, latitude]: &[f64; 2]| {
            (-180.0..=180.0).contains(longitude) && (-90.0..=90.0).contains(latitude)
        };
        let wrong = "is longitude,latitude in degrees, like 49.87,40.41";
        point.filter(on_globe).ok_or_else(|| Refused::because(wrong))
    });
    let within = query.read("within", |value| {
        let (number, factor) = match value.strip_suffix("km") {
            Some(number) => (number, 1.0),
            None => (value.strip_suffix('m').unwrap_or("x"), 0.001),
        };
        let distance = number.trim().parse::<f64>().ok().map(|number| number * factor);
        let distance = distance.filter(|km| km.is_finite() && *km > 0.0 && *km <= 20_000.0);
        distance.ok_or_else(|| Refused::because("is a distance like 25km or 500m"))
    });
    match (point, within) {
        (Some([longitude, latitude]), Some(within_km)) => {
            filter.near = Some(Near { longitude, latitude, within_km });
        }
        (Some(_), None) => query.refuse("near", Refused::because("needs within=, like 25km")),
        (None, Some(_)) => {
            query.refuse("within", Refused::because("needs near=, like 49.87,40.41"));
        }
        (None, None) => {}
    }
}

/// A day that is not to come, by UTC.
pub(crate) fn read_day(query: &mut Query, key: &'static str, store: &Store) -> Option<NaiveDate> {
    let today = store.clock().today();
    query.read(key, |value| match value.parse::<NaiveDate>() {
        Ok(day) if day <= today => Ok(day),
        Ok(_) => {
            let message = format!("is in the future: it is {today} in UTC");
            Err(Refused::because(message).suggesting(vec![today.to_string()]))
        }
        Err(_) => {
            let date = value.parse::<PartialDate>().ok();
            let last = date.and_then(|date| date.end()).filter(|day| *day <= today);
            let near = last.map(|day| day.to_string()).into_iter().collect();
            Err(Refused::because("is a day in UTC, like 2024-05-01").suggesting(near))
        }
    })
}

/// Whether a point that stands for the country is wanted where there is no other.
pub(crate) fn read_points(query: &mut Query) -> bool {
    let points = query.read("points", |value| match value {
        "representative" => Ok(()),
        _ => Err(Refused::because("is representative, or left out")),
    });
    points.is_some()
}

pub(crate) fn read_instant(value: &str) -> Result<DateTime<Utc>, Refused> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(value) {
        return Ok(instant.with_timezone(&Utc));
    }
    let day = value.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    day.map(|day| day.and_utc())
        .ok_or_else(|| Refused::because("is an instant like 2024-05-01T00:00:00Z or a day in UTC"))
}

/// The parameters of a question that has no order.
pub(crate) fn filter_parameters() -> Vec<Value> {
    let mut parameters = parameters();
    parameters.retain(|parameter| parameter["name"] != "sort");
    parameters
}

/// The parameters, as the document tells them.
#[expect(clippy::too_many_lines, reason = "a table of parameters")]
pub(crate) fn parameters() -> Vec<Value> {
    let text = || json!({"type": "string"});
    let many = "Commas or repeats are OR, `!=` is NOT.";
    vec![
        parameter(
            "q",
            "All of these words, whole, folded by one table in all scripts; a trailing * makes a prefix.",
            json!({"type": "string", "maxLength": 500}),
            json!("observ* vote"),
        ),
        parameter(
            "country",
            &format!("Alpha-3, alpha-2, numeric, or a name in six languages. {many}"),
            text(),
            json!("AZE"),
        ),
        parameter(
            "region",
            &format!(
                "A network region (`eurasia`), an M49 region (`m49:150`), or the countries with members of a network (`net:enemo`). {many}"
            ),
            text(),
            json!("eurasia"),
        ),
        parameter(
            "type",
            &format!("A term of the list `incident_type`. {many}"),
            text(),
            json!("detention"),
        ),
        parameter(
            "subtype",
            &format!("A term of the list `subtype`: a finer word for it. {many}"),
            text(),
            json!("office_raid"),
        ),
        parameter(
            "grade",
            &format!("reported, confirmed or disputed. {many}"),
            text(),
            json!("reported"),
        ),
        parameter(
            "state",
            "Published if not given, for everyone; a state the caller cannot see matches nothing.",
            text(),
            json!("published"),
        ),
        parameter(
            "custody",
            &format!("A term of the list `custody_status`, or `held`. {many}"),
            text(),
            json!("held"),
        ),
        parameter("person", "Somebody in it, by number; for staff.", text(), json!("4827-1930")),
        parameter(
            "organization",
            &format!("An organization in it, by number or slug. {many}"),
            text(),
            json!("emds"),
        ),
        parameter(
            "member_of",
            &format!("A network that an organization in it is a member of. {many}"),
            text(),
            json!("enemo"),
        ),
        parameter(
            "actor",
            &format!("Who is said to have done it: a term of the list `actor_type`. {many}"),
            text(),
            json!("police"),
        ),
        parameter(
            "election",
            &format!("The election it is about, by number or slug. {many}"),
            text(),
            json!("az-2024-presidential"),
        ),
        parameter(
            "before_election",
            "So long before the election at most: an ISO 8601 duration, with `election`.",
            text(),
            json!("P180D"),
        ),
        parameter(
            "after_election",
            "So long after the election at most: an ISO 8601 duration, with `election`.",
            text(),
            json!("P90D"),
        ),
        parameter(
            "phase",
            &format!("pre_election, election_day or post_election. {many}"),
            text(),
            json!("post_election"),
        ),
        parameter(
            "case",
            &format!("The case it belongs to, by number. {many}"),
            text(),
            json!("4827-1930"),
        ),
        parameter(
            "network",
            &format!("The network that owns the record. {many}"),
            text(),
            json!("default"),
        ),
        parameter(
            "period",
            "When: `2024`, `2024-04`, `2024-Q2`, `2024-04-01/2024-06-30`, open-ended with `..`, or `P90D/2024-06-30`; `meta` says how it was resolved.",
            text(),
            json!("2024"),
        ),
        parameter(
            "date_match",
            "overlap: it certainly touches the period; within: it certainly lies in it; possible: it may touch it.",
            json!({"type": "string", "enum": ["overlap", "within", "possible"], "default": "overlap"}),
            json!("overlap"),
        ),
        parameter(
            "bbox",
            "west,south,east,north in degrees; west may be greater than east, across the antimeridian.",
            text(),
            json!("44,38,51,42"),
        ),
        parameter(
            "near",
            "longitude,latitude in degrees, with `within`.",
            text(),
            json!("49.87,40.41"),
        ),
        parameter("within", "A distance from `near`, like 25km or 500m.", text(), json!("25km")),
        parameter(
            "changed_since",
            "Changed for the public since this instant or day (UTC).",
            text(),
            json!("2024-05-01"),
        ),
        parameter(
            "severity",
            "A number from 1 to 5, a list, or a range like 3..5.",
            text(),
            json!("3..5"),
        ),
        parameter(
            "cited_in",
            &format!("A statement that cites it, by number. {many}"),
            text(),
            json!("4827-1930"),
        ),
        as_of_parameter(),
        known_on_parameter(),
        points_parameter(),
        parameter(
            "sort",
            "-occurred, occurred, -last_changed (what never changed for the public comes last), -severity or relevance (those whose title has the words first).",
            json!({"type": "string", "enum": ["-occurred", "occurred", "-last_changed", "-severity", "relevance"], "default": "-occurred"}),
            json!("-occurred"),
        ),
    ]
}

pub(crate) fn as_of_parameter() -> Value {
    parameter(
        "as_of",
        "What this register had published by the end of this day (UTC): the version of each record that was shown then. What was withdrawn since is gone, names that were taken down are not shown, and everybody gets what the public does.",
        json!({"type": "string", "format": "date"}),
        json!("2024-05-01"),
    )
}

pub(crate) fn known_on_parameter() -> Value {
    parameter(
        "known_on",
        "As far as public sources are dated by this day: those sources, the events and claims that rest on them, and custody as of that day by those events. What no public source says by then is not found.",
        json!({"type": "string", "format": "date"}),
        json!("2024-05-01"),
    )
}

pub(crate) fn points_parameter() -> Value {
    parameter(
        "points",
        "representative: where a record has no point, `representative_point` stands for its country. It is nobody's place.",
        json!({"type": "string", "enum": ["representative"]}),
        json!("representative"),
    )
}
