//! The requests by which the tables are asked, and what the answers say.

use std::collections::BTreeMap;

use amparo_tests::{Answer, approval};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::policy::{Kind, Operation, Policy, Principal, STATES};
use super::records::{Made, NOBODYS, OF_NETWORK, OF_RECORD, TO_BE_KNOWN, WAITING, World};
use super::records::{change, plain};

/// An answer as the tables speak of it.
pub(super) struct Told {
    /// The status; of a list of records, that of the one in it.
    pub(super) status: u16,
    /// All of it but the id of the request and the number that was asked about.
    pub(super) whole: String,
    /// Where it would be told what somebody may not know.
    pub(super) text: String,
}

/// Whether an operation needs a record about which something is asked.
pub(super) fn needs_question(operation: &Operation) -> bool {
    operation.path.ends_with("/answer")
}

/// Does an operation as somebody.
pub(super) async fn ask(
    world: &mut World<'_>,
    operation: &Operation,
    principal: &Principal,
    made: Option<&Made>,
    nth: usize,
) -> Told {
    if operation.path.ends_with("/intake") {
        // As much as people without an account may send.
        world.app.advance(TimeDelta::seconds(6));
    }
    let client = world.client(&principal.name);
    let number = made.map_or(NOBODYS, |made| made.number.as_str());
    let about_account = ["/accounts/{id}", "/members/{id}"];
    let account = if about_account.iter().any(|part| operation.path.contains(part)) {
        world.account(if operation.way == "elsewhere" { "elsewhere" } else { "default" }).await
    } else {
        String::new()
    };
    let path = filled(world, operation, number, made, &account).await;
    let method = operation.method();
    let body = body(world, operation, principal, made, number, nth).await;
    let media_type = match method {
        Method::PATCH => "application/merge-patch+json",
        _ => "application/json",
    };
    let mut headers = vec![("content-type", media_type)];
    if matches!(method, Method::PUT | Method::PATCH) || operation.path.ends_with("/picks") {
        headers.push(("if-match", "*"));
    }
    let sent = body.as_ref().map(Value::to_string).unwrap_or_default();
    let headers = if body.is_some() { headers } else { Vec::new() };
    let answer = client.send(method, &path, &headers, sent).await;
    let status = match &body {
        Some(body) if body.get("numbers").is_some() && answer.status == 200 => {
            let status = answer.json()["items"][0]["status"].as_u64().unwrap();
            u16::try_from(status).unwrap()
        }
        _ => answer.status.as_u16(),
    };
    Told { status, whole: whole(&answer, number), text: answer.text().to_lowercase() }
}

/// A path with its places filled.
async fn filled(
    world: &mut World<'_>,
    operation: &Operation,
    number: &str,
    made: Option<&Made>,
    account: &str,
) -> String {
    let template = operation.path.as_str();
    let mut path = String::new();
    let of_coverage = template.contains("/coverage/");
    let coverage = if of_coverage { world.coverage().await } else { String::new() };
    let other = if template.contains("{other}") { world.other().await } else { String::new() };
    let list = if template.contains("/lists/{") { world.list().await } else { String::new() };
    let search =
        if template.contains("/searches/{") { world.search().await } else { String::new() };
    for part in template.split('/').skip(1) {
        path.push('/');
        path += match part {
            "{number}" if !list.is_empty() => &list,
            "{number}" | "{number_or_slug}" => number,
            "{version}" if template.contains("/r/") || template.contains("/s/") => "v1",
            "{question}" | "{revision}" | "{version}" => "1",
            "{id}" if !account.is_empty() => account,
            "{id}" if !search.is_empty() => &search,
            "{id}" if template.contains("/responses/") => {
                made.map_or("5577006791947779410", |made| made.response.as_str())
            }
            "{id}" if template.contains("/endorsements/") => {
                made.map_or("5577006791947779410", |made| made.endorsement.as_str())
            }
            "{id}" if template.contains("/intake/") => &world.intake.0,
            "{id}" if template.contains("/tokens/") => world.token(),
            "{id}" if template.contains("/coverage/") => &coverage,
            "{id}" => made.map_or("5577006791947779410", |made| made.grant.as_str()),
            "{other}" => &other,
            "{code}" if template.contains("/receipts/") => &world.intake.1,
            "{code}" => "AZE",
            "{collection}" => "incidents",
            "{list}" => "incident_type",
            "{slug}" if template.contains("/networks/") => "default",
            "{slug}" => "not-found",
            part => {
                assert!(!part.starts_with('{'), "what is {part} in {template}?");
                part
            }
        };
    }
    match (operation.way.as_str(), operation.method()) {
        ("working", _) => path += "?view=working",
        ("md", _) => path += ".md",
        ("asked", _) => path += "?from=access_obstruction&to=detention&total=true",
        ("as_of", _) => {
            path += "?as_of=";
            path += &world.app.now().date_naive().to_string();
        }
        ("default", Method::GET) if !template.contains('{') => path += "?network=default",
        _ => {}
    }
    path
}

/// What is sent with an operation, so that nothing but who asks and the state decides; none where
/// nothing is sent.
async fn body(
    world: &mut World<'_>,
    operation: &Operation,
    principal: &Principal,
    made: Option<&Made>,
    number: &str,
    nth: usize,
) -> Option<Value> {
    let method = operation.method();
    if matches!(method, Method::GET | Method::DELETE) {
        return None;
    }
    if operation.id == "create_grant" {
        return Some(json!({"number": number, "network": "nowhere", "level": operation.way,
            "reason": "A second opinion."}));
    }
    if operation.id == "create_list" {
        // Something has to be there to be in it.
        world.other().await;
    }
    let Some(kind) = operation.kind else {
        return Some(body_of_no_record(operation, nth));
    };
    if operation.path.contains("/responses") {
        let words = json!({"kind": "appeal", "date": "2024-05-02", "text": "Let them go."});
        return Some(if method == Method::PATCH {
            json!({"text": "Let them all go."})
        } else {
            words
        });
    }
    if operation.path.ends_with("/endorsements") {
        return Some(json!({"organization": world.organization()}));
    }
    if method == Method::PUT {
        // What they got is sent back, with a change.
        let client = world.client(&principal.name);
        let got = match made {
            Some(made) => client.get(&format!("{}?view=working&text=raw", made.address)).await,
            None => return Some(plain(kind, nth)),
        };
        if got.status != 200 {
            return Some(plain(kind, nth));
        }
        let mut whole = got.json();
        for (member, value) in change(kind, "again").as_object().unwrap() {
            whole[member] = value.clone();
        }
        return Some(whole);
    }
    if method == Method::PATCH {
        return Some(change(kind, "again"));
    }
    if operation.path == format!("/api/v1/{}", kind.many) {
        return Some(plain(kind, nth));
    }
    let one = operation.path.contains('{');
    let mut body = match operation.path.rsplit('/').next().unwrap() {
        "submit" => json!({}),
        "dismiss" | "unmerge" => json!({"reason": "They are two."}),
        "picks" => json!({"incidents": [world.other().await]}),
        "merge" => json!({"into": world.other().await, "reason": "It is the same."}),
        "approve" => approval(&operation.path),
        "return" => json!({"question": "When was it?"}),
        "publish" | "decline" | "reopen" => json!({"reason": "We looked into it."}),
        "withdraw" => json!({"reason": "It was mistaken.", "reason_class": "mistaken"}),
        "assign" => json!({"to": null}),
        "grade" => json!({"grade": "reported"}),
        "questions" => json!({"text": "When was it?"}),
        "answer" => json!({"text": "On that day."}),
        "events" => json!({"date": "2024-05-02", "kind": "released", "people": ["P1"]}),
        "take-down" if kind.one == "person" => json!({"reason": "The family asked."}),
        "take-down" => json!({"person": "P1", "scope": "record", "reason": "The family asked."}),
        "consents" => json!({"purpose": "telling", "status": "given", "by": "family"}),
        other => panic!("what is sent to {other}?"),
    };
    if !one {
        body["numbers"] = json!([number]);
    }
    Some(body)
}

/// What is sent with an operation that is about no record.
fn body_of_no_record(operation: &Operation, nth: usize) -> Value {
    let way = operation.way.as_str();
    let role = if way == "admin" { "admin" } else { "contributor" };
    match operation.id.as_str() {
        "invite" if way == "default" => json!({"network": "default", "roles": [role]}),
        "invite" | "set_roles" => json!({"roles": [role]}),
        "create_account" => {
            json!({"invitation": "inv_nobody-made-it", "name": format!("guest-{nth}"),
            "password": "a lamp under the seventh stair"})
        }
        "accept_invitation" => json!({"invitation": "inv_nobody-made-it"}),
        "change_password" => json!({"password": "a lamp under the seventh stair",
            "new_password": "kettle orbit mustard lantern"}),
        "sign_in" => json!({"name": format!("nobody-{nth}"), "code": "287082",
            "password": "a lamp under the seventh stair"}),
        "step_up" => json!({"code": "287082"}),
        "switch_network" => json!({"network": "elsewhere"}),
        "issue_token" => json!({"name": "nightly", "scopes": ["contributor"]}),
        "create_network" => json!({"slug": format!("network-{nth}"), "name": "A network"}),
        "change_network" => json!({"name": format!("The network {nth}")}),
        "declare_coverage" if way == "default" => {
            json!({"network": "default", "from": "2024-01-01", "extent": "covered"})
        }
        "declare_coverage" | "replace_coverage" => {
            json!({"country": "AZE", "from": "2024-01-01", "extent": "partial"})
        }
        "open_endorsement" => json!({"code": "end_nobody-made-it"}),
        "answer_endorsement" => {
            json!({"answer": "endorsed", "name": "Ana", "role": "Chair"})
        }
        "answer_endorsement_by_code" => {
            json!({"code": "end_nobody-made-it", "answer": "endorsed", "name": "Ana", "role": "Chair"})
        }
        "send_intake" => json!({"kind": "report", "text": "Somebody was turned away."}),
        "create_list" => json!({"title": "What there is", "query": "country=AZE"}),
        "create_search" | "replace_search" => json!({"title": "Again", "query": "country=AZE"}),
        "verify" | "verify_page" => json!({"text": "OBS 4827-1930 v1"}),
        "close_intake" => json!({"answer": "It was looked into."}),
        _ => json!({}),
    }
}

/// An answer without what differs between any two; that on a list of records repeats the numbers in it, and its
/// tag tells one body from another.
fn whole(answer: &Answer, number: &str) -> String {
    let id = answer.header("x-request-id");
    let headers: BTreeMap<&str, &str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != "x-request-id")
        .filter(|(name, _)| !(answer.status == 200 && name.as_str() == "etag"))
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or("?")))
        .collect();
    let whole = format!("{} {headers:?}\n{}", answer.status, answer.text());
    whole.replace(&id, "ID").replace(number, "NUMBER")
}

/// The words in an answer that somebody may not hear.
pub(super) fn overheard(
    policy: &Policy,
    kind: Kind,
    state: Option<usize>,
    principal: &Principal,
    text: &str,
) -> Vec<String> {
    let words: [(&str, &[&str]); 4] = [
        ("words of the network", &[OF_NETWORK]),
        ("words to be known", &TO_BE_KNOWN),
        ("words that wait", &[WAITING]),
        ("words of the record", &[OF_RECORD]),
    ];
    let mut overheard = Vec::new();
    for (field, words) in words {
        // Where an answer is about no record, what stands in hidden ones is in it just as little.
        let state = match (state, field) {
            (None, "words of the record") => continue,
            (state, _) => state.unwrap_or(3),
        };
        let said = policy.field("anything", kind, state, field, principal);
        if said.is_ok_and(|said| said == Some("never")) {
            let heard = words.iter().filter(|word| text.contains(**word));
            overheard.extend(heard.map(|word| format!("{field}: {word}")));
        }
    }
    overheard
}

/// How a record is read, and what is got: the record as this read gives it; none where it gives none.
pub(super) async fn read(
    world: &World<'_>,
    read: &str,
    kind: Kind,
    state: usize,
    principal: &Principal,
    made: &Made,
) -> (Option<Value>, String) {
    let client = world.client(&principal.name);
    let at = &made.address;
    let code = if STATES[state] == "changed" { "published" } else { STATES[state] };
    let path = match read {
        "get" | "tombstone" => at.clone(),
        "working" => format!("{at}?view=working"),
        "version" => format!("{at}/versions/1"),
        "revision" => format!("{at}/revisions/1"),
        "events" => format!("{at}/events"),
        "list" => format!("/api/v1/{}?state={code}&limit=200", kind.many),
        "queue" => "/api/v1/queue?task=safety,new,changes,reply,due,import&limit=200".to_owned(),
        "questions" => "/api/v1/queue?task=question&limit=200".to_owned(),
        "grants" => format!("/api/v1/grants?number={}", made.number),
        "audit" => format!("/api/v1/audit?number={}", made.number),
        other => panic!("how is {other} read?"),
    };
    let answer = client.get(&path).await;
    let text = answer.text().to_lowercase();
    let wanted = if read == "tombstone" { 410 } else { 200 };
    if answer.status.as_u16() != wanted {
        return (None, text);
    }
    let got = answer.json();
    let got = match read {
        "events" => json!({"events": got["items"]}),
        "list" | "queue" | "questions" | "grants" | "audit" => {
            assert_eq!(got.get("next").and_then(Value::as_str), None, "{path} has another page");
            let mut items = got["items"].as_array().unwrap().iter();
            let item = items.find(|item| item["number"] == made.number.as_str());
            item.cloned().unwrap_or(Value::Null)
        }
        _ => got,
    };
    (Some(got), text)
}

/// What a field says.
pub(super) fn says(record: &Value, field: &str) -> &'static str {
    let of = |value: Option<&Value>| match value {
        None => "absent",
        Some(Value::Null) => "null",
        Some(_) => "shown",
    };
    let among = |list: &str, matches: &dyn Fn(&Value) -> bool| {
        record[list].as_array().and_then(|items| items.iter().find(|item| matches(item)).cloned())
    };
    match field.split_once('.') {
        _ if field == "the record" => {
            if record.is_null() {
                "absent"
            } else {
                "shown"
            }
        }
        Some((person, member)) if person.starts_with('P') => {
            of(among("people", &|item| item["ref"] == person).as_ref().and_then(|p| p.get(member)))
        }
        Some(("claims", "place")) => of(among("claims", &|item| item["field"] == "place").as_ref()),
        Some(("claims", source)) => {
            let of_source = |item: &Value| item["source"] == source && item["field"] != "place";
            of(among("claims", &of_source).as_ref())
        }
        Some(("E1", member)) => {
            of(among("events", &|item| item["ref"] == "E1").as_ref().and_then(|e| e.get(member)))
        }
        Some(_) => panic!("what is {field}?"),
        None if field.starts_with('S') => match among("sources", &|item| item["ref"] == field) {
            None => "absent",
            Some(source) if source["title"].is_null() => "stub",
            Some(_) => "shown",
        },
        None if field == "reason" => of(record.get("detail")),
        None => of(record.get(field)),
    }
}
