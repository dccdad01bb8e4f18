//! The OpenAPI document is committed, complete, and true.
//!
//! `UPDATE_OPENAPI=1 cargo test openapi` writes anew what is committed: the document, and the answers
//! of the demonstration register that it shows as examples (run it twice then: the document is made
//! from them).

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use amparo_api::Settings;
use amparo_domain::access::{Actor, Role};
use amparo_domain::clock::Clock;
use amparo_domain::kind::Kind;
use amparo_exchange::draft;
use amparo_store::Store;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn updating() -> bool {
    std::env::var_os("UPDATE_OPENAPI").is_some_and(|value| !value.is_empty())
}

fn document() -> Value {
    amparo_api::openapi()
}

/// The operations: method, path, and what is written of them.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((method.clone(), path.clone(), operation));
        }
    }
    all
}

/// What an operation takes, looked up where it is written once for several.
fn parameters<'a>(document: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
    let own = operation["parameters"].as_array().into_iter().flatten();
    let looked_up = own.map(|parameter| match parameter["$ref"].as_str() {
        Some(place) => document.pointer(&place[1..]).expect("what is referred to is there"),
        None => parameter,
    });
    looked_up.collect()
}

#[test]
fn what_is_committed_is_what_the_router_says() {
    let json = amparo_api::openapi_json();
    for (path, now) in
        [("openapi/openapi.json", json), ("openapi/openapi.yaml", amparo_api::openapi_yaml())]
    {
        if updating() {
            fs::create_dir_all(file("openapi")).unwrap();
            fs::write(file(path), &now).unwrap();
        }
        let committed = fs::read_to_string(file(path)).unwrap_or_default();
        let differs = committed.lines().zip(now.lines()).position(|(one, other)| one != other);
        assert!(
            committed == now,
            "{path} is not what the router says, from line {} on: run `make openapi` and look at \
             the difference",
            differs.unwrap_or_else(|| committed.lines().count().min(now.lines().count())) + 1
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let pointer = reference.strip_prefix('#').expect("references stay inside");
                    assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                }
                members.values().for_each(|value| walk(value, document));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, document)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}

#[test]
fn every_operation_is_told_of_in_full() {
    let document = document();
    let tags: Vec<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let at = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(!id.is_empty() && ids.insert(id.to_owned()), "{at}: the id {id:?}");
        assert!(operation["tags"].as_array().is_some_and(|own| {
            own.iter().all(|tag| tags.contains(&tag.as_str().unwrap_or("")))
        }));
        for text in ["summary", "description"] {
            assert!(operation[text].as_str().is_some_and(|text| text.len() > 5), "{at}: {text}");
        }
        assert!(operation["security"].is_array(), "{at}: who may call it");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('4')), "{at}: no 4xx");
        assert!(responses.contains_key("default"), "{at}: what else may fail");
        for parameter in parameters(&document, operation) {
            let name = &parameter["name"];
            assert!(parameter["description"].is_string(), "{at}: {name} is not explained");
            assert!(!parameter["example"].is_null(), "{at}: {name} has no example");
        }
        let named = path.matches('{').count();
        let given = parameters(&document, operation).into_iter();
        assert_eq!(given.filter(|parameter| parameter["in"] == "path").count(), named, "{at}");
    }
}

#[test]
fn every_schema_and_member_is_explained() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name} is not explained");
        for (member, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string(), "{name}.{member} is not explained");
        }
    }
}

/// The schema of what a writer sends.
fn new(kind: Kind) -> String {
    let name = kind.singular();
    format!("New{}{}", name[..1].to_uppercase(), &name[1..])
}

#[test]
fn writers_may_send_what_the_document_says() {
    let document = document();
    for kind in Kind::ALL {
        let schema = &document["components"]["schemas"][new(kind)];
        let told: BTreeSet<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let taken: BTreeSet<&str> = draft::members(kind).iter().copied().collect();
        assert_eq!(told, taken, "{}", new(kind));
    }
}

#[test]
fn every_example_of_a_body_is_taken() {
    let document = document();
    let mut tried = 0;
    for (method, path, operation) in operations(&document) {
        let Some(Value::Object(content)) = operation["requestBody"].get("content") else {
            continue;
        };
        let kind = Kind::ALL.into_iter().find(|kind| operation["tags"][0] == kind.plural());
        for body in content.values() {
            let example = &body["example"];
            let mut errors = Vec::new();
            check(&document, &body["schema"], example, "", &mut errors);
            assert!(errors.is_empty(), "{method} {path}: {errors:#?}");
            let Some(kind) = kind else {
                continue;
            };
            // A ledger beside a record is none of what it says.
            if path.contains("/responses") {
                continue;
            }
            let whole = match (method.as_str(), path.rsplit('/').next().unwrap()) {
                (
                    "post",
                    "submit" | "publish" | "withdraw" | "approve" | "return" | "decline" | "reopen"
                    | "assign" | "grade" | "questions" | "answer" | "take-down" | "consents"
                    | "merge" | "unmerge" | "dismiss" | "picks",
                ) => continue,
                ("post", "events") => with(&document, kind, &json!({"events": [example]})),
                ("patch", _) => with(&document, kind, example),
                _ => example.clone(),
            };
            let read = draft::read(kind, &whole);
            assert!(read.is_ok(), "{method} {path}: {read:?}");
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried} examples");
}

/// The example of a new record, with other members.
fn with(document: &Value, kind: Kind, members: &Value) -> Value {
    let path = format!("/api/v1/{}", kind.plural());
    let example = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"];
    let mut whole = example["example"].clone();
    whole.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    whole
}

#[test]
fn every_example_of_an_answer_fits_its_schema() {
    let document = document();
    let mut tried = 0;
    let shared = document["components"]["responses"].as_object().unwrap().values();
    let own: Vec<&Value> = operations(&document)
        .into_iter()
        .flat_map(|(_, _, operation)| operation["responses"].as_object().unwrap().values())
        .collect();
    for response in shared.chain(own) {
        for (_, body) in response["content"].as_object().into_iter().flatten() {
            if let Some(example) = body.get("example") {
                let mut errors = Vec::new();
                check(&document, &body["schema"], example, "", &mut errors);
                assert!(errors.is_empty(), "{}: {errors:#?}", response["description"]);
                tried += 1;
            }
        }
    }
    assert!(tried > 40, "{tried} examples");
}

/// The app as it is served, middleware and all.
type App = tower::util::BoxCloneSyncService<Request, Response, Infallible>;

/// The demonstration register as it is served.
struct Demonstration {
    app: App,
    admin: String,
    verifier: String,
}

impl Demonstration {
    async fn start(folder: &Path) -> Self {
        let url = format!("sqlite://{}?mode=rwc", folder.join("openapi.db").display());
        let store =
            Store::connect(&url, 2, Clock::system(), amparo_cli::system_chance()).await.unwrap();
        store.migrate().await.unwrap();
        amparo_cli::load_demonstration_register(&store, "default").await.unwrap();
        let operator = Actor::operator("default");
        let admin = store.issue_token(&operator, "openapi", Role::Admin, "default").await.unwrap();
        let verifier =
            store.issue_token(&operator, "openapi", Role::Verifier, "default").await.unwrap();
        let state = amparo_cli::api_state(store, Settings::default()).await.unwrap();
        let app = App::new(amparo_cli::app(state));
        Self { app, admin: admin.secret, verifier: verifier.secret }
    }

    /// What the public gets, or staff; of people, those who know them.
    async fn get(&self, path: &str, staff: bool) -> Value {
        let mut request = Request::builder().uri(path);
        if staff {
            let known = path.starts_with("/api/v1/people");
            let token = if known { &self.verifier } else { &self.admin };
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_have_only_what_their_schema_has() {
    let folder = tempfile::tempdir().unwrap();
    let register = Demonstration::start(folder.path()).await;
    let document = document();
    let mut wrong = Vec::new();
    let fits = |path: &str, template: &str, answer: &Value, wrong: &mut Vec<String>| {
        let response = &document["paths"][template]["get"]["responses"]["200"];
        let schema = &response["content"]["application/json"]["schema"];
        assert!(!schema.is_null(), "{template} is not in the document");
        check(&document, schema, answer, path, wrong);
    };
    for (kind, key) in [
        (Kind::Incident, "number"),
        (Kind::Organization, "number_or_slug"),
        (Kind::Election, "number_or_slug"),
        (Kind::Case, "number"),
        (Kind::Statement, "number"),
        (Kind::Person, "number"),
    ] {
        let base = format!("/api/v1/{}", kind.plural());
        for staff in [false, true] {
            if kind == Kind::Person && !staff {
                continue;
            }
            let path = format!("{base}?limit=200&total=true");
            let list = register.get(&path, staff).await;
            fits(&path, &base, &list, &mut wrong);
            let items = list["items"].as_array().unwrap();
            assert!(!items.is_empty(), "there is nothing at {base}");
            for item in items.iter().take(5) {
                let number = item["number"].as_str().unwrap();
                let path = format!("{base}/{number}");
                let template = format!("{base}/{{{key}}}");
                let record = register.get(&path, staff).await;
                assert_eq!(&record, item, "{path} says something else than the list");
                fits(&path, &template, &record, &mut wrong);
                let mut more = vec![];
                if kind != Kind::Person {
                    more.extend(["/versions", "/versions/1", "/diff"]);
                }
                if kind == Kind::Incident {
                    more.push("/events");
                }
                if staff {
                    more.extend(["/revisions", "/revisions/1", "/questions"]);
                    if kind != Kind::Person {
                        more.push("/approvals");
                    }
                }
                for rest in more {
                    let template = match rest {
                        "/versions/1" => format!("{template}/versions/{{version}}"),
                        "/revisions/1" => format!("{template}/revisions/{{revision}}"),
                        rest => format!("{template}{rest}"),
                    };
                    let path = format!("{path}{rest}");
                    let answer = register.get(&path, staff).await;
                    fits(&path, &template, &answer, &mut wrong);
                }
            }
        }
    }
    for (path, template) in [
        ("/api/v1/countries", "/api/v1/countries"),
        ("/api/v1/countries/AZE", "/api/v1/countries/{code}"),
        ("/api/v1/regions", "/api/v1/regions"),
        ("/api/v1/vocabulary", "/api/v1/vocabulary"),
        ("/api/v1/vocabulary/event_kind", "/api/v1/vocabulary/{list}"),
        ("/api/v1/coverage", "/api/v1/coverage"),
        ("/api/v1/detained?on=2024-12-01", "/api/v1/detained"),
        (
            "/api/v1/escalation?from=discrediting_campaign&to=detention&within=P3660D&total=true",
            "/api/v1/escalation",
        ),
        ("/api/v1/counts/sentence?country=AZE&period=2024", "/api/v1/counts/sentence"),
    ] {
        let answer = register.get(path, false).await;
        fits(path, template, &answer, &mut wrong);
    }
    let answer = register.get("/api/v1/queue?total=true", true).await;
    assert!(!answer["items"].as_array().unwrap().is_empty(), "nobody is due to be confirmed");
    fits("/api/v1/queue", "/api/v1/queue", &answer, &mut wrong);
    for path in ["/me", "/networks", "/accounts", "/tokens", "/sessions", "/audit"] {
        let path = format!("/api/v1{path}");
        let answer = register.get(&path, true).await;
        fits(&path, &path, &answer, &mut wrong);
    }
    for (path, template) in [
        ("/api/v1/networks/default", "/api/v1/networks/{slug}"),
        ("/api/v1/networks/default/members", "/api/v1/networks/{slug}/members"),
    ] {
        let answer = register.get(path, true).await;
        fits(path, template, &answer, &mut wrong);
    }
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    let answer = register.get("/api/v1/incidents?contry=AZE", false).await;
    check(&document, &problem, &answer, "a problem", &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
    examples_are_real(&register).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_to_try_it_on_comes_from_the_program_alone() {
    let folder = tempfile::tempdir().unwrap();
    let register = Demonstration::start(folder.path()).await;
    let ask = async |path: &str| {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        register.app.clone().oneshot(request).await.unwrap()
    };
    for path in ["/docs", "/docs/"] {
        let answer = ask(path).await;
        assert_eq!(answer.status(), 307);
        assert_eq!(answer.headers()["location"], "/docs/index.html");
    }
    for file in ["index.html", "swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"] {
        let answer = ask(&format!("/docs/{file}")).await;
        assert_eq!(answer.status(), 200, "{file}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
    }
    // What need not be sent has no example there, because the page would send it.
    let document = register.get("/docs/openapi.json", false).await;
    for (_, path, operation) in operations(&document) {
        for parameter in parameters(&document, operation) {
            let needed = parameter["required"] == true;
            assert_eq!(parameter.get("example").is_some(), needed, "{path}: {parameter}");
        }
    }
}

/// The examples of records are what the register answers, but for numbers and times.
async fn examples_are_real(register: &Demonstration) {
    let incident = register.get("/api/v1/incidents?country=BLR&q=Svietlahorsk", false).await;
    let statement = register.get("/api/v1/statements?country=BLR&q=pressure", false).await;
    let incident = &incident["items"][0];
    let case = format!("/api/v1/cases/{}", incident["case"]["number"].as_str().unwrap());
    let answers = [
        ("incident", incident.clone()),
        ("statement", statement["items"][0].clone()),
        ("case", register.get(&case, false).await),
        ("organization", register.get("/api/v1/organizations/hrdfe", false).await),
        ("election", register.get("/api/v1/elections/by-2020-presidential", false).await),
        ("country", register.get("/api/v1/countries/AZE", false).await),
        ("vocabulary", register.get("/api/v1/vocabulary/grade", false).await),
    ];
    for (name, answer) in answers {
        let path = file(&format!("crates/amparo-api/src/document/examples/{name}.json"));
        let committed: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        if steady(&committed) == steady(&answer) {
            continue;
        }
        if updating() {
            fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&answer).unwrap()))
                .unwrap();
        } else {
            assert_eq!(steady(&committed), steady(&answer), "the example {name} is not real");
        }
    }
}

/// A value without what is by chance: numbers of records and times.
fn steady(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), steady(value))).collect()
        }
        Value::Array(items) => items.iter().map(steady).collect(),
        Value::String(text) if text.parse::<amparo_domain::number::Number>().is_ok() => {
            json!("a number")
        }
        Value::String(text) if text.contains('T') && text.ends_with('Z') => json!("a time"),
        other => other.clone(),
    }
}

/// Notes where a value does not fit a schema: a member that the schema does not have, one that is
/// missing, a value of another type.
fn check(document: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(&reference[1..]).unwrap();
        return check(document, target, value, at, wrong);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        let mut least: Option<Vec<String>> = None;
        for option in options {
            let mut errors = Vec::new();
            check(document, option, value, at, &mut errors);
            if least.as_ref().is_none_or(|least| errors.len() < least.len()) {
                least = Some(errors);
            }
        }
        wrong.extend(least.into_iter().flatten());
        return;
    }
    if schema["allOf"].is_array() {
        return object(document, schema, value, at, wrong);
    }
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let takes = |name: &Value| name == is || (name == "number" && is == "integer");
    let typed = match &schema["type"] {
        Value::Array(names) => names.iter().any(takes),
        name => takes(name),
    };
    if !typed {
        wrong.push(format!("{at}: {value} is not {}", schema["type"]));
    }
    match value {
        Value::Object(_) => object(document, schema, value, at, wrong),
        Value::Array(items) if schema["items"].is_object() => {
            for (i, item) in items.iter().enumerate() {
                check(document, &schema["items"], item, &format!("{at}/{i}"), wrong);
            }
        }
        _ => {}
    }
}

fn object(document: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let (mut properties, mut required) = (serde_json::Map::new(), Vec::new());
    members(document, schema, &mut properties, &mut required);
    let Some(value) = value.as_object() else {
        return wrong.push(format!("{at}: {value} is no object"));
    };
    if properties.is_empty() {
        // Any object, or a map.
        for (name, value) in value {
            if let Some(of) = schema.get("additionalProperties").filter(|of| of.is_object()) {
                check(document, of, value, &format!("{at}/{name}"), wrong);
            }
        }
        return;
    }
    for (name, value) in value {
        match properties.get(name) {
            Some(property) => check(document, property, value, &format!("{at}/{name}"), wrong),
            None => wrong.push(format!("{at}/{name} is not in the document")),
        }
    }
    for name in required {
        if !value.contains_key(&name) {
            wrong.push(format!("{at}/{name} is missing"));
        }
    }
}

/// The members of a schema and of those it is made of.
fn members(
    document: &Value,
    schema: &Value,
    properties: &mut serde_json::Map<String, Value>,
    required: &mut Vec<String>,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        return members(document, document.pointer(&reference[1..]).unwrap(), properties, required);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        members(document, part, properties, required);
    }
    if let Some(own) = schema["properties"].as_object() {
        properties.extend(own.clone());
    }
    let own = schema["required"].as_array().into_iter().flatten();
    required.extend(own.filter_map(Value::as_str).map(str::to_owned));
}
