//! The command line: every option has its variable, and each command does what it says.

use std::collections::BTreeSet;
use std::path::Path;

use amparo_cli::Cli;
use clap::{CommandFactory as _, Parser as _};

const EXAMPLE: &str = include_str!("../../deploy/amparo.env.example");

/// Runs a command line over a database in a folder.
async fn run(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let url = format!("sqlite://{}?mode=rwc", folder.join("amparo.db").display());
    let start = ["amparo", "--database-url", &url];
    let cli = Cli::try_parse_from(start.iter().chain(arguments)).map_err(|e| e.to_string())?;
    let code = amparo_cli::run(cli).await.map_err(|error| format!("{error:#}"))?;
    Ok(format!("{code:?}"))
}

fn succeeded(outcome: &Result<String, String>) -> bool {
    outcome.as_ref().is_ok_and(|code| *code == format!("{:?}", std::process::ExitCode::SUCCESS))
}

/// The variables of the example that a reader may set, commented out or not.
fn in_the_example() -> BTreeSet<String> {
    let lines = EXAMPLE.lines().map(|line| line.trim_start_matches('#').trim());
    let names = lines.filter_map(|line| line.split_once('=').map(|(name, _)| name));
    names
        .filter(|name| name.starts_with("AMPARO_") && !name.contains(' '))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_example_of_the_environment_names_every_variable_of_the_server() {
    let known: BTreeSet<String> = amparo_cli::variables().into_iter().collect();
    let named = in_the_example();
    let strange: Vec<_> = named.difference(&known).collect();
    assert!(strange.is_empty(), "the example names what is not there: {strange:?}");
    // What only one call of another command takes does not belong into a server's environment.
    let of_commands: BTreeSet<String> = [
        "CHECKPOINTS",
        "DAYS",
        "DEMO",
        "DISPLAY_NAME",
        "DRY_RUN",
        "FORMAT",
        "FOR_WITNESS",
        "KEY",
        "KEY_FILE",
        "LOG_COPY",
        "LOG_KEY",
        "MAPPING",
        "NAME",
        "OUTPUT",
        "QUERY",
        "QUORUM",
        "ROLE",
        "SIGNER_STATE",
        "STATE",
        "SYSTEM",
        "TABLE",
        "WITNESS",
        "WITNESS_STATE",
        "YAML",
    ]
    .iter()
    .map(|name| format!("AMPARO_{name}"))
    .collect();
    let missing: Vec<_> =
        known.difference(&named).filter(|name| !of_commands.contains(*name)).collect();
    assert!(missing.is_empty(), "the example does not name {missing:?}");
}

#[test]
fn every_flag_has_a_variable_of_its_name() {
    fn check(command: &clap::Command) {
        for argument in command.get_arguments() {
            let Some(flag) = argument.get_long().filter(|flag| !["help", "version"].contains(flag))
            else {
                continue;
            };
            let variable = format!("AMPARO_{}", flag.replace('-', "_").to_uppercase());
            let has = argument.get_env().and_then(|name| name.to_str());
            assert_eq!(has, Some(variable.as_str()), "--{flag} of {}", command.get_name());
            assert!(argument.get_help().is_some(), "--{flag} is explained");
        }
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}

#[test]
fn every_command_explains_itself() {
    fn check(mut command: clap::Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        let help = command.render_long_help().to_string();
        assert!(help.contains("Usage:"), "{path}");
        assert!(command.get_about().is_some(), "{path} says what it does");
        for sub in command.get_subcommands().cloned().collect::<Vec<_>>() {
            check(sub, &path);
        }
    }
    Cli::command().debug_assert();
    check(Cli::command(), "");
    for arguments in [
        vec!["--help"],
        vec!["serve", "--help"],
        vec!["migrate", "--help"],
        vec!["import", "--help"],
        vec!["export", "--help"],
        vec!["token", "--help"],
        vec!["token", "issue", "--help"],
        vec!["token", "list", "--help"],
        vec!["token", "revoke", "--help"],
        vec!["account", "--help"],
        vec!["account", "create", "--help"],
        vec!["account", "list", "--help"],
        vec!["account", "suspend", "--help"],
        vec!["account", "reinstate", "--help"],
        vec!["account", "reset-second-factor", "--help"],
        vec!["account", "reset-password", "--help"],
        vec!["verify", "--help"],
        vec!["keys", "new", "--help"],
        vec!["keys", "show", "--help"],
        vec!["signer", "--help"],
        vec!["witness", "--help"],
        vec!["audit", "verify", "--help"],
        vec!["openapi", "--help"],
        vec!["--version"],
    ] {
        let all = std::iter::once("amparo").chain(arguments.iter().copied());
        let shown = Cli::try_parse_from(all).unwrap_err();
        assert_eq!(shown.exit_code(), 0, "{arguments:?}");
    }
}

#[test]
fn refuses_a_command_line_that_means_nothing() {
    for arguments in [
        vec!["srve"],
        vec!["import"],
        vec!["token", "issue", "--role", "admn", "--name", "x"],
        vec!["import", "x.json", "--state", "withdrawn"],
        vec!["serve", "--listen", "nowhere"],
        vec!["token", "revoke", "x"],
        vec!["export", "--format", "pdf"],
        vec!["export", "--table", "accounts"],
        vec!["token", "issue", "--role", "admin", "--name", "x", "--days", "0"],
        vec!["account", "create", "--name", "x"],
    ] {
        let all = std::iter::once("amparo").chain(arguments.iter().copied());
        let refused = Cli::try_parse_from(all).unwrap_err();
        assert_eq!(refused.exit_code(), 2, "{arguments:?}");
    }
    let wrong = Cli::try_parse_from(["amparo", "token", "issue", "--role", "admn", "--name", "x"]);
    assert!(wrong.unwrap_err().to_string().contains("did you mean admin?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn migrates_twice_imports_twice_and_keeps_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for _ in 0..2 {
        assert!(succeeded(&run(at, &["migrate"]).await));
    }
    let register = concat!(env!("CARGO_MANIFEST_DIR"), "/../register");
    for _ in 0..2 {
        let imported = run(at, &["import", register]).await;
        assert!(succeeded(&imported), "{imported:?}");
    }
    let broken = at.join("broken.json");
    std::fs::write(&broken, "[{").unwrap();
    let refused = run(at, &["import", broken.to_str().unwrap()]).await;
    assert!(refused.is_ok() && !succeeded(&refused), "it says so by its exit code: {refused:?}");
    assert!(run(at, &["import", "/nowhere/at/all.json"]).await.is_err());
    assert!(succeeded(
        &run(at, &["token", "issue", "--role", "verifier", "--name", "somebody"]).await
    ));
    assert!(succeeded(&run(at, &["token", "list"]).await));
    let unknown = run(at, &["token", "revoke", "7"]).await;
    assert!(unknown.unwrap_err().contains("amparo token list"));
    let url = format!("sqlite://{}?mode=rwc", at.join("amparo.db").display());
    let clock = amparo_domain::clock::Clock::system();
    let store =
        amparo_store::Store::connect(&url, 2, clock, amparo_cli::system_chance()).await.unwrap();
    let id = store.tokens().await.unwrap()[0].id.to_string();
    store.close().await.unwrap();
    assert!(succeeded(&run(at, &["token", "revoke", &id]).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_away_what_the_public_sees() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let register = concat!(env!("CARGO_MANIFEST_DIR"), "/../register");
    assert!(succeeded(&run(at, &["import", register]).await));
    let file = at.join("taken");
    let export = |more: &[&'static str]| {
        let mut arguments = vec!["export", "--base-url", "https://register.example.org"];
        arguments.extend(more);
        arguments.extend(["--output", file.to_str().unwrap()]);
        let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
        async move {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(at, &arguments).await
        }
    };
    let done = export(&["--query", "country=AZE&sort=occurred"]).await;
    assert!(succeeded(&done), "{done:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 9);
    assert!(rows[0][2].starts_with("https://register.example.org/r/"), "{:?}", rows[0]);
    for form in
        [["--table", "people", "--format", "parquet"], ["--table", "incidents", "--format", "xlsx"]]
    {
        assert!(succeeded(&export(&form).await));
        assert!(std::fs::metadata(&file).unwrap().len() > 1_000);
    }
    let before = std::fs::read(&file).unwrap();
    let slip = export(&["--query", "contry=AZE"]).await.unwrap_err();
    assert!(slip.contains("did you mean country?"), "{slip}");
    assert!(export(&["--table", "people", "--format", "geojson"]).await.is_err());
    assert_eq!(std::fs::read(&file).unwrap(), before, "what was there before stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn makes_accounts_and_helps_their_owners() {
    async fn account(
        folder: &Path,
        arguments: &[&str],
        ask: amparo_cli::AskPassword,
    ) -> Result<String, String> {
        let url = format!("sqlite://{}?mode=rwc", folder.join("amparo.db").display());
        let start = ["amparo", "--database-url", &url, "--network", "north", "account"];
        let cli = Cli::try_parse_from(start.iter().chain(arguments)).map_err(|e| e.to_string())?;
        let code = amparo_cli::run_asking(cli, ask).await.map_err(|error| format!("{error:#}"))?;
        Ok(format!("{code:?}"))
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let create = ["create", "--name", "rosa", "--role", "network_admin", "--role", "verifier"];
    let weak = account(at, &create, || Ok("password1234".to_owned())).await.unwrap_err();
    assert!(weak.starts_with("password: is one of those"), "{weak}");
    let lamp: amparo_cli::AskPassword = || Ok("a lamp under the seventh stair".to_owned());
    assert!(succeeded(&account(at, &create, lamp).await));
    let taken = account(at, &create, lamp).await.unwrap_err();
    assert_eq!(taken, "name: somebody has this login already");
    for arguments in [
        vec!["list"],
        vec!["suspend", "Rosa"],
        vec!["reinstate", "rosa"],
        vec!["reset-second-factor", "rosa"],
        vec!["reset-password", "rosa"],
    ] {
        let done = account(at, &arguments, lamp).await;
        assert!(succeeded(&done), "{arguments:?}: {done:?}");
    }
    let nobody = account(at, &["suspend", "carlos"], lamp).await.unwrap_err();
    assert!(nobody.contains("nobody signs in as carlos; see amparo account list"), "{nobody}");
    let url = format!("sqlite://{}?mode=rwc", at.join("amparo.db").display());
    let clock = amparo_domain::clock::Clock::system();
    let store =
        amparo_store::Store::connect(&url, 2, clock, amparo_cli::system_chance()).await.unwrap();
    let rosa = store.account_by_name("rosa").await.unwrap();
    assert_eq!(rosa.state, amparo_store::AccountState::Pending);
    assert_eq!(rosa.memberships[0].network, "north");
    assert_eq!(rosa.memberships[0].roles.to_string(), "verifier,network_admin");
    let issue = [
        "token",
        "issue",
        "--role",
        "network_admin",
        "--name",
        "x",
        "--days",
        "7",
        "--network",
        "south",
    ];
    assert!(succeeded(&run(at, &issue).await));
    let latest = store.tokens().await.unwrap().remove(0);
    assert_eq!(latest.expires_at, Some(latest.issued_at + chrono::TimeDelta::days(7)));
    store.close().await.unwrap();
}

/// An address with a password is not told when it does not open.
#[tokio::test(flavor = "multi_thread")]
async fn tells_no_password() {
    let url = "postgres://amparo:s3cret-word@127.0.0.1:1/nothing";
    let cli = Cli::try_parse_from(["amparo", "--database-url", url, "migrate"]).unwrap();
    let error = amparo_cli::run(cli).await.unwrap_err();
    let told = format!("{error:#}");
    assert!(told.contains("127.0.0.1:1/nothing") && !told.contains("s3cret"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_purge_needs_a_retention_of_a_day_at_least() {
    let folder = tempfile::tempdir().unwrap();
    assert!(succeeded(&run(folder.path(), &["migrate"]).await));
    let refused = run(folder.path(), &["purge"]).await;
    assert!(refused.is_err_and(|error| error.contains("--retention-days")));
    let none = run(folder.path(), &["purge", "--retention-days", "0"]).await;
    assert!(none.is_err(), "nobody removes everything by a slip");
    assert!(succeeded(&run(folder.path(), &["purge", "--retention-days", "30"]).await));
}

/// Names stand in it: nobody else on the machine reads the file, or what SQLite keeps beside it.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_of_a_register_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["migrate"]).await;
    assert!(succeeded(&ran), "{ran:?}");
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert!(!files.is_empty());
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", file.path().display());
    }
}

/// What reads a register makes none where there is none, and says so.
#[test]
fn a_command_that_reads_makes_no_register() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no.db");
    let url = format!("sqlite://{}?mode=rwc", missing.display());
    for arguments in [
        &["audit", "verify"][..],
        &["export", "--output", "-"],
        &["purge", "--retention-days", "30"],
        &["token", "list"],
        &["account", "list"],
    ] {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_amparo-served"))
            .env_clear()
            .args(["--database-url", &url])
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("there is no database at") && done.stdout.is_empty(), "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
    std::fs::write(&missing, "").unwrap();
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_amparo-served"))
        .env_clear()
        .args(["--database-url", &url, "audit", "verify"])
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.code() == Some(2) && said.contains("amparo migrate"), "{said}");
}
