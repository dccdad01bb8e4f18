//! Incidents.

use super::fixtures::{incident, number, small};
use super::*;

const KIND: Kind = Kind::Incident;

#[test]
fn reads_all_there_is() {
    let facts = incident_of(draft(KIND, &incident()));
    assert_eq!(facts.grade.code(), "confirmed");
    assert_eq!(facts.types.iter().map(|t| t.code()).collect::<Vec<_>>(), ["detention", "other"]);
    assert_eq!(facts.occurred.edtf(), "2024-04-29");
    assert_eq!(facts.inferred, [amparo_domain::incident::DatePart::Year]);
    let point = facts.location.unwrap();
    assert_eq!((point.x(), point.y()), (49.87, 40.41));
    assert_eq!(facts.election, Some(Reference::Number(number(1).parse().unwrap())));
    assert_eq!(facts.organizations.len(), 3);
    assert_eq!(facts.organizations[1].organization, Reference::Slug("gndem".to_owned()));
    assert_eq!(facts.organizations[1].role.code(), "affected_organization");
    assert_eq!(facts.organizations[2].role.code(), "witness");
    assert_eq!((facts.affected.unnamed_min, facts.affected.unnamed_max), (Some(0), Some(4)));
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
        ("occurred", "an incident says when it occurred, or null where that is not known"),
        ("country", "an incident needs a country"),
    ] {
        let issues = problems(KIND, &without(small(KIND), name));
        assert_eq!(issues, [Issue::at(format!("/{name}"), message)]);
    }
    let issues = problems(KIND, &json!({}));
    assert_eq!(issues.len(), 4);
    // A date that is empty text is a date that somebody forgot, not one that nobody knows.
    each_line_breaks(
        KIND,
        &small(KIND),
        r#"
        /occurred | "" | = | says when
        "#,
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
    each_line_breaks(
        KIND,
        &incident(),
        r#"
        /grade | "proven" | = | /api/v1/vocabulary/grade
        /title | 7 | = | expected a text, found a number
        /title | ["{P1}"] | = | expected a text, found a list
        /title | "a\u0000b" | = | control character, U+0000
        /title | "a\u0085b" | = | control character, U+0085
        /title | "a\r\nb" | = | control character, U+000D
        /title | "a\u202eb" | = | U+202E
        /place | "a\u2066b" | = | U+2066
        /title | x*301 | = | longer than 300
        /title | "{P9}" | = | names nobody
        /summary | {} | = | expected a text, found an object
        /summary | "a\rb" | = | U+000D
        /lang | "english language" | = | BCP 47
        /types/0 | "arson" | = | is not a known incident type; see
        /types/0 | "other" | /types/1 | twice
        /types/0 | "" | = | is empty
        /types/0 | null | = | found null
        /types | "detention" | = | expected a list, found a text
        /types | [] | = | needs a type
        /subtypes/0 | "an office raid" | = | short word
        /subtypes/1 | "Criminal-Charge" | = | twice
        /other_text | null | = | says what it was
        /other_text | 1 | = | expected a text
        /occurred | 2024 | = | expected a date
        /occurred | "29.04.2024" | = | write a date
        /occurred/edtf | "2024-02-30" | = | 29 days
        /occurred/edtf | null | = | needs its EDTF
        /occurred/start | "2024-04-28" | = | gives 2024-04-29
        /occurred/end | "2024-04-30" | = | gives 2024-04-29
        /occurred/precision | "month" | = | gives day
        /occurred/approximate | true | = | ~
        /occurred/uncertain | "no" | = | true or false
        /occurred/inferred/0 | "hour" | = | part of a date
        /occurred/day | 29 | = | not a member of a date
        /country | "Atlantis" | = | no country is known
        /country | 31 | = | expected a text
        /country | x*1000 | = | no country is known
        /severity | 0 | = | a whole number from 1 to 5
        /severity | 6 | = | a whole number from 1 to 5
        /severity | 260 | = | a whole number from 1 to 5
        /severity | 4.5 | = | a whole number from 1 to 5
        /severity | "4" | = | expected a number, found a text
        /in_danger_now | "yes" | = | expected true or false
        /external_ids/0/id | " " | = | needs its id
        /external_ids/0/id | true | = | expected a text
        /external_ids/0/system | null | = | needs its system
        /external_ids/0/key | 1 | = | not a member
        /external_ids/1 | {"system": "table-2024", "id": "7"} | = | twice
        "#,
    );
    each_breaks(
        KIND,
        &incident(),
        &[("/types", list(101), "/types", "a list of 101: at most 100")],
    );
}

#[test]
fn what_is_wrong_with_places_and_numbers() {
    each_line_breaks(
        KIND,
        &incident(),
        r#"
        /location | [49.87, 40.41] | = | expected an object
        /location/type | "Polygon" | = | its type is Point
        /location/type | null | = | its type is Point
        /location/coordinates | null | = | has coordinates
        /location/coordinates | "49,40" | = | expected a list
        /location/coordinates | [49.87] | = | two coordinates
        /location/coordinates | [1, 2, 3, 4] | = | two coordinates
        /location/coordinates/1 | "40" | = | expected a number
        /location/coordinates | [40, 149] | = | off the globe
        /location/crs | "x" | = | not a member of a GeoJSON point
        /location_precision | "country" | /location | leave location out
        /location_precision | "village" | = | location precision
        /affected | 3 | = | expected an object
        /affected/unnamed_min | 5 | /affected/unnamed_max | less than
        /affected/unnamed_min | -1 | = | from 0 to 4294967295
        /affected/unnamed_max | 4294967296 | = | from 0 to
        /affected/unnamed_max | 1e300 | = | from 0 to
        /affected/unnamed | 1 | = | not a member
        /perpetrators/0/actor_type | "cops" | = | actor type
        /perpetrators/0/actor_type | null | = | has an actor
        /perpetrators/0/certainty | "sure" | = | certainty
        /perpetrators/1 | "jailers" | = | actor type
        /perpetrators/1 | "" | = | is empty
        /perpetrators/1 | 1 | = | expected a text
        "#,
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
    each_breaks(KIND, &small(KIND), &[("/sources", long, "/sources", "at most 1000")]);
    each_line_breaks(
        KIND,
        &incident(),
        r#"
        /events/0 | "2024" | = | expected an object
        /events/0/date | null | = | an event needs a date
        /events/0/date | "soon" | = | write a date
        /events/0/kind | null | = | an event needs a kind
        /events/0/kind | "jailed" | = | event kind
        /events/0/people/0 | "P7" | = | names nobody
        /events/0/people/0 | 1 | = | expected a text
        /events/0/people/0 | "" | = | is empty
        /events/0/ref | "X1" | = | named E1
        /events/0/ref | 1 | = | expected a text
        /events/1/source | "S9" | = | no source
        /events/1/custody | "held" | = | custody status
        /events/1/until | 1 | = | expected a date
        /events/1/supersedes | "E2" | = | no earlier event
        /events/1/text | "{P9}" | = | names nobody
        /events/1/note | "x" | = | not a member of an event
        /sources/0/title | 1 | = | expected a text
        /sources/1/url | 1 | = | expected a text
        /sources/1/url | null | /sources/1 | a title or an address
        /sources/0/url | "javascript:x" | = | https://
        /sources/0/accessed | "2024-05" | = | a single day
        /sources/0/accessed | "2024-05-01~" | = | a single day
        /sources/0/kind | "rumour" | = | source type
        /sources/1/same_origin_as | "S9" | = | no other source
        /sources/0/author | "x" | = | not a member of a source
        /claims/0/field | null | = | names a field
        /claims/0/value | null | = | has a value
        /claims/0/value | "a\u0000" | = | U+0000
        /claims/0/value | {"a": ["\u0000"]} | /claims/0/value/a/0 | U+0000
        /claims/0/value | [[[[[[[[[1]]]]]]]]] | /claims/0/value/0/0/0/0/0/0/0/0 | deep
        /claims/0/source | "S9" | = | no source
        /claims/0 | 1 | = | expected an object
        "#,
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
            ("/occurred", json!({"edtf": "/2024-04-30", "start": null, "end": "2024-04-30"})),
            ("/claims/0/value", json!({"min": 3, "max": [4, null, true]})),
            ("/affected/named", json!("whatever")),
            ("/external_ids/0/id", json!(12)),
            ("/case", json!({"external_id": {"system": "s", "id": 1}})),
            ("/case", json!(number(9))),
            ("/related/0", json!({"incident": number(9), "relation": "part-of"})),
            ("/related/0", json!({"external_id": {"system": "s", "id": "1"}})),
            ("/organizations/0", json!({"organization": "emds", "role": "witness"})),
            ("/organizations/0", json!({"organization": {"name": "Somebody"}})),
        ],
    );
}
