//! The app as served, with a clock that stands still and chance that is seeded.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use amparo_api::{AppState, Settings};
use amparo_domain::access::{Actor, Role};
use amparo_domain::clock::{Chance, Clock};
use amparo_store::{HashingCost, Store};
use axum::body::Body;
use axum::http::{Request, Response};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use tower::util::BoxCloneSyncService;

use crate::client::{Answer, Client};
use crate::postgres;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file in a folder that is gone with the test.
    Sqlite,
    /// A database of its own in the server of this process.
    Postgres,
}

/// The app as served, over a database of its own.
pub struct TestApp {
    /// The store, for what has no address: imports.
    pub store: Store,
    /// The database as an operator sees it, beside the app.
    pub database: DatabaseConnection,
    /// Which database it is.
    pub backend: Backend,
    /// Its address.
    pub url: String,
    pub(crate) service: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
    tokens: Vec<(Role, String)>,
    /// Two more who publish.
    others: [String; 2],
    now: Arc<Mutex<DateTime<Utc>>>,
    broken: Arc<AtomicBool>,
    chance: Arc<AtomicU64>,
    _folder: Option<tempfile::TempDir>,
}

/// Which of the settings of an instance a test changes.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// The longest body in bytes.
    pub body: Option<usize>,
    /// How many bytes of answers to repeated questions are kept.
    pub kept_answers: Option<u64>,
    /// The longest a request may take.
    pub time: Option<Duration>,
    /// The header in which a proxy says where a request came from.
    pub client_address_header: Option<axum::http::HeaderName>,
}

impl TestApp {
    /// The app over a SQLite file.
    pub async fn sqlite() -> Self {
        Self::limited(Backend::Sqlite, Limits::default()).await.expect("SQLite is always there")
    }

    /// The app over PostgreSQL, if it is installed.
    pub async fn postgres() -> Option<Self> {
        Self::limited(Backend::Postgres, Limits::default()).await
    }

    /// The app over an empty database with narrower limits.
    pub async fn limited(backend: Backend, limits: Limits) -> Option<Self> {
        let (url, folder) = empty_database(backend)?;
        let start = "2026-11-25T12:00:00Z".parse().expect("this is an instant");
        let now = Arc::new(Mutex::new(start));
        let clock = {
            let now = Arc::clone(&now);
            Clock::new(move || *now.lock().unwrap_or_else(PoisonError::into_inner))
        };
        let broken = Arc::new(AtomicBool::new(false));
        let chance = Arc::new(AtomicU64::new(0x0b5e_71e5));
        let store =
            Store::connect(&url, 4, clock, seeded(Arc::clone(&chance), Arc::clone(&broken)))
                .await
                .expect("the database opens")
                .hashing_at(HashingCost { memory_kib: 64, passes: 1 });
        store.migrate().await.expect("the schema is made");
        let mut tokens = Vec::new();
        for role in Role::ALL {
            let operator = Actor::operator("default");
            let token = store.issue_token(&operator, role.code(), role, "default").await;
            tokens.push((role, token.expect("a token is issued").secret));
        }
        let operator = Actor::operator("default");
        let mut others = [String::new(), String::new()];
        for secret in &mut others {
            let token = store.issue_token(&operator, "other", Role::Verifier, "default").await;
            *secret = token.expect("a token is issued").secret;
        }
        let defaults = Settings::default();
        let settings = Settings {
            body_limit: limits.body.unwrap_or(defaults.body_limit),
            kept_answers: limits.kept_answers.unwrap_or(defaults.kept_answers),
            request_timeout: limits.time.unwrap_or(defaults.request_timeout),
            client_address_header: limits.client_address_header,
            ..defaults
        };
        let secret = store.instance_secret().await.expect("the instance has a secret");
        let app = amparo_cli::app(AppState::new(store.clone(), settings, &secret));
        let service = BoxCloneSyncService::new(app);
        let mut options = ConnectOptions::new(&url);
        options.max_connections(1).sqlx_logging(false);
        let database = Database::connect(options).await.expect("the database opens twice");
        Some(Self {
            store,
            database,
            backend,
            url,
            service,
            tokens,
            others,
            now,
            broken,
            chance,
            _folder: folder,
        })
    }

    /// Somebody without a token.
    pub fn public(&self) -> Client<'_> {
        Client::of(self, None)
    }

    /// Somebody who may only ask.
    pub fn analyst(&self) -> Client<'_> {
        self.with_role(Role::Analyst)
    }

    /// Somebody who logs incidents.
    pub fn contributor(&self) -> Client<'_> {
        self.with_role(Role::Contributor)
    }

    /// Somebody who publishes.
    pub fn verifier(&self) -> Client<'_> {
        self.with_role(Role::Verifier)
    }

    /// Somebody else who publishes.
    pub fn other_verifier(&self) -> Client<'_> {
        Client::of(self, Some(self.others[0].clone()))
    }

    /// A third who publishes.
    pub fn third_verifier(&self) -> Client<'_> {
        Client::of(self, Some(self.others[1].clone()))
    }

    /// Somebody who runs the instance.
    pub fn admin(&self) -> Client<'_> {
        self.with_role(Role::Admin)
    }

    /// Somebody with a role in the network `default`.
    pub fn with_role(&self, role: Role) -> Client<'_> {
        let token = self.tokens.iter().find(|(of, _)| *of == role);
        Client::of(self, token.map(|(_, secret)| secret.clone()))
    }

    /// Somebody with a role in another network.
    pub async fn of_network(&self, network: &str, role: Role) -> Client<'_> {
        Client::of(self, Some(self.token_of(network, role).await))
    }

    /// A token of somebody with a role in a network.
    pub async fn token_of(&self, network: &str, role: Role) -> String {
        let operator = Actor::operator(network);
        let token = self.store.issue_token(&operator, "somebody", role, network).await;
        token.expect("a token is issued").secret
    }

    /// Another app over an empty database of the same kind, in which chance and time are the same.
    pub async fn twin(&self) -> Self {
        Self::limited(self.backend, Limits::default()).await.expect("it was there before")
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time pass.
    pub fn advance(&self, time: TimeDelta) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }

    /// Lets chance go on from the same place as in another app that is told the same.
    pub fn reseed(&self, seed: u64) {
        self.chance.store(seed, Ordering::SeqCst);
    }

    /// Makes everything that needs chance panic from now on, or no longer.
    pub fn break_chance(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// Loads the register that the project ships.
    pub async fn load_register(&self) {
        amparo_cli::load_demonstration_register(&self.store, "default")
            .await
            .expect("the shipped register is taken");
    }

    /// Creates a record of a kind (`incidents`) and returns its answer.
    pub async fn created(&self, plural: &str, draft: impl Into<serde_json::Value>) -> Answer {
        let answer = self.contributor().post(&format!("/api/v1/{plural}"), &draft.into()).await;
        answer.is(201);
        answer
    }

    /// Creates, submits, approves and publishes a record; returns its address.
    pub async fn published(&self, plural: &str, draft: impl Into<serde_json::Value>) -> String {
        let address = self.created(plural, draft).await.location();
        self.contributor().post_nothing(&format!("{address}/submit")).await.is(200);
        self.approve(&address).await;
        self.verifier().post_nothing(&format!("{address}/publish")).await.is(200);
        address
    }

    /// Submits a record of another network, has two others there approve it, and publishes it.
    pub async fn published_by(&self, network: &str, owner: &Client<'_>, address: &str) {
        owner.post_nothing(&format!("{address}/submit")).await.is(200);
        for _ in 0..2 {
            let verifier = self.of_network(network, Role::Verifier).await;
            verifier.post(&format!("{address}/approve"), &approval(address)).await.is(200);
        }
        owner.post_nothing(&format!("{address}/publish")).await.is(200);
    }

    /// As many verifiers as the latest revision of a record needs, of those who made none of it,
    /// approve it.
    pub async fn approve(&self, address: &str) {
        let approval = approval(address);
        for verifier in [self.verifier(), self.other_verifier(), self.third_verifier()] {
            let so_far = verifier.read(&format!("{address}/approvals")).await;
            if so_far["there"].as_u64() >= so_far["needed"].as_u64() {
                return;
            }
            let approved = verifier.post(&format!("{address}/approve"), &approval).await;
            if approved.status != 403 {
                approved.is(200);
            }
        }
        let so_far = self.verifier().read(&format!("{address}/approvals")).await;
        assert_eq!(so_far["there"], so_far["needed"], "{address}: {so_far}");
    }
}

/// What somebody sends who approves a record.
pub fn approval(address: &str) -> serde_json::Value {
    if !address.contains("/incidents") {
        return serde_json::json!({});
    }
    serde_json::json!({"checklist": {
        "date_precision": true, "place_precision": true, "names": true, "contact": true,
        "source_archived": true, "translation": "not_applicable",
    }})
}

/// The address of a new database, and the folder that it lives in.
pub(crate) fn empty_database(backend: Backend) -> Option<(String, Option<tempfile::TempDir>)> {
    match backend {
        Backend::Sqlite => {
            let folder = tempfile::tempdir().expect("a folder is made");
            let path = folder.path().join("amparo.db");
            Some((format!("sqlite://{}?mode=rwc", path.display()), Some(folder)))
        }
        Backend::Postgres => Some((postgres::server()?.create_database(), None)),
    }
}

/// The same numbers in every run (splitmix64).
fn seeded(state: Arc<AtomicU64>, broken: Arc<AtomicBool>) -> Chance {
    Chance::new(move || {
        assert!(!broken.load(Ordering::SeqCst), "chance is broken on purpose");
        let step = 0x9e37_79b9_7f4a_7c15;
        let mut z = state.fetch_add(step, Ordering::SeqCst).wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}
