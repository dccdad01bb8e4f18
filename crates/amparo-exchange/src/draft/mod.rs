//! From a JSON document in the shape of the API to a draft, with all problems at once.
//!
//! [`read`] takes one record as a writer sends it, [`read_entry`] one out of an operator's file,
//! which may say its state, too. Every problem has the JSON pointer of its place in the document,
//! and what was probably meant where that can be told.
//!
//! Reading never stops at the first problem. What could not be read is noted and stood in for, so
//! that the domain can check the rest and the places of a list keep their positions; a draft comes
//! out only if nothing was noted.
//!
//! | file | what is in it |
//! |---|---|
//! | `cursor`, `shape`, `log` | walking the document; what an object may hold; noting what is wrong |
//! | `text`, `code`, `date`, `place`, `reference` | values |
//! | `people`, `source`, `event` | lists that records share or are made of |
//! | `incident`, `organization`, `election`, `case`, `statement` | the records |
//! | `members` | which members there are |

mod case;
mod code;
mod cursor;
mod date;
mod election;
mod event;
mod incident;
mod log;
mod members;
mod organization;
mod people;
mod place;
mod reference;
mod shape;
mod source;
mod statement;
#[cfg(test)]
mod tests;
mod text;

use amparo_domain::facts::{Draft, Facts};
use amparo_domain::kind::Kind;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State;
use serde_json::Value;

use self::cursor::{Node, Object, Place};
use self::log::Log;
pub use self::members::{members, read_only};
use self::shape::Shape;

/// A record that was read out of an operator's file.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// What it says.
    pub draft: Draft,
    /// The state that the file gives it.
    pub state: Option<State>,
    /// What should be looked at.
    pub warnings: Vec<Issue>,
}

/// Reads one record of a kind, as a writer sends it.
///
/// Gives the draft and what should be looked at; or else every problem, in the order in which their
/// places stand in the document: values of the wrong type, unknown members, values that cannot be,
/// and what the draft's own check finds.
///
/// ```
/// use amparo_domain::kind::Kind;
/// let sent = serde_json::json!({"title": "Case of the observers", "sumary": "…"});
/// let invalid = amparo_exchange::draft::read(Kind::Case, &sent).unwrap_err();
/// assert_eq!(invalid.0[0].pointer, "/sumary");
/// assert_eq!(invalid.0[0].did_you_mean, ["summary"]);
/// ```
pub fn read(kind: Kind, value: &Value) -> Result<(Draft, Vec<Issue>), Invalid> {
    let Read { draft, warnings, .. } = read_with(kind, value, &[])?;
    Ok((draft, warnings))
}

/// Reads one record of a kind out of an operator's file: like [`read`], and its `state`, too.
pub fn read_entry(kind: Kind, value: &Value) -> Result<Read, Invalid> {
    read_with(kind, value, &["state"])
}

fn read_with(kind: Kind, value: &Value, extras: &[&str]) -> Result<Read, Invalid> {
    let log = Log::default();
    let root = Node { value, place: Place::Root, log: &log };
    let read = root.object().map(|object| {
        object.only(&Shape {
            what: members::called(kind),
            members: members(kind),
            extras,
            ignored: &[],
            read_only: read_only(kind),
        });
        let state = extras.contains(&"state").then(|| object.code("state")).flatten();
        (record(kind, &object), state)
    });
    let warnings = log.into_result(value)?;
    let (draft, state) = read.expect("what cannot be read has been noted");
    Ok(Read { draft, state, warnings })
}

fn record(kind: Kind, object: &Object<'_>) -> Draft {
    let draft = match kind {
        Kind::Incident => Facts::Incident(incident::record(object)),
        Kind::Organization => Facts::Organization(organization::record(object)),
        Kind::Person => Facts::Person(people::record(object)),
        Kind::Election => Facts::Election(election::record(object)),
        Kind::Case => Facts::Case(case::record(object)),
        Kind::Statement => Facts::Statement(statement::record(object)),
    };
    object.log.absorb(object.place, draft.check(), |pointer| match kind {
        Kind::Person => people::sent(object, pointer),
        _ => pointer,
    });
    draft
}
