//! Commitments to single fields: a hash over a random salt, the field's name and its value. With the salt the value can be
//! shown to be what was committed to; without it nobody can even test a guess.

use crate::encoding::{base64url, from_base64url};
use crate::error::Refused;
use crate::json::{Json, Quoted};
use crate::merkle::sha256;

/// 16 random bytes, new for each field of each version: showing one says nothing of another, and destroying one
/// takes back nothing else.
pub type Salt = [u8; 16];

/// What opens one commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The salt.
    pub salt: Salt,
    /// Which field.
    pub field: String,
    /// What it said.
    pub value: Json,
}

impl Disclosure {
    /// As it is written and hashed: base64url over a canonical `[salt, field, value]` (RFC 9901).
    pub fn encode(&self) -> String {
        let (salt, field) = (base64url(&self.salt), Quoted(&self.field));
        base64url(format!("[\"{salt}\",{field},{}]", self.value).as_bytes())
    }

    /// Reads what [`encode`](Self::encode) writes, and nothing else.
    pub fn read(encoded: &str) -> Result<Self, String> {
        let bytes = from_base64url(encoded).ok_or("it is not base64url without padding")?;
        let value = Json::read_canonical(&bytes).map_err(|error| error.to_string())?;
        let Json::List(parts) = value else { return Err("it is not a list".to_owned()) };
        let Ok([Json::Text(salt), Json::Text(field), value]) = <[Json; 3]>::try_from(parts) else {
            return Err("it is not a list of a salt, a name and a value".to_owned());
        };
        let salt = from_base64url(&salt).and_then(|salt| salt.try_into().ok());
        let salt = salt.ok_or("its salt is not 16 bytes")?;
        if field.is_empty() {
            return Err("it does not name a field".to_owned());
        }
        Ok(Self { salt, field, value })
    }
}

/// The commitment that a disclosure opens: a hash over the encoded text.
pub fn digest(encoded: &str) -> String {
    base64url(&sha256(encoded.as_bytes()))
}

/// Commits to every field of a list, in its order; what has no value is committed to as null, so that how many are committed
/// to says nothing.
pub fn commit(
    fields: &[&str],
    mut value: impl FnMut(&str) -> Option<Json>,
    mut salt: impl FnMut() -> Salt,
) -> Vec<Disclosure> {
    let commit = |field: &&str| Disclosure {
        salt: salt(),
        field: (*field).to_owned(),
        value: value(field).unwrap_or(Json::Null),
    };
    fields.iter().map(commit).collect()
}

/// The commitments in ascending order, as a leaf has them: their order says nothing of the fields'.
pub fn digests(disclosures: &[Disclosure]) -> Vec<String> {
    let mut digests: Vec<String> =
        disclosures.iter().map(|disclosure| digest(&disclosure.encode())).collect();
    digests.sort_unstable();
    digests
}

/// Reads a list of commitments: each a hash, in ascending order, none twice.
pub(crate) fn read_digests(value: Json) -> Result<Vec<String>, Refused> {
    let Json::List(items) = value else { return Err(Refused::at("leaf, _sd", "it is not a list")) };
    let mut digests: Vec<String> = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        let place = || format!("leaf, _sd, {}", i + 1);
        let Json::Text(digest) = item else {
            return Err(Refused::at(place(), "it is not a text"));
        };
        if from_base64url(&digest).is_none_or(|bytes| bytes.len() != 32) {
            return Err(Refused::at(place(), "it is not a hash in base64url"));
        }
        if digests.last().is_some_and(|last| *last >= digest) {
            return Err(Refused::at(place(), "it does not come after the one before it"));
        }
        digests.push(digest);
    }
    Ok(digests)
}
