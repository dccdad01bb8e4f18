//! The ledger of responses: what was asked because of a record, what was answered, and what came of it.

use crate::election::days_from;
use crate::partial_date::PartialDate;
use crate::validation::Findings;
use crate::vocabulary::{InterventionType, ReplyType, ResponseKind};

/// Who asks, or is asked: an organization of the register, or somebody in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party<R> {
    /// The organization.
    pub organization: Option<R>,
    /// A public body, in words.
    pub text: Option<String>,
}

/// What kind of step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Of an appeal or a démarche.
    Intervention(InterventionType),
    /// Of a reply.
    Reply(ReplyType),
}

impl Sort {
    /// Its code in the list of its kind.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Intervention(term) => term.code(),
            Self::Reply(term) => term.code(),
        }
    }

    /// Reads what an entry of a kind can be; else the list that its terms are in, and what was probably meant. Effects are
    /// of no sort.
    pub fn of(kind: ResponseKind, code: &str) -> Result<Self, Option<(&'static str, Vec<String>)>> {
        match kind {
            ResponseKind::Appeal | ResponseKind::Demarche => match code.parse() {
                Ok(term) => Ok(Self::Intervention(term)),
                Err(unknown) => Err(Some((InterventionType::LIST, unknown.did_you_mean))),
            },
            ResponseKind::Reply => match code.parse() {
                Ok(term) => Ok(Self::Reply(term)),
                Err(unknown) => Err(Some((ReplyType::LIST, unknown.did_you_mean))),
            },
            ResponseKind::Effect => Err(None),
        }
    }
}

/// An entry in the ledger of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseFacts<R> {
    /// What it tells.
    pub kind: ResponseKind,
    /// What kind of step it is.
    pub sort: Option<Sort>,
    /// When.
    pub date: PartialDate,
    /// Who asked, or answered.
    pub by: Option<Party<R>>,
    /// Who was asked.
    pub to: Option<Party<R>>,
    /// What it says, in short.
    pub text: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// What it is called elsewhere: the code of an appeal.
    pub reference: Option<String>,
    /// The appeal or démarche that it answers, or came of.
    pub answers: Option<i64>,
    /// Whether everybody may see it where the record is published.
    pub public: bool,
}

impl<R> ResponseFacts<R> {
    /// All that is wrong with it.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        if self.date.start().is_none() && self.date.end().is_none() {
            findings.error("/date", "is needed, as exactly as it is known");
        }
        for (place, party) in [("/by", &self.by), ("/to", &self.to)] {
            let Some(party) = party else { continue };
            if party.organization.is_some() == party.text.is_some() {
                findings.error(place, "is either an organization or said in words");
            }
        }
        let asks = matches!(self.kind, ResponseKind::Appeal | ResponseKind::Demarche);
        if asks && self.answers.is_some() {
            findings.error("/answers", "a reply or an effect answers something, an appeal asks");
        }
        let says = [&self.text, &self.url, &self.reference].into_iter().any(Option::is_some);
        if !says
            && self.sort.is_none()
            && self.by.is_none()
            && self.to.is_none()
            && self.answers.is_none()
        {
            findings.error("", "says nothing but a date: who, what, or where it can be read");
        }
        findings
    }

    /// The organizations that it names, with their places.
    pub fn organizations(&self) -> impl Iterator<Item = (&'static str, &R)> {
        let parties = [("/by/organization", &self.by), ("/to/organization", &self.to)];
        parties
            .into_iter()
            .filter_map(|(place, party)| Some((place, party.as_ref()?.organization.as_ref()?)))
    }

    /// What it says in words, with its places.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let by = self.by.as_ref().and_then(|party| party.text.as_deref());
        let to = self.to.as_ref().and_then(|party| party.text.as_deref());
        let texts = [
            ("/by/text", by),
            ("/to/text", to),
            ("/text", self.text.as_deref()),
            ("/url", self.url.as_deref()),
            ("/reference", self.reference.as_deref()),
        ];
        texts.into_iter().filter_map(|(place, text)| Some((place, text?)))
    }
}

/// How many days after what it answers; none unless both are days.
pub fn days_to_answer(asked: &PartialDate, answered: &PartialDate) -> Option<i64> {
    days_from(answered, asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_only_between_days() {
        let date = |text: &str| text.parse::<PartialDate>().unwrap();
        let asked = date("2024-05-02");
        assert_eq!(days_to_answer(&asked, &date("2024-06-01")), Some(30));
        assert_eq!(days_to_answer(&asked, &date("2024-05-02")), Some(0));
        assert_eq!(days_to_answer(&asked, &date("2024-06")), None);
        assert_eq!(days_to_answer(&date("2024"), &date("2024-06-01")), None);
    }

    #[test]
    fn what_kind_of_step_it_is_depends_on_what_it_tells() {
        assert!(Sort::of(ResponseKind::Appeal, "urgent_appeal").is_ok());
        let mistaken = Sort::of(ResponseKind::Appeal, "urgent_apeal").unwrap_err();
        assert_eq!(mistaken, Some(("intervention_type", vec!["urgent_appeal".to_owned()])));
        assert!(Sort::of(ResponseKind::Reply, "denied_event").is_ok());
        assert!(Sort::of(ResponseKind::Reply, "urgent_appeal").is_err());
        assert_eq!(Sort::of(ResponseKind::Effect, "denied_event"), Err(None));
    }
}
