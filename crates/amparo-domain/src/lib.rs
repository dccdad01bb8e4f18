//! What an incident, an organization, a person, a country and a statement *is*. No I/O.
pub mod country;
pub mod fold;
pub mod kind;
pub mod language;
pub mod suggest;
