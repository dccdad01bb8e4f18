//! The tables beside that of the incidents: one row per link, joined by `number` and `version`. That of the
//! people is in `people`, that of the elections in `others`.

use amparo_domain::facts::Stored;
use amparo_domain::incident::{Event, IncidentFacts, OrganizationLink};
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::vocabulary::{CustodyStatus, EventKind, IncidentType, Role, SourceType};
use amparo_exchange::export::{Cell, Column, Type};
use amparo_store::{CitedBy, Record};

use super::incidents::incident;
use super::table::{Field, Lines, Needs, Of};
use crate::dto::{Rendering, SourceView};

pub(super) const NOT_KNOWN: &str = "not known";
const NOT_SAID: &str = "nothing is said";

/// One row per type of an incident.
pub(crate) struct Types;
/// One row per step of an incident's timeline.
pub(crate) struct Events;
/// One row per organization in an incident.
pub(crate) struct Organizations;
/// One row per publication an incident rests on.
pub(crate) struct Sources;
/// One row per incident or case that an incident has to do with.
pub(crate) struct Relations;
/// One row per published statement that cites an incident.
pub(crate) struct Statements;

impl Lines for Types {
    const NAME: &'static str = "types";
    const ABOUT: &'static str = "One row per incident and type: what was done.";
    const KEY: &'static [&'static str] = &["number", "type"];
    type Line<'a> = IncidentType;

    fn lines(of: &Of<'_>) -> Vec<IncidentType> {
        incident(of).map(|facts| facts.types.clone()).unwrap_or_default()
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("type", Type::Text, "What was done.").of_list(IncidentType::LIST),
            cell: |_, one| Cell::Text(one.code().into()),
        },
        Field {
            column: Column::new(
                "label",
                Type::Text,
                "The same in words, in the language asked for with `lang`.",
            ),
            cell: |of, one| Cell::Text(one.label(of.r.language).into()),
        },
    ];
}

/// A line about something in an incident.
pub(crate) struct In<'a, T> {
    facts: &'a IncidentFacts<Number>,
    it: T,
}

fn each<'a, T>(
    of: &Of<'a>,
    list: impl Fn(&'a IncidentFacts<Number>) -> &'a [T],
) -> Vec<In<'a, &'a T>> {
    let Some(facts) = incident(of) else {
        return Vec::new();
    };
    list(facts).iter().map(|it| In { facts, it }).collect()
}

impl Lines for Events {
    const NAME: &'static str = "events";
    const ABOUT: &'static str = "One row per dated step in an incident's timeline.";
    const KEY: &'static [&'static str] = &["number", "ref"];
    type Line<'a> = In<'a, &'a Event>;

    fn lines<'a>(of: &Of<'a>) -> Vec<Self::Line<'a>> {
        each(of, |facts| &facts.events)
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("ref", Type::Text, "E1, E2, … within the incident."),
            cell: |_, event| Cell::Text(event.it.reference.as_str().into()),
        },
        Field {
            column: Column::new("date", Type::Text, "When, in EDTF level 1."),
            cell: |_, event| Cell::Text(event.it.date.edtf().into()),
        },
        Field {
            column: Column::new("date_start", Type::Date, "The first day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, event| Cell::date(event.it.date.start()),
        },
        Field {
            column: Column::new("date_end", Type::Date, "The last day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, event| Cell::date(event.it.date.end()),
        },
        Field {
            column: Column::new("date_precision", Type::Text, "How exactly the date is known."),
            cell: |_, event| Cell::Text(event.it.date.precision().code().into()),
        },
        Field {
            column: Column::new("kind", Type::Text, "What happened.").of_list(EventKind::LIST),
            cell: |_, event| Cell::Text(event.it.kind.code().into()),
        },
        Field {
            column: Column::new("text", Type::Text, "The same in words.").or_empty(NOT_SAID),
            cell: |of, event| of.text(event.it.text.as_deref(), event.facts),
        },
        Field {
            column: Column::new(
                "people",
                Type::Text,
                "Whom it is about, as `ref` in the table `incidents.people`; it says nothing of anybody else.",
            )
            .several()
            .or_empty("nobody in particular"),
            cell: |_, event| Cell::several(&event.it.people),
        },
        Field {
            column: Column::new(
                "source",
                Type::Text,
                "The publication that says so, as `ref` in the table `incidents.sources`.",
            )
            .or_empty(NOT_SAID),
            cell: |_, event| Cell::text(event.it.source.as_deref()),
        },
        Field {
            column: Column::new(
                "custody",
                Type::Text,
                "The custody status after it, where the kind does not say it.",
            )
            .of_list(CustodyStatus::LIST)
            .or_empty("the kind says it, or it is about no custody"),
            cell: |_, event| Cell::text(event.it.custody.map(CustodyStatus::code)),
        },
        Field {
            column: Column::new("law", Type::Text, "The law a charge names.").or_empty(NOT_SAID),
            cell: |_, event| Cell::text(event.it.law.as_deref()),
        },
        Field {
            column: Column::new("until", Type::Text, "When what it orders ends, in EDTF level 1.")
                .or_empty(NOT_SAID),
            cell: |_, event| Cell::text(event.it.until.as_ref().map(PartialDate::edtf)),
        },
        Field {
            column: Column::new("supersedes", Type::Text, "The mistaken event it stands for.")
                .or_empty("none"),
            cell: |_, event| Cell::text(event.it.supersedes.as_deref()),
        },
    ];
}

impl Lines for Organizations {
    const NAME: &'static str = "organizations";
    const ABOUT: &'static str = "One row per organization in an incident and the part it has.";
    const KEY: &'static [&'static str] = &["number", "organization", "role"];
    type Line<'a> = In<'a, &'a OrganizationLink<Number>>;

    fn lines<'a>(of: &Of<'a>) -> Vec<Self::Line<'a>> {
        let mut lines = each(of, |facts| &facts.organizations);
        lines.retain(|link| of.r.labels.get(link.it.organization).is_some());
        lines
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("organization", Type::Text, "Its slug, else its number."),
            cell: |of, link| Cell::text(of.key(link.it.organization)),
        },
        Field {
            column: Column::new("organization_number", Type::Text, "Its number."),
            cell: |_, link| Cell::Number(link.it.organization),
        },
        Field {
            column: Column::new("role", Type::Text, "The part it has.").of_list(Role::LIST),
            cell: |_, link| Cell::Text(link.it.role.code().into()),
        },
        Field {
            column: Column::new("name", Type::Text, "Its name.").or_empty(NOT_KNOWN),
            cell: |of, link| {
                let label = of.r.labels.get(link.it.organization);
                Cell::text(label.and_then(|label| label.name.as_deref()))
            },
        },
        Field {
            column: Column::new("acronym", Type::Text, "Its acronym.").or_empty("it has none"),
            cell: |of, link| {
                let label = of.r.labels.get(link.it.organization);
                Cell::text(label.and_then(|label| label.acronym.as_deref()))
            },
        },
    ];
}

impl Lines for Sources {
    const NAME: &'static str = "sources";
    const ABOUT: &'static str = "One row per publication that an incident rests on.";
    const KEY: &'static [&'static str] = &["number", "ref"];
    type Line<'a> = SourceView<'a>;

    fn lines<'a>(of: &Of<'a>) -> Vec<SourceView<'a>> {
        incident(of).map(|facts| of.r.sources(&facts.sources, &facts.people)).unwrap_or_default()
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("ref", Type::Text, "S1, S2, … within the incident."),
            cell: |_, source| Cell::Text(source.r#ref.into()),
        },
        Field {
            column: Column::new("title", Type::Text, "Its title.").or_empty(NOT_KNOWN),
            cell: |_, source| Cell::text(source.title.clone()),
        },
        Field {
            column: Column::new("publisher", Type::Text, "Who published it.").or_empty(NOT_KNOWN),
            cell: |_, source| Cell::text(source.publisher),
        },
        Field {
            column: Column::new("source_url", Type::Text, "Where it is.")
                .or_empty("not known, or not published if `url_hidden` is true"),
            cell: |_, source| Cell::text(source.url),
        },
        Field {
            column: Column::new("archived_url", Type::Text, "Where a copy is kept.")
                .or_empty("nowhere, or not published if `url_hidden` is true"),
            cell: |_, source| Cell::text(source.archived_url),
        },
        Field {
            column: Column::new(
                "url_hidden",
                Type::Boolean,
                "Whether its addresses are kept back, because they spell out a name that is not shown.",
            ),
            cell: |_, source| Cell::Boolean(source.url_hidden),
        },
        Field {
            column: Column::new("date", Type::Text, "When it was published, in EDTF level 1.")
                .or_empty(NOT_KNOWN),
            cell: |_, source| Cell::text(source.date),
        },
        Field {
            column: Column::new("accessed", Type::Date, "When it was read.").or_empty(NOT_KNOWN),
            cell: |_, source| Cell::date(source.accessed),
        },
        Field {
            column: Column::new("kind", Type::Text, "What kind of publication it is.")
                .of_list(SourceType::LIST)
                .or_empty(NOT_KNOWN),
            cell: |_, source| Cell::text(source.kind),
        },
        Field {
            column: Column::new("lang", Type::Text, "Its language, a BCP 47 tag.")
                .or_empty(NOT_KNOWN),
            cell: |_, source| Cell::text(source.lang),
        },
        Field {
            column: Column::new(
                "same_origin_as",
                Type::Text,
                "The `ref` of the publication that it repeats, so that the two do not count as independent.",
            )
            .or_empty("it is known to repeat none"),
            cell: |_, source| Cell::text(source.same_origin_as),
        },
    ];
}

/// What an incident has to do with.
pub(crate) struct Related {
    other: Number,
    kind: &'static str,
    relation: &'static str,
}

impl Lines for Relations {
    const NAME: &'static str = "relations";
    const ABOUT: &'static str =
        "One row per other incident that an incident has to do with, and per case it belongs to.";
    const KEY: &'static [&'static str] = &[];
    type Line<'a> = Related;

    fn lines(of: &Of<'_>) -> Vec<Related> {
        let Some(facts) = incident(of) else {
            return Vec::new();
        };
        let case = facts.case.iter().map(|case| Related {
            other: *case,
            kind: "case",
            relation: "in_case",
        });
        let related = facts.related.iter().map(|link| Related {
            other: link.incident,
            kind: "incident",
            relation: link.relation.code(),
        });
        case.chain(related).filter(|line| of.r.labels.get(line.other).is_some()).collect()
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new(
                "relation",
                Type::Text,
                "How they belong together: related, followed_by, preceded_by, part_of, or in_case.",
            ),
            cell: |_, line| Cell::Text(line.relation.into()),
        },
        Field {
            column: Column::new("other_kind", Type::Text, "What the other is: incident or case."),
            cell: |_, line| Cell::Text(line.kind.into()),
        },
        Field {
            column: Column::new("other_number", Type::Text, "The number of the other."),
            cell: |_, line| Cell::Number(line.other),
        },
        Field {
            column: Column::new("other_url", Type::Text, "The permanent address of the other."),
            cell: |of, line| Cell::Address { base: of.base, number: line.other, version: None },
        },
    ];
}

/// A statement that cites an incident, and what it says of itself.
pub(crate) struct Citing<'a> {
    cited_by: CitedBy,
    statement: Option<&'a Record>,
}

impl Lines for Statements {
    const NAME: &'static str = "statements";
    const ABOUT: &'static str = "One row per published statement that cites an incident.";
    const KEY: &'static [&'static str] = &["number", "statement"];
    const NEEDS: Needs = Needs::Statements;
    type Line<'a> = Citing<'a>;

    fn lines<'a>(of: &Of<'a>) -> Vec<Citing<'a>> {
        let cited_by = of.r.labels.cited_by(of.record.number).iter();
        let line = |cited_by: &CitedBy| Citing {
            cited_by: *cited_by,
            statement: of.more.records.get(&cited_by.number),
        };
        cited_by.map(line).collect()
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("statement", Type::Text, "The number of the statement."),
            cell: |_, line| Cell::Number(line.cited_by.number),
        },
        Field {
            column: Column::new("statement_version", Type::Integer, "Its version."),
            cell: |_, line| Cell::Integer(i64::from(line.cited_by.version)),
        },
        Field {
            column: Column::new("statement_url", Type::Text, "Its permanent address."),
            cell: |of, line| {
                let number = line.cited_by.number;
                Cell::Address { base: of.base, number, version: None }
            },
        },
        Field {
            column: Column::new("title", Type::Text, "Its title.").or_empty(NOT_KNOWN),
            cell: |of, line| {
                let title = line.statement.and_then(|record| title(of, record));
                Cell::text(title)
            },
        },
        Field {
            column: Column::new("date", Type::Text, "When it was issued, in EDTF level 1.")
                .or_empty(NOT_KNOWN),
            cell: |_, line| match line.statement.map(|record| &record.facts) {
                Some(Stored::Statement(facts)) => Cell::Text(facts.date.edtf().into()),
                _ => Cell::Empty,
            },
        },
        Field {
            column: Column::new(
                "issuer",
                Type::Text,
                "Who issued it: their slug, else their number.",
            )
            .or_empty(NOT_KNOWN),
            cell: |of, line| match line.statement.map(|record| &record.facts) {
                Some(Stored::Statement(facts)) => {
                    Cell::text(facts.issuer.and_then(|issuer| beside(*of).key(issuer)))
                }
                _ => Cell::Empty,
            },
        },
    ];
}

/// The same, for what stands beside the record.
fn beside(of: Of<'_>) -> Of<'_> {
    Of { r: Rendering { labels: &of.more.labels, ..of.r }, ..of }
}

/// The title of a statement as the reader may see it.
fn title(of: &Of<'_>, statement: &Record) -> Option<String> {
    let r = Rendering { staff: true, knows: false, ..beside(*of).r }.of_record(statement);
    let statement = r.without_hidden_addresses(statement);
    match &statement.facts {
        Stored::Statement(facts) => Some(r.text(&facts.title, &facts.people).into_owned()),
        _ => None,
    }
}
