//! Lists of records other than incidents.

use amparo_domain::access::Audience;
use amparo_domain::country::CountryCode;
use amparo_domain::filter::{Choice, Words};
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::page::{Cursor, Page, PageRequest, Sort, SortKey};
use amparo_domain::period::Period;
use amparo_domain::reference::Relation;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::{Record, Shown, View, beyond_public, literal, select_records, visible_to};
use crate::Store;
use crate::among::Purpose;
use crate::bulk::{KEYS_MAX, padded};
use crate::cards::Cards;
use crate::entity::record;
use crate::error::StoreError;
use crate::paging::{self, Span};

/// Which records of a kind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordFilter {
    /// All of the words; for people, of their names.
    pub words: Option<Words>,
    /// The country.
    pub country: Choice<CountryCode>,
    /// Where it is on its way; all that the caller may see if none is given.
    pub state: Choice<State>,
    /// When: the date of an election or a statement.
    pub period: Option<Period>,
    /// The network it is a member of, for organizations.
    pub member_of: Choice<Number>,
    /// Who issued or endorsed it, for statements.
    pub organization: Choice<Number>,
    /// The incident it cites, for statements.
    pub cites: Choice<Number>,
}

impl Store {
    /// A page of the records of a kind, the latest first.
    pub async fn list(
        &self,
        audience: &Audience,
        kind: Kind,
        filter: &RecordFilter,
        page: &PageRequest,
    ) -> Result<Shown<Page<Record>>, StoreError> {
        let condition = self.condition(audience, kind, filter).await?;
        let reader = self.connections.reader();
        let (mut records, next) = page_of(reader, audience, condition.clone(), page).await?;
        if kind == Kind::Person {
            // Whoever sees that there is a person may know who it is.
            self.unseal(&mut records).await?;
            self.note_confidential_reads(audience, &records, None).await?;
        } else {
            narrow(&mut records);
        }
        let total = if page.total { Some(self.count(condition).await?) } else { None };
        let labels = self.labels(audience, &mut records).await?;
        Ok(Shown { records: Page { items: records, next, total }, labels })
    }

    /// How many records fulfil a condition.
    pub(crate) async fn count(&self, condition: Condition) -> Result<u64, StoreError> {
        let row = self.connections.reader().query_one(&select_count(condition)).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Some records of a kind by their numbers, as far as the caller may see them, in no order.
    pub async fn some(
        &self,
        audience: &Audience,
        kind: Kind,
        numbers: &[Number],
    ) -> Result<Shown<Vec<Record>>, StoreError> {
        let column = |column| Expr::col((record::Entity, column));
        let mut records = Vec::with_capacity(numbers.len());
        for numbers in numbers.chunks(KEYS_MAX) {
            let mut select = select_records(audience, View::Shown);
            select
                .and_where(column(record::Column::Kind).eq(literal(kind.singular())))
                .and_where(column(record::Column::Number).is_in(padded(paging::ids(numbers))))
                .cond_where(visible_to(audience));
            for row in self.connections.reader().query_all(&select).await? {
                let mut record = super::read_record(&row)?;
                record.narrow(Tier::Network);
                records.push(record);
            }
        }
        let labels = self.labels(audience, &mut records).await?;
        Ok(Shown { records, labels })
    }

    /// Which records a filter finds.
    pub(crate) async fn condition(
        &self,
        audience: &Audience,
        kind: Kind,
        filter: &RecordFilter,
    ) -> Result<Condition, StoreError> {
        let column = |column| Expr::col((record::Entity, column));
        let mut all = Condition::all()
            .add(column(record::Column::Kind).eq(literal(kind.singular())))
            .add(visible_to(audience));
        let gone = [State::Withdrawn, State::Merged, State::Declined];
        if filter.state.is_empty() && audience.is_member() {
            all = all.add(column(record::Column::State).is_not_in(gone.map(State::code)));
        }
        if !filter.state.is_empty() {
            all = all.add(in_state(audience, &filter.state));
        }
        all =
            all.add(paging::chosen(record::Column::Country, &filter.country, CountryCode::alpha3));
        if let Some(words) = &filter.words {
            all = match kind {
                Kind::Person => all.add(paging::named_like(words)),
                _ => all.add(
                    self.among_words_and_names(audience, Cards::Present, Purpose::Count, words)
                        .await?,
                ),
            };
        }
        if let Some(period) = filter.period {
            all =
                all.add(paging::overlaps(self.connections.reader(), period, Span::Certain).await?);
        }
        let referring = |choice, relations: &[Relation]| paging::refers_to(choice, relations);
        all = all
            .add(referring(&filter.member_of, &[Relation::Membership]))
            .add(referring(&filter.organization, &[Relation::Issuer, Relation::Endorser]))
            .add(referring(&filter.cites, &[Relation::Cites]));
        Ok(all)
    }
}

/// A page of what fulfils a condition, the latest first.
async fn page_of(
    db: &impl ConnectionTrait,
    audience: &Audience,
    condition: Condition,
    page: &PageRequest,
) -> Result<(Vec<Record>, Option<Cursor>), StoreError> {
    let mut select = select_records(audience, View::Shown);
    select.cond_where(condition);
    let backend = db.get_database_backend();
    let statement = paging::statement(backend, select, Sort::OccurredDescending, page);
    let rows = db.query_all_raw(statement).await?;
    let next = paging::next(&rows, page.limit, cursor)?;
    let records = rows.iter().take(usize::from(page.limit)).map(super::read_record);
    Ok((records.collect::<Result<_, _>>()?, next))
}

/// The same of records that are no people, as lists show them: nothing confidential, whoever asks.
pub(crate) async fn page_of_others(
    db: &impl ConnectionTrait,
    audience: &Audience,
    condition: Condition,
    page: &PageRequest,
) -> Result<(Vec<Record>, Option<Cursor>), StoreError> {
    let (mut records, next) = page_of(db, audience, condition, page).await?;
    narrow(&mut records);
    Ok((records, next))
}

fn narrow(records: &mut [Record]) {
    for record in records {
        record.narrow(Tier::Network);
    }
}

/// The place after a row of such a list.
fn cursor(row: &QueryResult) -> Result<Cursor, DbErr> {
    Ok(Cursor {
        sort: Sort::OccurredDescending,
        key: SortKey::Day(row.try_get_by("sort_key")?),
        number: paging::number(row)?,
    })
}

/// The state of a record as the caller sees it: where it is on its way, for those who see that; to all
/// others what they see is published.
fn in_state(audience: &Audience, state: &Choice<State>) -> Condition {
    let published = (state.any.is_empty() || state.any.contains(&State::Published))
        && !state.none.contains(&State::Published);
    let of_public = || Condition::all().add_option((!published).then(|| Expr::cust("1 = 0")));
    let Some(beyond) = beyond_public(audience) else {
        return of_public();
    };
    let chosen = paging::chosen(record::Column::State, state, State::code);
    Condition::any()
        .add(Condition::all().add(beyond.clone()).add(chosen))
        .add(Condition::all().add(beyond.not()).add(of_public()))
}

/// A select of how many records fulfil a condition.
pub(crate) fn select_count(condition: Condition) -> SelectStatement {
    let mut count = Query::select();
    count.expr(Expr::cust("COUNT(*)")).from(record::Entity).cond_where(condition);
    count
}
