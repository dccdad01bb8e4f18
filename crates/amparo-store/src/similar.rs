//! Incidents that may be the same as another: suggestions for a person, never a merge.
//!
//! The index on country and day gives a bounded number of records of kinds that one act is told as, those
//! with the same people and organizations first; which of them are alike is decided by the domain. The
//! names of people are compared here and never leave it, and only those that the caller can read.

use std::collections::{HashMap, HashSet};

use amparo_domain::access::{Actor, Audience};
use amparo_domain::facts::{Draft, Stored};
use amparo_domain::filter::Named;
use amparo_domain::incident::IncidentFacts;
use amparo_domain::kind::Kind;
use amparo_domain::likeness::{self, Likeness, Party, Reason, Sketch};
use amparo_domain::number::{Number, Width};
use amparo_domain::period::Period;
use amparo_domain::reference::{Reference, Relation};
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::Display;
use chrono::{Days, NaiveDate};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};

use crate::Store;
use crate::bulk::{KEYS_MAX, padded};
use crate::entity::{distinct_pair, incident_term, name_key, record, reference};
use crate::error::StoreError;
use crate::names;
use crate::paging::{self, Span};
use crate::records::{Record, Shown, View, literal, read_record, select_records, visible_to};
use crate::writing::{PossibleDuplicate, Writing};

/// The most suggestions for an incident that was just made.
const MOST: usize = 5;
/// The most suggestions for an incident that somebody asks about.
const MOST_ASKED: usize = 20;
/// The most records that are looked at for an incident that was just made, which its writer waits for.
const LOOKED_AT: usize = 60;
/// The most records that are looked at for an incident that somebody asks about.
const LOOKED_AT_ASKED: usize = 200;
/// How far a date of the other can be widened: a month and a day.
const PADDING: Days = Days::new(31);

/// A record that may be the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// How like it is, and why.
    pub likeness: Likeness,
    /// The record as the caller may see it.
    pub record: Record,
}

impl Store {
    /// Incidents that may be the same as one of the caller's desk, the likeliest first. Never the
    /// record itself, nor what its network said is another.
    pub async fn duplicates(
        &self,
        audience: &Audience,
        number: Number,
    ) -> Result<Shown<Vec<Candidate>>, StoreError> {
        let named = Named::Number(number);
        self.find_at_desk(audience, Kind::Incident, &named).await?;
        let subject = self.find(audience, Kind::Incident, &named, View::Working).await?.records;
        let Stored::Incident(facts) = &subject.facts else {
            return Err(StoreError::NotFound);
        };
        let asked = Asked {
            number: Some(number),
            network: &subject.network,
            facts,
            most: MOST_ASKED,
            look_at: LOOKED_AT_ASKED,
        };
        let found = candidates(self.connections.reader(), audience, asked).await?;
        let mut shown: Vec<Record> = found.iter().map(|found| found.record.clone()).collect();
        let labels = self.labels(audience, &mut shown).await?;
        let found = found.into_iter().zip(shown);
        let found = found.map(|(found, record)| Candidate { record, ..found }).collect();
        Ok(Shown { records: found, labels })
    }
}

impl Store {
    /// Incidents that may be the same as one that is about to be made, if it names all that it refers to by
    /// number: then nobody's write has to wait until they are found.
    pub(crate) async fn similar_before(
        &self,
        actor: &Actor,
        draft: &Draft,
    ) -> Result<Option<Vec<PossibleDuplicate>>, StoreError> {
        let Draft::Incident(facts) = draft else {
            return Ok(Some(Vec::new()));
        };
        let numbers = draft.references().into_iter().map(|(_, _, reference)| match reference {
            Reference::Number(number) => Some(*number),
            _ => None,
        });
        let Some(numbers) = numbers.collect::<Option<Vec<Number>>>() else {
            return Ok(None);
        };
        let (reader, audience) = (self.connections.reader(), actor.audience());
        // What the writer cannot see is refused later, and until then nothing tells it from what is not there.
        if !all_visible(reader, &audience, &numbers).await? {
            return Ok(None);
        }
        let mut numbers = numbers.into_iter();
        let first_ever = Number::from_random(0, Width::Eight);
        let facts = facts.clone().map_references(|_| numbers.next().unwrap_or(first_ever));
        suggestions(reader, &audience, &actor.network, None, &facts).await.map(Some)
    }
}

impl Writing<'_> {
    /// Incidents that may be the same as a new one, among what the writer can see.
    pub(crate) async fn similar(
        &self,
        number: Number,
        facts: &IncidentFacts<Number>,
    ) -> Result<Vec<PossibleDuplicate>, StoreError> {
        suggestions(self.tx, &self.audience, &self.actor.network, Some(number), facts).await
    }
}

async fn all_visible(
    db: &impl ConnectionTrait,
    audience: &Audience,
    numbers: &[Number],
) -> Result<bool, StoreError> {
    let numbers: HashSet<i64> = numbers.iter().map(|number| number.as_i64()).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    for some in numbers.chunks(KEYS_MAX) {
        let visible: Vec<i64> = record::Entity::find()
            .select_only()
            .column(record::Column::Number)
            .filter(record::Column::Number.is_in(padded(some.to_vec())))
            .filter(visible_to(audience))
            .into_tuple()
            .all(db)
            .await?;
        if visible.len() < some.len() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Incidents that may be the same as a new one, among what its writer can see.
async fn suggestions(
    db: &impl ConnectionTrait,
    audience: &Audience,
    network: &str,
    number: Option<Number>,
    facts: &IncidentFacts<Number>,
) -> Result<Vec<PossibleDuplicate>, StoreError> {
    let asked = Asked { number, network, facts, most: MOST, look_at: LOOKED_AT };
    let found = candidates(db, audience, asked).await?;
    let found = found.into_iter().map(|found| PossibleDuplicate {
        pointer: String::new(),
        number: found.record.number,
        reason: in_words(&found.likeness.reasons),
    });
    Ok(found.collect())
}

/// The incident that is asked about.
struct Asked<'a> {
    /// None if it is not made yet.
    number: Option<Number>,
    network: &'a str,
    facts: &'a IncidentFacts<Number>,
    most: usize,
    look_at: usize,
}

fn in_words(reasons: &[Reason]) -> String {
    let mut words = "has the same country, at about the same time, a kind like it".to_owned();
    for reason in reasons {
        words.push_str(match reason {
            Reason::People => ", somebody of nearly the same name",
            Reason::Organizations => ", the same organization",
            Reason::Title => ", nearly the same title",
            Reason::Country | Reason::Kinds | Reason::Dates => "",
        });
    }
    words
}

async fn candidates(
    db: &impl ConnectionTrait,
    audience: &Audience,
    asked: Asked<'_>,
) -> Result<Vec<Candidate>, StoreError> {
    let Some((first, last)) = likeness::padded_span(&asked.facts.occurred) else {
        return Ok(Vec::new());
    };
    let period = Period { from: Some(earlier(first)), to: Some(later(last)) };
    let records = looked_at(db, audience, &asked, period).await?;
    let all = || {
        let others = records.iter().filter_map(|record| match &record.facts {
            Stored::Incident(facts) => Some(facts),
            _ => None,
        });
        std::iter::once(asked.facts).chain(others)
    };
    let known = Known::of(db, audience, all()).await?;
    let subject = known.sketch(asked.facts);
    let mut found: Vec<Candidate> = records
        .into_iter()
        .filter_map(|record| {
            let Stored::Incident(facts) = &record.facts else {
                return None;
            };
            let likeness = subject.likeness(&known.sketch(facts))?;
            Some(Candidate { likeness, record })
        })
        .collect();
    found.sort_by(|one, other| {
        let by_score = other.likeness.score.total_cmp(&one.likeness.score);
        by_score.then(one.record.number.cmp(&other.record.number))
    });
    found.truncate(asked.most);
    Ok(found)
}

fn earlier(day: NaiveDate) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN);
    std::cmp::max(day.checked_sub_days(PADDING).unwrap_or(first), first)
}

fn later(day: NaiveDate) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    std::cmp::min(day.checked_add_days(PADDING).unwrap_or(last), last)
}

/// The records of the country, the days and the kinds: first those that name the same people and
/// organizations, then others, so that a busy month hides nothing that is surely alike.
async fn looked_at(
    db: &impl ConnectionTrait,
    audience: &Audience,
    asked: &Asked<'_>,
    period: Period,
) -> Result<Vec<Record>, StoreError> {
    let column = |column| Expr::col((record::Entity, column));
    let types = likeness::related_types(&asked.facts.types);
    let of_type = Query::select()
        .expr(Expr::cust("1"))
        .from(incident_term::Entity)
        .and_where(
            Expr::col((incident_term::Entity, incident_term::Column::Incident))
                .equals((record::Entity, record::Column::Number)),
        )
        .and_where(Expr::col((incident_term::Entity, incident_term::Column::List)).eq("type"))
        .and_where(
            Expr::col((incident_term::Entity, incident_term::Column::Code))
                .is_in(types.iter().map(|of| of.code())),
        )
        .to_owned();
    let mut select = select_records(audience, View::Shown);
    select
        .and_where(column(record::Column::Kind).eq(literal("incident")))
        .and_where(column(record::Column::Country).eq(asked.facts.country.to_string()))
        .and_where(
            column(record::Column::State)
                .is_not_in(["withdrawn", "merged", "declined"].map(literal)),
        )
        .and_where(Expr::exists(of_type))
        .cond_where(paging::overlaps(db, period, Span::Possible).await?)
        .cond_where(visible_to(audience))
        .order_by((record::Entity, record::Column::SortOn), sea_orm::Order::Desc)
        .order_by((record::Entity, record::Column::Number), sea_orm::Order::Desc);
    if let Some(number) = asked.number.map(Number::as_i64) {
        let other = || column(record::Column::Number);
        let distinct = |is_low| said_distinct(number, asked.network, is_low);
        select
            .and_where(other().ne(number))
            .and_where(other().not_in_subquery(distinct(true)))
            .and_where(other().not_in_subquery(distinct(false)));
    }
    let mut found: Vec<Record> = Vec::new();
    let mut seen = HashSet::new();
    let naming = naming_the_same(asked.facts);
    let look_at = asked.look_at;
    let ways = naming.iter().map(|naming| (Some(naming), look_at / 2)).chain([(None, look_at)]);
    for (naming, most) in ways {
        // The index of a country's records has those that are public apart, each part in its order.
        for public in [1, 0] {
            let mut of_these = select.clone();
            of_these.and_where(column(record::Column::Public).eq(literal(public)));
            if let Some(naming) = naming {
                of_these.and_where(column(record::Column::Number).in_subquery(naming.clone()));
            }
            let room = most.saturating_sub(found.len());
            if room == 0 {
                break;
            }
            let statement = paging::limited(db.get_database_backend(), &of_these, room);
            for row in db.query_all_raw(statement).await? {
                let mut record = read_record(&row)?;
                record.narrow(Tier::Network);
                if seen.insert(record.number) {
                    found.push(record);
                }
            }
        }
    }
    Ok(found)
}

/// The records that name one of the same people or organizations.
fn naming_the_same(facts: &IncidentFacts<Number>) -> Option<SelectStatement> {
    let people = facts.people.iter().map(|link| link.person.as_i64());
    let organizations = facts.organizations.iter().map(|link| link.organization.as_i64());
    let named: Vec<i64> = people.chain(organizations).collect();
    (!named.is_empty()).then(|| {
        let relations = [Relation::Person, Relation::Organization].map(Relation::code);
        Query::select()
            .column((reference::Entity, reference::Column::FromNumber))
            .from(reference::Entity)
            .and_where(Expr::col((reference::Entity, reference::Column::Relation)).is_in(relations))
            .and_where(Expr::col((reference::Entity, reference::Column::ToNumber)).is_in(named))
            .to_owned()
    })
}

/// The numbers of which the network said that they are another incident: those on the one side of the
/// pairs in which the asked one stands on the other.
fn said_distinct(number: i64, network: &str, is_low: bool) -> SelectStatement {
    let (asked_is, other) = if is_low {
        (distinct_pair::Column::Low, distinct_pair::Column::High)
    } else {
        (distinct_pair::Column::High, distinct_pair::Column::Low)
    };
    Query::select()
        .column((distinct_pair::Entity, other))
        .from(distinct_pair::Entity)
        .and_where(Expr::col((distinct_pair::Entity, asked_is)).eq(number))
        .and_where(Expr::col((distinct_pair::Entity, distinct_pair::Column::Network)).eq(network))
        .to_owned()
}

/// What the caller may read of the names in some incidents.
struct Known {
    visible: HashSet<Number>,
    people: HashMap<Number, Vec<String>>,
    organizations: HashMap<Number, Vec<String>>,
}

impl Known {
    async fn of<'f>(
        db: &impl ConnectionTrait,
        audience: &Audience,
        incidents: impl Iterator<Item = &'f IncidentFacts<Number>> + Clone,
    ) -> Result<Self, StoreError> {
        let distinct = |mut numbers: Vec<Number>| {
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        };
        let people = incidents.clone().flat_map(|facts| facts.people.iter().map(|l| l.person));
        let people = distinct(people.collect());
        let organizations =
            incidents.flat_map(|facts| facts.organizations.iter().map(|link| link.organization));
        let organizations = distinct(organizations.collect());
        let mut visible = HashSet::new();
        let all: Vec<i64> =
            people.iter().chain(&organizations).map(|number| number.as_i64()).collect();
        for some in all.chunks(KEYS_MAX) {
            let numbers: Vec<i64> = record::Entity::find()
                .select_only()
                .column(record::Column::Number)
                .filter(record::Column::Number.is_in(padded(some.to_vec())))
                .filter(visible_to(audience))
                .into_tuple()
                .all(db)
                .await?;
            visible.extend(numbers.into_iter().filter_map(|number| Number::from_i64(number).ok()));
        }
        let mut keys: HashMap<Number, Vec<String>> = HashMap::new();
        for some in organizations.chunks(KEYS_MAX) {
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let rows = name_key::Entity::find().filter(name_key::Column::Number.is_in(ids));
            for row in rows.all(db).await? {
                if let Ok(number) = Number::from_i64(row.number) {
                    keys.entry(number).or_default().push(row.key);
                }
            }
        }
        let names = names::of_people(db, people).await?.into_iter();
        let names = names
            .map(|(person, rows)| (person, rows.into_iter().map(|row| row.text).collect()))
            .collect();
        Ok(Self { visible, people: names, organizations: keys })
    }

    fn sketch(&self, facts: &IncidentFacts<Number>) -> Sketch {
        let people = facts.people.iter().filter_map(|link| {
            let mut names = self.people.get(&link.person).cloned().unwrap_or_default();
            // Of somebody else's people the one name that the record shows is all there is to read.
            if !self.visible.contains(&link.person) {
                names.truncate(usize::from(link.display == Display::Name));
                if names.is_empty() {
                    return None;
                }
            }
            Some(Party { number: link.person, names })
        });
        let organizations = facts.organizations.iter().map(|link| link.organization);
        let organizations = organizations.filter(|number| self.visible.contains(number));
        Sketch {
            country: facts.country,
            types: facts.types.clone(),
            occurred: facts.occurred.clone(),
            title: facts.title.clone(),
            people: people.collect(),
            organizations: organizations
                .map(|number| Party {
                    number,
                    names: self.organizations.get(&number).cloned().unwrap_or_default(),
                })
                .collect(),
        }
    }
}
