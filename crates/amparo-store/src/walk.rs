//! Walks: everything that a list finds, in its order, a chunk at a time and as of one moment.
//!
//! A walk reads by a transaction that sees no write after it began, so none loses or doubles a record. Names are
//! read anew for each chunk: one that is taken down meanwhile is gone from the next chunk on. Of the other
//! things that records refer to, what was read is kept for two seconds.

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::kind::Kind;
use amparo_domain::page::{Cursor, PageRequest, Sort};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Condition;
use sea_orm::{ConnectionTrait, QueryResult};

use crate::Store;
use crate::cards::Cards;
use crate::database::Standing;
use crate::error::StoreError;
use crate::listing::Listing;
use crate::records::{Known, Labels, Record, RecordFilter, Shown, page_of_others};

/// The first chunk is small, so that there soon is something to send.
const FIRST: u16 = 50;
/// The others are as large as pays.
const REST: u16 = 500;
/// Of other kinds all are: a statement has its text, which may be as long as a hundred incidents.
const REST_OF_OTHERS: u16 = 50;
/// References whose labels one statement asks for: within the limits of both databases on parameters,
/// with some for the people beside them.
const REFERENCES_MAX: usize = 5_000;

/// How long the label of an organization, an election or a case is taken as it was. Names are read anew
/// each time.
const KNOWN_FOR: TimeDelta = TimeDelta::seconds(2);

/// A walk over records. Dropping it ends it.
#[derive(Debug)]
pub struct Walk {
    reader: Reader,
    next: Next,
    known: Known,
    known_since: DateTime<Utc>,
}

/// What a walk reads by.
#[derive(Debug)]
struct Reader {
    store: Store,
    audience: Audience,
    over: Over,
    standing: Standing,
    citing: bool,
}

/// What a walk goes over.
#[derive(Debug)]
enum Over {
    Incidents(Box<Listing>),
    /// Records of another kind that fulfil a condition, the latest first.
    Others(Condition),
}

/// Where a walk goes on.
#[derive(Debug)]
enum Next {
    Start,
    After(Cursor),
    /// They are here already.
    Read(Box<Chunk>),
    End,
}

/// What was read for the next records, and where those after them begin.
#[derive(Debug)]
struct Chunk {
    rows: Rows,
    then: Option<Cursor>,
}

/// Rows as the database gave them, or the records that they are.
#[derive(Debug)]
enum Rows {
    OfIncidents(Vec<(QueryResult, Cards)>),
    Records(Vec<Record>),
}

impl Store {
    /// A walk over incidents.
    pub async fn walk_incidents(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        sort: Sort,
    ) -> Result<Walk, StoreError> {
        let standing = self.connections.stand().await?;
        let listing = self.listing(audience, filter, sort).await?;
        let audience = listing.audience.clone();
        Ok(self.walk_over(audience, Over::Incidents(Box::new(listing)), standing))
    }

    /// A walk over the records of another kind, in the order of their list. Over people there is none: they
    /// are met inside incidents.
    pub async fn walk(
        &self,
        audience: &Audience,
        kind: Kind,
        filter: &RecordFilter,
    ) -> Result<Walk, StoreError> {
        if matches!(kind, Kind::Person | Kind::Incident) {
            return Err(StoreError::NotFound);
        }
        let standing = self.connections.stand().await?;
        let condition = self.condition(audience, kind, filter).await?;
        Ok(self.walk_over(audience.clone(), Over::Others(condition), standing))
    }

    fn walk_over(&self, audience: Audience, over: Over, standing: Standing) -> Walk {
        let store = self.clone();
        Walk {
            reader: Reader { store, audience, over, standing, citing: true },
            next: Next::Start,
            known: Known::default(),
            known_since: self.clock.now(),
        }
    }
}

impl Walk {
    /// The same without the statements that cite the records, where nothing tells of them.
    #[must_use]
    pub fn without_citing(mut self) -> Self {
        self.reader.citing = false;
        self
    }

    /// The next records, none at the end.
    ///
    /// While these are made from what was read, the database is asked for those after them; but the first are
    /// not kept waiting for that.
    pub async fn next(&mut self) -> Result<Option<Shown<Vec<Record>>>, StoreError> {
        let Self { reader, next, known, known_since } = self;
        let now = reader.store.clock.now();
        if now - *known_since > KNOWN_FOR {
            known.forget();
            *known_since = now;
        }
        let (chunk, ahead) = match std::mem::replace(next, Next::End) {
            Next::Start => (reader.read(None, FIRST).await?, false),
            Next::After(cursor) => (reader.read(Some(cursor), reader.rest()).await?, true),
            Next::Read(chunk) => (*chunk, true),
            Next::End => return Ok(None),
        };
        let shown = match chunk.then {
            Some(cursor) if ahead => {
                let read = reader.read(Some(cursor), reader.rest());
                let (read, shown) = tokio::join!(read, reader.shown(chunk.rows, known));
                *next = Next::Read(Box::new(read?));
                shown?
            }
            then => {
                *next = then.map_or(Next::End, Next::After);
                reader.shown(chunk.rows, known).await?
            }
        };
        let ended = match next {
            Next::Read(chunk) => chunk.then.is_none(),
            next => matches!(next, Next::End),
        };
        if ended {
            // Nothing is read from that moment any more.
            reader.standing.at = None;
        }
        Ok(Some(shown))
    }
}

impl Reader {
    /// How many records a chunk has after the first.
    fn rest(&self) -> u16 {
        match self.over {
            Over::Incidents(_) => REST,
            Over::Others(_) => REST_OF_OTHERS,
        }
    }

    /// Reads some records as of the moment of the walk.
    async fn read(&self, after: Option<Cursor>, limit: u16) -> Result<Chunk, StoreError> {
        let page = PageRequest { after, limit, total: false };
        match &self.standing.at {
            Some(moment) => self.read_by(moment, &page).await,
            None => self.read_by(self.store.connections.reader(), &page).await,
        }
    }

    async fn read_by(
        &self,
        db: &impl ConnectionTrait,
        page: &PageRequest,
    ) -> Result<Chunk, StoreError> {
        Ok(match &self.over {
            Over::Incidents(listing) => {
                let (mut rows, then) = listing.rows(db, page).await?;
                rows.truncate(usize::from(page.limit));
                Chunk { rows: Rows::OfIncidents(rows), then }
            }
            Over::Others(condition) => {
                let of = condition.clone();
                let (records, then) = page_of_others(db, &self.audience, of, page).await?;
                Chunk { rows: Rows::Records(records), then }
            }
        })
    }

    /// Records and what they refer to, as in lists: what the desk sees, never what is confidential.
    async fn shown(&self, rows: Rows, known: &mut Known) -> Result<Shown<Vec<Record>>, StoreError> {
        let mut records = match (rows, &self.over) {
            (Rows::OfIncidents(rows), Over::Incidents(listing)) => {
                self.store.read_then(&rows, &listing.filter).await?
            }
            (Rows::Records(records), _) => records,
            (Rows::OfIncidents(_), Over::Others(_)) => Vec::new(),
        };
        let labels = self.labels(&mut records, known).await?;
        Ok(Shown { records, labels })
    }

    /// The labels of many records, in as many statements as the databases' limits ask for.
    async fn labels(
        &self,
        records: &mut [Record],
        known: &mut Known,
    ) -> Result<Labels, StoreError> {
        let mut labels = Labels::default();
        let mut rest = records;
        while !rest.is_empty() {
            let mut references = 0;
            let within = rest.iter().take_while(|record| {
                references += record.facts.references().len();
                references <= REFERENCES_MAX
            });
            let (now, later) = rest.split_at_mut(within.count().max(1));
            let read = self.store.labels_beside(&self.audience, now, known, self.citing);
            labels.absorb(read.await?);
            rest = later;
        }
        Ok(labels)
    }
}
