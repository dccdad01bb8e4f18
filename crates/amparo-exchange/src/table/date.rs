//! Dates in cells, by the format that the mapping gives.

use chrono::NaiveDate;

use crate::statement::month;

/// Whether a format can be read: it has a year, and a day only with a month.
pub(crate) fn is_date_format(format: &str) -> bool {
    let month = format.contains("%m") || format.contains("%B");
    format.contains("%Y") && (month || !format.contains("%d"))
}

/// The EDTF string of a date written in one of the formats, no more precise than the format.
pub(super) fn read(text: &str, formats: &[String]) -> Option<String> {
    formats.iter().find_map(|format| by_format(text, format))
}

fn by_format(text: &str, format: &str) -> Option<String> {
    let (mut year, mut month_, mut day) = (None, None, None);
    let mut rest = text.trim();
    let mut pattern = format.chars();
    while let Some(c) = pattern.next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            continue;
        }
        match pattern.next()? {
            'Y' => year = Some(number(&mut rest, 4)?),
            'm' => month_ = Some(number(&mut rest, 2)?),
            'd' => day = Some(number(&mut rest, 2)?),
            'B' => {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                month_ = Some(month(&rest[..end].to_lowercase())?);
                rest = &rest[end..];
            }
            _ => return None,
        }
    }
    rest.is_empty().then(|| edtf(year, month_, day)).flatten()
}

/// A date of the parts that are known.
pub(super) fn edtf(year: Option<u32>, month: Option<u32>, day: Option<u32>) -> Option<String> {
    let year = year?;
    match (month, day) {
        (None, _) => Some(format!("{year:04}")),
        (Some(month), None) => (1..=12).contains(&month).then(|| format!("{year:04}-{month:02}")),
        (Some(month), Some(day)) => {
            let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
            Some(date.to_string())
        }
    }
}

fn number(rest: &mut &str, most: usize) -> Option<u32> {
    let end = rest
        .char_indices()
        .take(most)
        .take_while(|(_, c)| c.is_ascii_digit())
        .last()
        .map(|(at, _)| at + 1)?;
    let (digits, after) = rest.split_at(end);
    *rest = after;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_stays_a_month() {
        let read = |text: &str, format: &str| read(text, &[format.to_owned()]);
        assert_eq!(read("January 2024", "%B %Y").as_deref(), Some("2024-01"));
        assert_eq!(read("3.12.2021", "%d.%m.%Y").as_deref(), Some("2021-12-03"));
        assert_eq!(read("1997", "%Y").as_deref(), Some("1997"));
        for (text, format) in [
            ("31.2.2021", "%d.%m.%Y"),
            ("Janvier 2024", "%B %Y"),
            ("2024 x", "%Y"),
            ("13/2024", "%m/%Y"),
        ] {
            assert_eq!(read(text, format), None, "{text}");
        }
    }
}
