//! Pages on the wire: the opaque cursor and its seal.

use amparo_domain::number::Number;
use amparo_domain::page::{Cursor, LIMIT_DEFAULT, LIMIT_MAX, PageRequest, Sort, SortKey};
use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Datelike as _, NaiveDate};
use sha2::{Digest as _, Sha256};

use crate::query::{Query, Refused};

/// Bytes of the seal: enough that nobody finds one by trying.
const SEAL: usize = 12;

/// The page that is asked for. The cursor is bound to the rest of the query and to who asks.
pub(crate) fn requested(query: &mut Query, secret: &str, scope: &str, sort: Sort) -> PageRequest {
    let limit = query.read("limit", |value| {
        let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
        limit.ok_or_else(|| Refused::because(format!("is a number from 1 to {LIMIT_MAX}")))
    });
    let after = query.read("after", |value| {
        let cursor = open(value, secret, scope);
        let fits = |cursor: &Cursor| {
            cursor.sort == sort
                || (matches!(sort, Sort::Relevance | Sort::ChangedDescending)
                    && cursor.sort == Sort::OccurredDescending)
        };
        cursor.filter(fits).ok_or_else(|| {
            Refused::because("is not a cursor of this list: take it from `next`, unchanged")
        })
    });
    let total = query.flag("total");
    PageRequest { after, limit: limit.unwrap_or(LIMIT_DEFAULT), total }
}

/// What a cursor is bound to: the query without the page, and the audience.
pub(crate) fn scope(uri: &Uri, audience: &amparo_domain::access::Audience) -> String {
    let query = uri.query().unwrap_or("");
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| {
            !matches!(&**key, "after" | "limit" | "total" | "fields" | "lang" | "text" | "points")
        })
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    pairs.sort();
    format!("{} {pairs:?} {audience:?}", uri.path())
}

/// Writes a cursor as opaque text.
pub(crate) fn seal(cursor: &Cursor, secret: &str, scope: &str) -> String {
    let (tag, key) = match cursor.key {
        SortKey::Day(day) => (0_u8, i64::from(day.num_days_from_ce())),
        SortKey::Integer(integer) => (1, integer),
    };
    let sort = Sort::ALL.iter().position(|sort| *sort == cursor.sort).unwrap_or(0);
    let mut bytes = vec![1, u8::try_from(sort).unwrap_or(0), tag];
    bytes.extend(key.to_be_bytes());
    bytes.extend(cursor.number.as_i64().to_be_bytes());
    let seal = seal_of(&bytes, secret, scope);
    bytes.extend(seal);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor, if it is one of ours for this list.
pub(crate) fn open(text: &str, secret: &str, scope: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 19 + SEAL)?;
    let (bytes, seal) = bytes.split_at(19);
    if seal != seal_of(bytes, secret, scope) || bytes[0] != 1 {
        return None;
    }
    let sort = *Sort::ALL.get(usize::from(bytes[1]))?;
    let key = i64::from_be_bytes(bytes[3..11].try_into().ok()?);
    let number = i64::from_be_bytes(bytes[11..19].try_into().ok()?);
    let key = match bytes[2] {
        0 => SortKey::Day(NaiveDate::from_num_days_from_ce_opt(i32::try_from(key).ok()?)?),
        _ => SortKey::Integer(key),
    };
    Some(Cursor { sort, key, number: Number::from_i64(number).ok()? })
}

fn seal_of(bytes: &[u8], secret: &str, scope: &str) -> [u8; SEAL] {
    let digest = Sha256::new()
        .chain_update(b"amparo/cursor/1\0")
        .chain_update(secret)
        .chain_update([0])
        .chain_update(Sha256::digest(scope))
        .chain_update(bytes)
        .finalize();
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&digest[..SEAL]);
    seal
}

#[cfg(test)]
mod tests {
    use amparo_domain::number::Width;

    use super::*;

    #[test]
    fn opens_only_what_it_sealed() {
        let cursor = Cursor {
            sort: Sort::OccurredAscending,
            key: SortKey::Day("2024-04-29".parse().unwrap()),
            number: Number::from_random(42, Width::Eight),
        };
        let text = seal(&cursor, "secret", "scope");
        assert_eq!(open(&text, "secret", "scope"), Some(cursor));
        assert_eq!(open(&text, "secret", "another"), None);
        assert_eq!(open(&text, "another", "scope"), None);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(open(&changed, "secret", "scope"), None, "{changed}");
        }
    }
}
