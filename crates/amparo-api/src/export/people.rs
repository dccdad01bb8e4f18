//! The tables of people: in incidents, and held on a day. Both show them as each record does, and none says that
//! somebody in two records is the same.

use amparo_domain::custody::PersonState;
use amparo_domain::incident::PersonLink;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::{CustodyStatus, Role};
use amparo_exchange::export::{Cell, Column, Type};

use super::incidents::incident;
use super::table::{AskedOf, Field, Lines, Of};
use crate::figures::{DetainedView, held};

/// One row per person in an incident.
pub(crate) struct People;
/// One row per person and incident that says that they are held on a day.
pub(crate) struct Detained;

/// A person in an incident and what the events about them add up to.
pub(crate) struct Person<'a> {
    link: &'a PersonLink<Number>,
    state: PersonState,
}

impl Lines for People {
    const NAME: &'static str = "people";
    const ABOUT: &'static str = "One row per person in an incident, as the record shows them.";
    const KEY: &'static [&'static str] = &["number", "ref"];
    type Line<'a> = Person<'a>;

    fn lines<'a>(of: &Of<'a>) -> Vec<Person<'a>> {
        let Some(facts) = incident(of) else {
            return Vec::new();
        };
        let state = |link: &PersonLink<Number>| facts.person_state(&link.reference, of.r.today);
        facts.people.iter().map(|link| Person { link, state: state(link) }).collect()
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("ref", Type::Text, "P1, P2, … within the incident."),
            cell: |_, person| Cell::Text(person.link.reference.as_str().into()),
        },
        Field {
            column: Column::new("role", Type::Text, "The part they have.").of_list(Role::LIST),
            cell: |_, person| Cell::Text(person.link.role.code().into()),
        },
        Field {
            column: Column::new(
                "display",
                Type::Text,
                "How they appear: name, role, or withheld, where nothing but the part they have is published.",
            )
            .of_list("display"),
            cell: |_, person| Cell::Text(person.link.display.code().into()),
        },
        Field {
            column: Column::new("name", Type::Text, "Their name.")
                .or_empty("the record does not show it; `display` says how they appear"),
            cell: |of, person| Cell::text(of.r.name_of(person.link)),
        },
        Field {
            column: Column::new("position", Type::Text, "What they were at the time.")
                .or_empty("not known, or not published if `display` is withheld"),
            cell: |_, person| Cell::text(person.link.position.as_deref()),
        },
        Field {
            column: Column::new(
                "organization",
                Type::Text,
                "The organization in which they were it: its slug, else its number.",
            )
            .or_empty("not known, or not published"),
            cell: |of, person| Cell::text(person.link.organization.and_then(|org| of.key(org))),
        },
        Field {
            column: Column::new("organization_name", Type::Text, "The organization by name.")
                .or_empty("not known, or not published"),
            cell: |of, person| {
                let label = person.link.organization.and_then(|org| of.r.labels.get(org));
                Cell::text(label.and_then(|label| label.name.as_deref()))
            },
        },
        Field {
            column: Column::new(
                "custody_status",
                Type::Text,
                "Their custody as of today, derived from the dated events about them.",
            )
            .of_list(CustodyStatus::LIST)
            .or_empty("no event tells of custody"),
            cell: |_, person| {
                Cell::text(person.state.custody.as_ref().map(|custody| custody.status.code()))
            },
        },
        Field {
            column: Column::new(
                "custody_since",
                Type::Text,
                "Since when they have been held, or have not, in EDTF level 1.",
            )
            .or_empty("no event tells of custody"),
            cell: |_, person| {
                let custody = person.state.custody.as_ref();
                Cell::text(custody.map(|custody| custody.since.to_string()))
            },
        },
        Field {
            column: Column::new(
                "custody_last_confirmed",
                Type::Text,
                "The last day for which an event says that it still held, in EDTF level 1.",
            )
            .or_empty("no event tells of custody"),
            cell: |_, person| {
                let custody = person.state.custody.as_ref();
                Cell::text(custody.map(|custody| custody.last_confirmed.to_string()))
            },
        },
        Field {
            column: Column::new("charge_status", Type::Text, "Their charge, derived likewise.")
                .of_list("charge_status")
                .or_empty("no event tells of a charge"),
            cell: |_, person| {
                Cell::text(person.state.charge.as_ref().map(|charge| charge.status.code()))
            },
        },
        Field {
            column: Column::new("charge_law", Type::Text, "The law the charge names.")
                .or_empty("no charge, or none is named"),
            cell: |_, person| {
                let charge = person.state.charge.as_ref();
                Cell::text(charge.and_then(|charge| charge.law.clone()))
            },
        },
        Field {
            column: Column::new("charge_date", Type::Text, "When, in EDTF level 1.")
                .or_empty("no event tells of a charge"),
            cell: |_, person| {
                Cell::text(person.state.charge.as_ref().map(|charge| charge.date.to_string()))
            },
        },
        Field {
            column: Column::new(
                "next_date_kind",
                Type::Text,
                "What ends on the next date that an event names: remand_ends, ban_ends, sentence_ends.",
            )
            .or_empty("no date to come is known"),
            cell: |_, person| Cell::text(person.state.next_date.as_ref().map(|next| next.kind)),
        },
        Field {
            column: Column::new("next_date", Type::Text, "That date, in EDTF level 1.")
                .or_empty("no date to come is known"),
            cell: |_, person| {
                Cell::text(person.state.next_date.as_ref().map(|next| next.on.to_string()))
            },
        },
    ];
}

impl Lines for Detained {
    const NAME: &'static str = "detained";
    const ABOUT: &'static str = "One row per person and incident by which they are recorded as held on a day, that of `on` or today.";
    const KEY: &'static [&'static str] = &["number", "ref"];
    const ASKED_OF: AskedOf = AskedOf::Held;
    type Line<'a> = DetainedView<'a>;

    fn lines<'a>(of: &Of<'a>) -> Vec<DetainedView<'a>> {
        held(of.record, of.r)
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("ref", Type::Text, "P1, P2, … within the incident."),
            cell: |_, row| Cell::Text(row.r#ref.into()),
        },
        Field {
            column: Column::new("display", Type::Text, "How they appear: name, role or withheld.")
                .of_list("display"),
            cell: |_, row| Cell::Text(row.display.into()),
        },
        Field {
            column: Column::new("name", Type::Text, "Their name.")
                .or_empty("the record does not show it; `display` says how they appear"),
            cell: |_, row| Cell::text(row.name),
        },
        Field {
            column: Column::new("position", Type::Text, "What they were at the time.")
                .or_empty("not known, or not published if `display` is withheld"),
            cell: |_, row| Cell::text(row.position),
        },
        Field {
            column: Column::new(
                "country",
                Type::Text,
                "The country of the incident, ISO 3166-1 alpha-3.",
            ),
            cell: |_, row| Cell::Text(row.country.into()),
        },
        Field {
            column: Column::new("status", Type::Text, "Their custody on the day.")
                .of_list(CustodyStatus::LIST),
            cell: |_, row| Cell::Text(row.status.into()),
        },
        Field {
            column: Column::new(
                "since",
                Type::Text,
                "Since when they have been held, in EDTF level 1.",
            ),
            cell: |_, row| Cell::Text(row.since.clone().into()),
        },
        Field {
            column: Column::new(
                "days_held",
                Type::Integer,
                "How many days, the first and that of the question included.",
            )
            .or_empty("the first day is not known exactly"),
            cell: |_, row| Cell::integer(row.days_held),
        },
        Field {
            column: Column::new(
                "last_confirmed",
                Type::Text,
                "The last day up to then for which an event says that it still held, in EDTF level 1.",
            ),
            cell: |_, row| Cell::Text(row.last_confirmed.clone().into()),
        },
        Field {
            column: Column::new(
                "next_date_kind",
                Type::Text,
                "What ends on the next date that an event up to then names: remand_ends, ban_ends, sentence_ends.",
            )
            .or_empty("no date to come is known"),
            cell: |_, row| Cell::text(row.next_date.as_ref().map(|next| next.kind)),
        },
        Field {
            column: Column::new("next_date", Type::Text, "That date, in EDTF level 1.")
                .or_empty("no date to come is known"),
            cell: |_, row| Cell::text(row.next_date.as_ref().map(|next| next.on.clone())),
        },
    ];
}
