//! What a revision owes before everybody may read it: approvals of others, and a checklist.

use crate::facts::Stored;
use crate::incident::IncidentFacts;
use crate::number::Number;
use crate::source::Source;
use crate::tier::Tier;
use crate::vocabulary::{Display, LocationPrecision};

/// How many approvals a revision needs, and why more than one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// How many people must have approved it.
    pub count: u8,
    /// Why it takes two; empty where one is enough.
    pub reasons: Vec<Reason>,
}

/// Why a revision needs two approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It shows somebody by name.
    PersonalName,
    /// It gives a place finer than a settlement.
    FinePlace,
    /// It shows what the version before kept from readers.
    Loosened,
}

impl Reason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PersonalName => "personal_name",
            Self::FinePlace => "fine_place",
            Self::Loosened => "loosened_confidentiality",
        }
    }

    /// The same in words that end a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PersonalName => "it shows somebody by name",
            Self::FinePlace => "it gives a place finer than a settlement",
            Self::Loosened => "it shows what the version before kept from readers",
        }
    }
}

/// How many people must have approved a revision before it is published: one, or two where it shows a
/// personal name, a place finer than a settlement, or what the version published `before` hid.
///
/// ```
/// use amparo_domain::facts::Stored;
/// use amparo_domain::kind::Kind;
/// use amparo_domain::review::approvals_needed;
/// let case = Stored::from_snapshot(Kind::Case, r#"{"title": "A case"}"#).unwrap();
/// assert_eq!(approvals_needed(None, &case).count, 1);
/// ```
pub fn approvals_needed(before: Option<&Stored>, now: &Stored) -> Need {
    let mut reasons = Vec::new();
    // What is kept from readers needs nobody's word.
    let shown = now.narrowed(Tier::Public);
    if shown.people().iter().any(|link| link.display == Display::Name) {
        reasons.push(Reason::PersonalName);
    }
    if matches!(&*shown, Stored::Incident(facts) if has_fine_place(facts)) {
        reasons.push(Reason::FinePlace);
    }
    if before.is_some_and(|before| now.loosens(before) || tells_address(before, now)) {
        reasons.push(Reason::Loosened);
    }
    Need { count: if reasons.is_empty() { 1 } else { 2 }, reasons }
}

/// Whether a place is told more exactly than by its town or village. A point of which nobody says how
/// exact it is may be a doorstep.
fn has_fine_place(facts: &IncidentFacts<Number>) -> bool {
    match facts.location_precision {
        Some(precision) if is_finer_than_settlement(precision) => true,
        None => facts.location.is_some(),
        Some(precision) => facts.location.is_some() && precision.code() == "unspecified",
    }
}

/// Whether a place is known more exactly than by its town or village.
pub fn is_finer_than_settlement(precision: LocationPrecision) -> bool {
    matches!(precision.code(), "exact_point" | "facility" | "street")
}

/// Whether a revision shows an address that the version before kept from readers.
fn tells_address(before: &Stored, now: &Stored) -> bool {
    let was_hidden = |source: &Source| {
        let same = |other: &&Source| other.url == source.url && other.url_hidden;
        source.url.is_some() && !source.url_hidden && before.sources().iter().any(|s| same(&s))
    };
    now.sources().iter().any(was_hidden)
}

/// A thing somebody looks at before an incident is published (each in its own words on the desk).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The date is as exact as the sources, and no more.
    DatePrecision,
    /// The place is as exact as is safe.
    PlacePrecision,
    /// Each name that is shown may be shown.
    Names,
    /// Those affected know of it, as far as they can be reached.
    Contact,
    /// A copy of each source is kept.
    SourceArchived,
    /// What was translated says so, and was read by somebody who knows both languages.
    Translation,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::DatePrecision,
        Self::PlacePrecision,
        Self::Names,
        Self::Contact,
        Self::SourceArchived,
        Self::Translation,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DatePrecision => "date_precision",
            Self::PlacePrecision => "place_precision",
            Self::Names => "names",
            Self::Contact => "contact",
            Self::SourceArchived => "source_archived",
            Self::Translation => "translation",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kind::Kind;

    fn incident(members: &Value) -> Stored {
        let mut facts = json!({"grade": "reported", "title": "A", "types": ["threat"],
            "occurred": "2024", "country": "AZE", "affected": {}});
        facts.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        Stored::from_snapshot(Kind::Incident, &facts.to_string()).unwrap()
    }

    fn shown(display: &str) -> Value {
        json!({"people": [{"ref": "P1", "person": 48_271_930, "role": "affected_person",
                           "display": display}]})
    }

    fn reasons(before: Option<&Stored>, now: &Stored) -> Vec<&'static str> {
        let need = approvals_needed(before, now);
        assert_eq!(need.count, if need.reasons.is_empty() { 1 } else { 2 });
        need.reasons.into_iter().map(Reason::code).collect()
    }

    #[test]
    fn one_is_enough_where_nobody_can_be_found_by_it() {
        assert!(reasons(None, &incident(&json!({}))).is_empty());
        assert!(reasons(None, &incident(&shown("role"))).is_empty());
        assert!(reasons(None, &incident(&shown("withheld"))).is_empty());
    }

    #[test]
    fn a_name_takes_two() {
        assert_eq!(reasons(None, &incident(&shown("name"))), ["personal_name"]);
        // However often it was shown before.
        let before = incident(&shown("name"));
        assert_eq!(reasons(Some(&before), &before), ["personal_name"]);
    }

    #[test]
    fn a_place_finer_than_a_settlement_takes_two() {
        for (precision, fine) in [
            ("exact_point", true),
            ("facility", true),
            ("street", true),
            ("settlement", false),
            ("adm3", false),
            ("adm1", false),
            ("country", false),
            ("not_applicable", false),
            ("unspecified", false),
        ] {
            let told = reasons(None, &incident(&json!({"location_precision": precision})));
            assert_eq!(!told.is_empty(), fine, "{precision}: {told:?}");
        }
        // The snapshot of a point is its place on the plane.
        let point = json!({"x": 49.87, "y": 40.41});
        let bare = incident(&json!({"location": point}));
        assert_eq!(reasons(None, &bare), ["fine_place"], "nobody says how exact it is");
        let town = json!({"location": point, "location_precision": "settlement"});
        assert!(reasons(None, &incident(&town)).is_empty());
    }

    #[test]
    fn what_was_hidden_takes_two_to_show() {
        let (withheld, role) = (incident(&shown("withheld")), incident(&shown("role")));
        assert_eq!(reasons(Some(&withheld), &role), ["loosened_confidentiality"]);
        assert!(reasons(Some(&role), &withheld).is_empty());
        assert!(reasons(Some(&incident(&json!({}))), &role).is_empty(), "somebody new by role");
        let address = |hidden: bool| {
            incident(&json!({"sources": [{"ref": "S1", "url": "https://example.org/a",
                                          "url_hidden": hidden}]}))
        };
        assert_eq!(reasons(Some(&address(true)), &address(false)), ["loosened_confidentiality"]);
        assert!(reasons(Some(&address(false)), &address(true)).is_empty());
    }
}
