//! What a feature says of its incident: the columns of the exports, in flat values.

use amparo_domain::country::CountryCode;
use serde_json::{Map, Value, json};

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Integer,
    Decimal,
    Date,
    Instant,
    Boolean,
}

/// The properties, in their order, with what they mean.
pub(super) const ALL: [(&str, Type, &str); 39] = [
    ("number", Type::Text, "The number of the record, by which it is cited."),
    ("version", Type::Integer, "The published version."),
    ("url", Type::Text, "The permanent address of the record."),
    ("version_url", Type::Text, "The permanent address of this version."),
    ("grade", Type::Text, "How far it is borne out."),
    ("types", Type::Text, "What was done; several with | between them."),
    ("subtypes", Type::Text, "Finer words for it."),
    ("title", Type::Text, "One line that says what was done."),
    ("summary", Type::Text, "What happened."),
    ("lang", Type::Text, "The language of the texts."),
    ("occurred", Type::Text, "The day as the source gives it, in EDTF level 1."),
    ("occurred_start", Type::Date, "The first day it can lie on."),
    ("occurred_end", Type::Date, "The last day it can lie on."),
    ("occurred_precision", Type::Text, "How exactly the date is known."),
    ("date_note", Type::Text, "Why the date is as it is."),
    ("country", Type::Text, "The country, ISO 3166-1 alpha-3."),
    ("country_name", Type::Text, "The country by name."),
    ("region", Type::Text, "The region of networks that it belongs to."),
    ("admin1", Type::Text, "The first administrative division."),
    ("place", Type::Text, "The settlement or place by name."),
    ("longitude", Type::Decimal, "Degrees east, where a point is known."),
    ("latitude", Type::Decimal, "Degrees north, where a point is known."),
    (
        "location_precision",
        Type::Text,
        "How exactly the place is known; country where the point stands for the country.",
    ),
    ("network", Type::Text, "The network that owns the record."),
    ("election", Type::Text, "The election it is about, by its slug, else its number."),
    ("election_date", Type::Text, "When votes are cast, in EDTF level 1."),
    ("days_from_election", Type::Integer, "Days from the election to the incident."),
    ("phase", Type::Text, "pre_election, election_day or post_election."),
    ("people_named", Type::Integer, "How many affected people have an entry of their own."),
    ("people_unnamed_min", Type::Integer, "At least so many more were affected."),
    ("people_unnamed_max", Type::Integer, "At most so many more were affected."),
    ("custody", Type::Text, "The custody statuses of the people in it as of today."),
    ("actors", Type::Text, "Who is said to have done it."),
    ("organizations", Type::Text, "The organizations in it, by slug, else number."),
    ("sources", Type::Integer, "How many publications it rests on."),
    ("severity", Type::Integer, "From 1 to 5."),
    ("in_danger_now", Type::Boolean, "Whether somebody in it is in danger now."),
    ("first_published", Type::Instant, "When it was first published."),
    ("last_changed", Type::Instant, "When it last changed for the public."),
];

impl Type {
    /// The schema of a property.
    pub(super) fn schema(self) -> Value {
        match self {
            Self::Text => json!({"type": ["string", "null"]}),
            Self::Integer => json!({"type": ["integer", "null"]}),
            Self::Decimal => json!({"type": ["number", "null"]}),
            Self::Date => json!({"type": ["string", "null"], "format": "date"}),
            Self::Instant => json!({"type": ["string", "null"], "format": "date-time"}),
            Self::Boolean => json!({"type": ["boolean", "null"]}),
        }
    }
}

/// The properties of an incident as it is shown, with the country's name.
pub(super) fn of(shown: &Value, country: CountryCode, country_name: &str, base: &str) -> Value {
    let at = |pointer: &str| shown.pointer(pointer).cloned().unwrap_or(Value::Null);
    let number = shown["number"].as_str().unwrap_or_default();
    let version = shown["version"].as_i64().filter(|version| *version > 0);
    let key = |of: &Value| match &of["slug"] {
        Value::Null => of["number"].clone(),
        slug => slug.clone(),
    };
    let mut properties = Map::with_capacity(ALL.len());
    for (name, ..) in ALL {
        let value = match name {
            "url" => json!(format!("{base}/r/{number}")),
            "version_url" => version
                .map_or(Value::Null, |version| json!(format!("{base}/r/{number}/v{version}"))),
            "types" | "subtypes" => several(&shown[name], Clone::clone),
            "occurred" => at("/occurred/edtf"),
            "occurred_start" => at("/occurred/start"),
            "occurred_end" => at("/occurred/end"),
            "occurred_precision" => at("/occurred/precision"),
            "country_name" => json!(country_name),
            "region" => json!(country.country().region),
            "longitude" => at("/location/coordinates/0"),
            "latitude" => at("/location/coordinates/1"),
            "election" => key(&shown["election"]),
            "election_date" => match at("/election/date") {
                Value::Object(date) => date.get("edtf").cloned().unwrap_or(Value::Null),
                date => date,
            },
            "days_from_election" => at("/election/days_from"),
            "phase" => at("/election/phase"),
            "people_named" => at("/affected/named"),
            "people_unnamed_min" => at("/affected/unnamed_min"),
            "people_unnamed_max" => at("/affected/unnamed_max"),
            "custody" => several(&shown["people"], |of| of["custody"]["status"].clone()),
            "actors" => several(&shown["perpetrators"], |of| of["actor_type"].clone()),
            "organizations" => several(&shown["organizations"], key),
            "sources" => shown["sources"].as_array().map_or(Value::Null, |all| json!(all.len())),
            member => shown[member].clone(),
        };
        properties.insert(name.to_owned(), value);
    }
    Value::Object(properties)
}

/// Several values as one with `|` between them, each once; nothing where there are none.
fn several(list: &Value, of: impl Fn(&Value) -> Value) -> Value {
    let mut values: Vec<String> = Vec::new();
    for item in list.as_array().into_iter().flatten() {
        if let Value::String(value) = of(item)
            && !values.contains(&value)
        {
            values.push(value);
        }
    }
    if values.is_empty() { Value::Null } else { values.join("|").into() }
}
