//! The ledger of responses: what was asked for because of a record, what was answered, what came of it. An entry is the
//! desk's until a verifier makes it public, and public only as long as the record is.

use std::collections::HashMap;

use amparo_domain::access::{Audience, Editor};
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::response::{Party, ResponseFacts, Sort, days_to_answer};
use amparo_domain::tier::Tier;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{ResponseKind, State};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QuerySelect as _,
};

use crate::Store;
use crate::audit::Action;
use crate::endorsements::NamedOrganization;
use crate::entity::{merge, record, response};
use crate::error::StoreError;
use crate::grants::is_granted_to_review;
use crate::merging::CHAIN_MAX;
use crate::records::{self, Record, View};
use crate::retries::{IdempotencyKey, Remembered, SEVERAL};
use crate::save::read_state;
use crate::writing::Writing;

/// So many entries the ledger of a record has at most.
pub const RESPONSES_MAX: u64 = 500;

/// What a writer says of an entry.
pub type NewResponse = ResponseFacts<Named>;

/// An entry in the ledger of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Its id.
    pub id: i64,
    /// What it says.
    pub facts: ResponseFacts<NamedOrganization>,
    /// How many days after what it answers.
    pub days_to_answer: Option<i64>,
    /// How many times it was written.
    pub revision: i32,
    /// When it stood as it does now.
    pub changed_at: DateTime<Utc>,
}

/// The ledger of a record, as far as somebody may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    /// The record.
    pub number: Number,
    /// Its entries, in the order of their dates.
    pub items: Vec<Response>,
    /// Whether everything is in it.
    pub whole: bool,
}

impl Ledger {
    /// One of its entries.
    pub fn entry(&self, id: i64) -> Option<&Response> {
        self.items.iter().find(|item| item.id == id)
    }
}

impl Store {
    /// The ledger of a record: all of it for those who know how the record came about, else what is public of what is
    /// published.
    pub async fn ledger(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
    ) -> Result<Ledger, StoreError> {
        let record = self.find_row(audience, kind, named, View::Shown).await?;
        let number = record.number;
        let whole = match audience {
            Audience::Public => false,
            Audience::Instance => true,
            Audience::Member(member) if member.network == record.network => {
                member.desk || (member.states && kind == Kind::Statement)
            }
            Audience::Member(member) => {
                let reader = self.connections.reader();
                member.desk
                    && is_granted_to_review(reader, number.as_i64(), &member.network).await?
            }
        };
        let audience = if whole { audience } else { &Audience::Public };
        self.ledger_of(audience, &record, whole).await
    }

    /// The same for somebody who is about to write it.
    pub async fn ledger_to_write(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
    ) -> Result<Ledger, StoreError> {
        let (actor, named) = (editor.actor(), Named::Number(number));
        let audience = actor.audience();
        let record = self.find_row_or_merged(&audience, kind, &named, View::Working).await?;
        if record.state == State::Withdrawn {
            self.find_row(&audience, kind, &named, View::Shown).await?;
        }
        let theirs = audience == Audience::Instance || record.network == actor.network;
        if record.access == Tier::Public || !theirs {
            return Err(StoreError::NotFound);
        }
        if record.state == State::Merged {
            return Err(StoreError::State { state: record.state, verb: "responded to" });
        }
        self.ledger_of(&audience, &record, true).await
    }

    async fn ledger_of(
        &self,
        audience: &Audience,
        record: &Record,
        whole: bool,
    ) -> Result<Ledger, StoreError> {
        let number = record.number;
        let mut rows = response::Entity::find()
            .filter(
                response::Column::Number
                    .is_in(around(self.connections.reader(), number.as_i64()).await?),
            )
            .all(self.connections.reader())
            .await?;
        if !whole {
            rows.retain(|row| row.public == 1 && record.version > 0);
        }
        // Those without a first day stand at their end; of one day, as they were noted.
        rows.sort_by_key(|row| (row.sort_on.is_none(), row.sort_on, row.made_at, row.id));
        Ok(Ledger { number, items: self.entries(audience, rows).await?, whole })
    }

    async fn entries(
        &self,
        audience: &Audience,
        rows: Vec<response::Model>,
    ) -> Result<Vec<Response>, StoreError> {
        let mut organizations: Vec<i64> = rows
            .iter()
            .flat_map(|row| [row.by_organization, row.to_organization])
            .flatten()
            .collect();
        organizations.sort_unstable();
        organizations.dedup();
        let organizations = self.named_organizations(audience, organizations).await?;
        let dates: HashMap<i64, String> =
            rows.iter().map(|row| (row.id, row.date.clone())).collect();
        let there: std::collections::HashSet<i64> = dates.keys().copied().collect();
        let party = |organization: Option<i64>, text: &Option<String>| {
            let organization = organization
                .and_then(|number| Number::from_i64(number).ok())
                .and_then(|number| organizations.get(&number).cloned());
            let text = text.clone();
            (organization.is_some() || text.is_some()).then_some(Party { organization, text })
        };
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let (by, to) = (
                party(row.by_organization, &row.by_text),
                party(row.to_organization, &row.to_text),
            );
            let facts = facts(&row, by, to)?;
            // What is not for them is not told of beside what is.
            let answers = facts.answers.filter(|id| there.contains(id));
            let asked = answers.and_then(|id| dates.get(&id)?.parse::<PartialDate>().ok());
            entries.push(Response {
                id: row.id,
                days_to_answer: asked.and_then(|asked| days_to_answer(&asked, &facts.date)),
                facts: ResponseFacts { answers, ..facts },
                revision: row.revision,
                changed_at: row.changed_at,
            });
        }
        Ok(entries)
    }

    /// Notes an entry; its id. With a key, once whatever the number of retries.
    pub async fn note_response(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        new: NewResponse,
        key: Option<IdempotencyKey>,
    ) -> Result<i64, StoreError> {
        let id = self.draw_id();
        self.write(editor.actor(), move |writing| {
            let (new, key) = (new.clone(), key.clone());
            Box::pin(async move {
                if let Some(key) = &key
                    && let Some(Remembered::Several(Some(told))) = writing.seen(key).await?
                {
                    writing.unseen = true;
                    return told.parse::<i64>().map_err(|_| StoreError::NotFound);
                }
                let row = writing.row_with_ledger(kind, number).await?;
                writing.unseen = !new.public;
                let of_record = response::Column::Number.eq(row.number);
                let there = response::Entity::find().filter(of_record).count(writing.tx).await?;
                if there >= RESPONSES_MAX {
                    let message = format!("the ledger has {RESPONSES_MAX} entries already");
                    return Err(StoreError::Conflict(vec![Issue::at("", message)]));
                }
                let now = writing.now;
                let checked = writing.check_response(&row, id, &new, None).await?;
                let made = response::ActiveModel {
                    id: Set(id),
                    number: Set(row.number),
                    made_at: Set(now),
                    made_by: Set(writing.actor.id),
                    revision: Set(1),
                    ..checked
                };
                response::Entity::insert(made).exec_without_returning(writing.tx).await?;
                let reason = Some(told(id, &new));
                writing.audit(&row, Action::NoteResponse, reason).await?;
                if let Some(key) = key {
                    writing.remember(key, SEVERAL, None, Some(id.to_string())).await?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// Says something else instead. What is the same already changes nothing.
    pub async fn change_response(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        id: i64,
        expected: i32,
        new: NewResponse,
    ) -> Result<(), StoreError> {
        self.write(editor.actor(), move |writing| {
            let new = new.clone();
            Box::pin(async move {
                let row = writing.row_with_ledger(kind, number).await?;
                let before = entry_of(writing.tx, &row, id).await?;
                if before.revision != expected {
                    return Err(StoreError::Stale);
                }
                writing.unseen = before.public == 0 && !new.public;
                let checked = writing.check_response(&row, id, &new, Some(&before)).await?;
                let changed = response::ActiveModel {
                    id: Set(id),
                    revision: Set(before.revision + 1),
                    ..checked
                };
                if says_the_same(&changed, &before) {
                    return Ok(());
                }
                changed.update(writing.tx).await?;
                writing.audit(&row, Action::ChangeResponse, Some(told(id, &new))).await
            })
        })
        .await
    }

    /// Takes an entry out. What answered it answers nothing then.
    pub async fn remove_response(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        id: i64,
        expected: Option<i32>,
    ) -> Result<(), StoreError> {
        self.write(editor.actor(), move |writing| {
            Box::pin(async move {
                let row = writing.row_with_ledger(kind, number).await?;
                let before = entry_of(writing.tx, &row, id).await?;
                if expected.is_some_and(|expected| expected != before.revision) {
                    return Err(StoreError::Stale);
                }
                writing.unseen = before.public == 0;
                if before.public == 1 {
                    writing.actor.verifier()?;
                }
                let answering = response::Entity::find()
                    .filter(response::Column::Answers.eq(id))
                    .all(writing.tx)
                    .await?;
                if !answering.is_empty() {
                    let message = "another entry answers it: take that out first";
                    return Err(StoreError::Conflict(vec![Issue::at("", message)]));
                }
                response::Entity::delete_by_id(id).exec(writing.tx).await?;
                let reason = Some(format!("response {id} {}", before.kind));
                writing.audit(&row, Action::RemoveResponse, reason).await
            })
        })
        .await
    }
}

impl Writing<'_> {
    /// The row of a record whose ledger the writer may write.
    async fn row_with_ledger(
        &self,
        kind: Kind,
        number: Number,
    ) -> Result<record::Model, StoreError> {
        let row = self.row(kind, number, None).await?;
        let state = read_state(&row)?;
        if state == State::Merged {
            return Err(StoreError::State { state, verb: "responded to" });
        }
        Ok(row)
    }

    /// What is to be written of an entry. Whatever everybody sees, before or after, is a verifier's to decide.
    async fn check_response(
        &self,
        row: &record::Model,
        id: i64,
        new: &NewResponse,
        before: Option<&response::Model>,
    ) -> Result<response::ActiveModel, StoreError> {
        if new.public || before.is_some_and(|before| before.public == 1) {
            self.actor.verifier()?;
        }
        let mut issues = new.check().errors;
        let mut numbers = HashMap::new();
        for (place, named) in new.organizations() {
            let found = self.organization(named, place).await;
            match found {
                Ok(number) => {
                    numbers.insert(place, number.as_i64());
                    if new.public && !self.is_public(number).await? {
                        let message = "nobody sees this organization yet: publish it first, or say it in words";
                        issues.push(Issue::at(place, message));
                    }
                }
                Err(StoreError::Invalid(Invalid(more))) => issues.extend(more),
                Err(error) => return Err(error),
            }
        }
        let facts = self.facts_at(row, row.revision).await?;
        for (place, text) in new.texts() {
            match self.keep_names_out_of_text(place, Some(text), &facts).await {
                Err(StoreError::Invalid(Invalid(more))) => issues.extend(more),
                done => done?,
            }
        }
        if let Some(answers) = new.answers {
            let asked = response::Entity::find_by_id(answers)
                .filter(response::Column::Number.is_in(around(self.tx, row.number).await?))
                .one(self.tx)
                .await?;
            let place = "/answers";
            match asked {
                None => issues.push(Issue::at(place, "there is no such entry in this ledger")),
                Some(_) if answers == id => issues.push(Issue::at(place, "is this entry itself")),
                Some(asked) if !["appeal", "demarche"].contains(&asked.kind.as_str()) => {
                    issues.push(Issue::at(place, "is no appeal and no démarche"));
                }
                Some(asked) => {
                    let on = asked.date.parse::<PartialDate>().ok();
                    let days = on.and_then(|on| days_to_answer(&on, &new.date));
                    if days.is_some_and(|days| days < 0) {
                        issues.push(Issue::at("/date", "is before what it answers"));
                    }
                }
            }
        }
        if let Some(before) = before
            && before.kind != new.kind.code()
            && matches!(new.kind, ResponseKind::Reply | ResponseKind::Effect)
        {
            let answered = response::Entity::find()
                .filter(response::Column::Answers.eq(id))
                .limit(1)
                .one(self.tx)
                .await?;
            if answered.is_some() {
                issues.push(Issue::at("/kind", "another entry answers it"));
            }
        }
        if !issues.is_empty() {
            return Err(Invalid(issues).into());
        }
        let words = |party: &Option<Party<Named>>| party.as_ref().and_then(|of| of.text.clone());
        Ok(response::ActiveModel {
            kind: Set(new.kind.code().to_owned()),
            sort: Set(new.sort.map(|sort| sort.code().to_owned())),
            date: Set(new.date.edtf().to_owned()),
            sort_on: Set(new.date.start().or_else(|| new.date.end())),
            by_organization: Set(numbers.get("/by/organization").copied()),
            by_text: Set(words(&new.by)),
            to_organization: Set(numbers.get("/to/organization").copied()),
            to_text: Set(words(&new.to)),
            text: Set(new.text.clone()),
            url: Set(new.url.clone()),
            reference: Set(new.reference.clone()),
            answers: Set(new.answers),
            public: Set(i16::from(new.public)),
            changed_at: Set(self.now),
            changed_by: Set(self.actor.id),
            ..Default::default()
        })
    }

    async fn is_public(&self, organization: Number) -> Result<bool, StoreError> {
        let row = record::Entity::find_by_id(organization.as_i64())
            .filter(records::visible_to(&Audience::Public))
            .one(self.tx)
            .await?;
        Ok(row.is_some())
    }
}

/// A record and those that were merged into it: their ledgers are one.
async fn around(db: &impl ConnectionTrait, number: i64) -> Result<Vec<i64>, StoreError> {
    let (mut all, mut last) = (vec![number], vec![number]);
    for _ in 0..CHAIN_MAX {
        let merged: Vec<i64> = merge::Entity::find()
            .select_only()
            .column(merge::Column::Loser)
            .filter(merge::Column::Survivor.is_in(last))
            .filter(merge::Column::UnmergedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        if merged.is_empty() {
            break;
        }
        all.extend(&merged);
        last = merged;
    }
    Ok(all)
}

async fn entry_of(
    db: &impl ConnectionTrait,
    row: &record::Model,
    id: i64,
) -> Result<response::Model, StoreError> {
    let found = response::Entity::find_by_id(id)
        .filter(response::Column::Number.is_in(around(db, row.number).await?))
        .one(db)
        .await?;
    found.ok_or(StoreError::NotFound)
}

/// Whether an entry would say what it says already.
fn says_the_same(changed: &response::ActiveModel, before: &response::Model) -> bool {
    use response::Column as C;
    let said = [
        C::Kind,
        C::Sort,
        C::Date,
        C::ByOrganization,
        C::ByText,
        C::ToOrganization,
        C::ToText,
        C::Text,
        C::Url,
        C::Reference,
        C::Answers,
        C::Public,
    ];
    let before: response::ActiveModel = before.clone().into();
    said.into_iter()
        .all(|column| changed.get(column).into_value() == before.get(column).into_value())
}

/// An entry in the words of the trail: none of what it says.
fn told(id: i64, new: &NewResponse) -> String {
    let public = if new.public { ", public" } else { "" };
    format!("response {id} {}{public}", new.kind)
}

fn facts(
    row: &response::Model,
    by: Option<Party<NamedOrganization>>,
    to: Option<Party<NamedOrganization>>,
) -> Result<ResponseFacts<NamedOrganization>, StoreError> {
    let corrupt = |what| StoreError::Corrupt { table: "response", number: row.id, what };
    let kind: ResponseKind = row.kind.parse().map_err(|_| corrupt("the kind is unknown"))?;
    let sort = row.sort.as_deref().map(|code| Sort::of(kind, code)).transpose();
    Ok(ResponseFacts {
        kind,
        sort: sort.map_err(|_| corrupt("the sort is unknown"))?,
        date: row.date.parse().map_err(|_| corrupt("the date is none"))?,
        by,
        to,
        text: row.text.clone(),
        url: row.url.clone(),
        reference: row.reference.clone(),
        answers: row.answers,
        public: row.public == 1,
    })
}
