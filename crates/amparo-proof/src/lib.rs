//! Versions that prove themselves, and who checks them. No I/O: bytes in, bytes out, no clock and no chance of its own.
//!
//! A published version is committed to field by field ([`commitment`]) in a canonical entry ([`leaf`]) of an
//! append-only log ([`merkle`], [`tiles`]), whose checkpoints ([`checkpoint`], [`note`]) are signed by a log's key and by
//! witnesses ([`cosigning`]). A [`bundle`] holds what one version needs to prove itself, and [`verify`] checks it with
//! nothing but public keys. [`json`] and [`encoding`] see to it that there is one way of writing everything.
//!
//! All formats are those of others: RFC 8785 (JSON), RFC 9901 (disclosures), RFC 6962 (the tree), and the C2SP's signed
//! notes, checkpoints, cosignatures, tiles and proofs. `docs/citations-proof.md` tells readers what is proven and what
//! is not.
//!
//! ```
//! use amparo_proof::{Policy, verify};
//!
//! let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/citation");
//! let file = |name: &str| std::fs::read_to_string(format!("{vectors}/{name}"));
//! let (key, witness) = (file("vkey")?.parse()?, file("wvkey")?.parse()?);
//!
//! let policy = Policy::new(key, vec![witness], 1)?;
//! let proven = verify(file("public.json")?.as_bytes(), &policy)?;
//!
//! assert_eq!(proven.leaf.id, "4827-1930");
//! assert_eq!((proven.fields.len(), proven.withheld), (12, 5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bundle;
pub mod checkpoint;
pub mod commitment;
pub mod copy;
pub mod cosigning;
pub mod encoding;
mod error;
pub mod inclusion;
pub mod json;
pub mod leaf;
pub mod merkle;
pub mod note;
pub mod tiles;
mod verify;

pub use bundle::Bundle;
pub use checkpoint::{Checkpoint, Cosigned, Policy};
pub use encoding::reference_code;
pub use error::{Failure, Refused};
pub use verify::{Proven, verify};
