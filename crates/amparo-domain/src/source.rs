//! Publications that say what a record says, and what each of them says of a field.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::partial_date::PartialDate;
use crate::text;
use crate::tier::Tier;
use crate::validation::Findings;
use crate::vocabulary::SourceType;

/// A publication. Informants are another, sealed kind of source and never appear here.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Source {
    /// `S1`, `S2`, … within the record.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title, with people as `{P1}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where a copy is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_url: Option<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// When it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessed: Option<NaiveDate>,
    /// What kind of publication it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SourceType>,
    /// Its language, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The source that it repeats, so that the two do not count as independent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_origin_as: Option<String>,
    /// The people whose names its address spells out: it is hidden with their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub url_names: Vec<String>,
    /// Whether its addresses are for staff alone, because they spell out the name of somebody whom the
    /// record does not know.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub url_hidden: bool,
    /// How far it may travel.
    #[serde(default, skip_serializing_if = "Tier::is_public")]
    pub tier: Tier,
}

impl Source {
    /// What is left of a source where its reader may not see it.
    pub fn stub(reference: &str, tier: Tier) -> Self {
        Self { reference: reference.to_owned(), tier, ..Self::default() }
    }

    /// Whether it says nothing but that there is one.
    pub fn is_stub(&self) -> bool {
        *self == Self::stub(&self.reference, self.tier)
    }
}

/// An address in a text of a record that spells out names: it is hidden where one of them is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpelledAddress {
    /// The address, as it stands in the text.
    pub address: String,
    /// The people whose names it spells out.
    pub names: Vec<String>,
}

/// What one source says of one field. The record's own value is the editors' choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The field, `affected.unnamed_max`.
    pub field: String,
    /// What the source says.
    pub value: serde_json::Value,
    /// The source, `S2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How far it may travel; never farther than the field or the source.
    #[serde(default, skip_serializing_if = "Tier::is_public")]
    pub tier: Tier,
}

/// Checks the sources of a record.
pub fn check_sources(sources: &[Source], findings: &mut Findings) {
    for (i, source) in sources.iter().enumerate() {
        let at = |member: &str| format!("/sources/{i}/{member}");
        let Source { reference, title, publisher, url, archived_url, same_origin_as, .. } = source;
        if !text::is_ref(reference, 'S') {
            findings.error(at("ref"), "a source is named S1, S2, …");
        }
        if sources[..i].iter().any(|other| other.reference == *reference) {
            findings.error(at("ref"), "another source has this name already");
        }
        // Whoever may not see a source sends back what they got of it.
        let hidden = source.is_stub() && source.tier > Tier::Public;
        if title.is_none() && url.is_none() && !hidden {
            findings.error(format!("/sources/{i}"), "a source needs a title or an address");
        }
        findings.limit(&at("title"), title.as_deref(), 500);
        findings.limit(&at("publisher"), publisher.as_deref(), 300);
        for (member, address) in [("url", url), ("archived_url", archived_url)] {
            findings.limit(&at(member), address.as_deref(), 2_000);
            let web = |a: &String| {
                url::Url::parse(a).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
            };
            if address.as_ref().is_some_and(|address| !web(address)) {
                findings.error(at(member), "an address starts with https:// or http://");
            }
        }
        let known = |name: &String| sources.iter().any(|s| s.reference == *name);
        if same_origin_as.as_ref().is_some_and(|name| !known(name) || name == reference) {
            findings.error(at("same_origin_as"), "names no other source of this record");
        }
    }
}
