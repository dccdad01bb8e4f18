//! The operations that every kind of record has.

use amparo_domain::kind::Kind;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;

use super::{Operation, Security, examples, parameter, review, schema};
use crate::dto;
use crate::forms;
use crate::incident_query;
use crate::resource;

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
    patch: Value,
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
            patch: json!({"$ref": format!("#/components/schemas/{view}Patch")}),
            new: schema::<K::New>(),
            example: K::example(),
        }
    }

    /// What an incident can be asked as of.
    fn then(&self) -> Vec<Value> {
        if self.kind != Kind::Incident {
            return Vec::new();
        }
        vec![
            incident_query::as_of_parameter(),
            incident_query::known_on_parameter(),
            incident_query::points_parameter(),
        ]
    }

    pub(super) fn one(&self) -> &'static str {
        self.kind.singular()
    }

    pub(super) fn a(&self) -> String {
        let article = if matches!(self.kind, Kind::Incident | Kind::Organization | Kind::Election) {
            "an"
        } else {
            "a"
        };
        format!("{article} {}", self.one())
    }

    pub(super) fn reads_one(&self, id: &str, summary: &str, description: &str) -> Operation {
        let security = if self.kind == Kind::Person { Security::Token } else { Security::Open };
        let tag = self.kind.plural();
        let operation = Operation::new(HttpMethod::Get, id, tag, summary, description, security);
        self.keyed(operation)
    }

    pub(super) fn writes_one(
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
            Kind::Organization => {
                ("Its number, in any usual way of writing, or its slug.", "hrdfe")
            }
            Kind::Election => {
                ("Its number, in any usual way of writing, or its slug.", "by-2020-presidential")
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
        .answers_like(200, "A page.", &self.list, &examples::list(self.kind))
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
        .query(text_parameters())
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(&["application/json"], &self.new, &self.example, true)
        .answers_like(201, "It was made.", &self.written(), &examples::written(self.kind))
        .sets(201, "Location", "Where it is.")
        .sets(201, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 409, 410, 413, 415, 422])
    }

    pub(super) fn written(&self) -> Value {
        json!({"allOf": [self.view, {"$ref": "#/components/schemas/Written"}]})
    }

    pub(crate) fn get(&self) -> Operation {
        let one = self.one();
        let operation = self.reads_one(
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
        .query([parameter(
            "purpose",
            "What those look at confidential facts for who see some; for the audit trail.",
            json!({"type": "string", "enum": resource::PURPOSES}),
            json!("review"),
        )])
        .query(self.then())
        .query(view_parameters())
        .header(
            "If-None-Match",
            "Entity tags of answers that the client has.",
            false,
            "\"b5m0Q1xYtR2mLk9a\"",
        )
        .answers_like(200, "The record.", &self.view, &examples::record(self.kind))
        .sets(200, "ETag", "Tells this answer from another; for staff, with the revision.")
        .nothing(304, "The client has this answer already.")
        .fails(if self.kind == Kind::Person {
            &[400, 401, 403, 404]
        } else {
            &[400, 401, 404, 410]
        });
        match self.kind {
            Kind::Incident => operation.leads_to_the_survivor(),
            Kind::Statement => in_its_forms(operation),
            _ => operation,
        }
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
        .query(text_parameters())
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
        .query(text_parameters())
        .header("If-Match", IF_MATCH, true, "\"r3-b5m0\"")
        .body(
            &["application/merge-patch+json", "application/json"],
            &self.patch,
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

    pub(super) fn verb(&self, verb: &str, past: &str, description: &str) -> Operation {
        let (body, example) = if verb == "withdraw" {
            let example = json!({"reason": "It was another group.", "reason_class": "mistaken"});
            (schema::<dto::Withdrawal>(), example)
        } else if verb == "publish" {
            let example = json!({"reason": "Confirmed by a second source."});
            (schema::<dto::Publication>(), example)
        } else if let Some(of_review) = review::body(verb, self.kind) {
            of_review
        } else {
            (schema::<dto::Reason>(), json!({"reason": "Confirmed by a second source."}))
        };
        self.writes_one(
            HttpMethod::Post,
            &format!("{verb}_{}", self.one()),
            &format!("{} {}", capital(verb), self.a()),
            description,
        )
        .query([reason_parameter()])
        .query(text_parameters())
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(&["application/json"], &body, &example, false)
        .answers(200, &format!("It was {past}."), &self.written())
        .sets(200, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
    }

    pub(crate) fn take_down(&self) -> Operation {
        self.writes_one(
            HttpMethod::Post,
            &format!("take_down_in_{}", self.one()),
            &format!("Take a name down in {}", self.a()),
            "Everywhere, or in this record and its versions alone. At once, and with no new version: the \
             words of a version never change, and what showed the name says that it was removed. By a \
             verifier. Doing it again changes nothing.",
        )
        .query([reason_parameter()])
        .query(text_parameters())
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .takes(
            &schema::<crate::shared::NameTakeDown>(),
            &json!({"person": "P1", "reason": "The family asked."}),
        )
        .answers(200, "The name is down.", &self.written())
        .sets(200, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 410, 412, 413, 415, 422])
    }

    pub(crate) fn submit(&self) -> Operation {
        self.verb("submit", "handed in", "Hands a draft in for review.")
    }

    pub(crate) fn publish(&self) -> Operation {
        self.verb(
            "publish",
            "published",
            "Makes the working revision the next version; for verifiers, once others have approved \
             it: one, or two where it shows a personal name, a place finer than a settlement, or \
             what was hidden before. A second version owes a reason. An incident without a source \
             is not published. What is said to be `minor` changes words alone, and tells nobody who cites it.",
        )
    }

    pub(crate) fn withdraw(&self) -> Operation {
        self.verb(
            "withdraw",
            "withdrawn",
            "Takes a published record back; for verifiers. It stays citable as a tombstone, and owes \
             a reason, of which everybody else is told the class.",
        )
    }

    pub(super) fn many(&self, verb: &str) -> Operation {
        let plural = self.kind.plural();
        let reason = |reason: &str| json!({"numbers": ["4827-1930"], "reason": reason});
        let (body, example) = if verb == "withdraw" {
            (schema::<dto::ManyWithdrawals>(), reason("It was another group."))
        } else if verb == "publish" {
            (schema::<dto::ManyPublications>(), reason("Confirmed by a second source."))
        } else if let Some(of_review) = review::body_of_many(verb, self.kind) {
            of_review
        } else {
            (schema::<dto::ManyNumbers>(), reason("Confirmed by a second source."))
        };
        Operation::new(
            HttpMethod::Post,
            &format!("{verb}_{plural}"),
            plural,
            &format!("{} several {plural}", capital(verb)),
            "Does the same to each of a list, and reports what became of each.",
            Security::Token,
        )
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(&["application/json"], &body, &example, true)
        .answers_like(
            200,
            "What became of each.",
            &schema::<dto::ManyOutcomes>(),
            &json!({"items": [{"number": "4827-1930", "status": 200}]}),
        )
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
        .answers_like(
            200,
            "The versions.",
            &schema::<dto::VersionList>(),
            &json!({"items": [
                {"version": 1, "published_at": "2026-11-25T09:00:00.000000Z", "reason": null},
                {"version": 2, "published_at": "2026-11-26T09:00:00.000000Z", "reason": "A second source."},
            ]}),
        )
        .nothing(304, "The client has this answer already.")
        .fails(&[400, 401, 404, 410])
    }

    pub(crate) fn version(&self) -> Operation {
        let operation = self
            .reads_one(
                &format!("get_{}_version", self.one()),
                &format!("Read a version of {}", self.a()),
                "The record as it was published then, with `reason` and `published_at`. It never \
             changes, but for names that were taken down since.",
            )
            .path("version", "1, 2, 3, … without gaps.", json!(1))
            .query(view_parameters())
            .answers_like(
                200,
                "The version.",
                &json!({"allOf": [self.view, {"$ref": "#/components/schemas/Published"}]}),
                &examples::version(self.kind),
            )
            .nothing(304, "The client has this answer already.")
            .fails(&[400, 401, 404, 410]);
        if self.kind == Kind::Statement { in_its_forms(operation) } else { operation }
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
        .answers_like(
            200,
            "The revisions.",
            &schema::<dto::RevisionList>(),
            &json!({"items": [
                {"revision": 1, "made_at": "2026-11-25T08:00:00.000000Z",
                 "made_by": "4611686018427387904", "reason": null},
            ]}),
        )
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
        .query(text_parameters())
        .answers_like(
            200,
            "The events.",
            &json!({"$ref": "#/components/schemas/EventList"}),
            &examples::events(),
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
        .query(text_parameters())
        .header("If-Match", IF_MATCH, false, "\"r3-b5m0\"")
        .header("Idempotency-Key", IDEMPOTENCY, false, "\"6f1c0e0a\"")
        .body(&["application/json"], &schema::<dto::NewEvent>(), &example, true)
        .answers(201, "It was added; this is the incident.", &self.written())
        .sets(201, "ETag", "Its revision, for If-Match.")
        .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
    }
}

pub(super) const IDEMPOTENCY: &str = "A key of the client's choice, kept for 7 days per token, method and path: \
                           the same key, query and body lead to the same result, whatever the \
                           number of retries.";
pub(super) const IF_MATCH: &str =
    "The ETag that the record had when it was read, so that nobody's change is lost.";

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

pub(crate) fn page_parameters() -> [Value; 3] {
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
            json!("AQAAAAAAAAALQDsAAAAABYImFCN_3Yn7U-doblCdSQ"),
        ),
        parameter(
            "total",
            "Whether `meta.total` is wanted; counting is not free.",
            json!({"type": "boolean", "default": false}),
            json!(true),
        ),
    ]
}

pub(crate) fn view_parameters() -> [Value; 3] {
    let [lang, text] = text_parameters();
    [
        lang,
        text,
        parameter(
            "fields",
            "Only these members, with commas between; the others are absent, whatever the schema says.",
            json!({"type": "string"}),
            json!("number,state"),
        ),
    ]
}

pub(crate) fn text_parameters() -> [Value; 2] {
    [
        lang_parameter(),
        parameter(
            "text",
            "raw: texts keep their `{P1}`; rendered: people as the record shows them.",
            json!({"type": "string", "enum": ["raw", "rendered"], "default": "rendered"}),
            json!("raw"),
        ),
    ]
}

pub(crate) fn lang_parameter() -> Value {
    parameter(
        "lang",
        "The language of labels; else from Accept-Language.",
        json!({"type": "string", "enum": ["ar", "en", "es", "fr", "pt", "ru"]}),
        json!("fr"),
    )
}

/// A statement in its other forms: by `format`, by the end of the address (`/statements/4827-1930.md`) or by `Accept`.
fn in_its_forms(operation: Operation) -> Operation {
    let media_types = forms::Form::ALL.map(forms::Form::media_type);
    operation.query(forms::parameters()).also_as(200, &media_types)
}

pub(super) fn reason_parameter() -> Value {
    parameter(
        "reason",
        "Why the change is made; kept with the revision.",
        json!({"type": "string", "maxLength": 1000}),
        json!("A second source."),
    )
}
