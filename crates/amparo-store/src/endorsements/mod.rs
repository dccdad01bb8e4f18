//! Who is asked to endorse a statement, and what they say. An answer is of the very words that were shown, and changes
//! nothing of the statement: whoever publishes it next takes in who stands behind these words by then.
//!
//! Whoever has the code of a request needs no account, so nothing of an answer tells them what they do not know: names in
//! what they suggest are replaced and not refused.

mod said;
mod types;
mod writing;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use amparo_domain::access::{AccessDenied, Actor, Audience, Editor, Role};
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::statement::StatementFacts;
use amparo_domain::tier::Tier;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::{Endorsing, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use sha2::{Digest as _, Sha256};

use crate::Store;
use crate::audit::Action;
use crate::bulk::padded;
use crate::entity::{approval, endorsement, record, revision, version};
use crate::error::StoreError;
use crate::records::{self, Record, Shown, View, read_facts, restrict_names};
use crate::retries::{IdempotencyKey, Remembered, SEVERAL};
use crate::review::Approvals;
use crate::sessions::Origin;

pub use types::{
    Answered, AskedToEndorse, Endorsement, MadeEndorsement, NamedOrganization, NewAnswer,
    NewEndorsement,
};

use said::{Said, said};

/// How long a code holds.
const DAYS: i64 = 30;
/// So many requests there are of a statement at most.
pub const REQUESTS_MAX: u64 = 500;

/// A number, a slug, a name, an acronym.
type NamedRow = (i64, Option<String>, Option<String>, Option<String>);

/// Those who answer for their network.
const ANSWERERS: [Role; 3] = [Role::Advocate, Role::Verifier, Role::NetworkAdmin];

impl Store {
    /// Asks an organization to endorse a statement as it is now. Its earlier open request for the same statement no longer
    /// holds. The same seed gives the same code; with a key it is asked once.
    pub async fn ask_endorsement(
        &self,
        editor: Editor<'_>,
        statement: Number,
        new: NewEndorsement,
        key: Option<IdempotencyKey>,
        seed: Option<[u8; 32]>,
    ) -> Result<MadeEndorsement, StoreError> {
        let seed = seed.unwrap_or_else(|| self.chance.bytes());
        let code = format!("end_{}", URL_SAFE_NO_PAD.encode(seed));
        let (id, code_hash) = (self.draw_id(), hash(&code));
        let id = self
            .write(editor.actor(), move |writing| {
                let (new, key, code_hash) = (new.clone(), key.clone(), code_hash.clone());
                Box::pin(async move {
                    writing.unseen = true;
                    if let Some(key) = &key
                        && let Some(Remembered::Several(Some(told))) = writing.seen(key).await?
                    {
                        return told.parse::<i64>().map_err(|_| StoreError::NotFound);
                    }
                    writing.ask_endorsement(id, statement, &new, code_hash).await?;
                    if let Some(key) = key {
                        writing.remember(key, SEVERAL, None, Some(id.to_string())).await?;
                    }
                    Ok(id)
                })
            })
            .await?;
        let row = endorsement::Entity::find_by_id(id).one(self.connections.reader()).await?;
        let audience = editor.actor().audience();
        let row = row.ok_or(StoreError::NotFound)?;
        let found = self.told(&audience, vec![row]).await?.pop();
        Ok(MadeEndorsement { request: found.ok_or(StoreError::NotFound)?, code })
    }

    /// Who was asked to endorse a statement and what they said, the first asked first; for those who know how it came about.
    pub async fn endorsements(
        &self,
        audience: &Audience,
        named: &Named,
    ) -> Result<Vec<Endorsement>, StoreError> {
        let record = self.find_at_desk(audience, Kind::Statement, named).await?;
        let rows = endorsement::Entity::find()
            .filter(endorsement::Column::Statement.eq(record.number.as_i64()))
            .order_by_asc(endorsement::Column::AskedAt)
            .order_by_asc(endorsement::Column::Id)
            .all(self.connections.reader())
            .await?;
        self.told(audience, rows).await
    }

    /// Takes back a request that was not answered: its code no longer holds.
    pub async fn take_back_endorsement(
        &self,
        editor: Editor<'_>,
        statement: Number,
        id: i64,
    ) -> Result<(), StoreError> {
        self.write(editor.actor(), move |writing| {
            Box::pin(async move {
                writing.unseen = true;
                let row = writing.row(Kind::Statement, statement, None).await?;
                let request = endorsement::Entity::find_by_id(id)
                    .filter(endorsement::Column::Statement.eq(row.number))
                    .one(writing.tx)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                if request.answer.is_some() {
                    let issue = Issue::at("", "this was answered already, and what was said stays");
                    return Err(StoreError::Conflict(vec![issue]));
                }
                endorsement::Entity::delete_by_id(id).exec(writing.tx).await?;
                let reason = Some(format!("endorsement {id}"));
                writing.audit(&row, Action::TakeBackEndorsement, reason).await
            })
        })
        .await
    }

    /// The requests to the members of somebody's network, the latest first, after one of them.
    pub async fn endorsements_asked_of(
        &self,
        actor: &Actor,
        after: Option<(DateTime<Utc>, i64)>,
        limit: u64,
    ) -> Result<Vec<Endorsement>, StoreError> {
        answers_for_a_network(actor)?;
        let mut select = endorsement::Entity::find()
            .filter(endorsement::Column::Network.eq(actor.network.as_str()))
            .filter(endorsement::Column::Statement.in_subquery(published_or_waiting()))
            .order_by_desc(endorsement::Column::AskedAt)
            .order_by_desc(endorsement::Column::Id)
            .limit(limit);
        if let Some((at, id)) = after {
            let key = Expr::tuple([
                Expr::col(endorsement::Column::AskedAt),
                Expr::col(endorsement::Column::Id),
            ]);
            select = select.filter(key.lt(Expr::tuple([Expr::val(at), Expr::val(id)])));
        }
        let rows = select.all(self.connections.reader()).await?;
        // Which of them it is that is asked is told to those who are asked.
        self.told(&Audience::Instance, rows).await
    }

    /// What is asked of the network of somebody who may answer for it.
    pub async fn endorsement_asked_of(
        &self,
        actor: &Actor,
        id: i64,
    ) -> Result<AskedToEndorse, StoreError> {
        answers_for_a_network(actor)?;
        let row = endorsement::Entity::find_by_id(id)
            .filter(endorsement::Column::Network.eq(actor.network.as_str()))
            .one(self.connections.reader())
            .await?;
        self.asked(row.ok_or(StoreError::NotFound)?).await
    }

    /// What is asked of whoever has a code.
    pub async fn endorsement_by_code(
        &self,
        code: &str,
        from: Origin,
    ) -> Result<AskedToEndorse, StoreError> {
        let row = self.by_code(code, from).await?;
        self.asked(row).await.map_err(of_code)
    }

    /// What whoever has a code says. The same again changes nothing.
    pub async fn answer_by_code(
        &self,
        code: &str,
        from: Origin,
        answer: NewAnswer,
    ) -> Result<Endorsement, StoreError> {
        let request = self.by_code(code, from).await?;
        let id = request.id;
        // Whoever it was is nobody that the trail knows but by the request.
        let roles = amparo_domain::access::Roles::default();
        let nobody = Actor { id, roles, network: String::new(), fresh: false };
        let answered = self.answer_endorsement(&nobody, id, answer, None).await;
        answered.map_err(of_code)
    }

    /// What a member of a network says for it. The same again changes nothing.
    pub async fn answer_as_member(
        &self,
        actor: &Actor,
        id: i64,
        answer: NewAnswer,
    ) -> Result<Endorsement, StoreError> {
        answers_for_a_network(actor)?;
        self.answer_endorsement(actor, id, answer, Some(actor.network.clone())).await
    }

    async fn by_code(&self, code: &str, from: Origin) -> Result<endorsement::Model, StoreError> {
        let now = self.clock.now();
        let attempt = self.throttle.begin(None, from.0, now)?;
        let row = endorsement::Entity::find()
            .filter(endorsement::Column::CodeHash.eq(hash(code.trim())))
            .one(self.connections.reader())
            .await?;
        let row = row.filter(|row| row.expires_at > now).ok_or_else(not_held)?;
        self.throttle.not_tried(attempt);
        Ok(row)
    }

    async fn answer_endorsement(
        &self,
        actor: &Actor,
        id: i64,
        answer: NewAnswer,
        network: Option<String>,
    ) -> Result<Endorsement, StoreError> {
        self.write(actor, move |writing| {
            let (answer, network) = (answer.clone(), network.clone());
            Box::pin(async move {
                writing.unseen = true;
                writing.answer_endorsement(id, answer, network).await
            })
        })
        .await?;
        let row = endorsement::Entity::find_by_id(id).one(self.connections.reader()).await?;
        let told = self.told(&Audience::Instance, vec![row.ok_or(StoreError::NotFound)?]).await?;
        told.into_iter().next().ok_or(StoreError::NotFound)
    }

    /// A request with the words that it asks about, as the public would see them: names only where they are shown already, or
    /// where those have approved it whose word a name needs.
    async fn asked(&self, row: endorsement::Model) -> Result<AskedToEndorse, StoreError> {
        let statement = number(row.id, row.statement)?;
        let (revision, named) = (row.revision, Named::Number(statement));
        let instance = &Audience::Instance;
        let working = self.find_row(instance, Kind::Statement, &named, View::Working).await?;
        if matches!(working.state, State::Withdrawn | State::Declined | State::Merged) {
            return Err(StoreError::NotFound);
        }
        let request = self.told(instance, vec![row]).await?.pop();
        let request = request.ok_or(StoreError::NotFound)?;
        let reader = self.connections.reader();
        let found = revision::Entity::find()
            .filter(revision::Column::Number.eq(statement.as_i64()))
            .filter(revision::Column::Revision.eq(revision))
            .one(reader)
            .await?
            .ok_or(StoreError::NotFound)?;
        let facts = read_facts(found.number, Kind::Statement.singular(), &found.snapshot)?.1;
        let published = version::Entity::find()
            .filter(version::Column::Number.eq(statement.as_i64()))
            .filter(version::Column::Revision.eq(revision))
            .one(reader)
            .await?
            .map(|row| row.version);
        let Approvals { need, .. } = self.approvals(instance, Kind::Statement, &named).await?;
        let there = approval::Entity::find()
            .filter(approval::Column::Number.eq(statement.as_i64()))
            .filter(approval::Column::Revision.eq(revision))
            .count(reader)
            .await?;
        let mut record = Record {
            facts,
            revision,
            revision_id: found.id,
            version: published.unwrap_or(0),
            ..working.clone()
        };
        record.narrow(Tier::Public);
        if there < u64::from(need.count) || revision != working.revision {
            let shown = match working.version {
                0 => None,
                _ => Some(self.find_row(&Audience::Public, Kind::Statement, &named, View::Shown)),
            };
            let people = match shown {
                Some(shown) => shown.await?.facts.people().to_vec(),
                None => Vec::new(),
            };
            restrict_names(&mut record.facts, &people);
        }
        let mut records = [record];
        let labels = self.labels(&Audience::Public, &mut records).await?;
        let [records] = records;
        Ok(AskedToEndorse { request, shown: Shown { records, labels } })
    }

    /// Requests with what is known around them, in a bounded number of statements for each of their statements.
    async fn told(
        &self,
        audience: &Audience,
        rows: Vec<endorsement::Model>,
    ) -> Result<Vec<Endorsement>, StoreError> {
        let mut organizations: Vec<i64> = rows.iter().map(|row| row.organization).collect();
        organizations.sort_unstable();
        organizations.dedup();
        let organizations = self.named_organizations(audience, organizations).await?;
        let mut statements: HashMap<i64, Said> = HashMap::new();
        let mut told = Vec::with_capacity(rows.len());
        for row in rows {
            if let Entry::Vacant(new) = statements.entry(row.statement) {
                new.insert(said(self.connections.reader(), row.statement).await?);
            }
            let said = &statements[&row.statement];
            let organization = number(row.id, row.organization)?;
            let answer = match (answered(&row)?, row.answered_at) {
                (Some(answer), Some(at)) => Some(Answered {
                    answer,
                    at,
                    by: row.answered_by,
                    name: row.name,
                    role: row.role,
                    text: row.said,
                }),
                _ => None,
            };
            told.push(Endorsement {
                id: row.id,
                statement: number(row.id, row.statement)?,
                organization: organizations.get(&organization).cloned().unwrap_or(
                    NamedOrganization {
                        number: organization,
                        slug: None,
                        name: None,
                        acronym: None,
                    },
                ),
                network: row.network,
                revision: row.revision,
                version: said.versions.get(&row.wording).copied(),
                is_current: said.present.as_ref() == Some(&row.wording),
                is_endorser: said.endorsers.contains(&organization),
                asked_at: row.asked_at,
                asked_by: row.asked_by,
                expires_at: row.expires_at,
                answer,
            });
        }
        Ok(told)
    }

    /// Those of some organizations that a caller may see.
    pub(crate) async fn named_organizations(
        &self,
        audience: &Audience,
        numbers: Vec<i64>,
    ) -> Result<HashMap<Number, NamedOrganization>, StoreError> {
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<NamedRow> = record::Entity::find()
            .select_only()
            .columns([
                record::Column::Number,
                record::Column::Slug,
                record::Column::Label,
                record::Column::Acronym,
            ])
            .filter(record::Column::Number.is_in(padded(numbers)))
            .filter(records::visible_to(audience))
            .into_tuple()
            .all(self.connections.reader())
            .await?;
        let named = rows.into_iter().filter_map(|(number, slug, name, acronym)| {
            let number = Number::from_i64(number).ok()?;
            Some((number, NamedOrganization { number, slug, name, acronym }))
        });
        Ok(named.collect())
    }
}

/// The statements that somebody can still be asked about.
fn published_or_waiting() -> sea_orm::sea_query::SelectStatement {
    let gone = [State::Withdrawn, State::Declined, State::Merged].map(State::code);
    sea_orm::sea_query::Query::select()
        .column(record::Column::Number)
        .from(record::Entity)
        .and_where(Expr::col(record::Column::Kind).eq(Kind::Statement.singular()))
        .and_where(Expr::col(record::Column::State).is_not_in(gone))
        .to_owned()
}

/// Whether somebody may answer for their network.
fn answers_for_a_network(actor: &Actor) -> Result<(), AccessDenied> {
    if ANSWERERS.iter().any(|role| actor.roles.has(*role)) {
        return Ok(());
    }
    Err(AccessDenied::Needs(Role::Advocate.code()))
}

/// What somebody said, if they did.
pub(crate) fn answered(row: &endorsement::Model) -> Result<Option<Endorsing>, StoreError> {
    let answer = row.answer.as_deref().map(str::parse).transpose();
    let what = "the answer is unknown";
    answer.map_err(|_| StoreError::Corrupt { table: "endorsement", number: row.id, what })
}

/// A digest of what a statement says in words, by which it is told whether it still does.
pub(crate) fn digest(facts: &StatementFacts<Number>) -> String {
    let wording = facts.wording();
    let people: Vec<_> =
        wording.people.iter().map(|(token, person)| (token, person.as_i64())).collect();
    let said = serde_json::json!([wording.texts, people]).to_string();
    URL_SAFE_NO_PAD.encode(Sha256::digest(said))
}

/// What is told of a code: nothing of the statement that it was for.
fn of_code(error: StoreError) -> StoreError {
    match error {
        StoreError::NotFound | StoreError::Withdrawn(_) | StoreError::Merged { .. } => not_held(),
        error => error,
    }
}

fn not_held() -> StoreError {
    StoreError::issue(Issue::at("/code", "is no code that still holds"))
}

fn hash(code: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(code))
}

fn number(id: i64, number: i64) -> Result<Number, StoreError> {
    Number::from_i64(number).map_err(|_| StoreError::Corrupt {
        table: "endorsement",
        number: id,
        what: "the number is none",
    })
}
