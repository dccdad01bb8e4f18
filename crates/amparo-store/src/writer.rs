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
use crate::error::StoreError;

/// How many writes may become durable in one commit.
const SHARED_COMMIT_MAX: usize = 128;
/// How many writes may wait before new ones are held back.
const QUEUE: usize = 1_024;

/// The way to the writer task.
#[derive(Clone, Debug)]
pub(crate) struct Writer(mpsc::Sender<Message>);

enum Message {
    Job(Job),
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
            while let Some(message) = waiting.recv().await {
                let stop = commit_together(&connection, message, &mut waiting).await;
                if let Some(stopped) = stop {
                    let closed = connection.close_by_ref().await;
                    if let Err(error) = closed {
                        tracing::warn!(%error, "the writer's connection did not close");
                    }
                    let _ = stopped.send(());
                    return;
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
        self.0
            .send(Message::Job(Job { run, finish }))
            .await
            .map_err(|_| StoreError::Unavailable)?;
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

/// Runs the writes that wait and commits them; returns whom to tell if the task is to stop.
async fn commit_together(
    connection: &DatabaseConnection,
    first: Message,
    waiting: &mut mpsc::Receiver<Message>,
) -> Option<oneshot::Sender<()>> {
    let mut next = Some(first);
    let mut stop = None;
    let mut finishing = Vec::new();
    let transaction = match begin_immediate(connection).await {
        Ok(transaction) => transaction,
        Err(error) => {
            tracing::error!(%error, "no transaction could be started");
            return match next {
                Some(Message::Stop(stopped)) => Some(stopped),
                Some(Message::Job(job)) => {
                    (job.finish)(false);
                    None
                }
                None => None,
            };
        }
    };
    let mut broken = false;
    while let Some(message) = next.take() {
        match message {
            Message::Stop(stopped) => {
                stop = Some(stopped);
                break;
            }
            Message::Job(job) if broken => finishing.push(job.finish),
            Message::Job(job) => {
                let run = run_in_savepoint(&transaction, job.run).await;
                broken = run.is_err();
                finishing.push(job.finish);
            }
        }
        if finishing.len() < SHARED_COMMIT_MAX {
            next = waiting.try_recv().ok();
        }
    }
    let committed = if broken {
        let _ = transaction.rollback().await;
        false
    } else {
        match transaction.commit().await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%error, "a commit failed");
                false
            }
        }
    };
    for finish in finishing {
        finish(committed);
    }
    stop
}

async fn run_in_savepoint(transaction: &DatabaseTransaction, run: Run) -> Result<(), DbErr> {
    let savepoint = transaction.begin().await?;
    // A panic in one write must not take the others of the commit with it.
    let succeeded = AssertUnwindSafe(run(&savepoint)).catch_unwind().await;
    if succeeded.unwrap_or(false) { savepoint.commit().await } else { savepoint.rollback().await }
}
