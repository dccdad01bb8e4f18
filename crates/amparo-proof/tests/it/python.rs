//! `docs/verify.py`, which shares no line with this crate, agrees on the vectors and on what was tampered with.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use amparo_proof::encoding::base64;
use amparo_proof::json::Json;
use amparo_proof::verify;

use crate::mutations::{Honest, rounds};
use crate::vectors::vector;
use crate::world::Dice;

/// Answers one line for each file in base64: what it proves, or `null`.
const DRIVER: &str = r#"
import base64, json, sys
import verify as v
policy = v.trusted(sys.argv[1], sys.argv[2].split(), int(sys.argv[3]))
for line in sys.stdin:
    try: said = v.verify(base64.b64decode(line), *policy)
    except Exception: said = None
    print("null" if said is None else json.dumps([said["leaf"]["id"], said["leaf"]["version"], said["leaf"]["type"],
        said["index"], said["size"], said["code"], said["withheld"], said["seen"], said["fields"]]), flush=True)
"#;

/// The other verifier, or nothing where there is no Python; `make test` insists on it.
fn other(key: &str, witnesses: &str, quorum: usize) -> Option<Child> {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
    let started = Command::new("python3")
        .args(["-c", DRIVER, key, witnesses, &quorum.to_string()])
        .env("PYTHONPATH", docs)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    match started {
        Ok(child) => Some(child),
        Err(error) => {
            let required = std::env::var_os("AMPARO_REQUIRE_POSTGRES").is_some();
            assert!(!required, "python3 cannot be started: {error}");
            eprintln!("skipped: python3 is not there, so the other verifier was not asked");
            None
        }
    }
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn number(number: u64) -> Json {
    Json::Integer(number as i64)
}

/// What ours says, in the shape of theirs.
fn ours(bytes: &[u8], policy: &amparo_proof::Policy) -> Json {
    let Ok(proven) = verify(bytes, policy) else { return Json::Null };
    let seen = proven.cosigned.iter().map(|seen| (seen.witness.clone(), number(seen.time)));
    Json::List(vec![
        text(&proven.leaf.id),
        number(proven.leaf.version.into()),
        text(proven.leaf.change.as_str()),
        number(proven.index),
        number(proven.checkpoint.size),
        text(&proven.code),
        number(proven.withheld as u64),
        Json::object(seen).unwrap(),
        Json::object(proven.fields.clone()).unwrap(),
    ])
}

#[test]
fn the_other_verifier_agrees_on_the_vectors() {
    let (key, witness) = (vector("vkey"), vector("wvkey"));
    let Some(mut python) = other(&key, &witness, 1) else { return };
    let mut answers = BufReader::new(python.stdout.take().unwrap()).lines();
    let mut files = python.stdin.take().unwrap();
    for name in ["full.json", "public.json", "checkpoint"] {
        writeln!(files, "{}", base64(vector(name).as_bytes())).unwrap();
        let theirs = Json::read(answers.next().unwrap().unwrap().as_bytes()).unwrap();
        let expected = ours(vector(name).as_bytes(), &crate::vectors::policy());
        assert_eq!(theirs, expected, "{name}");
        assert_eq!(expected == Json::Null, name == "checkpoint");
    }
    drop(files);
    assert!(python.wait().unwrap().success());
}

#[test]
fn the_other_verifier_agrees_on_what_was_tampered_with() {
    let honest = Honest::new();
    let witnesses: Vec<String> =
        honest.world.witnesses.iter().map(|w| w.key.verifier().to_string()).collect();
    let key = honest.world.log.verifier().to_string();
    let (mut agreed, mut proven) = (0, 0);
    for quorum in 0..3 {
        let Some(mut python) = other(&key, &witnesses.join(" "), quorum) else { return };
        let mut answers = BufReader::new(python.stdout.take().unwrap()).lines();
        let mut files = python.stdin.take().unwrap();
        let policy = honest.world.policy(quorum);
        let mut dice = Dice(40 + quorum as u64);
        for _ in 0..rounds(4_000) {
            let tampered = honest.tampered(&mut dice);
            writeln!(files, "{}", base64(&tampered)).unwrap();
            let theirs = Json::read(answers.next().unwrap().unwrap().as_bytes()).unwrap();
            let ours = ours(&tampered, &policy);
            assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(&tampered));
            agreed += 1;
            proven += usize::from(ours != Json::Null);
        }
        drop(files);
        assert!(python.wait().unwrap().success());
    }
    println!("both verifiers agree on {agreed} files, of which {proven} still prove something");
}
