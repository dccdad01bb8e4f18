//! What the proofs share: how much they do, and numbers that are the same in every run.

/// Whether the proofs are run in full, by `make proofs`; else it is a twentieth.
pub fn full() -> bool {
    std::env::var_os("AMPARO_PROOFS").is_some_and(|value| value == "full")
}

/// So many in full, so many otherwise.
pub fn scaled(in_full: usize, otherwise: usize) -> usize {
    if full() { in_full } else { otherwise }
}

/// The same numbers in every run (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below another.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.any() % bound).unwrap_or(0)
    }

    /// One of several.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
