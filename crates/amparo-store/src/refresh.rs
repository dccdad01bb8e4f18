//! What follows from a change elsewhere: who is public, phases of an election, words of names.

use std::collections::HashMap;

use amparo_domain::election::Phase;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::reference::Relation;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::bulk::{KEYS_MAX, padded};
use crate::card;
use crate::entity::{record, reference, revision};
use crate::error::StoreError;
use crate::rollups;
use crate::search;
use crate::writing::Writing;

/// States in which a record can still be named in public.
const LIVE: [&str; 4] = ["draft", "submitted", "in_review", "published"];

impl Writing<'_> {
    /// The records that the shown revision of a record refers to.
    pub(crate) async fn targets(&self, number: Number) -> Result<Vec<Number>, StoreError> {
        let targets: Vec<i64> = reference::Entity::find()
            .select_only()
            .column(reference::Column::ToNumber)
            .filter(reference::Column::FromNumber.eq(number.as_i64()))
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(targets.into_iter().filter_map(|number| Number::from_i64(number).ok()).collect())
    }

    /// Decides anew which of some records the public may see: those that are published, and the
    /// organizations, elections and cases that a published record names. People never are.
    pub(crate) async fn refresh_public(&self, mut numbers: Vec<Number>) -> Result<(), StoreError> {
        numbers.sort_unstable();
        numbers.dedup();
        self.pending.touch(rollups::ids(&numbers));
        for some in numbers.chunks(KEYS_MAX) {
            let ids: Vec<i64> = some.iter().map(|number| number.as_i64()).collect();
            let namer = Alias::new("namer");
            // EXISTS stops at the first published record that names it.
            let namings = Query::select()
                .expr(Expr::cust("1"))
                .from(reference::Entity)
                .join_as(
                    sea_orm::JoinType::InnerJoin,
                    record::Entity,
                    namer.clone(),
                    Expr::col((namer.clone(), record::Column::Number))
                        .equals((reference::Entity, reference::Column::FromNumber)),
                )
                .and_where(
                    Expr::col((reference::Entity, reference::Column::ToNumber))
                        .equals((record::Entity, record::Column::Number)),
                )
                .and_where(Expr::col((namer, record::Column::State)).eq("published"))
                .to_owned();
            let nameable = [Kind::Organization, Kind::Election, Kind::Case].map(Kind::singular);
            let public = Expr::col(record::Column::Kind).ne(Kind::Person.singular()).and(
                Expr::col(record::Column::State).eq("published").or(Expr::col(
                    record::Column::Kind,
                )
                .is_in(nameable)
                .and(Expr::col(record::Column::State).is_in(LIVE))
                .and(Expr::exists(namings))),
            );
            self.lock_named(&ids).await?;
            self.slugs_are_free(&ids, public.clone()).await?;
            // Nothing else that is named changes by being named, so it is left to its own writers.
            let published = Expr::case(Expr::col(record::Column::State).eq("published"), 1);
            let concerned =
                Expr::col(record::Column::Kind).is_in(nameable).or(Expr::col(record::Column::Kind)
                    .ne(Kind::Person.singular())
                    .and(Expr::col(record::Column::Public).ne(published.finally(0))));
            let update = Query::update()
                .table(record::Entity)
                .value(record::Column::Public, Expr::case(public, 1).finally(0))
                .and_where(Expr::col(record::Column::Number).is_in(ids))
                .and_where(concerned)
                .to_owned();
            self.tx.execute(&update).await?;
        }
        Ok(())
    }

    /// Locks what a record names, and the record itself if it can be named, before anything else: an
    /// edit of an election locks it first and the incidents about it then.
    pub(crate) async fn lock_around(&self, number: Number) -> Result<(), StoreError> {
        if self.tx.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let targets = self.targets(number).await?;
        let mut ids: Vec<i64> = targets.iter().map(|target| target.as_i64()).collect();
        ids.push(number.as_i64());
        self.lock_named(&ids).await
    }

    /// Two writes at once on PostgreSQL that concern the same records: the second waits, in one
    /// order for all, and then sees what the first did.
    async fn lock_named(&self, ids: &[i64]) -> Result<(), StoreError> {
        if self.tx.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let nameable = [Kind::Organization, Kind::Election, Kind::Case].map(Kind::singular);
        let _: Vec<i64> = record::Entity::find()
            .select_only()
            .column(record::Column::Number)
            .filter(record::Column::Number.is_in(ids.to_vec()))
            .filter(record::Column::Kind.is_in(nameable))
            .order_by_asc(record::Column::Number)
            .lock_exclusive()
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(())
    }

    /// Makes public what new published records name.
    pub(crate) async fn make_named_public(
        &mut self,
        mut named: Vec<Number>,
    ) -> Result<(), StoreError> {
        // An import names the same few again and again.
        named.retain(|number| self.known.made_public.insert(*number));
        for some in named.chunks(KEYS_MAX) {
            let nameable = [Kind::Organization, Kind::Election, Kind::Case].map(Kind::singular);
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let becoming = Expr::col(record::Column::Kind)
                .is_in(nameable)
                .and(Expr::col(record::Column::State).is_in(LIVE));
            self.slugs_are_free(&ids, becoming).await?;
            let update = Query::update()
                .table(record::Entity)
                .value(record::Column::Public, 1)
                .and_where(Expr::col(record::Column::Number).is_in(ids))
                .and_where(Expr::col(record::Column::Public).eq(0))
                .and_where(Expr::col(record::Column::Kind).is_in(nameable))
                .and_where(Expr::col(record::Column::State).is_in(LIVE))
                .to_owned();
            self.tx.execute(&update).await?;
        }
        Ok(())
    }

    /// Sets the phases of the incidents about an election whose date was changed.
    pub(crate) async fn refresh_phases(
        &self,
        election: Number,
        date: &PartialDate,
    ) -> Result<(), StoreError> {
        for (number, facts) in
            self.shown_facts(record::Column::Election.eq(election.as_i64())).await?
        {
            let Stored::Incident(incident) = facts else {
                continue;
            };
            let phase = Phase::of(&incident.occurred, date).map(Phase::code);
            let update = Query::update()
                .table(record::Entity)
                .value(record::Column::Phase, phase)
                .and_where(Expr::col(record::Column::Number).eq(number.as_i64()))
                .to_owned();
            self.tx.execute(&update).await?;
            self.pending.touch([number.as_i64()]);
        }
        Ok(())
    }

    /// Finds incidents by the present names of an organization in them.
    pub(crate) async fn refresh_words_of_incidents(
        &self,
        organization: Number,
    ) -> Result<(), StoreError> {
        let naming = Query::select()
            .column(reference::Column::FromNumber)
            .from(reference::Entity)
            .and_where(Expr::col(reference::Column::ToNumber).eq(organization.as_i64()))
            .and_where(Expr::col(reference::Column::Relation).eq(Relation::Organization.code()))
            .to_owned();
        let incidents = self.shown_facts(record::Column::Number.in_subquery(naming)).await?;
        let around = self.around(incidents.iter().map(|(_, facts)| facts)).await?;
        let context = around.context(self.now.date_naive());
        let words: HashMap<Number, String> = incidents
            .iter()
            .map(|(number, facts)| {
                // By what the public may see of them, as when they were saved.
                (*number, card::search_words(&facts.narrowed(Tier::Public), &context))
            })
            .collect();
        search::index(self.tx, words.into_iter().collect(), true).await
    }

    async fn shown_facts(
        &self,
        which: sea_orm::sea_query::SimpleExpr,
    ) -> Result<Vec<(Number, Stored)>, StoreError> {
        let rows: Vec<(i64, String, String)> = record::Entity::find()
            .select_only()
            .columns([record::Column::Number, record::Column::Kind])
            .column(revision::Column::Snapshot)
            .join(sea_orm::JoinType::InnerJoin, crate::records::shown_revision())
            .filter(which)
            .filter(record::Column::State.ne(State::Merged.code()))
            .into_tuple()
            .all(self.tx)
            .await?;
        let read = |(number, kind, snapshot): (i64, String, String)| {
            crate::records::read_facts(number, &kind, &snapshot)
        };
        rows.into_iter().map(read).collect()
    }
}
