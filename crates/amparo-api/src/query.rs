//! Query strings: every key must be known and every value must mean something, because a slip that
//! is ignored would answer another question than the one that was asked.

use std::str::FromStr;

use amparo_domain::access::Audience;
use amparo_domain::filter::{Choice, Named};
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::{Number, NumberError};
use amparo_domain::suggest;
use amparo_store::Store;
use axum::http::Uri;

use crate::problem::{ApiError, ProblemError};

/// The parameters of a request that were not read yet.
pub(crate) struct Query {
    pairs: Vec<Pair>,
    errors: Vec<ProblemError>,
    known: Vec<&'static str>,
}

struct Pair {
    key: String,
    negated: bool,
    value: String,
}

/// A value that a parameter does not take.
pub(crate) struct Refused {
    pub message: String,
    pub did_you_mean: Vec<String>,
}

impl Refused {
    pub(crate) fn because(message: impl Into<String>) -> Self {
        Self { message: message.into(), did_you_mean: Vec::new() }
    }

    pub(crate) fn suggesting(mut self, did_you_mean: Vec<String>) -> Self {
        self.did_you_mean = did_you_mean;
        self
    }
}

impl Query {
    pub(crate) fn of(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or("");
        let pairs = url::form_urlencoded::parse(query.as_bytes()).map(|(key, value)| {
            // `country!=AZE` arrives as the key `country!`.
            let (key, negated) = match key.strip_suffix('!') {
                Some(key) => (key.to_owned(), true),
                None => (key.into_owned(), false),
            };
            Pair { key, negated, value: value.into_owned() }
        });
        let pairs: Vec<Pair> = pairs.collect();
        // No text of ours holds one, and PostgreSQL refuses to be asked for it.
        let unreadable = pairs.iter().filter(|pair| pair.value.contains('\0'));
        let errors = unreadable
            .map(|pair| ProblemError::parameter(&pair.key, "holds a control character"))
            .collect();
        Self { pairs, errors, known: Vec::new() }
    }

    /// The one value of a parameter.
    pub(crate) fn one(&mut self, key: &'static str) -> Option<String> {
        let mut given = self.take(key);
        if given.len() > 1 {
            self.refuse(key, Refused::because("is given more than once"));
        }
        let pair = given.pop()?;
        if pair.negated {
            self.refuse(key, Refused::because("cannot be negated"));
        }
        Some(pair.value)
    }

    /// The one value of a parameter, read.
    pub(crate) fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, Refused>,
    ) -> Option<T> {
        let value = self.one(key)?;
        match read(&value) {
            Ok(read) => Some(read),
            Err(refused) => {
                self.refuse(key, refused);
                None
            }
        }
    }

    /// All values of a parameter: commas and repeats are OR, `key!=` is NOT.
    pub(crate) fn choice<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, Refused>,
    ) -> Choice<T> {
        self.choice_of_many(key, |value| read(value).map(|read| vec![read]))
    }

    /// The same for values that stand for several.
    pub(crate) fn choice_of_many<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<Vec<T>, Refused>,
    ) -> Choice<T> {
        let mut choice = Choice::default();
        for pair in self.take(key) {
            for value in pair.value.split(',').map(str::trim) {
                match read(value) {
                    Ok(read) if pair.negated => choice.none.extend(read),
                    Ok(read) => choice.any.extend(read),
                    Err(refused) => self.refuse(key, refused),
                }
            }
        }
        if choice.any.len() + choice.none.len() > 500 {
            self.refuse(key, Refused::because("more than 500 values"));
        }
        choice
    }

    /// Whether a parameter says true.
    pub(crate) fn flag(&mut self, key: &'static str) -> bool {
        self.read(key, |value| match value {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Refused::because("is true or false")),
        })
        .unwrap_or(false)
    }

    /// Refuses a parameter that similar addresses take, and says what to do instead.
    pub(crate) fn never(&mut self, key: &'static str, instead: &str) {
        let before = self.pairs.len();
        self.pairs.retain(|pair| pair.key != key);
        if self.pairs.len() < before {
            self.refuse(key, Refused::because(instead));
        }
    }

    /// Whether a parameter is given that was not read yet.
    pub(crate) fn gives(&self, key: &str) -> bool {
        self.pairs.iter().any(|pair| pair.key == key)
    }

    /// The language of labels.
    pub(crate) fn language(&mut self, accepted: Language) -> Language {
        self.read("lang", |value| {
            value.parse().map_err(|()| Refused::because("is one of ar, en, es, fr, pt, ru"))
        })
        .unwrap_or(accepted)
    }

    /// Notes something that is wrong with a parameter.
    pub(crate) fn refuse(&mut self, key: &'static str, refused: Refused) {
        let error = ProblemError::parameter(key, refused.message);
        self.errors.push(error.suggesting(refused.did_you_mean));
    }

    /// How much was wrong so far.
    pub(crate) fn problems(&self) -> usize {
        self.errors.len()
    }

    /// Whether everything was read and means something.
    pub(crate) fn finish(mut self) -> Result<(), ApiError> {
        for pair in &self.pairs {
            let near = suggest::nearest(&pair.key, self.known.iter().copied());
            let message = if near.is_empty() {
                let mut known = self.known.clone();
                known.sort_unstable();
                format!("there is no such parameter here; there are {}", known.join(", "))
            } else {
                "there is no such parameter here".to_owned()
            };
            self.errors.push(ProblemError::parameter(&pair.key, message).suggesting(near));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::Query(self.errors)) }
    }

    fn take(&mut self, key: &'static str) -> Vec<Pair> {
        self.known.push(key);
        let (taken, rest) = std::mem::take(&mut self.pairs).into_iter().partition(|p| p.key == key);
        self.pairs = rest;
        taken
    }
}

/// Who asks, and of what.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub store: &'a Store,
    pub audience: &'a Audience,
}

impl Asker<'_> {
    /// Records that a parameter names. One that is not there is a slip and refused; one that the
    /// caller cannot see is not there.
    pub(crate) async fn named(
        &self,
        query: &mut Query,
        key: &'static str,
        kind: Kind,
    ) -> Result<Choice<Number>, ApiError> {
        let asked = match kind {
            Kind::Organization | Kind::Election => query.choice(key, named),
            _ => query.choice(key, |value| number(value).map(Named::Number)),
        };
        let any = self.find(query, key, kind, &asked.any).await?;
        let none = self.find(query, key, kind, &asked.none).await?;
        Ok(Choice { any, none })
    }

    pub(crate) async fn find(
        &self,
        query: &mut Query,
        key: &'static str,
        kind: Kind,
        names: &[Named],
    ) -> Result<Vec<Number>, ApiError> {
        let found = self.store.named(self.audience, kind, names).await?;
        let mut numbers = Vec::with_capacity(found.len());
        for (name, number) in names.iter().zip(found) {
            match (number, name) {
                (Some(number), _) => numbers.push(number),
                (None, Named::Number(_)) => {
                    let message = format!("no {kind} that you can see has this number");
                    query.refuse(key, Refused::because(message));
                }
                (None, Named::Slug(slug)) => {
                    let near = self.store.near_slugs(self.audience, kind, slug).await?;
                    let message = format!("no {kind} that you can see has this slug");
                    query.refuse(key, Refused::because(message).suggesting(near));
                }
            }
        }
        Ok(numbers)
    }
}

/// Reads a term of a list.
pub(crate) fn term<T: FromStr<Err = amparo_domain::vocabulary::UnknownTerm>>(
    value: &str,
) -> Result<T, Refused> {
    value.parse().map_err(|unknown: amparo_domain::vocabulary::UnknownTerm| {
        let list = unknown.list;
        Refused::because(format!("is not known; see /api/v1/vocabulary/{list}"))
            .suggesting(unknown.did_you_mean)
    })
}

/// Reads a number or a slug.
pub(crate) fn named(value: &str) -> Result<Named, Refused> {
    match value.parse::<Number>() {
        Ok(number) => Ok(Named::Number(number)),
        Err(_) if is_slug(value) => Ok(Named::Slug(value.to_owned())),
        Err(error) => Err(Refused::because(error.to_string())),
    }
}

/// Reads a number.
fn number(value: &str) -> Result<Number, Refused> {
    value.parse().map_err(|error: NumberError| Refused::because(error.to_string()))
}

/// Whether a text can be a slug: its letters tell it from a number.
pub(crate) fn is_slug(text: &str) -> bool {
    text.len() <= 80
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
