//! A witness (C2SP tlog-witness): logs bring their checkpoints, it signs each that goes on from the last it saw.

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use amparo_proof::cosigning::{AddCheckpoint, NotCosigned, Witness};
use amparo_proof::note::{Purpose, VerifierKey};
use anyhow::Context as _;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;

use super::keys::read_key;
use super::options;
use super::state::Memory;

/// The longest request: 63 hashes and a checkpoint with many signatures.
const LONGEST: usize = 64 * 1024;

struct Watching {
    witness: Witness,
    /// Asked and written to under one lock, so that no two requests go on from the same checkpoint.
    memory: Mutex<Memory>,
}

pub(crate) async fn run(options: &options::Witness) -> anyhow::Result<ExitCode> {
    let key = read_key(&options.key_file)?;
    anyhow::ensure!(
        key.purpose() == Purpose::Witness,
        "the key is a log's: make one --for-witness"
    );
    let mut logs: Vec<VerifierKey> = Vec::new();
    for text in &options.log_key {
        let log: VerifierKey = text.parse()?;
        anyhow::ensure!(log.purpose() == Purpose::Log, "the key of {} is a witness's", log.name());
        logs.push(log);
    }
    let memory = Mutex::new(Memory::open(&options.witness_state)?);
    let listener = tokio::net::TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", options.listen))?;
    tracing::info!("witnessing as {} on http://{}", key.verifier(), listener.local_addr()?);
    let watching = Arc::new(Watching { witness: Witness { key, logs }, memory });
    let app = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .layer(DefaultBodyLimit::max(LONGEST))
        .with_state(watching);
    axum::serve(listener, app).with_graceful_shutdown(crate::serve::stopped()).await?;
    Ok(ExitCode::SUCCESS)
}

async fn add_checkpoint(State(watching): State<Arc<Watching>>, body: String) -> Response {
    // It waits for the disk.
    let answered = tokio::task::spawn_blocking(move || answer(&watching, &body)).await;
    match answered {
        Ok(Ok(Ok(line))) => (StatusCode::OK, line).into_response(),
        Ok(Ok(Err(NotCosigned::OtherSize(size)))) => {
            let kind = [(header::CONTENT_TYPE, "text/x.tlog.size")];
            (StatusCode::CONFLICT, kind, format!("{size}\n")).into_response()
        }
        Ok(Ok(Err(error))) => {
            tracing::warn!("not signed: {error}");
            let status = StatusCode::from_u16(error.status());
            (status.unwrap_or(StatusCode::BAD_REQUEST), format!("{error}\n")).into_response()
        }
        Ok(Err(error)) => {
            tracing::error!(error = %format!("{error:#}"), "a checkpoint was not signed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn answer(watching: &Watching, body: &str) -> anyhow::Result<Result<String, NotCosigned>> {
    let request = match AddCheckpoint::read(body) {
        Ok(request) => request,
        Err(refused) => return Ok(Err(NotCosigned::Malformed(refused))),
    };
    let origin = match watching.witness.origin(&request) {
        Ok(origin) => origin,
        Err(error) => return Ok(Err(error)),
    };
    let memory = watching.memory.lock().unwrap_or_else(PoisonError::into_inner);
    let last = memory.last(origin)?;
    let now = u64::try_from(chrono::Utc::now().timestamp()).unwrap_or_default();
    Ok(match watching.witness.cosign(last.as_ref(), &request, now) {
        Ok((seen, line)) => {
            memory.remember(&seen)?;
            Ok(format!("{line}\n"))
        }
        Err(error) => Err(error),
    })
}
