//! JSON as it is committed to: written in one way alone (RFC 8785), without floats, and read without tolerance.
//!
//! Who checks hashes the bytes as they were received and then asks whether they were canonical; nothing is
//! written anew on the way to a hash.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// The largest whole number that every reader of JSON reads alike.
const LARGEST: i64 = (1 << 53) - 1;

/// A value that can be committed to. Numbers are whole and within ±(2⁵³ − 1); what is not, such as a coordinate, is
/// a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// Nothing: what an absent field is committed as.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Json>),
    /// Members, each name once, in canonical order.
    Object(Vec<(String, Json)>),
}

/// What cannot be committed to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotJson {
    /// A number with a fraction, or too large to be read alike everywhere.
    #[error("only whole numbers up to 2^53 - 1 can be committed to")]
    Number,
    /// Two members of an object have one name.
    #[error("the member {0:?} is there twice")]
    Twice(String),
    /// The text is no JSON.
    #[error("{0}")]
    Syntax(String),
}

impl Json {
    /// A text, in NFC.
    pub fn text(text: &str) -> Self {
        Self::Text(normal(text))
    }

    /// An object of members in any order.
    pub fn object(members: impl IntoIterator<Item = (String, Self)>) -> Result<Self, NotJson> {
        let members = members.into_iter().map(|(name, value)| (normal(&name), value));
        sorted(members.collect()).map(Self::Object).map_err(NotJson::Twice)
    }

    /// A value of serde, with texts in NFC.
    pub fn from_value(value: &serde_json::Value) -> Result<Self, NotJson> {
        Ok(match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => {
                let whole = number.as_i64().filter(|n| n.unsigned_abs() <= LARGEST.unsigned_abs());
                Self::Integer(whole.ok_or(NotJson::Number)?)
            }
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Array(items) => {
                Self::List(items.iter().map(Self::from_value).collect::<Result<_, _>>()?)
            }
            serde_json::Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), Self::from_value(value)?)));
                Self::object(members.collect::<Result<Vec<_>, NotJson>>()?)?
            }
        })
    }

    /// Reads JSON, and refuses members that are there twice, floats, and anything after the value. Texts stay as they are.
    pub fn read(bytes: &[u8]) -> Result<Self, NotJson> {
        serde_json::from_slice(bytes).map_err(|error| NotJson::Syntax(error.to_string()))
    }

    /// Reads JSON that must be in its canonical form.
    pub fn read_canonical(bytes: &[u8]) -> Result<Self, NotJson> {
        let value = Self::read(bytes)?;
        if value.to_string().as_bytes() == bytes {
            Ok(value)
        } else {
            Err(NotJson::Syntax("it is not written in the canonical form (RFC 8785)".to_owned()))
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The members of an object that has exactly these, in this order of names.
    pub(crate) fn exactly<const N: usize>(self, names: [&str; N]) -> Result<[Self; N], String> {
        let Self::Object(members) = self else {
            return Err("it is not an object".to_owned());
        };
        for (name, _) in &members {
            if !names.contains(&name.as_str()) {
                return Err(format!("there is a member {name:?} that does not belong there"));
            }
        }
        let mut members = members;
        let mut values = Vec::with_capacity(N);
        for name in names {
            let found = members.iter().position(|(there, _)| there == name);
            let found = found.ok_or_else(|| format!("the member {name:?} is missing"))?;
            values.push(members.swap_remove(found).1);
        }
        values.try_into().map_err(|_| "it has other members".to_owned())
    }
}

fn normal(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Members in the order of RFC 8785, or a name that is there twice.
fn sorted(mut members: Vec<(String, Json)>) -> Result<Vec<(String, Json)>, String> {
    members.sort_by(|(one, _), (other, _)| by_utf16(one, other));
    match members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(pair[0].0.clone()),
        None => Ok(members),
    }
}

fn by_utf16(one: &str, other: &str) -> Ordering {
    one.encode_utf16().cmp(other.encode_utf16())
}

/// The canonical form.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => write_text(f, text),
            Self::List(items) => {
                f.write_char('[')?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_char(',')?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                f.write_char('{')?;
                for (i, (name, value)) in members.iter().enumerate() {
                    if i > 0 {
                        f.write_char(',')?;
                    }
                    write_text(f, name)?;
                    write!(f, ":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

/// A text in its canonical form.
pub(crate) struct Quoted<'t>(pub &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_text(f, self.0)
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        f.write_str(&text[plain..at])?;
        plain = at + 1;
        match byte {
            b'"' => f.write_str("\\\"")?,
            b'\\' => f.write_str("\\\\")?,
            0x08 => f.write_str("\\b")?,
            0x09 => f.write_str("\\t")?,
            0x0a => f.write_str("\\n")?,
            0x0c => f.write_str("\\f")?,
            0x0d => f.write_str("\\r")?,
            _ => write!(f, "\\u{byte:04x}")?,
        }
    }
    f.write_str(&text[plain..])?;
    f.write_char('"')
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strictly)
    }
}

struct Strictly;

impl<'de> Visitor<'de> for Strictly {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without floats")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Json, E> {
        if number.unsigned_abs() <= LARGEST.unsigned_abs() {
            Ok(Json::Integer(number))
        } else {
            Err(E::custom(NotJson::Number))
        }
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Json, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(E::custom(NotJson::Number)),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Json, E> {
        Err(E::custom(NotJson::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut found = Vec::new();
        while let Some(member) = members.next_entry::<String, Json>()? {
            found.push(member);
        }
        let found = sorted(found).map_err(|name| A::Error::custom(NotJson::Twice(name)))?;
        Ok(Json::Object(found))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = serde_json::Value> {
        let scalars = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            (-LARGEST..=LARGEST).prop_map(Into::into),
            any::<String>().prop_map(Into::into),
            "[a-c\u{e000}-\u{f8ff}\u{10000}-\u{10010}\\x00-\\x1f\"\\\\]{0,6}".prop_map(Into::into),
        ];
        let names = "[a-c\u{e000}-\u{e010}\u{10000}-\u{10010}é]{0,3}";
        scalars.prop_recursive(4, 24, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                prop::collection::vec((names, inner), 0..6).prop_map(|members| {
                    serde_json::Value::Object(members.into_iter().collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn has_one_form_that_is_read_back(value in values()) {
            let written = Json::from_value(&value).unwrap();
            let text = written.to_string();
            prop_assert_eq!(&Json::read_canonical(text.as_bytes()).unwrap(), &written);
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(Json::from_value(&read).unwrap(), written);
        }
    }

    /// The examples of RFC 8785, 3.2.2 to 3.2.4, without its floats.
    #[test]
    fn is_written_as_the_standard_writes_it() {
        let canonical = |json: &str| Json::read(json.as_bytes()).unwrap().to_string();
        let text = r#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/""#;
        assert_eq!(canonical(text), r#""€$\u000f\nA'B\"\\\\\"/""#);
        assert_eq!(canonical("[ null, true, false ]"), "[null,true,false]");
        let names =
            r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        let sorted = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}";
        assert_eq!(canonical(names), sorted);
        let escapes = r#""\b\t\n\f\r\u0000\u001f\u007f""#;
        assert_eq!(canonical(escapes), "\"\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}\"");
    }

    #[test]
    fn refuses_what_two_readers_may_read_differently() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            "1.5",
            "1.0",
            "1e2",
            "-0",
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551616",
            "{} {}",
            "{}x",
            "\"\\ud800\"",
            "[1,]",
            "NaN",
            "",
            "\u{feff}{}",
        ] {
            assert!(Json::read(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["{ }", r#"{"b":1,"a":2}"#, r#""\u0041""#, r#""\/""#, "[1, 2]", "\"\\u000A\""] {
            assert!(Json::read(text.as_bytes()).is_ok(), "{text}");
            assert!(Json::read_canonical(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Json::from_value(&serde_json::json!(40.4)).is_err());
        assert_eq!(Json::text("e\u{301}"), Json::text("é"));
    }
}
