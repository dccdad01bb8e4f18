//! The system of record: what is stored, who may see it, and what every write leaves behind.
//!
//! The only crate that knows SQL, and the same on SQLite and PostgreSQL. A record of any kind is an
//! index card (`record`), whole snapshots of what it said (`revision`), and pointers to those that
//! were published (`version`). Links, terms and words of the *shown* revision stand beside it, so
//! that a list is one statement and its labels a second. Names of people are in one table only.
//!
//! | room | what is in it |
//! |---|---|
//! | [`Store`] `write`, `import`, `retries` | the writes a caller can ask for; each is one transaction with its audit row, and done once |
//! | `save`, `lifecycle`, `refresh` | what a write does: snapshots, states, what follows elsewhere |
//! | `review`, `queue` | approvals, questions, assignment and grades; what waits for whom |
//! | `statements`, `endorsements` | what publishing a statement does besides; who is asked to endorse it, and what they say |
//! | `responses` | what was asked for because of a record, what was answered, what came of it |
//! | `merging`, `similar` | incidents that are one, or may be |
//! | `spelled` | names of people stay out of texts, and addresses that spell them are noted |
//! | `resolve`, `slugs`, `names`, `card`, `search` | references to numbers, names to rows, facts to what can be asked for |
//! | `build`, `rows` | from facts to the rows that a save writes |
//! | `counts`, `rollups`, `sums` | counts of incidents, and those that are kept in the transaction of every write |
//! | `census` | what counting needs of every published incident, in memory |
//! | `reindex` | cards of an earlier edition, written anew |
//! | `records`, `incidents`, `listing`, `named`, `among`, `paging`, `plans` | reads; what a caller may see is decided here |
//! | `cards`, `as_of`, `past`, `today` | the same of days gone by: what was shown once, and what of it is shown today |
//! | `walk` | the same reads over any number of records, from one moment, for what is taken away |
//! | `drafting` | statements while they are written: what they cite as it was known, checks, picks |
//! | `citing`, `cited` | what is cited, as everybody sees it today: one thing, or many at once |
//! | `notices` | that what a statement cites is another by now, for those who own the statement |
//! | `changes`, `lists`, `searches` | what the public saw change, results that stay as they were, questions that somebody keeps |
//! | `takedown`, `grants` | names that are shown no longer, records that others may see |
//! | `intake`, `purge` | what people without an account ask; what is kept no longer |
//! | `accounts`, `networks`, `sessions`, `tokens` | who asks, and for whom |
//! | `hashing`, `second_factor`, `throttle` | what they show, and how often they may try |
//! | `register` | the revision of the whole, by which old answers are told from true ones |
//! | `coverage`, `detained`, `escalation` | who looked where and when; who is held on a day; what followed what |
//! | `proofs` | versions that prove themselves: commitments, logs, bundles; whether the trail was touched |
//! | `audit`, `trail` | what was done, written and read |
//! | `database`, `writer` | connections, and the one writer of a SQLite database |
//! | `bulk`, `lists_of_values` | many rows of a table, and few of many tables, in few statements |

mod accounts;
mod among;
mod as_of;
mod audit;
mod build;
mod bulk;
mod card;
mod cards;
mod census;
mod changes;
mod cited;
mod citing;
mod counts;
mod coverage;
mod database;
mod detained;
mod drafting;
mod endorsements;
mod entity;
mod error;
mod escalation;
mod grants;
mod hashing;
mod import;
mod incidents;
mod intake;
mod lifecycle;
mod listing;
mod lists;
mod lists_of_values;
mod merging;
mod named;
mod names;
mod networks;
mod notices;
mod numbers;
mod paging;
mod past;
mod plans;
mod proofs;
mod purge;
mod queue;
mod records;
mod refresh;
mod register;
mod reindex;
mod resolve;
mod responses;
mod retries;
mod review;
mod rollups;
mod rows;
mod save;
mod search;
mod searches;
mod second_factor;
mod sessions;
mod similar;
mod slugs;
mod spelled;
mod statements;
mod sums;
mod takedown;
mod throttle;
mod today;
mod tokens;
mod trail;
mod walk;
mod write;
mod writer;
mod writing;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use amparo_domain::clock::{Chance, Clock};
use amparo_migrations::{Migrate as _, Migrator};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait as _, DbBackend, EntityTrait as _, PaginatorTrait as _};

pub use accounts::{Account, AccountState, Invitation, Membership, NewAccount};
pub use changes::{Change, ChangeKind, Since};
pub use cited::{Cited, CitedThings};
pub use citing::{Citable, ShownToday};
pub use counts::{Counts, Facet, FacetValue, Key, ROWS_MAX, Values};
pub use coverage::{CoverageFilter, CoverageKey, Declaration, NewDeclaration};
pub use database::sqlite_file;
pub use drafting::{CheckedStatement, CitedRecord, Drafting, LeftOut, PICKED_MAX};
pub use endorsements::{
    Answered, AskedToEndorse, Endorsement, MadeEndorsement, NamedOrganization, NewAnswer,
    NewEndorsement, REQUESTS_MAX,
};
pub use error::{StoreError, Tombstone};
pub use escalation::{By, Escalated, Escalations, Lead, Pair, PairKey, Shared};
pub use grants::{Grant, Level, NewGrant};
pub use hashing::HashingCost;
pub use import::{ImportChunk, ImportEnd, ImportEntry, ImportWay, Imported, Progress};
pub use intake::{Intake, IntakeItem, IntakeQuestion, NewIntake, Receipt};
pub use lists::{FrozenList, LIST_MAX, ListItem, ListPage, NewList, Pinned};
pub use merging::Merging;
pub use networks::{Network, NetworkChange, RetentionChange};
pub use notices::{Notice, NoticeFilter};
pub use plans::Plans;
pub use proofs::{Earlier, Log, LogHead, Provable, TrailCheck, TrailFault};
pub use purge::{Purged, Retention};
pub use queue::{Assigned, QueueFilter, Task, Waiting, Whose};
pub use records::{CitedBy, Label, Labels, Record, RecordFilter, Revision, Shown, Version, View};
pub use responses::{Ledger, NewResponse, RESPONSES_MAX, Response};
pub use retries::{IdempotencyKey, Remembered};
pub use review::{Approval, Approvals, Question, Questions};
pub use rollups::Recounted;
pub use searches::{NewSearch, SEARCHES_MAX, SavedSearch};
pub use second_factor::{SecondFactor, code_at};
pub use sessions::{Means, Origin, Presence, Session, Shows, SignIn, SignedIn};
pub use similar::Candidate;
pub use takedown::{NotedConsent, Scope, TakeDown};
pub use tokens::{IssuedToken, NewToken, Token};
pub use trail::{Deed, Place, TrailFilter};
pub use walk::Walk;
pub use write::{Looked, Verb, Written};
pub use writing::{Made, PossibleDuplicate};

use database::Connections;
use entity::{instance, record};

/// The system of record. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    connections: Connections,
    clock: Clock,
    chance: Chance,
    taken: Arc<AtomicU64>,
    actors: Arc<tokens::Actors>,
    hasher: hashing::Hasher,
    throttle: Arc<throttle::Throttle>,
    touched: Arc<sessions::Touched>,
    register: Arc<register::Register>,
    census: Arc<census::Census>,
    by_database: bool,
    labels_kept: Arc<records::LabelsKept>,
}

/// The two migrations of the world: what there is to do and what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// How many migrations were applied.
    pub applied: usize,
    /// How many records were written anew, because the program writes more beside them than before.
    pub rewritten: usize,
}

impl Store {
    /// Opens a database: `sqlite://PATH?mode=rwc` or `postgres://…`, with so many connections to
    /// read by. Nothing is migrated yet.
    pub async fn connect(
        url: &str,
        readers: u32,
        clock: Clock,
        chance: Chance,
    ) -> Result<Self, StoreError> {
        let connections = Connections::open(url, readers).await?;
        // Not by `chance`, which tests repeat: this one guards nothing that could be repeated.
        let throttle = Arc::new(throttle::Throttle::new(rand::random()));
        Ok(Self {
            connections,
            clock,
            chance,
            taken: Arc::default(),
            actors: Arc::default(),
            hasher: hashing::Hasher::new(HashingCost::default()),
            throttle,
            touched: Arc::default(),
            register: Arc::default(),
            census: Arc::default(),
            by_database: false,
            labels_kept: Arc::default(),
        })
    }

    /// The same store, with passwords hashed at another cost than the one that suits a server.
    #[must_use]
    pub fn hashing_at(self, cost: HashingCost) -> Self {
        Self { hasher: hashing::Hasher::new(cost), ..self }
    }

    /// The same store, which counts by the database alone: to see that it is the same.
    #[must_use]
    pub fn counting_by_database(self) -> Self {
        Self { by_database: true, ..self }
    }

    /// Brings the schema up to date, and what stands beside the records with it. Two processes that try at once on PostgreSQL queue.
    pub async fn migrate(&self) -> Result<Migrated, StoreError> {
        let now = self.clock.now();
        let (chance, taken) = (self.chance.clone(), Arc::clone(&self.taken));
        let (applied, rewritten) = self
            .connections
            .write_alone(move |tx| {
                Box::pin(async move {
                    if tx.get_database_backend() == DbBackend::Postgres {
                        let lock = "SELECT pg_advisory_xact_lock(7264921)";
                        tx.execute_unprepared(lock).await?;
                    }
                    let pending = Migrator::get_pending_migrations(tx).await?.len();
                    Migrator::up(tx, None).await?;
                    let rewritten = reindex::bring_up_to_date(tx, now, &chance, &taken).await?;
                    Ok((pending, rewritten))
                })
            })
            .await?;
        let taken = record::Entity::find().count(self.connections.reader()).await?;
        self.taken.store(taken, std::sync::atomic::Ordering::Relaxed);
        Ok(Migrated { applied, rewritten })
    }

    /// Whether the schema is up to date and the database answers.
    pub async fn is_ready(&self) -> Result<bool, StoreError> {
        let pending = Migrator::get_pending_migrations_read_only(self.connections.reader()).await?;
        Ok(pending.is_empty() && reindex::is_current(self.connections.reader()).await?)
    }

    /// A secret of this instance for cursors and entity tags, made when it is first asked for. It
    /// protects no record, so it may be known while confidential fields are locked.
    pub async fn instance_secret(&self) -> Result<String, StoreError> {
        let secret = URL_SAFE_NO_PAD.encode(self.chance.bytes());
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    let name = "secret".to_owned();
                    let present = instance::Entity::find_by_id(name.clone()).one(tx).await?;
                    if let Some(present) = present {
                        return Ok(present.value);
                    }
                    let row = instance::ActiveModel { name: Set(name), value: Set(secret.clone()) };
                    instance::Entity::insert(row).exec_without_returning(tx).await?;
                    Ok(secret)
                })
            })
            .await
    }

    /// The time by which the store lives.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Closes the database after the writes that wait already.
    pub async fn close(&self) -> Result<(), StoreError> {
        Ok(self.connections.close().await?)
    }
}
