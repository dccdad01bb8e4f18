//! How often somebody may try to sign in. Nothing of it is kept but in memory, under keys that mean
//! nothing outside of this process, and nobody is locked out: whoever waits gets another try.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::StoreError;

/// Failures that an account may have in [`ACCOUNT_WINDOW`].
const PER_ACCOUNT: usize = 5;
const ACCOUNT_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// The longest wait after one failure.
const LONGEST: i64 = 60;
/// Failures that may come from one part of the network in [`PREFIX_WINDOW`].
const PER_PREFIX: usize = 20;
const PREFIX_WINDOW: TimeDelta = TimeDelta::hours(1);
/// More keys than this are not remembered.
const KEYS_MAX: usize = 100_000;

type Key = [u8; 16];

/// Who failed how often.
pub(crate) struct Throttle {
    secret: [u8; 32],
    failures: Mutex<HashMap<Key, Vec<DateTime<Utc>>>>,
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle")
    }
}

/// A try that counts as a failure until it is said to be none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Try {
    account: Option<Key>,
    prefix: Option<Key>,
    at: DateTime<Utc>,
}

impl Throttle {
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self { secret, failures: Mutex::default() }
    }

    /// Whether a login, from an address, may be tried now. The try counts at once, so that many at
    /// the same time are not one.
    pub(crate) fn begin(
        &self,
        login: Option<&str>,
        from: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<Try, StoreError> {
        let account = login.map(|login| self.key(0, login.as_bytes()));
        let prefix = from.map(|address| self.key(1, &prefix(address)));
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() > KEYS_MAX {
            failures.retain(|_, of| of.last().is_some_and(|last| *last > now - ACCOUNT_WINDOW));
        }
        if failures.len() > KEYS_MAX {
            failures.clear();
        }
        let mut wait = TimeDelta::zero();
        if let Some(of) = account.and_then(|key| failures.get_mut(&key)) {
            of.retain(|at| *at > now - ACCOUNT_WINDOW);
            wait = wait.max(until_free(of, PER_ACCOUNT, ACCOUNT_WINDOW, now));
            if let Some(last) = of.last() {
                let doublings = u32::try_from(of.len()).unwrap_or(u32::MAX).saturating_sub(1);
                let delay = 1_i64.checked_shl(doublings.min(6)).unwrap_or(LONGEST).min(LONGEST);
                wait = wait.max(*last + TimeDelta::seconds(delay) - now);
            }
        }
        if let Some(of) = prefix.and_then(|key| failures.get_mut(&key)) {
            of.retain(|at| *at > now - PREFIX_WINDOW);
            wait = wait.max(until_free(of, PER_PREFIX, PREFIX_WINDOW, now));
        }
        if wait > TimeDelta::zero() {
            let whole = wait.num_seconds() + i64::from(wait.subsec_nanos() > 0);
            return Err(StoreError::TooMany { seconds: whole.max(1).unsigned_abs() });
        }
        for key in [account, prefix].into_iter().flatten() {
            failures.entry(key).or_default().push(now);
        }
        Ok(Try { account, prefix, at: now })
    }

    /// The try was a success: what failed for the account before is forgotten. What failed from the
    /// same part of the network is not, because others may be there.
    pub(crate) fn succeeded(&self, attempt: Try) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = attempt.account {
            failures.remove(&key);
        }
        take_back(&mut failures, attempt.prefix, attempt.at);
    }

    /// The try was none: it was not even looked at.
    pub(crate) fn not_tried(&self, attempt: Try) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        take_back(&mut failures, attempt.account, attempt.at);
        take_back(&mut failures, attempt.prefix, attempt.at);
    }

    fn key(&self, what: u8, of: &[u8]) -> Key {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else {
            unreachable!("a key of HMAC has any length")
        };
        mac.update(&[what]);
        mac.update(of);
        let mut key = [0; 16];
        key.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        key
    }
}

fn take_back(failures: &mut HashMap<Key, Vec<DateTime<Utc>>>, key: Option<Key>, at: DateTime<Utc>) {
    let Some(key) = key else {
        return;
    };
    let Some(of) = failures.get_mut(&key) else {
        return;
    };
    if let Some(place) = of.iter().rposition(|other| *other == at) {
        of.remove(place);
    }
    if of.is_empty() {
        failures.remove(&key);
    }
}

/// How long until one more may fail within a window.
fn until_free(
    failures: &[DateTime<Utc>],
    most: usize,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> TimeDelta {
    match failures.len().checked_sub(most).and_then(|first| failures.get(first)) {
        Some(first) => *first + window - now,
        None => TimeDelta::zero(),
    }
}

/// The part of the network an address is in: /24, or /56 of IPv6.
fn prefix(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets()[..3].to_vec(),
        IpAddr::V6(address) => address.octets()[..7].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(refused: Result<Try, StoreError>) -> u64 {
        match refused {
            Err(StoreError::TooMany { seconds }) => seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_twice_as_long_each_time_and_a_quarter_of_an_hour_after_five() {
        let throttle = Throttle::new([7; 32]);
        let start = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let mut now = start;
        for delay in [1, 2, 4, 8] {
            throttle.begin(Some("rosa"), None, now).unwrap();
            assert_eq!(seconds(throttle.begin(Some("rosa"), None, now)), delay);
            throttle.begin(Some(&format!("other{delay}")), None, now).unwrap();
            now += TimeDelta::seconds(delay.cast_signed());
        }
        throttle.begin(Some("rosa"), None, now).unwrap();
        assert_eq!(seconds(throttle.begin(Some("rosa"), None, now)), 15 * 60 - 15);
        throttle.begin(Some("rosa"), None, start + ACCOUNT_WINDOW).unwrap();
    }

    #[test]
    fn forgets_what_failed_once_it_succeeds() {
        let throttle = Throttle::new([7; 32]);
        let mut now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        throttle.begin(Some("rosa"), None, now).unwrap();
        now += TimeDelta::seconds(1);
        let attempt = throttle.begin(Some("rosa"), None, now).unwrap();
        throttle.succeeded(attempt);
        let attempt = throttle.begin(Some("rosa"), None, now).unwrap();
        throttle.not_tried(attempt);
        throttle.begin(Some("rosa"), None, now).unwrap();
    }

    #[test]
    fn counts_a_part_of_the_network_as_one() {
        let throttle = Throttle::new([7; 32]);
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        for nth in 0..20 {
            let from = format!("203.0.113.{nth}").parse().ok();
            throttle.begin(Some(&format!("somebody{nth}")), from, now).unwrap();
        }
        let near = "::ffff:203.0.113.200".parse().ok();
        assert_eq!(seconds(throttle.begin(Some("another"), near, now)), 3_600);
        let far = "203.0.114.1".parse().ok();
        throttle.begin(Some("another"), far, now).unwrap();
        assert_eq!(
            prefix("2001:db8:1:2ff::1".parse().unwrap()),
            prefix("2001:db8:1:201::2".parse().unwrap())
        );
        assert_ne!(
            prefix("2001:db8:1:2ff::1".parse().unwrap()),
            prefix("2001:db8:1:301::2".parse().unwrap())
        );
    }
}
