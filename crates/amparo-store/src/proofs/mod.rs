//! Versions that prove themselves: each is committed to in the transaction that publishes it, and then stands in a
//! log that only grows ([decision 30](../../../docs/adr/0030-versions-that-prove-themselves.md)).
//!
//! | room | what is in it |
//! |---|---|
//! | `fields` | what a version commits to, and how it is written |
//! | here | commitments with the write, and the destroying of salts |
//! | `log` | what waits goes into the log, in order; tiles; checkpoints |
//! | `bundles` | what one version needs to prove itself |
//! | `trail` | the audit trail as a second log, and whether rows of it were touched |
//!
//! What is not signed yet is not served: it is in nobody's checkpoint.

mod bundles;
mod fields;
mod log;
mod trail;

use amparo_domain::clock::Chance;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::WithdrawalClass;
use amparo_proof::commitment::{Disclosure, Salt};
use amparo_proof::json::Json;
use amparo_proof::leaf::Change;
use amparo_proof::merkle::sha256;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};

use crate::bulk::{self, KEYS_MAX, padded};
use crate::entity::{commitment, salt};
use crate::error::StoreError;
use crate::writing::{NamesByPerson, Writing};

pub(crate) use fields::{Said, public};
pub use log::{Log, LogHead};
pub use trail::{TrailCheck, TrailFault};

/// The edition of the lists of fields.
const FORM: i16 = 1;

/// What a version commits to, with what opens it.
#[derive(Debug)]
pub(crate) struct Commitment {
    number: i64,
    committed: commitment::ActiveModel,
    salts: Option<salt::ActiveModel>,
}

/// A change as a small number, in the order in which they may come for one version.
const fn number_of(change: Change) -> i16 {
    match change {
        Change::Publish => 0,
        Change::Correct => 1,
        Change::Retract => 2,
        Change::Erase => 3,
    }
}

const fn change_of(number: i16) -> Change {
    match number {
        0 => Change::Publish,
        1 => Change::Correct,
        2 => Change::Retract,
        _ => Change::Erase,
    }
}

/// Commits to a version; to nothing if versions of its kind do not go into the log.
pub(crate) fn commit(
    number: Number,
    version: i32,
    at: DateTime<Utc>,
    kind: Kind,
    said: &Said<'_>,
    chance: &Chance,
) -> Option<Commitment> {
    let fields = fields::of_kind(kind)?;
    let change = if version == 1 { Change::Publish } else { Change::Correct };
    Some(committed(number, version, change, at, fields, |field| said.value(field), chance))
}

fn committed(
    number: Number,
    version: i32,
    change: Change,
    at: DateTime<Utc>,
    fields: &[&str],
    value: impl FnMut(&str) -> Option<Json>,
    chance: &Chance,
) -> Commitment {
    let mut salts = Vec::with_capacity(fields.len() * 16);
    let mut digests = Vec::with_capacity(fields.len() * 32);
    for disclosure in amparo_proof::commitment::commit(fields, value, || new_salt(chance)) {
        salts.extend(disclosure.salt);
        digests.extend(sha256(disclosure.encode().as_bytes()));
    }
    let (number, change) = (number.as_i64(), number_of(change));
    Commitment {
        number,
        committed: row(number, version, change, at, digests),
        salts: Some(salt::ActiveModel {
            number: Set(number),
            version: Set(version),
            change: Set(change),
            salts: Set(salts),
        }),
    }
}

fn row(
    number: i64,
    version: i32,
    change: i16,
    at: DateTime<Utc>,
    digests: Vec<u8>,
) -> commitment::ActiveModel {
    commitment::ActiveModel {
        number: Set(number),
        version: Set(version),
        change: Set(change),
        form: Set(FORM),
        made_at: Set(at),
        digests: Set(Some(digests)),
        entry: Set(None),
    }
}

fn new_salt(chance: &Chance) -> Salt {
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&chance.next().to_le_bytes());
    salt[8..].copy_from_slice(&chance.next().to_le_bytes());
    salt
}

/// Writes commitments, in the order of their keys.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    mut commitments: Vec<Commitment>,
) -> Result<(), StoreError> {
    commitments.sort_unstable_by_key(|made| made.number);
    let (rows, salts): (Vec<_>, Vec<_>) =
        commitments.into_iter().map(|made| (made.committed, made.salts)).unzip();
    bulk::insert::<commitment::Entity, _>(tx, rows).await?;
    bulk::insert::<salt::Entity, _>(tx, salts.into_iter().flatten().collect()).await
}

/// The name by which somebody is shown, among those of some people.
pub(crate) fn shown_name(names: &NamesByPerson, person: Number) -> Option<&str> {
    names.get(&person)?.first().map(|row| row.text.as_str())
}

impl Writing<'_> {
    /// Commits to a version that is being published.
    pub(crate) async fn commit_to(
        &self,
        number: Number,
        version: i32,
        facts: &Stored,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        if fields::of_kind(facts.kind()).is_none() {
            return Ok(());
        }
        let mut shown = public(facts).into_owned();
        self.hide_taken_down(number, &mut shown).await?;
        let names = self.names_for(std::iter::once(&shown)).await?;
        let said = Said::new(&shown, Some(facts), reason, |link| shown_name(&names, link.person));
        let made = commit(number, version, self.now, facts.kind(), &said, self.chance);
        insert(self.tx, made.into_iter().collect()).await
    }

    /// Commits to a withdrawal: its class, which everybody is told, and its reason.
    pub(crate) async fn commit_to_withdrawal(
        &self,
        kind: Kind,
        number: Number,
        version: i32,
        class: WithdrawalClass,
        reason: &str,
    ) -> Result<(), StoreError> {
        if fields::of_kind(kind).is_none() {
            return Ok(());
        }
        let value = |field: &str| match field {
            "class_public" => Some(Json::text(class.code())),
            _ => Some(Json::text(reason)),
        };
        let (change, fields) = (Change::Retract, fields::WITHDRAWAL);
        let made = committed(number, version, change, self.now, fields, value, self.chance);
        insert(self.tx, vec![made]).await
    }

    /// Destroys what opens the names of every version of some records, and says in the log that it was done.
    pub(crate) async fn destroy_names(&self, numbers: &[i64]) -> Result<(), StoreError> {
        for some in numbers.chunks(KEYS_MAX) {
            let rows = salt::Entity::find()
                .filter(salt::Column::Number.is_in(padded(some.to_vec())))
                .filter(salt::Column::Change.lt(number_of(Change::Retract)))
                .all(self.tx)
                .await?;
            let mut erased = Vec::new();
            for row in rows {
                // Both lists that hold names can be told by their length.
                let lists = [fields::INCIDENT, fields::STATEMENT].into_iter();
                let mut lists = lists.filter(|list| list.len() * 16 == row.salts.len());
                let place = lists
                    .next()
                    .and_then(|list| list.iter().position(|field| *field == fields::NAMES));
                let Some(place) = place else { continue };
                let mut salts = row.salts.clone();
                let Some(held) = salts.get_mut(place * 16..place * 16 + 16) else { continue };
                if held.iter().all(|byte| *byte == 0) {
                    continue;
                }
                held.fill(0);
                let (number, version) = (row.number, row.version);
                erased.push(self::row(
                    number,
                    version,
                    number_of(Change::Erase),
                    self.now,
                    Vec::new(),
                ));
                let mut row = row.into_active_model();
                row.salts = Set(salts);
                row.update(self.tx).await?;
            }
            bulk::insert_or::<commitment::Entity, _>(self.tx, erased, "ON CONFLICT DO NOTHING")
                .await?;
        }
        Ok(())
    }
}

/// What opens the commitments that are left, by the list of fields they were made with.
fn opened<'s>(
    fields: &'s [&'static str],
    salts: &'s [u8],
    value: impl Fn(&str) -> Option<Json> + 's,
) -> impl Iterator<Item = Disclosure> + 's {
    let (salts, _) = salts.as_chunks::<16>();
    let kept = fields.iter().zip(salts).filter(|(_, salt)| salt.iter().any(|byte| *byte != 0));
    kept.map(move |(field, salt)| Disclosure {
        salt: *salt,
        field: (*field).to_owned(),
        value: value(field).unwrap_or(Json::Null),
    })
}
