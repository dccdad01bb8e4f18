//! The one writer of a SQLite database.
//!
//! A write is durable only after `fsync`, which costs as much as dozens of writes. So writes that
//! wait while another commits become one commit together: each runs in a savepoint of a shared
//! transaction, one that fails is rolled back alone, and every caller hears of success only after
//! the shared commit.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait as _};
use tokio::sync::{mpsc, oneshot};

use crate::database::{Work, begin_immediate};
use crate::error::{Loggable, StoreError};

/// How many writes may become durable in one commit.
const SHARED_COMMIT_MAX: usize = 128;
/// How many writes may wait before new ones are held back.
const QUEUE: usize = 1_024;

/// The way to the writer task.
#[derive(Clone, Debug)]
pub(crate) struct Writer(mpsc::Sender<Message>);

enum Message {
    Job(Job),
    /// A write that wants the transaction to itself.
    Alone(Job),
    Stop(oneshot::Sender<()>),
}

type Run = Box<dyn for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, bool> + Send>;

struct Job {
    run: Run,
    finish: Box<dyn FnOnce(bool) + Send>,
}

impl Writer {
    /// Starts the task; it ends when it is stopped or the last sender is gone.
    pub(crate) fn start(connection: DatabaseConnection) -> Self {
        let (sender, mut waiting) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut next = None;
            loop {
                let message = match next.take() {
                    Some(message) => message,
                    None => match waiting.recv().await {
                        Some(message) => message,
                        None => return,
                    },
                };
                match message {
                    Message::Job(job) => {
                        next = commit_together(&connection, job, &mut waiting).await;
                    }
                    Message::Alone(job) => commit_alone(&connection, job).await,
                    Message::Stop(stopped) => {
                        if let Err(error) = connection.close_by_ref().await {
                            tracing::warn!(error = %Loggable(&error), "the writer's connection did not close");
                        }
                        let _ = stopped.send(());
                        return;
                    }
                }
            }
        });
        Self(sender)
    }

    /// Does work in a savepoint and answers when it is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Work<T>,
    ) -> Result<T, StoreError> {
        self.send(work, Message::Job).await
    }

    /// Does work in a transaction of its own and answers when it is durable.
    pub(crate) async fn write_alone<T: Send + 'static>(
        &self,
        work: impl Work<T>,
    ) -> Result<T, StoreError> {
        self.send(work, Message::Alone).await
    }

    async fn send<T: Send + 'static>(
        &self,
        work: impl Work<T>,
        message: fn(Job) -> Message,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let outcome = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&outcome);
        let run: Run = Box::new(move |transaction| {
            let work = work(transaction);
            async move {
                let done = work.await;
                let succeeded = done.is_ok();
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
                succeeded
            }
            .boxed()
        });
        let finish = Box::new(move |durable: bool| {
            let done = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
            let lost = match done {
                Some(Ok(_)) if !durable => Some(Err(StoreError::Unavailable)),
                done => done,
            };
            let _ = answer.send(lost.unwrap_or(Err(StoreError::Unavailable)));
        });
        let sent = self.0.send(message(Job { run, finish })).await;
        sent.map_err(|_| StoreError::Unavailable)?;
        answered.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Stops the task after the writes that wait already.
    pub(crate) async fn stop(&self) {
        let (stopped, done) = oneshot::channel();
        if self.0.send(Message::Stop(stopped)).await.is_ok() {
            let _ = done.await;
        }
    }
}

/// Runs a write and the others that wait, and commits them; returns what came after them and is no
/// such write.
async fn commit_together(
    connection: &DatabaseConnection,
    first: Job,
    waiting: &mut mpsc::Receiver<Message>,
) -> Option<Message> {
    let Some(transaction) = begin(connection).await else {
        (first.finish)(false);
        return None;
    };
    let mut next = Some(first);
    let mut after = None;
    let mut finishing = Vec::new();
    let mut broken = false;
    while let Some(job) = next.take() {
        if !broken {
            broken = run_in_savepoint(&transaction, job.run).await.is_err();
        }
        finishing.push(job.finish);
        if finishing.len() < SHARED_COMMIT_MAX {
            match waiting.try_recv() {
                Ok(Message::Job(job)) => next = Some(job),
                Ok(other) => after = Some(other),
                Err(_) => {}
            }
        }
    }
    let committed = if broken {
        let _ = transaction.rollback().await;
        false
    } else {
        commit(transaction).await
    };
    for finish in finishing {
        finish(committed);
    }
    after
}

/// Runs a write in a transaction of its own.
async fn commit_alone(connection: &DatabaseConnection, job: Job) {
    let Some(transaction) = begin(connection).await else {
        return (job.finish)(false);
    };
    let succeeded = AssertUnwindSafe((job.run)(&transaction)).catch_unwind().await;
    let committed = if succeeded.unwrap_or(false) {
        commit(transaction).await
    } else {
        let _ = transaction.rollback().await;
        false
    };
    (job.finish)(committed);
}

async fn begin(connection: &DatabaseConnection) -> Option<DatabaseTransaction> {
    begin_immediate(connection)
        .await
        .inspect_err(
            |error| tracing::error!(error = %Loggable(error), "no transaction could be started"),
        )
        .ok()
}

async fn commit(transaction: DatabaseTransaction) -> bool {
    let committed = transaction.commit().await;
    if let Err(error) = &committed {
        tracing::error!(error = %Loggable(error), "a commit failed");
    }
    committed.is_ok()
}

async fn run_in_savepoint(transaction: &DatabaseTransaction, run: Run) -> Result<(), DbErr> {
    let savepoint = transaction.begin().await?;
    // A panic in one write must not take the others of the commit with it.
    let succeeded = AssertUnwindSafe(run(&savepoint)).catch_unwind().await;
    if succeeded.unwrap_or(false) { savepoint.commit().await } else { savepoint.rollback().await }
}
