//! Where and when somebody looked: what makes a count of none a zero and not a gap.
//!
//! A network declares that it looked at a country, or everywhere, from one day to another. Only where somebody
//! looked does nothing recorded mean that nothing came to their knowledge.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::country::{self, CountryCode};
use crate::period::Period;

/// How far somebody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All that came to be known there was to be recorded.
    Covered,
    /// Some of it: kinds, places or languages were left out.
    Partial,
}

impl Extent {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Covered, Self::Partial];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Partial => "partial",
        }
    }
}

/// Whether somebody looked at all of what is asked about, at some of it, or at nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Covered {
    /// At every country of it on every day of it.
    Covered,
    /// At some countries of it on some days.
    Partial,
    /// At none of it on any day.
    NotCovered,
}

impl Covered {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Partial => "partial",
            Self::NotCovered => "not_covered",
        }
    }
}

/// What a network declares: that it looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Which network.
    pub network: String,
    /// At which country; everywhere if none is named.
    pub country: Option<CountryCode>,
    /// From which day on.
    pub from: NaiveDate,
    /// Until which day, which is the last one; it still looks if none is given.
    pub to: Option<NaiveDate>,
    /// How far.
    pub extent: Extent,
}

/// At which countries a question looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Countries<'a> {
    /// At all there are.
    All,
    /// At these.
    These(&'a [CountryCode]),
}

/// What declarations add up to.
///
/// Declarations of several networks complete each other: a month is covered if each of its days is, by whomever. Nobody
/// has looked at days to come, so that no declaration reaches further than today.
///
/// ```
/// use amparo_domain::coverage::{Countries, Coverage, Covered, Declared, Extent};
/// let declared = Declared {
///     network: "default".to_owned(),
///     country: None,
///     from: "2024-01-01".parse().unwrap(),
///     to: Some("2024-10-31".parse().unwrap()),
///     extent: Extent::Covered,
/// };
/// let coverage = Coverage::of_declarations([&declared], "2026-11-25".parse().unwrap());
/// let of = |period: &str| coverage.of(Countries::All, period.parse().unwrap());
/// assert_eq!(of("2024-10"), Covered::Covered);
/// assert_eq!(of("2024-Q4"), Covered::Partial);
/// assert_eq!(of("2024-11"), Covered::NotCovered);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    today: NaiveDate,
    everywhere: Reach,
    /// Countries that were declared by name, each with what holds everywhere.
    own: HashMap<CountryCode, Reach>,
}

/// The days on which somebody looked, as stretches that neither touch nor overlap, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Reach {
    /// At all of it.
    wholly: Vec<(NaiveDate, NaiveDate)>,
    /// At some of it at least.
    at_least_partly: Vec<(NaiveDate, NaiveDate)>,
}

impl Coverage {
    /// What declarations add up to by a day, which is today.
    pub fn of_declarations<'a>(
        declarations: impl IntoIterator<Item = &'a Declared>,
        today: NaiveDate,
    ) -> Self {
        let mut everywhere = Reach::default();
        let mut own: HashMap<CountryCode, Reach> = HashMap::new();
        for declared in declarations {
            let last = declared.to.map_or(today, |to| to.min(today));
            if last < declared.from {
                continue;
            }
            let reach = match declared.country {
                None => &mut everywhere,
                Some(country) => own.entry(country).or_default(),
            };
            reach.at_least_partly.push((declared.from, last));
            if declared.extent == Extent::Covered {
                reach.wholly.push((declared.from, last));
            }
        }
        for reach in own.values_mut() {
            reach.wholly.extend(&everywhere.wholly);
            reach.at_least_partly.extend(&everywhere.at_least_partly);
        }
        for reach in own.values_mut().chain([&mut everywhere]) {
            join(&mut reach.wholly);
            join(&mut reach.at_least_partly);
        }
        Self { today, everywhere, own }
    }

    /// Whether somebody looked at these countries on the days of a period.
    ///
    /// A period that is open at its end reaches until today; nobody ever looked at one that is open at its start from
    /// there on, so that it is partly covered at most. Of no country at all, all is covered everywhere.
    pub fn of(&self, countries: Countries<'_>, period: Period) -> Covered {
        let first = period.from.unwrap_or(NaiveDate::MIN);
        let last = period.to.unwrap_or_else(|| self.today.max(first));
        let of_one = |reach: &Reach| reach.on(first, last);
        let everywhere = of_one(&self.everywhere);
        match countries {
            Countries::All => {
                let others = self.own.len() < country::all().len();
                together(self.own.values().map(of_one).chain(others.then_some(everywhere)))
            }
            Countries::These([]) => everywhere,
            Countries::These(these) => {
                together(these.iter().map(|one| self.own.get(one).map_or(everywhere, of_one)))
            }
        }
    }
}

impl Reach {
    fn on(&self, first: NaiveDate, last: NaiveDate) -> Covered {
        if self.wholly.iter().any(|(from, to)| *from <= first && last <= *to) {
            Covered::Covered
        } else if self.at_least_partly.iter().any(|(from, to)| *from <= last && first <= *to) {
            Covered::Partial
        } else {
            Covered::NotCovered
        }
    }
}

/// What holds of all of them together.
fn together(parts: impl Iterator<Item = Covered>) -> Covered {
    let mut whole = None;
    for part in parts {
        match whole {
            None => whole = Some(part),
            Some(before) if before == part => {}
            Some(_) => return Covered::Partial,
        }
    }
    whole.unwrap_or(Covered::NotCovered)
}

/// Joins stretches that overlap or follow each other.
fn join(stretches: &mut Vec<(NaiveDate, NaiveDate)>) {
    stretches.sort_unstable();
    let mut joined: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(stretches.len());
    for (from, to) in stretches.drain(..) {
        match joined.last_mut() {
            Some((_, end)) if end.succ_opt().is_none_or(|next| from <= next) => *end = to.max(*end),
            _ => joined.push((from, to)),
        }
    }
    *stretches = joined;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(739_000 + i32::try_from(n).unwrap()).unwrap()
    }

    fn countries() -> [CountryCode; 3] {
        ["AZE", "GEO", "NAM"].map(|code| code.parse().unwrap())
    }

    /// Today, in days.
    const TODAY: u32 = 40;

    fn declared() -> impl Strategy<Value = Declared> {
        (0_usize..4, 0_u32..50, 0_u32..30, any::<bool>(), any::<bool>()).prop_map(
            |(country, from, length, open, covered)| Declared {
                network: "default".to_owned(),
                country: countries().get(country).copied(),
                from: day(from),
                to: (!open).then(|| day(from + length)),
                extent: if covered { Extent::Covered } else { Extent::Partial },
            },
        )
    }

    /// What holds of one country on one day, by looking at each declaration.
    fn by_hand(declared: &[Declared], country: CountryCode, on: NaiveDate) -> Covered {
        let about = declared.iter().filter(|one| {
            one.country.is_none_or(|of| of == country)
                && one.from <= on
                && one.to.is_none_or(|to| on <= to)
                && on <= day(TODAY)
        });
        let extents: Vec<Extent> = about.map(|one| one.extent).collect();
        if extents.contains(&Extent::Covered) {
            Covered::Covered
        } else if extents.is_empty() {
            Covered::NotCovered
        } else {
            Covered::Partial
        }
    }

    proptest! {
        /// Day by day and country by country, nothing else is said.
        #[test]
        fn says_what_each_day_of_each_country_says(
            declared in prop::collection::vec(declared(), 0..8),
            which in prop::sample::subsequence(countries().to_vec(), 1..=3),
            from in 0_u32..60,
            length in 0_u32..20,
        ) {
            let coverage = Coverage::of_declarations(&declared, day(TODAY));
            let period = Period { from: Some(day(from)), to: Some(day(from + length)) };
            let cells: Vec<Covered> = which
                .iter()
                .flat_map(|country| (from..=from + length).map(|n| (*country, day(n))))
                .map(|(country, on)| by_hand(&declared, country, on))
                .collect();
            let expected = if cells.iter().all(|cell| *cell == Covered::Covered) {
                Covered::Covered
            } else if cells.iter().all(|cell| *cell == Covered::NotCovered) {
                Covered::NotCovered
            } else {
                Covered::Partial
            };
            prop_assert_eq!(coverage.of(Countries::These(&which), period), expected);
            // The world is covered by what is declared everywhere, or by each country of it.
            let world: Vec<CountryCode> =
                country::all().iter().map(|country| country.alpha3.parse().unwrap()).collect();
            prop_assert_eq!(
                coverage.of(Countries::All, period),
                coverage.of(Countries::These(&world), period)
            );
        }

        /// More declarations never cover less, and their order says nothing.
        #[test]
        fn more_declarations_cover_no_less(
            mut declared in prop::collection::vec(declared(), 1..8),
            from in 0_u32..60,
            length in 0_u32..20,
        ) {
            let period = Period { from: Some(day(from)), to: Some(day(from + length)) };
            let rank = |declared: &[Declared]| {
                let coverage = Coverage::of_declarations(declared, day(TODAY));
                match coverage.of(Countries::These(&countries()), period) {
                    Covered::NotCovered => 0,
                    Covered::Partial => 1,
                    Covered::Covered => 2,
                }
            };
            let all = rank(&declared);
            prop_assert!(rank(&declared[1..]) <= all);
            declared.reverse();
            prop_assert_eq!(rank(&declared), all);
        }
    }

    #[test]
    fn an_open_end_reaches_until_today_and_no_further() {
        let looking = Declared {
            network: "default".to_owned(),
            country: None,
            from: day(0),
            to: None,
            extent: Extent::Covered,
        };
        let coverage = Coverage::of_declarations([&looking], day(TODAY));
        let of = |from, to| coverage.of(Countries::All, Period { from, to });
        assert_eq!(of(Some(day(0)), None), Covered::Covered);
        assert_eq!(of(Some(day(0)), Some(day(TODAY))), Covered::Covered);
        assert_eq!(of(Some(day(0)), Some(day(TODAY + 1))), Covered::Partial);
        assert_eq!(of(Some(day(TODAY + 1)), None), Covered::NotCovered);
        assert_eq!(of(None, Some(day(9))), Covered::Partial);
        assert_eq!(of(None, None), Covered::Partial);
    }
}
