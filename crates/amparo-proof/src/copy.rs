//! A copy of a whole log, such as a mirror makes of its files: whether it is the log of a checkpoint, entry by entry.

use crate::checkpoint::Checkpoint;
use crate::error::Refused;
use crate::merkle::{Hash, leaf_hash};
use crate::tiles::{self, Growth, Resource, Tiles, WIDTH};

/// Reads all entries of a log from the bundles that a function gives, and checks that they are those of a checkpoint whose
/// signatures were checked before: all of them, in order, none changed.
pub fn entries(
    checkpoint: &Checkpoint,
    mut read: impl FnMut(Resource) -> Option<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, Refused> {
    let mut entries = Vec::new();
    let mut growth = Growth::resume(0, Tiles::new())?;
    for resource in resources(checkpoint.size) {
        let Resource::Entries(_, width) = resource else { continue };
        let place = || resource.to_string();
        let bytes = read(resource).ok_or_else(|| Refused::at(place(), "the copy lacks it"))?;
        let bundled = tiles::entries(&bytes).filter(|found| found.len() == usize::from(width));
        let bundled = bundled.ok_or_else(|| {
            Refused::at(place(), format!("it does not hold {width} entries and nothing else"))
        })?;
        for entry in bundled {
            growth.push(leaf_hash(entry));
            entries.push(entry.to_vec());
        }
    }
    if growth.root()? == checkpoint.root {
        Ok(entries)
    } else {
        let why = "its entries are not those that were signed: one was changed, moved or left out";
        Err(Refused::at("copy of the log", why))
    }
}

/// Checks the tiles of a copy against the entries' hashes.
pub fn check_tiles(
    leaves: &[Hash],
    mut read: impl FnMut(Resource) -> Option<Vec<u8>>,
) -> Result<(), Refused> {
    let mut growth = Growth::resume(0, Tiles::new())?;
    for leaf in leaves {
        growth.push(*leaf);
    }
    for resource in resources(growth.size()) {
        let Resource::Tile(id, width) = resource else { continue };
        let place = || resource.to_string();
        let bytes = read(resource).ok_or_else(|| Refused::at(place(), "the copy lacks it"))?;
        let expected = growth.tiles().get(&id).and_then(|tile| tile.get(..usize::from(width)));
        if expected.map(tiles::to_bytes) != Some(bytes) {
            return Err(Refused::at(place(), "its hashes are not those of the entries"));
        }
    }
    Ok(())
}

/// Everything that a log of a size serves, besides its checkpoint.
pub fn resources(size: u64) -> Vec<Resource> {
    let mut found = Vec::new();
    for level in 0..8_u8 {
        let hashes = size >> (8 * u32::from(level));
        for index in 0..hashes.div_ceil(WIDTH) {
            let width = (hashes - index * WIDTH).min(WIDTH) as u16;
            let id = tiles::TileId { level, index };
            found.push(Resource::Tile(id, width));
            if level == 0 {
                found.push(Resource::Entries(index, width));
            }
        }
    }
    found
}
