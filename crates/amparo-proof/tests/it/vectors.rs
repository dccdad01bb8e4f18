//! The vectors that were made apart from this code.

use amparo_proof::leaf::Leaf;
use amparo_proof::note::{Purpose, SignerKey, VerifierKey};
use amparo_proof::{Bundle, Failure, Policy, Proven, verify};

pub(crate) fn vector(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/citation");
    std::fs::read_to_string(format!("{folder}/{name}")).unwrap()
}

pub(crate) fn policy() -> Policy {
    let (log, witness) = (vector("vkey").parse().unwrap(), vector("wvkey").parse().unwrap());
    Policy::new(log, vec![witness], 1).unwrap()
}

fn proven(name: &str) -> Proven {
    verify(vector(name).as_bytes(), &policy()).unwrap()
}

#[test]
fn the_full_and_the_redacted_bundle_prove_the_same_entry() {
    let (full, public) = (proven("full.json"), proven("public.json"));
    assert_eq!((full.fields.len(), full.withheld), (17, 0));
    assert_eq!((public.fields.len(), public.withheld), (12, 5));
    assert_eq!(full.leaf, public.leaf);
    assert_eq!(full.checkpoint, public.checkpoint);
    assert_eq!((full.leaf.id.as_str(), full.leaf.version), ("4827-1930", 2));
    assert_eq!((full.index, full.checkpoint.size), (4, 7));
    assert_eq!(full.cosigned[0].witness, "witness.enemo.example/w1");
    assert_eq!(full.code, "KX4NZ-WRAS9-SX6DX-7Y40J-533RZ-7");
    for field in &public.fields {
        assert!(full.fields.contains(field), "{field:?}");
    }
    let secret = |(name, _): &(String, _)| name == "persons_full";
    assert!(full.fields.iter().any(secret) && !public.fields.iter().any(secret));
}

#[test]
fn what_is_read_is_written_the_same() {
    let leaf = Leaf::read(vector("leaf.bin").as_bytes()).unwrap();
    assert_eq!(leaf.to_bytes(), vector("leaf.bin").as_bytes());
    let bundle = Bundle::read(vector("full.json").as_bytes()).unwrap();
    assert_eq!(Bundle::read(bundle.to_json().as_bytes()).unwrap(), bundle);
    let proof = amparo_proof::inclusion::InclusionProof::read(&bundle.proof).unwrap();
    assert_eq!(proof.to_string(), vector("proof.tlog-proof"));
    assert_eq!(proof.checkpoint.to_string(), vector("checkpoint"));
    for name in ["vkey", "wvkey"] {
        assert_eq!(vector(name).parse::<VerifierKey>().unwrap().to_string(), vector(name));
    }
    for disclosure in &bundle.disclosures {
        let read = amparo_proof::commitment::Disclosure::read(disclosure).unwrap();
        assert_eq!(read.encode(), *disclosure);
    }
}

#[test]
fn keys_of_the_same_seed_are_the_same_and_sign_the_same() {
    let seed = amparo_proof::merkle::sha256(b"amparo test log key");
    let key = SignerKey::from_seed("tracker.example.org/log1", Purpose::Log, seed).unwrap();
    assert_eq!(key.verifier().to_string(), vector("vkey"));
    let checkpoint = amparo_proof::note::Note::read(&vector("checkpoint")).unwrap();
    assert_eq!(key.sign(&checkpoint.text, 0), checkpoint.signatures[0]);
    let seed = amparo_proof::merkle::sha256(b"amparo test witness key");
    let key = SignerKey::from_seed("witness.enemo.example/w1", Purpose::Witness, seed).unwrap();
    assert_eq!(key.sign(&checkpoint.text, 1_795_536_000), checkpoint.signatures[1]);
    let secret = key.to_secret();
    assert_eq!(secret.parse::<SignerKey>().unwrap().verifier(), key.verifier());
    assert!(!format!("{key:?}").contains("PRIVATE"));
}

#[test]
fn a_redaction_proves_and_says_how_much_it_leaves_out() {
    let full = Bundle::read(vector("full.json").as_bytes()).unwrap();
    let redacted = full.redacted(|shown| shown.field == "country");
    let proven = verify(redacted.to_json().as_bytes(), &policy()).unwrap();
    assert_eq!((proven.fields.len(), proven.withheld), (1, 16));
}

#[test]
fn refusals_say_their_place() {
    let said = |bytes: &str| verify(bytes.as_bytes(), &policy()).unwrap_err().to_string();
    let public = vector("public.json");
    for (from, to, expected) in [
        ("index 4", "index 3", "proof: the entry does not stand at 3 in the log of 7 entries"),
        ("index 4", "index 04", "proof: its second line does not say an index"),
        ("\\n7\\n", "\\n8\\n", "checkpoint: the signature of tracker.example.org/log1 is wrong"),
        (
            "\u{2014} tracker.example.org/log1",
            "\u{2014} other",
            "checkpoint: the key of tracker.example.org/log1 has not signed it",
        ),
        (
            "\u{2014} witness.enemo",
            "\u{2014} w",
            "checkpoint: 0 of the known witnesses have signed it, 1 are asked for",
        ),
        ("WyJRRFRN", "WyJRRFRO", "disclosure 1: the version does not commit to it"),
        ("\"leaf\": \"eyJ", "\"leaf\": \"fyJ", "leaf: "),
    ] {
        let said = said(&public.replacen(from, to, 1));
        assert!(said.starts_with(&format!("not proven: {expected}")), "{said}");
    }
    for (text, expected) in [
        ("", "file: EOF"),
        ("{}", "file: the member \"format\" is missing"),
        (
            &public.replacen('{', "{\"format\":\"\",", 1),
            "file: the member \"format\" is there twice",
        ),
        (
            &public.replacen('{', "{\"x\":1,", 1),
            "file: there is a member \"x\" that does not belong there",
        ),
        (&public.replace("citation/1", "citation/2"), "file: its format is not amparo-citation/1"),
    ] {
        let failure = verify(text.as_bytes(), &policy()).unwrap_err();
        assert!(matches!(failure, Failure::Unreadable(_)));
        let said = failure.to_string();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_policy_counts_nobody_twice() {
    let log = || vector("vkey").parse::<VerifierKey>().unwrap();
    let witness = || vector("wvkey").parse::<VerifierKey>().unwrap();
    assert!(Policy::new(log(), vec![witness(), witness()], 2).is_err());
    assert!(Policy::new(log(), vec![witness()], 2).is_err());
    assert!(Policy::new(witness(), vec![], 0).is_err());
    assert!(Policy::new(log(), vec![log()], 0).is_err());
    let seed = amparo_proof::merkle::sha256(b"amparo test log key");
    let itself = SignerKey::from_seed("w.example", Purpose::Witness, seed).unwrap();
    assert!(Policy::new(log(), vec![itself.verifier()], 1).is_err(), "the log is not its witness");
}
