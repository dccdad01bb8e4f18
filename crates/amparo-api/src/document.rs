//! The OpenAPI document: each operation is written where its route is made, so a handler that is
//! not in the document is not in the router.

use amparo_domain::kind::Kind;
use axum::routing::MethodRouter;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, Operation as OpenApiOperation, PathItem, Paths};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::dto;
use crate::problem::{Problem, ProblemError};
use crate::resource;
use crate::state::AppState;

/// The version of the API; it changes with what clients see.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An operation of the document.
#[derive(Clone)]
pub(crate) struct Operation {
    method: HttpMethod,
    value: Value,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// Anybody; a token shows more.
    Open,
    /// Somebody with a token.
    Token,
}

impl Operation {
    /// A read that anybody may make.
    pub(crate) fn read(id: &str, tag: &str, summary: &str, description: &str) -> Self {
        Self::new(HttpMethod::Get, id, tag, summary, description, Security::Open)
    }

    fn new(
        method: HttpMethod,
        id: &str,
        tag: &str,
        summary: &str,
        description: &str,
        security: Security,
    ) -> Self {
        let security = match security {
            Security::Open => json!([{}, {"token": []}]),
            Security::Token => json!([{"token": []}]),
        };
        Self {
            method,
            value: json!({
                "tags": [tag],
                "summary": summary,
                "description": description,
                "operationId": id,
                "parameters": [],
                "responses": {},
                "security": security,
            }),
        }
    }

    /// A path parameter.
    pub(crate) fn path(self, name: &str, description: &str, example: Value) -> Self {
        let schema = if example.is_number() { "integer" } else { "string" };
        self.with_parameter(json!({
            "name": name, "in": "path", "required": true, "description": description,
            "schema": {"type": schema}, "example": example,
        }))
    }

    /// Parameters of the query.
    pub(crate) fn query(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        for parameter in parameters {
            self = self.with_parameter(parameter);
        }
        self
    }

    fn header(self, name: &str, description: &str, required: bool, example: &str) -> Self {
        self.with_parameter(json!({
            "name": name, "in": "header", "required": required, "description": description,
            "schema": {"type": "string"}, "example": example,
        }))
    }

    fn with_parameter(mut self, parameter: Value) -> Self {
        if let Some(parameters) = self.value["parameters"].as_array_mut() {
            parameters.push(parameter);
        }
        self
    }

    fn body(
        mut self,
        media_types: &[&str],
        schema: &Value,
        example: &Value,
        required: bool,
    ) -> Self {
        let content: Map<String, Value> = media_types
            .iter()
            .map(|media| ((*media).to_owned(), json!({"schema": schema, "example": example})))
            .collect();
        self.value["requestBody"] = json!({"required": required, "content": content});
        self
    }

    /// A response with a JSON body.
    pub(crate) fn answers(mut self, status: u16, description: &str, schema: &Value) -> Self {
        self.value["responses"][status.to_string()] = json!({
            "description": description,
            "content": {"application/json": {"schema": schema}},
        });
        self
    }

    /// A response with an example body.
    pub(crate) fn answers_like(
        mut self,
        status: u16,
        description: &str,
        schema: &Value,
        example: &Value,
    ) -> Self {
        self.value["responses"][status.to_string()] = json!({
            "description": description,
            "content": {"application/json": {"schema": schema, "example": example}},
        });
        self
    }

    /// A response in plain text.
    pub(crate) fn answers_text(mut self, status: u16, description: &str) -> Self {
        self.value["responses"][status.to_string()] = json!({
            "description": description,
            "content": {"text/plain": {"schema": {"type": "string"}, "example": "ok\n"}},
        });
        self
    }

    /// A response that leads elsewhere.
    pub(crate) fn redirects(self, status: u16, description: &str) -> Self {
        self.nothing(status, description).sets(status, "Location", description)
    }

    fn sets(mut self, status: u16, header: &str, description: &str) -> Self {
        self.value["responses"][status.to_string()]["headers"][header] =
            json!({"description": description, "schema": {"type": "string"}});
        self
    }

    fn nothing(mut self, status: u16, description: &str) -> Self {
        self.value["responses"][status.to_string()] = json!({"description": description});
        self
    }

    /// The problems it can answer with.
    pub(crate) fn fails(mut self, statuses: &[u16]) -> Self {
        for status in statuses {
            let description = match status {
                400 => "The query, a header or the body cannot be read.",
                401 => "A valid token is needed.",
                403 => "The token's role does not allow this.",
                404 => "There is nothing here that the caller may see.",
                406 => "There is no such form of this.",
                409 => "The record is not in a state for this, or another is in the way.",
                410 => "The record was withdrawn; this is its tombstone.",
                412 => "The record has changed since it was read.",
                413 => "The body is too large.",
                415 => "The body is of a media type that is not taken here.",
                422 => "Something in the body cannot be taken; `errors` says what and where.",
                428 => "If-Match is needed.",
                _ => "The register cannot be reached, or it took too long.",
            };
            self.value["responses"][status.to_string()] = problem(description);
        }
        self
    }

    /// A route with its operations.
    pub(crate) fn route(
        path: &str,
        operations: Vec<Self>,
        handlers: MethodRouter<AppState>,
    ) -> UtoipaMethodRouter<AppState> {
        let mut item: Option<PathItem> = None;
        for Self { method, mut value } in operations {
            value["responses"]["default"] = problem("Anything else that fails.");
            let operation: OpenApiOperation =
                serde_json::from_value(value).expect("operations are written in OpenAPI's words");
            let this = PathItem::new(method, operation);
            match &mut item {
                Some(item) => item.merge_operations(this),
                None => item = Some(this),
            }
        }
        let mut paths = Paths::new();
        paths.paths.insert(path.to_owned(), item.unwrap_or_default());
        (Vec::new(), paths, handlers)
    }
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

/// A parameter of the query.
pub(crate) fn parameter(name: &str, description: &str, schema: Value, example: Value) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "description": description,
        "schema": schema, "example": example,
    })
}

/// A reference to a named schema.
pub(crate) fn schema<T: ToSchema>() -> Value {
    json!({"$ref": format!("#/components/schemas/{}", T::name())})
}

/// The name of the path parameter that names a record.
pub(crate) fn key_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Organization | Kind::Election => "number_or_slug",
        _ => "number",
    }
}

/// The operations of a kind of record.
pub(crate) struct Resource {
    kind: Kind,
    about: &'static str,
    parameters: Vec<Value>,
    view: Value,
    list: Value,
    new: Value,
    example: Value,
}

impl Resource {
    pub(crate) fn of<K: resource::Resource>() -> Self {
        let view = <K::View<'static> as ToSchema>::name();
        Self {
            kind: K::KIND,
            about: K::ABOUT,
            parameters: K::parameters(),
            view: json!({"$ref": format!("#/components/schemas/{view}")}),
            list: json!({"$ref": format!("#/components/schemas/{view}List")}),
            new: schema::<K::New>(),
            example: K::example(),
        }
    }

    fn one(&self) -> &'static str {
        self.kind.singular()
    }

    fn a(&self) -> String {
        let article = if matches!(self.kind, Kind::Incident | Kind::Organization | Kind::Election) {
            "an"
        } else {
            "a"
        };
        format!("{article} {}", self.one())
    }

    fn reads_one(&self, id: &str, summary: &str, description: &str) -> Operation {
        let security = if self.kind == Kind::Person { Security::Token } else { Security::Open };
        let tag = self.kind.plural();
        let operation = Operation::new(HttpMethod::Get, id, tag, summary, description, security);
        self.keyed(operation)
    }

    fn writes_one(
        &self,
        method: HttpMethod,
        id: &str,
        summary: &str,
        description: &str,
    ) -> Operation {
        let tag = self.kind.plural();
        let operation = Operation::new(method, id, tag, summary, description, Security::Token);
        self.keyed(operation)
    }

    fn keyed(&self, operation: Operation) -> Operation {
        let (description, example) = match self.kind {
            Kind::Organization => ("Its number, in any usual way of writing, or its slug.", "emds"),
            Kind::Election => {
                ("Its number, in any usual way of writing, or its slug.", "az-2024-presidential")
            }
            _ => ("Its number, in any usual way of writing.", "4827-1930"),
        };
        operation.path(key_name(self.kind), description, json!(example))
    }

    pub(crate) fn list(&self) -> Operation {
        let plural = self.kind.plural();
        let security = if self.kind == Kind::Person { Security::Token } else { Security::Open };
        let summary = format!("List {plural}");
        let description = format!(
            "{} A page at a time: `next` is the cursor of the next one, whose whole address is in \
             the `Link` header. Page ten thousand costs what page one costs.",
            self.about
        );
        Operation::new(
            HttpMethod::Get,
            &format!("list_{plural}"),
            plural,
            &summary,
            &description,
            security,
        )
        .query(self.parameters.clone())
        .query(page_parameters())
        .query(view_parameters())
        .answers(200, "A page.", &self.list)
        .sets(200, "ETag", "Tells this answer from another.")
        .sets(200, "Link", "The address of the next page, if there is one (RFC 8288).")
        .nothing(304, "The client has this answer already.")
        .fails(if self.kind == Kind::Person { &[400, 401, 403] } else { &[400, 401] })
    }

    pub(crate) fn create(&self) -> Operation {
        let one = self.one();
        let plural = self.kind.plural();
        Operation::new(
            HttpMethod::Post,
            &format!("create_{one}"),
            plural,
            &format!("Make {}", self.a()),
            "Makes a draft. People, organizations and elections that are described and not there \
             yet are made with it; `possible_duplicates` names records that may be the same.",
            Security::Token,
        )
        .query([reason_parameter()])
        .query(view_parameters())
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(&["application/json"], &self.new, &self.example, true)
        .answers(201, "It was made.", &self.written())
        .sets(201, "Location", "Where it is.")
        .sets(201, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 409, 413, 415, 422])
    }

    fn written(&self) -> Value {
        json!({"allOf": [self.view, {"$ref": "#/components/schemas/Written"}]})
    }

    pub(crate) fn get(&self) -> Operation {
        let one = self.one();
        self.reads_one(
            &format!("get_{one}"),
            &format!("Read {}", self.a()),
            "What is published; of a record that never was, what its network has of it, for staff.",
        )
        .query([parameter(
            "view",
            "working: the latest revision, for staff; published: what readers see.",
            json!({"type": "string", "enum": ["working", "published"]}),
            json!("published"),
        )])
        .query(view_parameters())
        .header("If-None-Match", "Entity tags of answers that the client has.", false, "\"b5m0…\"")
        .answers(200, "The record.", &self.view)
        .sets(200, "ETag", "Tells this answer from another; for staff, with the revision.")
        .nothing(304, "The client has this answer already.")
        .fails(if self.kind == Kind::Person {
            &[400, 401, 403, 404]
        } else {
            &[400, 401, 404, 410]
        })
    }

    pub(crate) fn replace(&self) -> Operation {
        let one = self.one();
        self.writes_one(
            HttpMethod::Put,
            &format!("replace_{one}"),
            &format!("Replace {}", self.a()),
            "What is not sent is gone afterwards. What GET gave may be sent back: read-only members \
             are accepted unchanged. A published record gets a working revision; readers see it \
             when it is published.",
        )
        .query([reason_parameter()])
        .query(view_parameters())
        .header("If-Match", IF_MATCH, true, "\"r3-b5m0\"")
        .body(&["application/json"], &self.new, &self.example, true)
        .answers(200, "It was saved.", &self.written())
        .sets(200, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428])
    }

    pub(crate) fn patch(&self) -> Operation {
        let one = self.one();
        let example = match self.kind {
            Kind::Person => json!({"position": "observer"}),
            Kind::Election | Kind::Organization => json!({"note": "Confirmed by its web site."}),
            Kind::Statement => json!({"tags": ["Solidarity"]}),
            _ => json!({"summary": "What happened, in other words."}),
        };
        self.writes_one(
            HttpMethod::Patch,
            &format!("patch_{one}"),
            &format!("Change members of {}", self.a()),
            "A JSON merge patch (RFC 7396): members that are sent replace those that are there, null \
             takes one away. Then as PUT.",
        )
        .query([reason_parameter()])
        .query(view_parameters())
        .header("If-Match", IF_MATCH, true, "\"r3-b5m0\"")
        .body(
            &["application/merge-patch+json", "application/json"],
            &json!({"type": "object", "description": "Members to change."}),
            &example,
            true,
        )
        .answers(200, "It was saved.", &self.written())
        .sets(200, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428])
    }

    pub(crate) fn delete(&self) -> Operation {
        let one = self.one();
        self.writes_one(
            HttpMethod::Delete,
            &format!("delete_{one}"),
            &format!("Remove {} that was never published", self.a()),
            "A published record is withdrawn instead, and stays citable as a tombstone.",
        )
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .nothing(204, "It was removed.")
        .fails(&[400, 401, 403, 404, 409, 410, 412])
    }

    fn verb(&self, verb: &str, past: &str, description: &str) -> Operation {
        let example = json!({"reason": "Confirmed by a second source."});
        self.writes_one(
            HttpMethod::Post,
            &format!("{verb}_{}", self.one()),
            &format!("{} {}", capital(verb), self.a()),
            description,
        )
        .query([reason_parameter()])
        .query(view_parameters())
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(&["application/json"], &schema::<dto::Reason>(), &example, false)
        .answers(200, &format!("It was {past}."), &self.written())
        .sets(200, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
    }

    pub(crate) fn submit(&self) -> Operation {
        self.verb("submit", "handed in", "Hands a draft in for review.")
    }

    pub(crate) fn publish(&self) -> Operation {
        self.verb(
            "publish",
            "published",
            "Makes the working revision the next version; for verifiers. A second version owes a \
             reason. An incident without a source is not published.",
        )
    }

    pub(crate) fn withdraw(&self) -> Operation {
        self.verb(
            "withdraw",
            "withdrawn",
            "Takes a published record back; for verifiers. It stays citable as a tombstone, and owes \
             a reason.",
        )
    }

    fn many(&self, verb: &str) -> Operation {
        let plural = self.kind.plural();
        let example = json!({"numbers": ["4827-1930"], "reason": "Confirmed by a second source."});
        Operation::new(
            HttpMethod::Post,
            &format!("{verb}_{plural}"),
            plural,
            &format!("{} several {plural}", capital(verb)),
            "Does the same to each of a list, and reports what became of each.",
            Security::Token,
        )
        .body(&["application/json"], &schema::<dto::ManyNumbers>(), &example, true)
        .answers(200, "What became of each.", &schema::<dto::ManyOutcomes>())
        .fails(&[400, 401, 413, 415, 422])
    }

    pub(crate) fn submit_many(&self) -> Operation {
        self.many("submit")
    }

    pub(crate) fn publish_many(&self) -> Operation {
        self.many("publish")
    }

    pub(crate) fn withdraw_many(&self) -> Operation {
        self.many("withdraw")
    }

    pub(crate) fn versions(&self) -> Operation {
        self.reads_one(
            &format!("list_{}_versions", self.one()),
            &format!("List the versions of {}", self.a()),
            "What was published, when and why, the first version first.",
        )
        .answers(200, "The versions.", &schema::<dto::VersionList>())
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 404, 410])
    }

    pub(crate) fn version(&self) -> Operation {
        self.reads_one(
            &format!("get_{}_version", self.one()),
            &format!("Read a version of {}", self.a()),
            "The record as it was published then, with `reason` and `published_at`. It never \
             changes, but for names that were taken down since.",
        )
        .path("version", "1, 2, 3, … without gaps.", json!(1))
        .query(view_parameters())
        .answers(
            200,
            "The version.",
            &json!({"allOf": [self.view, {"$ref": "#/components/schemas/Published"}]}),
        )
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 404, 410])
    }

    pub(crate) fn diff(&self) -> Operation {
        let which = |name: &str, default: &str| {
            parameter(
                name,
                &format!("A version; {default} if not given."),
                json!({"type": "integer", "minimum": 1}),
                json!(1),
            )
        };
        let differences = json!({"type": "array", "items": schema::<dto::Difference>()});
        self.reads_one(
            &format!("diff_{}_versions", self.one()),
            &format!("What changed between two versions of {}", self.a()),
            "Each place that differs, with what the one and the other version say there.",
        )
        .query([which("from", "the one before `to`"), which("to", "the latest"), lang_parameter()])
        .answers_like(
            200,
            "The differences.",
            &differences,
            &json!([{"pointer": "/summary", "from": "One.", "to": "Two."}]),
        )
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 404, 410])
    }

    pub(crate) fn revisions(&self) -> Operation {
        self.writes_one(
            HttpMethod::Get,
            &format!("list_{}_revisions", self.one()),
            &format!("List the revisions of {}", self.a()),
            "Every save, by whom and why; for staff of its network.",
        )
        .answers(200, "The revisions.", &schema::<dto::RevisionList>())
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 403, 404])
    }

    pub(crate) fn revision(&self) -> Operation {
        self.writes_one(
            HttpMethod::Get,
            &format!("get_{}_revision", self.one()),
            &format!("Read a revision of {}", self.a()),
            "The record as it was saved then; for staff of its network.",
        )
        .path("revision", "1, 2, 3, ….", json!(1))
        .query(view_parameters())
        .answers(200, "The revision.", &self.view)
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 403, 404])
    }

    pub(crate) fn events(&self) -> Operation {
        self.reads_one(
            "list_incident_events",
            "Read the timeline of an incident",
            "The dated steps, in the order in which they were added.",
        )
        .query(view_parameters())
        .answers(
            200,
            "The events.",
            &json!({"type": "object", "required": ["items"],
                    "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}}}),
        )
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 404, 410])
    }

    pub(crate) fn add_event(&self) -> Operation {
        let example = json!({"date": "2024-04-30", "kind": "remanded", "people": ["P1"],
                             "text": "Remanded for four months.", "source": "S1"});
        self.writes_one(
            HttpMethod::Post,
            "add_incident_event",
            "Add a step to the timeline of an incident",
            "Events are only ever added: a mistaken one is superseded by another. It changes the \
             state of the people it names and of nobody else.",
        )
        .query([reason_parameter()])
        .query(view_parameters())
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(&["application/json"], &schema::<dto::NewEvent>(), &example, true)
        .answers(201, "It was added; this is the incident.", &self.written())
        .sets(201, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
    }
}

const IDEMPOTENCY: &str = "A key of the client's choice, kept for 7 days: the same key and body lead \
                           to the same result, whatever the number of retries.";
const IF_MATCH: &str =
    "The ETag that the record had when it was read, so that nobody's change is lost.";

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn page_parameters() -> [Value; 3] {
    [
        parameter(
            "limit",
            "How many items a page has at most.",
            json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
            json!(50),
        ),
        parameter(
            "after",
            "The cursor `next` of the page before, unchanged.",
            json!({"type": "string"}),
            json!("AQAAAAAA…"),
        ),
        parameter(
            "total",
            "Whether `meta.total` is wanted; counting is not free.",
            json!({"type": "boolean", "default": false}),
            json!(true),
        ),
    ]
}

fn view_parameters() -> [Value; 3] {
    [
        lang_parameter(),
        parameter(
            "text",
            "raw: texts keep their `{P1}`; rendered: people as the record shows them.",
            json!({"type": "string", "enum": ["raw", "rendered"], "default": "rendered"}),
            json!("raw"),
        ),
        parameter(
            "fields",
            "Only these members, with commas between.",
            json!({"type": "string"}),
            json!("number,title,country"),
        ),
    ]
}

fn lang_parameter() -> Value {
    parameter(
        "lang",
        "The language of labels; else from Accept-Language.",
        json!({"type": "string", "enum": ["ar", "en", "es", "fr", "pt", "ru"]}),
        json!("fr"),
    )
}

fn reason_parameter() -> Value {
    parameter(
        "reason",
        "Why the change is made; kept with the revision.",
        json!({"type": "string", "maxLength": 1000}),
        json!("A second source."),
    )
}

/// The schemas that operations refer to.
pub(crate) fn components(document: &mut OpenApi) {
    let mut found: Vec<(String, RefOr<Schema>)> = Vec::new();
    macro_rules! add {
        ($($schema:ty),* $(,)?) => {$(
            found.push((<$schema as ToSchema>::name().into_owned(), <$schema as utoipa::PartialSchema>::schema()));
            <$schema as ToSchema>::schemas(&mut found);
        )*};
    }
    add!(
        Problem,
        ProblemError,
        dto::Incident<'static>,
        dto::Organization<'static>,
        dto::Person<'static>,
        dto::Election<'static>,
        dto::Case<'static>,
        dto::Statement<'static>,
        dto::NewIncident,
        dto::NewOrganization,
        dto::NewPerson,
        dto::NewElection,
        dto::NewCase,
        dto::NewStatement,
        dto::NewEvent,
        dto::Reason,
        dto::ManyNumbers,
        dto::ManyOutcomes,
        dto::VersionList,
        dto::RevisionList,
        dto::Difference,
        dto::Meta,
        dto::Warning,
        dto::PossibleDuplicateView,
        dto::MadeView,
        crate::reference::CountryView<'static>,
        crate::reference::CountryList<'static>,
        crate::reference::RegionList<'static>,
        crate::reference::VocabularyIndex<'static>,
        crate::reference::VocabularyList<'static>,
    );
    let components = document.components.get_or_insert_default();
    for (name, schema) in found {
        components.schemas.insert(name, schema);
    }
    let list = |name: &str| {
        json!({
            "type": "object",
            "description": "A page.",
            "required": ["items", "next", "meta"],
            "properties": {
                "items": {"type": "array", "description": "The records of the page.",
                          "items": {"$ref": format!("#/components/schemas/{name}")}},
                "next": {"type": ["string", "null"], "description": "The cursor of the next page; null on the last one."},
                "meta": {"$ref": "#/components/schemas/Meta"},
            },
        })
    };
    let mut add = |name: String, value: Value| {
        let schema: RefOr<Schema> =
            serde_json::from_value(value).expect("schemas are written in OpenAPI's words");
        components.schemas.insert(name, schema);
    };
    for name in ["Incident", "Organization", "Person", "Election", "Case", "Statement"] {
        add(format!("{name}List"), list(name));
    }
    add(
        "Written".to_owned(),
        json!({
            "type": "object",
            "description": "What a writer is told besides.",
            "properties": {
                "possible_duplicates": {"type": "array", "description": "Others that may be the same as what was made.",
                    "items": {"$ref": "#/components/schemas/PossibleDuplicate"}},
                "made": {"type": "array", "description": "Records that were made because this one described them and nothing fitted.",
                    "items": {"$ref": "#/components/schemas/Made"}},
                "warnings": {"type": "array", "description": "What should be looked at; it stops nothing.",
                    "items": {"$ref": "#/components/schemas/Warning"}},
            },
        }),
    );
    add(
        "Published".to_owned(),
        json!({
            "type": "object",
            "description": "What a version says besides.",
            "required": ["published_at"],
            "properties": {
                "published_at": {"type": "string", "format": "date-time", "description": "When it was published."},
                "reason": {"type": ["string", "null"], "description": "Why it was made."},
            },
        }),
    );
}

/// What stands around the operations.
pub(crate) fn frame() -> OpenApi {
    let tags = Kind::ALL.map(|kind| {
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
    tags.push(
        json!({"name": "reference", "description": "Countries, regions and the vocabulary."}),
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
                source. Errors are RFC 9457 problems that name the place and suggest.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This instance."}],
        "tags": tags,
        "paths": {},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer",
                          "description": "A token that the operator issued: `amparo token issue`."},
            },
        },
    }))
    .expect("the frame is written in OpenAPI's words")
}
