//! Signed notes (C2SP signed-note) and the two kinds of signatures that a log's checkpoints bear: the log's own, and
//! those of witnesses, with the time (C2SP tlog-cosignature).

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use crate::encoding::{base64, from_base64};
use crate::error::Refused;
use crate::merkle::sha256;

/// How many signatures a note may have; readers of the format must take 16.
const MOST_SIGNATURES: usize = 64;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// A log's own checkpoints: Ed25519 over the text.
    Log = 0x01,
    /// What a witness saw, and when: Ed25519 over the time and the text.
    Witness = 0x04,
}

impl Purpose {
    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Log),
            0x04 => Some(Self::Witness),
            _ => None,
        }
    }
}

/// Who a key belongs to, and the first bytes of a hash that tell it from others of that name.
fn key_id(name: &str, purpose: Purpose, key: &VerifyingKey) -> [u8; 4] {
    let named = [name.as_bytes(), &[b'\n', purpose as u8], key.as_bytes()].concat();
    let [a, b, c, d, ..] = sha256(&named);
    [a, b, c, d]
}

/// Whether something can be the name of a key, and a log's origin.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace())
}

/// A public key that signatures are checked with: `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    purpose: Purpose,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Whose it is; of a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The key without its name.
    pub fn bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether a signature says that it is by this key.
    pub fn signed(&self, signature: &Signature) -> bool {
        signature.name == self.name && signature.key_id() == self.id
    }

    /// Checks a log's signature over a text.
    fn check(&self, text: &str, signature: &[u8]) -> bool {
        let signature = ed25519_dalek::Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }

    /// Checks a signature that [says](Self::signed) it is by this key, and gives a witness's time.
    pub fn verify(&self, text: &str, signature: &Signature) -> Option<u64> {
        let bytes = signature.after_id();
        match self.purpose {
            Purpose::Log => self.check(text, bytes).then_some(0),
            Purpose::Witness => {
                let (time, bytes) = bytes.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                (i64::try_from(time).is_ok() && self.check(&cosigned(text, time), bytes))
                    .then_some(time)
            }
        }
    }
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = base64(&[&[self.purpose as u8], self.key.as_bytes().as_slice()].concat());
        write!(f, "{}+{:08x}+{key}", self.name, u32::from_be_bytes(self.id))
    }
}

impl FromStr for VerifierKey {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let refused = |why| Refused::at("key", why);
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused("a public key is written name+id+key"));
        };
        if !is_name(name) {
            return Err(refused("its name is empty, or has a space in it"));
        }
        let bytes =
            from_base64(key).ok_or_else(|| refused("the part after the id is not base64"))?;
        let (purpose, key) = bytes.split_first().ok_or_else(|| refused("it is empty"))?;
        let purpose = Purpose::from_byte(*purpose).ok_or_else(|| {
            refused(
                "it is of a kind that is not known here: only Ed25519 of logs and of witnesses is",
            )
        })?;
        let key =
            <&[u8; 32]>::try_from(key).ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
        let key = key.filter(|key| !key.is_weak());
        let key = key.ok_or_else(|| refused("it is not an Ed25519 key"))?;
        let known = Self { name: name.to_owned(), id: key_id(name, purpose, &key), purpose, key };
        if id == format!("{:08x}", u32::from_be_bytes(known.id)) {
            Ok(known)
        } else {
            Err(refused(
                "its id is not that of this name and key: a character was changed, or is missing",
            ))
        }
    }
}

/// A private key.
#[derive(Clone)]
pub struct SignerKey {
    name: String,
    purpose: Purpose,
    key: SigningKey,
}

impl SignerKey {
    /// The key of 32 secret random bytes.
    pub fn from_seed(name: &str, purpose: Purpose, seed: [u8; 32]) -> Result<Self, Refused> {
        if is_name(name) {
            Ok(Self { name: name.to_owned(), purpose, key: SigningKey::from_bytes(&seed) })
        } else {
            Err(Refused::at("key", "a name is not empty and has neither spaces nor + in it"))
        }
    }

    /// The secret as it is kept in a file: `PRIVATE+KEY+name+id+seed`.
    pub fn to_secret(&self) -> String {
        let seed = [&[self.purpose as u8], self.key.to_bytes().as_slice()].concat();
        let id = u32::from_be_bytes(self.verifier().id);
        format!("PRIVATE+KEY+{}+{id:08x}+{}", self.name, base64(&seed))
    }

    /// Whose it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        let key = self.key.verifying_key();
        let id = key_id(&self.name, self.purpose, &key);
        VerifierKey { name: self.name.clone(), id, purpose: self.purpose, key }
    }

    /// Signs a text; a witness at a time, in seconds since 1970, which a log's signature does not have.
    pub fn sign(&self, text: &str, time: u64) -> Signature {
        let mut bytes = self.verifier().id.to_vec();
        match self.purpose {
            Purpose::Log => bytes.extend(self.key.sign(text.as_bytes()).to_bytes()),
            Purpose::Witness => {
                bytes.extend(time.to_be_bytes());
                bytes.extend(self.key.sign(cosigned(text, time).as_bytes()).to_bytes());
            }
        }
        Signature { name: self.name.clone(), bytes }
    }
}

/// Never the secret.
impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier())
    }
}

impl FromStr for SignerKey {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let refused = |why| Refused::at("private key", why);
        let rest = text.strip_prefix("PRIVATE+KEY+");
        let rest = rest.ok_or_else(|| refused("it does not begin with PRIVATE+KEY+"))?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(id), Some(seed)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused("it is written PRIVATE+KEY+name+id+seed"));
        };
        let bytes = from_base64(seed).ok_or_else(|| refused("the seed is not base64"))?;
        let parsed = bytes.split_first().and_then(|(purpose, seed)| {
            Some((Purpose::from_byte(*purpose)?, <[u8; 32]>::try_from(seed).ok()?))
        });
        let (purpose, seed) = parsed.ok_or_else(|| refused("it is not an Ed25519 key"))?;
        let key = Self::from_seed(name, purpose, seed)?;
        if id == format!("{:08x}", u32::from_be_bytes(key.verifier().id)) {
            Ok(key)
        } else {
            Err(refused("its id is not that of this name and key"))
        }
    }
}

/// A line below a note: who, and four bytes of the key's id with the signature after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    bytes: Vec<u8>,
}

impl Signature {
    fn key_id(&self) -> [u8; 4] {
        self.bytes.first_chunk().copied().unwrap_or_default()
    }

    fn after_id(&self) -> &[u8] {
        self.bytes.get(4..).unwrap_or_default()
    }

    /// Reads a line without its end.
    pub fn read(line: &str) -> Option<Self> {
        let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let bytes = from_base64(bytes).filter(|bytes| bytes.len() > 4)?;
        is_name(name).then(|| Self { name: name.to_owned(), bytes })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\u{2014} {} {}", self.name, base64(&self.bytes))
    }
}

/// A text and signatures over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with the end of its last line.
    pub text: String,
    /// Who signed it, not yet checked.
    pub signatures: Vec<Signature>,
}

impl Note {
    /// Reads a note. A line below it that is no signature spoils the whole.
    pub fn read(note: &str) -> Result<Self, Refused> {
        let refused = |why: &str| Refused::at("checkpoint", why);
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(refused("there are control characters in it"));
        }
        let (text, lines) = note.rsplit_once("\n\n").ok_or_else(|| {
            refused("there is no empty line between what is signed and the signatures")
        })?;
        let lines = lines.strip_suffix('\n').ok_or_else(|| refused("its last line has no end"))?;
        let mut signatures = Vec::new();
        for (i, line) in lines.split('\n').enumerate() {
            let signature = Signature::read(line).ok_or_else(|| {
                Refused::at(format!("checkpoint, signature {}", i + 1), "the line is no signature")
            })?;
            signatures.push(signature);
        }
        if signatures.len() > MOST_SIGNATURES {
            return Err(refused("there are more signatures below it than are read"));
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}
