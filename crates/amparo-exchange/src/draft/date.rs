//! Dates: the EDTF text alone, or the object that a reader gets.

use amparo_domain::incident::DatePart;
use amparo_domain::partial_date::{DateError, PartialDate};
use chrono::NaiveDate;

use super::cursor::{Node, Object, WORDS_LIMIT};
use super::shape::Shape;

/// A date, and the parts of it that were inferred and not said.
pub(super) struct Dated {
    pub(super) date: PartialDate,
    pub(super) inferred: Vec<DatePart>,
}

const DATE: Shape<'_> = Shape {
    what: "a date",
    members: &["edtf", "start", "end", "precision", "approximate", "uncertain", "inferred"],
    extras: &[],
    ignored: &[],
    read_only: &[],
};

impl Node<'_> {
    /// A date with its inferred parts.
    pub(super) fn dated(&self) -> Option<Dated> {
        if self.value.is_string() {
            let date = self.edtf()?;
            return Some(Dated { date, inferred: Vec::new() });
        }
        if !self.value.is_object() {
            self.expected("a date like 2024-04-29");
            return None;
        }
        let object = self.shaped(&DATE)?;
        let edtf = object.get("edtf").and_then(|node| node.edtf());
        let edtf = object.require("edtf", edtf, "a date needs its EDTF text, like 2024-04-29");
        let mut inferred = Vec::new();
        if let Some(node) = object.get("inferred") {
            for part in node.items(WORDS_LIMIT, |node| node.code::<DatePart>()) {
                if !inferred.contains(&part) {
                    inferred.push(part);
                }
            }
        }
        let date = edtf?;
        agrees(&object, &date);
        Some(Dated { date, inferred })
    }

    /// A date of something of which nothing is inferred.
    pub(super) fn date(&self) -> Option<PartialDate> {
        let Dated { date, inferred } = self.dated()?;
        if !inferred.is_empty() {
            self.error("only for the day an incident occurred can parts be inferred");
        }
        Some(date)
    }

    /// A single day.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        let date = self.edtf()?;
        let day = date.exact_day().filter(|day| day.to_string() == date.edtf());
        if day.is_none() {
            self.error("expected a single day, like 2024-04-29");
        }
        day
    }

    fn edtf(&self) -> Option<PartialDate> {
        let text = self.str()?;
        text.parse()
            .map_err(|error: DateError| self.error_suggesting(error.message, error.did_you_mean))
            .ok()
    }
}

/// Notes where what was derived from a date no longer fits it: somebody changed the wrong member.
fn agrees(object: &Object<'_>, date: &PartialDate) {
    for (name, day) in [("start", date.start()), ("end", date.end())] {
        let Some(node) = object.get(name) else {
            continue;
        };
        if let Some(sent) = node.str()
            && day.is_none_or(|day| sent != day.to_string())
        {
            let fits = day.map_or_else(|| "none".to_owned(), |day| day.to_string());
            node.error(format!("does not fit the EDTF text, which gives {fits}: change edtf"));
        }
    }
    if let Some(node) = object.get("precision") {
        let fits = date.precision().code();
        if node.str().is_some_and(|sent| sent != fits) {
            node.error(format!("does not fit the EDTF text, which gives {fits}: change edtf"));
        }
    }
    let marks = [
        ("approximate", date.is_approximate(), "~ after the date says approximate"),
        ("uncertain", date.is_uncertain(), "? after the date says uncertain"),
    ];
    for (name, fits, hint) in marks {
        let sent = object.flag(name);
        if object.get(name).is_some_and(|node| node.value.is_boolean()) && sent != fits {
            object.error_at(name, format!("does not fit the EDTF text: {hint}"));
        }
    }
}

impl Object<'_> {
    /// A date.
    pub(super) fn date(&self, name: &str) -> Option<PartialDate> {
        self.get(name)?.date()
    }
}
