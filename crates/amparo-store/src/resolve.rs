//! References: from what a writer says to the numbers of records they can see.
//!
//! Look-ups are done for many records at once, and what was found is remembered for the rest of an
//! import. What a writer cannot see is treated as absent.

use std::collections::{HashMap, HashSet};

use amparo_domain::country::CountryCode;
use amparo_domain::facts::{Draft, Facts, Stored};
use amparo_domain::fold;
use amparo_domain::kind::Kind;
use amparo_domain::marks;
use amparo_domain::number::Number;
use amparo_domain::person::PersonFacts;
use amparo_domain::reference::{ExternalId, Reference, Relation};
use amparo_domain::suggest;
use amparo_domain::validation::Issue;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sea_orm::{
    ColumnTrait as _, EntityTrait, FromQueryResult, JoinType, QueryFilter as _, QuerySelect as _,
};

use sha2::{Digest as _, Sha256};

use crate::bulk::{KEYS_MAX, padded};
use crate::card::election_key;
use crate::entity::{external_id, name_key, person_name, record};
use crate::error::StoreError;
use crate::rows::Rows;
use crate::save::NewRecord;
use crate::writing::{Made, PossibleDuplicate, Writing};

/// What tells descriptions apart that are remembered by the million.
type Digest = [u8; 16];

/// What is known of the records a writer may refer to.
#[derive(Debug, Default)]
pub(crate) struct Known {
    numbers: HashMap<Number, Option<Kind>>,
    slugs: HashMap<(Kind, String), Option<Holder>>,
    external: HashMap<ExternalId, Option<(Number, Kind)>>,
    names: HashMap<(Kind, String), Vec<Candidate>>,
    /// What descriptions led to that fit several records or none, by a digest of what each says.
    made: HashMap<Digest, Number>,
    /// What the record that is written refers to already.
    linked: HashSet<(Number, Kind)>,
    /// The id of the next revision that this write makes, on SQLite.
    pub(crate) next_revision: Option<i64>,
    /// What this write made public already by naming it.
    pub(crate) made_public: HashSet<Number>,
    /// Incidents of an import that wait to be written.
    pub(crate) waiting: Rows,
}

/// The record that a slug stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Holder {
    number: Number,
    /// Whether it is of the writer's network, so that it is the one an import means.
    own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    number: Number,
    country: Option<String>,
    /// Whether it is public: of several that fit, the one that is.
    public: bool,
}

/// The references of one record, resolved.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// In the order of the record's references; `None` where an issue says why.
    pub numbers: Vec<Option<Number>>,
    /// What could not be resolved.
    pub issues: Vec<Issue>,
    /// Records that were made on the way and may be there already.
    pub possible_duplicates: Vec<PossibleDuplicate>,
    /// The records that were made on the way.
    pub made: Vec<Made>,
}

/// What was made for the records that are being resolved.
#[derive(Default)]
struct MadeHere {
    numbers: HashSet<Number>,
    /// Those whom nothing tells from others, like a person called by a single word: each description is somebody
    /// of their own, known by its place.
    alone: HashMap<usize, Number>,
}

#[derive(FromQueryResult)]
struct Row {
    number: i64,
    kind: String,
    country: Option<String>,
    public: i32,
    system: Option<String>,
    id: Option<String>,
    key: Option<String>,
}

impl Known {
    /// Notes a record that is about to be written, so that others of its import can refer to it.
    pub(crate) fn announce(&mut self, number: Number, draft: &Draft) {
        let kind = draft.kind();
        self.numbers.insert(number, Some(kind));
        if let Some(slug) = draft.slug() {
            self.slugs.insert((kind, slug.to_owned()), Some(Holder { number, own: true }));
        }
        for id in draft.external_ids() {
            self.external.insert(id.clone(), Some((number, kind)));
        }
        let country = country_of(draft).map(|country| country.to_string());
        for key in keys_of(draft) {
            let candidate = Candidate { number, country: country.clone(), public: false };
            let candidates = self.names.entry((kind, key)).or_default();
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
    }

    /// Whether more than this is remembered of one kind.
    pub(crate) fn is_more_than(&self, most: usize) -> bool {
        let counts = [self.numbers.len(), self.slugs.len(), self.external.len(), self.names.len()];
        counts.iter().any(|count| *count > most)
    }

    /// Forgets what the database can be asked for again, once everything is written that was announced.
    pub(crate) fn forget(&mut self) {
        self.numbers = HashMap::new();
        self.slugs = HashMap::new();
        self.external = HashMap::new();
        self.names = HashMap::new();
    }

    /// Whether a number belongs to a record that is there or about to be written.
    pub(crate) fn is_promised(&self, number: Number) -> bool {
        self.numbers.get(&number).is_some_and(Option::is_some)
    }

    /// Whether the writer can see an incident, as far as it was looked up.
    pub(crate) fn sees(&self, number: Number) -> bool {
        self.numbers.get(&number).is_some_and(Option::is_some)
    }

    /// Notes what the record that is written refers to already.
    pub(crate) fn link(&mut self, before: &Stored) {
        let links = before.references().into_iter();
        self.linked = links.map(|(relation, _, number)| (*number, relation.target())).collect();
    }

    /// The record of the writer's network that has one of these ids or this slug already.
    pub(crate) fn present(&self, draft: &Draft) -> Option<Number> {
        let own = self.holder(draft).filter(|holder| holder.own);
        self.with_id(draft).or_else(|| own.map(|holder| holder.number))
    }

    fn with_id(&self, draft: &Draft) -> Option<Number> {
        let by_id = draft.external_ids().iter();
        by_id
            .filter_map(|id| self.external.get(id)?.filter(|(_, kind)| *kind == draft.kind()))
            .map(|(number, _)| number)
            .next()
    }

    fn holder(&self, draft: &Draft) -> Option<Holder> {
        let slug = draft.slug()?.to_owned();
        self.slugs.get(&(draft.kind(), slug)).copied().flatten()
    }
}

impl Writing<'_> {
    /// Resolves the references of many records, which were looked up, making those that are described
    /// and not there.
    pub(crate) fn resolve<'s>(
        &'s mut self,
        drafts: &'s [&'s Draft],
    ) -> BoxFuture<'s, Result<Vec<Resolved>, StoreError>> {
        async move {
            let made = self.make_described(drafts).await?;
            Ok(drafts.iter().map(|draft| self.resolve_one(draft, &made)).collect())
        }
        .boxed()
    }

    /// Looks up, in a few statements, everything that the records refer to or are known by.
    pub(crate) async fn look_up(&mut self, drafts: &[&Draft]) -> Result<(), StoreError> {
        let mut numbers = HashSet::new();
        let mut slugs = HashSet::new();
        let mut external = HashSet::new();
        let mut names = HashSet::new();
        let mut own = |draft: &Draft| {
            slugs.extend(draft.slug().map(|slug| (draft.kind(), slug.to_owned())));
            external.extend(draft.external_ids().iter().cloned());
        };
        for draft in drafts {
            own(draft);
        }
        for draft in drafts {
            names.extend(keys_of(draft).into_iter().map(|key| (draft.kind(), key)));
        }
        for (relation, _, reference) in drafts.iter().flat_map(|draft| draft.references()) {
            match reference {
                Reference::Number(number) => {
                    numbers.insert(*number);
                }
                Reference::Slug(slug) => {
                    slugs.insert((relation.target(), slug.clone()));
                }
                Reference::External(id) => {
                    external.insert(id.clone());
                }
                Reference::Described(draft) => {
                    slugs.extend(draft.slug().map(|slug| (draft.kind(), slug.to_owned())));
                    external.extend(draft.external_ids().iter().cloned());
                    names.extend(keys_of(draft).into_iter().map(|key| (draft.kind(), key)));
                }
            }
        }
        numbers.retain(|number| !self.known.numbers.contains_key(number));
        slugs.retain(|slug| !self.known.slugs.contains_key(slug));
        external.retain(|id| !self.known.external.contains_key(id));
        names.retain(|name| !self.known.names.contains_key(name));
        self.look_up_numbers(numbers.into_iter().collect()).await?;
        self.look_up_slugs(slugs.into_iter().collect()).await?;
        self.look_up_external(external.into_iter().collect()).await?;
        let (people, others): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|(kind, _)| *kind == Kind::Person);
        self.look_up_names(others).await?;
        self.look_up_people(people).await
    }

    fn visible(&self) -> sea_orm::Condition {
        crate::records::visible_to(&self.audience)
    }

    async fn look_up_numbers(&mut self, numbers: Vec<Number>) -> Result<(), StoreError> {
        for some in numbers.chunks(KEYS_MAX) {
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let rows: Vec<(i64, String)> = record::Entity::find()
                .select_only()
                .columns([record::Column::Number, record::Column::Kind])
                .filter(record::Column::Number.is_in(ids))
                .filter(self.visible())
                .into_tuple()
                .all(self.tx)
                .await?;
            self.known.numbers.extend(some.iter().map(|number| (*number, None)));
            for (number, kind) in rows {
                if let Ok(number) = Number::from_i64(number) {
                    self.known.numbers.insert(number, kind.parse().ok());
                }
            }
        }
        Ok(())
    }

    async fn look_up_slugs(&mut self, slugs: Vec<(Kind, String)>) -> Result<(), StoreError> {
        for some in slugs.chunks(KEYS_MAX) {
            let texts = padded(some.iter().map(|(_, slug)| slug.clone()).collect());
            let mut rows: Vec<(i64, String, Option<String>, String, i32)> = record::Entity::find()
                .select_only()
                .columns([record::Column::Number, record::Column::Kind, record::Column::Slug])
                .columns([record::Column::Network, record::Column::Public])
                .filter(record::Column::Kind.is_in(["organization", "election"]))
                .filter(record::Column::Slug.is_in(texts))
                .filter(self.visible())
                .into_tuple()
                .all(self.tx)
                .await?;
            self.known.slugs.extend(some.iter().map(|slug| (slug.clone(), None)));
            // Of several the last counts: the writer's own network's, else the one that is public.
            let own = |network: &str| network == self.actor.network;
            rows.sort_unstable_by_key(|(number, _, _, network, public)| {
                (own(network), *public, std::cmp::Reverse(*number))
            });
            for (number, kind, slug, network, _) in rows {
                if let (Ok(number), Ok(kind), Some(slug)) =
                    (Number::from_i64(number), kind.parse(), slug)
                {
                    let holder = Holder { number, own: own(&network) };
                    self.known.slugs.insert((kind, slug), Some(holder));
                }
            }
        }
        Ok(())
    }

    async fn look_up_external(&mut self, ids: Vec<ExternalId>) -> Result<(), StoreError> {
        for some in ids.chunks(KEYS_MAX) {
            let texts = padded(some.iter().map(|id| id.id.clone()).collect());
            let systems: HashSet<&String> = some.iter().map(|id| &id.system).collect();
            let rows: Vec<Row> = external_id::Entity::find()
                .select_only()
                .columns([external_id::Column::System, external_id::Column::Id])
                .column_as(record::Column::Number, "number")
                .column_as(record::Column::Kind, "kind")
                .column_as(record::Column::Country, "country")
                .column_as(record::Column::Public, "public")
                .join(
                    JoinType::InnerJoin,
                    joined::<external_id::Entity>(external_id::Column::Number),
                )
                .filter(external_id::Column::Network.eq(&self.actor.network))
                .filter(external_id::Column::System.is_in(systems))
                .filter(external_id::Column::Id.is_in(texts))
                .filter(self.visible())
                .into_model()
                .all(self.tx)
                .await?;
            self.known.external.extend(some.iter().map(|id| (id.clone(), None)));
            for row in rows {
                if let (Ok(number), Ok(kind), Some(system), Some(id)) =
                    (Number::from_i64(row.number), row.kind.parse(), row.system, row.id)
                {
                    self.known.external.insert(ExternalId { system, id }, Some((number, kind)));
                }
            }
        }
        Ok(())
    }

    async fn look_up_names(&mut self, names: Vec<(Kind, String)>) -> Result<(), StoreError> {
        for some in names.chunks(KEYS_MAX) {
            let keys = padded(some.iter().map(|(_, key)| key.clone()).collect());
            let rows: Vec<Row> = name_key::Entity::find()
                .select_only()
                .column(name_key::Column::Key)
                .column_as(record::Column::Number, "number")
                .column_as(record::Column::Kind, "kind")
                .column_as(record::Column::Country, "country")
                .column_as(record::Column::Public, "public")
                .join(JoinType::InnerJoin, joined::<name_key::Entity>(name_key::Column::Number))
                .filter(name_key::Column::Key.is_in(keys))
                .filter(self.visible())
                .into_model()
                .all(self.tx)
                .await?;
            self.remember_names(some, rows);
        }
        Ok(())
    }

    async fn look_up_people(&mut self, names: Vec<(Kind, String)>) -> Result<(), StoreError> {
        for some in names.chunks(KEYS_MAX) {
            let keys = padded(some.iter().map(|(_, key)| key.clone()).collect());
            let rows: Vec<Row> = person_name::Entity::find()
                .select_only()
                .column_as(person_name::Column::Folded, "key")
                .column_as(record::Column::Number, "number")
                .column_as(record::Column::Kind, "kind")
                .column_as(record::Column::Country, "country")
                .column_as(record::Column::Public, "public")
                .join(
                    JoinType::InnerJoin,
                    joined::<person_name::Entity>(person_name::Column::Person),
                )
                .filter(person_name::Column::Folded.is_in(keys))
                .filter(self.visible())
                .into_model()
                .all(self.tx)
                .await?;
            self.remember_names(some, rows);
        }
        Ok(())
    }

    fn remember_names(&mut self, asked: &[(Kind, String)], rows: Vec<Row>) {
        for name in asked {
            self.known.names.entry(name.clone()).or_default();
        }
        for row in rows {
            let (Ok(number), Ok(kind), Some(key)) =
                (Number::from_i64(row.number), row.kind.parse::<Kind>(), row.key)
            else {
                continue;
            };
            let candidate = Candidate { number, country: row.country, public: row.public == 1 };
            let candidates = self.known.names.entry((kind, key)).or_default();
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
    }

    /// Makes the records that are described and match none; returns those that were made.
    async fn make_described(&mut self, drafts: &[&Draft]) -> Result<MadeHere, StoreError> {
        let mut made = MadeHere::default();
        let references = drafts.iter().flat_map(|draft| draft.references());
        let references: Vec<_> = references.collect();
        let nameless: Vec<Draft> = references
            .iter()
            .filter(|(relation, ..)| self.importing && relation.target() == Kind::Person)
            .filter_map(|(_, _, reference)| match reference {
                Reference::External(id) => Some(without_name(id)),
                _ => None,
            })
            .collect();
        let described = references.iter().filter_map(|(_, _, reference)| match reference {
            Reference::Described(draft) => Some(&**draft),
            _ => None,
        });
        let mut waiting: Vec<&Draft> = described.chain(&nameless).collect();
        // Two that describe the same thing make one: the second matches the first.
        while !waiting.is_empty() {
            let mut announced = Vec::new();
            let mut later = Vec::new();
            let mut keys = HashSet::new();
            for draft in waiting {
                if self.matching(draft).is_some() {
                    continue;
                }
                let of_draft = identity(draft);
                if of_draft.iter().any(|key| keys.contains(key)) {
                    later.push(draft);
                } else {
                    keys.extend(of_draft);
                    announced.push(draft);
                }
            }
            let new = announced.iter().map(|draft| NewRecord::made_on_the_way((*draft).clone()));
            let saved = self.insert(new.collect()).await?;
            for (draft, saved) in announced.into_iter().zip(saved) {
                if let Ok(saved) = saved {
                    made.numbers.insert(saved.number);
                    match digest(draft) {
                        Some(digest) => self.known.made.insert(digest, saved.number),
                        None => made.alone.insert(place_of(draft), saved.number),
                    };
                }
            }
            waiting = later;
        }
        Ok(made)
    }

    /// The one record that a description fits.
    fn matching(&self, draft: &Draft) -> Option<Number> {
        let holder = || self.known.holder(draft).map(|holder| holder.number);
        if let Some(number) = self.known.with_id(draft).or_else(holder) {
            return Some(number);
        }
        let kind = draft.kind();
        let country = country_of(draft).map(|country| country.to_string());
        for keys in key_groups(draft) {
            let mut fitting: Vec<&Candidate> = keys
                .iter()
                .filter_map(|key| self.known.names.get(&(kind, key.clone())))
                .flatten()
                .filter(|candidate| match (&candidate.country, &country) {
                    (Some(one), Some(other)) => one == other,
                    _ => true,
                })
                .collect();
            fitting.sort_unstable_by_key(|candidate| candidate.number);
            fitting.dedup_by_key(|candidate| candidate.number);
            // Of several that fit: the one the record refers to already, else the one that is public.
            let linked =
                |candidate: &&Candidate| self.known.linked.contains(&(candidate.number, kind));
            if fitting.len() > 1 && fitting.iter().any(linked) {
                fitting.retain(linked);
            } else if fitting.len() > 1 && fitting.iter().any(|candidate| candidate.public) {
                fitting.retain(|candidate| candidate.public);
            }
            match fitting.as_slice() {
                [] => {}
                [candidate] => return Some(candidate.number),
                _ => break,
            }
        }
        digest(draft).and_then(|digest| self.known.made.get(&digest).copied())
    }

    fn resolve_one(&self, draft: &Draft, made: &MadeHere) -> Resolved {
        let mut resolved = Resolved::default();
        for (relation, nth, reference) in draft.references() {
            let kind = relation.target();
            let pointer = || relation.pointer(draft.kind(), nth);
            let found = match reference {
                Reference::Number(number) => {
                    let known = self.known.numbers.get(number).copied().flatten();
                    // What is linked already stays so, whether or not its writer may see it.
                    let linked = self.known.linked.contains(&(*number, kind));
                    (known == Some(kind) || linked).then_some(*number)
                }
                Reference::Slug(slug) => {
                    let holder = self.known.slugs.get(&(kind, slug.clone())).copied().flatten();
                    holder.map(|holder| holder.number)
                }
                Reference::External(id) => {
                    let known = self.known.external.get(id).copied().flatten();
                    known.filter(|(_, of)| *of == kind).map(|(number, _)| number)
                }
                Reference::Described(described) => {
                    let alone = || made.alone.get(&place_of(described)).copied();
                    self.matching(described).or_else(alone)
                }
            };
            if let (Some(number), Reference::Described(described)) = (found, reference)
                && made.numbers.contains(&number)
            {
                resolved.possible_duplicates.extend(self.alike(described, number, pointer()));
                resolved.made.push(Made { pointer: pointer(), kind, number });
            }
            if found.is_none() {
                let issue = unmarked(draft, relation, reference);
                resolved
                    .issues
                    .push(issue.unwrap_or_else(|| self.unresolved(kind, reference, pointer())));
            }
            resolved.numbers.push(found);
        }
        resolved
    }

    fn unresolved(&self, kind: Kind, reference: &Reference, pointer: String) -> Issue {
        match reference {
            Reference::Number(_) => {
                Issue::at(pointer, format!("no {kind} that you can see has this number"))
            }
            Reference::Slug(slug) => {
                let slugs = self.known.slugs.iter();
                let known = slugs.filter(|((of, _), number)| *of == kind && number.is_some());
                let near = suggest::nearest(slug, known.map(|((_, slug), _)| slug.as_str()));
                Issue::at(pointer, format!("no {kind} that you can see has this slug"))
                    .suggesting(near)
            }
            Reference::External(_) => {
                Issue::at(pointer, format!("no {kind} that you can see has this external id"))
            }
            Reference::Described(_) => {
                Issue::at(pointer, format!("the {kind} described here cannot be taken as it is"))
            }
        }
    }

    /// Others that a record made on the way may be the same as.
    pub(crate) fn alike(
        &self,
        draft: &Draft,
        made: Number,
        pointer: String,
    ) -> Vec<PossibleDuplicate> {
        let kind = draft.kind();
        let keys = keys_of(draft);
        let others = keys.iter().filter_map(|key| self.known.names.get(&(kind, key.clone())));
        let mut numbers: Vec<Number> = others.flatten().map(|candidate| candidate.number).collect();
        numbers.retain(|number| *number != made);
        numbers.sort_unstable();
        numbers.dedup();
        let reason = "has the same name or acronym";
        numbers
            .into_iter()
            .map(|number| PossibleDuplicate {
                pointer: pointer.clone(),
                number,
                reason: reason.to_owned(),
            })
            .collect()
    }
}

/// What is said of a mark in a statement's text that cites nothing the writer can see: the same whether it is
/// hidden or not there.
fn unmarked(draft: &Draft, relation: Relation, reference: &Reference) -> Option<Issue> {
    let (Facts::Statement(facts), Relation::Cites, Reference::Number(number)) =
        (draft, relation, reference)
    else {
        return None;
    };
    let message = format!(
        "{}: no incident that you can see has this number; correct the mark, or take it out",
        marks::written(*number, None)
    );
    facts.place_of_mark(*number).map(|place| Issue::at(place, message))
}

/// The join from a column that holds a number to the record of that number.
pub(crate) fn joined<E: EntityTrait>(from: E::Column) -> sea_orm::RelationDef {
    E::belongs_to(record::Entity).from(from).to(record::Column::Number).into()
}

/// A person whom an import knows by its own key and names nowhere.
fn without_name(id: &ExternalId) -> Draft {
    let mut facts = PersonFacts::named([]);
    facts.external_ids.push(id.clone());
    Facts::Person(facts)
}

fn country_of(draft: &Draft) -> Option<CountryCode> {
    match draft {
        Facts::Organization(facts) => facts.country,
        Facts::Election(facts) => Some(facts.country),
        _ => None,
    }
}

/// The keys a description is matched by, the surest group first.
fn key_groups(draft: &Draft) -> Vec<Vec<String>> {
    let groups = match draft {
        Facts::Organization(facts) => {
            let names =
                std::iter::once(&facts.name).chain(&facts.native_name).chain(&facts.aliases);
            let acronym = facts.acronym.iter();
            vec![
                names.map(|name| fold::key(name)).collect(),
                acronym.map(|a| fold::key(a)).collect(),
            ]
        }
        // A single word is too little to tell a person by.
        Facts::Person(facts) => {
            let names = facts.names.iter().map(|name| fold::key(&name.text));
            vec![names.filter(|key| key.contains(' ')).collect()]
        }
        Facts::Election(facts) => {
            vec![vec![election_key(&facts.country.to_string(), &facts.date)]]
        }
        Facts::Case(facts) => vec![vec![fold::key(&facts.title)]],
        Facts::Incident(_) | Facts::Statement(_) => Vec::new(),
    };
    let clean = |group: Vec<String>| group.into_iter().filter(|key| !key.is_empty()).collect();
    groups.into_iter().map(clean).collect()
}

fn keys_of(draft: &Draft) -> Vec<String> {
    key_groups(draft).into_iter().flatten().collect()
}

/// By what a description is found again among what was made; none if nothing tells it from others.
fn digest(draft: &Draft) -> Option<Digest> {
    let identity = identity(draft);
    if identity.is_empty() {
        return None;
    }
    let digest = Sha256::digest(identity.join("\n"));
    let mut first = Digest::default();
    first.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    Some(first)
}

/// Where a description stands, as long as the records that are being resolved do.
fn place_of(draft: &Draft) -> usize {
    std::ptr::from_ref(draft).addr()
}

/// What two descriptions of one thing have in common.
fn identity(draft: &Draft) -> Vec<String> {
    let kind = draft.kind();
    let ids = draft.external_ids().iter();
    let mut identity: Vec<String> =
        ids.map(|id| format!("{kind} id {} {}", id.system, id.id)).collect();
    identity.extend(draft.slug().map(|slug| format!("{kind} slug {slug}")));
    identity.extend(keys_of(draft).into_iter().map(|key| format!("{kind} name {key}")));
    identity
}
