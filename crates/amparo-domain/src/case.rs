//! Cases: incidents that belong together. Which ones, each incident says itself.

use serde::{Deserialize, Serialize};

use crate::reference::ExternalId;
use crate::validation::Findings;

/// Everything a case's record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// What it is about.
    pub title: String,
    /// What should be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The ids it has elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
}

impl CaseFacts {
    /// All that is wrong with it, and all that should be looked at.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        if self.title.trim().is_empty() {
            findings.error("/title", "a case needs a title");
        }
        findings.limit("/title", Some(&self.title), 300);
        findings.limit("/summary", self.summary.as_deref(), 20_000);
        findings
    }
}
