//! Connections: how each database is opened, read and written.

use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::error::StoreError;
use crate::writer::Writer;

/// How long a writer waits for another process to finish its own write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// The connections of one store.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    readers: DatabaseConnection,
    write: WritePath,
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
            let pool = Database::connect(options).await?;
            return Ok(Self { readers: pool.clone(), write: WritePath::Pool(pool) });
        }
        if url.contains(":memory:") {
            let only = Database::connect(sqlite_options("sqlite::memory:", 1, false)).await?;
            let writer = Writer::start(only.clone());
            return Ok(Self { readers: only, write: WritePath::Task(writer) });
        }
        if let Some(file) = sqlite_file(url).filter(|_| url.contains("mode=rwc")) {
            make_private(file);
        }
        let writer = Database::connect(sqlite_options(url, 1, false)).await?;
        let readers = Database::connect(sqlite_options(url, readers.max(1), true)).await?;
        Ok(Self { readers, write: WritePath::Task(Writer::start(writer)) })
    }

    /// The connections that read.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.readers
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
        self.readers.close_by_ref().await
    }
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

fn sqlite_options(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
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
        if read_only {
            sqlite.pragma("query_only", "on").pragma("cache_size", "-32768")
        } else {
            // 256 MiB of pages: random numbers touch pages all over, most of all in an import.
            sqlite.journal_mode(SqliteJournalMode::Wal).pragma("cache_size", "-262144")
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
