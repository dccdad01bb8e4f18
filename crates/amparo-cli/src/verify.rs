//! Checks citations without a network and without a database.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use amparo_proof::encoding::reference_code;
use amparo_proof::leaf::{Change, Leaf};
use amparo_proof::merkle::{self, Hash, leaf_hash};
use amparo_proof::note::{Note, VerifierKey};
use amparo_proof::{Failure, Policy, Proven, Refused, copy, verify};
use anyhow::Context as _;

use crate::proofs::Verify;

/// What came of it: the worst of all files.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Proven,
    NotProven,
    Unreadable,
}

pub(crate) fn run(options: &Verify) -> ExitCode {
    match check(options) {
        Ok(Outcome::Proven) => ExitCode::SUCCESS,
        Ok(Outcome::NotProven) => ExitCode::from(1),
        Ok(Outcome::Unreadable) => ExitCode::from(2),
        Err(error) => {
            eprintln!("amparo: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn check(options: &Verify) -> anyhow::Result<Outcome> {
    let policy = policy(options)?;
    let mut worst = Outcome::Proven;
    let mut proven = Vec::new();
    for file in &options.files {
        match std::fs::read(file).with_context(|| format!("{} cannot be read", file.display())) {
            Ok(bytes) => match verify(&bytes, &policy) {
                Ok(found) => proven.push((file, found)),
                Err(failure) => {
                    eprintln!("amparo: {}: {failure}", file.display());
                    let outcome = match failure {
                        Failure::Unreadable(_) => Outcome::Unreadable,
                        Failure::NotProven(_) => Outcome::NotProven,
                    };
                    worst = worst.max(outcome);
                }
            },
            Err(error) => {
                eprintln!("amparo: {error:#}");
                worst = worst.max(Outcome::Unreadable);
            }
        }
    }
    let log = match &options.log_copy {
        None => None,
        Some(folder) => match LogCopy::read(folder, &policy) {
            Ok(log) => Some(log),
            Err(refused) => {
                eprintln!("amparo: {}: {refused}", folder.display());
                return Ok(worst.max(Outcome::NotProven));
            }
        },
    };
    let mut out = std::io::stdout().lock();
    for (file, found) in &proven {
        if let Some(log) = &log
            && !log.agrees(found)
        {
            eprintln!(
                "amparo: {}: the copy of the log holds other entries than those that this file was proven against, and the \
                 log's key has signed both: it shows two faces",
                file.display()
            );
            worst = worst.max(Outcome::NotProven);
            continue;
        }
        let others: Vec<&Proven> = proven.iter().map(|(_, other)| other).collect();
        write!(out, "{}", report(&file.display().to_string(), found, &others, log.as_ref()))?;
    }
    Ok(worst)
}

fn policy(options: &Verify) -> anyhow::Result<Policy> {
    let log = read_key(&options.key)?;
    let witnesses: Vec<VerifierKey> =
        options.witness.iter().map(|key| read_key(key)).collect::<anyhow::Result<_>>()?;
    let quorum = options.quorum.unwrap_or(witnesses.len());
    Ok(Policy::new(log, witnesses, quorum)?)
}

/// A key, or the file that holds one.
fn read_key(text: &str) -> anyhow::Result<VerifierKey> {
    let text = if text.contains('+') {
        text.to_owned()
    } else {
        std::fs::read_to_string(text).with_context(|| format!("the key {text} cannot be read"))?
    };
    Ok(text.trim().parse::<VerifierKey>()?)
}

/// A mirror's copy of the whole log.
struct LogCopy {
    leaves: Vec<Hash>,
    /// What is a version of a record, with its index.
    versions: Vec<(u64, Leaf)>,
}

impl LogCopy {
    fn read(folder: &Path, policy: &Policy) -> Result<Self, Refused> {
        let note = std::fs::read_to_string(folder.join("checkpoint"));
        let note = note.map_err(|_| Refused::at("checkpoint", "the copy lacks it"))?;
        let (checkpoint, _) = policy.check(&Note::read(&note)?)?;
        let entries = copy::entries(&checkpoint, |resource| {
            std::fs::read(folder.join(resource.to_string())).ok()
        })?;
        let leaves = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let versions = (0..).zip(&entries);
        let versions =
            versions.filter_map(|(index, entry)| Some((index, Leaf::read(entry).ok()?))).collect();
        Ok(Self { leaves, versions })
    }

    /// Whether what a file was proven against is how this log began.
    fn agrees(&self, proven: &Proven) -> bool {
        let size = usize::try_from(proven.checkpoint.size).unwrap_or(usize::MAX);
        match self.leaves.get(..size) {
            Some(leaves) => merkle::root(leaves) == proven.checkpoint.root,
            // The copy is older than the file: it can say only of the entry itself, if it has it.
            None => usize::try_from(proven.index)
                .ok()
                .and_then(|index| self.leaves.get(index))
                .is_none_or(|leaf| reference_code(leaf) == proven.code),
        }
    }
}

fn report(file: &str, proven: &Proven, others: &[&Proven], log: Option<&LogCopy>) -> String {
    let leaf = &proven.leaf;
    let mut said = String::new();
    let mut line = |name: &str, what: &str| {
        let _ = writeln!(said, "  {name:<12} {what}");
    };
    let did = match leaf.change {
        Change::Publish => "published",
        Change::Correct => "corrects the version before it",
        Change::Retract => "withdrawn",
        Change::Erase => "something of it was erased",
    };
    line("record", &format!("{}, version {}: {did}", leaf.id, leaf.version));
    line("day", &leaf.issued);
    line("code", &proven.code);
    let (at, size) = (proven.index, proven.checkpoint.size);
    line("log", &format!("{}, entry {at} of {size}", leaf.origin));
    for seen in &proven.cosigned {
        let at = i64::try_from(seen.time)
            .ok()
            .and_then(|time| chrono::DateTime::from_timestamp(time, 0));
        let at =
            at.map_or_else(String::new, |at| at.format(" on %Y-%m-%d at %H:%M UTC").to_string());
        line("seen by", &format!("{}{at}", seen.witness));
    }
    if proven.cosigned.is_empty() {
        line(
            "seen by",
            "no witness that you named: whether others are shown the same log is not proven",
        );
    }
    said.push('\n');
    for (field, value) in &proven.fields {
        let _ = writeln!(said, "  {:<24} {}", plain(field), plain(&value.to_string()));
    }
    let withheld = match proven.withheld {
        0 => "No field is withheld.".to_owned(),
        1 => "1 field is withheld: the version has it, and this file does not show it.".to_owned(),
        n => format!(
            "{n} fields are withheld: the version has them, and this file does not show them."
        ),
    };
    let _ = writeln!(said, "\n  {withheld}\n  {}", newer(proven, others, log));
    format!("PROVEN  {file}\n{said}\n")
}

/// Whether the facts have moved on, as far as what was given can tell.
fn newer(proven: &Proven, others: &[&Proven], log: Option<&LogCopy>) -> String {
    let told = |leaf: &Leaf| {
        let did = match leaf.change {
            Change::Publish | Change::Correct => format!("version {}", leaf.version),
            Change::Retract => "the record was withdrawn".to_owned(),
            Change::Erase => format!("something of version {} was erased", leaf.version),
        };
        format!("THERE IS SOMETHING NEWER: {did}, on {}.", leaf.issued)
    };
    if let Some(log) = log {
        let later = log.versions.iter().rev();
        let mut later = later.filter(|(at, leaf)| *at > proven.index && proven.is_before(leaf));
        return match later.next() {
            Some((_, leaf)) => told(leaf),
            None => format!(
                "Nothing newer of this record is in the {} entries of the copy of the log.",
                log.leaves.len()
            ),
        };
    }
    match proven.superseded_by(others.iter().copied()) {
        Some(other) => told(&other.leaf),
        None => "A newer version is not known here: a file alone cannot tell. Ask the record's address, or give a copy of the log with --log-copy.".to_owned(),
    }
}

/// Text that cannot play tricks with a terminal: no control characters, and none that turn the direction of writing.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns {
            let _ = write!(plain, "\\u{{{:x}}}", u32::from(c));
        } else {
            plain.push(c);
        }
    }
    plain
}
