//! What waits for a desk, or for an author.

use amparo_domain::access::{AccessDenied, Actor, Audience, Role};
use amparo_domain::facts::{Facts, Stored};
use amparo_domain::page::Sort;
use amparo_domain::suggest;
use amparo_store::{Assigned, Labels, QueueFilter, Task, Waiting, Whose};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use super::read::next_address;
use super::read_country;
use crate::answer::{self, Keep};
use crate::document::{self, Operation};
use crate::dto::{self, Rendering};
use crate::extract::{Accepted, Caller};
use crate::page;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

/// The route of the queue.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(Operation::route(
        "/api/v1/queue",
        vec![document::queue()],
        get(queue),
    ))
}

async fn queue(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let whose = whose(actor)?;
    let audience = caller.audience();
    // Two people of one network see the same audience and not the same queue.
    let scope = format!("{} {whose:?}", page::scope(&uri, &audience));
    let mut query = Query::of(&uri);
    let tasks = query.choice("task", read_task);
    let mine = query.flag("mine");
    let nobody = query.read("assigned", |value| match value {
        "none" => Ok(Assigned::Nobody),
        _ => Err(Refused::because("is none; `mine=true` is what you look after")),
    });
    if mine && nobody.is_some() {
        query.refuse("assigned", Refused::because("nobody looks after what is yours"));
    }
    let people = match &audience {
        Audience::Member(member) => member.cleared || matches!(whose, Whose::Author { .. }),
        Audience::Public | Audience::Instance => false,
    };
    let filter = QueueFilter {
        whose,
        people,
        tasks,
        assigned: if mine { Some(Assigned::To(actor.id)) } else { nobody },
        two_person: query.flag("two_person"),
        country: query.choice("country", read_country),
        reconfirm_days: state.settings.reconfirm_days,
    };
    let language = query.language(language);
    let page = page::requested(&mut query, &state.secret, &scope, Sort::default());
    query.finish()?;
    let page = state.store.queue(&filter, &page).await?;
    // Without labels nobody is called by name.
    let labels = Labels::default();
    let rendering = Rendering {
        labels: &labels,
        staff: false,
        knows: false,
        whole: false,
        language,
        raw: false,
        today: state.store.clock().today(),
        points: false,
        possible_in: None,
    };
    let next = page.next.map(|cursor| page::seal(&cursor, &state.secret, &scope));
    let view = dto::Queue {
        items: page.items.iter().map(|waiting| item(waiting, rendering)).collect(),
        next: next.clone(),
        meta: dto::QueueMeta { total: page.total },
    };
    let body = answer::bytes(&view)?;
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    let mut response = answer::read(&headers, body, &entity_tag, Keep::Private);
    if let Some(next) = next {
        let address = next_address(&state, &headers, &uri, &next);
        if let Ok(link) = HeaderValue::from_str(&format!("<{address}>; rel=\"next\"")) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

/// A desk is for those who review and those who decide for the network; who logs sees what they are
/// asked.
fn whose(actor: &Actor) -> Result<Whose, AccessDenied> {
    let is = |role| actor.roles.has(role);
    let network = actor.network.clone();
    if is(Role::Admin) {
        Ok(Whose::All)
    } else if is(Role::Verifier) || is(Role::NetworkAdmin) {
        Ok(Whose::Network(network))
    } else if is(Role::Contributor) || is(Role::Advocate) {
        Ok(Whose::Author { who: actor.id, network })
    } else {
        Err(AccessDenied::Needs(Role::Contributor.code()))
    }
}

fn read_task(value: &str) -> Result<Task, Refused> {
    Task::ALL.into_iter().find(|task| task.code() == value).ok_or_else(|| {
        let near = suggest::nearest(value, Task::ALL.iter().map(|task| task.code()));
        Refused::because("is no task of the queue").suggesting(near)
    })
}

fn item<'a>(waiting: &'a Waiting, rendering: Rendering<'a>) -> dto::QueueItem<'a> {
    let approvals = (waiting.task != Task::Due)
        .then_some(dto::ApprovalCount { there: waiting.there, needed: waiting.needed });
    dto::QueueItem {
        task: waiting.task.code(),
        kind: waiting.facts.kind().singular(),
        number: waiting.number.to_string(),
        title: title(&waiting.facts, rendering),
        country: waiting.country.as_deref(),
        state: waiting.state.code(),
        in_danger_now: waiting.in_danger_now,
        waiting_since: waiting.since,
        assigned_to: waiting.assigned_to.map(|who| who.to_string()),
        approvals,
        possible_duplicates: None,
    }
}

fn title(facts: &Stored, rendering: Rendering<'_>) -> String {
    let facts = &*facts.without_addresses(|_| true, "[address left out]");
    let title = match facts {
        Facts::Incident(facts) => &facts.title,
        Facts::Statement(facts) => &facts.title,
        Facts::Organization(facts) => &facts.name,
        Facts::Election(facts) => &facts.name,
        Facts::Case(facts) => &facts.title,
        // The names of a person are in no queue.
        Facts::Person(facts) => return facts.position.clone().unwrap_or_default(),
    };
    rendering.text(title, facts.people()).into_owned()
}
