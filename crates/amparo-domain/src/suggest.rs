//! What somebody probably meant.

use crate::fold;

/// Up to three of the known words that are near the given one, nearest first.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = fold::key(&word.replace('_', " "));
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|candidate| {
            let key = fold::key(&candidate.replace('_', " "));
            (strsim::jaro_winkler(&wanted, &key), candidate)
        })
        .filter(|(score, _)| *score >= 0.82)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, candidate)| candidate.to_owned()).collect()
}
