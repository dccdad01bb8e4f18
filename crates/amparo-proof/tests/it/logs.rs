//! A log only ever grows, and one honest witness sees when it shows two faces.

use amparo_proof::copy;
use amparo_proof::cosigning::{self, AddCheckpoint, NotCosigned};
use amparo_proof::merkle::is_consistent;
use amparo_proof::tiles::Resource;
use amparo_proof::{Checkpoint, verify};

use crate::world::{Dice, World, witness};

#[test]
fn append_only_is_proven_between_every_two_of_200_checkpoints() {
    let world = World::new(1_500);
    let mut dice = Dice(3);
    let mut sizes = vec![0, 1, 2, 255, 256, 257, 512, 1_024, 1_280, 1_500];
    while sizes.len() < 200 {
        let size = dice.below(1_500) as u64;
        if !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    sizes.sort_unstable();
    let checkpoints: Vec<Checkpoint> = sizes.iter().map(|size| world.checkpoint(*size)).collect();
    let mut pairs = 0;
    for (i, old) in checkpoints.iter().enumerate() {
        for new in &checkpoints[i..] {
            let proof = world.consistency(old.size, new.size);
            assert!(is_consistent(old.size, &old.root, new.size, &new.root, &proof));
            if old.size < new.size {
                assert!(!is_consistent(new.size, &new.root, old.size, &old.root, &proof));
                if old.size > 0 {
                    let mut other = old.root;
                    other[dice.below(32)] ^= 1 << dice.below(8);
                    assert!(!is_consistent(old.size, &other, new.size, &new.root, &proof));
                }
            }
            pairs += 1;
        }
    }
    assert_eq!(pairs, 200 * 201 / 2);
}

#[test]
fn the_signer_signs_no_fork_and_nothing_shorter() {
    let world = World::new(300);
    let fork = {
        let mut other = World::new(0);
        // Another log of the same name: its first entry differs.
        for i in 1..=300_u16 {
            other.growth.push(amparo_proof::merkle::leaf_hash(&i.to_be_bytes()));
            other.tiles.extend(other.growth.changed().map(|(id, t)| (id, t.to_vec())));
        }
        other
    };
    let first = world.checkpoint(100);
    assert!(cosigning::sign(&world.log, None, &first, &[]).is_ok());
    let next = world.checkpoint(300);
    let proof = world.consistency(100, 300);
    assert!(cosigning::sign(&world.log, Some(&first), &next, &proof).is_ok());
    assert!(cosigning::sign(&world.log, Some(&next), &next, &[]).is_ok(), "again, every day");
    let forked = fork.checkpoint(300);
    for proof in [fork.consistency(100, 300), proof.clone(), Vec::new()] {
        assert!(cosigning::sign(&world.log, Some(&first), &forked, &proof).is_err());
    }
    assert!(cosigning::sign(&world.log, Some(&next), &forked, &[]).is_err());
    assert!(cosigning::sign(&world.log, Some(&next), &first, &[]).is_err());
    let foreign = Checkpoint { origin: "other.example/log".to_owned(), ..next.clone() };
    assert!(cosigning::sign(&world.log, None, &foreign, &[]).is_err());
    let empty = Checkpoint { size: 0, ..next };
    assert!(cosigning::sign(&world.log, None, &empty, &[]).is_err());
}

/// The operator's key signs two logs: one is shown to the public, the other to the reader of a citation.
#[test]
fn a_fork_is_caught_by_one_honest_witness() {
    let honest = World::new(300);
    let mut forged = World::new(300);
    forged.leaves[250].issued = "2020-01-01".to_owned();
    let mut fork = World::new(0);
    for leaf in &forged.leaves {
        fork.growth.push(leaf.hash());
        fork.tiles.extend(fork.growth.changed().map(|(id, tile)| (id, tile.to_vec())));
    }
    fork.leaves = forged.leaves;
    fork.disclosed = forged.disclosed;
    let sign = |world: &World, size| {
        cosigning::sign(&world.log, None, &world.checkpoint(size), &[]).unwrap()
    };

    // The witness has seen the honest log at 200, which both share, and at 280, which they do not.
    let witness = witness("one.example.net/w", 2);
    let at = |world: &World, old: u64, new: u64| AddCheckpoint {
        old,
        proof: world.consistency(old, new),
        checkpoint: sign(world, new),
    };
    let (seen, _) = witness.cosign(None, &at(&honest, 0, 200), 1).unwrap();
    let (seen, _) = witness.cosign(Some(&seen), &at(&honest, 200, 280), 2).unwrap();

    assert_eq!(
        witness.cosign(Some(&seen), &at(&fork, 280, 300), 3).unwrap_err(),
        NotCosigned::Inconsistent(280)
    );
    assert_eq!(
        witness.cosign(Some(&seen), &at(&fork, 280, 280), 3).unwrap_err(),
        NotCosigned::OtherTree(280)
    );
    assert_eq!(
        witness.cosign(Some(&seen), &at(&fork, 200, 300), 3).unwrap_err(),
        NotCosigned::OtherSize(280)
    );
    assert_eq!(
        witness.cosign(Some(&seen), &at(&honest, 200, 220), 3).unwrap_err(),
        NotCosigned::OtherSize(280)
    );
    // Without a cosignature the fork is proven to who asks for none, and not to who asks for one.
    let bundle = fork.bundle(250, 300, &sign(&fork, 300)).to_json();
    assert!(verify(bundle.as_bytes(), &fork.policy(0)).is_ok(), "a log without witnesses can");
    assert!(verify(bundle.as_bytes(), &fork.policy(1)).is_err());
    let (_, line) = witness.cosign(Some(&seen), &at(&honest, 280, 300), 4).unwrap();
    let mut note = sign(&honest, 300);
    note.signatures.push(line.clone());
    let bundle = honest.bundle(250, 300, &note).to_json();
    assert!(verify(bundle.as_bytes(), &honest.policy(1)).is_ok());
    // Nor does the witness's word for one log go with the other.
    let mut note = sign(&fork, 300);
    note.signatures.push(line);
    let bundle = fork.bundle(250, 300, &note).to_json();
    assert!(verify(bundle.as_bytes(), &fork.policy(0)).is_err(), "a known key's wrong signature");
}

#[test]
fn a_witness_answers_as_the_standard_says() {
    let world = World::new(20);
    let witness = witness("one.example.net/w", 2);
    let body = |old: u64, new: u64| {
        let checkpoint = cosigning::sign(&world.log, None, &world.checkpoint(new), &[]).unwrap();
        AddCheckpoint { old, proof: world.consistency(old, new), checkpoint }
    };
    let read = AddCheckpoint::read(&body(7, 20).to_string()).unwrap();
    assert_eq!(read, body(7, 20));
    let seven = world.checkpoint(7);
    let status = |last, request: &AddCheckpoint| {
        witness.cosign(last, request, 1).err().map_or(200, |error| error.status())
    };
    assert_eq!(status(Some(&seven), &body(7, 20)), 200);
    assert_eq!(status(Some(&seven), &body(7, 7)), 200);
    assert_eq!(status(Some(&seven), &body(0, 20)), 409);
    assert_eq!(status(None, &body(7, 20)), 409);
    let mut wrong = body(7, 20);
    wrong.proof[0][0] ^= 1;
    assert_eq!(status(Some(&seven), &wrong), 422);
    assert_eq!(status(Some(&seven), &AddCheckpoint { old: 21, ..body(7, 20) }), 400);
    let mut unsigned = body(7, 20);
    unsigned.checkpoint.signatures = world.signed(20).signatures[1..].to_vec();
    assert_eq!(status(Some(&seven), &unsigned), 403);
    let mut foreign = body(7, 20);
    foreign.checkpoint.text = foreign.checkpoint.text.replace("register", "other");
    assert_eq!(status(Some(&seven), &foreign), 404);
    for text in ["", "old 7\n", "old 07\n\n", "new 7\n\nx", "old 7\nx\n\n"] {
        assert!(AddCheckpoint::read(text).is_err(), "{text}");
    }
}

#[test]
fn a_copy_of_the_log_is_checked_to_the_last_entry() {
    let world = World::new(600);
    let served = world.served();
    let checkpoint = world.checkpoint(600);
    let read = |resource: Resource| served.get(&resource.to_string()).cloned();
    let entries = copy::entries(&checkpoint, read).unwrap();
    assert_eq!(entries.len(), 600);
    let leaves: Vec<_> = entries.iter().map(|e| amparo_proof::merkle::leaf_hash(e)).collect();
    copy::check_tiles(&leaves, read).unwrap();
    assert!(copy::entries(&world.checkpoint(599), read).is_err(), "another width of the last");
    assert!(copy::entries(&checkpoint, |_| None).is_err());
}
