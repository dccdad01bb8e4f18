//! One file that proves a version without a network: the leaf, what may be known of it, and that the log holds it.

use crate::commitment::Disclosure;
use crate::encoding::{base64url, from_base64url};
use crate::error::{Failure, Refused};
use crate::json::Json;

const FORMAT: &str = "amparo-citation/1";

/// The largest file that is read: far more than a record can say.
pub const LARGEST_BUNDLE: usize = 4 << 20;

/// A `.amparo.json` file. Reading one proves nothing; [`crate::verify`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The entry of the log, as its bytes.
    pub leaf: Vec<u8>,
    /// What is shown, encoded.
    pub disclosures: Vec<String>,
    /// That the log holds the entry.
    pub proof: String,
}

impl Bundle {
    /// Reads a file: exactly its members, each once.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let unreadable = |why: String| Failure::Unreadable(Refused::at("file", why));
        if bytes.len() > LARGEST_BUNDLE {
            return Err(unreadable("it is larger than 4 MiB".to_owned()));
        }
        let json = Json::read(bytes).map_err(|error| unreadable(error.to_string()))?;
        let members = json.exactly(["format", "leaf", "disclosures", "proof"]);
        let [format, leaf, disclosures, proof] = members.map_err(unreadable)?;
        if format.as_text() != Some(FORMAT) {
            return Err(unreadable("its format is not amparo-citation/1".to_owned()));
        }
        let leaf = leaf.as_text().and_then(from_base64url);
        let leaf =
            leaf.ok_or_else(|| Refused::at("leaf", "it is not base64url without padding"))?;
        let Json::List(items) = disclosures else {
            return Err(Refused::at("disclosures", "they are not a list").into());
        };
        let mut disclosures = Vec::with_capacity(items.len());
        for (i, item) in items.into_iter().enumerate() {
            let Json::Text(encoded) = item else {
                return Err(Refused::at(format!("disclosure {}", i + 1), "it is not a text").into());
            };
            disclosures.push(encoded);
        }
        let Json::Text(proof) = proof else {
            return Err(Refused::at("proof", "it is not a text").into());
        };
        Ok(Self { leaf, disclosures, proof })
    }

    /// The file.
    pub fn to_json(&self) -> String {
        let text = |text: &str| Json::Text(text.to_owned()).to_string();
        let shown: Vec<String> =
            self.disclosures.iter().map(|encoded| format!("\n  {}", text(encoded))).collect();
        format!(
            "{{\n \"format\": {},\n \"leaf\": {},\n \"disclosures\": [{}\n ],\n \"proof\": {}\n}}\n",
            text(FORMAT),
            text(&base64url(&self.leaf)),
            shown.join(","),
            text(&self.proof)
        )
    }

    /// The same version with fewer fields shown. It proves against the same entry of the log.
    #[must_use]
    pub fn redacted(&self, keep: impl Fn(&Disclosure) -> bool) -> Self {
        let mut bundle = self.clone();
        bundle
            .disclosures
            .retain(|encoded| Disclosure::read(encoded).is_ok_and(|disclosure| keep(&disclosure)));
        bundle
    }
}
