//! The operations by which a desk reviews.

use amparo_domain::kind::Kind;
use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;

use super::resource::{IDEMPOTENCY, lang_parameter, page_parameters};
use super::{Operation, Resource, Security, parameter, schema};
use crate::dto;

/// The body of a verb of a review, and an example of it.
pub(super) fn body(verb: &str, kind: Kind) -> Option<(Value, Value)> {
    Some(match verb {
        "approve" => (schema::<dto::NewApproval>(), approval(kind)),
        "return" => (
            schema::<dto::NewReturn>(),
            json!({"question": "On which day was this? The two sources differ."}),
        ),
        "decline" => {
            (schema::<dto::OwedReason>(), json!({"reason": "It was not about observers."}))
        }
        "reopen" => (schema::<dto::OwedReason>(), json!({"reason": "A new source says it was."})),
        "assign" => (schema::<dto::NewAssignment>(), json!({"to": "4611686018427387904"})),
        "grade" => (
            schema::<dto::NewGrade>(),
            json!({"grade": "confirmed", "basis": "direct_contact",
                   "reason": "We spoke with the head of the mission."}),
        ),
        _ => return None,
    })
}

/// The same for a list of records.
pub(super) fn body_of_many(verb: &str, kind: Kind) -> Option<(Value, Value)> {
    let schema = match verb {
        "approve" => schema::<dto::ManyApprovals>(),
        "return" => schema::<dto::ManyReturns>(),
        "decline" => schema::<dto::ManyRefusals>(),
        _ => return None,
    };
    let (_, mut example) = body(verb, kind)?;
    example["numbers"] = json!(["4827-1930"]);
    Some((schema, example))
}

fn approval(kind: Kind) -> Value {
    if kind != Kind::Incident {
        return json!({"note": "Its web site says the same."});
    }
    json!({"checklist": {"date_precision": true, "place_precision": true, "names": "not_applicable",
                         "contact": true, "source_archived": true, "translation": "not_applicable"}})
}

impl Resource {
    pub(crate) fn approve(&self) -> Operation {
        self.verb(
            "approve",
            "approved",
            "Says that the working revision may be published; for verifiers of its network who did \
             not make any of it. An incident owes the checklist. Any change voids approvals; a \
             second approval by the same person is the first.",
        )
    }

    pub(crate) fn give_back(&self) -> Operation {
        self.verb(
            "return",
            "returned",
            "Gives it back to who logged it, with a question; for verifiers. It is a draft again, \
             or stays published where it was.",
        )
    }

    pub(crate) fn decline(&self) -> Operation {
        self.verb(
            "decline",
            "declined",
            "Refuses what was handed in; for verifiers. Staff of its network still see it.",
        )
    }

    pub(crate) fn reopen(&self) -> Operation {
        self.verb(
            "reopen",
            "reopened",
            "Makes a declined record a draft again; for verifiers and its author.",
        )
    }

    pub(crate) fn assign(&self) -> Operation {
        self.verb(
            "assign",
            "assigned",
            "Says who looks after it, a verifier of its network, or nobody; for verifiers. What was \
             handed in is in review then.",
        )
    }

    pub(crate) fn grade(&self) -> Operation {
        self.verb(
            "grade",
            "graded",
            "Says how far it is borne out and what that rests on; for verifiers. It is a change \
             like any other: who grades does not approve.",
        )
    }

    pub(crate) fn approve_many(&self) -> Operation {
        self.many("approve")
    }

    pub(crate) fn return_many(&self) -> Operation {
        self.many("return")
    }

    pub(crate) fn decline_many(&self) -> Operation {
        self.many("decline")
    }

    pub(crate) fn approvals(&self) -> Operation {
        self.writes_one(
            HttpMethod::Get,
            &format!("list_{}_approvals", self.one()),
            &format!("Who approved {}", self.a()),
            "Who approved which revision and when, and what the working revision still needs; for \
             staff of its network.",
        )
        .answers_like(
            200,
            "The approvals.",
            &schema::<dto::ApprovalList>(),
            &json!({"items": [{"revision": 2, "who": "4611686018427387904",
                               "at": "2026-11-25T09:00:00.000000Z", "checklist": null, "note": null}],
                    "revision": 2, "there": 1, "needed": 2, "reasons": ["personal_name"]}),
        )
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 403, 404])
    }

    pub(crate) fn questions(&self) -> Operation {
        self.writes_one(
            HttpMethod::Get,
            &format!("list_{}_questions", self.one()),
            &format!("What was asked about {}", self.a()),
            "The questions of reviewers and the answers to them; for staff of its network.",
        )
        .answers_like(200, "The questions.", &schema::<dto::QuestionList>(), &asked())
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 403, 404])
    }

    pub(crate) fn ask(&self) -> Operation {
        self.writes_one(
            HttpMethod::Post,
            &format!("ask_about_{}", self.one()),
            &format!("Ask about {}", self.a()),
            "Asks those who logged it, without giving it back; for verifiers.",
        )
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(
            &["application/json"],
            &schema::<dto::NewText>(),
            &json!({"text": "On which day was this?"}),
            true,
        )
        .answers_like(201, "It was asked.", &schema::<dto::QuestionList>(), &asked())
        .fails(&[400, 401, 403, 404, 409, 410, 413, 415, 422])
    }

    pub(crate) fn answer(&self) -> Operation {
        self.writes_one(
            HttpMethod::Post,
            &format!("answer_about_{}", self.one()),
            &format!("Answer a question about {}", self.a()),
            "Answers, once; for those who log for its network.",
        )
        .path("question", "Which of its questions: 1, 2, 3, ….", json!(1))
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(
            &["application/json"],
            &schema::<dto::NewText>(),
            &json!({"text": "On the 7th; the second source has it wrong."}),
            true,
        )
        .answers(200, "It was answered.", &schema::<dto::QuestionList>())
        .fails(&[400, 401, 403, 404, 409, 410, 413, 415, 422])
    }
}

fn asked() -> Value {
    json!({"items": [{"id": 1, "revision": 1, "text": "On which day was this?",
                      "asked_by": "4611686018427387904", "asked_at": "2026-11-25T09:00:00.000000Z",
                      "answer": null, "answered_by": null, "answered_at": null}]})
}

/// The queue of a desk.
pub(crate) fn queue() -> Operation {
    let flag = |name: &str, description: &str| {
        parameter(name, description, json!({"type": "boolean", "default": false}), json!(true))
    };
    Operation::new(
        HttpMethod::Get,
        "list_queue",
        "review",
        "What waits",
        "For verifiers and network administrators, what waits for the desk of their network; for \
         those who log, what they are asked about their own records. Those in danger now come \
         first, then what waits longest. Titles hold no names.",
        Security::Token,
    )
    .query([
        parameter(
            "task",
            "What there is to do: `safety`, `new`, `changes`, `reply`, `due`, `import`, or `question` \
             for what waits for an answer, which is left out if not asked for. Commas or repeats are \
             OR, `task!=` is NOT.",
            json!({"type": "string"}),
            json!("safety"),
        ),
        flag("mine", "Only what the caller looks after."),
        parameter(
            "assigned",
            "`none`: only what nobody looks after.",
            json!({"type": "string", "enum": ["none"]}),
            json!("none"),
        ),
        flag("two_person", "Only what needs two approvals."),
        parameter(
            "country",
            "The country: alpha-3, alpha-2, numeric, or a name in six languages. Commas or repeats \
             are OR, `country!=` is NOT.",
            json!({"type": "string"}),
            json!("AZE"),
        ),
    ])
    .query(page_parameters())
    .query([lang_parameter()])
    .answers_like(
        200,
        "A page.",
        &schema::<dto::Queue<'static>>(),
        &json!({
            "items": [{
                "task": "safety", "kind": "incident", "number": "4827-1930",
                "title": "Detention of an observer", "country": "AZE", "state": "submitted",
                "in_danger_now": true, "waiting_since": "2026-11-25T08:00:00.000000Z",
                "assigned_to": null, "approvals": {"there": 0, "needed": 2},
                "possible_duplicates": null,
            }],
            "next": null, "meta": {"total": 1},
        }),
    )
    .sets(200, "ETag", "Tells this answer from another.")
    .sets(200, "Link", "The address of the next page, if there is one (RFC 8288).")
    .nothing(304, "The client has this answer already.")
    .fails(&[400, 401, 403])
}
