//! What stands around the operations.

use amparo_domain::kind::Kind;
use serde_json::json;
use utoipa::openapi::OpenApi;

/// The version of the API; it changes with what clients see.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What stands around the operations.
pub(crate) fn frame() -> OpenApi {
    // What readers come for stands first.
    let kinds = [
        Kind::Incident,
        Kind::Organization,
        Kind::Election,
        Kind::Case,
        Kind::Statement,
        Kind::Person,
    ];
    let tags = kinds.map(|kind| {
        let about = match kind {
            Kind::Incident => "Acts or situations at a time and place: the heart of the register.",
            Kind::Organization => "Observer groups, networks, state bodies.",
            Kind::Person => "People in the records; for staff.",
            Kind::Election => "Elections that were or will be observed.",
            Kind::Case => "Incidents that belong together.",
            Kind::Statement => "What networks said in public, citing records.",
        };
        json!({"name": kind.plural(), "description": about})
    });
    let mut tags = tags.to_vec();
    tags.push(json!({"name": "counts", "description": "How many: incidents in groups, the values of filters, who is held, what followed what; and who looked where."}));
    tags.push(json!({"name": "exports", "description": "What is taken away: the same questions, answered as a whole in the forms of analysts' tools."}));
    tags.push(json!({"name": "citing", "description": "How to cite a record, a list or a count, in every form."}));
    tags.push(json!({"name": "endorsing", "description": "Who is asked to endorse a statement, and what they say."}));
    tags.push(json!({"name": "after", "description": "After a statement is published: notices that what it cites is another by now, and checking citations."}));
    tags.push(json!({"name": "keeping", "description": "For those who keep a copy, or come again: what changed, \
        what was withdrawn, lists that stay as they were, questions to ask again."}));
    tags.push(json!({"name": "ogc", "description": "OGC API – Features: the incidents for maps and geographic tools."}));
    tags.push(json!({"name": "review", "description": "What waits for a desk, or for an author."}));
    tags.push(
        json!({"name": "grants", "description": "Records that a network lets another one see."}),
    );
    tags.push(
        json!({"name": "reference", "description": "Countries, regions and the vocabulary."}),
    );
    tags.push(json!({"name": "intake", "description": "What people without an account ask."}));
    tags.push(
        json!({"name": "accounts", "description": "Networks, the people in them, what they sign in with, and what was done."}),
    );
    tags.push(json!({"name": "service", "description": "Permanent addresses and the state of the service."}));
    serde_json::from_value(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Amparo",
            "version": VERSION,
            "summary": "The public register of what is done to the people who observe elections.",
            "description": "Reading what is published needs no account. Names of people live in one \
                place: texts write a person as `{P1}`, and readers get the name, what they are, or \
                nothing, as each record says. Dates are EDTF level 1 and never more exact than the \
                source. Errors are RFC 9457 problems that name the place and suggest. Unknown parameters \
                and members are refused and never ignored. Every answer has an `x-request-id`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This instance."}],
        "tags": tags,
        "paths": {},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer",
                          "description": "A token that the operator issued (`amparo token issue`), or that an account \
                              issued for itself. It has the form \
                              `amp_[A-Za-z0-9_-]{8}_[A-Za-z0-9_-]{43}_[A-Za-z0-9]{6}`."},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-amparo",
                            "description": "The cookie that signing in sets. With it, whatever is not a read must come \
                                from this site's own pages, as `Sec-Fetch-Site` or `Origin` says."},
            },
        },
    }))
    .expect("the frame is written in OpenAPI's words")
}
