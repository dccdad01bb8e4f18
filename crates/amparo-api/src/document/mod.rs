//! The OpenAPI document: each operation is written where its route is made, so a handler that is
//! not in the document is not in the router.
//!
//! | room | what is in it |
//! |---|---|
//! | here | the builder of one operation |
//! | `resource`, `review` | the operations that every kind of record has |
//! | `components`, `failures` | the schemas and the problems that operations refer to |
//! | `examples` | answers of the demonstration register; a test compares them with real ones |
//! | `shared` | parameters that several operations take, written once |
//! | `frame`, `yaml` | what stands around the operations; the document as YAML |

mod components;
pub(crate) mod examples;
mod failures;
mod frame;
pub(crate) mod intake;
mod merge;
mod resource;
mod review;
mod shared;
mod yaml;

use axum::routing::MethodRouter;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, Operation as OpenApiOperation, PathItem, Paths};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::state::AppState;

pub(crate) use components::components;
pub(crate) use frame::frame;
pub(crate) use resource::{
    Resource, key_name, lang_parameter, page_parameters, text_parameters, view_parameters,
};
pub(crate) use review::queue;
pub(crate) use shared::{operations, share};
pub(crate) use yaml::yaml;

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

    /// What somebody does or reads who signed in or has a token.
    pub(crate) fn own(
        method: HttpMethod,
        id: &str,
        tag: &str,
        summary: &str,
        description: &str,
    ) -> Self {
        Self::new(method, id, tag, summary, description, Security::Token)
    }

    /// The same, by anybody: who asks is told by the body.
    pub(crate) fn by_anybody(mut self) -> Self {
        self.value["security"] = json!([{}]);
        self
    }

    /// A read that needs a token.
    pub(crate) fn known(id: &str, tag: &str, summary: &str, description: &str) -> Self {
        Self::own(HttpMethod::Get, id, tag, summary, description)
    }

    /// A `POST` that needs a token.
    pub(crate) fn makes(id: &str, tag: &str, summary: &str, description: &str) -> Self {
        Self::own(HttpMethod::Post, id, tag, summary, description)
    }

    /// A `DELETE` that needs a token.
    pub(crate) fn removes(id: &str, tag: &str, summary: &str, description: &str) -> Self {
        Self::own(HttpMethod::Delete, id, tag, summary, description)
    }

    /// A JSON body, which is needed.
    pub(crate) fn takes(self, schema: &Value, example: &Value) -> Self {
        self.body(&["application/json"], schema, example, true)
    }

    /// A body of any of several media types, which is needed.
    pub(crate) fn takes_any(mut self, forms: &[(&str, Value, Option<Value>)]) -> Self {
        let content = forms.iter().map(|(media_type, schema, example)| {
            let of = match example {
                Some(example) => json!({"schema": schema, "example": example}),
                None => json!({"schema": schema}),
            };
            ((*media_type).to_owned(), of)
        });
        let content: Map<String, Value> = content.collect();
        self.value["requestBody"] = json!({"required": true, "content": content});
        self
    }

    /// A response without a body.
    pub(crate) fn answers_nothing(self, status: u16, description: &str) -> Self {
        self.nothing(status, description)
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
            Security::Open => json!([{}, {"token": []}, {"session": []}]),
            Security::Token => json!([{"token": []}, {"session": []}]),
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
    #[expect(clippy::needless_pass_by_value, reason = "examples are written where they are passed")]
    pub(crate) fn path(self, name: &str, description: &str, example: Value) -> Self {
        let schema = if example.is_number() {
            json!({"type": "integer", "minimum": 1})
        } else {
            json!({"type": "string"})
        };
        self.with_parameter(json!({
            "name": name, "in": "path", "required": true, "description": description,
            "schema": schema, "example": example,
        }))
    }

    /// Parameters of the query.
    pub(crate) fn query(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        for parameter in parameters {
            self = self.with_parameter(parameter);
        }
        self
    }

    pub(crate) fn header(
        self,
        name: &str,
        description: &str,
        required: bool,
        example: &str,
    ) -> Self {
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

    pub(crate) fn body(
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

    /// A response with a body of another kind of JSON.
    pub(crate) fn answers_typed(
        mut self,
        status: u16,
        description: &str,
        media_type: &str,
        schema: &Value,
    ) -> Self {
        self.value["responses"][status.to_string()] = json!({
            "description": description,
            "content": {media_type: {"schema": schema}},
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

    /// A response that is a text.
    pub(crate) fn answers_text(
        mut self,
        status: u16,
        description: &str,
        media_type: &str,
        example: &str,
    ) -> Self {
        self.value["responses"][status.to_string()] = json!({
            "description": description,
            "content": {media_type: {"schema": {"type": "string"}, "example": example}},
        });
        self
    }

    /// A response of another media type than JSON.
    pub(crate) fn answers_as(
        mut self,
        status: u16,
        description: &str,
        media_type: &str,
        schema: &Value,
        example: &Value,
    ) -> Self {
        self.value["responses"][status.to_string()] = json!({
            "description": description,
            "content": {media_type: {"schema": schema, "example": example}},
        });
        self
    }

    /// A response that no text can show.
    pub(crate) fn answers_bytes(
        mut self,
        status: u16,
        description: &str,
        media_type: &str,
    ) -> Self {
        self.value["responses"][status.to_string()] =
            json!({"description": description, "content": {media_type: {}}});
        self
    }

    /// The same response as texts of other media types.
    pub(crate) fn also_as(mut self, status: u16, media_types: &[&str]) -> Self {
        if let Some(content) =
            self.value["responses"][status.to_string()]["content"].as_object_mut()
        {
            for media_type in media_types {
                // What no text can show has no schema.
                let is_text = media_type.starts_with("text/");
                let of = if is_text { json!({"schema": {"type": "string"}}) } else { json!({}) };
                content.insert((*media_type).to_owned(), of);
            }
        }
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
            self.value["responses"][status.to_string()] = failures::reference(*status);
        }
        self
    }

    /// The header by which a retry is told from another request.
    pub(crate) fn once(self) -> Self {
        self.header("Idempotency-Key", resource::IDEMPOTENCY, false, "\"6f1c0e0a\"")
    }

    /// The header by which nobody's change is lost.
    pub(crate) fn guarded(self) -> Self {
        let about = "The ETag that it had when it was read.";
        self.header("If-Match", about, true, "\"r1-1sFVPyzt0nHB6QlR\"")
    }

    /// What was made has a place and a tag.
    pub(crate) fn located(self) -> Self {
        self.sets(201, "Location", "Where it is.").sets(
            201,
            "ETag",
            "Tells this answer from another.",
        )
    }

    /// A page, which clients may have already, and the address of the next one.
    pub(crate) fn paged(self) -> Self {
        self.sets(200, "ETag", "Tells this answer from another.")
            .sets(200, "Link", "The address of the next page, if there is one (RFC 8288).")
            .nothing(304, "The client has this answer already.")
    }

    /// An answer that clients may have already.
    pub(crate) fn known_already(self) -> Self {
        self.sets(200, "ETag", "Tells this answer from another.")
            .nothing(304, "The client has this answer already.")
    }

    /// A route with its operations.
    pub(crate) fn route(
        path: &str,
        operations: Vec<Self>,
        handlers: MethodRouter<AppState>,
    ) -> UtoipaMethodRouter<AppState> {
        let mut item: Option<PathItem> = None;
        for Self { method, mut value } in operations {
            value["responses"]["default"] = failures::reference(failures::DEFAULT);
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

/// A parameter of the query.
#[expect(clippy::needless_pass_by_value, reason = "examples are written where they are passed")]
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
