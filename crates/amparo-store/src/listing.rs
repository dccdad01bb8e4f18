//! How the incidents that a question finds are listed: from which cards, in which order, a page at a time.

use amparo_domain::access::Audience;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::page::{Cursor, Page, PageRequest, Sort, SortKey};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use crate::Store;
use crate::among::Purpose;
use crate::cards::{Cards, Source};
use crate::entity::record;
use crate::error::StoreError;
use crate::paging;
use crate::records::{Record, Shown, View, select_cards};
use crate::search::Place;

/// A list of incidents, before anything of it was read.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// Who reads it.
    pub audience: Audience,
    /// What is asked for.
    pub filter: IncidentFilter,
    sources: Vec<Source>,
    sort: Sort,
    halves: Option<Halves>,
}

/// A list in which some come first, in an order of their own, and then the rest by date.
#[derive(Debug, Clone)]
struct Halves {
    /// How the first half is sorted.
    sort: Sort,
    first: SimpleExpr,
    second: SimpleExpr,
}

/// Rows with the cards they are of, and the place after them, if there are more.
pub(crate) type Rows = (Vec<(QueryResult, Cards)>, Option<Cursor>);

impl Store {
    /// A page of incidents.
    pub async fn list_incidents(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        sort: Sort,
        page: &PageRequest,
    ) -> Result<Shown<Page<Record>>, StoreError> {
        let listing = self.listing(audience, filter, sort).await?;
        let (mut rows, next) = listing.rows(self.connections.asker(), page).await?;
        rows.truncate(usize::from(page.limit));
        let mut records = self.read_then(&rows, filter).await?;
        let audience = &listing.audience;
        let total =
            if page.total { Some(self.total_of_incidents(audience, filter).await?) } else { None };
        let labels = self.labels(audience, &mut records).await?;
        Ok(Shown { records: Page { items: records, next, total }, labels })
    }

    /// How the incidents that a filter finds are listed.
    pub(crate) async fn listing(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        sort: Sort,
    ) -> Result<Listing, StoreError> {
        // What was published once is told to everybody as it was to the public.
        let audience = if filter.as_of.is_some() { &Audience::Public } else { audience };
        let sources = self.incident_sources(audience, filter, Purpose::Page).await?;
        let halves = match (sort, &filter.words) {
            (Sort::Relevance, Some(words)) => {
                // Those whose title has all of the words first, each half by date.
                let first = self.among_words(Purpose::Page, words, Place::Title).await?;
                let second = first.clone().not();
                Some(Halves { sort: Sort::OccurredDescending, first, second })
            }
            (Sort::ChangedDescending, _) if filter.as_of.is_none() => {
                // A row value with nothing in it compares to nothing: what never changed for the
                // public has no place among the rest, and comes after it by date.
                let changed = || Expr::col((record::Entity, record::Column::ChangedAt));
                Some(Halves { sort, first: changed().is_not_null(), second: changed().is_null() })
            }
            _ => None,
        };
        let (audience, filter) = (audience.clone(), filter.clone());
        Ok(Listing { audience, filter, sources, sort, halves })
    }
}

impl Listing {
    /// The rows of a page and one more, and the place after the page.
    pub(crate) async fn rows(
        &self,
        db: &impl ConnectionTrait,
        page: &PageRequest,
    ) -> Result<Rows, StoreError> {
        match &self.halves {
            Some(halves) => self.in_halves(db, halves, page).await,
            None => self.by_key(db, None, self.sort, page).await,
        }
    }

    /// A page in the order of a key, after a place in it, of all sources together, and one row more.
    async fn by_key(
        &self,
        db: &impl ConnectionTrait,
        half: Option<&SimpleExpr>,
        sort: Sort,
        page: &PageRequest,
    ) -> Result<Rows, StoreError> {
        let as_of = self.filter.as_of.is_some();
        let mut rows = Vec::new();
        for source in &self.sources {
            let source = half.map_or_else(|| source.clone(), |half| source.and(half.clone()));
            let mut select = select_cards(&self.audience, View::Shown, source.cards);
            select.cond_where(source.condition);
            let backend = db.get_database_backend();
            let statement = paging::statement_on(backend, source.cards, as_of, select, sort, page);
            let found = db.query_all_raw(statement).await?;
            rows.extend(found.into_iter().map(|row| (row, source.cards)));
        }
        if self.sources.len() > 1 {
            rows = merged(rows, sort, usize::from(page.limit) + 1)?;
        }
        let next = next(&rows, page.limit, |row| cursor(row, sort, sort))?;
        Ok((rows, next))
    }

    /// Those that fulfil a condition first, in an order of their own, then the rest by date. A page can
    /// hold the end of the first half and the start of the second.
    ///
    /// A cursor in the first half says how the list is sorted, one in the second that it is by date.
    async fn in_halves(
        &self,
        db: &impl ConnectionTrait,
        halves: &Halves,
        page: &PageRequest,
    ) -> Result<Rows, StoreError> {
        let in_second_half =
            page.after.is_some_and(|cursor| cursor.sort == Sort::OccurredDescending);
        let mut rows = Vec::new();
        let mut second = page.clone();
        if !in_second_half {
            rows = self.by_key(db, Some(&halves.first), halves.sort, page).await?.0;
            second.after = None;
        }
        let of_first = rows.len();
        if rows.len() <= usize::from(page.limit) {
            let by_day = Sort::OccurredDescending;
            rows.append(&mut self.by_key(db, Some(&halves.second), by_day, &second).await?.0);
        }
        let next = next(&rows, page.limit, |row| {
            if usize::from(page.limit) <= of_first {
                cursor(row, self.sort, halves.sort)
            } else {
                cursor(row, Sort::OccurredDescending, Sort::OccurredDescending)
            }
        })?;
        Ok((rows, next))
    }
}

/// Rows of several sources in one order, so many at most.
fn merged(
    rows: Vec<(QueryResult, Cards)>,
    sort: Sort,
    most: usize,
) -> Result<Vec<(QueryResult, Cards)>, StoreError> {
    let mut keyed = Vec::with_capacity(rows.len());
    for row in rows {
        let Cursor { key, number, .. } = cursor(&row.0, sort, sort)?;
        keyed.push(((key, number.as_i64()), row));
    }
    keyed.sort_by(|(one, _), (other, _)| match sort {
        Sort::OccurredAscending => one.cmp(other),
        _ => other.cmp(one),
    });
    keyed.truncate(most);
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

/// The place after the last row of a page, if there are more.
fn next(
    rows: &[(QueryResult, Cards)],
    limit: u16,
    cursor: impl Fn(&QueryResult) -> Result<Cursor, DbErr>,
) -> Result<Option<Cursor>, StoreError> {
    let limit = usize::from(limit);
    match rows.get(limit.saturating_sub(1)) {
        Some((last, _)) if rows.len() > limit => Ok(Some(cursor(last)?)),
        _ => Ok(None),
    }
}

/// The place after a row, by the key that it was ordered by.
fn cursor(row: &QueryResult, sort: Sort, ordered_by: Sort) -> Result<Cursor, DbErr> {
    let key = match ordered_by {
        Sort::ChangedDescending => {
            let at: DateTime<Utc> = row.try_get_by("sort_key")?;
            SortKey::Integer(at.timestamp_micros())
        }
        Sort::SeverityDescending => {
            SortKey::Integer(i64::from(row.try_get_by::<i16, _>("sort_key")?))
        }
        _ => SortKey::Day(row.try_get_by("sort_key")?),
    };
    Ok(Cursor { sort, key, number: paging::number(row)? })
}
