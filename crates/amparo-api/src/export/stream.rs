//! From a walk to a body: the next records are read while the last are written, and a client that reads slowly
//! slows the walk down.
//!
//! What breaks off must not look like an end: unless the last byte was handed over, the body ends with an
//! error, and the connection without the end of its chunks.

use std::collections::HashSet;
use std::io::Read as _;
use std::time::Duration;

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::period::Period;
use amparo_exchange::export::{Rest, WriteError, Writer};
use amparo_store::{Record, Shown, Store, StoreError, Walk};
use axum::body::{Body, Bytes};
use tokio::sync::mpsc::{self, Sender};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::Instant;

use super::table::{Items, More, Needs, Of, Table};
use crate::dto::Rendering;
use crate::problem::ApiError;
use crate::resource::Presentation;

/// How much of a file is sent at once.
const PIECE: usize = 64 * 1024;

/// Records on their way, and what stands beside them.
pub(super) struct Chunk {
    shown: Shown<Vec<Record>>,
    more: More,
}

/// Where records come from.
pub(super) struct Source {
    pub walk: Walk,
    pub store: Store,
    pub audience: Audience,
    pub needs: Needs,
    /// The elections that were told of already.
    pub told: HashSet<Number>,
}

impl Source {
    /// The next records, none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Chunk>, StoreError> {
        let Some(shown) = self.walk.next().await? else {
            return Ok(None);
        };
        Ok(Some(match self.needs {
            Needs::Nothing => Chunk { shown, more: More::default() },
            Needs::Statements => {
                let cited = shown.records.iter().flat_map(|record| {
                    shown.labels.cited_by(record.number).iter().map(|cited| cited.number)
                });
                let cited: HashSet<Number> = cited.collect();
                let cited: Vec<Number> = cited.into_iter().collect();
                let beside = self.store.some(&self.audience, Kind::Statement, &cited).await?;
                let records = beside.records.into_iter().map(|record| (record.number, record));
                let more = More { records: records.collect(), labels: beside.labels };
                Chunk { shown, more }
            }
            Needs::Elections => {
                let mut numbers = Vec::new();
                for record in &shown.records {
                    if let Stored::Incident(facts) = &record.facts
                        && let Some(election) = facts.election
                        && self.told.insert(election)
                    {
                        numbers.push(election);
                    }
                }
                let shown = self.store.some(&self.audience, Kind::Election, &numbers).await?;
                Chunk { shown, more: More::default() }
            }
        }))
    }
}

/// What records become.
pub(super) struct Target {
    pub presentation: Presentation,
    pub base: String,
    /// The day as of which custody is told.
    pub seen_on: chrono::NaiveDate,
    /// The period in which an incident may lie or not.
    pub possible_in: Option<Period>,
    pub form: Form,
}

/// In which form.
pub(super) enum Form {
    /// A table with some of its columns.
    Table { table: &'static dyn Table, chosen: Vec<usize>, writer: Box<dyn Writer> },
    /// The items of a list, a line each.
    Items(Items),
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("a record cannot be written: {0}")]
    View(ApiError),
    #[error("the writer panicked")]
    Panicked,
    #[error("there is no thread to write by: {0}")]
    Thread(std::io::Error),
    #[error("a file is read no longer: {0}")]
    Reading(#[from] JoinError),
    #[error("a file cannot be read back: {0}")]
    File(#[from] std::io::Error),
    #[error("it took too long")]
    TooLong,
    /// The client went away.
    #[error("nobody takes it")]
    Unwanted,
}

impl Target {
    fn write(&mut self, chunk: &Chunk) -> Result<Vec<u8>, Broken> {
        let Chunk { shown: Shown { records, labels }, more } = chunk;
        let rendering = Rendering {
            labels,
            staff: true,
            knows: false,
            whole: false,
            language: self.presentation.language,
            raw: self.presentation.raw,
            today: self.seen_on,
            points: self.presentation.points,
            possible_in: self.possible_in,
        };
        match &mut self.form {
            Form::Items(items) => {
                let mut bytes = Vec::with_capacity(3_072 * records.len());
                let fields = self.presentation.fields.as_deref();
                for record in records {
                    (items.write)(&mut bytes, record, rendering, fields).map_err(Broken::View)?;
                    bytes.push(b'\n');
                }
                Ok(bytes)
            }
            Form::Table { table, chosen, writer } => {
                for record in records {
                    let r = rendering.of_record(record);
                    let record = r.without_hidden_addresses(record);
                    let of = Of { record: &record, r, base: &self.base, more };
                    table.write(&of, chosen, writer.as_mut())?;
                }
                Ok(writer.take()?)
            }
        }
    }

    fn finish(self) -> Result<Rest, Broken> {
        match self.form {
            Form::Items(_) => Ok(Rest::Bytes(Vec::new())),
            Form::Table { writer, .. } => Ok(writer.finish()?),
        }
    }
}

/// A part of the body.
enum Part {
    Bytes(Bytes),
    End,
}

/// Where the parts go.
struct Outlet {
    sender: Sender<Part>,
    deadline: Instant,
}

impl Outlet {
    async fn send(&self, part: Part) -> Result<(), Broken> {
        if matches!(&part, Part::Bytes(bytes) if bytes.is_empty()) {
            return Ok(());
        }
        if Instant::now() >= self.deadline {
            return Err(Broken::TooLong);
        }
        match tokio::time::timeout_at(self.deadline, self.sender.send(part)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Broken::Unwanted),
            Err(_) => Err(Broken::TooLong),
        }
    }
}

/// A body that becomes what a walk finds, from its first records on. It takes so long at most.
pub(super) fn body(source: Source, first: Option<Chunk>, target: Target, limit: Duration) -> Body {
    let (sender, receiver) = mpsc::channel(2);
    let outlet = Outlet { sender, deadline: Instant::now() + limit };
    tokio::spawn(async move {
        match tokio::time::timeout_at(outlet.deadline, run(source, first, target, &outlet)).await {
            Ok(Ok(()) | Err(Broken::Unwanted)) => {}
            Ok(Err(error)) => tracing::error!(%error, "an export broke off"),
            Err(_) => tracing::warn!("an export took too long and was broken off"),
        }
    });
    Body::from_stream(futures_util::stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Part::Bytes(bytes)) => Some((Ok(bytes), Some(receiver))),
            Some(Part::End) => None,
            None => Some((Err(std::io::Error::other("the export broke off")), None)),
        }
    }))
}

/// What the writer has ready.
enum Written {
    Piece(Vec<u8>),
    Rest(Rest),
}

/// Writes an export from its first record to its last, on one thread: what a writer holds is then used again by the same
/// thread. Handed from one thread of a pool to the next, each would keep what the one before gave back to it, which was 100 MB
/// and more of Parquet.
fn write_all(
    mut target: Target,
    mut chunks: mpsc::Receiver<Chunk>,
    written: &Sender<Result<Written, Broken>>,
) {
    while let Some(chunk) = chunks.blocking_recv() {
        let piece = target.write(&chunk);
        let broken = piece.is_err();
        drop(chunk);
        if written.blocking_send(piece.map(Written::Piece)).is_err() || broken {
            return;
        }
    }
    // Nobody waits for an end that broke off.
    if !written.is_closed() {
        let _gone_meanwhile = written.blocking_send(target.finish().map(Written::Rest));
    }
}

async fn run(
    mut source: Source,
    first: Option<Chunk>,
    target: Target,
    outlet: &Outlet,
) -> Result<(), Broken> {
    let (chunks, received) = mpsc::channel(1);
    let (sender, mut written) = mpsc::channel(1);
    let thread = std::thread::Builder::new().name("export".to_owned());
    thread.spawn(move || write_all(target, received, &sender)).map_err(Broken::Thread)?;
    let mut chunk = first;
    while let Some(now) = chunk {
        // A writer that is gone has said why, or panicked.
        let _told_below = chunks.send(now).await;
        let (next, piece) = tokio::join!(source.next(), written.recv());
        if let Written::Piece(bytes) = piece.ok_or(Broken::Panicked)?? {
            outlet.send(Part::Bytes(bytes.into())).await?;
        }
        chunk = next?;
    }
    // Whatever was held to read by is free while the rest is sent.
    drop(source);
    drop(chunks);
    let rest = match written.recv().await.ok_or(Broken::Panicked)?? {
        Written::Rest(rest) => rest,
        Written::Piece(bytes) => Rest::Bytes(bytes),
    };
    match rest {
        Rest::Bytes(bytes) => outlet.send(Part::Bytes(bytes.into())).await?,
        Rest::File(file) => {
            let mut file = file;
            loop {
                let (back, piece) = spawn_blocking(move || {
                    let mut piece = Vec::with_capacity(PIECE);
                    let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece);
                    (file, read.map(|_| piece))
                })
                .await?;
                file = back;
                let piece = piece?;
                if piece.is_empty() {
                    break;
                }
                outlet.send(Part::Bytes(piece.into())).await?;
            }
        }
    }
    outlet.send(Part::End).await
}
