//! The signer and the witness as processes of their own: what they sign, what they refuse, and that they remember it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use amparo_proof::cosigning::{AddCheckpoint, sign};
use amparo_proof::merkle::{self, Hash, leaf_hash};
use amparo_proof::note::{Note, SignerKey, VerifierKey};
use amparo_proof::{Checkpoint, Policy};

const ORIGIN: &str = "register.example.org/log";

fn program(arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_amparo-served"));
    program.args(arguments).env("NO_COLOR", "1").stdin(Stdio::null());
    program
}

/// A process that has said something, ended with its value.
struct Running {
    child: Child,
    said: String,
}

impl Running {
    fn start(arguments: &[&str], until: &str) -> Self {
        let mut child = program(arguments).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.find_map(|line| line.ok().filter(|line| line.contains(until)));
        // What it says later is read, so that it never waits for that.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, said: said.unwrap_or_default() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn new_key(folder: &Path, name: &str, more: &[&str]) -> (String, VerifierKey) {
    let file = folder.join(name.replace('/', "_")).to_str().unwrap().to_owned();
    let arguments = [&["keys", "new", name, "--key-file", &file], more].concat();
    let made = program(&arguments).output().unwrap();
    assert!(made.status.success());
    let again = program(&arguments).output().unwrap();
    assert!(!again.status.success(), "no key is written over");
    let shown = program(&["keys", "show", "--key-file", &file]).output().unwrap();
    assert_eq!(shown.stdout, made.stdout);
    (file, String::from_utf8(made.stdout).unwrap().trim().parse().unwrap())
}

fn leaves(count: u8, fork: u8) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(&[i, if i > 3 { fork } else { 0 }])).collect()
}

fn checkpoint(leaves: &[Hash]) -> Checkpoint {
    let (size, root) = (leaves.len() as u64, merkle::root(leaves));
    Checkpoint { origin: ORIGIN.to_owned(), size, root }
}

fn growth(leaves: &[Hash], old: usize) -> Vec<Hash> {
    let ranges = merkle::consistency(old as u64, leaves.len() as u64).into_iter();
    let at = |place: u64| usize::try_from(place).unwrap();
    ranges.map(|r| merkle::root(&leaves[at(r.start)..at(r.end)])).collect()
}

/// What the server sends to a signer and a log to a witness; they differ in the signatures alone.
fn request(leaves: &[Hash], old: usize, signed: Option<&SignerKey>) -> String {
    let (next, old_size, proof) = (checkpoint(leaves), old as u64, growth(leaves, old));
    let unsigned = Note { text: next.to_string(), signatures: Vec::new() };
    let checkpoint = signed.map_or(unsigned, |key| sign(key, None, &next, &[]).unwrap());
    let request = AddCheckpoint { old: old_size, proof, checkpoint }.to_string();
    if signed.is_some() { request } else { request.trim_end_matches('\n').to_owned() + "\n" }
}

#[test]
fn the_signer_signs_what_goes_on_and_remembers_it() {
    let folder = tempfile::tempdir().unwrap();
    let (key, public) = new_key(folder.path(), ORIGIN, &[]);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (socket, state) = (path("socket"), path("state"));
    let arguments =
        ["signer", "--key-file", &key, "--signer-socket", &socket, "--signer-state", &state];
    let ask = |request: &str| {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let policy = Policy::new(public, Vec::new(), 0).unwrap();
    let signed = |answer: &str| {
        let note = Note::read(answer.strip_prefix("signed\n").unwrap()).unwrap();
        policy.check(&note).unwrap().0
    };
    let running = Running::start(&arguments, "signing for");
    let honest = leaves(20, 0);
    assert_eq!(signed(&ask(&request(&honest[..7], 0, None))), checkpoint(&honest[..7]));
    assert_eq!(signed(&ask(&request(&honest, 7, None))).size, 20);
    let forked = leaves(25, 1);
    assert!(
        ask(&request(&forked, 20, None)).starts_with("refused checkpoint: it does not begin with")
    );
    assert_eq!(ask(&request(&forked, 0, None)), "size 20\n");
    assert_eq!(ask(&request(&honest[..9], 7, None)), "size 20\n");
    assert!(ask("nonsense").starts_with("refused"));
    assert!(
        ask(&request(&honest, 20, None).replace(ORIGIN, "other.example/log"))
            .starts_with("refused there is no key")
    );
    // Another signer with the same memory does not start; the same one after a kill remembers.
    let second =
        ["signer", "--key-file", &key, "--signer-socket", &path("other"), "--signer-state", &state];
    assert!(!program(&second).output().unwrap().status.success());
    drop(running);
    let _running = Running::start(&arguments, "signing for");
    assert_eq!(ask(&request(&forked, 0, None)), "size 20\n");
    assert_eq!(signed(&ask(&request(&honest, 20, None))).size, 20);
}

#[test]
fn a_witness_speaks_the_standard_and_signs_no_second_face() {
    let folder = tempfile::tempdir().unwrap();
    let (log_file, log) = new_key(folder.path(), ORIGIN, &[]);
    let log_key: SignerKey = std::fs::read_to_string(&log_file).unwrap().trim().parse().unwrap();
    let (key, public) = new_key(folder.path(), "witness.example/w1", &["--for-witness"]);
    let state = folder.path().join("state").to_str().unwrap().to_owned();
    let known = log.to_string();
    let running = Running::start(
        &[
            "witness",
            "--key-file",
            &key,
            "--log-key",
            &known,
            "--listen",
            "127.0.0.1:0",
            "--witness-state",
            &state,
        ],
        "on http://",
    );
    let address = running.said.rsplit_once("http://").unwrap().1.trim().to_owned();
    let post = |body: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let length = body.len();
        write!(stream, "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse::<u16>().unwrap(), head.to_owned(), body.to_owned())
    };
    let (honest, forked) = (leaves(20, 0), leaves(25, 1));
    let first = request(&honest[..7], 0, Some(&log_key));
    assert_eq!(post(&first).0, 200);
    let (status, head, body) = post(&first);
    assert_eq!((status, body.as_str()), (409, "7\n"));
    assert!(head.contains("content-type: text/x.tlog.size"), "{head}");
    let next = request(&honest, 7, Some(&log_key));
    let (status, _, line) = post(&next);
    assert_eq!(status, 200);
    let note = format!("{}{line}", next.split_once("\n\n").unwrap().1);
    let policy = Policy::new(log, vec![public], 1).unwrap();
    assert_eq!(policy.check(&Note::read(&note).unwrap()).unwrap().1.len(), 1);
    assert_eq!(post(&request(&forked, 20, Some(&log_key))).0, 422);
    assert_eq!(post(&request(&forked[..20], 20, Some(&log_key))).0, 409);
    assert_eq!(
        post(&request(&honest, 20, Some(&log_key)).replace(ORIGIN, "other.example/log")).0,
        404
    );
    let other = SignerKey::from_seed(ORIGIN, log_key.purpose(), [1; 32]).unwrap();
    assert_eq!(post(&request(&honest, 20, Some(&other))).0, 403);
    assert_eq!(post("old x\n\n").0, 400);
    assert_eq!(post(&request(&honest, 20, Some(&log_key))).0, 200);
}
