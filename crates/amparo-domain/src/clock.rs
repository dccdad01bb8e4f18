//! Time and chance come in through the door, so that tests can say what they are.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SubsecRound as _, Utc};

/// Where the time comes from. Instants are whole microseconds: PostgreSQL keeps no more, and a row
/// read back must equal the row written.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// A clock that asks `now` each time.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The machine's own time.
    pub fn system() -> Self {
        Self::new(Utc::now)
    }

    /// A clock that stands still.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::new(move || at)
    }

    /// The present, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }

    /// The present day in UTC.
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}

/// Where random bits come from: numbers, salts, tokens.
#[derive(Clone)]
pub struct Chance(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Chance {
    /// Chance from a function that gives 64 random bits each time.
    pub fn new(next: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(next))
    }

    /// 64 random bits.
    pub fn next(&self) -> u64 {
        (self.0)()
    }

    /// 32 random bytes.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes());
        }
        bytes
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chance")
    }
}
