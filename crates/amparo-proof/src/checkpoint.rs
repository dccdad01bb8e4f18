//! Checkpoints (C2SP tlog-checkpoint), whose keys are trusted, and how many witnesses are asked for.

use std::collections::HashSet;
use std::fmt;

use crate::encoding::{base64, decimal, hash_from_base64};
use crate::error::Refused;
use crate::merkle::Hash;
use crate::note::{Note, Purpose, VerifierKey};

/// What a log says it was at some time: so many entries, with this root over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads what is signed. Further lines, which the standard discourages, are refused: no log of ours has them.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let refused = |why: &str| Refused::at("checkpoint", why);
        let lines: Vec<&str> = text.split('\n').collect();
        let [origin, size, root, ""] = lines[..] else {
            return Err(refused("it has other lines than the log, its size and its root"));
        };
        if origin.is_empty() {
            return Err(refused("it does not say of which log it is"));
        }
        let size = decimal(size).ok_or_else(|| refused("its size is not a whole number"))?;
        let root = hash_from_base64(root).ok_or_else(|| refused("its root is not a hash"))?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, base64(&self.root))
    }
}

/// A witness that saw a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Which.
    pub witness: String,
    /// When, in seconds since 1970, by its own clock.
    pub time: u64,
}

/// Whose word is taken: the log's key, and so many of these witnesses.
#[derive(Debug, Clone)]
pub struct Policy {
    log: VerifierKey,
    witnesses: Vec<VerifierKey>,
    quorum: usize,
}

impl Policy {
    /// Trust in a log's key, and in witnesses of which at least `quorum` have to have signed. Witnesses that share a key or
    /// a name with each other or with the log would be one counted twice, and are refused.
    pub fn new(
        log: VerifierKey,
        witnesses: Vec<VerifierKey>,
        quorum: usize,
    ) -> Result<Self, Refused> {
        if log.purpose() != Purpose::Log {
            return Err(Refused::at("key", "it is the key of a witness, not of a log"));
        }
        let mut keys = HashSet::from([log.bytes()]);
        let mut names = HashSet::from([log.name().to_owned()]);
        for witness in &witnesses {
            let place = format!("witness {}", witness.name());
            if witness.purpose() != Purpose::Witness {
                return Err(Refused::at(place, "the key is of a log, not of a witness"));
            }
            if !keys.insert(witness.bytes()) || !names.insert(witness.name().to_owned()) {
                let why = "the log or another witness has the same key or name";
                return Err(Refused::at(place, why));
            }
        }
        if quorum > witnesses.len() {
            let why = format!("{quorum} asked for, {} witnesses known", witnesses.len());
            return Err(Refused::at("quorum", why));
        }
        Ok(Self { log, witnesses, quorum })
    }

    /// The log whose word is taken.
    pub fn origin(&self) -> &str {
        self.log.name()
    }

    /// Checks the signatures of a checkpoint: the log's, enough witnesses', and none by a known key that is wrong.
    /// Signatures by keys that are not known say nothing and are passed over.
    pub fn check(&self, note: &Note) -> Result<(Checkpoint, Vec<Cosigned>), Refused> {
        let checkpoint = Checkpoint::read(&note.text)?;
        if checkpoint.origin != self.origin() {
            let why = format!("it is of the log {}, not of {}", checkpoint.origin, self.origin());
            return Err(Refused::at("checkpoint", why));
        }
        latest(note, &self.log)?.ok_or_else(|| {
            Refused::at("checkpoint", format!("the key of {} has not signed it", self.origin()))
        })?;
        let mut cosigned = Vec::new();
        for witness in &self.witnesses {
            if let Some(time) = latest(note, witness)? {
                cosigned.push(Cosigned { witness: witness.name().to_owned(), time });
            }
        }
        if cosigned.len() < self.quorum {
            let (asked, there) = (self.quorum, cosigned.len());
            let why =
                format!("{there} of the known witnesses have signed it, {asked} are asked for");
            return Err(Refused::at("checkpoint", why));
        }
        Ok((checkpoint, cosigned))
    }
}

/// Checks all signatures by a key, and gives the latest time of them.
fn latest(note: &Note, key: &VerifierKey) -> Result<Option<u64>, Refused> {
    let mut latest = None;
    for signature in note.signatures.iter().filter(|signature| key.signed(signature)) {
        let time = key.verify(&note.text, signature).ok_or_else(|| {
            Refused::at("checkpoint", format!("the signature of {} is wrong", key.name()))
        })?;
        latest = latest.max(Some(time));
    }
    Ok(latest)
}
