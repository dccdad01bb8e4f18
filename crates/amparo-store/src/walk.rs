//! Walks: everything that a list finds, in its order, a chunk at a time and as of one moment.
//!
//! A walk reads by a transaction that sees no write after it began, so none loses or doubles a record. Names are
//! read anew for each chunk: one that is taken down meanwhile is gone from the next chunk on. Of the other
//! things that records refer to, what was read is kept for two seconds.

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::page::{Cursor, PageRequest, Sort};
use chrono::{DateTime, TimeDelta, Utc};

use crate::Store;
use crate::database::Standing;
use crate::error::StoreError;
use crate::listing::Listing;
use crate::records::{Known, Labels, Record, Shown};

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
    listing: Listing,
    standing: Standing,
    next: Next,
    known: Known,
    known_since: DateTime<Utc>,
    citing: bool,
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
        Ok(Walk {
            store: self.clone(),
            audience: listing.audience.clone(),
            listing,
            standing,
            next: Next::Start,
            known: Known::default(),
            known_since: self.clock.now(),
            citing: true,
        })
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
            Some(moment) => self.listing.rows(moment, &page).await?,
            None => self.listing.rows(self.store.connections.reader(), &page).await?,
        };
        self.next = next.map_or(Next::End, Next::After);
        // As in lists: what the desk sees, never what is confidential.
        let rows = &rows[..rows.len().min(usize::from(limit))];
        let mut records = self.store.read_then(rows, &self.listing.filter).await?;
        if self.next == Next::End {
            // Nothing is read from that moment any more.
            self.standing.at = None;
        }
        let labels = self.labels(&mut records).await?;
        Ok(Some(Shown { records, labels }))
    }
}
