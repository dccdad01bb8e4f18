//! The table with one row per incident.

use amparo_domain::election::{self, Phase};
use amparo_domain::facts::Stored;
use amparo_domain::incident::IncidentFacts;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::vocabulary::{Grade, IncidentType, LocationPrecision};
use amparo_exchange::export::{Cell, Column, Type};

use super::table::{Field, Items, Lines, Of};

/// One row per incident.
pub(crate) struct Incidents;

type Facts = IncidentFacts<Number>;

const NOT_KNOWN: &str = "not known";
const HIDDEN: &str = "not known, or not published if `withheld` says so";
const NO_ELECTION: &str = "it is about no election, or the election has no exact day";

impl Lines for Incidents {
    const NAME: &'static str = "incidents";
    const ABOUT: &'static str = "One row per incident.";
    const KEY: &'static [&'static str] = &["number"];
    const ITEMS: Option<Items> = Some(Items::of::<crate::resource::Incidents>());
    type Line<'a> = &'a Facts;

    fn lines<'a>(of: &Of<'a>) -> Vec<&'a Facts> {
        incident(of).into_iter().collect()
    }

    fn point(facts: &&Facts) -> Option<[f64; 2]> {
        facts.location.map(|point| [point.x(), point.y()])
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field {
            column: Column::new("grade", Type::Text, "How far it is borne out.")
                .of_list(Grade::LIST),
            cell: |_, facts| Cell::Text(facts.grade.code().into()),
        },
        Field {
            column: Column::new("types", Type::Text, "What was done.")
                .of_list(IncidentType::LIST)
                .several(),
            cell: |_, facts| match facts.types.as_slice() {
                [only] => Cell::Text(only.code().into()),
                types => Cell::several(types.iter().map(|one| one.code())),
            },
        },
        Field {
            column: Column::new("subtypes", Type::Text, "Finer words for it.")
                .several()
                .or_empty("none is given"),
            cell: |_, facts| Cell::several(&facts.subtypes),
        },
        Field {
            column: Column::new(
                "title",
                Type::Text,
                "One line that says what was done. People stand in it as the record shows them.",
            ),
            cell: |of, facts| Cell::Text(of.r.text(&facts.title, &facts.people)),
        },
        Field {
            column: Column::new("summary", Type::Text, "What happened.").or_empty(HIDDEN),
            cell: |of, facts| of.text(facts.summary.as_deref(), facts),
        },
        Field {
            column: Column::new("lang", Type::Text, "The language of the texts, a BCP 47 tag.")
                .or_empty(NOT_KNOWN),
            cell: |_, facts| Cell::text(facts.lang.as_deref()),
        },
        Field {
            column: Column::new(
                "occurred",
                Type::Text,
                "The local day at the place as the source gives it, in EDTF level 1: `2024-04-29`, `2024-04`, `2024-04-29/2024-05-02`.",
            ),
            cell: |_, facts| Cell::Text(facts.occurred.edtf().into()),
        },
        Field {
            column: Column::new("occurred_start", Type::Date, "The first day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, facts| Cell::date(facts.occurred.start()),
        },
        Field {
            column: Column::new("occurred_end", Type::Date, "The last day it can lie on.")
                .or_empty("open or not known"),
            cell: |_, facts| Cell::date(facts.occurred.end()),
        },
        Field {
            column: Column::new(
                "occurred_precision",
                Type::Text,
                "How exactly the date is known: day, month, year, interval, before, after or unknown.",
            ),
            cell: |_, facts| Cell::Text(facts.occurred.precision().code().into()),
        },
        Field {
            column: Column::new("date_note", Type::Text, "Why the date is as it is.")
                .or_empty("nothing is said, or it is not published if `withheld` says so"),
            cell: |of, facts| of.text(facts.date_note.as_deref(), facts),
        },
        Field {
            column: Column::new(
                "country",
                Type::Text,
                "The country, ISO 3166-1 alpha-3. Namibia is `NAM`, which no tool takes for a missing value.",
            ),
            cell: |_, facts| Cell::Text(facts.country.alpha3().into()),
        },
        Field {
            column: Column::new(
                "country_name",
                Type::Text,
                "The country by name, in the language asked for with `lang`.",
            ),
            cell: |of, facts| Cell::Text(facts.country.name(of.r.language).into()),
        },
        Field {
            column: Column::new(
                "region",
                Type::Text,
                "The region in which networks of observers group the country, as /api/v1/regions has them.",
            )
            .or_empty("no network groups the country"),
            cell: |_, facts| Cell::text(facts.country.country().region.as_deref()),
        },
        Field {
            column: Column::new("admin1", Type::Text, "The first administrative division.")
                .or_empty(HIDDEN),
            cell: |_, facts| Cell::text(facts.admin1.as_deref()),
        },
        Field {
            column: Column::new("place", Type::Text, "The settlement or place by name.")
                .or_empty(HIDDEN),
            cell: |of, facts| of.text(facts.place.as_deref(), facts),
        },
        Field {
            column: Column::new("longitude", Type::Decimal, "Degrees east, WGS 84.")
                .or_empty("no more than the country is known, or not published if `withheld` says so"),
            cell: |_, facts| Cell::decimal(Self::point(facts).map(|[longitude, _]| longitude)),
        },
        Field {
            column: Column::new("latitude", Type::Decimal, "Degrees north, WGS 84.")
                .or_empty("no more than the country is known, or not published if `withheld` says so"),
            cell: |_, facts| Cell::decimal(Self::point(facts).map(|[_, latitude]| latitude)),
        },
        Field {
            column: Column::new("location_precision", Type::Text, "How exactly the place is known.")
                .of_list(LocationPrecision::LIST)
                .or_empty(HIDDEN),
            cell: |_, facts| Cell::text(facts.location_precision.map(LocationPrecision::code)),
        },
        Field {
            column: Column::new("network", Type::Text, "The network that owns the record."),
            cell: |of, _| Cell::Text(of.record.network.as_str().into()),
        },
        Field {
            column: Column::new(
                "election",
                Type::Text,
                "The election it is about: its slug, else its number. The table `incidents.elections` has it in its column `election`.",
            )
            .or_empty("it is about no election"),
            cell: |of, facts| Cell::text(facts.election.and_then(|number| of.key(number))),
        },
        Field {
            column: Column::new("election_date", Type::Text, "When votes are cast, in EDTF level 1.")
                .or_empty("it is about no election"),
            cell: |of, facts| Cell::text(vote(of, facts).map(PartialDate::edtf)),
        },
        Field {
            column: Column::new(
                "days_from_election",
                Type::Integer,
                "Days from the election to the incident, negative before it; only where both are exact days.",
            )
            .or_empty(NO_ELECTION),
            cell: |of, facts| {
                let vote = vote(of, facts);
                Cell::integer(vote.and_then(|vote| election::days_from(&facts.occurred, vote)))
            },
        },
        Field {
            column: Column::new(
                "phase",
                Type::Text,
                "pre_election, election_day or post_election.",
            )
            .or_empty("it is about no election, or the dates leave a doubt"),
            cell: |of, facts| {
                let phase = vote(of, facts).and_then(|vote| Phase::of(&facts.occurred, vote));
                Cell::text(phase.map(Phase::code))
            },
        },
        Field {
            column: Column::new(
                "people_named",
                Type::Integer,
                "How many affected people have an entry of their own in the record, whether or not their names are shown.",
            ),
            cell: |_, facts| Cell::Integer(i64::from(facts.named())),
        },
        Field {
            column: Column::new(
                "people_unnamed_min",
                Type::Integer,
                "At least so many people were affected beyond those. 0 is a count, not a gap.",
            )
            .or_empty("nobody counted"),
            cell: |_, facts| Cell::integer(facts.affected.unnamed_min),
        },
        Field {
            column: Column::new(
                "people_unnamed_max",
                Type::Integer,
                "At most so many people were affected beyond those.",
            )
            .or_empty("nobody counted"),
            cell: |_, facts| Cell::integer(facts.affected.unnamed_max),
        },
        Field {
            column: Column::new(
                "custody",
                Type::Text,
                "The custody statuses of the people in it as of today, derived from dated events.",
            )
            .of_list("custody_status")
            .several()
            .or_empty("no event tells of custody"),
            cell: |of, facts| custody(of, facts),
        },
        Field {
            column: Column::new("actors", Type::Text, "Who is said to have done it.")
                .of_list("actor_type")
                .several()
                .or_empty(NOT_KNOWN),
            cell: |_, facts| match facts.perpetrators.as_slice() {
                [only] => Cell::Text(only.actor_type.code().into()),
                actors => {
                    Cell::several(distinct(actors.iter().map(|actor| actor.actor_type.code())))
                }
            },
        },
        Field {
            column: Column::new(
                "organizations",
                Type::Text,
                "The organizations in it, each by its slug, else its number. The table `incidents.organizations` tells the part they have.",
            )
            .several()
            .or_empty("there is none in it"),
            cell: |of, facts| {
                let keys = facts.organizations.iter().filter_map(|link| of.key(link.organization));
                Cell::several(distinct(keys))
            },
        },
        Field {
            column: Column::new(
                "sources",
                Type::Integer,
                "How many publications it rests on. The table `incidents.sources` has them, and which repeat another.",
            ),
            cell: |_, facts| Cell::integer(i64::try_from(facts.sources.len()).ok()),
        },
        Field {
            column: Column::new(
                "severity",
                Type::Integer,
                "From 1 (verbal, obstruction) to 5 (death, disappearance).",
            )
            .or_empty(NOT_KNOWN),
            cell: |_, facts| Cell::integer(facts.severity),
        },
        Field {
            column: Column::new("in_danger_now", Type::Boolean, "Whether somebody in it is in danger now."),
            cell: |_, facts| Cell::Boolean(facts.in_danger_now),
        },
        Field {
            column: Column::new("first_published", Type::Instant, "When it was first published.")
                .or_empty("it was never published"),
            cell: |of, _| Cell::instant(of.record.first_published_at),
        },
        Field {
            column: Column::new("last_changed", Type::Instant, "When it last changed for the public.")
                .or_empty("it was never published"),
            cell: |of, _| Cell::instant(of.record.changed_at),
        },
        Field {
            column: Column::new(
                "withheld",
                Type::Text,
                "Which of summary, date_note, admin1, place and location are known and not published, for safety.",
            )
            .several()
            .or_empty("nothing is kept back"),
            cell: |of, facts| {
                let above = facts.tiers.iter().filter(|(_, tier)| **tier > of.record.access);
                Cell::several(above.map(|(member, _)| member.code()))
            },
        },
    ];
}

/// What an incident says.
pub(crate) fn incident<'a>(of: &Of<'a>) -> Option<&'a Facts> {
    match &of.record.facts {
        Stored::Incident(facts) => Some(facts),
        _ => None,
    }
}

/// Each value once, in the order in which they come.
pub(crate) fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// The day of the election it is about, if the caller may see the election.
fn vote<'a>(of: &Of<'a>, facts: &Facts) -> Option<&'a PartialDate> {
    of.r.labels.get(facts.election?)?.date.as_ref()
}

fn custody<'a>(of: &Of<'a>, facts: &Facts) -> Cell<'a> {
    if facts.people.is_empty() || facts.events.is_empty() {
        return Cell::Empty;
    }
    let statuses = facts.people.iter().filter_map(|link| {
        let state = facts.person_state(&link.reference, of.r.today);
        state.custody.map(|custody| custody.status.code())
    });
    Cell::several(distinct(statuses))
}

impl<'a> Of<'a> {
    /// A text with its people as the reader may see them.
    pub(super) fn text(&self, text: Option<&'a str>, facts: &'a Facts) -> Cell<'a> {
        Cell::text(text.map(|text| self.r.text(text, &facts.people)))
    }
}
