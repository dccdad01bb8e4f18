//! The tree as files (C2SP tlog-tiles): rows of 256 hashes, a level for every eight of the tree. Whoever keeps them
//! adds entries and makes proofs from a few of them, however large the log is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use crate::error::Refused;
use crate::merkle::{self, Hash};

/// How many hashes a full tile has.
pub const WIDTH: u64 = 256;

/// How many levels of the tree a tile spans.
const HEIGHT: u32 = 8;

/// Where a tile stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 holds hashes of entries; above, each hash is the root of a full tile below.
    pub level: u8,
    /// Which of its level, from 0.
    pub index: u64,
}

/// What a path below the log's address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Hashes: so many of a tile, 1 to 256.
    Tile(TileId, u16),
    /// Entries: the bundle with an index, so many of it.
    Entries(u64, u16),
}

impl Resource {
    /// Reads a path such as `tile/0/x001/x234/067.p/12`; nothing but its one form.
    pub fn from_path(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (level, rest) = rest.split_once('/')?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().ok().filter(|w| (1..256).contains(w))?),
            None => (rest, 256),
        };
        let digits: String = index.split('/').map(|part| part.trim_start_matches('x')).collect();
        let index = digits.parse().ok().filter(|index| *index < 1 << 56)?;
        let found = if level == "entries" {
            Self::Entries(index, width)
        } else {
            let level = level.parse().ok().filter(|level| *level < 64)?;
            Self::Tile(TileId { level, index }, width)
        };
        (found.to_string() == path).then_some(found)
    }

    /// Whether there is such a thing in a log of a size.
    pub fn is_within(self, size: u64) -> bool {
        let (level, index, width) = match self {
            Self::Tile(TileId { level, index }, width) => (level, index, width),
            Self::Entries(index, width) => (0, index, width),
        };
        let hashes = size.checked_shr(HEIGHT * u32::from(level)).unwrap_or(0);
        index * WIDTH + u64::from(width) <= hashes
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match self {
            Self::Tile(TileId { level, index }, width) => {
                write!(f, "tile/{level}/")?;
                (*index, *width)
            }
            Self::Entries(index, width) => {
                f.write_str("tile/entries/")?;
                (*index, *width)
            }
        };
        let mut thousands = vec![index % 1000];
        let mut rest = index / 1000;
        while rest > 0 {
            thousands.push(rest % 1000);
            rest /= 1000;
        }
        for part in thousands.iter().skip(1).rev() {
            write!(f, "x{part:03}/")?;
        }
        write!(f, "{:03}", thousands[0])?;
        if u64::from(width) < WIDTH { write!(f, ".p/{width}") } else { Ok(()) }
    }
}

/// Tiles at hand; the last of each level may be partial.
pub type Tiles = BTreeMap<TileId, Vec<Hash>>;

/// A whole subtree of a power of two of entries.
#[derive(Clone, Copy)]
struct Node {
    level: u32,
    index: u64,
}

impl Node {
    /// The tile whose hashes it is the root of, and which of them.
    fn within(self) -> (TileId, Range<usize>) {
        let height = self.level % HEIGHT;
        let first = self.index << height;
        let start = (first % WIDTH) as usize;
        let level = u8::try_from(self.level / HEIGHT).unwrap_or(u8::MAX);
        (TileId { level, index: first / WIDTH }, start..start + (1 << height))
    }
}

/// The whole subtrees that a range consists of, from the left. Ranges of proofs start where they may.
fn whole(range: &Range<u64>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let level = (range.end - start).ilog2();
        nodes.push(Node { level, index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The tiles that the roots of these subtrees are made from.
pub fn needed(ranges: &[Range<u64>]) -> BTreeSet<TileId> {
    ranges.iter().flat_map(whole).map(|node| node.within().0).collect()
}

/// The tiles that a log of a size goes on from: the partial ones at its right edge.
pub fn frontier(size: u64) -> Vec<TileId> {
    let hashes = |level: u8| size >> (HEIGHT * u32::from(level));
    (0..7)
        .filter(|level| !hashes(*level).is_multiple_of(WIDTH))
        .map(|level| TileId { level, index: hashes(level + 1) })
        .collect()
}

/// The root over a range of entries, from tiles. Ranges are those of [`merkle::inclusion`] and
/// [`merkle::consistency`], and from 0.
pub fn root_of(range: &Range<u64>, tiles: &Tiles) -> Result<Hash, Refused> {
    let mut root: Option<Hash> = None;
    for node in whole(range).into_iter().rev() {
        let (id, within) = node.within();
        let hashes = tiles.get(&id).and_then(|tile| tile.get(within));
        let hashes = hashes.ok_or_else(|| {
            let place = Resource::Tile(id, 256).to_string();
            Refused::at(place, "the tile is missing, or has too few hashes")
        })?;
        let hash = merkle::root(hashes);
        root = Some(root.map_or(hash, |right| merkle::node_hash(&hash, &right)));
    }
    Ok(root.unwrap_or_else(merkle::empty_root))
}

/// The proof that these subtrees are, from tiles.
pub fn proof(ranges: &[Range<u64>], tiles: &Tiles) -> Result<Vec<Hash>, Refused> {
    ranges.iter().map(|range| root_of(range, tiles)).collect()
}

/// A log that grows.
#[derive(Debug, Clone)]
pub struct Growth {
    size: u64,
    tiles: Tiles,
    changed: BTreeSet<TileId>,
}

impl Growth {
    /// Goes on with a log of a size, from the tiles of its [`frontier`].
    pub fn resume(size: u64, edge: Tiles) -> Result<Self, Refused> {
        for id in frontier(size) {
            let width = (size >> (HEIGHT * u32::from(id.level))) % WIDTH;
            let held = edge.get(&id).map_or(0, Vec::len) as u64;
            if held != width {
                let place = Resource::Tile(id, 256).to_string();
                let why = format!("a log of {size} entries has {width} hashes there, not {held}");
                return Err(Refused::at(place, why));
            }
        }
        Ok(Self { size, tiles: edge, changed: BTreeSet::new() })
    }

    /// Adds the hash of an entry, and gives the entry's index.
    pub fn push(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        let mut id = TileId { level: 0, index: index / WIDTH };
        let mut hash = leaf;
        loop {
            let tile = self.tiles.entry(id).or_default();
            tile.push(hash);
            self.changed.insert(id);
            if (tile.len() as u64) < WIDTH {
                break;
            }
            hash = merkle::root(tile);
            id = TileId { level: id.level + 1, index: id.index / WIDTH };
        }
        self.size += 1;
        index
    }

    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all entries.
    pub fn root(&self) -> Result<Hash, Refused> {
        root_of(&(0..self.size), &self.tiles)
    }

    /// The tiles that are other than when it was resumed.
    pub fn changed(&self) -> impl Iterator<Item = (TileId, &[Hash])> {
        self.changed.iter().filter_map(|id| Some((*id, self.tiles.get(id)?.as_slice())))
    }

    /// All tiles at hand.
    pub fn tiles(&self) -> &Tiles {
        &self.tiles
    }
}

/// Hashes as a tile is served.
pub fn to_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.concat()
}

/// Hashes of a tile as it is served.
pub fn from_bytes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

/// Entries as a bundle of them is served: each after its length. `None` if one is longer than the format can say.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend(entry);
    }
    Some(bytes)
}

/// The entries of a bundle as it is served.
pub fn entries(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = bytes;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        found.push(entry);
        rest = after;
    }
    Some(found)
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "a test's numbers are small")]
mod tests {
    use super::*;

    fn leaf(i: u64) -> Hash {
        merkle::leaf_hash(&i.to_be_bytes())
    }

    #[test]
    fn paths_are_those_of_the_standard() {
        let tile = |level, index, width| Resource::Tile(TileId { level, index }, width);
        for (path, resource) in [
            ("tile/0/000", tile(0, 0, 256)),
            ("tile/0/x001/x234/067", tile(0, 1_234_067, 256)),
            ("tile/1/000.p/12", tile(1, 0, 12)),
            ("tile/entries/x001/000.p/255", Resource::Entries(1000, 255)),
        ] {
            assert_eq!(Resource::from_path(path), Some(resource));
            assert_eq!(resource.to_string(), path);
        }
        for path in [
            "tile/0/0",
            "tile/00/000",
            "tile/0/x000/001",
            "tile/0/000.p/256",
            "tile/0/000.p/0",
            "tile/0/000.p/012",
            "tile/64/000",
            "tile/0/001/000",
            "tile/0/000/",
            "tile/entries/",
            "tile/0/xx001/000",
            "tile/data/000",
            "checkpoint",
            "tile/0/000.p/+1",
            "tile/0/+00",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Resource::from_path(path), None, "{path}");
        }
    }

    #[test]
    fn grows_in_steps_to_what_it_is_at_once_and_proves_from_few_tiles() {
        let size = 70_000;
        let leaves: Vec<Hash> = (0..size).map(leaf).collect();
        let mut kept = Tiles::new();
        let mut grown = 0;
        for step in [1, 254, 1, 1, 255, 65_000, 23, 4_465] {
            let edge = frontier(grown).into_iter().map(|id| (id, kept[&id].clone())).collect();
            let mut growth = Growth::resume(grown, edge).unwrap();
            for i in grown..grown + step {
                assert_eq!(growth.push(leaf(i)), i);
            }
            kept.extend(growth.changed().map(|(id, tile)| (id, tile.to_vec())));
            grown += step;
            let expected = merkle::root(&leaves[..grown as usize]);
            assert_eq!(growth.root().unwrap(), expected, "{grown}");
        }
        // The numbers of the standard's own example.
        let of =
            |level| kept.range(TileId { level, index: 0 }..TileId { level: level + 1, index: 0 });
        assert_eq!(of(0).count(), 274);
        assert_eq!(kept[&TileId { level: 0, index: 273 }].len(), 112);
        assert_eq!(kept[&TileId { level: 1, index: 1 }].len(), 17);
        assert_eq!(kept[&TileId { level: 2, index: 0 }].len(), 1);

        let root = merkle::root(&leaves);
        for index in [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_999] {
            let ranges = merkle::inclusion(index, size);
            let few: Tiles =
                needed(&ranges).into_iter().map(|id| (id, kept[&id].clone())).collect();
            assert!(few.len() <= 5, "{}", few.len());
            let proof = proof(&ranges, &few).unwrap();
            assert!(merkle::is_included(leaf(index), index, size, &proof, &root), "{index}");
        }
        for old in [1, 255, 256, 257, 65_536, 65_537, 69_999] {
            let proof = proof(&merkle::consistency(old, size), &kept).unwrap();
            let before = merkle::root(&leaves[..old as usize]);
            assert!(merkle::is_consistent(old, &before, size, &root, &proof), "{old}");
        }
        assert!(Growth::resume(3, Tiles::new()).is_err());
        assert!(root_of(&(0..3), &Tiles::new()).is_err());
    }

    #[test]
    fn entries_are_read_as_they_were_bundled() {
        let bundled = bundle([b"one".as_slice(), b"", b"three"]).unwrap();
        assert_eq!(entries(&bundled).unwrap(), [b"one".as_slice(), b"", b"three"]);
        assert_eq!(entries(&bundled[..4]), None);
        assert_eq!(bundle([vec![0; 65_536].as_slice()]), None);
        assert!(Resource::Entries(0, 3).is_within(3) && !Resource::Entries(0, 4).is_within(3));
        assert!(Resource::Tile(TileId { level: 1, index: 0 }, 1).is_within(256));
        assert!(!Resource::Tile(TileId { level: 1, index: 0 }, 1).is_within(255));
        assert!(!Resource::Tile(TileId { level: 63, index: 0 }, 1).is_within(u64::MAX >> 1));
    }
}
