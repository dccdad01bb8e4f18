//! What one version needs to prove itself, as far as whoever asks may see it.

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_proof::Bundle;
use amparo_proof::commitment::digest;
use amparo_proof::inclusion::InclusionProof;
use amparo_proof::leaf::{Change, Leaf};
use amparo_proof::note::Note;
use sea_orm::EntityTrait as _;

use super::fields::{self, Said};
use super::log::{Log, corrupt, entries, to_u64};
use super::{number_of, opened};
use crate::Store;
use crate::entity::{commitment, salt};
use crate::error::StoreError;

/// Whether a version can prove itself.
#[derive(Debug)]
pub enum Provable {
    /// It can, by this.
    Now(Box<Bundle>),
    /// It is committed to, and waits for the next checkpoint; or for the first one, if the log was never signed.
    Soon {
        /// Whether any checkpoint of the log was signed.
        begun: bool,
    },
    /// Nothing was committed to: versions of its kind are not in the log, or it was published before there was one.
    Never,
}

impl Store {
    /// The bundle of a version, with what the public sees of it; with everything it committed to for those who need to know, if
    /// they ask for it. Nothing before a checkpoint of the log with it is signed.
    pub async fn bundle(
        &self,
        audience: &Audience,
        kind: Kind,
        number: Number,
        version: i32,
        full: bool,
    ) -> Result<Provable, StoreError> {
        let named = Named::Number(number);
        // Whether it can be seen, and what of it today, is decided where versions are read.
        let (told, shown) = self.version(audience, kind, &named, version).await?;
        let everything = if full {
            Some(self.everything_of(audience, kind, &named, shown.records.revision).await?)
        } else {
            None
        };
        let reader = self.connections.reader();
        let change = if version == 1 { Change::Publish } else { Change::Correct };
        let key = (shown.records.number.as_i64(), version, number_of(change));
        let Some(committed) = commitment::Entity::find_by_id(key).one(reader).await? else {
            return Ok(Provable::Never);
        };
        let Some(fields) = fields::of_form(kind, committed.form) else {
            return Ok(Provable::Never);
        };
        let head = self.log_head(Log::Public).await?;
        let Some((note, signed_size)) = head.and_then(|head| Some((head.note?, head.signed_size)))
        else {
            return Ok(Provable::Soon { begun: false });
        };
        let Some(entry) = committed.entry.filter(|entry| to_u64(*entry) < signed_size) else {
            return Ok(Provable::Soon { begun: true });
        };
        let index = to_u64(entry);
        let leaf = entries(reader, Log::Public, entry, entry + 1).await?.pop();
        let leaf = leaf.ok_or_else(|| corrupt("an entry is missing"))?;
        let digests = Leaf::read(&leaf).map_err(|_| corrupt("an entry is none"))?.digests;

        let said =
            Said::new(&shown.records.facts, everything.as_ref(), told.reason.as_deref(), |link| {
                shown.labels.name_of(link.person)
            })
            .in_form(committed.form);
        let salts = salt::Entity::find_by_id(key).one(reader).await?;
        let salts = salts.map(|row| row.salts).unwrap_or_default();
        let asked = |field: &str| fields::is_public(field) || everything.is_some();
        // Where a name was taken down, that others never were shown would tell whose it was.
        let whose = everything.is_some() || !fields::name_destroyed(fields, &salts);
        // What cannot be made as it was, because a name is not shown today, is withheld.
        let disclosures = opened(fields, &salts, |field| said.value(field))
            .filter(|disclosure| asked(&disclosure.field))
            .filter(|disclosure| whose || !fields::says_no_name(disclosure))
            .map(|disclosure| disclosure.encode())
            .filter(|encoded| digests.binary_search(&digest(encoded)).is_ok())
            .collect();
        let checkpoint = Note::read(&note).map_err(|_| corrupt("its checkpoint is none"))?;
        let path = self.log_inclusion(Log::Public, index, signed_size).await?;
        let proof = InclusionProof { index, path, checkpoint }.to_string();
        Ok(Provable::Now(Box::new(Bundle { leaf, disclosures, proof })))
    }

    /// All that a revision says, for those who need to know it; others may not ask.
    async fn everything_of(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        revision: i32,
    ) -> Result<Stored, StoreError> {
        let shown = self.revision(audience, kind, named, revision).await?;
        if shown.records.access == Tier::Confidential {
            Ok(shown.records.facts)
        } else {
            Err(StoreError::NotFound)
        }
    }
}
