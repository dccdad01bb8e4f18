//! What the log holds of a version: which record, which version, on what day, and commitments to what it said.

use std::fmt;
use std::str::FromStr;

use crate::commitment::read_digests;
use crate::encoding::{base64url, hash_from_base64url};
use crate::error::Refused;
use crate::json::Json;
use crate::merkle::{Hash, leaf_hash};

const FORMAT: &str = "amparo-record/1";

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// It was published for the first time, or again.
    Publish,
    /// A new version corrects the one before.
    Correct,
    /// It was withdrawn.
    Retract,
    /// Of a version, something was destroyed.
    Erase,
}

impl Change {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Correct => "correct",
            Self::Retract => "retract",
            Self::Erase => "erase",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Change {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Publish, Self::Correct, Self::Retract, Self::Erase]
            .into_iter()
            .find(|change| change.as_str() == word)
            .ok_or(())
    }
}

/// An entry of the public log. Nothing in it tells of a person: numbers, a day, and hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The log it was made for.
    pub origin: String,
    /// The record's number.
    pub id: String,
    /// Which version.
    pub version: u32,
    /// What happened.
    pub change: Change,
    /// The hash of the record's entry before this one.
    pub previous: Option<Hash>,
    /// The day, like `2026-11-24`.
    pub issued: String,
    /// The commitments, ascending.
    pub digests: Vec<String>,
}

impl Leaf {
    /// The bytes that stand in the log.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = |text: &str| Json::Text(text.to_owned());
        let digests = self.digests.iter().map(|digest| text(digest)).collect();
        // In the order of RFC 8785.
        let members = [
            ("_sd", Json::List(digests)),
            ("_sd_alg", text("sha-256")),
            ("id", text(&self.id)),
            ("issued", text(&self.issued)),
            ("origin", text(&self.origin)),
            ("prev", self.previous.map_or(Json::Null, |hash| Json::Text(base64url(&hash)))),
            ("type", text(self.change.as_str())),
            ("v", text(FORMAT)),
            ("version", Json::Integer(self.version.into())),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Json::Object(members.to_vec()).to_string().into_bytes()
    }

    /// Its hash in the log.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.to_bytes())
    }

    /// Reads what [`to_bytes`](Self::to_bytes) writes, and nothing else.
    pub fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let refused = |why: String| Refused::at("leaf", why);
        let leaf = Json::read_canonical(bytes).map_err(|error| refused(error.to_string()))?;
        let names = ["_sd", "_sd_alg", "id", "issued", "origin", "prev", "type", "v", "version"];
        let [digests, algorithm, id, issued, origin, previous, change, format, version] =
            leaf.exactly(names).map_err(refused)?;
        let of = |name: &str, why: &str| Refused::at(format!("leaf, {name}"), why);
        if format.as_text() != Some(FORMAT) {
            return Err(of("v", "it is not amparo-record/1"));
        }
        if algorithm.as_text() != Some("sha-256") {
            return Err(of("_sd_alg", "it is not sha-256"));
        }
        let id =
            id.as_text().filter(|id| is_id(id)).ok_or_else(|| of("id", "it is not a number"))?;
        let issued = issued.as_text().filter(|day| is_day(day));
        let issued = issued.ok_or_else(|| of("issued", "it is not a day like 2026-11-24"))?;
        let origin = origin.as_text().ok_or_else(|| of("origin", "it is not a text"))?;
        let previous = match &previous {
            Json::Null => None,
            Json::Text(hash) => {
                let hash = hash_from_base64url(hash);
                Some(hash.ok_or_else(|| of("prev", "it is not a hash in base64url"))?)
            }
            _ => return Err(of("prev", "it is neither a hash nor null")),
        };
        let change = change.as_text().and_then(|word| word.parse().ok());
        let change = change
            .ok_or_else(|| of("type", "it is not one of publish, correct, retract, erase"))?;
        let version = version.as_integer().and_then(|version| u32::try_from(version).ok());
        let version = version.filter(|version| *version > 0);
        let version = version.ok_or_else(|| of("version", "it is not a whole number from 1"))?;
        let digests = read_digests(digests)?;
        if change == Change::Erase && !digests.is_empty() {
            return Err(of("_sd", "an entry that says something was erased has commitments"));
        }
        let (id, issued, origin) = (id.to_owned(), issued.to_owned(), origin.to_owned());
        Ok(Self { origin, id, version, change, previous, issued, digests })
    }
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_day(day: &str) -> bool {
    day.len() == 10
        && day.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
