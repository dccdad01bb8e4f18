//! Others' implementations of the same formats read what ours writes, and agree.

use amparo_proof::merkle;
use amparo_proof::note::{Note, VerifierKey};
use amparo_proof::tiles::{Resource, TileId};
use signed_note::{Verifier as _, VerifierList};
use tlog_tiles::{HashReader, Tile, TileHashReader, TileReader};

use crate::world::World;

#[test]
fn checkpoints_are_notes_to_another_reader_of_notes() {
    let world = World::new(300);
    let ours = world.signed(300).to_string();
    let theirs = signed_note::Note::from_bytes(ours.as_bytes()).unwrap();
    let key = world.log.verifier().to_string();
    let verifier = signed_note::StandardVerifier::new(&key).unwrap();
    let known = VerifierList::new(vec![Box::new(verifier)]);
    let (checked, unknown) = theirs.verify(&known).unwrap();
    assert_eq!(
        (checked.len(), unknown.len()),
        (1, 2),
        "the log's, and two of a kind it does not know"
    );
    assert_eq!(theirs.to_bytes(), ours.as_bytes());
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!((checkpoint.size(), checkpoint.hash().0), (300, world.checkpoint(300).root));

    // What they sign is read here.
    let secret = world.log.to_secret();
    let signer = signed_note::StandardSigner::new(&secret).unwrap();
    let text = world.checkpoint(300).to_string();
    let mut note = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let note = Note::read(std::str::from_utf8(&note.to_bytes()).unwrap()).unwrap();
    assert_eq!(note.signatures[0], world.signed(300).signatures[0]);
    let known: VerifierKey = key.parse().unwrap();
    assert!(known.verify(&note.text, &note.signatures[0]).is_some());
    assert_eq!(
        signed_note::StandardVerifier::new(&key).unwrap().key_id().to_be_bytes().to_vec(),
        amparo_proof::encoding::from_base64(
            note.signatures[0].to_string().rsplit(' ').next().unwrap()
        )
        .unwrap()[..4]
    );
}

/// Their way to read tiles, over ours.
struct Served<'a>(&'a World);

impl TileReader for Served<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let served = self.0.served();
        let bytes = |tile: &Tile| {
            let id = TileId { level: tile.level(), index: tile.level_index() };
            let ours = Resource::Tile(id, tile.width() as u16).to_string();
            // Their paths name the height, which the standard leaves out.
            assert_eq!(tile.path().replacen("tile/8/", "tile/", 1), ours);
            // A wider tile of ours may be served where they ask for a part.
            served.get(&ours).cloned().unwrap_or_else(|| {
                amparo_proof::tiles::to_bytes(&self.0.tiles[&id][..tile.width() as usize])
            })
        };
        Ok(tiles.iter().map(bytes).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

#[test]
fn tiles_are_tiles_to_another_reader_of_tiles() {
    let world = World::new(600);
    let root = tlog_tiles::Hash(world.checkpoint(600).root);
    let served = Served(&world);
    let reader = TileHashReader::new(600, root, &served);
    for index in [0_u64, 1, 255, 256, 511, 512, 599] {
        let theirs = tlog_tiles::prove_record(600, index, &reader).unwrap();
        let ours =
            amparo_proof::tiles::proof(&merkle::inclusion(index, 600), &world.tiles).unwrap();
        assert_eq!(theirs.iter().map(|hash| hash.0).collect::<Vec<_>>(), ours, "{index}");
    }
    for old in [1_u64, 100, 256, 257, 512, 599] {
        let theirs = tlog_tiles::prove_tree(600, old, &reader).unwrap();
        let ours = world.consistency(old, 600);
        assert_eq!(theirs.iter().map(|hash| hash.0).collect::<Vec<_>>(), ours, "{old}");
    }
    assert!(reader.read_hashes(&[0]).is_ok());
}
