//! Small tables as CSV: what a program made, not what somebody wrote.

use std::borrow::Cow;

/// A table as CSV (RFC 4180): UTF-8, commas, CRLF, a header. A text that a spreadsheet would take for a
/// formula gets an apostrophe before it. `None` is an empty cell.
pub fn csv(header: &[&str], rows: impl IntoIterator<Item = Vec<Option<String>>>) -> Vec<u8> {
    let mut out = Vec::with_capacity(4_096);
    line(&mut out, header.iter().map(|name| Some(Cow::Borrowed(*name))));
    for row in rows {
        line(&mut out, row.into_iter().map(|cell| cell.map(Cow::Owned)));
    }
    out
}

fn line<'a>(out: &mut Vec<u8>, cells: impl Iterator<Item = Option<Cow<'a, str>>>) {
    for (nth, cell) in cells.enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        let Some(cell) = cell else { continue };
        let formula = cell.starts_with([
            '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
        ]);
        if !formula && !cell.contains(['"', ',', '\r', '\n']) {
            out.extend_from_slice(cell.as_bytes());
            continue;
        }
        out.push(b'"');
        if formula {
            out.push(b'\'');
        }
        out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_needs_it_and_takes_the_sting_out_of_formulas() {
        let some = |text: &str| Some(text.to_owned());
        let rows = vec![
            vec![some("2024-04"), some("1"), None],
            vec![some("=1+1"), some("a \"b\", c"), some("two\nlines")],
        ];
        let text = String::from_utf8(csv(&["month", "incidents", "name"], rows)).unwrap();
        assert_eq!(
            text,
            "month,incidents,name\r\n2024-04,1,\r\n\"'=1+1\",\"a \"\"b\"\", c\",\"two\nlines\"\r\n"
        );
    }
}
