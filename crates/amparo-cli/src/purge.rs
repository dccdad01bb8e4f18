//! Removes what is kept no longer, once by command and once an hour while the server runs.

use std::time::Duration;

use amparo_store::{Purged, Store};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::MissedTickBehavior;

use crate::config::{Common, Purge};

/// How often the server looks.
const OFTEN: Duration = Duration::from_hours(1);

pub(crate) async fn run(common: &Common, purge: &Purge) -> anyhow::Result<()> {
    let store = crate::connect_to_existing(common).await?;
    let retentions = store.retentions(purge.retention_days).await?;
    if retentions.is_empty() && purge.retention_days.is_none() {
        anyhow::bail!("no network says how long it keeps drafts: say it with --retention-days");
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
    let style = ProgressStyle::with_template("{spinner} {pos} records removed");
    let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let purged = all(&store, &common.network, purge.retention_days, &bar).await?;
    bar.finish_and_clear();
    eprintln!("{}", told(&purged));
    store.close().await?;
    Ok(())
}

/// Removes what is to go now and then once an hour. What goes wrong is logged and tried again.
pub(crate) async fn hourly(store: Store, network: String, default: Option<u32>) {
    let mut ticks = tokio::time::interval(OFTEN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match all(&store, &network, default, &ProgressBar::hidden()).await {
            Ok(purged) if purged == Purged::default() => {}
            Ok(purged) => tracing::info!("{}", told(&purged)),
            Err(error) => tracing::error!(error = %error, "what is kept no longer was not removed"),
        }
    }
}

/// Removes what is to go of every network that has a retention.
async fn all(
    store: &Store,
    network: &str,
    default: Option<u32>,
    bar: &ProgressBar,
) -> anyhow::Result<Purged> {
    let mut all = Purged::default();
    for retention in store.retentions(default).await? {
        let before = all.records;
        let progress = |purged: &Purged| bar.set_position(before + purged.records);
        let purged = store.purge_drafts(&retention, progress).await?;
        all.records += purged.records;
        all.people += purged.people;
        all.intake += store.purge_intake(&retention, network).await?.intake;
    }
    Ok(all)
}

fn told(purged: &Purged) -> String {
    let Purged { records, people, intake } = purged;
    format!("Removed {records} records, {people} people and {intake} answered requests.")
}
