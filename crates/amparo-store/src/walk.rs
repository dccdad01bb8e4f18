//! Walks: everything that a list finds, in its order, a chunk at a time and as of one moment.
//!
//! A walk reads by a transaction that sees no write after it began, so none loses or doubles a record. Names are
//! read anew for each chunk: one that is taken down meanwhile is gone from the next chunk on. Of the other
//! things that records refer to, what was read is kept for two seconds.

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::kind::Kind;
use amparo_domain::page::{Cursor, PageRequest, Sort};
use amparo_domain::tier::Tier;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;

use crate::Store;
use crate::cards::Cards;
use crate::database::Standing;
use crate::error::StoreError;
use crate::listing::{Listing, Rows};
use crate::paging;
use crate::records::{
    Known, Labels, Record, RecordFilter, Shown, View, list_cursor, read_record, select_records,
};

/// The first chunk is small, so that there soon is something to send.
const FIRST: u16 = 50;
/// The others are as large as pays.
const REST: u16 = 500;
/// References whose labels one statement asks for: within the limits of both databases on parameters,
/// with some for the people beside them.
const REFERENCES_MAX: usize = 5_000;

/// How long the label of an organization, an election or a case is taken as it was. Names are read anew
/// each time.
const KNOWN_FOR: TimeDelta = TimeDelta::seconds(2);

/// A walk over records. Dropping it ends it.
#[derive(Debug)]
pub struct Walk {
    store: Store,
    audience: Audience,
    order: WalkOrder,
    standing: Standing,
    next: Next,
    known: Known,
    known_since: DateTime<Utc>,
    citing: bool,
}

#[derive(Debug)]
enum WalkOrder {
    Incidents(Box<Listing>),
    /// Those that fulfil a condition, the latest first.
    Records(Condition),
}

/// Where a walk goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Next {
    Start,
    After(Cursor),
    End,
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
        Ok(self.walk(&audience, WalkOrder::Incidents(Box::new(listing)), standing))
    }

    /// A walk over records of another kind that everybody may list, the latest first.
    pub async fn walk_records(
        &self,
        audience: &Audience,
        kind: Kind,
        filter: &RecordFilter,
    ) -> Result<Walk, StoreError> {
        if kind == Kind::Person {
            return Err(StoreError::NotFound);
        }
        let standing = self.connections.stand().await?;
        let condition = self.condition(audience, kind, filter).await?;
        Ok(self.walk(audience, WalkOrder::Records(condition), standing))
    }

    fn walk(&self, audience: &Audience, order: WalkOrder, standing: Standing) -> Walk {
        let (store, audience) = (self.clone(), audience.clone());
        let known_since = self.clock.now();
        let known = Known::default();
        let next = Next::Start;
        Walk { store, audience, order, standing, next, known, known_since, citing: true }
    }
}

impl Walk {
    /// The same without the statements that cite the records, where nothing tells of them.
    #[must_use]
    pub fn without_citing(self) -> Self {
        Self { citing: false, ..self }
    }

    /// The labels of many records, in as many statements as the databases' limits ask for.
    async fn labels(&mut self, records: &mut [Record]) -> Result<Labels, StoreError> {
        let now = self.store.clock.now();
        if now - self.known_since > KNOWN_FOR {
            self.known.forget();
            self.known_since = now;
        }
        let Self { store, audience, known, citing, .. } = self;
        let mut labels = Labels::default();
        let mut rest = records;
        while !rest.is_empty() {
            let mut references = 0;
            let within = rest.iter().take_while(|record| {
                references += record.facts.references().len();
                references <= REFERENCES_MAX
            });
            let (now, later) = rest.split_at_mut(within.count().max(1));
            labels.absorb(store.labels_beside(audience, now, known, *citing).await?);
            rest = later;
        }
        Ok(labels)
    }

    /// The next records, none at the end.
    pub async fn next(&mut self) -> Result<Option<Shown<Vec<Record>>>, StoreError> {
        let (after, limit) = match self.next {
            Next::Start => (None, FIRST),
            Next::After(cursor) => (Some(cursor), REST),
            Next::End => return Ok(None),
        };
        let page = PageRequest { after, limit, total: false };
        let (rows, next) = match &self.standing.at {
            Some(moment) => self.rows(moment, &page).await?,
            None => self.rows(self.store.connections.reader(), &page).await?,
        };
        self.next = next.map_or(Next::End, Next::After);
        let rows = &rows[..rows.len().min(usize::from(limit))];
        // As in lists: what the desk sees, never what is confidential.
        let mut records = match &self.order {
            WalkOrder::Incidents(listing) => self.store.read_then(rows, &listing.filter).await?,
            WalkOrder::Records(_) => {
                let records = rows.iter().map(|(row, _)| read_record(row));
                let mut records = records.collect::<Result<Vec<_>, _>>()?;
                for record in &mut records {
                    record.narrow(Tier::Network);
                }
                records
            }
        };
        if self.next == Next::End {
            // Nothing is read from that moment any more.
            self.standing.at = None;
        }
        let labels = self.labels(&mut records).await?;
        Ok(Some(Shown { records, labels }))
    }

    async fn rows(
        &self,
        db: &impl ConnectionTrait,
        page: &PageRequest,
    ) -> Result<Rows, StoreError> {
        match &self.order {
            WalkOrder::Incidents(listing) => listing.rows(db, page).await,
            WalkOrder::Records(condition) => {
                let mut select = select_records(&self.audience, View::Shown);
                select.cond_where(condition.clone());
                let sort = Sort::OccurredDescending;
                let backend = db.get_database_backend();
                let rows = db.query_all_raw(paging::statement(backend, select, sort, page)).await?;
                let next = paging::next(&rows, page.limit, list_cursor)?;
                Ok((rows.into_iter().map(|row| (row, Cards::Present)).collect(), next))
            }
        }
    }
}
