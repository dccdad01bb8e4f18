//! What every handler is given.

use std::sync::Arc;
use std::time::Duration;

use amparo_store::Store;
use axum::http::HeaderName;
use tokio::sync::Semaphore;

use crate::cache::Answers;
use crate::intake::Throttle;

/// How an instance presents itself and what it takes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The instance's own title.
    pub title: String,
    /// The letters before its numbers where one is wanted, `OBS`.
    pub number_prefix: String,
    /// The address under which it is reached, without a slash at the end; relative if empty.
    pub base_url: String,
    /// The network that gets what people without an account ask about no record.
    pub network: String,
    /// The longest body it takes, in bytes.
    pub body_limit: usize,
    /// How many bytes of answers to repeated public questions are kept.
    pub kept_answers: u64,
    /// The longest a request may take.
    pub request_timeout: Duration,
    /// The longest an export may take, with a client that reads slowly.
    pub export_timeout: Duration,
    /// After how many days a detention is due to be confirmed again.
    pub reconfirm_days: u32,
    /// The header in which a proxy on this machine says where a request came from. Without it requests
    /// by a proxy are not limited by their origin.
    pub client_address_header: Option<HeaderName>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: "Observer Record".to_owned(),
            number_prefix: "OBS".to_owned(),
            base_url: String::new(),
            network: "default".to_owned(),
            body_limit: 1024 * 1024,
            kept_answers: 24 * 1024 * 1024,
            request_timeout: Duration::from_secs(15),
            export_timeout: Duration::from_mins(10),
            reconfirm_days: 30,
            client_address_header: None,
        }
    }
}

/// What every handler is given. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The system of record.
    pub store: Store,
    /// How the instance presents itself.
    pub settings: Arc<Settings>,
    /// The instance's secret for cursors and entity tags.
    pub(crate) secret: Arc<str>,
    /// How much people without an account send.
    pub(crate) intake: Arc<Throttle>,
    /// Answers to repeated public questions.
    pub(crate) answers: Arc<Answers>,
    /// Documents that are checked at once.
    pub(crate) checking: Arc<Semaphore>,
}

impl AppState {
    /// The state of an instance whose secret the store keeps.
    pub fn new(store: Store, settings: Settings, secret: &str) -> Self {
        let answers = Arc::new(Answers::up_to(settings.kept_answers));
        let settings = Arc::new(settings);
        let checking = Arc::new(Semaphore::new(crate::after::AT_ONCE));
        Self { store, settings, secret: secret.into(), intake: Arc::default(), answers, checking }
    }
}
