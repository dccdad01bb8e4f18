//! Cursors of plain lists: the key of the last item, sealed with the question and who asked it.

use amparo_domain::page::{LIMIT_DEFAULT, LIMIT_MAX};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::document::parameter;
use crate::query::{Query, Refused};

/// Bytes of the seal: enough that nobody finds one by trying.
const SEAL: usize = 12;

/// The page that is asked for.
pub(crate) struct Asked {
    /// The key of the last item of the page before.
    pub after: Option<String>,
    /// How many items.
    pub limit: usize,
    scope: String,
}

/// A page.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

impl Asked {
    /// Reads `limit` and `after`. The cursor is bound to the list and to what it depends on.
    pub(crate) fn of(query: &mut Query, secret: &str, scope: &str) -> Self {
        let limit = query.read("limit", |value| {
            let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
            limit.ok_or_else(|| Refused::because(format!("is a number from 1 to {LIMIT_MAX}")))
        });
        let after = query.read("after", |value| {
            open(value, secret, scope).ok_or_else(|| {
                Refused::because("is not a cursor of this list: take it from `next`, unchanged")
            })
        });
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        Self { after, limit: usize::from(limit), scope: scope.to_owned() }
    }

    /// One more than asked for, so that it is known whether there is a next page.
    pub(crate) fn fetch(&self) -> u64 {
        self.limit as u64 + 1
    }

    /// The cursor of the page after an item, by its key.
    pub(crate) fn seal(&self, key: &str, secret: &str) -> String {
        seal(key, secret, &self.scope)
    }

    /// The page of what was fetched.
    pub(crate) fn page<R, T>(
        &self,
        mut rows: Vec<R>,
        secret: &str,
        key: impl Fn(&R) -> String,
        view: impl Fn(R) -> T,
    ) -> Page<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| more).map(key);
        let next = last.map(|key| seal(&key, secret, &self.scope));
        Page { items: rows.into_iter().map(view).collect(), next }
    }
}

/// The parameters of every such list, for the document.
pub(crate) fn parameters() -> [Value; 2] {
    let limit =
        json!({"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT});
    [
        parameter("limit", "How many items a page has.", limit, json!(20)),
        parameter(
            "after",
            "The cursor of the page, from `next` of the one before.",
            json!({"type": "string"}),
            json!("czE3Y2FkZQ"),
        ),
    ]
}

/// The schema of a page of items, for the document.
pub(crate) fn schema(item: &Value) -> Value {
    json!({
        "type": "object",
        "description": "A page.",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "description": "The items of the page.", "items": item},
            "next": {"type": ["string", "null"], "description": "The cursor of the next page; null on the last one."},
        },
    })
}

fn seal(key: &str, secret: &str, scope: &str) -> String {
    let mut bytes = seal_of(key, secret, scope).to_vec();
    bytes.extend(key.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open(text: &str, secret: &str, scope: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() > SEAL)?;
    let (seal, key) = bytes.split_at(SEAL);
    let key = std::str::from_utf8(key).ok()?;
    (seal == seal_of(key, secret, scope)).then(|| key.to_owned())
}

fn seal_of(key: &str, secret: &str, scope: &str) -> [u8; SEAL] {
    let digest = Sha256::new()
        .chain_update(b"amparo/keyset/1\0")
        .chain_update(secret)
        .chain_update([0])
        .chain_update(Sha256::digest(scope))
        .chain_update(key)
        .finalize();
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&digest[..SEAL]);
    seal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_what_it_sealed() {
        let text = seal("42", "secret", "scope");
        assert_eq!(open(&text, "secret", "scope").as_deref(), Some("42"));
        assert_eq!(open(&text, "secret", "another"), None);
        assert_eq!(open(&text, "another", "scope"), None);
        assert_eq!(open("", "secret", "scope"), None);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(open(&changed, "secret", "scope"), None, "{changed}");
        }
    }
}
