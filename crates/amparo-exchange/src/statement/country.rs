//! The country that a text is about, by the names and adjectives in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use amparo_domain::country::{self, CountryCode};
use amparo_domain::fold;

/// Adjectives and names of peoples, which the table of countries does not hold.
const PEOPLES: &[(&str, &str)] = &[
    ("azerbaijani", "AZE"),
    ("ugandan", "UGA"),
    ("zimbabwean", "ZWE"),
    ("cambodian", "KHM"),
    ("guatemalan", "GTM"),
    ("guatemalteco", "GTM"),
    ("montenegrin", "MNE"),
    ("serbian", "SRB"),
    ("kyrgyz", "KGZ"),
    ("georgian", "GEO"),
    ("mozambican", "MOZ"),
    ("sierra leonean", "SLE"),
    ("bangladeshi", "BGD"),
    ("russian", "RUS"),
    ("belarusian", "BLR"),
    ("ukrainian", "UKR"),
    ("armenian", "ARM"),
    ("moldovan", "MDA"),
    ("kazakh", "KAZ"),
    ("tunisian", "TUN"),
    ("egyptian", "EGY"),
    ("iraqi", "IRQ"),
    ("lebanese", "LBN"),
    ("jordanian", "JOR"),
    ("kenyan", "KEN"),
    ("tanzanian", "TZA"),
    ("malawian", "MWI"),
    ("zambian", "ZMB"),
    ("nigerian", "NGA"),
    ("ghanaian", "GHA"),
    ("senegalese", "SEN"),
    ("malian", "MLI"),
    ("congolese", "COD"),
    ("ethiopian", "ETH"),
    ("venezuelan", "VEN"),
    ("nicaraguan", "NIC"),
    ("honduran", "HND"),
    ("salvadoran", "SLV"),
    ("mexican", "MEX"),
    ("bolivian", "BOL"),
    ("ecuadorian", "ECU"),
    ("peruvian", "PER"),
    ("colombian", "COL"),
    ("pakistani", "PAK"),
    ("sri lankan", "LKA"),
    ("malaysian", "MYS"),
    ("indonesian", "IDN"),
    ("philippine", "PHL"),
    ("filipino", "PHL"),
    ("burmese", "MMR"),
    ("thai", "THA"),
    ("albanian", "ALB"),
    ("macedonian", "MKD"),
    ("bosnian", "BIH"),
    ("kosovar", "XKX"),
    ("turkish", "TUR"),
    ("angolan", "AGO"),
    ("burundian", "BDI"),
    ("rwandan", "RWA"),
    ("sudanese", "SDN"),
];

static NAMES: LazyLock<HashMap<String, CountryCode>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for country in country::all() {
        let Ok(code) = country.alpha3.parse::<CountryCode>() else {
            continue;
        };
        let aliases = country.aliases.iter().map(String::as_str);
        for name in country.names.all().into_iter().chain(aliases) {
            if name.chars().count() >= 4 && name.chars().any(char::is_lowercase) {
                names.insert(fold::key(name), code);
            }
        }
    }
    for (people, code) in PEOPLES {
        if let Ok(code) = code.parse::<CountryCode>() {
            names.insert((*people).to_owned(), code);
            names.insert(format!("{people}s"), code);
        }
    }
    names
});

const LONGEST: usize = 5;

/// The countries named in a text, each as often as it is named.
pub(crate) fn named(text: &str) -> Vec<CountryCode> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let folded: Vec<String> = words.iter().map(|w| fold::fold(w)).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let small = words[at].chars().next().is_some_and(char::is_lowercase);
        let longest = LONGEST.min(words.len() - at);
        let matched = (1..=longest)
            .rev()
            .filter(|_| !small)
            .find_map(|n| NAMES.get(&folded[at..at + n].join(" ")).map(|code| (n, *code)));
        if let Some((taken, code)) = matched {
            found.push(code);
            at += taken;
        } else {
            at += 1;
        }
    }
    found
}

/// The one country that a text names, or `None` where it names several or none.
pub(crate) fn only(text: &str) -> Option<CountryCode> {
    let named = named(text);
    let first = *named.first()?;
    named.iter().all(|code| *code == first).then_some(first)
}

/// The country that a text names more often than any other, at least twice.
pub(crate) fn most(text: &str) -> Option<CountryCode> {
    let named = named(text);
    let count = |code: &CountryCode| named.iter().filter(|c| *c == code).count();
    let best = *named.iter().max_by_key(|code| count(code))?;
    let rival = named.iter().filter(|c| **c != best).map(count).max().unwrap_or(0);
    (count(&best) >= 2 && count(&best) >= 2 * rival).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_adjectives_count() {
        assert_eq!(
            only("Observers in Azerbaijan and Azerbaijani authorities").map(CountryCode::alpha3),
            Some("AZE")
        );
        assert_eq!(only("Sierra Leonean authorities").map(CountryCode::alpha3), Some("SLE"));
        assert_eq!(only("From Serbia to Uganda"), None);
        assert_eq!(only("a georgia-like peach"), None);
        assert_eq!(most("Serbia, Serbia, Uganda").map(CountryCode::alpha3), Some("SRB"));
    }
}
