//! Bytes as text. What is read is refused unless it is the one way of writing it, so that no two texts stand for the
//! same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::merkle::Hash;

/// Base64 as notes write it, with padding.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64 for addresses, without padding, as commitments write it.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64 with padding; nothing but its canonical form.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().filter(|bytes| STANDARD.encode(bytes) == text)
}

/// Reads base64url without padding; nothing but its canonical form.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| URL_SAFE_NO_PAD.encode(bytes) == text)
}

/// Reads a hash in base64 with padding.
pub fn hash_from_base64(text: &str) -> Option<Hash> {
    from_base64(text)?.try_into().ok()
}

/// Reads a hash in base64url without padding.
pub fn hash_from_base64url(text: &str) -> Option<Hash> {
    from_base64url(text)?.try_into().ok()
}

/// Reads a whole number as these formats write it: decimal digits, no zero before them.
pub fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = digits && (text == "0" || !text.starts_with('0'));
    let number = canonical.then(|| text.parse().ok()).flatten();
    number.filter(|number| i64::try_from(*number).is_ok())
}

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first 130 bits of a leaf's hash for people: 26 characters in groups of five, without letters that look alike.
/// So many bits that who signs the log cannot find two leaves with the same code.
///
/// ```
/// let code = amparo_proof::reference_code(&[0xff; 32]);
/// assert_eq!(code, "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z");
/// ```
pub fn reference_code(leaf: &Hash) -> String {
    let mut code = String::with_capacity(31);
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut bytes = leaf.iter();
    for i in 0..26 {
        if i > 0 && i % 5 == 0 {
            code.push('-');
        }
        if held < 5 {
            bits = bits << 8 | u32::from(*bytes.next().unwrap_or(&0));
            held += 8;
        }
        held -= 5;
        code.push(char::from(CROCKFORD[(bits >> held & 31) as usize]));
    }
    code
}
