//! Compares the audit trail with its log, and the log with the checkpoints that were kept elsewhere.

use std::io::Write as _;
use std::process::ExitCode;

use amparo_proof::note::{Note, VerifierKey};
use amparo_proof::{Checkpoint, Policy};
use amparo_store::TrailFault;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::options::Audit;
use crate::config::Common;

/// A line of the sink.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    /// When it was written.
    pub at: String,
    /// The checkpoint, with its signature if there is one.
    pub note: String,
}

/// Ends with 2 where it could not look, as checking a citation does: not with what is told of a trail that was touched.
pub(crate) async fn run(common: &Common, audit: &Audit) -> anyhow::Result<ExitCode> {
    match check(common, audit).await {
        Err(error) => {
            eprintln!("amparo: {error:#}");
            Ok(ExitCode::from(2))
        }
        checked => checked,
    }
}

async fn check(common: &Common, audit: &Audit) -> anyhow::Result<ExitCode> {
    let Audit::Verify { checkpoints, log_key } = audit;
    let mut kept = Vec::new();
    if let Some(file) = checkpoints {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        let policy = match log_key {
            Some(key) => Some(Policy::new(key.parse::<VerifierKey>()?, Vec::new(), 0)?),
            None => None,
        };
        for (i, line) in text.lines().enumerate() {
            let place = || format!("{}, line {}", file.display(), i + 1);
            let line: Kept = serde_json::from_str(line).with_context(place)?;
            kept.push(read(&line.note, policy.as_ref()).with_context(place)?);
        }
    }
    let store = crate::connect_to_existing(common).await?;
    let found = store.check_trail(&kept).await?;
    store.close().await?;
    let mut out = std::io::stdout().lock();
    for fault in &found.faults {
        let said = match fault {
            TrailFault::Changed { id } => {
                format!("row {id} says something else than when it was logged")
            }
            TrailFault::Missing { id } => format!("row {id} was logged and is gone"),
            TrailFault::Unlogged { id } => {
                format!("row {id} is among others that were logged, and was not")
            }
            TrailFault::OtherLog { size } => {
                format!(
                    "the log does not begin with the {size} entries of a checkpoint that was kept"
                )
            }
            TrailFault::Strange { index } => {
                format!("entry {index} of the log is none of the trail, or there twice")
            }
        };
        writeln!(out, "{said}")?;
    }
    writeln!(
        out,
        "{} rows are as they were logged, {} wait for the log, {} checkpoints from elsewhere compared, {} faults.",
        found.rows,
        found.waiting,
        kept.len(),
        found.faults.len()
    )?;
    if kept.is_empty() {
        writeln!(
            out,
            "Whoever has the database may have made the log anew: compare it with --checkpoints."
        )?;
    }
    Ok(if found.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn read(note: &str, policy: Option<&Policy>) -> anyhow::Result<Checkpoint> {
    // One that was kept while the signer did not answer has no signature, and is compared all the same.
    if let Some(policy) = policy.filter(|_| !note.ends_with("\n\n")) {
        return Ok(policy.check(&Note::read(note)?)?.0);
    }
    let (text, _) = note.split_once("\n\n").context("it is no checkpoint")?;
    Ok(Checkpoint::read(&format!("{text}\n"))?)
}
