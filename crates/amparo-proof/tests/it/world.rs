//! A small log with its keys, as an honest operator has it.

use std::collections::BTreeMap;

use amparo_proof::commitment::{self, Disclosure};
use amparo_proof::cosigning::{self, AddCheckpoint, Witness};
use amparo_proof::inclusion::InclusionProof;
use amparo_proof::json::Json;
use amparo_proof::leaf::{Change, Leaf};
use amparo_proof::merkle::{self, Hash};
use amparo_proof::note::{Note, Purpose, SignerKey};
use amparo_proof::tiles::{self, Growth, Tiles};
use amparo_proof::{Bundle, Checkpoint, Policy};

pub(crate) const ORIGIN: &str = "register.example.org/log";

/// Numbers that only look random, the same in each run (`SplitMix64`).
#[derive(Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

pub(crate) fn key(name: &str, purpose: Purpose, seed: u8) -> SignerKey {
    SignerKey::from_seed(name, purpose, [seed; 32]).unwrap()
}

pub(crate) fn witness(name: &str, seed: u8) -> Witness {
    let log = key(ORIGIN, Purpose::Log, 1).verifier();
    Witness { key: key(name, Purpose::Witness, seed), logs: vec![log] }
}

/// A log, every version with all that it committed to, and two witnesses.
pub(crate) struct World {
    pub(crate) log: SignerKey,
    pub(crate) witnesses: [Witness; 2],
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) disclosed: Vec<Vec<Disclosure>>,
    pub(crate) growth: Growth,
    pub(crate) tiles: Tiles,
}

const FIELDS: [&str; 8] = [
    "country",
    "date",
    "location_exact",
    "location_public",
    "narrative_public",
    "people",
    "status",
    "title",
];

impl World {
    pub(crate) fn new(entries: usize) -> Self {
        let mut dice = Dice(7);
        let mut world = Self {
            log: key(ORIGIN, Purpose::Log, 1),
            witnesses: [witness("one.example.net/w", 2), witness("two.example.net/w", 3)],
            leaves: Vec::new(),
            disclosed: Vec::new(),
            growth: Growth::resume(0, Tiles::new()).unwrap(),
            tiles: Tiles::new(),
        };
        for i in 0..entries {
            world.publish(&mut dice, i);
        }
        world
    }

    fn publish(&mut self, dice: &mut Dice, i: usize) {
        let record = i % 50;
        let version = (i / 50 + 1) as u32;
        let value = |field: &str| match field {
            "title" => Some(Json::text(&format!("Détention numéro {i} — «\u{10348}»"))),
            "status" => Some(Json::text(if version > 1 { "released" } else { "detained" })),
            "country" => Some(Json::text("AZE")),
            "location_exact" => Json::object([
                ("lat".to_owned(), Json::text("40.40926")),
                ("lon".to_owned(), Json::text("49.86709")),
            ])
            .ok(),
            "people" => Some(Json::List(vec![Json::text("P1"), Json::Integer(i as i64)])),
            _ => None,
        };
        let mut salt = || {
            let mut salt = [0; 16];
            salt[..8].copy_from_slice(&dice.next().to_le_bytes());
            salt[8..].copy_from_slice(&dice.next().to_le_bytes());
            salt
        };
        let disclosed = commitment::commit(&FIELDS, value, &mut salt);
        let leaf = Leaf {
            origin: ORIGIN.to_owned(),
            id: format!("{:04}-{:04}", 1000 + record, 9000 - record),
            version,
            change: if version == 1 { Change::Publish } else { Change::Correct },
            previous: (i >= 50).then(|| self.leaves[i - 50].hash()),
            issued: "2026-11-24".to_owned(),
            digests: commitment::digests(&disclosed),
        };
        self.growth.push(leaf.hash());
        self.tiles.extend(self.growth.changed().map(|(id, tile)| (id, tile.to_vec())));
        self.leaves.push(leaf);
        self.disclosed.push(disclosed);
    }

    pub(crate) fn size(&self) -> u64 {
        self.growth.size()
    }

    pub(crate) fn checkpoint(&self, size: u64) -> Checkpoint {
        let root = tiles::root_of(&(0..size), &self.tiles).unwrap();
        Checkpoint { origin: ORIGIN.to_owned(), size, root }
    }

    pub(crate) fn consistency(&self, old: u64, new: u64) -> Vec<Hash> {
        tiles::proof(&merkle::consistency(old, new), &self.tiles).unwrap()
    }

    /// The checkpoint of a size, signed by the log and both witnesses, who see it as their first.
    pub(crate) fn signed(&self, size: u64) -> Note {
        let checkpoint = self.checkpoint(size);
        let mut note = cosigning::sign(&self.log, None, &checkpoint, &[]).unwrap();
        for (i, witness) in self.witnesses.iter().enumerate() {
            let request = AddCheckpoint { old: 0, proof: Vec::new(), checkpoint: note.clone() };
            let (_, line) = witness.cosign(None, &request, 1_795_536_000 + i as u64).unwrap();
            note.signatures.push(line);
        }
        note
    }

    pub(crate) fn bundle(&self, index: usize, size: u64, checkpoint: &Note) -> Bundle {
        let path = tiles::proof(&merkle::inclusion(index as u64, size), &self.tiles).unwrap();
        let proof = InclusionProof { index: index as u64, path, checkpoint: checkpoint.clone() };
        Bundle {
            leaf: self.leaves[index].to_bytes(),
            disclosures: self.disclosed[index].iter().map(Disclosure::encode).collect(),
            proof: proof.to_string(),
        }
    }

    pub(crate) fn policy(&self, quorum: usize) -> Policy {
        let witnesses = self.witnesses.iter().map(|witness| witness.key.verifier()).collect();
        Policy::new(self.log.verifier(), witnesses, quorum).unwrap()
    }

    /// What the log serves, by its paths.
    pub(crate) fn served(&self) -> BTreeMap<String, Vec<u8>> {
        use amparo_proof::copy::resources;
        use amparo_proof::tiles::{Resource, WIDTH};
        let entries: Vec<Vec<u8>> = self.leaves.iter().map(Leaf::to_bytes).collect();
        let bytes = |resource| match resource {
            Resource::Tile(id, width) => tiles::to_bytes(&self.tiles[&id][..usize::from(width)]),
            Resource::Entries(index, width) => {
                let first = (index * WIDTH) as usize;
                let some = &entries[first..first + usize::from(width)];
                tiles::bundle(some.iter().map(Vec::as_slice)).unwrap()
            }
        };
        resources(self.size()).into_iter().map(|r| (r.to_string(), bytes(r))).collect()
    }
}
