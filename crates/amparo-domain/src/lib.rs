//! What an incident, an organization, a person, a country and a statement *is*. No I/O.
//!
//! | room | what is in it |
//! |---|---|
//! | [`number`], [`kind`], [`mod@reference`] | identity: what a number is, what it stands for, how records name each other |
//! | [`partial_date`], [`period`], [`custody`], [`election`] | time: dates as sources give them, periods, what events add up to |
//! | [`country`], [`language`], [`vocabulary`] | the reference data |
//! | [`incident`], [`organization`], [`person`], [`case`], [`statement`], [`source`], [`facts`] | the records |
//! | [`mod@response`] | what was asked for because of a record, what was answered, what came of it |
//! | [`review`], [`grade`] | what a record owes before it is published, and how far it is borne out |
//! | [`text`], [`marks`], [`names`], [`fold`], [`suggest`] | text: people as tokens, marks of citations, names in it, folding, what was probably meant |
//! | [`access`], [`tier`], [`consent`] | who asks, how far a fact may travel, what people agreed to |
//! | [`filter`], [`page`], [`intake`] | what is asked for, and how much at a time; what is asked without an account |
//! | [`checks`] | what is to be looked at in a statement before it is published |
//! | [`coverage`], [`sentence`] | where and when somebody looked; a count in words |
//! | [`counting`] | what incidents are counted by, and what is counted of them |
//! | [`since`] | what became of an incident between two versions |
//! | [`likeness`], [`merge`] | whether two incidents may be one; what one says when it is |
//! | [`validation`], [`clock`] | what is wrong and where; time and chance |
//! | [`password`] | which passwords are taken |

pub mod access;
pub mod case;
pub mod checks;
pub mod clock;
pub mod consent;
pub mod counting;
pub mod country;
pub mod coverage;
pub mod custody;
pub mod election;
pub mod facts;
pub mod filter;
pub mod fold;
pub mod grade;
pub mod incident;
pub mod intake;
pub mod kind;
pub mod known;
pub mod language;
pub mod likeness;
pub mod marks;
pub mod merge;
pub mod names;
pub mod number;
pub mod organization;
pub mod page;
pub mod partial_date;
pub mod password;
pub mod period;
pub mod person;
pub mod reference;
pub mod response;
pub mod review;
pub mod sentence;
pub mod since;
pub mod source;
pub mod statement;
pub mod suggest;
pub mod text;
pub mod tier;
pub mod validation;
pub mod vocabulary;
