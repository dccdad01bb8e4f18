//! What somebody asks for.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::country::CountryCode;
use crate::election::Phase;
use crate::fold;
use crate::number::Number;
use crate::partial_date::PartialDate;
use crate::period::{Duration, Period};
use crate::vocabulary::{ActorType, Grade, IncidentType, State};

/// Any of these, none of those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// One of these, if there are any.
    pub any: Vec<T>,
    /// None of these.
    pub none: Vec<T>,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { any: Vec::new(), none: Vec::new() }
    }
}

impl<T> Choice<T> {
    /// Whether it leaves everything open.
    pub fn is_empty(&self) -> bool {
        self.any.is_empty() && self.none.is_empty()
    }
}

/// The words of a search: all of them, whole, or as a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(pub Vec<Word>);

/// One word of a search, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The folded word: letters and digits only.
    pub text: String,
    /// Whether longer words that start with it match too.
    pub prefix: bool,
}

/// The most words a search may have.
pub const WORDS_MAX: usize = 16;

impl Words {
    /// The words of a query; a trailing `*` makes a word a prefix. `None` if no word is in it.
    pub fn parse(query: &str) -> Option<Self> {
        let mut words = Vec::new();
        for part in query.split_whitespace() {
            let mut of_part: Vec<Word> =
                fold::words(part).map(|text| Word { text, prefix: false }).collect();
            if let Some(last) = of_part.last_mut() {
                last.prefix = part.ends_with('*');
            }
            for word in of_part {
                if !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        (!words.is_empty()).then_some(Self(words))
    }
}

/// How a record's date must lie to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DateMatch {
    /// It certainly touches the period.
    #[default]
    Overlap,
    /// It certainly lies within it.
    Within,
    /// It may touch it.
    Possible,
}

/// How surely a record that a question finds belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    /// It certainly touches the period.
    Certain,
    /// It may touch it, and may not.
    Possible,
}

impl Match {
    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Possible => "possible",
        }
    }

    /// How surely a date touches a period, of one that may.
    pub fn of(date: &PartialDate, period: Period) -> Self {
        let certain = date.certain_span().is_some_and(|(from, to)| {
            period.from.is_none_or(|first| to >= first) && period.to.is_none_or(|last| from <= last)
        });
        if certain { Self::Certain } else { Self::Possible }
    }
}

/// Which custody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CustodyWanted {
    /// Any in which somebody is deprived of their liberty.
    Held,
    /// This status.
    Status(crate::vocabulary::CustodyStatus),
}

/// A record that is named by number or slug in a question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Named {
    /// By number.
    Number(Number),
    /// By slug.
    Slug(String),
}

/// A box of longitudes and latitudes; west may be greater than east, across the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoundingBox {
    /// The western edge.
    pub west: f64,
    /// The southern edge.
    pub south: f64,
    /// The eastern edge.
    pub east: f64,
    /// The northern edge.
    pub north: f64,
    /// Whether a record of which no more than the country is known lies where the point of its country does.
    pub or_countries: bool,
}

impl BoundingBox {
    /// Whether a point `[longitude, latitude]` is in it.
    pub fn has(&self, [longitude, latitude]: [f64; 2]) -> bool {
        let across = self.west > self.east;
        let (west, east) = (longitude >= self.west, longitude <= self.east);
        let between = if across { west || east } else { west && east };
        between && (self.south..=self.north).contains(&latitude)
    }
}

/// A circle on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Longitude of its middle.
    pub longitude: f64,
    /// Latitude of its middle.
    pub latitude: f64,
    /// Its radius in kilometres.
    pub within_km: f64,
}

/// Which incidents: what is left open matches everything, what is given must all match.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncidentFilter {
    /// All of the words.
    pub words: Option<Words>,
    /// The country.
    pub country: Choice<CountryCode>,
    /// The countries of regions; a network's are those of its members.
    pub region: Choice<RegionWanted>,
    /// What was done.
    pub incident_type: Choice<IncidentType>,
    /// How far it is borne out.
    pub grade: Choice<Grade>,
    /// Where it is on its way; published if none is given.
    pub state: Choice<State>,
    /// Somebody's custody in it.
    pub custody: Choice<CustodyWanted>,
    /// Somebody in it, for staff.
    pub person: Choice<Number>,
    /// An organization in it.
    pub organization: Choice<Number>,
    /// A network that an organization in it is a member of.
    pub member_of: Choice<Number>,
    /// Who is said to have done it.
    pub actor: Choice<ActorType>,
    /// The election it is about.
    pub election: Choice<Number>,
    /// So long before the election at most.
    pub before_election: Option<Duration>,
    /// So long after the election at most.
    pub after_election: Option<Duration>,
    /// When, as seen from the election it is about.
    pub phase: Choice<Phase>,
    /// The case it belongs to.
    pub case: Choice<Number>,
    /// The network that logged it.
    pub network: Choice<String>,
    /// When.
    pub period: Option<Period>,
    /// How its date must lie to the period.
    pub date_match: DateMatch,
    /// Where.
    pub bbox: Option<BoundingBox>,
    /// Where.
    pub near: Option<Near>,
    /// Changed for the public since then.
    pub changed_since: Option<DateTime<Utc>>,
    /// How grave.
    pub severity: Choice<u8>,
    /// A statement that cites it.
    pub cited_in: Choice<Number>,
    /// As this register had published it by the end of this day, in UTC.
    pub as_of: Option<NaiveDate>,
    /// As far as its sources are dated by this day.
    pub known_on: Option<NaiveDate>,
    /// Finer words for what was done, of the vocabulary.
    pub subtype: Choice<&'static str>,
    /// A day on which somebody in it is held.
    pub held_on: Option<NaiveDate>,
}

impl IncidentFilter {
    /// The period of which a record that is found may be in it or not; none if all that are found
    /// certainly are.
    pub fn possible_in(&self) -> Option<Period> {
        self.period.filter(|_| self.date_match == DateMatch::Possible)
    }

    /// How surely a record with this date belongs to what is found, where that is told apart. Every form of
    /// an answer says it by this.
    pub fn match_of(&self, occurred: &PartialDate) -> Option<Match> {
        self.possible_in().map(|period| Match::of(occurred, period))
    }

    /// The day as of which custody is told: the day itself, or the earlier one that was asked for.
    pub fn seen_on(&self, today: NaiveDate) -> NaiveDate {
        let asked = [self.as_of, self.known_on].into_iter().flatten().min();
        asked.map_or(today, |day| day.min(today))
    }
}

/// The first instant after a day, in UTC: what was published before it was published by that day.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    next.and_time(NaiveTime::MIN).and_utc()
}

/// A region in a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionWanted {
    /// Countries that reference data names.
    Countries(Vec<CountryCode>),
    /// The countries of the members of a network.
    MembersOf(Number),
}
