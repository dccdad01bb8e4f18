//! Whoever tampers, a million times in full (`AMPARO_PROOFS=full`) and a twentieth otherwise: with bundles, which is
//! what readers get, and with checkpoints, tiles, entries and proofs of growth, which is what witnesses and mirrors get.
//! Nothing may be taken for proven that says anything else than the honest log does.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use amparo_proof::commitment::{self, Disclosure};
use amparo_proof::encoding::{base64, base64url};
use amparo_proof::inclusion::InclusionProof;
use amparo_proof::json::Json;
use amparo_proof::leaf::{Change, Leaf};
use amparo_proof::merkle::{self, Hash};
use amparo_proof::note::{Note, Purpose, Signature};
use amparo_proof::tiles::Resource;
use amparo_proof::{Bundle, Policy, Proven, copy, verify};

use crate::world::{Dice, ORIGIN, World, key};

/// In full or a twentieth.
pub(crate) fn rounds(full: usize) -> usize {
    let all = std::env::var_os("AMPARO_PROOFS").is_some_and(|value| value == "full");
    if all { full } else { full / 20 }
}

/// Honest files, and what else a tamperer has in hand.
pub(crate) struct Honest {
    pub(crate) world: World,
    /// Bundles in full and redacted, below several checkpoints.
    bundles: Vec<(usize, Bundle)>,
    checkpoints: Vec<Note>,
    /// The tamperer's own log key, which bears the same name.
    forger: amparo_proof::note::SignerKey,
}

impl Honest {
    pub(crate) fn new() -> Self {
        let world = World::new(300);
        let checkpoints: Vec<Note> = [150, 256, 300].map(|size| world.signed(size)).to_vec();
        let mut bundles = Vec::new();
        for index in [0, 7, 60, 149, 255, 299] {
            for (note, size) in checkpoints.iter().zip([150_u64, 256, 300]) {
                if (index as u64) < size {
                    let bundle = world.bundle(index, size, note);
                    let public = bundle.redacted(|shown| !shown.field.ends_with("_exact"));
                    bundles.push((index, bundle));
                    bundles.push((index, public));
                }
            }
        }
        Self { world, bundles, checkpoints, forger: key(ORIGIN, Purpose::Log, 9) }
    }

    /// Whether what is proven is what the honest log says: the entry that stands there, fields that it has with the values that
    /// they have, a checkpoint that was signed, witnesses that signed it.
    pub(crate) fn said(&self, proven: &Proven) -> bool {
        let index = proven.index as usize;
        let Some(leaf) = self.world.leaves.get(index) else { return false };
        let fields = &self.world.disclosed[index];
        let has = |(name, value): &(String, Json)| {
            fields.iter().any(|field| field.field == *name && field.value == *value)
        };
        let text = proven.checkpoint.to_string();
        let known = ["one.example.net/w", "two.example.net/w"];
        proven.leaf == *leaf
            && proven.fields.iter().all(has)
            && proven.withheld + proven.fields.len() == fields.len()
            && self.checkpoints.iter().any(|note| note.text == text)
            && proven
                .cosigned
                .iter()
                .all(|seen| known.contains(&seen.witness.as_str()) && seen.time / 10 == 179_553_600)
    }

    /// A file that was tampered with.
    pub(crate) fn tampered(&self, dice: &mut Dice) -> Vec<u8> {
        let (index, bundle) = &self.bundles[dice.below(self.bundles.len())];
        let bytes = bundle.to_json().into_bytes();
        match dice.below(12) {
            0..=4 => bytes_changed(bytes, dice),
            5 => members_changed(&bundle.to_json(), dice),
            6 => self.leaf_changed(bundle, dice),
            7 | 8 => self.disclosures_changed(*index, bundle, dice),
            9 => self.proof_changed(bundle, dice),
            10 => self.signatures_changed(bundle, dice),
            _ => self.forged(*index, bundle, dice),
        }
    }

    fn other(&self, dice: &mut Dice) -> &Bundle {
        &self.bundles[dice.below(self.bundles.len())].1
    }

    /// Another leaf below the same proof.
    fn leaf_changed(&self, bundle: &Bundle, dice: &mut Dice) -> Vec<u8> {
        let mut changed = bundle.clone();
        let mut leaf = Leaf::read(&bundle.leaf).unwrap();
        let mut lie = Disclosure::read(&bundle.disclosures[0]).unwrap();
        lie.value = Json::text("something else");
        match dice.below(10) {
            0 => leaf.version += 1,
            1 => "4827-1930".clone_into(&mut leaf.id),
            2 => "2020-01-01".clone_into(&mut leaf.issued),
            3 => leaf.change = Change::Retract,
            4 => leaf.previous = None,
            5 => {
                // A commitment to a lie, in its place.
                let at = dice.below(leaf.digests.len());
                leaf.digests[at] = commitment::digest(&lie.encode());
                leaf.digests.sort();
                changed.disclosures[0] = lie.encode();
            }
            6 => {
                leaf.digests.pop();
            }
            7 => leaf.digests.swap(0, 1),
            8 => {
                changed.leaf.clone_from(&self.other(dice).leaf);
                return changed.to_json().into_bytes();
            }
            _ => {
                changed.leaf = bytes_changed(bundle.leaf.clone(), dice);
                return changed.to_json().into_bytes();
            }
        }
        changed.leaf = leaf.to_bytes();
        changed.to_json().into_bytes()
    }

    /// Other fields below the same leaf.
    fn disclosures_changed(&self, index: usize, bundle: &Bundle, dice: &mut Dice) -> Vec<u8> {
        let mut changed = bundle.clone();
        let shown = &mut changed.disclosures;
        let at = dice.below(shown.len());
        let mut disclosure = Disclosure::read(&shown[at]).unwrap();
        match dice.below(10) {
            0 => disclosure.value = Json::text("something else"),
            1 => "status".clone_into(&mut disclosure.field),
            2 => disclosure.salt[dice.below(16)] ^= 1,
            3 => {
                let twice = shown[at].clone();
                shown.push(twice);
                return changed.to_json().into_bytes();
            }
            4 => {
                // What is true of another version.
                let other = &self.world.disclosed[(index + 50) % 300];
                shown[at] = other[dice.below(other.len())].encode();
                return changed.to_json().into_bytes();
            }
            5 => {
                shown.remove(at);
                return changed.to_json().into_bytes();
            }
            6 => {
                let last = shown.len() - 1;
                shown.swap(at, last);
                return changed.to_json().into_bytes();
            }
            7 => {
                // The same in another writing.
                let spaced = Json::List(vec![Json::Text(base64url(&disclosure.salt))]).to_string();
                let value = format!(
                    "{}, {:?}, {}]",
                    spaced.trim_end_matches(']'),
                    disclosure.field,
                    disclosure.value
                );
                shown[at] = base64url(value.as_bytes());
                return changed.to_json().into_bytes();
            }
            8 => {
                shown[at].push('=');
                return changed.to_json().into_bytes();
            }
            _ => {
                let text = std::mem::take(&mut shown[at]).into_bytes();
                let text = String::from_utf8_lossy(&bytes_changed(text, dice)).into_owned();
                shown[at] = text;
                return changed.to_json().into_bytes();
            }
        }
        shown[at] = disclosure.encode();
        changed.to_json().into_bytes()
    }

    /// Another place in the log, another tree.
    fn proof_changed(&self, bundle: &Bundle, dice: &mut Dice) -> Vec<u8> {
        let mut changed = bundle.clone();
        let mut proof = InclusionProof::read(&bundle.proof).unwrap();
        let other = InclusionProof::read(&self.other(dice).proof).unwrap();
        let at = dice.below(proof.path.len());
        match dice.below(10) {
            0 => proof.index = dice.below(301) as u64,
            1 => proof.index ^= 1 << dice.below(10),
            2 => proof.path[at][dice.below(32)] ^= 1 << dice.below(8),
            3 => {
                proof.path.remove(at);
            }
            4 => proof.path.push(proof.path[at]),
            5 => proof.path.reverse(),
            6 => proof.path = other.path,
            7 => proof.checkpoint = other.checkpoint,
            8 => {
                let size = dice.below(400).to_string();
                let lines: Vec<&str> = proof.checkpoint.text.lines().collect();
                proof.checkpoint.text = format!("{}\n{size}\n{}\n", lines[0], lines[2]);
            }
            _ => {
                let text = bytes_changed(bundle.proof.clone().into_bytes(), dice);
                changed.proof = String::from_utf8_lossy(&text).into_owned();
                return changed.to_json().into_bytes();
            }
        }
        changed.proof = proof.to_string();
        changed.to_json().into_bytes()
    }

    /// Other signatures below the same checkpoint.
    fn signatures_changed(&self, bundle: &Bundle, dice: &mut Dice) -> Vec<u8> {
        let mut changed = bundle.clone();
        let mut proof = InclusionProof::read(&bundle.proof).unwrap();
        let note = &mut proof.checkpoint;
        let at = dice.below(note.signatures.len());
        let elsewhere = &self.checkpoints[dice.below(self.checkpoints.len())];
        match dice.below(8) {
            0 => {
                note.signatures.remove(at);
            }
            1 => note.signatures.reverse(),
            2 => note.signatures[at] = elsewhere.signatures[at].clone(),
            3 => note.signatures.push(elsewhere.signatures[at].clone()),
            4 => note.signatures[at] = self.forger.sign(&note.text, 0),
            5 => {
                note.signatures[at] =
                    signed_as(&note.signatures[at], &self.forger.sign(&note.text, 0));
            }
            6 => {
                let line = note.signatures[at].to_string();
                let (front, bytes) = line.rsplit_once(' ').unwrap();
                let mut bytes = amparo_proof::encoding::from_base64(bytes).unwrap();
                let bit = dice.below(bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
                note.signatures[at] =
                    Signature::read(&format!("{front} {}", base64(&bytes))).unwrap();
            }
            _ => {
                let line = note.signatures[at].to_string().replace("example", "examp1e");
                note.signatures[at] = Signature::read(&line).unwrap();
            }
        }
        changed.proof = proof.to_string();
        changed.to_json().into_bytes()
    }

    /// A whole lie, sound in itself, signed with another key of the same name.
    fn forged(&self, index: usize, bundle: &Bundle, dice: &mut Dice) -> Vec<u8> {
        let mut leaf = self.world.leaves[index].clone();
        let mut disclosed = self.world.disclosed[index].clone();
        disclosed[dice.below(8)].value = Json::text("something else");
        leaf.digests = commitment::digests(&disclosed);
        let size = 1 + dice.below(4) as u64;
        let mut leaves: Vec<Hash> = (0..size).map(|i| merkle::leaf_hash(&[i as u8])).collect();
        let at = dice.below(leaves.len());
        leaves[at] = leaf.hash();
        let path = merkle::inclusion(at as u64, size).into_iter();
        let path = path.map(|r| merkle::root(&leaves[r.start as usize..r.end as usize])).collect();
        let text = format!("{ORIGIN}\n{size}\n{}\n", base64(&merkle::root(&leaves)));
        let own = self.forger.sign(&text, 0);
        let honest = InclusionProof::read(&bundle.proof).unwrap().checkpoint.signatures;
        let signatures = match dice.below(4) {
            0 => vec![own],
            1 => vec![signed_as(&honest[0], &own)],
            2 => [honest, vec![own]].concat(),
            _ => [vec![own], honest[1..].to_vec()].concat(),
        };
        let checkpoint = Note { text, signatures };
        let proof = InclusionProof { index: at as u64, path, checkpoint }.to_string();
        let disclosures = disclosed.iter().map(Disclosure::encode).collect();
        Bundle { leaf: leaf.to_bytes(), disclosures, proof }.to_json().into_bytes()
    }
}

/// A signature that says it is by another key.
fn signed_as(who: &Signature, what: &Signature) -> Signature {
    let (who, what) = (who.to_string(), what.to_string());
    let (front, id) = who.rsplit_once(' ').unwrap();
    let bytes = |text: &str| amparo_proof::encoding::from_base64(text).unwrap();
    let mut signature = bytes(what.rsplit(' ').next().unwrap());
    signature[..4].copy_from_slice(&bytes(id)[..4]);
    Signature::read(&format!("{front} {}", base64(&signature))).unwrap()
}

/// Bits flipped, bytes replaced, doubled, dropped, swapped.
fn bytes_changed(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let (one, other) = (dice.below(bytes.len()), dice.below(bytes.len()));
    let (from, to) = (one.min(other), one.max(other));
    match dice.below(9) {
        0..=2 => bytes[one] ^= 1 << dice.below(8),
        3 => bytes[one] = dice.next() as u8,
        4 => bytes.truncate(one),
        5 => {
            let some = bytes[from..to.min(from + 40)].to_vec();
            bytes.splice(one..one, some);
        }
        6 => {
            bytes.drain(from..to.min(from + 1 + dice.below(40)));
        }
        7 => bytes.swap(one, other),
        _ => {
            // Two stretches of the same length change places.
            let length = dice.below(40).min((to - from) / 2).min(bytes.len() - to);
            for i in 0..length {
                bytes.swap(from + i, to + i);
            }
        }
    }
    bytes
}

/// Members reordered, doubled, dropped, added, written otherwise.
fn members_changed(json: &str, dice: &mut Dice) -> Vec<u8> {
    let Json::Object(mut members) = Json::read(json.as_bytes()).unwrap() else { unreachable!() };
    let (one, other) = (dice.below(members.len()), dice.below(members.len()));
    match dice.below(6) {
        0 => members.swap(one, other),
        1 => members.push(members[one].clone()),
        2 => {
            members.remove(one);
        }
        3 => members.push(("extra".to_owned(), Json::Null)),
        4 => members[one].1 = members[other].1.clone(),
        _ => {
            let name = members[other].0.clone();
            members[one].0 = name;
        }
    }
    let member = |(name, value): &(String, Json)| format!("{}\t:{value}", Json::Text(name.clone()));
    let members: Vec<String> = members.iter().map(member).collect();
    let mut written = format!("{{{}}}", members.join(" , "));
    if dice.below(2) == 0 {
        // The same letter, written as a number.
        let at = dice.below(written.len());
        if let Some(letter) = written.as_bytes().get(at).filter(|byte| byte.is_ascii_lowercase()) {
            let escaped = format!("\\u{letter:04x}");
            written.replace_range(at..=at, &escaped);
        }
    }
    written.into_bytes()
}

#[test]
fn no_bundle_that_was_tampered_with_proves_anything_else() {
    let honest = Honest::new();
    let policies: Vec<Policy> = (0..3).map(|quorum| honest.world.policy(quorum)).collect();
    let mut dice = Dice(20_261_126);
    let (mut refused, mut same) = (0_usize, 0_usize);
    let started = Instant::now();
    for round in 0..rounds(800_000) {
        let tampered = honest.tampered(&mut dice);
        match verify(&tampered, &policies[round % 3]) {
            Err(_) => refused += 1,
            Ok(proven) => {
                assert!(honest.said(&proven), "{}", String::from_utf8_lossy(&tampered));
                same += 1;
            }
        }
    }
    let took = started.elapsed().as_secs_f64();
    println!(
        "bundles: {} mutations in {took:.0} s, {refused} refused, {same} still said the same, 0 said anything else",
        refused + same
    );
    assert!(refused > same * 3, "most of it has to be noticed");
}

#[test]
fn no_log_that_was_tampered_with_passes_for_it() {
    let honest = Honest::new();
    let world = &honest.world;
    let served: BTreeMap<String, Vec<u8>> = world.served();
    let paths: Vec<&String> = served.keys().collect();
    let checkpoint = world.checkpoint(300);
    let policy = world.policy(2);
    let mut dice = Dice(5);
    let (mut refused, mut same) = (0_usize, 0_usize);
    let mut count = |passed: bool| if passed { same += 1 } else { refused += 1 };
    for _ in 0..rounds(100_000) {
        // Checkpoints: whatever is taken has the text that was signed.
        let note = honest.checkpoints[dice.below(3)].to_string();
        let tampered =
            String::from_utf8_lossy(&bytes_changed(note.into_bytes(), &mut dice)).into_owned();
        let taken = Note::read(&tampered).and_then(|note| policy.check(&note));
        if let Ok((taken, _)) = &taken {
            assert!(
                honest.checkpoints.iter().any(|note| note.text == taken.to_string()),
                "{tampered}"
            );
        }
        count(taken.is_ok());
    }
    for _ in 0..rounds(60_000) {
        // Growth: whatever is changed, only trees that the log was are taken for its beginning or its end. That a root goes with its
        // size is not in the tree but in the signature over both, which is above.
        let (old, new) = (1 + dice.below(299) as u64, 1 + dice.below(300) as u64);
        let (old, new) = (old.min(new), old.max(new));
        let (mut from, mut to) = (world.checkpoint(old), world.checkpoint(new));
        let mut proof = world.consistency(old, new);
        match dice.below(6) {
            0 => from.root[dice.below(32)] ^= 1 << dice.below(8),
            1 => to.root[dice.below(32)] ^= 1 << dice.below(8),
            2 => from.size = 1 + dice.below(300) as u64,
            3 => to.size = 1 + dice.below(300) as u64,
            4 if !proof.is_empty() => {
                let at = dice.below(proof.len());
                proof[at][dice.below(32)] ^= 1 << dice.below(8);
            }
            _ => proof = world.consistency(1 + dice.below(new as usize) as u64, new),
        }
        let taken = merkle::is_consistent(from.size, &from.root, to.size, &to.root, &proof);
        if taken {
            let (old, new) = (world.checkpoint(old), world.checkpoint(new));
            assert!(from.root == old.root && to.root == new.root, "{from:?} {to:?}");
        }
        count(taken);
    }
    for round in 0..rounds(40_000) {
        // Copies: entries and tiles.
        let path = paths[dice.below(paths.len())];
        let tampered = bytes_changed(served[path].clone(), &mut dice);
        let changed = tampered != served[path];
        let read = |resource: Resource| {
            let asked = resource.to_string();
            if asked == *path { Some(tampered.clone()) } else { served.get(&asked).cloned() }
        };
        if path.starts_with("tile/entries") {
            let taken = copy::entries(&checkpoint, read).is_ok();
            assert!(!(taken && changed), "{round}");
            count(taken);
        } else {
            let leaves: Vec<Hash> = world.leaves.iter().map(Leaf::hash).collect();
            let taken = copy::check_tiles(&leaves, read).is_ok();
            assert!(!(taken && changed), "{round}");
            count(taken);
        }
    }
    println!("logs: {} mutations, {refused} refused, {same} still said the same", refused + same);
}

#[test]
fn a_bundle_is_checked_within_ten_milliseconds() {
    let honest = Honest::new();
    let policy = honest.world.policy(2);
    let json = honest.bundles[0].1.to_json();
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..rounds(20_000) {
        let started = Instant::now();
        assert!(verify(json.as_bytes(), &policy).is_ok());
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("a bundle with two witnesses: p50 {p50:?}, p99 {p99:?} of {}", times.len());
    assert!(p50 < Duration::from_millis(10));
}
