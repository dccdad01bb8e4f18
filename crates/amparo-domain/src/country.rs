//! Countries and the regions they are counted in.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fold;
use crate::language::{Labels, Language};
use crate::suggest;

/// A country or territory of ISO 3166-1, or Kosovo under its user-assigned code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// Two-letter code, `AZ`. Namibia's is `NA`, which data tools read as missing.
    pub alpha2: String,
    /// Three-letter code, `AZE`: the one written out.
    pub alpha3: String,
    /// Three-digit code, `031`; none for Kosovo.
    pub numeric: Option<String>,
    /// UN M49 codes of the regions it lies in, the world first.
    pub m49: Vec<String>,
    /// The region in which election observers group it, where they do.
    pub region: Option<String>,
    /// The usual short name in six languages.
    pub names: Labels,
    /// Other names that people type.
    pub aliases: Vec<String>,
    /// A representative `[longitude, latitude]`, never to be shown as the place of anything.
    pub centroid: Option<[f64; 2]>,
    /// Boxes `[west, south, east, north]` around its outline.
    pub bbox: Option<Vec<[f64; 4]>>,
}

/// The country of something, by code: always one that exists.
///
/// ```
/// use amparo_domain::country::CountryCode;
/// let code: CountryCode = "Azerbaïdjan".parse().unwrap();
/// assert_eq!(code.to_string(), "AZE");
/// ```
#[derive(Clone, Copy)]
pub struct CountryCode(&'static Country);

/// A country that could not be told from what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no country is known by this code or name")]
pub struct UnknownCountry {
    /// Names that are near.
    pub did_you_mean: Vec<String>,
}

/// A group of countries: an M49 region, or one used by networks of observers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// `150` in M49, `eurasia` in the networks' scheme.
    pub code: String,
    /// Its name in six languages.
    pub names: Labels,
    /// The M49 region it lies in.
    #[serde(default)]
    pub parent: Option<String>,
}

#[derive(Deserialize)]
struct Regions {
    m49: Vec<Region>,
    gndem: Vec<Region>,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/countries.json")).expect("countries.json is checked")
});

static REGIONS: LazyLock<Regions> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/regions.json")).expect("regions.json is checked")
});

static BY_NAME: LazyLock<HashMap<String, &'static Country>> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    for country in COUNTRIES.iter() {
        let names =
            country.names.all().into_iter().chain(country.aliases.iter().map(String::as_str));
        by_name.extend(names.map(|name| (fold::key(name), country)));
    }
    for country in COUNTRIES.iter() {
        let codes = [Some(&country.alpha2), Some(&country.alpha3), country.numeric.as_ref()];
        by_name.extend(codes.into_iter().flatten().map(|code| (fold::key(code), country)));
    }
    by_name
});

/// All countries, by three-letter code.
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The M49 regions.
pub fn m49_regions() -> &'static [Region] {
    &REGIONS.m49
}

/// The regions in which networks of observers group countries.
pub fn network_regions() -> &'static [Region] {
    &REGIONS.gndem
}

impl CountryCode {
    /// The whole entry.
    pub fn country(self) -> &'static Country {
        self.0
    }

    /// The three-letter code.
    pub fn alpha3(self) -> &'static str {
        &self.0.alpha3
    }

    /// The name in a language.
    pub fn name(self, language: Language) -> &'static str {
        self.0.names.in_language(language)
    }

    /// A point `[longitude, latitude]` that stands for the whole country on a map, where no place in it is
    /// known. It is nobody's place: whoever shows it says so, and it is never stored with a record. All
    /// countries there are have one; where it comes from is told in `data/README.md`.
    ///
    /// ```
    /// use amparo_domain::country::CountryCode;
    /// let code: CountryCode = "AZE".parse().unwrap();
    /// assert_eq!(code.representative_point(), Some([48.63, 40.39]));
    /// ```
    pub fn representative_point(self) -> Option<[f64; 2]> {
        self.0.centroid
    }

    /// Whether a point `(longitude, latitude)` lies within `margin` degrees of the country's boxes;
    /// `None` where no outline is known.
    pub fn is_near(self, longitude: f64, latitude: f64, margin: f64) -> Option<bool> {
        let boxes = self.0.bbox.as_ref()?;
        Some(boxes.iter().any(|[west, south, east, north]| {
            (south - margin..=north + margin).contains(&latitude)
                && [-360.0, 0.0, 360.0]
                    .iter()
                    .any(|turn| (west - margin..=east + margin).contains(&(longitude + turn)))
        }))
    }
}

impl FromStr for CountryCode {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let key = fold::key(text);
        BY_NAME
            .get(&key)
            .map(|country| Self(country))
            .ok_or_else(|| UnknownCountry { did_you_mean: near_names(&key) })
    }
}

fn near_names(key: &str) -> Vec<String> {
    let near = suggest::nearest(key, BY_NAME.keys().filter(|k| k.len() > 3).map(String::as_str));
    let mut names: Vec<String> =
        near.iter().filter_map(|key| BY_NAME.get(key)).map(|c| c.names.en.clone()).collect();
    names.dedup();
    names
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alpha3())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alpha3())
    }
}

impl PartialEq for CountryCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.alpha3 == other.0.alpha3
    }
}

impl Eq for CountryCode {}

impl PartialOrd for CountryCode {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CountryCode {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.alpha3.cmp(&other.0.alpha3)
    }
}

impl std::hash::Hash for CountryCode {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.alpha3.hash(state);
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.alpha3())
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The countries a region name stands for: a network region (`eurasia`) or `m49:150`.
///
/// `net:enemo` names the members of a network and needs the register to resolve, so it is not here.
pub fn countries_in(region: &str) -> Result<Vec<CountryCode>, UnknownRegion> {
    let key = region.to_lowercase().replace([' ', '-'], "_");
    let members: Vec<CountryCode> = match key.strip_prefix("m49:") {
        Some(code) => {
            COUNTRIES.iter().filter(|c| c.m49.iter().any(|m| m == code)).map(CountryCode).collect()
        }
        None => COUNTRIES
            .iter()
            .filter(|c| c.region.as_deref() == Some(key.as_str()))
            .map(CountryCode)
            .collect(),
    };
    if members.is_empty() {
        let known = REGIONS.gndem.iter().map(|r| r.code.as_str());
        return Err(UnknownRegion { did_you_mean: suggest::nearest(&key, known) });
    }
    Ok(members)
}

/// A region that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no region is known by this name; see /api/v1/regions")]
pub struct UnknownRegion {
    /// Names that are near.
    pub did_you_mean: Vec<String>,
}
