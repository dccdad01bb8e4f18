//! What goes over the wire, chosen member by member.

mod case;
mod common;
mod election;
mod incident;
mod input;
mod intake;
mod merge;
mod organization;
mod person;
mod review;
mod statement;

pub(crate) use case::Case;
pub(crate) use common::*;
pub(crate) use election::Election;
pub(crate) use incident::Incident;
pub(crate) use input::*;
pub(crate) use intake::*;
pub(crate) use merge::*;
pub(crate) use organization::Organization;
pub(crate) use person::Person;
pub(crate) use review::*;
pub(crate) use statement::Statement;
