//! Statements while they are drafted: what they cite as it was known on a day, what is to be looked at before they are
//! published, and what is added to them.
//!
//! | room | what is in it |
//! |---|---|
//! | here | what a write of a statement settles |
//! | `cited` | what a statement cites, in a bounded number of database statements |
//! | `checking` | what is to be looked at, as far as the caller may know; what keeps it from being published |
//! | `named` | whom it names because what it cites names them |
//! | `picking` | incidents that are added to what it cites |

mod checking;
mod cited;
mod named;
mod picking;

use amparo_domain::facts::{Draft, Facts, Stored};
use amparo_domain::validation::{Invalid, Issue};
use chrono::{DateTime, Utc};

use crate::resolve::Known;

pub use checking::CheckedStatement;
pub use cited::{CitedRecord, Drafting, LeftOut};
pub use picking::PICKED_MAX;

/// Refuses a day that is to come: nothing is known on it.
pub(crate) fn owes_a_day_that_was(draft: &Draft, now: DateTime<Utc>) -> Result<(), Invalid> {
    let today = now.date_naive();
    match draft {
        Facts::Statement(facts) if facts.known_on.is_some_and(|day| day > today) => {
            let message = format!("is in the future: it is {today} in UTC");
            let issue = Issue::at("/known_on", message).suggesting(vec![today.to_string()]);
            Err(Invalid(vec![issue]))
        }
        _ => Ok(()),
    }
}

/// Settles what a statement cites once it is known to which incidents its references lead: what its marks cite is in its
/// list, once, and in the version that it was in before, where its writer cannot see that.
pub(crate) fn settled(mut facts: Stored, before: Option<&Stored>, known: &Known) -> Stored {
    if let Stored::Statement(statement) = &mut facts {
        statement.cite_marked(|number| Some(*number), |number| number);
        if let Some(Stored::Statement(before)) = before {
            for cited in statement.incidents.iter_mut().filter(|cited| cited.version.is_none()) {
                let was = before.incidents.iter().find(|was| was.incident == cited.incident);
                if let Some(was) = was.filter(|_| !known.sees(cited.incident)) {
                    cited.version = was.version;
                }
            }
        }
    }
    facts
}
