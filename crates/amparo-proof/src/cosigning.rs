//! Who signs checkpoints, and when they do not: the log's own signer and its witnesses (C2SP tlog-witness). Both keep
//! the last checkpoint that they signed, and sign no other that does not begin with it.
//!
//! Nothing here keeps or sends anything: who calls must write the new checkpoint down, for good, before giving the
//! signature away.

use std::fmt;

use crate::checkpoint::{Checkpoint, Policy};
use crate::encoding::{base64, decimal, hash_from_base64};
use crate::error::Refused;
use crate::merkle::{Hash, empty_root, is_consistent};
use crate::note::{Note, Signature, SignerKey, VerifierKey};

/// Signs a log's next checkpoint, if it continues the last.
pub fn sign(
    key: &SignerKey,
    last: Option<&Checkpoint>,
    next: &Checkpoint,
    proof: &[Hash],
) -> Result<Note, Refused> {
    if next.origin != key.name() {
        let why = format!("it is of the log {}, and the key of {}", next.origin, key.name());
        return Err(Refused::at("checkpoint", why));
    }
    let (old, old_root) = last.map_or_else(|| (0, empty_root()), |last| (last.size, last.root));
    if next.size < old {
        let why =
            format!("a log of {old} entries was signed before, and this one has {}", next.size);
        return Err(Refused::at("checkpoint", why));
    }
    let empty = next.size == 0 && next.root != empty_root();
    if empty || !is_consistent(old, &old_root, next.size, &next.root, proof) {
        let why = format!("it does not begin with the {old} entries that were signed before");
        return Err(Refused::at("checkpoint", why));
    }
    let text = next.to_string();
    let signature = key.sign(&text, 0);
    Ok(Note { text, signatures: vec![signature] })
}

/// What a log sends to a witness: its checkpoint, and that it continues the one of a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the witness has signed last.
    pub old: u64,
    /// That the new one begins with it.
    pub proof: Vec<Hash>,
    /// The new one.
    pub checkpoint: Note,
}

impl AddCheckpoint {
    /// Reads the body of a request.
    pub fn read(body: &str) -> Result<Self, Refused> {
        let refused = |why: &str| Refused::at("request", why);
        let (head, checkpoint) = body
            .split_once("\n\n")
            .ok_or_else(|| refused("there is no empty line before the checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
        let old = old.ok_or_else(|| refused("its first line does not say an old size"))?;
        let proof: Option<Vec<Hash>> = lines.map(hash_from_base64).collect();
        let proof = proof.ok_or_else(|| refused("a line of the proof is not a hash"))?;
        if proof.len() > 63 {
            return Err(refused("the proof has more than 63 hashes"));
        }
        Ok(Self { old, proof, checkpoint: Note::read(checkpoint)? })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", base64(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Why a witness does not sign, with what HTTP calls it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCosigned {
    /// 400: the request makes no sense.
    #[error("{0}")]
    Malformed(Refused),
    /// 404: the witness does not know the log.
    #[error("this witness does not know the log {0}")]
    UnknownLog(String),
    /// 403: the log's key has not signed it.
    #[error("{0}")]
    NotSigned(Refused),
    /// 409: the witness has last signed another size, which is said.
    #[error("the last checkpoint signed here has {0} entries")]
    OtherSize(u64),
    /// 409: another tree of the same size was signed. The log shows two faces.
    #[error("another tree of {0} entries was signed here before: the log shows two faces")]
    OtherTree(u64),
    /// 422: it does not begin with the last. The log shows two faces, or the proof is wrong.
    #[error("it does not begin with the {0} entries of the last checkpoint signed here")]
    Inconsistent(u64),
}

impl NotCosigned {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::NotSigned(_) => 403,
            Self::UnknownLog(_) => 404,
            Self::OtherSize(_) | Self::OtherTree(_) => 409,
            Self::Inconsistent(_) => 422,
        }
    }
}

/// A witness of some logs.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Its own key.
    pub key: SignerKey,
    /// The logs that it watches.
    pub logs: Vec<VerifierKey>,
}

impl Witness {
    /// The origin that a request is about, to find the last checkpoint signed of it.
    pub fn origin(&self, request: &AddCheckpoint) -> Result<&str, NotCosigned> {
        let checkpoint =
            Checkpoint::read(&request.checkpoint.text).map_err(NotCosigned::Malformed)?;
        let log = self.logs.iter().find(|log| log.name() == checkpoint.origin);
        log.map(VerifierKey::name).ok_or(NotCosigned::UnknownLog(checkpoint.origin))
    }

    /// Signs a checkpoint if it continues the `last` one signed here, at a time in seconds since 1970. The caller keeps
    /// other requests out between asking for `last` and writing down what this gives.
    pub fn cosign(
        &self,
        last: Option<&Checkpoint>,
        request: &AddCheckpoint,
        time: u64,
    ) -> Result<(Checkpoint, Signature), NotCosigned> {
        let origin = self.origin(request)?;
        let keys = self.logs.iter().filter(|log| log.name() == origin);
        let mut checked = Err(NotCosigned::UnknownLog(origin.to_owned()));
        for key in keys {
            let policy = Policy::new(key.clone(), Vec::new(), 0).map_err(NotCosigned::NotSigned)?;
            checked = policy.check(&request.checkpoint).map_err(NotCosigned::NotSigned);
            if checked.is_ok() {
                break;
            }
        }
        let (next, _) = checked?;
        if request.old > next.size {
            let why = "the old size is larger than the checkpoint's";
            return Err(NotCosigned::Malformed(Refused::at("request", why)));
        }
        let (old, old_root) = last.map_or_else(|| (0, empty_root()), |last| (last.size, last.root));
        if request.old != old {
            return Err(NotCosigned::OtherSize(old));
        }
        if next.size == old && next.root != old_root {
            return Err(NotCosigned::OtherTree(old));
        }
        if !is_consistent(old, &old_root, next.size, &next.root, &request.proof) {
            return Err(NotCosigned::Inconsistent(old));
        }
        let signature = self.key.sign(&request.checkpoint.text, time);
        Ok((next, signature))
    }
}
