//! As much of Markdown as is needed to find links and plain sentences.

/// Longer brackets are no links; this also keeps a hostile text from taking long.
const LONGEST_LINK: usize = 2_000;

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) title: String,
    pub(crate) url: String,
}

/// Every link of a text that leads to the web, each address once, in their order.
pub(crate) fn links(markdown: &str) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut at = 0;
    while let Some(found) = next_link(markdown, at) {
        at = found.end;
        let url = unescape(found.url);
        let web = url.starts_with("https://") || url.starts_with("http://");
        if !found.image && web && !links.iter().any(|l| l.url == url) {
            let title = plain(found.text).split_whitespace().collect::<Vec<_>>().join(" ");
            links.push(Link { title, url });
        }
    }
    links
}

/// The text without marks: links become their text, pictures vanish.
pub(crate) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut at = 0;
    while let Some(found) = next_link(markdown, at) {
        unmark(&markdown[at..found.start], &mut text);
        if !found.image {
            text.push_str(&plain(found.text));
        }
        at = found.end;
    }
    unmark(&markdown[at..], &mut text);
    text
}

struct Found<'t> {
    start: usize,
    end: usize,
    text: &'t str,
    url: &'t str,
    image: bool,
}

fn next_link(markdown: &str, from: usize) -> Option<Found<'_>> {
    let mut at = from;
    loop {
        let open = at + markdown[at..].find('[')?;
        at = open + 1;
        if markdown[..open].ends_with('\\') {
            continue;
        }
        let Some(close) = matching(markdown, open, b'[', b']') else {
            continue;
        };
        if !markdown[close + 1..].starts_with('(') {
            continue;
        }
        let Some(end) = matching(markdown, close + 1, b'(', b')') else {
            continue;
        };
        let target = markdown[close + 2..end].trim();
        let image = markdown[..open].ends_with('!');
        return Some(Found {
            start: open - usize::from(image),
            end: end + 1,
            text: &markdown[open + 1..close],
            url: target.split_whitespace().next().unwrap_or_default(),
            image,
        });
    }
}

fn matching(text: &str, open: usize, left: u8, right: u8) -> Option<usize> {
    let mut depth = 0_u32;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate().skip(open).take(LONGEST_LINK) {
        if at > 0 && bytes[at - 1] == b'\\' {
            continue;
        }
        if *byte == left {
            depth += 1;
        } else if *byte == right {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

fn unescape(url: &str) -> String {
    url.trim_matches(['<', '>']).replace("\\&", "&").replace("\\_", "_")
}

fn unmark(markdown: &str, into: &mut String) {
    let mut in_tag = false;
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '<' if chars.peek().is_some_and(|c| c.is_ascii_alphabetic() || *c == '/') => {
                in_tag = true;
            }
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => {}
            '*' | '`' => {}
            '_' => {
                let inside = into.ends_with(char::is_alphanumeric)
                    && chars.peek().is_some_and(|c| c.is_alphanumeric());
                if inside {
                    into.push('_');
                }
            }
            '\u{a0}' => into.push(' '),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_once_and_leaves_pictures() {
        let text = "![x](https://e.org/a.png) [**One** \\[1\\]](https://e.org/1 'One') and \
                    [two](https://e.org/2?a=1\\&b=2), [again](https://e.org/1), [no link] (x)";
        let found: Vec<(String, String)> =
            links(text).into_iter().map(|l| (l.title, l.url)).collect();
        assert_eq!(
            found,
            [
                ("One [1]".to_owned(), "https://e.org/1".to_owned()),
                ("two".to_owned(), "https://e.org/2?a=1&b=2".to_owned())
            ]
        );
    }

    #[test]
    fn brackets_without_end_take_no_time() {
        let hostile = "[".repeat(20_000);
        assert!(links(&hostile).is_empty());
        assert_eq!(plain(&"[a](".repeat(5_000)).len(), 20_000);
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(
            plain("*Bold* [**the** (AB)](https://e.org) snake_case _it_ <b>x</b>"),
            "Bold the (AB) snake_case it x"
        );
    }
}
