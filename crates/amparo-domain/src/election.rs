//! Elections that were or will be observed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::country::CountryCode;
use crate::organization::check_slug;
use crate::partial_date::PartialDate;
use crate::reference::ExternalId;
use crate::source::{Source, check_sources};
use crate::validation::Findings;
use crate::vocabulary::ElectionType;

/// Everything an election's record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElectionFacts {
    /// A short name for addresses, unique among elections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it is held.
    pub country: CountryCode,
    /// When votes are cast.
    pub date: PartialDate,
    /// What is elected.
    #[serde(rename = "type")]
    pub election_type: ElectionType,
    /// What else should be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The publications that say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The ids it has elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
}

/// When, as seen from an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Before the votes are cast.
    PreElection,
    /// While they are cast.
    ElectionDay,
    /// After.
    PostElection,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::PreElection, Self::ElectionDay, Self::PostElection];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PreElection => "pre_election",
            Self::ElectionDay => "election_day",
            Self::PostElection => "post_election",
        }
    }

    /// The phase of a date, where both dates leave no doubt.
    pub fn of(occurred: &PartialDate, election: &PartialDate) -> Option<Self> {
        let (first, last) = occurred.possible_span();
        let (opens, closes) = (election.start()?, election.end()?);
        if last < opens {
            Some(Self::PreElection)
        } else if first > closes {
            Some(Self::PostElection)
        } else if first >= opens && last <= closes {
            Some(Self::ElectionDay)
        } else {
            None
        }
    }
}

/// Days from an election to a date, negative before it; `None` unless both are days.
pub fn days_from(occurred: &PartialDate, election: &PartialDate) -> Option<i64> {
    let between = |day: NaiveDate, vote: NaiveDate| day.signed_duration_since(vote).num_days();
    Some(between(occurred.exact_day()?, election.exact_day()?))
}

impl ElectionFacts {
    /// All that is wrong with it, and all that should be looked at.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        if self.name.trim().is_empty() {
            findings.error("/name", "an election needs a name");
        }
        check_slug(self.slug.as_deref(), &mut findings);
        findings.limit("/name", Some(&self.name), 300);
        findings.limit("/note", self.note.as_deref(), 5_000);
        check_sources(&self.sources, &mut findings);
        findings
    }
}
