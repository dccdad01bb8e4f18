//! Names that are shown no longer, and what people consented to.
//!
//! A take-down changes no revision and no version: who is named where stands beside them, and every read
//! looks there. What finds a record by the name goes at once, in the same transaction.

use std::collections::HashSet;

use amparo_domain::access::{Audience, Editor, Verifier};
use amparo_domain::consent::{Consent, Given};
use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::Display;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::bulk::{self, padded};
use crate::card;
use crate::changes::ChangeKind;
use crate::entity::{access_grant, consent, incident_term, name_word, record, takedown};
use crate::error::StoreError;
use crate::past::past_keys_of;
use crate::records::View;
use crate::resolve::joined;
use crate::write::Written;
use crate::writing::Writing;

/// Where a name is taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In every record, version and answer.
    Everywhere,
    /// In one record and its versions.
    Record,
}

/// Whose name is taken down where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeDown {
    /// What the record calls them: `P1`.
    pub reference: String,
    /// Where.
    pub scope: Scope,
    /// Why; for the audit trail.
    pub reason: Option<String>,
}

/// A consent as it was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedConsent {
    /// What was agreed to or refused.
    pub consent: Consent,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
    /// By whom.
    pub noted_by: i64,
}

/// So many consents of one person are told.
const CONSENTS_MAX: u64 = 1_000;

impl Store {
    /// Takes the name of a person down everywhere. Doing it again changes nothing.
    pub async fn take_down_person(
        &self,
        verifier: Verifier<'_>,
        person: Number,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        self.write(verifier.actor(), move |writing| {
            let reason = reason.clone();
            Box::pin(async move {
                let row = writing.row(Kind::Person, person, None).await?;
                let facts = writing.facts_at(&row, row.revision).await?;
                let why = reason.as_deref();
                writing.keep_own_name_out_of("/reason", why, person, &facts).await?;
                writing.take_down(person, None, reason).await
            })
        })
        .await
    }

    /// Takes the name of somebody down whom a record calls `P1`.
    pub async fn take_down_in(
        &self,
        verifier: Verifier<'_>,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        what: TakeDown,
    ) -> Result<Written, StoreError> {
        self.write(verifier.actor(), move |writing| {
            let TakeDown { reference, scope, reason } = what.clone();
            Box::pin(async move {
                let row = writing.row(kind, number, expected).await?;
                let latest = writing.facts_at(&row, row.revision).await?;
                let shown = writing.facts_at(&row, row.shown).await?;
                let links = shown.people().iter().chain(latest.people());
                let mut links = links.filter(|link| link.reference == reference);
                let Some(person) = links.next().map(|link| link.person) else {
                    let message = "names nobody in people";
                    return Err(StoreError::issue(Issue::at("/person", message)));
                };
                let person_row =
                    record::Entity::find_by_id(person.as_i64()).one(writing.tx).await?;
                let person_row = person_row.ok_or(StoreError::NotFound)?;
                let facts = writing.facts_at(&person_row, person_row.revision).await?;
                let why = reason.as_deref();
                writing.keep_own_name_out_of("/reason", why, person, &facts).await?;
                let within = (scope == Scope::Record).then_some(number);
                writing.take_down(person, within, reason).await?;
                let state = crate::save::read_state(&row)?;
                Ok(Written::standing(number, &row, state, row.version, Some(writing.now)))
            })
        })
        .await
    }

    /// Notes what a person consented to; what was said last of a purpose is not noted twice. Where they no longer agree to be named, their name is taken
    /// down everywhere, at once.
    pub async fn note_consent(
        &self,
        editor: Editor<'_>,
        person: Number,
        consent: Consent,
    ) -> Result<(), StoreError> {
        let id = self.draw_id();
        self.write(editor.actor(), move |writing| {
            let consent = consent.clone();
            Box::pin(async move {
                let row = writing.row(Kind::Person, person, None).await?;
                let facts = writing.facts_at(&row, row.revision).await?;
                let note = consent.note.as_deref();
                writing.keep_own_name_out_of("/note", note, person, &facts).await?;
                let last = consent::Entity::find()
                    .filter(consent::Column::Person.eq(person.as_i64()))
                    .filter(consent::Column::Purpose.eq(consent.purpose.code()))
                    .order_by_desc(consent::Column::MadeAt)
                    .one(writing.tx)
                    .await?;
                let last = last.map(|row| read(row, person)).transpose()?;
                if last.is_some_and(|last| last.consent == consent) {
                    return Ok(());
                }
                let noted = consent::ActiveModel {
                    id: Set(id),
                    person: Set(person.as_i64()),
                    purpose: Set(consent.purpose.code().to_owned()),
                    status: Set(consent.given.code().to_owned()),
                    given_by: Set(consent.by.code().to_owned()),
                    on_day: Set(consent.on.to_string()),
                    note: Set(consent.note.clone()),
                    made_at: Set(writing.now),
                    made_by: Set(writing.actor.id),
                };
                bulk::insert::<consent::Entity, _>(writing.tx, vec![noted]).await?;
                let entry = Entry {
                    action: Action::Consent,
                    number: Some(person),
                    revision: Some(row.revision),
                    reason: Some(format!("{} {}", consent.purpose.code(), consent.given.code())),
                };
                audit::record(writing.tx, writing.actor, writing.now, vec![entry]).await?;
                if consent.purpose.is_naming() && consent.given != Given::Given {
                    let reason = format!("consent {}", consent.given.code());
                    writing.take_down(person, None, Some(reason)).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// What a person consented to, the latest first; at most 1,000.
    pub async fn consents(
        &self,
        audience: &Audience,
        person: Number,
    ) -> Result<Vec<NotedConsent>, StoreError> {
        let named = Named::Number(person);
        let found = self.find(audience, Kind::Person, &named, View::Working).await?.records;
        let rows = consent::Entity::find()
            .filter(consent::Column::Person.eq(found.number.as_i64()))
            .order_by_desc(consent::Column::MadeAt)
            .order_by_desc(consent::Column::Id)
            .limit(CONSENTS_MAX)
            .all(self.connections.reader())
            .await?;
        rows.into_iter().map(|row| read(row, person)).collect()
    }

    /// An id for a row that is no record: random, so that it tells nothing of how many there are.
    pub(crate) fn draw_id(&self) -> i64 {
        i64::from_ne_bytes((self.chance.next() >> 1).to_ne_bytes())
    }
}

fn read(row: consent::Model, person: Number) -> Result<NotedConsent, StoreError> {
    let corrupt = |what| StoreError::Corrupt { table: "consent", number: person.as_i64(), what };
    let consent = Consent {
        purpose: row.purpose.parse().map_err(|_| corrupt("the purpose is unknown"))?,
        given: row.status.parse().map_err(|_| corrupt("the status is unknown"))?,
        by: row.given_by.parse().map_err(|_| corrupt("who gave it is unknown"))?,
        on: row.on_day.parse().map_err(|_| corrupt("the day is none"))?,
        note: row.note,
    };
    Ok(NotedConsent { consent, noted_at: row.made_at, noted_by: row.made_by })
}

impl Writing<'_> {
    /// Takes a name down in one record or everywhere.
    async fn take_down(
        &mut self,
        person: Number,
        within: Option<Number>,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let known = takedown::Entity::find()
            .filter(takedown::Column::Person.eq(person.as_i64()))
            .filter(match within {
                None => takedown::Column::Number.is_null(),
                Some(number) => takedown::Column::Number
                    .is_null()
                    .or(takedown::Column::Number.eq(number.as_i64())),
            })
            .one(self.tx)
            .await?;
        if known.is_some() {
            return Ok(());
        }
        let id = i64::from_ne_bytes((self.chance.next() >> 1).to_ne_bytes());
        let row = takedown::ActiveModel {
            id: Set(id),
            person: Set(person.as_i64()),
            number: Set(within.map(Number::as_i64)),
            reason: Set(reason.clone()),
            made_at: Set(self.now),
            made_by: Set(self.actor.id),
        };
        bulk::insert::<takedown::Entity, _>(self.tx, vec![row]).await?;
        let entry =
            Entry { action: Action::TakeDown, number: Some(person), revision: None, reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await?;
        self.forget_name(person, within).await
    }

    /// Removes what records are found by that show a name, and notes that they changed for the public.
    async fn forget_name(
        &mut self,
        person: Number,
        within: Option<Number>,
    ) -> Result<(), StoreError> {
        // Those that showed the name, and no others: a record that tells somebody by role would be known to be
        // about the same person by changing at the same moment.
        let mut showing = incident_term::Entity::find()
            .select_only()
            .columns([record::Column::Number, record::Column::Version])
            .join(
                JoinType::InnerJoin,
                joined::<incident_term::Entity>(incident_term::Column::Incident),
            )
            .filter(incident_term::Column::List.eq(card::NAMED))
            .filter(incident_term::Column::Code.eq(person.as_i64().to_string()))
            .filter(record::Column::Version.gt(0))
            .order_by_asc(record::Column::Number);
        if let Some(number) = within {
            showing = showing.filter(record::Column::Number.eq(number.as_i64()));
        }
        let showing: Vec<(i64, i32)> = showing.into_tuple().all(self.tx).await?;
        for some in showing.chunks(bulk::KEYS_MAX) {
            let numbers = padded(some.iter().map(|(number, _)| *number).collect());
            let mut changed = Query::update();
            changed
                .table(record::Entity)
                .value(record::Column::ChangedAt, self.now)
                .and_where(Expr::col(record::Column::Number).is_in(numbers));
            self.tx.execute(&changed).await?;
        }
        // While links still lead to what showed it.
        self.destroy_name(person, within).await?;
        for (number, version) in showing {
            self.changes.note(ChangeKind::NamesTakenDown, number, version);
        }
        let mut terms = incident_term::Entity::delete_many()
            .filter(incident_term::Column::List.eq(card::NAMED))
            .filter(incident_term::Column::Code.eq(person.as_i64().to_string()));
        if let Some(number) = within {
            let past = past_keys_of(number);
            let here = incident_term::Column::Incident.eq(number.as_i64());
            terms = terms.filter(here.or(incident_term::Column::Incident.in_subquery(past)));
        }
        terms.exec(self.tx).await?;
        if within.is_none() {
            name_word::Entity::delete_many()
                .filter(name_word::Column::Person.eq(person.as_i64()))
                .exec(self.tx)
                .await?;
        }
        Ok(())
    }

    /// Forgets to whom a record was granted, what its person consented to, and what was taken down in it.
    pub(crate) async fn forget_sharing(&self, row: &record::Model) -> Result<(), StoreError> {
        access_grant::Entity::delete_many()
            .filter(access_grant::Column::Number.eq(row.number))
            .exec(self.tx)
            .await?;
        consent::Entity::delete_many()
            .filter(consent::Column::Person.eq(row.number))
            .exec(self.tx)
            .await?;
        let of_person = takedown::Column::Person.eq(row.number);
        let of_record = takedown::Column::Number.eq(row.number);
        takedown::Entity::delete_many().filter(of_person.or(of_record)).exec(self.tx).await?;
        Ok(())
    }

    /// The people in some facts whose names are shown nowhere.
    pub(crate) async fn taken_down<'f>(
        &self,
        facts: impl Iterator<Item = &'f Stored>,
    ) -> Result<HashSet<Number>, StoreError> {
        let links = facts.flat_map(Stored::people);
        let people: HashSet<i64> = links
            .filter(|link| link.display == Display::Name)
            .map(|link| link.person.as_i64())
            .collect();
        let taken = self.takedowns(people).await?.into_iter().filter(|row| row.number.is_none());
        Ok(taken.filter_map(|row| Number::from_i64(row.person).ok()).collect())
    }

    /// Shows no name in a record that was taken down there or everywhere.
    pub(crate) async fn hide_taken_down(
        &self,
        number: Number,
        facts: &mut Stored,
    ) -> Result<(), StoreError> {
        let shown = facts.people().iter().filter(|link| link.display == Display::Name);
        let people: HashSet<i64> = shown.map(|link| link.person.as_i64()).collect();
        let taken = self.takedowns(people).await?;
        for link in facts.people_mut() {
            let gone = taken.iter().any(|row| {
                row.person == link.person.as_i64()
                    && row.number.is_none_or(|of| of == number.as_i64())
            });
            if gone && link.display == Display::Name {
                link.display = Display::Role;
            }
        }
        Ok(())
    }

    /// What was taken down of some people.
    pub(crate) async fn takedowns(
        &self,
        people: HashSet<i64>,
    ) -> Result<Vec<takedown::Model>, StoreError> {
        let mut rows = Vec::new();
        let mut people: Vec<i64> = people.into_iter().collect();
        people.sort_unstable();
        for some in people.chunks(bulk::KEYS_MAX) {
            let some = padded(some.to_vec());
            let some = takedown::Entity::find().filter(takedown::Column::Person.is_in(some));
            rows.append(&mut some.all(self.tx).await?);
        }
        Ok(rows)
    }
}

/// Refuses to show a name anew that was taken down.
pub(crate) fn shows_again(before: &Stored, after: &Stored, taken: &HashSet<Number>) -> Vec<Issue> {
    let named = |facts: &Stored, person: Number| {
        let mut links = facts.people().iter();
        links.any(|link| link.person == person && link.display == Display::Name)
    };
    let links = after.people().iter().enumerate();
    links
        .filter(|(_, link)| link.display == Display::Name && taken.contains(&link.person))
        .filter(|(_, link)| !named(before, link.person))
        .map(|(i, _)| {
            let message = "the name was taken down, and is not shown again";
            Issue::at(format!("/people/{i}/display"), message)
        })
        .collect()
}
