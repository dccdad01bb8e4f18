//! Proofs that an entry stands in a log, to be checked without asking it (C2SP tlog-proof).

use std::fmt;

use crate::encoding::{base64, decimal, hash_from_base64};
use crate::error::Refused;
use crate::merkle::Hash;
use crate::note::Note;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Where an entry stands, and the checkpoint that it stands below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The entry's index, from 0.
    pub index: u64,
    /// The siblings on the way to the root.
    pub path: Vec<Hash>,
    /// The checkpoint, not yet checked.
    pub checkpoint: Note,
}

impl InclusionProof {
    /// Reads a proof. One with extra data is refused: nobody signs that.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let refused = |why: &str| Refused::at("proof", why);
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or_else(|| refused("there is no empty line before the checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(refused("its first line is not c2sp.org/tlog-proof@v1"));
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(decimal);
        let index = index.ok_or_else(|| refused("its second line does not say an index"))?;
        let path: Option<Vec<Hash>> = lines.map(hash_from_base64).collect();
        let path = path.ok_or_else(|| refused("a line of it is not a hash"))?;
        if path.len() > 63 {
            return Err(refused("it has more hashes than any log needs"));
        }
        Ok(Self { index, path, checkpoint: Note::read(checkpoint)? })
    }
}

impl fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nindex {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", base64(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}
