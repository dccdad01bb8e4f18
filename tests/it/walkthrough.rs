//! `docs/walkthrough.md` is true: its shell blocks run against the real server and answer as it says.

use std::process::Command;

use amparo_api::Settings;
use amparo_domain::access::{Actor, Role};
use amparo_domain::clock::Clock;
use amparo_store::Store;

const WALKTHROUGH: &str = include_str!("../../docs/walkthrough.md");

/// The blocks of a kind, in order.
fn blocks(kind: &str) -> Vec<&'static str> {
    let open = format!("```{kind}\n");
    WALKTHROUGH.split(&open).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walkthrough_runs_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("walk.db").display());
    let store =
        Store::connect(&url, 2, Clock::system(), amparo_cli::system_chance()).await.unwrap();
    store.migrate().await.unwrap();
    amparo_cli::load_demonstration_register(&store, "default").await.unwrap();
    let operator = Actor::operator("default");
    let token = store.issue_token(&operator, "walk", Role::Admin, "default").await.unwrap();
    let state = amparo_cli::api_state(store, Settings::default()).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = amparo_cli::app(state);
    let service = axum::ServiceExt::<axum::extract::Request>::into_make_service(app);
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });

    let script = blocks("sh").join("\necho '== block =='\n");
    let at = folder.path().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", &script]).current_dir(at);
        shell.env("BASE", base).env("TOKEN", token.secret).output()
    });
    let output = output.await.unwrap().expect("bash and curl are there");
    serving.abort();
    let told = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}\n{error}");
    let told: Vec<&str> = told.split("== block ==\n").collect();
    let expected = blocks("text");
    assert_eq!(told.len(), expected.len());
    for (told, expected) in told.into_iter().zip(expected) {
        let mut rest = told;
        for line in expected.lines() {
            let at = rest.find(line).unwrap_or_else(|| panic!("{line} is not in\n{told}"));
            rest = &rest[at + line.len()..];
        }
    }
}
