//! Makes the logs grow while the server runs: what was committed to goes in, and gets its checkpoint from the signer and the
//! witnesses; the audit trail's checkpoints go where nobody who has the database can change them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use amparo_proof::Checkpoint;
use amparo_proof::cosigning::AddCheckpoint;
use amparo_proof::encoding::decimal;
use amparo_proof::merkle::Hash;
use amparo_proof::note::{Note, Purpose, Signature, VerifierKey};
use amparo_store::{Earlier, Log, LogHead, Store};
use anyhow::Context as _;
use chrono::TimeDelta;
use tokio::time::MissedTickBehavior;

use super::signer::{Answer, ask};
use crate::config::Serve;

/// How often it is looked for what waits.
const OFTEN: Duration = Duration::from_secs(1);

/// A checkpoint is signed anew after this time without anything new: so quiet days do not show.
const HEARTBEAT: TimeDelta = TimeDelta::hours(24);

/// The audit trail's checkpoints: so old or so many rows at most are not covered by one.
const AUDIT_EVERY: TimeDelta = TimeDelta::seconds(60);
const AUDIT_ROWS: u64 = 100;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the logs are kept with.
#[derive(Debug, Clone)]
pub(crate) struct Growing {
    origin: Option<String>,
    signer: Option<PathBuf>,
    cosigners: Vec<Cosigner>,
    audit_origin: String,
    audit_sink: Option<String>,
}

/// A witness, and the command that brings it a request and prints its answer.
#[derive(Debug, Clone)]
struct Cosigner {
    key: VerifierKey,
    command: String,
    /// The size that it signed last, as far as it is known.
    seen: u64,
}

impl Growing {
    pub(crate) fn of(serve: &Serve) -> anyhow::Result<Self> {
        let signer = serve.signer_socket.clone();
        anyhow::ensure!(
            signer.is_some() == serve.log_origin.is_some(),
            "--signer-socket and --log-origin go together: the signer has the key of the log with that name"
        );
        let mut cosigners = Vec::new();
        for text in &serve.cosigner {
            let (key, command) = text.trim().split_once(' ').context(
                "--cosigner is a witness's public key, a space, and the command that brings it a request",
            )?;
            let key: VerifierKey = key.parse()?;
            anyhow::ensure!(key.purpose() == Purpose::Witness, "{} is no witness", key.name());
            cosigners.push(Cosigner { key, command: command.to_owned(), seen: 0 });
        }
        Ok(Self {
            origin: serve.log_origin.clone(),
            signer,
            cosigners,
            audit_origin: serve.audit_origin.clone(),
            audit_sink: serve.audit_sink.clone(),
        })
    }
}

/// Lets the logs grow until the task is ended. What goes wrong is logged and tried again.
pub(crate) async fn keep_growing(store: Store, mut growing: Growing) {
    let mut ticks = tokio::time::interval(OFTEN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Only a log that somebody signs takes up what was published before it.
    let mut earlier = growing.origin.as_ref().map(|_| (Earlier::default(), 0));
    loop {
        ticks.tick().await;
        let mut failed = false;
        if let Some(reached) = earlier {
            match commit_to_earlier(&store, reached).await {
                Ok(next) => earlier = next,
                Err(error) => {
                    tracing::error!(error = %format!("{error:#}"), "earlier versions were not committed to");
                    failed = true;
                }
            }
        }
        if let Some(origin) = growing.origin.clone()
            && let Err(error) = public(&store, &mut growing, &origin).await
        {
            tracing::error!(error = %format!("{error:#}"), "the log has no new checkpoint");
            failed = true;
        }
        if growing.audit_sink.is_some()
            && let Err(error) = audit(&store, &growing).await
        {
            tracing::error!(error = %format!("{error:#}"), "the audit trail has no new checkpoint");
            failed = true;
        }
        if failed {
            tokio::time::sleep(Duration::from_secs(9)).await;
        }
    }
}

/// Commits to versions that were published before there were commitments, as many as a second or so allows, between what else
/// waits; gives where to go on and how many there were thus far, until all are committed to.
async fn commit_to_earlier(
    store: &Store,
    (mut reached, mut before): (Earlier, usize),
) -> anyhow::Result<Option<(Earlier, usize)>> {
    let started = Instant::now();
    while started.elapsed() < OFTEN {
        let Some((committed, next)) = store.commit_to_earlier(reached).await? else {
            if before > 0 {
                tracing::info!(
                    "committed to all {before} versions that were published before the log"
                );
            }
            return Ok(None);
        };
        reached = next;
        before += committed;
    }
    tracing::info!(
        "committed to {before} versions that were published before the log, and going on"
    );
    Ok(Some((reached, before)))
}

async fn public(store: &Store, growing: &mut Growing, origin: &str) -> anyhow::Result<()> {
    store.grow_public_log(origin).await?;
    let Some(head) = store.log_head(Log::Public).await? else { return Ok(()) };
    let now = store.clock().now();
    let quiet = head.signed_at.is_some_and(|at| now - at < HEARTBEAT);
    if head.checkpoint.size == head.signed_size && quiet {
        return Ok(());
    }
    let socket = growing.signer.clone().context("there is no signer")?;
    let mut note = signed(store, Log::Public, &socket, &head).await?;
    for cosigner in &mut growing.cosigners {
        match cosigned(store, cosigner, &head.checkpoint, &note).await {
            Ok(lines) => note.signatures.extend(lines),
            Err(error) => {
                let (witness, error) = (cosigner.key.name(), format!("{error:#}"));
                tracing::warn!(witness, error, "a witness has not signed");
            }
        }
    }
    store.keep_checkpoint(Log::Public, head.checkpoint.size, note.to_string()).await?;
    Ok(())
}

/// The signer's signature over what a log is now.
async fn signed(store: &Store, log: Log, socket: &Path, head: &LogHead) -> anyhow::Result<Note> {
    let next = &head.checkpoint;
    let mut old = head.signed_size;
    loop {
        let proof = store.log_growth(log, old, next.size).await?;
        let (socket, checkpoint) = (socket.to_owned(), next.clone());
        let asked = tokio::task::spawn_blocking(move || ask(&socket, old, &proof, &checkpoint));
        match asked.await?? {
            Answer::Signed(note) => return Ok(note),
            Answer::Size(size) if size <= next.size && size != old => old = size,
            Answer::Size(size) => anyhow::bail!(
                "the signer has signed a log of {size} entries, and this one has {}: was the database restored from \
                 a copy?",
                next.size
            ),
            Answer::Refused(why) => anyhow::bail!("the signer refused: {why}"),
        }
    }
}

/// A witness's signatures over a checkpoint.
async fn cosigned(
    store: &Store,
    cosigner: &mut Cosigner,
    next: &Checkpoint,
    note: &Note,
) -> anyhow::Result<Vec<Signature>> {
    for _ in 0..3 {
        anyhow::ensure!(
            cosigner.seen <= next.size,
            "it has seen a log of {} entries: it was shown another one",
            cosigner.seen
        );
        let proof: Vec<Hash> = store.log_growth(Log::Public, cosigner.seen, next.size).await?;
        let request = AddCheckpoint { old: cosigner.seen, proof, checkpoint: note.clone() };
        let answer = run(cosigner.command.clone(), request.to_string()).await?;
        if let Some(size) = decimal(answer.trim_end()) {
            cosigner.seen = size;
            continue;
        }
        let lines = answer.lines().filter_map(Signature::read);
        let key = &cosigner.key;
        let good = |line: &Signature| key.signed(line) && key.verify(&note.text, line).is_some();
        let lines: Vec<Signature> = lines.filter(good).collect();
        anyhow::ensure!(!lines.is_empty(), "its answer holds no signature of its key");
        cosigner.seen = next.size;
        return Ok(lines);
    }
    anyhow::bail!("it says one size after the other")
}

async fn audit(store: &Store, growing: &Growing) -> anyhow::Result<()> {
    let Some(sink) = growing.audit_sink.clone() else { return Ok(()) };
    store.grow_audit_log(&growing.audit_origin).await?;
    let Some(head) = store.log_head(Log::Audit).await? else { return Ok(()) };
    let now = store.clock().now();
    let new = head.checkpoint.size - head.signed_size;
    let old = head.signed_at.is_none_or(|at| now - at >= AUDIT_EVERY);
    if new == 0 || (new < AUDIT_ROWS && !old) {
        return Ok(());
    }
    // Where the signer has a key for it, the checkpoint says so; where not, it is kept without.
    let note = match &growing.signer {
        Some(socket) => match signed(store, Log::Audit, socket, &head).await {
            Ok(note) => note,
            Err(error) => {
                tracing::debug!(error = %format!("{error:#}"), "the audit trail's checkpoint is not signed");
                unsigned(&head.checkpoint)
            }
        },
        None => unsigned(&head.checkpoint),
    };
    let line = super::audit::Kept { at: now.to_rfc3339(), note: note.to_string() };
    let line = format!("{}\n", serde_json::to_string(&line)?);
    if let Some(command) = sink.strip_prefix('|') {
        run(command.to_owned(), line).await?;
    } else {
        tokio::task::spawn_blocking(move || append(Path::new(&sink), &line)).await??;
    }
    store.keep_checkpoint(Log::Audit, head.checkpoint.size, note.to_string()).await?;
    Ok(())
}

fn unsigned(checkpoint: &Checkpoint) -> Note {
    Note { text: checkpoint.to_string(), signatures: Vec::new() }
}

fn append(file: &Path, line: &str) -> anyhow::Result<()> {
    let mut opened = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    opened.write_all(line.as_bytes())?;
    opened.sync_all()?;
    Ok(())
}

/// Runs a command of the operator's with something to read, and gives what it prints.
async fn run(command: String, input: String) -> anyhow::Result<String> {
    tokio::task::spawn_blocking(move || run_now(&command, &input)).await?
}

fn run_now(command: &str, input: &str) -> anyhow::Result<String> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // Small enough for the pipe, so that nobody waits for anybody.
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let started = Instant::now();
    while child.try_wait()?.is_none() {
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("the command took longer than {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let done = child.wait_with_output()?;
    anyhow::ensure!(done.status.success(), "the command ended with {}", done.status);
    Ok(String::from_utf8(done.stdout)?)
}
