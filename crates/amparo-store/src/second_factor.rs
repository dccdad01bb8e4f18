//! The second factor: codes by time (RFC 6238: SHA-1, six digits, 30 seconds), and recovery codes for
//! who lost what makes them.

use std::fmt::Write as _;

use amparo_domain::clock::Chance;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Seconds for which a code is the one.
const STEP: i64 = 30;
/// Bytes of a secret: 160 bits.
const SECRET_BYTES: usize = 20;
/// Bytes of a recovery code: 128 bits.
const RECOVERY_BYTES: usize = 16;
/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 10;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A second factor that was just made, with the one chance to read it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret in Base32, as programs that make codes take it.
    pub secret: String,
    /// Codes that stand for a lost second factor, each once.
    pub recovery_codes: Vec<String>,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactor")
    }
}

impl SecondFactor {
    pub(crate) fn by(chance: &Chance) -> Self {
        let secret = base32(&chance.bytes()[..SECRET_BYTES]);
        let code = |_| {
            let text = base32(&chance.bytes()[..RECOVERY_BYTES]).to_lowercase();
            let parts: Vec<&str> = [0..7, 7..13, 13..20, 20..26].map(|part| &text[part]).to_vec();
            parts.join("-")
        };
        Self { secret, recovery_codes: (0..RECOVERY_CODES).map(code).collect() }
    }

    /// The address by which programs that make codes are told the secret.
    pub fn uri(&self, issuer: &str, login: &str) -> String {
        let (issuer, login, secret) = (escaped(issuer), escaped(login), &self.secret);
        format!(
            "otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6\
             &period=30"
        )
    }
}

/// The code of a secret in Base32 at a time; none if the secret is none.
pub fn code_at(secret: &str, at: DateTime<Utc>) -> Option<String> {
    let secret = from_base32(secret)?;
    Some(format!("{:06}", code(&secret, at.timestamp().div_euclid(STEP))))
}

/// A secret as long as any, for the same work where there is no account. Whoever shows its code is still nobody.
pub(crate) const NOBODYS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The step of a code that holds now and was not used before.
pub(crate) fn step_of(
    secret: &str,
    given: &str,
    last: Option<i64>,
    now: DateTime<Utc>,
) -> Option<i64> {
    let secret = from_base32(secret)?;
    let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now.timestamp().div_euclid(STEP);
    // All three are computed, whichever fits.
    let fits = [step - 1, step, step + 1].map(|step| {
        let wanted = format!("{:06}", code(&secret, step));
        let fits = bool::from(wanted.as_bytes().ct_eq(given.as_bytes()));
        (step, fits && last.is_none_or(|last| step > last))
    });
    fits.into_iter().find(|(_, fits)| *fits).map(|(step, _)| step)
}

/// The hash by which a recovery code is kept, however it was typed.
pub(crate) fn recovery_hash(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    URL_SAFE_NO_PAD.encode(Sha256::digest(plain.to_ascii_lowercase()))
}

fn code(secret: &[u8], step: i64) -> u32 {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        unreachable!("a key of HMAC has any length")
    };
    mac.update(&step.to_be_bytes());
    let mac = mac.finalize().into_bytes();
    let at = usize::from(mac[19] & 0x0f);
    let word = [mac[at] & 0x7f, mac[at + 1], mac[at + 2], mac[at + 3]];
    u32::from_be_bytes(word) % 1_000_000
}

fn base32(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits)) as usize & 31]));
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    Some(bytes)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn makes_the_codes_of_the_standard() {
        let secret = base32(b"12345678901234567890");
        for (second, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = DateTime::from_timestamp(second, 0).unwrap();
            assert_eq!(code_at(&secret, at).unwrap(), wanted, "{second}");
        }
    }

    #[test]
    fn takes_a_code_of_the_step_before_and_after_once() {
        let secret = base32(b"12345678901234567890");
        let now = DateTime::from_timestamp(1_000_000_015, 0).unwrap();
        let step = 1_000_000_015 / 30;
        let at = |seconds: i64| {
            code_at(&secret, DateTime::from_timestamp(1_000_000_015 + seconds, 0).unwrap()).unwrap()
        };
        assert_eq!(step_of(&secret, &at(0), None, now), Some(step));
        assert_eq!(step_of(&secret, &at(-30), None, now), Some(step - 1));
        assert_eq!(step_of(&secret, &at(30), None, now), Some(step + 1));
        assert_eq!(step_of(&secret, &at(-60), None, now), None);
        assert_eq!(step_of(&secret, &at(60), None, now), None);
        assert_eq!(step_of(&secret, &at(0), Some(step), now), None);
        assert_eq!(step_of(&secret, &at(-30), Some(step - 1), now), None);
        assert_eq!(step_of(&secret, "", None, now), None);
        let spaced = format!("{} {}", &at(0)[..3], &at(0)[3..]);
        assert_eq!(step_of(&secret, &spaced, None, now), Some(step));
    }

    #[test]
    fn reads_base32_back() {
        for bytes in [&b""[..], b"f", b"fo", b"foo", b"foob", b"fooba", b"foobar", &[255; 20]] {
            assert_eq!(from_base32(&base32(bytes)).unwrap(), bytes);
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(from_base32("0189"), None);
    }

    #[test]
    fn shows_nothing_of_itself_in_a_log() {
        let made = SecondFactor::by(&Chance::new(|| 42));
        assert_eq!(format!("{made:?}"), "SecondFactor");
        assert_eq!(made.secret.len(), 32);
        assert_eq!(made.recovery_codes.len(), 10);
        assert_eq!(
            recovery_hash(&made.recovery_codes[0]),
            recovery_hash(&made.recovery_codes[0].to_uppercase().replace('-', " "))
        );
        assert_eq!(
            made.uri("Observer Record", "rosa@north"),
            format!(
                "otpauth://totp/Observer%20Record:rosa%40north?secret={}&issuer=Observer%20Record&algorithm=SHA1&digits=6&period=30",
                made.secret
            )
        );
    }
}
