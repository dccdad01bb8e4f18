//! Documents with which nothing is wrong.

use amparo_domain::kind::Kind;
use amparo_domain::number::{Number, Width};
use serde_json::{Value, json};

/// The nth of some numbers with a right check digit.
pub(super) fn number(nth: u64) -> String {
    Number::from_random(nth * 1_234_567, Width::Eight).to_string()
}

/// As little as a record can say.
pub(super) fn small(kind: Kind) -> Value {
    match kind {
        Kind::Incident => json!({
            "title": "Observers turned away",
            "types": ["access_obstruction"],
            "occurred": "2024-04-29",
            "country": "AZE"
        }),
        Kind::Organization => json!({"name": "Election Monitoring Centre"}),
        Kind::Person => json!({"names": ["Leyla Example"]}),
        Kind::Election => json!({
            "name": "Azerbaijan presidential election 2024",
            "country": "AZE",
            "date": "2024-02-07",
            "type": "presidential"
        }),
        Kind::Case => json!({"title": "Pressure on observers, 2024"}),
        Kind::Statement => json!({"title": "Solidarity with observers", "date": "2024-04-30"}),
    }
}

/// An incident that uses every member, as a reader gets it.
pub(super) fn incident() -> Value {
    json!({
        "grade": "confirmed",
        "title": "Detention of {P1}, chairperson of EMDS",
        "summary": "Police detained {P1}.\nA court remanded them.",
        "lang": "en",
        "types": ["detention", "other"],
        "subtypes": ["criminal_charge"],
        "other_text": "A search of the office",
        "occurred": {
            "edtf": "2024-04-29", "start": "2024-04-29", "end": "2024-04-29", "precision": "day",
            "approximate": false, "uncertain": false, "inferred": ["year"]
        },
        "date_note": "The source names the day alone",
        "country": "AZE",
        "admin1": "Absheron",
        "place": "Baku",
        "location": {"type": "Point", "coordinates": [49.87, 40.41]},
        "location_precision": "settlement",
        "election": {
            "number": number(1), "slug": "az-2024-presidential", "date": "2024-02-07",
            "days_from": 82, "phase": "post_election"
        },
        "people": [
            {
                "ref": "P1", "person": number(2), "role": "affected_person", "display": "name",
                "display_reason": "a public figure who agreed", "name": "Leyla Example",
                "position": "chairperson", "organization": "emds",
                "custody": {"status": "in_pretrial_detention"}, "charges": [], "next_date": null,
                "number": number(2), "commitment": "abc"
            },
            {"name": "Rauf Example", "name_variants": ["Рауф Пример"], "role": "lawyer"}
        ],
        "organizations": [
            {"number": number(3), "slug": "emds", "name": "…", "role": "affected_organization"},
            "gndem",
            {"name": "Observers United", "country": "AZ", "role": "witness"}
        ],
        "affected": {"named": 1, "unnamed_min": 0, "unnamed_max": 4},
        "perpetrators": [{"actor_type": "police", "certainty": "asserted_by_source"}, "prison"],
        "events": [
            {"ref": "E1", "date": {"edtf": "2024-04-29"}, "kind": "detained", "people": ["P1"]},
            {
                "ref": "E2", "date": "2024-04-30", "kind": "remanded", "text": "A court remanded {P1}.",
                "people": ["P1"], "source": "S1", "custody": "in_pretrial_detention",
                "law": "Article 206", "until": "2024-08-28", "supersedes": "E1"
            }
        ],
        "sources": [
            {
                "ref": "S1", "title": "Chair of EMDS detained", "publisher": "GNDEM",
                "url": "https://example.org/a", "archived_url": "https://archive.example/a",
                "date": "2024-04-30", "accessed": "2024-05-01", "kind": "press_release",
                "url_names": ["P1"]
            },
            {"ref": "S2", "url": "https://example.org/b", "same_origin_as": "S1"}
        ],
        "claims": [{"field": "affected.unnamed_max", "value": 39, "source": "S2"}],
        "case": {"title": "Pressure on EMDS"},
        "related": [number(4), {"number": number(5), "relation": "followed_by", "title": "…"}],
        "severity": 4,
        "in_danger_now": true,
        "external_ids": [{"system": "table-2024", "id": 7}]
    })
}

/// A statement that uses every member.
pub(super) fn statement() -> Value {
    json!({
        "title": "Solidarity with {P1}",
        "date": "2024-04-30",
        "draft": true,
        "kind": "joint_statement",
        "excerpt": "We stand with {P1}.",
        "tags": ["Solidarity"],
        "lang": "en",
        "country": "Azerbaijan",
        "issuer": "gndem",
        "body": "# Solidarity\n\nWe stand with {P1}.  \n",
        "url": "https://example.org/statement",
        "links": [{"title": "The report", "url": "https://example.org/r"}, "https://example.org/s"],
        "endorsers": [
            "enemo",
            {"organization": "epde", "matched_text": "the Platform"},
            {"name": "Observers United", "matched_text": "Observers United"}
        ],
        "incidents": [
            number(1),
            {"incident": number(2), "version": 3},
            {"number": number(3), "version": 1, "title": "…"},
            {"external_id": {"system": "table-2024", "id": "7"}}
        ],
        "people": [{"name": "Leyla Example"}],
        "note": "Read on the day it was issued",
        "sources": [{"title": "The network's site"}],
        "external_ids": [{"system": "table-2024", "id": "s1"}]
    })
}

/// An organization that uses every member.
pub(super) fn organization() -> Value {
    json!({
        "slug": "emds",
        "name": "Election Monitoring and Democracy Studies Centre",
        "acronym": "EMDS",
        "native_name": "Seçkilərin Monitorinqi",
        "aliases": ["EMC"],
        "country": "AZ",
        "kind": "citizen_observer_group",
        "networks": [
            "enemo",
            {"network": "epde", "since": "2013", "until": "2020"},
            {"number": number(1), "slug": "gndem", "name": "…", "since": "2011"}
        ],
        "website": "https://example.org",
        "note": "Refused registration",
        "sources": [{"title": "The network's site"}],
        "external_ids": [{"system": "table-2024", "id": "7"}],
        "needs_review": true
    })
}

/// A person whose record uses every member.
pub(super) fn person() -> Value {
    json!({
        "names": [{"name": "Leyla Example", "lang": "az", "script": "latn"}, "Лейла Пример"],
        "position": "chairperson",
        "affiliations": [
            {"organization": "emds", "role": "chair", "position": "chair", "since": "2010", "until": "2020"}
        ],
        "note": "Known in public",
        "sources": [{"title": "The network's site"}],
        "external_ids": [{"system": "table-2024", "id": "7"}]
    })
}

/// An election that uses every member.
pub(super) fn election() -> Value {
    json!({
        "slug": "az-2024-presidential",
        "name": "Azerbaijan presidential election 2024",
        "country": "AZ",
        "date": "2024-02-07",
        "type": "by-election",
        "note": "A snap election",
        "sources": [{"title": "The commission's site"}],
        "external_ids": [{"system": "table-2024", "id": "7"}]
    })
}

/// A case that uses every member.
pub(super) fn case() -> Value {
    json!({
        "title": "Pressure on EMDS",
        "summary": "Three incidents.",
        "external_ids": [{"system": "table-2024", "id": "7"}]
    })
}

/// A record that uses every member.
pub(super) fn full(kind: Kind) -> Value {
    match kind {
        Kind::Incident => incident(),
        Kind::Organization => organization(),
        Kind::Person => person(),
        Kind::Election => election(),
        Kind::Case => case(),
        Kind::Statement => statement(),
    }
}
