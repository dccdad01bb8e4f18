//! What an incident, an organization, a person, a country and a statement *is*. No I/O.
//!
//! | room | what is in it |
//! |---|---|
//! | [`number`], [`kind`], [`mod@reference`] | identity: what a number is, what it stands for, how records name each other |
//! | [`partial_date`], [`period`], [`custody`], [`election`] | time: dates as sources give them, periods, what events add up to |
//! | [`country`], [`language`], [`vocabulary`] | the reference data |
//! | [`incident`], [`organization`], [`person`], [`case`], [`statement`], [`source`], [`facts`] | the records |
//! | [`text`], [`names`], [`fold`], [`suggest`] | text: people as tokens, names in it, folding, what was probably meant |
//! | [`access`], [`filter`], [`page`] | who asks, for what, and how much at a time |
//! | [`validation`], [`clock`] | what is wrong and where; time and chance |
//! | [`password`] | which passwords are taken |

pub mod access;
pub mod case;
pub mod clock;
pub mod country;
pub mod custody;
pub mod election;
pub mod facts;
pub mod filter;
pub mod fold;
pub mod incident;
pub mod kind;
pub mod language;
pub mod names;
pub mod number;
pub mod organization;
pub mod page;
pub mod partial_date;
pub mod password;
pub mod period;
pub mod person;
pub mod reference;
pub mod source;
pub mod statement;
pub mod suggest;
pub mod text;
pub mod validation;
pub mod vocabulary;
