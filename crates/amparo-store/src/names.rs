//! The one place where names of people are written.
//!
//! A revision holds a salted commitment to each name; the text and the salt are a row of
//! `person_name`, which can be changed, withheld or destroyed without touching a version.

use std::collections::HashMap;

use amparo_domain::clock::Chance;
use amparo_domain::fold;
use amparo_domain::number::Number;
use amparo_domain::person::PersonName;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use sha2::{Digest as _, Sha256};

use crate::bulk::{self, KEYS_MAX, padded};
use crate::entity::{name_word, person_name};
use crate::error::StoreError;

/// Gives each name a row, reusing those of names the person has already, and sets the commitments.
pub(crate) fn rows(
    person: Number,
    names: &mut [PersonName],
    present: &[person_name::Model],
    chance: &Chance,
) -> Vec<person_name::ActiveModel> {
    let rows = names.iter_mut().zip(0..).map(|(name, position)| {
        let kept = present.iter().find(|row| row.text == name.text);
        let (id, salt) = match kept {
            Some(row) => (row.id, row.salt.clone()),
            None => (new_id(chance), URL_SAFE_NO_PAD.encode(&chance.bytes()[..16])),
        };
        name.id = Some(id);
        name.commitment = Some(commitment(&salt, &name.text));
        person_name::ActiveModel {
            id: Set(id),
            person: Set(person.as_i64()),
            position: Set(position),
            text: Set(name.text.clone()),
            folded: Set(fold::key(&name.text)),
            salt: Set(salt),
        }
    });
    rows.collect()
}

/// Writes names, and the words of the first of each person, by which what shows it is found.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    rows: Vec<person_name::ActiveModel>,
) -> Result<(), StoreError> {
    let words = words(&rows);
    bulk::insert::<person_name::Entity, _>(tx, rows).await?;
    bulk::insert::<name_word::Entity, _>(tx, words).await
}

/// The words of the first name of each person.
pub(crate) fn words(rows: &[person_name::ActiveModel]) -> Vec<name_word::ActiveModel> {
    let shown = rows.iter().filter(|row| row.position == Set(0));
    let words = shown.filter_map(|row| match (&row.id, &row.person, &row.folded) {
        (Set(id), Set(person), Set(folded)) => Some((*id, *person, folded)),
        _ => None,
    });
    let mut word_rows = Vec::new();
    for (id, person, folded) in words {
        let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        word_rows.extend(words.into_iter().map(|word| name_word::ActiveModel {
            name: Set(id),
            word: Set(word.to_owned()),
            person: Set(person),
        }));
    }
    word_rows
}

/// What a revision holds of a name.
pub(crate) fn commitment(salt: &str, text: &str) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update(text).finalize();
    URL_SAFE_NO_PAD.encode(digest)
}

/// All names of some people, the main one of each first.
pub(crate) async fn of_people(
    tx: &impl ConnectionTrait,
    people: Vec<Number>,
) -> Result<HashMap<Number, Vec<person_name::Model>>, StoreError> {
    let mut names: HashMap<Number, Vec<person_name::Model>> = HashMap::new();
    for some in people.chunks(KEYS_MAX) {
        let ids = padded(some.iter().map(|number| number.as_i64()).collect());
        let rows = person_name::Entity::find()
            .filter(person_name::Column::Person.is_in(ids))
            .order_by_asc(person_name::Column::Person)
            .order_by_asc(person_name::Column::Position)
            .all(tx)
            .await?;
        for row in rows {
            if let Ok(person) = Number::from_i64(row.person) {
                names.entry(person).or_default().push(row);
            }
        }
    }
    Ok(names)
}

fn new_id(chance: &Chance) -> i64 {
    i64::from_ne_bytes((chance.next() >> 1).to_ne_bytes())
}
