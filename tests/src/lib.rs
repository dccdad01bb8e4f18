//! The harness of the black-box tests: the app exactly as served, over a throw-away database.
//!
//! A test is written once and runs on both databases ([`on_both!`]). It talks to the app as people
//! do, by HTTP and a role's token; time stands still and chance is seeded, so that it says the same
//! tomorrow.

mod app;
mod builders;
mod client;
mod database;
mod people;
pub mod postgres;
pub mod proofs;
mod served;

pub use app::{Backend, Limits, TestApp, approval};
pub use builders::{Draft, election, incident, organization};
pub use client::{Answer, Client};
pub use people::Person;
pub use served::{Connection, Served};

/// Makes two tests of each function, one on SQLite and one on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {
        $($(#[$doc])* async fn $name($app: $crate::TestApp) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::TestApp::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(app) = $crate::TestApp::postgres().await {
                    super::$name(app).await;
                }
            })*
        }
    };
}
