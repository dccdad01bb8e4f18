//! Cases.

use amparo_domain::case::CaseFacts;

use super::cursor::Object;
use super::reference::external_ids;

/// What a reference that describes a case says of it, too.
pub(super) fn basics(object: &Object<'_>) -> CaseFacts {
    let title = object.line("title").unwrap_or_default();
    CaseFacts { title, summary: None, external_ids: Vec::new() }
}

/// A case's record.
pub(super) fn record(object: &Object<'_>) -> CaseFacts {
    let (summary, external_ids) = (object.prose("summary"), external_ids(object));
    CaseFacts { summary, external_ids, ..basics(object) }
}
