//! What has become of the records that are cited: a newer version, a dispute, a withdrawal, a merge.

use super::{Check, Cited, Code, FirstMarks, Fix, Standing, Statement};

pub(super) fn look(
    statement: &Statement<'_>,
    cited: &[Cited],
    marks: &FirstMarks,
    found: &mut Vec<Check>,
) {
    for of in cited {
        match of.standing {
            Standing::Withdrawn => {
                let message = format!(
                    "{} was withdrawn: nothing rests on it any more; take out what you say by it, and its mark",
                    of.number
                );
                let check = marks.check(Code::Withdrawn, of, message);
                found.push(check.blocking().fixed_by(Fix::Look));
                continue;
            }
            Standing::Merged(into) => {
                let message = match into {
                    Some(into) => format!(
                        "{} was merged into {into}, which says now what is known: cite that",
                        of.number
                    ),
                    None => format!("{} was merged into another record: cite that", of.number),
                };
                let check = marks.check(Code::Withdrawn, of, message);
                found.push(check.fixed_by(into.map_or(Fix::Look, Fix::CiteInstead)));
                continue;
            }
            Standing::Stands => {}
        }
        if of.disputed {
            let message = format!("{} is disputed: a credible source contradicts it", of.number);
            found.push(marks.check(Code::Disputed, of, message).fixed_by(Fix::Look));
        }
        if let Some(version) = of.version.filter(|version| *version < of.latest) {
            let why = match statement.known_on {
                Some(day) if !of.pinned => format!("as known on {day} version {version} is cited"),
                _ => format!("version {version} is cited"),
            };
            let message = format!("{}: {why}, and the latest is version {}", of.number, of.latest);
            let check = marks.check(Code::NewerVersion, of, message);
            found.push(check.fixed_by(Fix::CiteVersion(of.latest)));
        }
    }
}
