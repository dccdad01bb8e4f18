//! Takes data away into a file, as the public sees it.
//!
//! The question goes through the same router as one over HTTP, so both answer alike.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write};
use std::path::Path;
use std::time::Duration;

use amparo_api::Settings;
use anyhow::Context as _;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use futures_util::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use tower::ServiceExt as _;

use crate::config::{Common, Export};

/// No client is waited for, so nothing but the register itself takes long.
const LONG: Duration = Duration::from_hours(24);
/// A problem is no longer than this.
const PROBLEM_MAX: usize = 64 * 1024;

pub(crate) async fn run(common: &Common, export: &Export) -> anyhow::Result<()> {
    let store = crate::connect_to_existing(common).await?;
    let settings = Settings {
        base_url: export.base_url.trim_end_matches('/').to_owned(),
        network: common.network.clone(),
        export_timeout: LONG,
        ..Settings::default()
    };
    let router = amparo_api::router(crate::api_state(store.clone(), settings).await?);
    let table = match export.table.as_str() {
        own @ ("incidents" | "detained") => own.to_owned(),
        table => match table.strip_prefix("all-") {
            Some(kind) => kind.to_owned(),
            None => format!("incidents.{table}"),
        },
    };
    let format = &export.format;
    let address = format!("/api/v1/{table}.{format}?{}", export.query);
    let request = Request::get(&address).body(Body::empty());
    let request = request.with_context(|| format!("{} is no question", export.query))?;
    let Ok(response) = router.oneshot(request).await;
    let (parts, body) = response.into_parts();
    if parts.status == StatusCode::NOT_FOUND {
        anyhow::bail!("the table {} cannot be taken away as {format}", export.table);
    }
    if parts.status != StatusCode::OK {
        let problem = to_bytes(body, PROBLEM_MAX).await?;
        anyhow::bail!("{}", told(&problem));
    }
    let written = match export.output.as_str() {
        "-" => copy(body, &mut std::io::stdout()).await?,
        path => into_file(body, Path::new(path)).await?,
    };
    store.close().await?;
    if export.output != "-" {
        eprintln!("Wrote {} bytes to {}.", written, export.output);
    }
    Ok(())
}

/// What a problem says, in a line for each thing that is wrong.
fn told(problem: &[u8]) -> String {
    let problem: serde_json::Value = serde_json::from_slice(problem).unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut told = text(&problem["title"]);
    for error in problem["errors"].as_array().into_iter().flatten() {
        let (parameter, message) = (text(&error["parameter"]), text(&error["message"]));
        let _infallible = write!(told, "\n  {parameter}: {message}");
        if let Some(near) = error["did_you_mean"][0].as_str() {
            let _infallible = write!(told, "; did you mean {near}?");
        }
    }
    told
}

/// Writes a file beside the one that is wanted and puts it in its place when it is whole.
async fn into_file(body: Body, path: &Path) -> anyhow::Result<u64> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("{} cannot be written to", folder.display()))?;
    let written = copy(body, file.as_file_mut()).await?;
    file.as_file_mut().sync_all()?;
    file.persist(path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(written)
}

async fn copy(body: Body, into: &mut (impl Write + Send)) -> anyhow::Result<u64> {
    let style = ProgressStyle::with_template("{bytes} in {elapsed}, {bytes_per_sec}")?;
    let progress = if std::io::stderr().is_terminal() {
        ProgressBar::new_spinner().with_style(style)
    } else {
        ProgressBar::hidden()
    };
    let mut parts = body.into_data_stream();
    let mut written = 0;
    while let Some(part) = parts.next().await {
        let part = part.context("the export broke off")?;
        into.write_all(&part)?;
        written += part.len() as u64;
        progress.set_position(written);
    }
    into.flush()?;
    progress.finish_and_clear();
    Ok(written)
}
