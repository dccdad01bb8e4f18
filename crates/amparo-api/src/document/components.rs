//! The schemas that operations refer to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

use super::failures;
use crate::dto;
use crate::problem::{Problem, ProblemError};

/// The schemas and responses that operations refer to.
pub(crate) fn components(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, value) in schemas() {
        let schema = read(&name, value);
        components.schemas.insert(name, schema);
    }
    for (name, value) in failures::responses() {
        let response = read(&name, value);
        components.responses.insert(name, response);
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str, value: Value) -> T {
    match serde_json::from_value(value) {
        Ok(component) => component,
        Err(error) => panic!("{name} is not written in OpenAPI's words: {error}"),
    }
}

/// The schemas, tidied up for those who read them.
fn schemas() -> BTreeMap<String, Value> {
    let mut schemas = derived();
    for name in ["Incident", "Organization", "Person", "Election", "Case", "Statement"] {
        schemas.insert(format!("{name}List"), list(name));
    }
    schemas.extend(by_hand());
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in &names {
        let mut schema = schemas[name].clone();
        flatten(&mut schema, &schemas);
        tidy(&mut schema);
        schemas.insert(name.clone(), schema);
    }
    // What only ever was a part of others.
    for name in ["Staff", "ForOwners"] {
        schemas.remove(name);
    }
    for name in ["Incident", "Organization", "Person", "Election", "Case", "Statement"] {
        schemas.insert(format!("{name}Patch"), patch(name, &schemas[&format!("New{name}")]));
    }
    schemas
}

/// The schemas of the types that go over the wire.
#[expect(clippy::too_many_lines, reason = "a list of types")]
fn derived() -> BTreeMap<String, Value> {
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
        crate::addresses::EmbedView,
        dto::NewEvent,
        dto::Reason,
        dto::Withdrawal,
        dto::ManyNumbers,
        dto::Publication,
        dto::ManyPublications,
        crate::after::NoticeView,
        crate::after::NoticeDetail,
        crate::after::ClosingBody,
        crate::after::TextBody,
        crate::after::VerifiedView,
        crate::after::CitationView,
        crate::after::WhereView,
        crate::after::FindingView,
        crate::after::ChangeView,
        crate::after::NewestView,
        dto::ManyWithdrawals,
        dto::ManyOutcomes,
        dto::NewApproval,
        dto::NewReturn,
        dto::NewAssignment,
        dto::NewGrade,
        dto::OwedReason,
        dto::NewText,
        dto::ManyApprovals,
        dto::ManyReturns,
        dto::ManyRefusals,
        dto::ApprovalList,
        dto::QuestionList,
        dto::Queue<'static>,
        crate::export::Dictionary,
        dto::VersionList,
        dto::RevisionList,
        dto::Difference,
        dto::Meta,
        dto::Warning,
        dto::PossibleDuplicateView,
        dto::MadeView,
        crate::endorsing::EndorsementView<'static>,
        crate::endorsing::MadeView<'static>,
        crate::endorsing::EndorsementList<'static>,
        crate::endorsing::EndorsementInput,
        crate::endorsing::AskedView<'static>,
        crate::endorsing::CodeInput,
        crate::endorsing::AnswerInput,
        crate::endorsing::AnswerByCode,
        crate::responses::ResponseView<'static>,
        crate::responses::ResponseList<'static>,
        crate::responses::ResponseInput,
        crate::keeping::ListView,
        crate::keeping::NewListBody,
        crate::keeping::Pinned,
        crate::keeping::WithdrawnItem,
        crate::keeping::SearchView,
        crate::keeping::NewSearchBody,
        crate::keeping::ChangeView,
        crate::keeping::ChangeList,
        crate::keeping::WithdrawnView,
        crate::shared::GrantView,
        crate::shared::GrantList,
        crate::shared::GrantInput,
        crate::shared::ConsentList,
        crate::shared::ConsentInput,
        crate::shared::TakeDownInput,
        crate::shared::NameTakeDown,
        dto::CandidateList,
        dto::MergedView,
        dto::MergeRequest,
        dto::NewIntakeView,
        dto::ReceiptView,
        dto::ReceiptState,
        dto::IntakeItemView,
        dto::IntakeView,
        dto::IntakeList,
        dto::IntakeAnswer,
        crate::access::Me,
        crate::access::AccountView,
        crate::access::MadeAccount,
        crate::access::NewAccountBody,
        crate::access::NewInvitation,
        crate::access::InvitationView,
        crate::access::Joining,
        crate::access::NewPassword,
        crate::access::NewSession,
        crate::access::SessionView,
        crate::access::SessionList,
        crate::access::StepUp,
        crate::access::Switch,
        crate::access::NewTokenBody,
        crate::access::IssuedTokenView,
        crate::access::TokenView,
        crate::access::NewNetwork,
        crate::access::NetworkPatch,
        crate::access::NetworkView,
        crate::access::RolesBody,
        crate::access::DeedView,
        crate::figures::DetainedList<'static>,
        crate::figures::EscalationList<'static>,
        crate::figures::SentenceView,
        crate::drafting::CheckList,
        crate::drafting::SuggestionView,
        crate::drafting::NewPicks,
        crate::drafting::PickedView,
        crate::citing::CitationView,
        crate::citing::Texts,
        crate::citing::Formatted,
        crate::counts::CountTable,
        crate::counts::CountMeta,
        crate::counts::FacetList,
        crate::counts::FacetMeta,
        crate::coverage::DeclarationView,
        crate::coverage::DeclarationInput,
        crate::reference::CountryView<'static>,
        crate::reference::CountryList<'static>,
        crate::reference::RegionList<'static>,
        crate::reference::VocabularyIndex<'static>,
        crate::reference::VocabularyList<'static>,
    );
    let mut schemas = BTreeMap::new();
    for (name, schema) in found {
        let schema = serde_json::to_value(schema).expect("schemas are JSON");
        let before = schemas.insert(name.clone(), schema.clone());
        assert!(before.is_none_or(|before| before == schema), "two schemas are called {name}");
    }
    schemas
}

fn list(name: &str) -> Value {
    json!({
        "type": "object",
        "description": "A page.",
        "required": ["items", "next", "meta"],
        "properties": {
            "items": {"type": "array", "description": "The records of the page.",
                      "items": {"$ref": format!("#/components/schemas/{name}")}},
            "next": {"type": ["string", "null"], "description": "The cursor of the next page; null on the last one."},
            "meta": {"$ref": "#/components/schemas/Meta", "description": "What the answer says of the question."},
        },
    })
}

/// What a merge patch may hold: the members a writer sends, none of which is needed.
fn patch(name: &str, new: &Value) -> Value {
    let name = name.to_lowercase();
    let a = if name.starts_with(['o', 'e', 'i']) { "an" } else { "a" };
    json!({
        "type": "object",
        "description": format!(
            "Members to change of {a} {name}: those that are sent replace those that are there, null takes one away."
        ),
        "properties": new["properties"],
    })
}

fn by_hand() -> [(String, Value); 3] {
    [
        (
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
        ),
        (
            "Published".to_owned(),
            json!({
                "type": "object",
                "description": "What a version says besides.",
                "required": ["published_at"],
                "properties": {
                    "published_at": {"type": "string", "format": "date-time", "description": "When it was published."},
                    "reason": {"type": ["string", "null"], "description": "Why it was made."},
                    "list": {"type": "string", "description": "The number of the frozen list of what it cites, if it is of a statement."},
                },
            }),
        ),
        (
            "EventList".to_owned(),
            json!({
                "type": "object",
                "description": "The timeline of an incident.",
                "required": ["items"],
                "properties": {
                    "items": {"type": "array", "description": "The steps, in the order in which they were added.",
                        "items": {"$ref": "#/components/schemas/Event"}},
                },
            }),
        ),
    ]
}

/// Makes one object of an object and those it is made of, as it is on the wire. Members of a part that
/// may be missing are not required.
fn flatten(schema: &mut Value, all: &BTreeMap<String, Value>) {
    let Some(parts) = schema.get("allOf").and_then(Value::as_array).cloned() else {
        return;
    };
    let (mut members, mut required) = (Map::new(), Vec::new());
    for part in parts {
        let optional = part.get("oneOf").is_some();
        let target = part.get("$ref").or_else(|| part.pointer("/oneOf/0/$ref"));
        let name = target.and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
        let mut part = name.map_or(part.clone(), |name| all[name].clone());
        flatten(&mut part, all);
        if let Some(Value::Object(properties)) = part.get("properties") {
            members.extend(properties.clone());
        }
        if let (false, Some(Value::Array(names))) = (optional, part.get("required")) {
            required.extend(names.clone());
        }
    }
    let mut whole = json!({"type": "object", "properties": members});
    for member in ["description", "example"] {
        if let Some(value) = schema.get(member) {
            whole[member] = value.clone();
        }
    }
    if !required.is_empty() {
        whole["required"] = Value::Array(required);
    }
    *schema = whole;
}

/// Unbreaks the lines of descriptions, and moves that of something that may be null to where readers
/// look for it.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(description)) = members.get_mut("description") {
                let paragraphs =
                    description.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
                *description = paragraphs.collect::<Vec<_>>().join("\n\n");
            }
            let nullable = members.get("oneOf").and_then(Value::as_array).is_some_and(|options| {
                options.len() == 2 && options.contains(&json!({"type": "null"}))
            });
            if nullable && !members.contains_key("description") {
                let options = members.get_mut("oneOf").and_then(Value::as_array_mut);
                let description = options.into_iter().flatten().find_map(|option| {
                    option.as_object_mut().and_then(|option| option.remove("description"))
                });
                members.extend(description.map(|text| ("description".to_owned(), text)));
            }
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                properties.values_mut().for_each(say_type);
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Says of a member that may be anything that it may be anything.
fn say_type(property: &mut Value) {
    let says = ["type", "$ref", "oneOf", "anyOf", "allOf"];
    if let Value::Object(property) = property
        && !says.iter().any(|word| property.contains_key(*word))
    {
        let any = json!(["string", "number", "boolean", "object", "array", "null"]);
        property.insert("type".to_owned(), any);
    }
}
