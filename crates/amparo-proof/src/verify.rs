//! Checking a bundle, against nothing but keys that the reader trusts.

use std::collections::HashSet;

use crate::bundle::Bundle;
use crate::checkpoint::{Checkpoint, Cosigned, Policy};
use crate::commitment::{Disclosure, digest};
use crate::encoding::reference_code;
use crate::error::{Failure, Refused};
use crate::inclusion::InclusionProof;
use crate::json::Json;
use crate::leaf::{Change, Leaf};
use crate::merkle::{is_included, leaf_hash};

/// What a bundle proves: that the log, at this size, held this entry, which commits to what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Record, version, day and kind of the entry.
    pub leaf: Leaf,
    /// The fields that are shown, in the order of the file, with their values.
    pub fields: Vec<(String, Json)>,
    /// How many further fields the version has.
    pub withheld: usize,
    /// Where the entry stands in the log.
    pub index: u64,
    /// The checkpoint that it was checked against.
    pub checkpoint: Checkpoint,
    /// The witnesses that saw that checkpoint.
    pub cosigned: Vec<Cosigned>,
    /// What people compare: 26 characters of the entry's hash.
    pub code: String,
}

impl Proven {
    /// Of other things that are proven, the latest that the log holds of this record after this one.
    pub fn superseded_by<'a>(
        &self,
        others: impl IntoIterator<Item = &'a Self>,
    ) -> Option<&'a Self> {
        let same = |other: &&Self| {
            other.leaf.origin == self.leaf.origin
                && other.index > self.index
                && self.is_before(&other.leaf)
        };
        others.into_iter().filter(same).max_by_key(|other| other.index)
    }

    /// Whether a later entry tells something newer of this record. One of an earlier version does not: what was published before
    /// there was a log is committed to afterwards.
    pub fn is_before(&self, later: &Leaf) -> bool {
        let published = matches!(later.change, Change::Publish | Change::Correct);
        later.id == self.leaf.id && !(published && later.version <= self.leaf.version)
    }

    /// Whether the entry says that the record was withdrawn, or something of it erased.
    pub fn is_end(&self) -> bool {
        matches!(self.leaf.change, Change::Retract | Change::Erase)
    }
}

/// Checks a bundle. What it shows afterwards was in the log; what it does not prove is not given at all.
pub fn verify(bytes: &[u8], policy: &Policy) -> Result<Proven, Failure> {
    let bundle = Bundle::read(bytes)?;
    let leaf = Leaf::read(&bundle.leaf)?;
    if leaf.origin != policy.origin() {
        let why = format!("it was made for the log {}, not for {}", leaf.origin, policy.origin());
        return Err(Refused::at("leaf, origin", why).into());
    }
    let proof = InclusionProof::read(&bundle.proof)?;
    let (checkpoint, cosigned) = policy.check(&proof.checkpoint)?;
    // The bytes as they were received.
    let hash = leaf_hash(&bundle.leaf);
    let (index, size) = (proof.index, checkpoint.size);
    if !is_included(hash, index, size, &proof.path, &checkpoint.root) {
        let why = format!("the entry does not stand at {index} in the log of {size} entries");
        return Err(Refused::at("proof", why).into());
    }
    let fields = disclosed(&leaf, &bundle.disclosures)?;
    let withheld = leaf.digests.len() - fields.len();
    let code = reference_code(&hash);
    Ok(Proven { leaf, fields, withheld, index, checkpoint, cosigned, code })
}

/// The fields that are shown: each committed to in the leaf, none twice.
fn disclosed(leaf: &Leaf, encoded: &[String]) -> Result<Vec<(String, Json)>, Refused> {
    let mut named = HashSet::new();
    let mut fields = Vec::with_capacity(encoded.len());
    for (i, encoded) in encoded.iter().enumerate() {
        let refused = |why: String| Refused::at(format!("disclosure {}", i + 1), why);
        if leaf.digests.binary_search(&digest(encoded)).is_err() {
            return Err(refused("the version does not commit to it".to_owned()));
        }
        let disclosure = Disclosure::read(encoded).map_err(refused)?;
        if !named.insert(disclosure.field.clone()) {
            return Err(refused(format!("the field {} is shown twice", disclosure.field)));
        }
        fields.push((disclosure.field, disclosure.value));
    }
    Ok(fields)
}
