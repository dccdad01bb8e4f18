//! Imports: from files to the store, with a report that a person can act on.

mod report;
mod returning;

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, PoisonError};

use amparo_domain::access::Actor;
use amparo_domain::kind::Kind;
use amparo_domain::vocabulary::State;
use amparo_exchange::{
    Entry, Level, Mapping, Note, Place, ReadOptions, Returning as Statement, draft,
};
use amparo_store::{ImportChunk, ImportEnd, ImportEntry, ImportWay, Imported, Store};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::mpsc;

use report::Report;
pub use report::{Lines, Summary};
use returning::Returning;

use crate::Shared;
use crate::config::{Common, Import};

/// Files of up to so many records are read whole, so that their records can refer to each other in
/// any order; longer ones are read as they are written.
const WHOLE: usize = 20_000;
/// How many ids, names and slugs are remembered: a few megabytes.
const REMEMBERED: usize = 50_000;
/// How many records are written at a time.
const CHUNK: usize = 2_000;

/// A file to import.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    content: Content,
    /// Whether it was found in a folder: what is not for an import is then left out, not refused.
    found: bool,
}

#[derive(Debug, Clone)]
enum Content {
    File(PathBuf),
    Text(&'static str),
}

/// How to import.
#[derive(Debug, Clone)]
pub struct Options {
    /// How the columns of a table map to members.
    pub mapping: Option<Mapping>,
    /// The system that bare ids belong to.
    pub system: Option<String>,
    /// The state records get instead of their own.
    pub state: Option<State>,
    /// Only report what would happen.
    pub dry_run: bool,
    /// Up to so many entries of a file are taken as a whole: they may refer to each other in any order,
    /// and incidents that may be the same are looked for.
    pub whole: usize,
    /// How many entries of a longer file are written at a time.
    pub chunk: usize,
    /// How many things of one kind the store remembers before it asks the database for them again.
    pub remembered: usize,
    /// Where progress is shown.
    pub progress: ProgressBar,
}

impl Default for Options {
    /// An import of what the records say.
    fn default() -> Self {
        Self {
            mapping: None,
            system: None,
            state: None,
            dry_run: false,
            whole: WHOLE,
            chunk: CHUNK,
            remembered: REMEMBERED,
            progress: ProgressBar::hidden(),
        }
    }
}

impl Source {
    /// A file by its path.
    pub fn file(path: &Path) -> Self {
        let name = path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        Self { name, content: Content::File(path.to_owned()), found: false }
    }

    /// A file that is part of the program.
    pub fn text(name: &str, text: &'static str) -> Self {
        Self { name: name.to_owned(), content: Content::Text(text), found: false }
    }

    fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(match &self.content {
            Content::File(path) => Box::new(std::fs::File::open(path)?),
            Content::Text(text) => Box::new(Cursor::new(text.as_bytes())),
        })
    }
}

pub(crate) async fn run(common: &Common, import: &Import) -> anyhow::Result<ExitCode> {
    let mapping = import.mapping.as_deref().map(read_mapping).transpose()?;
    let sources = expand(&import.files)?;
    let store = crate::connect_migrated(common).await?;
    let options = Options {
        mapping,
        system: import.system.clone(),
        state: import.state,
        dry_run: import.dry_run,
        progress: progress_bar(),
        ..Options::default()
    };
    if !import.dry_run {
        store.ensure_network(&common.network).await?;
    }
    let summary = self::import(&store, &Actor::operator(&common.network), sources, options).await?;
    store.close().await?;
    eprintln!("{summary}");
    Ok(if summary.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read_mapping(path: &Path) -> anyhow::Result<Mapping> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(Mapping::parse(&path.display().to_string(), &text)?)
}

/// Folders stand for the files in them, in the order of their names.
pub fn expand(paths: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut inside = std::fs::read_dir(path)
                .and_then(|entries| {
                    entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>()
                })
                .with_context(|| format!("{} cannot be read", path.display()))?;
            inside.sort();
            let found = expand(&inside)?.into_iter();
            sources.extend(found.map(|source| Source { found: true, ..source }));
        } else {
            anyhow::ensure!(path.exists(), "there is no file {}", path.display());
            sources.push(Source::file(path));
        }
    }
    Ok(sources)
}

fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
    let style =
        ProgressStyle::with_template("{spinner} {pos} of {len} records, {per_sec}, {eta} to go");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Imports files: either everything is there afterwards, or nothing.
pub async fn import(
    store: &Store,
    actor: &Actor,
    sources: Vec<Source>,
    options: Options,
) -> anyhow::Result<Summary> {
    let editor = actor.editor(Kind::Incident)?;
    let report: Shared<Report> = Arc::default();
    let places: Shared<HashMap<usize, (Place, Kind)>> = Arc::default();
    let (sender, chunks) = mpsc::channel(1);
    let reading = {
        let (report, places, options) = (Arc::clone(&report), Arc::clone(&places), options.clone());
        let returning = Returning::new(store.clone(), actor);
        tokio::task::spawn_blocking(move || {
            Reading { options, report, places, returning, sender, next: 0 }.read_all(&sources);
        })
    };
    let written = {
        let (report, places, bar) = (Arc::clone(&report), places, options.progress.clone());
        move |place: usize, imported: &Imported| {
            let known = places.lock().unwrap_or_else(PoisonError::into_inner).remove(&place);
            if let Some((place, kind)) = known {
                report
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .imported(place, kind, imported);
            }
            bar.inc(1);
        }
    };
    let way = ImportWay { dry_run: options.dry_run, remembered: options.remembered };
    let end = store.import(editor, chunks, way, Box::new(written));
    let end = end.await;
    reading.await?;
    options.progress.finish_and_clear();
    let end = end?;
    let report = std::mem::take(&mut *report.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(report.into_summary(end == ImportEnd::Committed, options.dry_run))
}

/// Reads files on a thread of its own and hands chunks to the store.
struct Reading {
    options: Options,
    report: Shared<Report>,
    places: Shared<HashMap<usize, (Place, Kind)>>,
    returning: Returning,
    sender: mpsc::Sender<ImportChunk>,
    next: usize,
}

impl Reading {
    fn read_all(mut self, sources: &[Source]) {
        let mut whole: Vec<Entry> = Vec::new();
        let mut long = Vec::new();
        for source in sources {
            let options = ReadOptions {
                mapping: self.options.mapping.as_ref(),
                system: self.options.system.clone(),
            };
            let batch = source
                .open()
                .map_err(anyhow::Error::from)
                .and_then(|content| Ok(amparo_exchange::read(&source.name, content, &options)?));
            let mut batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    let message = format!("{error:#}");
                    self.report(|report| report.unreadable(&source.name, &message, source.found));
                    continue;
                }
            };
            self.options.progress.inc_length(batch.total.unwrap_or(0));
            let mut notes = std::mem::take(&mut batch.notes);
            let mut entries = Vec::new();
            let most = if self.is_long(source, &options) { 1 } else { self.options.whole };
            let ended = loop {
                match batch.entries.next() {
                    None => break true,
                    Some(Ok(entry)) => entries.push(entry),
                    Some(Err(note)) => notes.push(note),
                }
                if entries.len() >= most {
                    break false;
                }
            };
            for mut note in notes {
                if source.found && entries.is_empty() && note.level == Level::Problem {
                    note.level = Level::Warning;
                }
                self.report(|report| report.note(note));
            }
            if ended {
                whole.append(&mut entries);
            } else {
                long.push((entries, batch.entries));
            }
        }
        for note in self.returning.settle(&mut whole) {
            self.report(|report| report.note(note));
        }
        amparo_exchange::share_people(&mut whole);
        self.tell_duplicates(&whole);
        self.send(whole, true);
        for (start, rest) in long {
            let most = self.options.chunk;
            let mut chunk = Vec::with_capacity(most);
            let rest = start.into_iter().map(Ok).chain(rest);
            for entry in rest {
                match entry {
                    Ok(entry) => chunk.push(entry),
                    Err(note) => self.report(|report| report.note(note)),
                }
                if chunk.len() >= most {
                    self.send(std::mem::replace(&mut chunk, Vec::with_capacity(most)), false);
                }
            }
            self.send(chunk, false);
        }
        let refused = self.report(|report| report.has_refused());
        if refused {
            // What could not be read must not be lost silently: the store is told to keep nothing.
            let _ = self.sender.blocking_send(ImportChunk::Refused);
        }
    }

    /// Whether a file is a table of more rows than are taken as a whole: none of them waits in memory then for
    /// what comes after it.
    fn is_long(&self, source: &Source, options: &ReadOptions<'_>) -> bool {
        let content = source.open();
        content.is_ok_and(|content| {
            amparo_exchange::is_longer(&source.name, content, options, self.options.whole)
        })
    }

    fn tell_duplicates(&self, entries: &[Entry]) {
        let statements: Vec<&Entry> =
            entries.iter().filter(|entry| entry.kind == Kind::Statement).collect();
        for (one, other, why) in amparo_exchange::duplicates(&statements) {
            let message =
                format!("looks like the same statement as {}: {why}", statements[one].place);
            let place = statements[other].place.clone();
            self.report(|report| report.note(Note { level: Level::Warning, place, message }));
        }
    }

    fn send(&mut self, entries: Vec<Entry>, suggest: bool) {
        let mut chunk = Vec::with_capacity(entries.len());
        for Entry { kind, value, place, notes, returning } in entries {
            self.report(|report| notes.into_iter().for_each(|note| report.note(note)));
            if let Some((known, draft)) = returning.as_deref().and_then(Statement::settled) {
                let state = self.options.state.unwrap_or(State::Submitted);
                let (number, draft) = (Some(*known), draft.clone());
                let place = self.remember(place, kind);
                chunk.push(ImportEntry { place, number, draft, state });
                continue;
            }
            let read = match draft::read_entry(kind, &value) {
                Ok(read) => read,
                Err(invalid) => {
                    self.report(|report| report.refused(place, kind, invalid.0));
                    continue;
                }
            };
            self.report(|report| report.warned(&place, read.warnings));
            let state = self.options.state.or(read.state).unwrap_or(State::Submitted);
            let place = self.remember(place, kind);
            chunk.push(ImportEntry { place, number: None, draft: read.draft, state });
        }
        if !chunk.is_empty() {
            let _ = self.sender.blocking_send(ImportChunk::Entries { entries: chunk, suggest });
        }
    }

    /// Remembers where an entry was read.
    fn remember(&mut self, place: Place, kind: Kind) -> usize {
        let number = self.next;
        self.next += 1;
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.insert(number, (place, kind));
        number
    }

    fn report<T>(&self, tell: impl FnOnce(&mut Report) -> T) -> T {
        tell(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
