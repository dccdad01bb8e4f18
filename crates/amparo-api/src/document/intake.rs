//! The operations by which people without an account ask.

use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;

use super::{Operation, Security, parameter, schema};
use crate::dto;

const TAG: &str = "intake";

fn item() -> Value {
    json!({"id": "4611686018427387904", "kind": "take_down", "about": "4827-1930",
           "received_at": "2026-11-25T08:00:00.000000Z", "state": "open"})
}

fn whole() -> Value {
    let mut whole = item();
    let words = json!({"text": "My brother is in danger because of this.", "contact": null,
                       "answer": null, "closed_at": null, "closed_by": null});
    if let (Value::Object(whole), Value::Object(words)) = (&mut whole, words) {
        whole.extend(words);
    }
    whole
}

pub(crate) fn send() -> Operation {
    Operation::new(
        HttpMethod::Post,
        "send_intake",
        TAG,
        "Ask for a take-down, a correction or a reply, or report something",
        "Needs no account. The answer is the same whether or not a record has the number. Only the \
         verifiers of the network that owns the record read it. No address of yours is kept. A retry with \
         the same `Idempotency-Key` and the same body gives the same receipt and is kept once.",
        Security::Open,
    )
    .header("Idempotency-Key", "A key of your choice, hard to guess.", false, "\"6f1c0e0a\"")
    .body(
        &["application/json"],
        &schema::<dto::NewIntakeView>(),
        &json!({"kind": "take_down", "about": "4827-1930",
                "text": "My brother is in danger because of this."}),
        true,
    )
    .answers_like(
        202,
        "It is kept and will be read.",
        &schema::<dto::ReceiptView>(),
        &json!({"receipt": "7F3KQ-9M2TX-0B8VD-4WHZR"}),
    )
    .fails(&[400, 413, 415, 422, 429])
}

pub(crate) fn receipt() -> Operation {
    Operation::read(
        "get_intake_receipt",
        TAG,
        "Hear what became of it",
        "For whoever holds the receipt, and nobody else.",
    )
    .path("code", "The receipt, however it is typed.", json!("7F3KQ-9M2TX-0B8VD-4WHZR"))
    .answers_like(
        200,
        "What became of it.",
        &schema::<dto::ReceiptState>(),
        &json!({"state": "closed", "answer": "The name is gone."}),
    )
    .fails(&[400, 404])
}

pub(crate) fn list() -> Operation {
    Operation::new(
        HttpMethod::Get,
        "list_intake",
        TAG,
        "List what was sent to a network",
        "For its verifiers: what has to be taken down first, then the oldest. What is about no record that \
         there is goes to the instance's own network.",
        Security::Token,
    )
    .query([
        parameter(
            "state",
            "open or closed.",
            json!({"type": "string", "enum": ["open", "closed"], "default": "open"}),
            json!("open"),
        ),
        parameter(
            "limit",
            "How many items a page has.",
            json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
            json!(20),
        ),
        parameter(
            "after",
            "The cursor of the page, from `next` of the one before.",
            json!({"type": "string"}),
            json!("4611686018427387904"),
        ),
    ])
    .answers_like(
        200,
        "A page.",
        &schema::<dto::IntakeList>(),
        &json!({"items": [item()], "next": null}),
    )
    .fails(&[400, 401, 403])
}

pub(crate) fn get() -> Operation {
    Operation::new(
        HttpMethod::Get,
        "get_intake",
        TAG,
        "Read what was sent",
        "With its words, for the verifiers of the network it is for. Each reading is in the audit trail.",
        Security::Token,
    )
    .path("id", "By what it is called.", json!("4611686018427387904"))
    .answers_like(200, "It.", &schema::<dto::IntakeView>(), &whole())
    .fails(&[400, 401, 403, 404])
}

pub(crate) fn close() -> Operation {
    Operation::new(
        HttpMethod::Post,
        "close_intake",
        TAG,
        "Answer what was sent",
        "Whoever holds the receipt reads the answer. The same answer again changes nothing, so a retry \
         needs no key.",
        Security::Token,
    )
    .path("id", "By what it is called.", json!("4611686018427387904"))
    .body(
        &["application/json"],
        &schema::<dto::IntakeAnswer>(),
        &json!({"answer": "The name is gone."}),
        true,
    )
    .answers(200, "It was answered.", &schema::<dto::IntakeView>())
    .fails(&[400, 401, 403, 404, 409, 413, 415, 422])
}
