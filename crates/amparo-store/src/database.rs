//! Connections: how each database is opened, read and written.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::StoreError;
use crate::writer::Writer;

/// How long a writer waits for another process to finish its own write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// How many walks go over the register at once; each holds a connection of its own for as long as it
/// lasts.
const WALKS_MAX: u32 = 4;

/// How long another walk waits for one of them to end.
const WALK_PATIENCE: Duration = Duration::from_secs(2);

/// The connections of one store.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    readers: DatabaseConnection,
    /// Those that plan each question by what it asks for: PostgreSQL alone would soon take one plan for all.
    askers: DatabaseConnection,
    /// Beside the readers, so that long reads leave those to the short ones. Opened when first asked
    /// for. None where there is but one connection.
    walkers: Option<DatabaseConnection>,
    walks: Arc<Semaphore>,
    write: WritePath,
}

/// What a walk reads by: everything as it was at one moment, if the database can do so.
#[derive(Debug)]
pub(crate) struct Standing {
    /// A transaction that sees no write after its first read.
    pub at: Option<DatabaseTransaction>,
    _permit: OwnedSemaphorePermit,
}

#[derive(Clone, Debug)]
enum WritePath {
    /// One connection that commits waiting writes together.
    Task(Writer),
    /// A transaction of its own for each write.
    Pool(DatabaseConnection),
}

/// Work inside a transaction.
pub(crate) trait Work<T>:
    for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static
{
}

impl<T, F> Work<T> for F where
    F: for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + 'static
{
}

impl Connections {
    /// Opens a database: `sqlite://PATH?mode=rwc`, `sqlite::memory:` or `postgres://…`.
    pub(crate) async fn open(url: &str, readers: u32) -> Result<Self, DbErr> {
        if url.starts_with("postgres") {
            let mut options = ConnectOptions::new(url);
            options.max_connections(readers.max(2) * 2).sqlx_logging(false);
            options.acquire_timeout(Duration::from_secs(10));
            let pool = Database::connect(options.clone()).await?;
            options.map_sqlx_postgres_opts(|options| {
                options.options([("plan_cache_mode", "force_custom_plan")])
            });
            options.min_connections(0).connect_lazy(true);
            let askers = Database::connect(options.clone()).await?;
            options.max_connections(WALKS_MAX).min_connections(0).connect_lazy(true);
            options.idle_timeout(Duration::from_mins(1));
            let walkers = Some(Database::connect(options).await?);
            let write = WritePath::Pool(pool.clone());
            return Ok(Self { readers: pool, askers, walkers, walks: walks(), write });
        }
        if url.contains(":memory:") {
            let only = Database::connect(sqlite_options("sqlite::memory:", 1, Task::Write)).await?;
            let write = WritePath::Task(Writer::start(only.clone()));
            let askers = only.clone();
            return Ok(Self { readers: only, askers, walkers: None, walks: walks(), write });
        }
        if let Some(file) = sqlite_file(url).filter(|_| url.contains("mode=rwc")) {
            make_private(file);
        }
        let writer = Database::connect(sqlite_options(url, 1, Task::Write)).await?;
        let readers = Database::connect(sqlite_options(url, readers.max(1), Task::Read)).await?;
        let mut options = sqlite_options(url, WALKS_MAX, Task::Walk);
        options.min_connections(0).connect_lazy(true);
        options.map_sqlx_sqlite_pool_opts(|pool| pool.idle_timeout(Duration::from_mins(1)));
        let walkers = Some(Database::connect(options).await?);
        let write = WritePath::Task(Writer::start(writer));
        let askers = readers.clone();
        Ok(Self { readers, askers, walkers, walks: walks(), write })
    }

    /// Stands still at one moment, to read much.
    pub(crate) async fn stand(&self) -> Result<Standing, StoreError> {
        let permit = Arc::clone(&self.walks).acquire_owned();
        let permit = tokio::time::timeout(WALK_PATIENCE, permit).await;
        let permit = permit.ok().and_then(Result::ok).ok_or(StoreError::TooManyWalks)?;
        let at = match &self.walkers {
            None => None,
            Some(walkers) if self.backend() == DbBackend::Sqlite => Some(walkers.begin().await?),
            Some(walkers) => {
                let level = Some(IsolationLevel::RepeatableRead);
                Some(walkers.begin_with_config(level, Some(AccessMode::ReadOnly)).await?)
            }
        };
        Ok(Standing { at, _permit: permit })
    }

    /// The connections that read.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// The connections that read what a plan for any values would serve badly: lists and counts. Where
    /// PostgreSQL does not look at the values it takes a box of half the world for one of three records.
    pub(crate) fn asker(&self) -> &DatabaseConnection {
        &self.askers
    }

    /// Which database it is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.readers.get_database_backend()
    }

    /// Does work in a transaction and answers when it is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Work<T>,
    ) -> Result<T, StoreError> {
        match &self.write {
            WritePath::Task(writer) => writer.write(work).await,
            WritePath::Pool(pool) => {
                let transaction = pool.begin().await?;
                let done = work(&transaction).await;
                match done {
                    Ok(value) => {
                        transaction.commit().await?;
                        Ok(value)
                    }
                    Err(error) => {
                        transaction.rollback().await?;
                        Err(error)
                    }
                }
            }
        }
    }

    /// Does long work in a transaction that no other write shares, so that nothing has to be kept to
    /// undo it alone.
    pub(crate) async fn write_alone<T: Send + 'static>(
        &self,
        work: impl Work<T>,
    ) -> Result<T, StoreError> {
        match &self.write {
            WritePath::Task(writer) => writer.write_alone(work).await,
            WritePath::Pool(_) => self.write(work).await,
        }
    }

    /// Closes the connections, so that the last write-ahead log is folded into the file.
    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        if let WritePath::Task(writer) = &self.write {
            writer.stop().await;
        }
        if let Some(walkers) = &self.walkers {
            walkers.close_by_ref().await?;
        }
        if self.backend() != DbBackend::Sqlite {
            self.askers.close_by_ref().await?;
        }
        self.readers.close_by_ref().await
    }
}

fn walks() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(WALKS_MAX as usize))
}

/// Starts a transaction that takes SQLite's write lock at once, so that two writers queue instead
/// of failing half-way.
pub(crate) async fn begin_immediate(
    connection: &DatabaseConnection,
) -> Result<DatabaseTransaction, DbErr> {
    connection
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Write,
    Read,
    /// To read everything once.
    Walk,
}

fn sqlite_options(url: &str, connections: u32, task: Task) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(connections.min(1))
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(10));
    options.map_sqlx_sqlite_pool_opts(|pool| pool.idle_timeout(None).max_lifetime(None));
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(200)
            // A page of a list goes over in one piece, without the two threads waiting for each other.
            .row_buffer_size(256)
            .optimize_on_close(false, None)
            .pragma("temp_store", "memory")
            .pragma("trusted_schema", "off")
            .pragma("cell_size_check", "on")
            .pragma("secure_delete", "on")
            // A mapped page is checked anew each time it is touched, a cached one once.
            .pragma("mmap_size", "0");
        match task {
            // 256 MiB of pages: random numbers touch pages all over, most of all in an import.
            Task::Write => {
                sqlite.journal_mode(SqliteJournalMode::Wal).pragma("cache_size", "-262144")
            }
            Task::Read => sqlite.pragma("query_only", "on").pragma("cache_size", "-32768"),
            // A page that was read is not wanted again. A chunk is read whole while the one before it is worked on.
            Task::Walk => {
                sqlite.row_buffer_size(512).pragma("query_only", "on").pragma("cache_size", "-4096")
            }
        }
    });
    options
}

/// Makes the file of a new database for its owner alone, because names stand in it; the files that SQLite
/// makes beside it get the same mode. Where it cannot be made, SQLite says so itself.
fn make_private(file: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _made_or_there_already = options.open(file);
}

/// The file behind a SQLite address, if there is one.
pub fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next()?;
    (!path.is_empty() && path != ":memory:").then(|| Path::new(path))
}
