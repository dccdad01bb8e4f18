//! What the commands around proofs are given.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Check citation bundles (`.amparo.json`) against keys that you trust, without a network and without a
/// database. docs/citations-proof.md tells what that proves and what it does not.
///
/// Ends with 0 if all that is shown is proven, 1 if something is not, 2 if something cannot be read.
#[derive(Debug, Clone, Args)]
pub struct Verify {
    /// The bundles
    #[arg(required = true)]
    pub files: Vec<PathBuf>,

    /// The log's public key (name+id+key), or a file that holds it
    #[arg(long, env = "AMPARO_KEY")]
    pub key: String,

    /// A witness's public key, or a file that holds it; may be given more than once
    #[arg(long, env = "AMPARO_WITNESS", value_delimiter = ' ')]
    pub witness: Vec<String>,

    /// How many of the witnesses must have seen the log as it is shown; all if not given
    #[arg(long, env = "AMPARO_QUORUM")]
    pub quorum: Option<usize>,

    /// A folder with a copy of the log (checkpoint, tile/entries/…), to look for newer versions
    #[arg(long, env = "AMPARO_LOG_COPY")]
    pub log_copy: Option<PathBuf>,
}

/// Keys of logs and witnesses. A private key is a file that its owner alone can read.
#[derive(Debug, Clone, Subcommand)]
pub enum Keys {
    /// Make a key, and print its public half
    New {
        /// Whose it is: the log's name, like register.example.org/log, or the witness's
        name: String,
        /// The new file for the private key
        #[arg(long, env = "AMPARO_KEY_FILE")]
        key_file: PathBuf,
        /// Make it for a witness instead of a log
        #[arg(long, env = "AMPARO_FOR_WITNESS")]
        for_witness: bool,
    },
    /// Print the public half of a key
    Show {
        /// The file with the private key
        #[arg(long, env = "AMPARO_KEY_FILE")]
        key_file: PathBuf,
    },
}

/// Sign checkpoints that the server asks for over a socket. What does not go on from what was signed last is
/// refused, whatever the server says.
#[derive(Debug, Clone, Args)]
pub struct Signer {
    /// A file with the private key of a log; may be given more than once
    #[arg(long, env = "AMPARO_KEY_FILE", required = true, value_delimiter = ' ')]
    pub key_file: Vec<PathBuf>,

    /// The socket to listen on
    #[arg(long, env = "AMPARO_SIGNER_SOCKET")]
    pub signer_socket: PathBuf,

    /// The folder for what was signed last; losing it is losing the memory that keeps a fork from being signed
    #[arg(long, env = "AMPARO_SIGNER_STATE")]
    pub signer_state: PathBuf,
}

/// Be a witness of logs, by the standard protocol (C2SP tlog-witness): POST /add-checkpoint.
#[derive(Debug, Clone, Args)]
pub struct Witness {
    /// The file with the witness's private key
    #[arg(long, env = "AMPARO_KEY_FILE")]
    pub key_file: PathBuf,

    /// The public key of a log to watch; may be given more than once
    #[arg(long, env = "AMPARO_LOG_KEY", required = true, value_delimiter = ' ')]
    pub log_key: Vec<String>,

    /// The address to listen on
    #[arg(long, env = "AMPARO_LISTEN", default_value = "127.0.0.1:8081")]
    pub listen: SocketAddr,

    /// The folder for what was seen last of each log
    #[arg(long, env = "AMPARO_WITNESS_STATE")]
    pub witness_state: PathBuf,
}

/// The audit trail.
#[derive(Debug, Clone, Subcommand)]
pub enum Audit {
    /// Compare every row of the trail with its log, and the log with checkpoints that were kept elsewhere
    ///
    /// Ends with 0 if nothing was touched, 1 if something was, 2 if it could not be looked at.
    Verify {
        /// The checkpoints that `amparo serve --audit-sink` wrote, from where nobody else could change them
        #[arg(long, env = "AMPARO_CHECKPOINTS")]
        checkpoints: Option<PathBuf>,
        /// The public key of the audit trail's log, if its checkpoints are signed
        #[arg(long, env = "AMPARO_LOG_KEY")]
        log_key: Option<String>,
    },
}
