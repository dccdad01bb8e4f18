//! Text that writes people as `{P1}`, so that a name lives in one place and can still go.

/// The people a text mentions, in order of first mention: `P1`, `P2`, ….
pub fn mentions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (_, reference) in tokens(text) {
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

/// The text with each `{P1}` replaced by what `display` gives for it; unknown ones stay.
///
/// ```
/// let text = amparo_domain::text::render("{P1} was detained.", |_| Some("A colleague".into()));
/// assert_eq!(text, "A colleague was detained.");
/// ```
pub fn render(text: &str, display: impl Fn(&str) -> Option<String>) -> String {
    let mut rendered = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, reference) in tokens(text) {
        rendered.push_str(&text[rest..at]);
        match display(reference) {
            Some(shown) => rendered.push_str(&shown),
            None => rendered.push_str(&text[at..at + reference.len() + 2]),
        }
        rest = at + reference.len() + 2;
    }
    rendered.push_str(&text[rest..]);
    rendered
}

/// Whether a text is a person reference, `P` and a number.
pub fn is_person_ref(text: &str) -> bool {
    is_ref(text, 'P')
}

/// Whether a text is a letter and a small number: `E12`, `S3`.
pub fn is_ref(text: &str, letter: char) -> bool {
    text.strip_prefix(letter).is_some_and(|digits| {
        (1..=4).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("{P").filter_map(|(at, _)| {
        let inner = &text[at + 1..];
        let end = inner.find('}')?;
        is_person_ref(&inner[..end]).then_some((at, &inner[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_and_replaces_only_tokens() {
        let text = "{P1} and {P12}, not {P0}, {Px}, {P1 or P1}; {P1}";
        assert_eq!(mentions(text), ["P1", "P12"]);
        let shown = render(text, |r| (r == "P1").then(|| "someone".to_owned()));
        assert_eq!(shown, "someone and {P12}, not {P0}, {Px}, {P1 or P1}; someone");
    }
}
