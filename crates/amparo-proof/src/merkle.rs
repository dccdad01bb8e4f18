//! The tree of RFC 6962: what stands where, and proofs that it does. Proofs are told as the subtrees whose roots they
//! are, so that whoever keeps tiles makes them without the rest of the tree.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

/// SHA-256 of something.
pub type Hash = [u8; 32];

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// The hash of an entry: nothing inside the tree has the same.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of two subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without entries.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The root over the hashes of all entries.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
            node_hash(&root(left), &root(right))
        }
    }
}

/// Where a tree of more than one entry is divided: the largest power of two below its size.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Whether an entry stands at an index of the tree with this root (RFC 9162, 2.1.3.2).
pub fn is_included(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether the tree with the second root begins with the whole tree with the first (RFC 9162, 2.1.4.2).
pub fn is_consistent(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // A whole subtree is its own beginning; otherwise the proof says what it is.
    let mut siblings = proof.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { siblings.next() };
    let Some(first) = first else { return false };
    let (mut before, mut after) = (*first, *first);
    for sibling in siblings {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            before = node_hash(sibling, &before);
            after = node_hash(sibling, &after);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            after = node_hash(&after, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && before == *old_root && after == *new_root
}

/// The subtrees whose roots prove that an entry stands at an index, from the entry's sibling up; `index < size`.
pub fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut found = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            found.push(middle..end);
            end = middle;
        } else {
            found.push(start..middle);
            start = middle;
        }
    }
    found.reverse();
    found
}

/// The subtrees whose roots prove that a tree begins with a smaller one; `old <= new`.
pub fn consistency(old: u64, new: u64) -> Vec<Range<u64>> {
    let mut found = Vec::new();
    if old == 0 || old == new {
        return found;
    }
    let (mut start, mut end, mut whole) = (0, new, true);
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            found.push(middle..end);
            end = middle;
        } else {
            found.push(start..middle);
            start = middle;
            whole = false;
        }
    }
    if !whole {
        found.push(start..end);
    }
    found.reverse();
    found
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "a test's numbers are small")]
mod tests {
    use super::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    fn roots(leaves: &[Hash], of: Vec<Range<u64>>) -> Vec<Hash> {
        of.into_iter().map(|r| root(&leaves[r.start as usize..r.end as usize])).collect()
    }

    #[test]
    fn every_entry_is_proven_in_every_tree_and_nowhere_else() {
        let leaves = leaves(40);
        for size in 1..=40 {
            let tree = root(&leaves[..size as usize]);
            for index in 0..size {
                let proof = roots(&leaves, inclusion(index, size));
                let leaf = leaves[index as usize];
                assert!(is_included(leaf, index, size, &proof, &tree), "{index} of {size}");
                for other in (0..size).filter(|other| *other != index) {
                    assert!(!is_included(leaf, other, size, &proof, &tree), "{index}, {other}");
                    assert!(!is_included(leaves[other as usize], index, size, &proof, &tree));
                }
                assert!(!is_included(leaf, size, size, &proof, &tree));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(!is_included(leaf, index, size, shorter, &tree));
                }
                let longer = [proof.as_slice(), &[tree]].concat();
                assert!(!is_included(leaf, index, size, &longer, &tree));
            }
        }
    }

    #[test]
    fn every_tree_begins_with_every_smaller_one_and_with_no_other() {
        let leaves = leaves(40);
        let tree = |size: u64| root(&leaves[..size as usize]);
        for new in 0..=40 {
            for old in 0..=new {
                let proof = roots(&leaves, consistency(old, new));
                assert!(is_consistent(old, &tree(old), new, &tree(new), &proof), "{old} {new}");
                assert!(!is_consistent(old, &leaf_hash(b"x"), new, &tree(new), &proof));
                // Every tree begins with none at all.
                let other = is_consistent(old, &tree(old), new, &leaf_hash(b"x"), &proof);
                assert_eq!(other, old == 0 && new > 0);
                let longer = [proof.as_slice(), &[tree(new)]].concat();
                assert!(!is_consistent(old, &tree(old), new, &tree(new), &longer));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(!is_consistent(old, &tree(old), new, &tree(new), shorter));
                }
            }
        }
        assert!(!is_consistent(2, &tree(2), 1, &tree(1), &[]));
    }
}
