//! Atom feeds (RFC 4287), paged as RFC 5005 has it.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::escape::escape;

use super::in_xml;

/// A page of a feed.
#[derive(Debug)]
pub struct Feed<'a> {
    /// What names the feed for ever: the address of its first page.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Whose it is.
    pub author: &'a str,
    /// The language of what is not marked otherwise.
    pub language: &'a str,
    /// The address of this page.
    pub address: &'a str,
    /// The address of the next page.
    pub next: Option<&'a str>,
    /// When the newest entry changed.
    pub updated: DateTime<Utc>,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// An entry of a feed.
#[derive(Debug)]
pub struct Entry {
    /// What names it for ever: its permanent address.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What happened, as plain text.
    pub content: Option<String>,
    /// The language of its texts.
    pub language: Option<String>,
    /// When it was first published.
    pub published: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// Terms, each with the scheme it is of.
    pub categories: Vec<(&'static str, String)>,
}

impl Feed<'_> {
    /// The feed as XML. Nothing of a record is markup in it, and characters that XML cannot hold are replaced.
    pub fn to_xml(&self) -> String {
        let mut xml = String::with_capacity(1_024 * (self.entries.len() + 1));
        xml.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        let language = text(self.language);
        let head = write!(
            xml,
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
             <id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
             <author><name>{}</name></author>\n<link rel=\"self\" href=\"{}\"/>\n",
            text(self.id),
            text(self.title),
            instant(self.updated),
            text(self.author),
            text(self.address),
        );
        let next = match self.next {
            Some(next) => writeln!(xml, "<link rel=\"next\" href=\"{}\"/>", text(next)),
            None => Ok(()),
        };
        let entries: std::fmt::Result =
            self.entries.iter().try_for_each(|entry| entry.write(&mut xml));
        debug_assert!(head.and(next).and(entries).is_ok(), "a text takes what is written to it");
        xml.push_str("</feed>\n");
        xml
    }
}

impl Entry {
    fn write(&self, xml: &mut String) -> std::fmt::Result {
        match &self.language {
            Some(language) => writeln!(xml, "<entry xml:lang=\"{}\">", text(language))?,
            None => writeln!(xml, "<entry>")?,
        }
        let id = text(&self.id);
        writeln!(xml, "<id>{id}</id>\n<title>{}</title>", text(&self.title))?;
        writeln!(xml, "<link rel=\"alternate\" href=\"{id}\"/>")?;
        writeln!(xml, "<updated>{}</updated>", instant(self.updated))?;
        if let Some(published) = self.published {
            writeln!(xml, "<published>{}</published>", instant(published))?;
        }
        for (scheme, term) in &self.categories {
            writeln!(xml, "<category scheme=\"{}\" term=\"{}\"/>", text(scheme), text(term))?;
        }
        if let Some(content) = &self.content {
            writeln!(xml, "<content type=\"text\">{}</content>", text(content))?;
        }
        writeln!(xml, "</entry>")
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A text as XML holds it.
fn text(text: &str) -> String {
    escape(in_xml(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_record_is_markup() {
        let entry = Entry {
            id: "https://example.org/r/4827-1930".to_owned(),
            title: "<script>&\"'".to_owned(),
            content: Some("]]>\u{1}\u{b}bell\u{ffff}".to_owned()),
            language: None,
            published: None,
            updated: DateTime::UNIX_EPOCH,
            categories: vec![("country", "AZE".to_owned())],
        };
        let feed = Feed {
            id: "https://example.org/",
            title: "A & B",
            author: "A",
            language: "en",
            address: "https://example.org/?a=1&b=2",
            next: None,
            updated: DateTime::UNIX_EPOCH,
            entries: vec![entry],
        };
        let xml = feed.to_xml();
        assert!(xml.contains("<title>&lt;script&gt;&amp;&quot;&apos;</title>"), "{xml}");
        assert!(xml.contains(">]]&gt;\u{fffd}\u{fffd}bell\u{fffd}</content>"), "{xml}");
        assert!(xml.contains("href=\"https://example.org/?a=1&amp;b=2\""), "{xml}");
        let mut reader = quick_xml::Reader::from_str(&xml);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
}
