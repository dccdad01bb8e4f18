//! The six languages of the register, and text in all of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language the register speaks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Arabic, written right to left.
    Ar,
    /// English, the default.
    #[default]
    En,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// Portuguese.
    Pt,
    /// Russian.
    Ru,
}

impl Language {
    /// All six, in the order of their codes.
    pub const ALL: [Self; 6] = [Self::Ar, Self::En, Self::Es, Self::Fr, Self::Pt, Self::Ru];

    /// The ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::En => "en",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::Pt => "pt",
            Self::Ru => "ru",
        }
    }

    /// The language asked for by an `Accept-Language` header (RFC 9110 §12.5.4), English if none fits.
    pub fn negotiate(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|part| {
                let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
                let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
                let language = tag.trim().split('-').next()?.parse().ok()?;
                (weight > 0.0).then_some((weight, language))
            })
            .fold(None, |best: Option<(f32, Self)>, this| match best {
                Some(best) if best.0 >= this.0 => Some(best),
                _ => Some(this),
            })
            .map_or(Self::En, |(_, language)| language)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|l| l.code().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A short text in all six languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Arabic.
    pub ar: String,
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
    /// French.
    pub fr: String,
    /// Portuguese.
    pub pt: String,
    /// Russian.
    pub ru: String,
}

impl Labels {
    /// The text in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Ar => &self.ar,
            Language::En => &self.en,
            Language::Es => &self.es,
            Language::Fr => &self.fr,
            Language::Pt => &self.pt,
            Language::Ru => &self.ru,
        }
    }

    /// The texts in all languages, in the order of [`Language::ALL`].
    pub fn all(&self) -> [&str; 6] {
        [&self.ar, &self.en, &self.es, &self.fr, &self.pt, &self.ru]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiates_by_weight_then_order() {
        assert_eq!(Language::negotiate("de, fr;q=0.5, ru;q=0.9"), Language::Ru);
        assert_eq!(Language::negotiate("pt-BR, es"), Language::Pt);
        assert_eq!(Language::negotiate("de"), Language::En);
        assert_eq!(Language::negotiate("fr;q=0, ;;q=x"), Language::En);
    }
}
