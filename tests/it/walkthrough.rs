//! What documents tell users to type runs as it stands: the `sh` blocks of each as one script against
//! a real server, and each block answers with the lines that the document shows after it.
//!
//! An `expects` line fits a line of the output if its parts, between `…`, occur there in order. So
//! numbers and times may vary. Lines are looked for in the order in which they stand.

use std::path::Path;
use std::process::{Command, Stdio};

use amparo_api::Settings;
use amparo_domain::access::{Actor, Role};
use amparo_domain::clock::Clock;
use amparo_store::Store;
use axum::extract::Request;

/// The documents, and how many blocks of commands each has at least.
const DOCUMENTS: [(&str, &str, usize); 4] = [
    ("README.md", include_str!("../../README.md"), 4),
    ("docs/walkthrough.md", include_str!("../../docs/walkthrough.md"), 9),
    ("docs/api-design.md", include_str!("../../docs/api-design.md"), 3),
    ("docs/life.md", include_str!("../../docs/life.md"), 8),
];
/// The people who appear in them, by the variable that holds their token.
const PEOPLE: [(&str, Role, &str); 12] = [
    ("TOKEN", Role::Contributor, "default"),
    ("VERIFIER", Role::Verifier, "default"),
    ("SECOND", Role::Verifier, "default"),
    ("THIRD", Role::Verifier, "default"),
    ("AUTHOR", Role::Contributor, "default"),
    ("COLLEAGUE", Role::Contributor, "default"),
    ("MANAGER", Role::NetworkAdmin, "default"),
    ("ANALYST", Role::Analyst, "default"),
    ("ADVOCATE", Role::Advocate, "default"),
    ("ELSEWHERE", Role::Verifier, "elsewhere"),
    ("WRITER", Role::Contributor, "elsewhere"),
    ("ADMIN", Role::Admin, "default"),
];
/// Where documents say that the server is.
const ADDRESS: &str = "http://127.0.0.1:8080";
/// Stands before the output of each block.
const MARK: &str = "#### block";

/// A block of commands and the lines its output must have.
#[derive(Debug, Default)]
struct Block {
    commands: String,
    expects: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_documents_say_runs_as_it_stands() {
    for program in ["curl", "bash"] {
        let found = Command::new(program).arg("--version").output();
        assert!(
            found.is_ok(),
            "the documents need {program}: install it with `apt-get install {program}`"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("walk.db").display());
    let store =
        Store::connect(&url, 4, Clock::system(), amparo_cli::system_chance()).await.unwrap();
    store.migrate().await.unwrap();
    amparo_cli::load_demonstration_register(&store, "default").await.unwrap();
    let mut tokens = Vec::new();
    for (variable, role, network) in PEOPLE {
        let operator = Actor::operator(network);
        let token = store.issue_token(&operator, "walk-through", role, network).await.unwrap();
        tokens.push((variable, token.secret));
    }
    let state = amparo_cli::api_state(store, Settings::default()).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let service = axum::ServiceExt::<Request>::into_make_service(amparo_cli::app(state));
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let place = folder.path().join("empty");
    std::fs::create_dir(&place).unwrap();
    let ran = tokio::task::spawn_blocking(move || {
        for (name, document, least) in DOCUMENTS {
            let blocks = blocks(document);
            assert!(blocks.len() >= least, "{name} has only {} blocks", blocks.len());
            run(name, &blocks, &place, &base, &tokens);
        }
    });
    let ran = ran.await;
    server.abort();
    if let Err(failed) = ran {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// Runs the blocks of a document and compares what they print with what it says.
fn run(name: &str, blocks: &[Block], place: &Path, base: &str, tokens: &[(&str, String)]) {
    let output = Command::new("bash")
        .args(["-euc", &script(blocks).replace(ADDRESS, base)])
        .current_dir(place)
        .env("BASE", base)
        .envs(tokens.iter().map(|(variable, token)| (variable, token)))
        .env("NO_PROXY", "*")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{name} ends with {}:\n{printed}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let outputs: Vec<&str> = printed.split(&format!("{MARK}\n")).skip(1).collect();
    assert_eq!(outputs.len(), blocks.len());
    for (Block { commands, expects }, output) in blocks.iter().zip(outputs) {
        if let Err(missing) = fits(expects, output) {
            panic!(
                "{name}: after\n\n{commands}\nthere is no line like\n\n{missing}\n\nin\n\n{output}"
            );
        }
    }
}

#[test]
fn a_wrong_answer_is_noticed() {
    let output = "HTTP/1.1 201 Created\r\n{\"number\":\"4827-1930\",\"state\":\"draft\"}\n";
    let expects = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(fits(&expects(&["201", "{\"number\":\"…\",\"state\":\"draft\"}"]), output).is_ok());
    // Another value, parts in another order, lines in another order.
    assert!(fits(&expects(&["{\"number\":\"…\",\"state\":\"published\"}"]), output).is_err());
    assert!(fits(&expects(&["draft…number"]), output).is_err());
    assert!(fits(&expects(&["number", "201"]), output).is_err());
}

/// The `sh` blocks of a document, each with the `expects` block after it.
fn blocks(document: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fence: Option<&str> = None;
    for line in document.lines() {
        match (fence, line.strip_prefix("```")) {
            (None, Some(language)) => {
                if language == "sh" {
                    blocks.push(Block::default());
                }
                fence = Some(language);
            }
            (Some(_), Some(_)) => fence = None,
            (Some("sh"), None) => {
                let block = blocks.last_mut().unwrap();
                block.commands.push_str(line);
                block.commands.push('\n');
            }
            (Some("text expects"), None) => {
                let block = blocks.last_mut().expect("commands come before their output");
                block.expects.push(line.to_owned());
            }
            _ => {}
        }
    }
    for block in &blocks {
        assert!(!block.expects.is_empty(), "nothing is expected of\n{}", block.commands);
    }
    blocks
}

/// The blocks as one script, which says where the output of each begins.
fn script(blocks: &[Block]) -> String {
    let mark = format!("printf '\\n{MARK}\\n'\n");
    blocks.iter().flat_map(|block| [mark.as_str(), &block.commands]).collect()
}

/// Whether each line is in the output, in order; else the first that is not.
fn fits<'e>(expects: &'e [String], output: &str) -> Result<(), &'e str> {
    let mut lines = output.lines();
    expects.iter().try_for_each(|expected| {
        let found = lines.any(|line| {
            let mut rest = Some(line);
            for part in expected.split('…') {
                rest = rest.and_then(|rest| rest.split_once(part)).map(|(_, rest)| rest);
            }
            rest.is_some()
        });
        if found { Ok(()) } else { Err(expected.as_str()) }
    })
}
