//! Two ways to the same page: to fetch the records that a condition finds and sort them, or to walk all
//! in their order and ask of each. The first is quick where few are found, the second where many are.
//!
//! PostgreSQL knows how many it will find, but for words in a large register. SQLite does not, so it is counted, up
//! to a bound.

use std::sync::atomic::Ordering;

use amparo_domain::access::Audience;
use amparo_domain::filter::{Word, Words};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{ConnectionTrait as _, DbBackend};

use crate::Store;
use crate::card;
use crate::cards::Cards;
use crate::entity::{incident_term, name_word, record};
use crate::error::StoreError;
use crate::records::visible_to;
use crate::search::{self, Place};

/// Up to so many are fetched and sorted; of a large register one in fifty.
const FEW: u64 = 1_000;

/// From so many records on PostgreSQL is told whether a word is rare.
const LARGE: u64 = 200_000;

/// What a condition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A page, which ends after a few records.
    Page,
    /// A count, which does not.
    Count,
}

/// A condition on records in both ways.
pub(crate) struct Ways {
    /// The numbers of the records that fulfil it.
    pub found: SelectStatement,
    /// The same, asked of one record.
    pub asked: SimpleExpr,
    /// Whether the columns it asks are the record's own.
    own: bool,
    /// Whether PostgreSQL takes what it finds seldom for what it finds often: its statistics know the thousand
    /// commonest words, and of a million records it would walk all for a word that a hundred have.
    rare: bool,
}

impl Ways {
    /// What a select from another table finds, whose column holds the record's number.
    pub(crate) fn by(mut select: SelectStatement, number: SimpleExpr) -> Self {
        let mut one = select.clone();
        let of_this = Expr::col((record::Entity, record::Column::Number));
        one.expr(Expr::cust("1")).and_where(number.clone().eq(of_this));
        Self {
            found: select.expr(number).take(),
            asked: Expr::exists(one),
            own: false,
            rare: false,
        }
    }

    /// A condition on the records' own columns that an index serves.
    pub(crate) fn own(
        cards: Cards,
        condition: impl Fn(&dyn Fn(record::Column) -> SimpleExpr) -> SimpleExpr,
    ) -> Self {
        let other = Alias::new("found");
        let of_other = |column| Expr::col((Alias::new("found"), column));
        let mut found = Query::select();
        found.expr(of_other(record::Column::Number)).and_where(condition(&of_other));
        cards.select_from_as(&mut found, other);
        let asked = condition(&|column| Expr::col((record::Entity, column)));
        Self { found, asked, own: true, rare: false }
    }
}

impl Store {
    /// The records that fulfil a condition, in the quicker way.
    pub(crate) async fn among(
        &self,
        purpose: Purpose,
        ways: Ways,
    ) -> Result<SimpleExpr, StoreError> {
        let number = Expr::col((record::Entity, record::Column::Number));
        let few = match self.connections.backend() {
            DbBackend::Sqlite => purpose == Purpose::Count || self.are_few(&ways.found).await?,
            _ if ways.rare && self.taken.load(Ordering::Relaxed) > LARGE => {
                if self.are_few(&ways.found).await? {
                    let found = SimpleExpr::SubQuery(None, Box::new(ways.found.into()));
                    return Ok(Expr::cust_with_exprs("$1 = ANY(ARRAY($2))", [number, found]));
                }
                true
            }
            _ => !ways.own,
        };
        Ok(if few { number.in_subquery(ways.found) } else { ways.asked })
    }

    /// The records that have all of the words, in what they say or in the names they show.
    pub(crate) async fn among_words_and_names(
        &self,
        audience: &Audience,
        cards: Cards,
        purpose: Purpose,
        words: &Words,
    ) -> Result<Condition, StoreError> {
        let mut in_names = Vec::new();
        for word in &words.0 {
            if self.is_in_a_name(audience, cards, word).await? {
                in_names.push(word.clone());
            }
        }
        let rest = words.0.iter().filter(|word| !in_names.contains(word));
        let rest = Words(rest.cloned().collect());
        let mut all = Condition::all();
        if !rest.0.is_empty() {
            all = all.add(self.among_words(purpose, &rest, Place::Anywhere).await?);
        }
        let number = || Expr::col((record::Entity, record::Column::Number));
        for word in in_names {
            let backend = self.connections.backend();
            let showing = showing_name(backend, &word);
            let mut found = search::with_words(backend, &Words(vec![word]), Place::Anywhere);
            found.column(search::key(backend)).union(UnionType::All, showing);
            all = all.add(number().in_subquery(found));
        }
        Ok(all)
    }

    /// Selects of the numbers of incidents that everybody sees and that have all of the words: each incident
    /// is in all of them, in the column `n`. Other records may be among them.
    pub(crate) async fn selects_of_words(
        &self,
        words: &Words,
    ) -> Result<Vec<SelectStatement>, StoreError> {
        let backend = self.connections.backend();
        let key = || Expr::col((Alias::new("search"), search::key(backend)));
        let (mut in_names, mut rest) = (Vec::new(), Vec::new());
        for word in &words.0 {
            let named = self.is_in_a_name(&Audience::Public, Cards::Present, word).await?;
            if named { &mut in_names } else { &mut rest }.push(word.clone());
        }
        let mut selects = Vec::new();
        if !rest.is_empty() {
            let mut found = search::with_words(backend, &Words(rest), Place::Anywhere);
            selects.push(found.expr_as(key(), Alias::new("n")).take());
        }
        for word in in_names {
            let showing = showing_name(backend, &word);
            let mut found = search::with_words(backend, &Words(vec![word]), Place::Anywhere);
            found.expr_as(key(), Alias::new("n")).union(UnionType::All, showing);
            selects.push(found);
        }
        Ok(selects)
    }

    /// Whether a record that the caller sees shows a name with this word. A name that they do not see
    /// changes nothing, not even the way in which they are answered.
    async fn is_in_a_name(
        &self,
        audience: &Audience,
        cards: Cards,
        word: &Word,
    ) -> Result<bool, StoreError> {
        let mut select = showing_name(self.connections.backend(), word);
        let joined = JoinType::InnerJoin;
        select
            .join_as(
                joined,
                cards.table(),
                Alias::new("record"),
                Expr::col((record::Entity, record::Column::Number))
                    .equals((incident_term::Entity, incident_term::Column::Incident)),
            )
            .cond_where(visible_to(audience))
            .limit(1);
        Ok(self.connections.asker().query_one(&select).await?.is_some())
    }

    /// The records that have all of the words.
    pub(crate) async fn among_words(
        &self,
        purpose: Purpose,
        words: &Words,
        place: Place,
    ) -> Result<SimpleExpr, StoreError> {
        let backend = self.connections.backend();
        let key = search::key(backend);
        let select = search::with_words(backend, words, place);
        // The beginning of a word stands for many words, which is much to ask of each record.
        let any_prefix = words.0.iter().any(|word| word.prefix);
        let purpose = if any_prefix { Purpose::Count } else { purpose };
        let ways = Ways::by(select, Expr::col((Alias::new("search"), key)));
        self.among(purpose, Ways { rare: true, ..ways }).await
    }

    async fn are_few(&self, found: &SelectStatement) -> Result<bool, StoreError> {
        let few = std::cmp::max(FEW, self.taken.load(Ordering::Relaxed) / 50);
        let count = Query::select()
            .expr(Expr::cust("COUNT(*)"))
            .from_subquery(found.clone().limit(few + 1).take(), Alias::new("some"))
            .to_owned();
        let row = self.connections.asker().query_one(&count).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        Ok(u64::try_from(count).unwrap_or(0) <= few)
    }
}

/// Whether a word of a name is the one that is looked for.
pub(crate) fn fits(backend: DbBackend, word: &Word) -> SimpleExpr {
    let column = || Expr::col((name_word::Entity, name_word::Column::Word));
    match backend {
        _ if !word.prefix => column().eq(word.text.as_str()),
        // In the order of SQLite the last character there is stands after all that begin so; the order of
        // PostgreSQL is its operator's, and its index is made for patterns.
        DbBackend::Sqlite => {
            let end = format!("{}{}", word.text, char::MAX);
            column().gte(word.text.as_str()).and(column().lt(end))
        }
        _ => column().like(format!("{}%", word.text)),
    }
}

/// The records that show somebody by a name with this word.
fn showing_name(backend: DbBackend, word: &Word) -> SelectStatement {
    let term = |column| Expr::col((incident_term::Entity, column));
    let person = Expr::col((name_word::Entity, name_word::Column::Person)).cast_as("text");
    Query::select()
        .column((incident_term::Entity, incident_term::Column::Incident))
        .from(name_word::Entity)
        .inner_join(
            incident_term::Entity,
            term(incident_term::Column::List)
                .eq(card::NAMED)
                .and(term(incident_term::Column::Code).eq(person)),
        )
        .and_where(fits(backend, word))
        .to_owned()
}
