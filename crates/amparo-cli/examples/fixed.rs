//! The limit that `make bench` measures Amparo against: a bare axum server with two fixed bodies.
//!
//! ```text
//! cargo run --release --example fixed -- PORT
//! ```
//!
//! `/small` answers 1.5 kB, the size of one incident, and `/large` 60 kB, that of a list of 50. Nothing is
//! computed, so no server on this runtime can answer faster.

use std::net::Ipv4Addr;

use anyhow::Context;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;

static SMALL: [u8; 1_500] = [b'1'; 1_500];
static LARGE: [u8; 60_000] = [b'1'; 60_000];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let port: u16 =
        std::env::args().nth(1).and_then(|port| port.parse().ok()).context("usage: fixed PORT")?;
    let app = Router::new()
        .route("/small", get(async || fixed(&SMALL)))
        .route("/large", get(async || fixed(&LARGE)));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

fn fixed(body: &'static [u8]) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body)
}
