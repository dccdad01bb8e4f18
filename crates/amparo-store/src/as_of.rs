//! Incidents as this register had published them by a day, and as far as their sources are dated by one.

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::filter::{IncidentFilter, Named, end_of};
use amparo_domain::kind::Kind;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryResult,
};

use crate::Store;
use crate::among::{Purpose, Ways};
use crate::cards::Cards;
use crate::entity::{merge, past_card, record};
use crate::error::StoreError;
use crate::records::{Record, Shown, View, read_record, select_cards};
use crate::today::Today;

impl Store {
    /// One incident as it was published by the end of a day, if it was, and as far as its sources are dated
    /// by another. Everybody gets what the public does. What was withdrawn since is gone; of what was merged by
    /// then, the other is told.
    pub async fn find_as_of(
        &self,
        named: &Named,
        as_of: NaiveDate,
        known_on: Option<NaiveDate>,
    ) -> Result<Shown<Record>, StoreError> {
        let audience = Audience::Public;
        let kind = Kind::Incident;
        let today = self.find_row_or_merged(&audience, kind, named, View::Shown).await?;
        let (number, end) = (today.number, end_of(as_of));
        let id = number.as_i64();
        let mut select = None;
        if today.state == State::Merged {
            // Where the one that stays was withdrawn, this is gone with it.
            self.restrict_by_survivor(&audience, number, &mut []).await?;
        } else {
            let mut present = select_cards(&audience, View::Shown, Cards::Present);
            present.and_where(shown_at().lt(end)).and_where(Cards::Present.number().eq(id));
            select = self.connections.reader().query_one(&present).await?;
        }
        let (row, cards) = if let Some(row) = select {
            (row, Cards::Present)
        } else {
            let mut past = select_cards(&audience, View::Shown, Cards::Past);
            past.and_where(Cards::Past.number().eq(id))
                .and_where(shown_at().lt(end))
                .and_where(shown_until().gte(end));
            match self.connections.reader().query_one(&past).await? {
                Some(row) => (row, Cards::Past),
                None => return Err(self.not_shown_then(&today, end).await?),
            }
        };
        let filter = IncidentFilter { as_of: Some(as_of), known_on, ..IncidentFilter::default() };
        let mut records = self.read_then(&[(row, cards)], &filter).await?;
        let labels = self.labels(&audience, &mut records).await?;
        let record = records.pop().ok_or(StoreError::NotFound)?;
        Ok(Shown { records: record, labels })
    }

    /// One incident as far as its sources are dated by a day, if one of them is.
    pub async fn find_known_on(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        view: View,
        reason: Option<String>,
        day: NaiveDate,
    ) -> Result<Shown<Record>, StoreError> {
        let mut shown = self.find_because(audience, kind, named, view, reason).await?;
        if shown.records.know_by(day) { Ok(shown) } else { Err(StoreError::NotFound) }
    }

    /// What is answered of a record that was not shown at some time.
    async fn not_shown_then(
        &self,
        record: &Record,
        end: DateTime<Utc>,
    ) -> Result<StoreError, StoreError> {
        let merged = merge::Entity::find()
            .filter(merge::Column::Loser.eq(record.number.as_i64()))
            .filter(merge::Column::UnmergedAt.is_null())
            .filter(merge::Column::MergedAt.lt(end))
            .one(self.connections.reader())
            .await?;
        if record.state != State::Merged || merged.is_none() {
            return Ok(StoreError::NotFound);
        }
        let into = self.survivor(&Audience::Public, record.number).await?;
        Ok(StoreError::Merged { number: record.number, into })
    }

    /// Reads rows of cards, as a question wants them told.
    pub(crate) async fn read_then(
        &self,
        rows: &[(QueryResult, Cards)],
        filter: &IncidentFilter,
    ) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::with_capacity(rows.len());
        let mut past = Vec::new();
        for (row, cards) in rows {
            let mut record = read_record(row)?;
            // A list tells what the desk sees; who needs more opens a record, which is noted.
            record.narrow(Tier::Network);
            if filter.as_of.is_some() {
                record.changed_at = row.try_get_by("shown_at")?;
            }
            if *cards == Cards::Past {
                past.push(record.number.as_i64());
            }
            records.push(record);
        }
        if !past.is_empty() {
            let today = Today::of(self.connections.reader(), &past).await?;
            for (record, (_, cards)) in records.iter_mut().zip(rows) {
                if *cards == Cards::Past {
                    today.restrict(record.number, &mut record.facts);
                }
            }
        }
        if let Some(day) = filter.known_on {
            // None is left out here: the card knows from when on it was known.
            records.retain_mut(|record| record.know_by(day));
        }
        Ok(records)
    }

    /// What was shown at the end of a day, of these cards.
    pub(crate) async fn shown_by(
        &self,
        cards: Cards,
        purpose: Purpose,
        day: NaiveDate,
    ) -> Result<SimpleExpr, StoreError> {
        let end = end_of(day);
        let ways = match cards {
            Cards::Present => Ways::own(cards, |of| {
                let incidents = of(record::Column::Kind).eq(Kind::Incident.singular());
                let public = incidents.and(of(record::Column::Public).eq(1));
                public.and(of(record::Column::ShownAt).lt(end))
            }),
            // Once it is few, the record's own history is little more.
            Cards::Past => return Ok(shown_at().lt(end).and(shown_until().gte(end))),
        };
        self.among(purpose, ways).await
    }
}

impl Record {
    /// Leaves of it what was known by a day; false if that is nothing.
    pub(crate) fn know_by(&mut self, day: NaiveDate) -> bool {
        let Stored::Incident(facts) = &self.facts else { return true };
        match facts.as_known_on(day) {
            Some(known) => {
                self.facts = Stored::Incident(known);
                true
            }
            None => false,
        }
    }
}

fn shown_at() -> SimpleExpr {
    Expr::col((record::Entity, record::Column::ShownAt))
}

fn shown_until() -> SimpleExpr {
    Expr::col((record::Entity, past_card::Column::ShownUntil))
}
