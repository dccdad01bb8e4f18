//! Serves the register.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use amparo_api::{AppState, Settings};
use amparo_domain::access::{Actor, Role};
use amparo_domain::coverage::{Declared, Extent};
use amparo_store::{NewDeclaration, Store};
use anyhow::Context as _;
use axum::Router;
use axum::extract::Request;
use tower::Layer as _;
use tower_http::normalize_path::{NormalizePath, NormalizePathLayer};

use crate::config::{Common, Serve};
use crate::import::{self, Source};
use crate::proofs;
use crate::purge;

/// The demonstration register: 110 real incidents and what they refer to.
const REGISTER: [(&str, &str); 5] = [
    ("organizations.json", include_str!("../../../register/organizations.json")),
    ("elections.json", include_str!("../../../register/elections.json")),
    ("cases.json", include_str!("../../../register/cases.json")),
    ("incidents.json", include_str!("../../../register/incidents.json")),
    ("statements.json", include_str!("../../../register/statements.json")),
];

/// Who tries the demonstration out: enough that a record is published by others than its author.
const DEMONSTRATORS: [(&str, Role); 4] = [
    ("admin", Role::Admin),
    ("contributor", Role::Contributor),
    ("a verifier", Role::Verifier),
    ("another verifier", Role::Verifier),
];

/// The whole server as it is served: routes and middleware.
pub fn app(state: AppState) -> NormalizePath<Router> {
    NormalizePathLayer::trim_trailing_slash().layer(amparo_api::router(state))
}

pub(crate) async fn run(common: &Common, serve: &Serve) -> anyhow::Result<()> {
    let growing = proofs::Growing::of(serve)?;
    let listener = tokio::net::TcpListener::bind(serve.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", serve.listen))?;
    let address = listener.local_addr()?;
    // Lives as long as the server does and is gone with it.
    let throw_away = serve.demo.then(tempfile::tempdir).transpose()?;
    let mut common = common.clone();
    if let Some(folder) = &throw_away {
        let path = folder.path().join("demo.db");
        common.database_url = format!("sqlite://{}?mode=rwc", path.display());
    }
    let store = crate::connect_migrated(&common).await?;
    if serve.demo {
        demonstrate(&store, &common.network, &format!("http://{address}")).await?;
    }
    let settings = Settings {
        title: serve.title.clone(),
        number_prefix: serve.number_prefix.clone(),
        base_url: serve.base_url.trim_end_matches('/').to_owned(),
        network: common.network.clone(),
        body_limit: serve.body_limit,
        kept_answers: serve.kept_answers,
        request_timeout: Duration::from_secs(serve.request_timeout),
        export_timeout: Duration::from_secs(serve.export_timeout),
        reconfirm_days: serve.reconfirm_days,
        client_address_header: serve.client_address_header.clone(),
    };
    let state = crate::api_state(store.clone(), settings).await?;
    tracing::info!("listening on http://{address}");
    let purging = purge::hourly(store.clone(), common.network.clone(), serve.retention_days);
    let purging = tokio::spawn(purging);
    let growing = tokio::spawn(proofs::keep_growing(store.clone(), growing));
    let app = app(state);
    let service =
        axum::ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(app);
    axum::serve(listener, service).with_graceful_shutdown(stopped()).await?;
    purging.abort();
    growing.abort();
    store.close().await?;
    Ok(())
}

/// Loads the demonstration register into an empty store.
pub async fn load_demonstration_register(store: &Store, network: &str) -> anyhow::Result<()> {
    store.ensure_network(network).await?;
    let sources = REGISTER.map(|(name, text)| Source::text(name, text)).to_vec();
    let summary =
        import::import(store, &Actor::operator(network), sources, import::Options::default())
            .await?;
    anyhow::ensure!(summary.committed, "the demonstration register was refused:\n{summary}");
    let operator = Actor::operator(network);
    store.declare(operator.manager(network)?, looked(network)?, None).await?;
    Ok(())
}

/// Where and when the compilers of the demonstration register looked, as far as it is known: the table that
/// it completes says of itself "2024, thus far", and its last row was added on 7 November 2024. Of other years the
/// register holds what was found, and nobody says that it is all.
fn looked(network: &str) -> anyhow::Result<NewDeclaration> {
    let declared = Declared {
        network: network.to_owned(),
        country: None,
        from: "2024-01-01".parse()?,
        to: Some("2024-10-31".parse()?),
        extent: Extent::Covered,
    };
    let note = "The incumbent table says \u{201c}2024, thus far\u{201d}; its last row was added on 7 November 2024.";
    Ok(NewDeclaration { declared, note: Some(note.to_owned()) })
}

async fn demonstrate(store: &Store, network: &str, base: &str) -> anyhow::Result<()> {
    load_demonstration_register(store, network).await?;
    let operator = Actor::operator(network);
    let mut tokens = Vec::new();
    for (who, role) in DEMONSTRATORS {
        let token = store.issue_token(&operator, who, role, network).await?;
        tokens.push(format!("  {who:<18}{}", token.secret));
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "The demonstration register is loaded into a throw-away database.\n\n\
         Try:\n  \
         curl '{base}/api/v1/incidents?country=AZE&period=2024'\n  \
         curl '{base}/api/v1/incidents?region=eurasia&type=detention&period=2024'\n  \
         curl '{base}/api/v1/organizations/emds'\n  \
         curl '{base}/api/v1/vocabulary/incident_type'\n\
         In a browser:\n  \
         {base}/docs\n\
         To write, tokens; nobody publishes their own work:\n\
         {}\n",
        tokens.join("\n")
    )?;
    out.flush()?;
    Ok(())
}

/// Waits for the signal to stop.
pub(crate) async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
