//! What keeps the logs: keys, the signer, witnesses, and the part of the server that makes them grow.

mod audit;
mod growing;
mod keys;
mod options;
mod signer;
mod state;
mod witness;

pub use options::{Audit, Keys, Signer, Verify, Witness};

pub(crate) use audit::run as audit;
pub(crate) use growing::{Growing, keep_growing};
pub(crate) use keys::run as keys;
pub(crate) use signer::run as signer;
pub(crate) use witness::run as witness;
