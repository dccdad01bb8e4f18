//! Incidents.

use super::fixtures::{incident, number, small};
use super::*;

const KIND: Kind = Kind::Incident;

#[test]
fn reads_all_there_is() {
    let facts = incident_of(draft(KIND, &incident()));
    assert_eq!(facts.grade.code(), "confirmed");
    assert_eq!(
        facts.types.iter().map(|t| t.code()).collect::<Vec<_>>(),
        ["detention", "other"]
    );
    assert_eq!(facts.occurred.edtf(), "2024-04-29");
    assert_eq!(facts.inferred, [amparo_domain::incident::DatePart::Year]);
    let point = facts.location.unwrap();
    assert_eq!((point.x(), point.y()), (49.87, 40.41));
    assert_eq!(
        facts.election,
        Some(Reference::Number(number(1).parse().unwrap()))
    );
    assert_eq!(facts.organizations.len(), 3);
    assert_eq!(
        facts.organizations[1].organization,
        Reference::Slug("gndem".to_owned())
    );
    assert_eq!(facts.organizations[1].role.code(), "affected_organization");
    assert_eq!(facts.organizations[2].role.code(), "witness");
    assert_eq!(
        (facts.affected.unnamed_min, facts.affected.unnamed_max),
        (Some(0), Some(4))
    );
    assert_eq!(facts.perpetrators[1].actor_type.code(), "prison");
    assert_eq!(facts.perpetrators[1].certainty, None);
    assert_eq!(facts.events[1].supersedes.as_deref(), Some("E1"));
    assert_eq!(facts.sources[0].accessed.unwrap().to_string(), "2024-05-01");
    assert!(facts.sources[0].url_names.is_empty());
    assert_eq!(facts.claims[0].value, json!(39));
    assert_eq!(facts.related[0].relation.code(), "related");
    assert_eq!(facts.related[1].relation.code(), "followed_by");
    assert_eq!(facts.severity, Some(4));
    assert!(facts.in_danger_now);
    assert_eq!(facts.external_ids[0].id, "7");
}

#[test]
fn defaults() {
    let facts = incident_of(draft(KIND, &small(KIND)));
    assert_eq!(facts.grade.code(), "reported");
    assert_eq!(facts.location_precision, None);
    assert!(!facts.in_danger_now);
    let undated = with(small(KIND), "/occurred", Value::Null);
    assert_eq!(incident_of(draft(KIND, &undated)).occurred.edtf(), "XXXX");
}

#[test]
fn what_is_missing_is_named() {
    for (name, message) in [
        ("title", "an incident needs a title"),
        ("types", "an incident needs a type"),
        (
            "occurred",
            "an incident says when it occurred, or null where that is not known",
        ),
        ("country", "an incident needs a country"),
    ] {
        let issues = problems(KIND, &without(small(KIND), name));
        assert_eq!(issues, [Issue::at(format!("/{name}"), message)]);
    }
    let issues = problems(KIND, &json!({}));
    assert_eq!(issues.len(), 4);
    // A date that is empty text is a date that somebody forgot, not one that nobody knows.
    each_breaks(
        KIND,
        &small(KIND),
        &[("/occurred", json!(""), "/occurred", "says when")],
    );
}

#[test]
fn names_are_handed_out_around_those_that_are_taken() {
    let mut sent = small(KIND);
    sent["people"] = json!([{"name": "Aa Bb"}, {"ref": "P1", "name": "Cc Dd"}, {"name": "Ee Ff"}]);
    sent["sources"] = json!([{"title": "A"}, {"title": "B"}]);
    sent["events"] = json!([
        {"date": "2024", "kind": "hearing"},
        {"ref": "E3", "date": "2024", "kind": "hearing"},
        {"date": "2024", "kind": "hearing"},
        {"date": "2024", "kind": "hearing"}
    ]);
    let facts = incident_of(draft(KIND, &sent));
    let people: Vec<_> = facts.people.iter().map(|p| p.reference.as_str()).collect();
    assert_eq!(people, ["P2", "P1", "P3"]);
    let sources: Vec<_> = facts.sources.iter().map(|s| s.reference.as_str()).collect();
    assert_eq!(sources, ["S1", "S2"]);
    let events: Vec<_> = facts.events.iter().map(|e| e.reference.as_str()).collect();
    assert_eq!(events, ["E1", "E3", "E2", "E4"]);
}

#[test]
fn what_is_wrong_with_members() {
    let list = |n: usize| Value::Array(vec![json!("a"); n]);
    each_breaks(
        KIND,
        &incident(),
        &[
            (
                "/grade",
                json!("proven"),
                "/grade",
                "/api/v1/vocabulary/grade",
            ),
            (
                "/title",
                json!(7),
                "/title",
                "expected a text, found a number",
            ),
            (
                "/title",
                json!(["{P1}"]),
                "/title",
                "expected a text, found a list",
            ),
            (
                "/title",
                json!("a\u{0}b"),
                "/title",
                "control character, U+0000",
            ),
            (
                "/title",
                json!("a\u{85}b"),
                "/title",
                "control character, U+0085",
            ),
            (
                "/title",
                json!("a\r\nb"),
                "/title",
                "control character, U+000D",
            ),
            ("/title", json!("a\u{202e}b"), "/title", "U+202E"),
            ("/place", json!("a\u{2066}b"), "/place", "U+2066"),
            (
                "/title",
                json!("x".repeat(301)),
                "/title",
                "longer than 300",
            ),
            ("/title", json!("{P9}"), "/title", "names nobody"),
            (
                "/summary",
                json!({}),
                "/summary",
                "expected a text, found an object",
            ),
            ("/summary", json!("a\rb"), "/summary", "U+000D"),
            ("/lang", json!("english language"), "/lang", "BCP 47"),
            (
                "/types/0",
                json!("arson"),
                "/types/0",
                "is not a known incident type; see",
            ),
            ("/types/0", json!("other"), "/types/1", "twice"),
            ("/types/0", json!(""), "/types/0", "is empty"),
            ("/types/0", Value::Null, "/types/0", "found null"),
            ("/types", list(101), "/types", "a list of 101: at most 100"),
            (
                "/types",
                json!("detention"),
                "/types",
                "expected a list, found a text",
            ),
            ("/types", json!([]), "/types", "needs a type"),
            (
                "/subtypes/0",
                json!("an office raid"),
                "/subtypes/0",
                "short word",
            ),
            (
                "/subtypes/1",
                json!("Criminal-Charge"),
                "/subtypes/1",
                "twice",
            ),
            (
                "/other_text",
                Value::Null,
                "/other_text",
                "says what it was",
            ),
            ("/other_text", json!(1), "/other_text", "expected a text"),
            ("/occurred", json!(2024), "/occurred", "expected a date"),
            (
                "/occurred",
                json!("29.04.2024"),
                "/occurred",
                "write a date",
            ),
            (
                "/occurred/edtf",
                json!("2024-02-30"),
                "/occurred/edtf",
                "29 days",
            ),
            (
                "/occurred/edtf",
                Value::Null,
                "/occurred/edtf",
                "needs its EDTF",
            ),
            (
                "/occurred/start",
                json!("2024-04-28"),
                "/occurred/start",
                "gives 2024-04-29",
            ),
            (
                "/occurred/end",
                json!("2024-04-30"),
                "/occurred/end",
                "gives 2024-04-29",
            ),
            (
                "/occurred/precision",
                json!("month"),
                "/occurred/precision",
                "gives day",
            ),
            (
                "/occurred/approximate",
                json!(true),
                "/occurred/approximate",
                "~",
            ),
            (
                "/occurred/uncertain",
                json!("no"),
                "/occurred/uncertain",
                "true or false",
            ),
            (
                "/occurred/inferred/0",
                json!("hour"),
                "/occurred/inferred/0",
                "part of a date",
            ),
            (
                "/occurred/day",
                json!(29),
                "/occurred/day",
                "not a member of a date",
            ),
            (
                "/country",
                json!("Atlantis"),
                "/country",
                "no country is known",
            ),
            ("/country", json!(31), "/country", "expected a text"),
            (
                "/country",
                json!("x".repeat(1_000)),
                "/country",
                "no country is known",
            ),
            (
                "/severity",
                json!(0),
                "/severity",
                "a whole number from 1 to 5",
            ),
            (
                "/severity",
                json!(6),
                "/severity",
                "a whole number from 1 to 5",
            ),
            (
                "/severity",
                json!(260),
                "/severity",
                "a whole number from 1 to 5",
            ),
            (
                "/severity",
                json!(4.5),
                "/severity",
                "a whole number from 1 to 5",
            ),
            (
                "/severity",
                json!("4"),
                "/severity",
                "expected a number, found a text",
            ),
            (
                "/in_danger_now",
                json!("yes"),
                "/in_danger_now",
                "expected true or false",
            ),
            (
                "/external_ids/0/id",
                json!(" "),
                "/external_ids/0/id",
                "needs its id",
            ),
            (
                "/external_ids/0/id",
                json!(true),
                "/external_ids/0/id",
                "expected a text",
            ),
            (
                "/external_ids/0/system",
                Value::Null,
                "/external_ids/0/system",
                "needs its system",
            ),
            (
                "/external_ids/0/key",
                json!(1),
                "/external_ids/0/key",
                "not a member",
            ),
            (
                "/external_ids/1",
                json!({"system": "table-2024", "id": "7"}),
                "/external_ids/1",
                "twice",
            ),
        ],
    );
}

#[test]
fn what_is_wrong_with_places_and_numbers() {
    each_breaks(
        KIND,
        &incident(),
        &[
            (
                "/location",
                json!([49.87, 40.41]),
                "/location",
                "expected an object",
            ),
            (
                "/location/type",
                json!("Polygon"),
                "/location/type",
                "its type is Point",
            ),
            (
                "/location/type",
                Value::Null,
                "/location/type",
                "its type is Point",
            ),
            (
                "/location/coordinates",
                Value::Null,
                "/location/coordinates",
                "has coordinates",
            ),
            (
                "/location/coordinates",
                json!("49,40"),
                "/location/coordinates",
                "expected a list",
            ),
            (
                "/location/coordinates",
                json!([49.87]),
                "/location/coordinates",
                "two coordinates",
            ),
            (
                "/location/coordinates",
                json!([1, 2, 3, 4]),
                "/location/coordinates",
                "two coordinates",
            ),
            (
                "/location/coordinates/1",
                json!("40"),
                "/location/coordinates/1",
                "expected a number",
            ),
            (
                "/location/coordinates",
                json!([40, 149]),
                "/location/coordinates",
                "off the globe",
            ),
            (
                "/location/crs",
                json!("x"),
                "/location/crs",
                "not a member of a GeoJSON point",
            ),
            (
                "/location_precision",
                json!("country"),
                "/location",
                "leave location out",
            ),
            (
                "/location_precision",
                json!("village"),
                "/location_precision",
                "location precision",
            ),
            ("/affected", json!(3), "/affected", "expected an object"),
            (
                "/affected/unnamed_min",
                json!(5),
                "/affected/unnamed_max",
                "less than",
            ),
            (
                "/affected/unnamed_min",
                json!(-1),
                "/affected/unnamed_min",
                "from 0 to 4294967295",
            ),
            (
                "/affected/unnamed_max",
                json!(4_294_967_296_u64),
                "/affected/unnamed_max",
                "from 0 to",
            ),
            (
                "/affected/unnamed_max",
                json!(1e300),
                "/affected/unnamed_max",
                "from 0 to",
            ),
            (
                "/affected/unnamed",
                json!(1),
                "/affected/unnamed",
                "not a member",
            ),
            (
                "/perpetrators/0/actor_type",
                json!("cops"),
                "/perpetrators/0/actor_type",
                "actor type",
            ),
            (
                "/perpetrators/0/actor_type",
                Value::Null,
                "/perpetrators/0/actor_type",
                "has an actor",
            ),
            (
                "/perpetrators/0/certainty",
                json!("sure"),
                "/perpetrators/0/certainty",
                "certainty",
            ),
            (
                "/perpetrators/1",
                json!("jailers"),
                "/perpetrators/1",
                "actor type",
            ),
            ("/perpetrators/1", json!(""), "/perpetrators/1", "is empty"),
            (
                "/perpetrators/1",
                json!(1),
                "/perpetrators/1",
                "expected a text",
            ),
        ],
    );
    let mut high = incident();
    high["location"]["coordinates"] = json!([49.87, 40.41, 12.0]);
    let (_, warnings) = read(KIND, &high).unwrap();
    assert_eq!(places(&warnings), ["/location/coordinates"]);
    assert!(warnings[0].message.contains("altitude"));
}

#[test]
fn what_is_wrong_with_lists() {
    let long = Value::Array(vec![json!({"title": "A"}); 1_001]);
    each_breaks(
        KIND,
        &small(KIND),
        &[("/sources", long, "/sources", "at most 1000")],
    );
    each_breaks(
        KIND,
        &incident(),
        &[
            (
                "/events/0",
                json!("2024"),
                "/events/0",
                "expected an object",
            ),
            (
                "/events/0/date",
                Value::Null,
                "/events/0/date",
                "an event needs a date",
            ),
            (
                "/events/0/date",
                json!("soon"),
                "/events/0/date",
                "write a date",
            ),
            (
                "/events/0/date/inferred",
                json!(["year"]),
                "/events/0/date",
                "only for the day",
            ),
            (
                "/events/0/kind",
                Value::Null,
                "/events/0/kind",
                "an event needs a kind",
            ),
            (
                "/events/0/kind",
                json!("jailed"),
                "/events/0/kind",
                "event kind",
            ),
            (
                "/events/0/people/0",
                json!("P7"),
                "/events/0/people/0",
                "names nobody",
            ),
            (
                "/events/0/people/0",
                json!(1),
                "/events/0/people/0",
                "expected a text",
            ),
            (
                "/events/0/people/0",
                json!(""),
                "/events/0/people/0",
                "is empty",
            ),
            ("/events/0/ref", json!("X1"), "/events/0/ref", "named E1"),
            (
                "/events/0/ref",
                json!(1),
                "/events/0/ref",
                "expected a text",
            ),
            (
                "/events/1/source",
                json!("S9"),
                "/events/1/source",
                "no source",
            ),
            (
                "/events/1/custody",
                json!("held"),
                "/events/1/custody",
                "custody status",
            ),
            (
                "/events/1/until",
                json!(1),
                "/events/1/until",
                "expected a date",
            ),
            (
                "/events/1/supersedes",
                json!("E2"),
                "/events/1/supersedes",
                "no earlier event",
            ),
            (
                "/events/1/text",
                json!("{P9}"),
                "/events/1/text",
                "names nobody",
            ),
            (
                "/events/1/note",
                json!("x"),
                "/events/1/note",
                "not a member of an event",
            ),
            (
                "/sources/0/title",
                json!(1),
                "/sources/0/title",
                "expected a text",
            ),
            (
                "/sources/1/url",
                json!(1),
                "/sources/1/url",
                "expected a text",
            ),
            (
                "/sources/1/url",
                Value::Null,
                "/sources/1",
                "a title or an address",
            ),
            (
                "/sources/0/url",
                json!("javascript:x"),
                "/sources/0/url",
                "https://",
            ),
            (
                "/sources/0/accessed",
                json!("2024-05"),
                "/sources/0/accessed",
                "a single day",
            ),
            (
                "/sources/0/accessed",
                json!("2024-05-01~"),
                "/sources/0/accessed",
                "a single day",
            ),
            (
                "/sources/0/kind",
                json!("rumour"),
                "/sources/0/kind",
                "source type",
            ),
            (
                "/sources/1/same_origin_as",
                json!("S9"),
                "/sources/1/same_origin_as",
                "no other source",
            ),
            (
                "/sources/0/author",
                json!("x"),
                "/sources/0/author",
                "not a member of a source",
            ),
            (
                "/claims/0/field",
                Value::Null,
                "/claims/0/field",
                "names a field",
            ),
            (
                "/claims/0/value",
                Value::Null,
                "/claims/0/value",
                "has a value",
            ),
            (
                "/claims/0/value",
                json!("a\u{0}"),
                "/claims/0/value",
                "U+0000",
            ),
            (
                "/claims/0/value",
                json!({"a": ["\u{0}"]}),
                "/claims/0/value/a/0",
                "U+0000",
            ),
            (
                "/claims/0/value",
                json!([[[[[[[[[1]]]]]]]]]),
                "/claims/0/value/0/0/0/0/0/0/0/0",
                "deep",
            ),
            (
                "/claims/0/source",
                json!("S9"),
                "/claims/0/source",
                "no source",
            ),
            ("/claims/0", json!(1), "/claims/0", "expected an object"),
        ],
    );
}

#[test]
fn what_is_taken() {
    each_is_taken(
        KIND,
        &incident(),
        &[
            ("/title", json!("  Trimmed \n")),
            ("/title", json!("Tab\tand\nline")),
            ("/summary", json!("\u{202b}Right to left\u{202c}")),
            ("/summary", json!("Windows\r\nlines")),
            ("/types/0", json!("Judicial-Harassment")),
            ("/country", json!("Azerbaïdjan")),
            ("/country", json!("031")),
            ("/severity", json!(5.0)),
            ("/occurred", json!("2024-04~")),
            (
                "/occurred",
                json!({"edtf": "/2024-04-30", "start": null, "end": "2024-04-30"}),
            ),
            ("/claims/0/value", json!({"min": 3, "max": [4, null, true]})),
            ("/affected/named", json!("whatever")),
            ("/external_ids/0/id", json!(12)),
            ("/case", json!({"external_id": {"system": "s", "id": 1}})),
            ("/case", json!(number(9))),
            (
                "/related/0",
                json!({"incident": number(9), "relation": "part-of"}),
            ),
            (
                "/related/0",
                json!({"external_id": {"system": "s", "id": "1"}}),
            ),
            (
                "/organizations/0",
                json!({"organization": "emds", "role": "witness"}),
            ),
            (
                "/organizations/0",
                json!({"organization": {"name": "Somebody"}}),
            ),
        ],
    );
}
