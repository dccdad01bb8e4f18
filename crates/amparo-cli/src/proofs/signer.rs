//! The signer: a process of its own, perhaps of another user, that has the logs' keys and the memory of what it signed. It
//! signs no checkpoint that does not begin with the last. The server asks it over a socket.
//!
//! A request is what a log sends to a witness (C2SP tlog-witness), with a checkpoint that nobody signed yet; the answer begins
//! with a word: `signed` and the note, `size` and the size that was signed last, `refused` and why.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use amparo_proof::Checkpoint;
use amparo_proof::cosigning::sign;
use amparo_proof::encoding::{base64, decimal, hash_from_base64};
use amparo_proof::merkle::Hash;
use amparo_proof::note::{Note, Purpose, SignerKey};
use anyhow::Context as _;

use super::keys::read_key;
use super::options::Signer;
use super::state::Memory;

/// How long either side waits for the other.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest request or answer.
const LONGEST: u64 = 64 * 1024;

/// What the signer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The note.
    Signed(Note),
    /// The last checkpoint signed has another size than the request goes on from.
    Size(u64),
    /// Why not.
    Refused(String),
}

pub(crate) fn run(options: &Signer) -> anyhow::Result<ExitCode> {
    let mut keys = Vec::new();
    for file in &options.key_file {
        let key = read_key(file)?;
        anyhow::ensure!(key.purpose() == Purpose::Log, "{} is a witness's key", file.display());
        keys.push(key);
    }
    let memory = Memory::open(&options.signer_state)?;
    let socket = &options.signer_socket;
    if UnixStream::connect(socket).is_err() {
        // What a process left that is no more.
        let _ = std::fs::remove_file(socket);
    }
    let listener = UnixListener::bind(socket)
        .with_context(|| format!("{} cannot be listened on", socket.display()))?;
    // Who may ask is whom the folder of the socket lets in.
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o660))?;
    for key in &keys {
        tracing::info!("signing for {}", key.verifier());
    }
    for stream in listener.incoming() {
        // One after the other: what was signed last is one thing.
        if let Err(error) = stream.map_err(Into::into).and_then(|s| serve(s, &keys, &memory)) {
            tracing::error!(error = %format!("{error:#}"), "a request was not answered");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(mut stream: UnixStream, keys: &[SignerKey], memory: &Memory) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = String::new();
    (&stream).take(LONGEST).read_to_string(&mut request)?;
    let answer = match answer(&request, keys, memory)? {
        Answer::Signed(note) => format!("signed\n{note}"),
        Answer::Size(size) => format!("size {size}\n"),
        Answer::Refused(why) => {
            tracing::warn!("refused: {why}");
            format!("refused {why}\n")
        }
    };
    stream.write_all(answer.as_bytes())?;
    Ok(())
}

fn answer(request: &str, keys: &[SignerKey], memory: &Memory) -> anyhow::Result<Answer> {
    let Some((old, proof, next)) = read_request(request) else {
        return Ok(Answer::Refused("the request cannot be read".to_owned()));
    };
    let Some(key) = keys.iter().find(|key| key.name() == next.origin) else {
        return Ok(Answer::Refused(format!("there is no key here for the log {}", next.origin)));
    };
    let last = memory.last(&next.origin)?;
    let known = last.as_ref().map_or(0, |last| last.size);
    if known != old {
        return Ok(Answer::Size(known));
    }
    Ok(match sign(key, last.as_ref(), &next, &proof) {
        Ok(note) => {
            memory.remember(&next)?;
            Answer::Signed(note)
        }
        Err(refused) => Answer::Refused(refused.to_string()),
    })
}

fn read_request(request: &str) -> Option<(u64, Vec<Hash>, Checkpoint)> {
    let (head, checkpoint) = request.split_once("\n\n")?;
    let mut lines = head.split('\n');
    let old = decimal(lines.next()?.strip_prefix("old ")?)?;
    let proof = lines.map(hash_from_base64).collect::<Option<Vec<Hash>>>()?;
    Some((old, proof, Checkpoint::read(checkpoint).ok()?))
}

/// Asks the signer for its signature over a checkpoint that goes on from one of an old size.
pub(crate) fn ask(
    socket: &Path,
    old: u64,
    proof: &[Hash],
    next: &Checkpoint,
) -> anyhow::Result<Answer> {
    let mut stream = UnixStream::connect(socket)
        .with_context(|| format!("the signer at {} does not answer", socket.display()))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let proof: String = proof.iter().map(|hash| format!("{}\n", base64(hash))).collect();
    let request = format!("old {old}\n{proof}\n{next}");
    stream.write_all(request.as_bytes())?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = String::new();
    (&stream).take(LONGEST).read_to_string(&mut answer)?;
    if let Some(note) = answer.strip_prefix("signed\n") {
        return Ok(Answer::Signed(Note::read(note)?));
    }
    if let Some(size) = answer.strip_prefix("size ").and_then(|size| decimal(size.trim_end())) {
        return Ok(Answer::Size(size));
    }
    let why = answer.strip_prefix("refused ").context("the signer's answer cannot be read")?;
    Ok(Answer::Refused(why.trim_end().to_owned()))
}
