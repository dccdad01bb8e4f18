//! Questions that somebody keeps for themselves: nobody else sees them, not even who runs the instance, and no
//! trail or log has their words, which may be a name.

use amparo_domain::access::Actor;
use amparo_domain::validation::Issue;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::entity::saved_search;
use crate::error::StoreError;
use crate::writing::Writing;

/// So many somebody keeps at most.
pub const SEARCHES_MAX: u64 = 200;

/// A question as it is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSearch {
    /// What it is called.
    pub title: String,
    /// The question.
    pub query: String,
}

/// A question that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its id: random, and known to its owner alone.
    pub id: i64,
    /// What it says.
    pub search: NewSearch,
    /// 1, and one more with each change.
    pub revision: i32,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
}

impl Store {
    /// Keeps a question for somebody.
    pub async fn save_search(
        &self,
        actor: &Actor,
        new: NewSearch,
    ) -> Result<SavedSearch, StoreError> {
        let id = self.draw_id();
        self.write(actor, move |writing| {
            let new = new.clone();
            Box::pin(async move {
                writing.unseen = true;
                writing.save_search(id, new).await
            })
        })
        .await
    }

    /// A question of somebody's own.
    pub async fn saved_search(&self, actor: &Actor, id: i64) -> Result<SavedSearch, StoreError> {
        let row = own(actor, id).one(self.connections.reader()).await?;
        row.map(read).ok_or(StoreError::NotFound)
    }

    /// Somebody's questions after one of them, by id.
    pub async fn saved_searches(
        &self,
        actor: &Actor,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<SavedSearch>, StoreError> {
        let mut select =
            saved_search::Entity::find().filter(saved_search::Column::Owner.eq(actor.id));
        if let Some(after) = after {
            select = select.filter(saved_search::Column::Id.gt(after));
        }
        let rows = select
            .order_by_asc(saved_search::Column::Id)
            .limit(limit)
            .all(self.connections.reader())
            .await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// Changes a question of somebody's own, if nobody did since the expected revision.
    pub async fn change_search(
        &self,
        actor: &Actor,
        id: i64,
        expected: i32,
        new: NewSearch,
    ) -> Result<SavedSearch, StoreError> {
        self.write(actor, move |writing| {
            let new = new.clone();
            Box::pin(async move {
                writing.unseen = true;
                let row = own(writing.actor, id).lock_exclusive().one(writing.tx).await?;
                let row = row.ok_or(StoreError::NotFound)?;
                if row.revision != expected {
                    return Err(StoreError::Stale);
                }
                let changed = saved_search::ActiveModel {
                    id: Set(id),
                    title: Set(new.title),
                    query: Set(new.query),
                    revision: Set(row.revision + 1),
                    changed_at: Set(writing.now),
                    ..Default::default()
                };
                let changed = changed.update(writing.tx).await?;
                writing.note_search(Action::ChangeSearch, id).await?;
                Ok(read(changed))
            })
        })
        .await
    }

    /// Removes a question of somebody's own.
    pub async fn remove_search(&self, actor: &Actor, id: i64) -> Result<(), StoreError> {
        self.write(actor, move |writing| {
            Box::pin(async move {
                writing.unseen = true;
                let gone = saved_search::Entity::delete_many()
                    .filter(saved_search::Column::Id.eq(id))
                    .filter(saved_search::Column::Owner.eq(writing.actor.id))
                    .exec(writing.tx)
                    .await?;
                if gone.rows_affected == 0 {
                    return Err(StoreError::NotFound);
                }
                writing.note_search(Action::RemoveSearch, id).await
            })
        })
        .await
    }
}

impl Writing<'_> {
    async fn save_search(&self, id: i64, new: NewSearch) -> Result<SavedSearch, StoreError> {
        if self.tx.get_database_backend() == DbBackend::Postgres {
            // Two at once would both be the last that fits.
            let lock = format!("SELECT pg_advisory_xact_lock(7264923, {})", self.actor.id % 65_521);
            self.tx.execute_unprepared(&lock).await?;
        }
        let kept = saved_search::Entity::find()
            .filter(saved_search::Column::Owner.eq(self.actor.id))
            .count(self.tx)
            .await?;
        if kept >= SEARCHES_MAX {
            let message =
                format!("there are {SEARCHES_MAX} already, the most there can be: remove one");
            return Err(StoreError::issue(Issue::at("", message)));
        }
        let row = saved_search::Model {
            id,
            owner: self.actor.id,
            title: new.title,
            query: new.query,
            revision: 1,
            made_at: self.now,
            changed_at: self.now,
        };
        let model: saved_search::ActiveModel = row.clone().into();
        saved_search::Entity::insert(model).exec_without_returning(self.tx).await?;
        self.note_search(Action::SaveSearch, id).await?;
        Ok(read(row))
    }

    /// Notes that a question was kept, changed or removed: which, and nothing of what it says.
    async fn note_search(&self, action: Action, id: i64) -> Result<(), StoreError> {
        let reason = Some(format!("search {id}"));
        let entry = Entry { action, number: None, revision: None, reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await
    }
}

fn own(actor: &Actor, id: i64) -> Select<saved_search::Entity> {
    let own = saved_search::Column::Owner.eq(actor.id);
    saved_search::Entity::find_by_id(id).filter(own)
}

fn read(row: saved_search::Model) -> SavedSearch {
    SavedSearch {
        id: row.id,
        search: NewSearch { title: row.title, query: row.query },
        revision: row.revision,
        made_at: row.made_at,
        changed_at: row.changed_at,
    }
}
