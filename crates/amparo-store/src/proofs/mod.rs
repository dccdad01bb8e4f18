//! Versions that prove themselves: each is committed to in the transaction that publishes it, and then stands in a
//! log that only grows ([decision 30](../../../docs/adr/0030-versions-that-prove-themselves.md)).
//!
//! | room | what is in it |
//! |---|---|
//! | `fields` | what a version commits to, and how it is written |
//! | here | commitments with the write, and the destroying of salts |
//! | `earlier` | what was published before there were commitments |
//! | `log` | what waits goes into the log, in order; tiles; checkpoints |
//! | `bundles` | what one version needs to prove itself |
//! | `trail` | the audit trail as a second log, and whether rows of it were touched |
//!
//! What is not signed yet is not served: it is in nobody's checkpoint.

mod bundles;
mod earlier;
mod fields;
mod log;
mod trail;

use amparo_domain::clock::Chance;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::{Display, WithdrawalClass};
use amparo_proof::commitment::{Disclosure, Salt};
use amparo_proof::json::Json;
use amparo_proof::leaf::Change;
use amparo_proof::merkle::sha256;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
};

use crate::bulk::{self, KEYS_MAX, padded};
use crate::entity::{commitment, past_card, reference, revision, salt, version};
use crate::error::StoreError;
use crate::names;
use crate::records::read_facts;
use crate::writing::{NamesByPerson, Writing};

pub use bundles::Provable;
pub use earlier::Earlier;
pub(crate) use fields::{Said, public};
pub use log::{Log, LogHead};
pub use trail::{TrailCheck, TrailFault};

/// What a version commits to, with what opens it.
#[derive(Debug)]
pub(crate) struct Commitment {
    number: i64,
    row: commitment::ActiveModel,
    salts: salt::ActiveModel,
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
    random: &Chance,
) -> Option<Commitment> {
    let fields = fields::of_kind(kind)?;
    let change = if version == 1 { Change::Publish } else { Change::Correct };
    Some(committed_to(number, version, change, at, fields, |field| said.value(field), random))
}

fn committed_to(
    number: Number,
    version: i32,
    change: Change,
    at: DateTime<Utc>,
    fields: &[&str],
    value: impl FnMut(&str) -> Option<Json>,
    random: &Chance,
) -> Commitment {
    let mut salts = Vec::with_capacity(fields.len() * 16);
    let mut digests = Vec::with_capacity(fields.len() * 32);
    for disclosure in amparo_proof::commitment::commit(fields, value, || new_salt(random)) {
        salts.extend(disclosure.salt);
        digests.extend(sha256(disclosure.encode().as_bytes()));
    }
    let (number, change) = (number.as_i64(), number_of(change));
    Commitment {
        number,
        row: row(number, version, change, at, digests),
        salts: salt::ActiveModel {
            number: Set(number),
            version: Set(version),
            change: Set(change),
            salts: Set(salts),
        },
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
        form: Set(fields::FORM),
        made_at: Set(at),
        digests: Set(Some(digests)),
        entry: Set(None),
    }
}

fn new_salt(random: &Chance) -> Salt {
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&random.next().to_le_bytes());
    salt[8..].copy_from_slice(&random.next().to_le_bytes());
    salt
}

/// Writes commitments, in the order of their keys.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    commitments: Vec<Commitment>,
) -> Result<(), StoreError> {
    let (committed, salts) = rows(commitments);
    bulk::insert::<commitment::Entity, _>(tx, committed).await?;
    bulk::insert::<salt::Entity, _>(tx, salts).await
}

/// The rows of commitments, in the order of their keys.
pub(crate) fn rows(
    mut commitments: Vec<Commitment>,
) -> (Vec<commitment::ActiveModel>, Vec<salt::ActiveModel>) {
    commitments.sort_unstable_by_key(|made| made.number);
    commitments.into_iter().map(|made| (made.row, made.salts)).unzip()
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
        let links = shown.people().iter().filter(|link| link.display == Display::Name);
        let people = links.map(|link| link.person).collect();
        let names = names::of_people(self.tx, people).await?;
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
        let made = committed_to(number, version, change, self.now, fields, value, self.chance);
        insert(self.tx, vec![made]).await
    }

    /// Destroys what opens the names of every version that showed the one of a person, and says in the log that it was
    /// done. Versions that told them by role are left alone: by an entry they would be known to be about the same person.
    pub(crate) async fn destroy_name(
        &self,
        person: Number,
        within: Option<Number>,
    ) -> Result<(), StoreError> {
        let numbers = match within {
            Some(number) => vec![number.as_i64()],
            None => self.linking_to(person).await?,
        };
        let mut erased = Vec::new();
        for some in numbers.chunks(KEYS_MAX) {
            let rows = salt::Entity::find()
                .filter(salt::Column::Number.is_in(padded(some.to_vec())))
                .filter(salt::Column::Change.lt(number_of(Change::Retract)))
                .all(self.tx)
                .await?;
            for row in rows {
                let mut salts = row.salts.clone();
                for place in self.places_of_name(&row, person).await? {
                    salts[place * 16..place * 16 + 16].fill(0);
                }
                if salts == row.salts {
                    continue;
                }
                let change = number_of(Change::Erase);
                erased.push(self::row(row.number, row.version, change, self.now, Vec::new()));
                let mut row = row.into_active_model();
                row.salts = Set(salts);
                row.update(self.tx).await?;
            }
        }
        bulk::insert_or::<commitment::Entity, _>(self.tx, erased, "ON CONFLICT DO NOTHING").await
    }

    /// The records that link to a person, in what is shown of them or was.
    async fn linking_to(&self, person: Number) -> Result<Vec<i64>, StoreError> {
        let keys: Vec<i64> = reference::Entity::find()
            .select_only()
            .column(reference::Column::FromNumber)
            .filter(reference::Column::ToNumber.eq(person.as_i64()))
            .into_tuple()
            .all(self.tx)
            .await?;
        let (past, mut numbers): (Vec<i64>, Vec<i64>) = keys.into_iter().partition(|key| *key < 0);
        for some in past.chunks(KEYS_MAX) {
            let of: Vec<i64> = past_card::Entity::find()
                .select_only()
                .column(past_card::Column::OfNumber)
                .filter(past_card::Column::Number.is_in(padded(some.to_vec())))
                .into_tuple()
                .all(self.tx)
                .await?;
            numbers.extend(of);
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// Where among what opens a version the name of a person stands, if it showed them by name.
    async fn places_of_name(
        &self,
        of: &salt::Model,
        person: Number,
    ) -> Result<Vec<usize>, StoreError> {
        let Some((kind, list)) = fields::of_length(of.salts.len() / 16) else {
            return Ok(Vec::new());
        };
        let version = version::Entity::find_by_id((of.number, of.version)).one(self.tx).await?;
        let Some(version) = version else { return Ok(Vec::new()) };
        let said = revision::Entity::find()
            .filter(revision::Column::Number.eq(of.number))
            .filter(revision::Column::Revision.eq(version.revision))
            .one(self.tx)
            .await?;
        let Some(said) = said else { return Ok(Vec::new()) };
        let (_, facts) = read_facts(of.number, kind.singular(), &said.snapshot)?;
        let links = facts.people().iter().enumerate();
        let shown =
            links.filter(|(_, link)| link.person == person && link.display == Display::Name);
        Ok(shown.filter_map(|(nth, _)| fields::place_of_name(list, nth)).collect())
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use amparo_domain::number::Width;
    use amparo_migrations::Migrate as _;

    use super::*;
    use crate::database::Connections;

    /// A detention as long as most are, with everything filled in.
    fn facts() -> Stored {
        let text = "Officers detained {P1} after a search of the office. ".repeat(12);
        let snapshot = serde_json::json!({
            "grade": "reported", "title": "{P1} detained", "summary": text, "lang": "en",
            "types": ["detention", "search_raid"], "occurred": "2024-04-29", "country": "AZE",
            "admin1": "Baku", "place": "Baku",
            "location": {"x": 49.86709, "y": 40.40926}, "location_precision": "settlement",
            "affected": {"unnamed_min": 1, "unnamed_max": 3},
            "perpetrators": [{"actor_type": "police"}],
            "events": [{"ref": "E1", "date": "2024-04-29", "kind": "detained", "text": text}],
            "sources": [{"ref": "S1", "title": "A report", "url": "https://example.org/a"}],
        });
        Stored::from_snapshot(Kind::Incident, &snapshot.to_string()).unwrap()
    }

    /// What publishing has to do more, without optimisation, on whatever else the machine does.
    #[tokio::test]
    async fn committing_to_a_version_takes_less_than_two_milliseconds() {
        let facts = facts();
        let chance = Chance::new(rand::random::<u64>);
        let now = Utc::now();
        let made = |nth: u64| {
            let shown = public(&facts);
            let said = Said::new(&shown, Some(&facts), None, |_| None);
            let number = Number::from_random(nth << 32, Width::Eight);
            commit(number, 1, now, Kind::Incident, &said, &chance)
        };
        let started = Instant::now();
        let commitments: Vec<Commitment> = (0..1_000).filter_map(made).collect();
        let each = started.elapsed() / 1_000;

        let connections = Connections::open("sqlite::memory:", 1).await.unwrap();
        let writes = connections
            .write(move |tx| {
                Box::pin(async move {
                    amparo_migrations::Migrator::up(tx, None).await?;
                    let started = Instant::now();
                    let mut written = 0;
                    let mut seen = std::collections::HashSet::new();
                    for made in commitments.into_iter().filter(|made| seen.insert(made.number)) {
                        insert(tx, vec![made]).await?;
                        written += 1;
                    }
                    Ok(started.elapsed() / written)
                })
            })
            .await
            .unwrap();
        eprintln!("committing to a version: {each:?} to make, {writes:?} to write");
        assert!(each + writes < Duration::from_millis(2), "{each:?} {writes:?}");
    }

    /// The same where six people are shown by name, with what has to be looked up for them: two statements, however many they are.
    #[tokio::test]
    async fn committing_to_names_takes_less_than_two_milliseconds() {
        let clock = amparo_domain::clock::Clock::system();
        let store =
            crate::Store::connect("sqlite::memory:", 1, clock, Chance::new(rand::random::<u64>));
        let store = store.await.unwrap();
        store.migrate().await.unwrap();
        let number = |nth: u64| Number::from_random(nth << 32, Width::Eight);
        let mut facts = facts();
        let Stored::Incident(incident) = &mut facts else { panic!("it is one") };
        for nth in 0..6 {
            let link = serde_json::json!({"ref": format!("P{nth}"), "person": number(nth + 900),
                "role": "affected_person", "display": "name"});
            incident.people.push(serde_json::from_value(link).unwrap());
        }
        let actor = amparo_domain::access::Actor::operator("default");
        let taken = store.write(&actor, move |writing| {
            let facts = facts.clone();
            Box::pin(async move {
                let mut taken = Vec::new();
                for nth in 0..200 {
                    let started = Instant::now();
                    writing.commit_to(number(nth * 7_919 + 1), 1, &facts, None).await?;
                    taken.push(started.elapsed());
                }
                taken.sort_unstable();
                Ok(taken)
            })
        });
        let taken = taken.await.unwrap();
        let (half, most) = (taken[taken.len() / 2], taken[taken.len() * 95 / 100]);
        eprintln!("committing to a version with six names: {half:?} (p50), {most:?} (p95)");
        assert!(half < Duration::from_millis(2), "{half:?}");
    }
}
