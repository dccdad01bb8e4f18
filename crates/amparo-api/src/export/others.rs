//! The tables of the other kinds of record, one row for each. Of people there is none: they are met inside
//! incidents.

use amparo_domain::case::CaseFacts;
use amparo_domain::country::CountryCode;
use amparo_domain::election::ElectionFacts;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::organization::OrganizationFacts;
use amparo_domain::statement::StatementFacts;
use amparo_domain::vocabulary::{ElectionType, OrganizationKind, StatementKind};
use amparo_exchange::export::{Cell, Column, Type};

use super::companions::NOT_KNOWN;
use super::incidents::distinct;
use super::table::{AskedOf, Field, Items, Lines, Needs, Of};
use crate::resource;

/// One row per organization.
pub(crate) struct Organizations;
/// One row per election: of all elections that a question finds, or of those that incidents are about.
pub(crate) struct Elections<const OF_INCIDENTS: bool>;
/// One row per case.
pub(crate) struct Cases;
/// One row per statement.
pub(crate) struct Statements;

const NO_COUNTRY: &str = "it has none, or it is not known";

/// The columns that the tables of all kinds end with.
macro_rules! fields {
    ($($field:expr),* $(,)?) => {
        &[
            $($field,)*
            Field {
                column: Column::new("network", Type::Text, "The network that owns the record."),
                cell: |of, _| Cell::Text(of.record.network.as_str().into()),
            },
            Field {
                column: Column::new("first_published", Type::Instant, "When it was first published.")
                    .or_empty("it was never published itself"),
                cell: |of, _| Cell::instant(of.record.first_published_at),
            },
            Field {
                column: Column::new("last_changed", Type::Instant, "When it last changed for the public.")
                    .or_empty("it was never published itself"),
                cell: |of, _| Cell::instant(of.record.changed_at),
            },
        ]
    };
}

/// What stands for a record in a column of another table: its slug, else its number.
fn key<'a>(of: &Of<'a>, slug: Option<&'a str>) -> Cell<'a> {
    slug.map_or(Cell::Number(of.record.number), |slug| Cell::Text(slug.into()))
}

fn country_name<'a>(of: &Of<'a>, country: Option<CountryCode>) -> Cell<'a> {
    Cell::text(country.map(|country| country.name(of.r.language)))
}

impl Lines for Organizations {
    const NAME: &'static str = "organizations";
    const ABOUT: &'static str =
        "One row per organization: observer groups, networks, state bodies.";
    const KEY: &'static [&'static str] = &["number"];
    const ASKED_OF: AskedOf = AskedOf::Others(Kind::Organization);
    const ITEMS: Option<Items> = Some(Items::of::<resource::Organizations>());
    type Line<'a> = &'a OrganizationFacts<Number>;

    fn lines<'a>(of: &Of<'a>) -> Vec<Self::Line<'a>> {
        match &of.record.facts {
            Stored::Organization(facts) => vec![facts],
            _ => Vec::new(),
        }
    }

    const FIELDS: &'static [Field<Self>] = fields![
        Field {
            column: Column::new(
                "organization",
                Type::Text,
                "What stands for it in the column `organizations` of the table `incidents`: its slug, else its number.",
            ),
            cell: |of, facts| key(of, facts.slug.as_deref()),
        },
        Field {
            column: Column::new(
                "name",
                Type::Text,
                "Its name, in Latin script where there is one."
            ),
            cell: |_, facts| Cell::Text(facts.name.as_str().into()),
        },
        Field {
            column: Column::new("acronym", Type::Text, "Its acronym.").or_empty("it has none"),
            cell: |_, facts| Cell::text(facts.acronym.as_deref()),
        },
        Field {
            column: Column::new(
                "native_name",
                Type::Text,
                "Its name in its own language and script."
            )
            .or_empty("none is given"),
            cell: |_, facts| Cell::text(facts.native_name.as_deref()),
        },
        Field {
            column: Column::new("aliases", Type::Text, "Other names it goes by.")
                .several()
                .or_empty("none is given"),
            cell: |_, facts| Cell::several(&facts.aliases),
        },
        Field {
            column: Column::new("country", Type::Text, "Its country, ISO 3166-1 alpha-3.")
                .or_empty(NO_COUNTRY),
            cell: |_, facts| Cell::text(facts.country.map(CountryCode::alpha3)),
        },
        Field {
            column: Column::new("country_name", Type::Text, "The country by name.")
                .or_empty(NO_COUNTRY),
            cell: |of, facts| country_name(of, facts.country),
        },
        Field {
            column: Column::new("kind", Type::Text, "What it is.")
                .of_list(OrganizationKind::LIST)
                .or_empty(NOT_KNOWN),
            cell: |_, facts| Cell::text(facts.kind.map(OrganizationKind::code)),
        },
        Field {
            column: Column::new(
                "networks",
                Type::Text,
                "The networks it is or was a member of, each by its slug, else its number.",
            )
            .several()
            .or_empty(NOT_KNOWN),
            cell: |of, facts| {
                let keys = facts.networks.iter().filter_map(|member| of.key(member.network));
                Cell::several(distinct(keys))
            },
        },
        Field {
            column: Column::new("website", Type::Text, "Its web site.").or_empty(NOT_KNOWN),
            cell: |_, facts| Cell::text(facts.website.as_deref()),
        },
        Field {
            column: Column::new("note", Type::Text, "What else should be known.")
                .or_empty("nothing is said"),
            cell: |_, facts| Cell::text(facts.note.as_deref()),
        },
    ];
}

impl<const OF_INCIDENTS: bool> Lines for Elections<OF_INCIDENTS> {
    const NAME: &'static str = "elections";
    const ABOUT: &'static str = if OF_INCIDENTS {
        "One row per election that one of the incidents is about."
    } else {
        "One row per election that was or will be observed."
    };
    const KEY: &'static [&'static str] = &["number"];
    const ASKED_OF: AskedOf =
        if OF_INCIDENTS { AskedOf::Incidents } else { AskedOf::Others(Kind::Election) };
    const NEEDS: Needs = if OF_INCIDENTS { Needs::Elections } else { Needs::Nothing };
    const ITEMS: Option<Items> =
        if OF_INCIDENTS { None } else { Some(Items::of::<resource::Elections>()) };
    type Line<'a> = &'a ElectionFacts;

    fn lines<'a>(of: &Of<'a>) -> Vec<Self::Line<'a>> {
        match &of.record.facts {
            Stored::Election(facts) => vec![facts],
            _ => Vec::new(),
        }
    }

    const FIELDS: &'static [Field<Self>] = fields![
        Field {
            column: Column::new(
                "election",
                Type::Text,
                "What stands for it in the column `election` of the table `incidents`: its slug, else its number.",
            ),
            cell: |of, facts| key(of, facts.slug.as_deref()),
        },
        Field {
            column: Column::new("name", Type::Text, "Its name."),
            cell: |_, facts| Cell::Text(facts.name.as_str().into()),
        },
        Field {
            column: Column::new("country", Type::Text, "Where it is held, ISO 3166-1 alpha-3."),
            cell: |_, facts| Cell::Text(facts.country.alpha3().into()),
        },
        Field {
            column: Column::new("country_name", Type::Text, "The country by name."),
            cell: |of, facts| country_name(of, Some(facts.country)),
        },
        Field {
            column: Column::new("date", Type::Text, "When votes are cast, in EDTF level 1."),
            cell: |_, facts| Cell::Text(facts.date.edtf().into()),
        },
        Field {
            column: Column::new("date_start", Type::Date, "The first day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, facts| Cell::date(facts.date.start()),
        },
        Field {
            column: Column::new("date_end", Type::Date, "The last day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, facts| Cell::date(facts.date.end()),
        },
        Field {
            column: Column::new("type", Type::Text, "What is elected.").of_list(ElectionType::LIST),
            cell: |_, facts| Cell::Text(facts.election_type.code().into()),
        },
        Field {
            column: Column::new("note", Type::Text, "What else should be known.")
                .or_empty("nothing is said"),
            cell: |_, facts| Cell::text(facts.note.as_deref()),
        },
    ];
}

impl Lines for Cases {
    const NAME: &'static str = "cases";
    const ABOUT: &'static str = "One row per case: incidents that belong together. Ask for these with `case` and its number.";
    const KEY: &'static [&'static str] = &["number"];
    const ASKED_OF: AskedOf = AskedOf::Others(Kind::Case);
    const ITEMS: Option<Items> = Some(Items::of::<resource::Cases>());
    type Line<'a> = &'a CaseFacts;

    fn lines<'a>(of: &Of<'a>) -> Vec<Self::Line<'a>> {
        match &of.record.facts {
            Stored::Case(facts) => vec![facts],
            _ => Vec::new(),
        }
    }

    const FIELDS: &'static [Field<Self>] = fields![
        Field {
            column: Column::new("title", Type::Text, "What it is about."),
            cell: |_, facts| Cell::Text(facts.title.as_str().into()),
        },
        Field {
            column: Column::new("summary", Type::Text, "What should be known.")
                .or_empty("nothing is said"),
            cell: |_, facts| Cell::text(facts.summary.as_deref()),
        },
    ];
}

impl Lines for Statements {
    const NAME: &'static str = "statements";
    const ABOUT: &'static str =
        "One row per statement: what networks said in public, citing records.";
    const KEY: &'static [&'static str] = &["number"];
    const ASKED_OF: AskedOf = AskedOf::Others(Kind::Statement);
    const ITEMS: Option<Items> = Some(Items::of::<resource::Statements>());
    type Line<'a> = &'a StatementFacts<Number>;

    fn lines<'a>(of: &Of<'a>) -> Vec<Self::Line<'a>> {
        match &of.record.facts {
            Stored::Statement(facts) => vec![facts],
            _ => Vec::new(),
        }
    }

    const FIELDS: &'static [Field<Self>] = fields![
        Field {
            column: Column::new(
                "title",
                Type::Text,
                "Its title. People stand in all texts as the record shows them.",
            ),
            cell: |of, facts| text(of, facts, Some(&facts.title)),
        },
        Field {
            column: Column::new("date", Type::Text, "When it was issued, in EDTF level 1."),
            cell: |_, facts| Cell::Text(facts.date.edtf().into()),
        },
        Field {
            column: Column::new("date_start", Type::Date, "The first day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, facts| Cell::date(facts.date.start()),
        },
        Field {
            column: Column::new("date_end", Type::Date, "The last day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, facts| Cell::date(facts.date.end()),
        },
        Field {
            column: Column::new(
                "draft",
                Type::Boolean,
                "Whether its author marked it as not final."
            ),
            cell: |_, facts| Cell::Boolean(facts.draft),
        },
        Field {
            column: Column::new("kind", Type::Text, "What kind of text it is.")
                .of_list(StatementKind::LIST),
            cell: |_, facts| Cell::Text(facts.kind.code().into()),
        },
        Field {
            column: Column::new("lang", Type::Text, "The language of the text, a BCP 47 tag.")
                .or_empty(NOT_KNOWN),
            cell: |_, facts| Cell::text(facts.lang.as_deref()),
        },
        Field {
            column: Column::new(
                "country",
                Type::Text,
                "The country it is about, ISO 3166-1 alpha-3."
            )
            .or_empty("it is about no country, or several"),
            cell: |_, facts| Cell::text(facts.country.map(CountryCode::alpha3)),
        },
        Field {
            column: Column::new("country_name", Type::Text, "The country by name.")
                .or_empty("it is about no country, or several"),
            cell: |of, facts| country_name(of, facts.country),
        },
        Field {
            column: Column::new(
                "issuer",
                Type::Text,
                "Who issued it: their slug, else their number."
            )
            .or_empty(NOT_KNOWN),
            cell: |of, facts| Cell::text(facts.issuer.and_then(|issuer| of.key(issuer))),
        },
        Field {
            column: Column::new(
                "endorsers",
                Type::Text,
                "Who endorsed it, each by their slug, else their number.",
            )
            .several()
            .or_empty("nobody is known to"),
            cell: |of, facts| {
                let keys = facts.endorsers.iter().filter_map(|one| of.key(one.organization));
                Cell::several(distinct(keys))
            },
        },
        Field {
            column: Column::new("incidents", Type::Text, "The numbers of the incidents it cites.")
                .several()
                .or_empty("it cites none"),
            cell: |of, facts| {
                let cited = facts.incidents.iter().map(|citation| citation.incident);
                let cited = cited.filter(|number| of.r.labels.get(*number).is_some());
                Cell::several(distinct(cited).iter().map(ToString::to_string))
            },
        },
        Field {
            column: Column::new("tags", Type::Text, "The words it is filed under.")
                .several()
                .or_empty("none"),
            cell: |_, facts| Cell::several(&facts.tags),
        },
        Field {
            column: Column::new("statement_url", Type::Text, "Where its issuer published it.")
                .or_empty("not known, or the address spells out a name that is not shown"),
            cell: |of, facts| {
                let url = facts.url.as_deref();
                Cell::text(url.filter(|_| of.r.tells(&facts.url_names, &facts.people)))
            },
        },
        Field {
            column: Column::new("excerpt", Type::Text, "Its opening in short.")
                .or_empty("none is given"),
            cell: |of, facts| text(of, facts, facts.excerpt.as_deref()),
        },
        Field {
            column: Column::new("body", Type::Text, "The text, in Markdown.").or_empty("not kept"),
            cell: |of, facts| text(of, facts, facts.body.as_deref()),
        },
        Field {
            column: Column::new("note", Type::Text, "What else should be known.")
                .or_empty("nothing is said"),
            cell: |of, facts| text(of, facts, facts.note.as_deref()),
        },
    ];
}

/// A text with its people as the reader may see them.
fn text<'a>(of: &Of<'a>, facts: &'a StatementFacts<Number>, text: Option<&'a str>) -> Cell<'a> {
    Cell::text(text.map(|text| of.r.text(text, &facts.people)))
}
