//! Whether two incidents may be the same: a suggestion for a person, never a merge.
//!
//! They are of one country, of kinds that one act is told as, and of days that may be the same when
//! each date is widened by how inexactly people date such things. And the same people or organizations
//! are in them, or, where one of them names nobody, their titles say nearly the same.

use chrono::{Days, Months, NaiveDate};

use crate::country::CountryCode;
use crate::names;
use crate::number::Number;
use crate::partial_date::{PartialDate, Precision};
use crate::vocabulary::IncidentType;

/// From here on two names may be one.
const SAME_NAME: f64 = 0.75;
/// From here on two names of organizations may be one.
const SAME_ORGANIZATION: f64 = 0.8;
/// From here on two titles say nearly the same.
const SAME_TITLE: f64 = 0.65;

/// Groups of types, and single types, that one act is told as: whoever is taken away by force was
/// arrested for one source and beaten for another.
const FAMILIES: [&[&str]; 4] = [
    &["violence", "liberty", "judicial_harassment", "search_raid", "threat"],
    &["intimidation", "reputation", "property_digital"],
    &["access_accreditation", "expression_information"],
    &["association_finance", "legal_framework"],
];

/// What of an incident tells whether another is the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// Where it happened.
    pub country: CountryCode,
    /// What was done.
    pub types: Vec<IncidentType>,
    /// When.
    pub occurred: PartialDate,
    /// Its title; tokens of people are no words.
    pub title: String,
    /// Who is in it, with all the names they have.
    pub people: Vec<Party>,
    /// The organizations in it, with all the names they have.
    pub organizations: Vec<Party>,
}

/// Somebody or something in an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The record of it.
    pub number: Number,
    /// Its names.
    pub names: Vec<String>,
}

/// What two incidents have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The country.
    Country,
    /// Kinds that one act is told as.
    Kinds,
    /// Days that may be the same.
    Dates,
    /// Somebody in it.
    People,
    /// An organization in it.
    Organizations,
    /// Nearly the same title, where one of them names nobody.
    Title,
}

impl Reason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Kinds => "kinds",
            Self::Dates => "dates",
            Self::People => "people",
            Self::Organizations => "organizations",
            Self::Title => "title",
        }
    }
}

/// How like two incidents are.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// From 0 to 1, the surest.
    pub score: f64,
    /// Why, in a fixed order.
    pub reasons: Vec<Reason>,
}

impl Sketch {
    /// How like two incidents are, if they may be the same at all. Says of one and the other what it says
    /// of the other and the one.
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.country != other.country {
            return None;
        }
        let kinds = kinds_alike(&self.types, &other.types)?;
        let dates = dates_alike(&self.occurred, &other.occurred)?;
        let people = parties_alike(&self.people, &other.people, names::alike);
        let organizations =
            parties_alike(&self.organizations, &other.organizations, names::words_alike);
        let mut reasons = vec![Reason::Country, Reason::Kinds, Reason::Dates];
        let mut who = 0.0_f64;
        if people >= SAME_NAME {
            reasons.push(Reason::People);
            who = people;
        }
        if organizations >= SAME_ORGANIZATION {
            reasons.push(Reason::Organizations);
            who = if who > 0.0 { 0.85 * who + 0.15 } else { 0.6 * organizations };
        }
        let names_nobody =
            |sketch: &Self| sketch.people.is_empty() && sketch.organizations.is_empty();
        if names_nobody(self) || names_nobody(other) {
            let title = names::words_alike(&untold(&self.title), &untold(&other.title));
            if title >= SAME_TITLE {
                reasons.push(Reason::Title);
                who = 0.8 * title;
            }
        }
        let score = 0.1 + 0.15 * kinds + 0.2 * dates + 0.55 * who;
        (who > 0.0).then(|| Likeness { score: score.clamp(0.0, 1.0), reasons })
    }
}

/// A title without its tokens of people.
fn untold(title: &str) -> String {
    crate::text::render(title, |_| Some(" ".to_owned()))
}

/// All types that belong to a family with one of these, themselves among them.
pub fn related_types(types: &[IncidentType]) -> Vec<IncidentType> {
    let list = crate::vocabulary::list(IncidentType::LIST);
    let all = list.into_iter().flat_map(|list| &list.terms);
    let all = all.filter_map(|term| term.code.parse::<IncidentType>().ok());
    all.filter(|candidate| types.iter().any(|of| are_related(*of, *candidate))).collect()
}

fn are_related(one: IncidentType, other: IncidentType) -> bool {
    one == other || FAMILIES.iter().any(|family| is_of(family, one) && is_of(family, other))
}

fn is_of(family: &[&str], of: IncidentType) -> bool {
    family.contains(&of.code()) || of.term().group.as_deref().is_some_and(|g| family.contains(&g))
}

/// 1 if a type is the same, less if one is only of the same family.
fn kinds_alike(one: &[IncidentType], other: &[IncidentType]) -> Option<f64> {
    if one.iter().any(|of| other.contains(of)) {
        return Some(1.0);
    }
    let related = one.iter().any(|of| other.iter().any(|candidate| are_related(*of, *candidate)));
    related.then_some(0.5)
}

/// The days on which it can have happened, widened by how inexactly people date such things; none
/// where nothing is known.
pub fn padded_span(date: &PartialDate) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = date.possible_span();
    let by_days = |days| {
        let days = Days::new(days);
        (
            first.checked_sub_days(days).unwrap_or(NaiveDate::MIN),
            last.checked_add_days(days).unwrap_or(NaiveDate::MAX),
        )
    };
    match date.precision() {
        Precision::Unknown => None,
        Precision::Day | Precision::Interval => Some(by_days(3)),
        Precision::Month => {
            // The month before and the month after, whole.
            let before = first.checked_sub_months(Months::new(1)).unwrap_or(NaiveDate::MIN);
            let after = last.checked_add_days(Days::new(1));
            let after = after.and_then(|day| day.checked_add_months(Months::new(1)));
            let after = after.and_then(|day| day.pred_opt()).unwrap_or(NaiveDate::MAX);
            Some((before, after))
        }
        Precision::Year | Precision::Before | Precision::After => Some((first, last)),
    }
}

/// 1 for the same day, less the less the dates say.
fn dates_alike(one: &PartialDate, other: &PartialDate) -> Option<f64> {
    let (wide, other_wide) = (padded_span(one)?, padded_span(other)?);
    let overlap = |a: (NaiveDate, NaiveDate), b: (NaiveDate, NaiveDate)| a.0 <= b.1 && b.0 <= a.1;
    if !overlap(wide, other_wide) {
        return None;
    }
    if let (Some(day), Some(other_day)) = (one.exact_day(), other.exact_day()) {
        let apart = i32::try_from((day - other_day).num_days().abs()).unwrap_or(i32::MAX);
        return Some(1.0 - 0.1 * f64::from(apart.min(6)));
    }
    let vague = |date: &PartialDate| {
        matches!(date.precision(), Precision::Year | Precision::Before | Precision::After)
    };
    Some(match overlap(one.possible_span(), other.possible_span()) {
        _ if vague(one) || vague(other) => 0.3,
        true => 0.8,
        false => 0.5,
    })
}

/// How like the two are that are most alike.
fn parties_alike(one: &[Party], other: &[Party], alike: fn(&str, &str) -> f64) -> f64 {
    let mut most = 0.0_f64;
    for party in one {
        for candidate in other {
            most = most.max(party_alike(party, candidate, alike));
        }
    }
    most
}

fn party_alike(one: &Party, other: &Party, alike: fn(&str, &str) -> f64) -> f64 {
    if one.number == other.number {
        return 1.0;
    }
    let pairs = one.names.iter().flat_map(|name| other.names.iter().map(move |of| (name, of)));
    pairs.map(|(name, other)| alike(name, other)).fold(0.0, f64::max)
}

/// Which of some people somebody is: the same record, else whoever is called most alike.
pub fn same_person(somebody: &Party, of: &[Party]) -> Option<usize> {
    let like = of.iter().map(|person| party_alike(somebody, person, names::alike)).enumerate();
    let most = like.max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    (most.1 >= SAME_NAME).then_some(most.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Width;

    fn sketch(types: &[&str], occurred: &str, people: &[&str]) -> Sketch {
        let party = |nth: usize, name: &&str| Party {
            number: Number::from_random(nth as u64 + name.len() as u64 * 100, Width::Eight),
            names: vec![(*name).to_owned()],
        };
        Sketch {
            country: "AZE".parse().unwrap(),
            types: types.iter().map(|code| code.parse().unwrap()).collect(),
            occurred: occurred.parse().unwrap(),
            title: "Detention of {P1}".to_owned(),
            people: people.iter().enumerate().map(|(nth, name)| party(nth, name)).collect(),
            organizations: Vec::new(),
        }
    }

    #[test]
    fn finds_the_day_in_the_month_after_and_the_misspelt_name() {
        let one = sketch(&["detention"], "2024-04-29", &["Zorabeth Quillfeather"]);
        let other = sketch(&["physical_assault", "detention"], "2024-05", &["Zorabet Quilfeather"]);
        let likeness = one.likeness(&other).unwrap();
        assert!(likeness.score > 0.7, "{likeness:?}");
        let reasons = [Reason::Country, Reason::Kinds, Reason::Dates, Reason::People];
        assert_eq!(likeness.reasons, reasons);
        assert_eq!(other.likeness(&one), Some(likeness));
    }

    #[test]
    fn needs_all_of_country_kind_time_and_whom() {
        let name = &["Zorabeth Quillfeather"][..];
        let one = sketch(&["detention"], "2024-04-29", name);
        for other in [
            Sketch { country: "GEO".parse().unwrap(), ..one.clone() },
            sketch(&["restrictive_legislation"], "2024-04-29", name),
            sketch(&["detention"], "2024-05-06", name),
            sketch(&["detention"], "2024-07", name),
            sketch(&["detention"], "2023", name),
            sketch(&["detention"], "XXXX", name),
            sketch(&["detention"], "2024-04-29", &["Somebody Else"]),
        ] {
            assert_eq!(one.likeness(&other), None, "{other:?}");
        }
        for date in ["2024-05-05", "2024-03", "2024-05", "2024", "2024-05-03/2024-05-09", "/2025"] {
            assert!(
                one.likeness(&sketch(&["judicial_harassment"], date, name)).is_some(),
                "{date}"
            );
        }
    }

    #[test]
    fn compares_titles_only_where_one_names_nobody() {
        let nobody = sketch(&["detention"], "2024-04-29", &[]);
        let likeness = nobody.likeness(&nobody).unwrap();
        assert_eq!(likeness.reasons.last(), Some(&Reason::Title));
        let other = Sketch { title: "Office sealed".to_owned(), ..nobody.clone() };
        assert_eq!(nobody.likeness(&other), None);
        let somebody = sketch(&["detention"], "2024-04-29", &["Zorabeth Quillfeather"]);
        assert!(nobody.likeness(&somebody).is_some());
        let else_ = sketch(&["detention"], "2024-04-29", &["Somebody Else"]);
        assert_eq!(somebody.likeness(&else_), None);
    }

    #[test]
    fn a_family_holds_what_one_act_is_told_as() {
        let related = related_types(&["detention".parse().unwrap()]);
        let has = |code: &str| related.iter().any(|of| of.code() == code);
        assert!(has("detention") && has("judicial_harassment") && has("physical_assault"));
        assert!(!has("restrictive_legislation") && !has("other"));
    }
}
