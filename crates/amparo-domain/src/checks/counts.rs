//! A number of people that contradicts the records which its sentence cites, or a number of incidents that are not cited.
//!
//! Where nobody counted, nothing contradicts.

use super::written::{Counted, Exactly};
use super::{Check, Cited, Claimed, Code, Fix, written};

pub(super) fn look(claimed: &Claimed<'_>, citations: usize, found: &mut Vec<Check>) {
    let Claimed { pointer, text, sentence, cited } = claimed;
    if cited.is_empty() || cited.iter().any(|of| of.facts.is_none()) {
        return;
    }
    for number in written::numbers(text, sentence) {
        if number.exactly == Exactly::About {
            continue;
        }
        let Some(why) = differs(&number, cited, citations) else { continue };
        let check = Check::of(Code::CountDiffers, pointer, number.at, why);
        found.push(check.about(cited[0]).fixed_by(Fix::Look));
    }
}

fn differs(number: &written::Number, cited: &[&Cited], citations: usize) -> Option<String> {
    let count = number.count;
    let fits = |(min, max): &(u32, Option<u32>)| match number.exactly {
        // "At least two" is true of three.
        Exactly::AtLeast => max.is_none_or(|max| count <= max),
        _ => *min <= count && max.is_none_or(|max| count <= max),
    };
    match number.of {
        Counted::Incidents => {
            let here = u32::try_from(cited.len()).unwrap_or(u32::MAX);
            let all = u32::try_from(citations).unwrap_or(u32::MAX);
            let differs = ![here, all].iter().any(|cited| fits(&(*cited, Some(*cited))));
            differs
                .then(|| format!("says {count} incidents, and cites {here} here and {all} in all"))
        }
        Counted::People => {
            let each: Vec<(u32, Option<u32>)> =
                cited.iter().filter_map(|of| affected(of)).collect();
            let all = each.iter().fold((0_u32, Some(0_u32)), |(min, max), (low, high)| {
                (
                    min.saturating_add(*low),
                    max.zip(*high).map(|(max, high)| max.saturating_add(high)),
                )
            });
            let claimed = cited.iter().any(|of| claims(of, count));
            if claimed || each.len() < cited.len() || each.iter().chain([&all]).any(fits) {
                return None;
            }
            let (min, max) = all;
            let told = match max {
                Some(max) if max == min => format!("{min}"),
                Some(max) => format!("{min} to {max}"),
                None => format!("at least {min}"),
            };
            let of = if let [one] = cited {
                one.number.to_string()
            } else {
                "what is cited here".to_owned()
            };
            Some(format!("says {count}, where {of} says {told}"))
        }
    }
}

/// How many people a record says, at least and at most.
fn affected(of: &Cited) -> Option<(u32, Option<u32>)> {
    let facts = of.facts.as_ref()?;
    let linked = facts.people.iter().filter(|link| link.role.code() == "affected_person").count();
    let linked = u32::try_from(linked).unwrap_or(u32::MAX);
    let min = linked.saturating_add(facts.affected.unnamed_min.unwrap_or(0));
    let max = facts.affected.unnamed_max.map(|max| linked.saturating_add(max));
    Some((min, max))
}

/// Whether a source says this number, with or without those who are linked.
fn claims(of: &Cited, count: u32) -> bool {
    let Some(facts) = &of.facts else { return false };
    let linked = u64::try_from(facts.people.len()).unwrap_or(u64::MAX);
    let mut claims = facts.claims.iter().filter(|claim| claim.field.contains("affected"));
    claims.any(|claim| {
        let value = claim.value.as_u64().or_else(|| claim.value.as_str()?.parse().ok());
        value.is_some_and(|value| {
            value == u64::from(count) || value.saturating_add(linked) == u64::from(count)
        })
    })
}
