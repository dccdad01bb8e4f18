//! Passwords to hashes: argon2id, a few at a time, because each takes much memory on purpose.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use amparo_domain::clock::Chance;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::StoreError;

/// How many are computed at once.
const AT_ONCE: usize = 2;
/// How many wait for that at most.
const WAITING_MAX: usize = 32;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What a hash of a password costs whoever computes it. Hashes made at another cost are made anew when
/// their owner signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// How often the memory is gone through.
    pub passes: u32,
}

impl Default for HashingCost {
    fn default() -> Self {
        Self { memory_kib: 65_536, passes: 3 }
    }
}

/// Computes hashes, two at a time.
#[derive(Debug, Clone)]
pub(crate) struct Hasher {
    cost: HashingCost,
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

/// What a password was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Whether it is the one.
    pub right: bool,
    /// Whether its hash should be made anew.
    pub outdated: bool,
}

/// A place among those that wait.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Hasher {
    pub(crate) fn new(cost: HashingCost) -> Self {
        Self { cost, permits: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default() }
    }

    /// The hash of a new password, with the salt and cost it was made at.
    pub(crate) async fn hash(&self, password: &str, chance: &Chance) -> Result<String, StoreError> {
        let mut salt = [0; SALT_BYTES];
        salt.copy_from_slice(&chance.bytes()[..SALT_BYTES]);
        let (password, cost) = (password.to_owned(), self.cost);
        let hash = self.run(move || compute(&password, &salt, cost)).await??;
        Ok(kept(cost, salt, hash))
    }

    /// Whether a password is the one of a hash. Without a hash the same is computed and nothing fits,
    /// so that nobody is told by the time it takes which logins there are.
    pub(crate) async fn verify(
        &self,
        password: &str,
        hash: Option<&str>,
    ) -> Result<Verdict, StoreError> {
        // One that nobody has is read as any other is.
        let decoy = kept(self.cost, [0; SALT_BYTES], [0; HASH_BYTES]);
        let there = hash.is_some();
        let (cost, salt, wanted) = read(hash.unwrap_or(&decoy)).ok_or_else(unreadable)?;
        let password = password.to_owned();
        let hash = self.run(move || compute(&password, &salt, cost)).await??;
        let right = bool::from(hash.ct_eq(&wanted)) && there;
        Ok(Verdict { right, outdated: cost != self.cost })
    }

    /// Leave to compute one hash, at once or after those that wait already.
    async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _place = Place(Arc::clone(&self.waiting));
        if before >= WAITING_MAX {
            return Err(StoreError::Crowded);
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        permit.map_err(|_| StoreError::Unavailable)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self.permit().await?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|_| StoreError::Unavailable)
    }
}

fn compute(
    password: &str,
    salt: &[u8; SALT_BYTES],
    cost: HashingCost,
) -> Result<[u8; HASH_BYTES], StoreError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(HASH_BYTES));
    let params = params.map_err(|_| unreadable())?;
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .map_err(|_| unreadable())?;
    Ok(hash)
}

fn unreadable() -> StoreError {
    let what = "a hash of a password cannot be read";
    StoreError::Corrupt { table: "account", number: 0, what }
}

/// Cost, salt and hash out of what is kept.
/// A hash as it is kept, in the form of the PHC strings.
fn kept(cost: HashingCost, salt: [u8; SALT_BYTES], hash: [u8; HASH_BYTES]) -> String {
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    let HashingCost { memory_kib, passes } = cost;
    format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${hash}")
}

fn read(kept: &str) -> Option<(HashingCost, [u8; SALT_BYTES], [u8; HASH_BYTES])> {
    let rest = kept.strip_prefix("$argon2id$v=19$m=")?;
    let (memory, rest) = rest.split_once(",t=")?;
    let (passes, rest) = rest.split_once(",p=1$")?;
    let (salt, hash) = rest.split_once('$')?;
    let cost = HashingCost { memory_kib: memory.parse().ok()?, passes: passes.parse().ok()? };
    let salt = STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?;
    let hash = STANDARD_NO_PAD.decode(hash).ok()?.try_into().ok()?;
    Some((cost, salt, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashingCost = HashingCost { memory_kib: 64, passes: 1 };

    fn chance() -> Chance {
        Chance::new(|| 7)
    }

    #[test]
    fn the_cost_is_the_one_that_was_decided() {
        assert_eq!(HashingCost::default(), HashingCost { memory_kib: 65_536, passes: 3 });
    }

    #[tokio::test]
    async fn knows_a_password_again_and_no_other() {
        let hasher = Hasher::new(CHEAP);
        let hash = hasher.hash("a lamp under the stair", &chance()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let right = hasher.verify("a lamp under the stair", Some(&hash)).await.unwrap();
        assert_eq!(right, Verdict { right: true, outdated: false });
        assert!(!hasher.verify("a lamp under the stairs", Some(&hash)).await.unwrap().right);
        assert!(!hasher.verify("a lamp under the stair", None).await.unwrap().right);
        assert!(hasher.verify("x", Some("$argon2id$nonsense")).await.is_err());
        let dearer = Hasher::new(HashingCost { passes: 2, ..CHEAP });
        let verdict = dearer.verify("a lamp under the stair", Some(&hash)).await.unwrap();
        assert_eq!(verdict, Verdict { right: true, outdated: true });
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn sends_away_whom_it_cannot_serve_soon() {
        let hasher = Hasher::new(CHEAP);
        let held = Arc::clone(&hasher.permits).acquire_many_owned(2).await.unwrap();
        let waiting: Vec<_> = (0..WAITING_MAX)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.verify("x", None).await.map(|v| v.right) })
            })
            .collect();
        while hasher.waiting.load(Ordering::SeqCst) < WAITING_MAX {
            tokio::task::yield_now().await;
        }
        assert!(matches!(hasher.verify("x", None).await, Err(StoreError::Crowded)));
        drop(held);
        for one in waiting {
            assert!(!one.await.unwrap().unwrap());
        }
        assert_eq!(hasher.waiting.load(Ordering::SeqCst), 0);
    }
}
