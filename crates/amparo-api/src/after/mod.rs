//! What comes after a statement is published: its owners are told when what it cites is another by now, and anybody checks what
//! it cites.
//!
//! | room | what is in it |
//! |---|---|
//! | `notices` | the notices of a network |
//! | `feed` | the same as a feed |
//! | `became` | what became of a cited incident: the differences, and a note to put under the statement |
//! | `verify` | checking citations: the operation |
//! | `body` | what is sent to be checked, whatever its form |
//! | `judge` | from what was found in it to what is said of each citation |
//! | `page` | the page on which people do it |

mod became;
mod body;
mod feed;
mod judge;
mod notices;
mod page;
mod verify;

use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use utoipa_axum::router::OpenApiRouter;

use crate::citing;
use crate::state::AppState;

pub(crate) use judge::{
    ChangeView, CitationView, FindingView, NewestView, VerifiedView, WhereView,
};
pub(crate) use notices::{ClosingBody, NoticeDetail, NoticeView};
pub(crate) use verify::TextBody;

/// The tag of these operations in the document.
const TAG: &str = "after";

/// So many documents are checked at once; others wait with theirs.
pub(crate) const AT_ONCE: usize = 4;

/// The routes, documented where they are made.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(notices::routes())
        .merge(feed::routes())
        .merge(verify::routes())
        .merge(page::routes())
}

/// A number as it is printed, with its letters.
fn printed(state: &AppState, kind: Kind, number: Number) -> String {
    format!("{} {number}", citing::prefix(state, kind)).replace('-', "\u{2011}")
}
