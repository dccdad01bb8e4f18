//! The members of each kind of record.

use amparo_domain::kind::Kind;

/// The members a writer may send, for a kind.
pub fn members(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Incident => &[
            "grade",
            "grade_basis",
            "title",
            "summary",
            "lang",
            "types",
            "subtypes",
            "other_text",
            "occurred",
            "date_note",
            "country",
            "admin1",
            "place",
            "location",
            "location_precision",
            "election",
            "people",
            "organizations",
            "affected",
            "perpetrators",
            "events",
            "sources",
            "claims",
            "case",
            "related",
            "severity",
            "in_danger_now",
            "external_ids",
            "tiers",
            "confidential",
        ],
        Kind::Organization => &[
            "slug",
            "name",
            "acronym",
            "native_name",
            "aliases",
            "country",
            "kind",
            "networks",
            "website",
            "note",
            "sources",
            "external_ids",
            "needs_review",
        ],
        Kind::Person => &[
            "names",
            "name",
            "name_variants",
            "position",
            "affiliations",
            "note",
            "sources",
            "external_ids",
        ],
        Kind::Election => {
            &["slug", "name", "country", "date", "type", "note", "sources", "external_ids"]
        }
        Kind::Case => &["title", "summary", "external_ids"],
        Kind::Statement => &[
            "title",
            "date",
            "draft",
            "kind",
            "excerpt",
            "tags",
            "lang",
            "country",
            "issuer",
            "body",
            "url",
            "links",
            "endorsers",
            "incidents",
            "known_on",
            "annex",
            "people",
            "note",
            "sources",
            "front_matter",
            "external_ids",
        ],
    }
}

macro_rules! with_common {
    ($($name:literal),*) => {
        &[
            "number",
            "version",
            "state",
            "network",
            "revision",
            "latest_revision",
            "recorded_at",
            "counts",
            "reason",
            "published_at",
            "first_published",
            "last_changed",
            "created_at",
            "updated_at",
            "merged_into",
            "possible_duplicates",
            "warnings",
            "made",
            $($name),*
        ]
    };
}

/// The members that only the register writes, for a kind: what a reader gets, a writer may send back
/// unchanged. The API takes them out before it calls [`read`](super::read), to which they are
/// unknown, if by a message of their own.
pub fn read_only(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Incident => with_common!("cited_by", "representative_point", "match", "removed"),
        Kind::Organization => with_common!("members", "incidents", "statements"),
        Kind::Person | Kind::Election | Kind::Case => with_common!("incidents"),
        Kind::Statement => with_common!("cited_by", "checks", "removed"),
    }
}

/// What a record of a kind is called, with its article.
pub(super) const fn called(kind: Kind) -> &'static str {
    match kind {
        Kind::Incident => "an incident",
        Kind::Organization => "an organization",
        Kind::Person => "a person",
        Kind::Election => "an election",
        Kind::Case => "a case",
        Kind::Statement => "a statement",
    }
}
