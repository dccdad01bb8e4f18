//! What is cited: a version as everybody sees it today, or what is left of it, and what has become of the record since.

use std::collections::HashMap;

use amparo_domain::access::Audience;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::State;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};

use crate::Store;
use crate::cited::CitedThings;
use crate::entity::{frozen_list_item, record, version};
use crate::error::{StoreError, Tombstone};
use crate::records::{Record, Shown, Version, View, literal, tombstone, visible_or_gone};

/// What can be cited under a number, as everybody sees it.
#[derive(Debug, Clone)]
pub struct Citable {
    /// The number.
    pub number: Number,
    /// What it stands for.
    pub kind: Kind,
    /// The version that is cited; 0 of a record that has none, because it is public only by being named in another.
    pub version: i32,
    /// The latest version; 0 if there is none.
    pub latest: i32,
    /// What is shown of it.
    pub shown: ShownToday,
    /// The record that holds what it said, if it was merged.
    pub merged_into: Option<Number>,
}

/// What is shown of something that was published once.
#[derive(Debug, Clone)]
pub enum ShownToday {
    /// What it said, and when and why it was published; of a record without versions what it says now.
    Published(Option<Version>, Box<Shown<Record>>),
    /// Nothing but that it was withdrawn.
    Withdrawn(Tombstone),
}

impl Store {
    /// What is cited under a number: a version, or the latest one. A name that was taken down is in none of them, and of what was
    /// withdrawn nothing is told but that. What was never published is not there, whoever asks.
    pub async fn citable(
        &self,
        number: Number,
        kind: Option<Kind>,
        wanted: Option<i32>,
    ) -> Result<Citable, StoreError> {
        let public = &Audience::Public;
        let reader = self.connections.reader();
        let row = record::Entity::find_by_id(number.as_i64())
            .filter(visible_or_gone(public))
            .filter(record::Column::Kind.ne(Kind::Person.singular()))
            .one(reader)
            .await?
            .ok_or(StoreError::NotFound)?;
        let of: Kind = row.kind.parse().map_err(|()| StoreError::NotFound)?;
        if kind.is_some_and(|kind| kind != of) {
            return Err(StoreError::NotFound);
        }
        let latest = row.version;
        let version = wanted.unwrap_or(latest);
        let merged = row.state == State::Merged.code();
        let citable = |shown, merged_into| {
            Ok(Citable { number, kind: of, version, latest, shown, merged_into })
        };
        if row.state == State::Withdrawn.code() {
            self.was_published(number, version).await?;
            let tombstone = tombstone(reader, public, &row).await?;
            return citable(ShownToday::Withdrawn(tombstone), None);
        }
        let named = Named::Number(number);
        if version == 0 {
            let found = self.find(public, of, &named, View::Shown).await?;
            return citable(ShownToday::Published(None, Box::new(found)), None);
        }
        let shown = match self.version(public, of, &named, version).await {
            Ok((published, shown)) => ShownToday::Published(Some(published), Box::new(shown)),
            // What holds it was withdrawn, and its versions with it.
            Err(StoreError::Withdrawn(tombstone)) if merged => {
                self.was_published(number, version).await?;
                ShownToday::Withdrawn(Tombstone { number, ..tombstone })
            }
            Err(error) => return Err(error),
        };
        let into = if merged { Some(self.survivor(public, number).await?) } else { None };
        citable(shown, into)
    }

    /// What is cited under many numbers, each in a version or in its latest one: the same as [`Self::citable`] gives for each, with
    /// as many statements to the database for two hundred as for one. What cannot be cited is missing, and so is what goes beyond what
    /// [`Self::cited_things`] looks at.
    pub async fn citables(
        &self,
        wanted: &[(Number, Option<i32>)],
    ) -> Result<HashMap<(Number, Option<i32>), Citable>, StoreError> {
        let CitedThings { records, labels, .. } = self.cited_things(wanted).await?;
        let citables = wanted.iter().filter_map(|(number, wanted)| {
            let citable = records.get(number)?.citable(*wanted, &labels)?;
            Some(((*number, *wanted), citable))
        });
        Ok(citables.collect())
    }

    /// Whether there is such a version of something that was withdrawn.
    async fn was_published(&self, number: Number, wanted: i32) -> Result<(), StoreError> {
        let row = version::Entity::find_by_id((number.as_i64(), wanted));
        let row = row.one(self.connections.reader()).await?;
        row.map(|_| ()).ok_or(StoreError::NotFound)
    }

    /// In how many countries the records of a list are, if all of them still are what the list holds: a country of something that was
    /// withdrawn or corrected since is not counted in silence.
    pub async fn countries_of_list(&self, list: Number) -> Result<Option<u64>, StoreError> {
        use frozen_list_item::Column as C;
        let item = |column| Expr::col((frozen_list_item::Entity, column));
        let card = |column| Expr::col((record::Entity, column));
        let unchanged = card(record::Column::State)
            .eq(literal(State::Published.code()))
            .and(card(record::Column::Version).eq(item(C::Version)));
        let changed = Expr::case(unchanged, literal(0)).finally(literal(1));
        let select = Query::select()
            .expr(Func::count_distinct(card(record::Column::Country)))
            .expr(Func::sum(Expr::expr(changed)).cast_as("bigint"))
            .from(frozen_list_item::Entity)
            .inner_join(
                record::Entity,
                card(record::Column::Number).equals((frozen_list_item::Entity, C::Number)),
            )
            .and_where(item(C::List).eq(list.as_i64()))
            .to_owned();
        let Some(row) = self.connections.reader().query_one(&select).await? else {
            return Ok(None);
        };
        let countries: i64 = row.try_get_by_index(0)?;
        let changed: Option<i64> = row.try_get_by_index(1)?;
        Ok((changed == Some(0)).then_some(u64::try_from(countries).unwrap_or(0)))
    }
}
