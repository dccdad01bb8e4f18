//! The command line: one binary for the server, imports, exports, tokens, accounts, the purge and the document.
//!
//! [`app`] is the router exactly as served, so that tests go through the production middleware.

mod account;
mod config;
mod export;
mod import;
mod openapi;
mod proofs;
mod purge;
mod serve;
mod token;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use amparo_api::AppState;
use amparo_domain::clock::{Chance, Clock};
use amparo_store::Store;
use anyhow::Context as _;
use clap::Parser as _;

pub use account::AskPassword;
pub use config::variables;
pub use config::{Account, Cli, Command, Common, Export, Import, OpenApi, Purge, Serve, Token};
pub use import::{
    Lines, Options as ImportOptions, Source as ImportSource, Summary, expand as import_sources,
    import,
};
pub use proofs::{Audit, Keys, Signer, Verify, Witness};
pub use serve::{app, load_demonstration_register};

/// Runs a command line and prints an error once.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    let arguments = match config::with_file(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return failed(&error),
    };
    let cli = Cli::parse_from(arguments);
    start_logging(&cli.common);
    log_panics_by_place();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Each keeps memory of its own for a while.
        .max_blocking_threads(16)
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

/// Runs one command.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    run_asking(cli, account::ask).await
}

/// Runs one command, which asks for a password in a way of its own.
pub async fn run_asking(cli: Cli, ask: AskPassword) -> anyhow::Result<ExitCode> {
    let Cli { common, command } = cli;
    match command {
        Command::Serve(serve) => serve::run(&common, &serve).await.map(|()| ExitCode::SUCCESS),
        Command::Migrate => migrate(&common).await.map(|()| ExitCode::SUCCESS),
        Command::Import(import) => import::run(&common, &import).await,
        Command::Export(export) => export::run(&common, &export).await.map(|()| ExitCode::SUCCESS),
        Command::Token(token) => token::run(&common, token).await.map(|()| ExitCode::SUCCESS),
        Command::Purge(purge) => purge::run(&common, &purge).await.map(|()| ExitCode::SUCCESS),
        Command::Account(account) => {
            account::run(&common, account, ask).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Keys(keys) => proofs::keys(keys).map(|()| ExitCode::SUCCESS),
        Command::Signer(options) => {
            tokio::task::spawn_blocking(move || proofs::signer(&options)).await?
        }
        Command::Witness(options) => proofs::witness(&options).await,
        Command::Audit(audit) => proofs::audit(&common, &audit).await,
        Command::Verify(options) => Ok(verify::run(&options)),
        Command::Openapi(options) => openapi::print(&options).map(|()| ExitCode::SUCCESS),
    }
}

async fn migrate(common: &Common) -> anyhow::Result<()> {
    let store = connect(common).await?;
    let migrated = store.migrate().await?;
    match migrated.applied {
        0 => eprintln!("The database is up to date."),
        applied => eprintln!("Applied {applied} migrations; the database is up to date."),
    }
    store.close().await?;
    Ok(())
}

/// Opens the store of a command line.
pub(crate) async fn connect(common: &Common) -> anyhow::Result<Store> {
    let url = &common.database_url;
    let readers = common
        .readers
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2));
    let readers = u32::try_from(readers).unwrap_or(u32::MAX);
    Store::connect(url, readers, Clock::system(), system_chance())
        .await
        .with_context(|| format!("the database {} cannot be opened", without_password(url)))
}

/// Opens the store and makes sure of its schema: SQLite is migrated, PostgreSQL must be already.
pub(crate) async fn connect_migrated(common: &Common) -> anyhow::Result<Store> {
    let store = connect(common).await?;
    if common.database_url.starts_with("sqlite") {
        store.migrate().await?;
    } else if !store.is_ready().await.unwrap_or(false) {
        anyhow::bail!("the schema of the database is not up to date: run `amparo migrate` first");
    }
    Ok(store)
}

/// What a command was to read is not there, or not such that this program can read it.
#[derive(Debug)]
pub(crate) struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// Opens the store of a command that has nothing to do where there is no register: none is made for it, and none is
/// migrated.
pub(crate) async fn connect_to_existing(common: &Common) -> anyhow::Result<Store> {
    let url = &common.database_url;
    if let Some(file) = amparo_store::sqlite_file(url)
        && !file.exists()
    {
        let file = file.display();
        return Err(Unreadable(format!(
            "there is no database at {file}: say where it is with --database-url, or make one with `amparo serve` or \
             `amparo import`"
        ))
        .into());
    }
    let store = connect(common).await.map_err(|error| Unreadable(format!("{error:#}")))?;
    if !store.is_ready().await.unwrap_or(false) {
        let outdated = "the schema of the database is not up to date: run `amparo migrate` first";
        return Err(Unreadable(outdated.to_owned()).into());
    }
    Ok(store)
}

/// Chance from the operating system.
pub fn system_chance() -> Chance {
    Chance::new(rand::random::<u64>)
}

/// The state of the API over a store.
pub async fn api_state(store: Store, settings: amparo_api::Settings) -> anyhow::Result<AppState> {
    let secret = store.instance_secret().await?;
    Ok(AppState::new(store, settings, &secret))
}

fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://…@{rest}"),
        _ => url.to_owned(),
    }
}

fn start_logging(common: &Common) {
    let filter = log_filter(&common.log);
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, in tests, keeps the first.
    let _ = match common.log_format {
        config::LogFormat::Text => logs.with_target(false).try_init(),
        config::LogFormat::Json => logs.json().try_init(),
    };
}

/// A panic is logged by its place alone: its words may be anything that the code had in its hands, such as
/// the text that a slice did not fit.
fn log_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
}

/// What the operator asks for, without what PostgreSQL and the migrations say of every start, such as
/// that something exists already; who asks for their targets gets it.
fn log_filter(asked: &str) -> tracing_subscriber::EnvFilter {
    use tracing_subscriber::EnvFilter;
    let quiet = "sea_orm_migration=warn,sqlx::postgres::notice=warn";
    let asked = EnvFilter::try_new(asked).map_or("info", |_| asked);
    EnvFilter::new(format!("{quiet},{asked}"))
}

/// Tells an error: 1 if something went wrong, 2 if there was nothing that could be read.
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("amparo: {error:#}");
    if error.is::<Unreadable>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// A shared value that closures of an import write to.
pub(crate) type Shared<T> = Arc<std::sync::Mutex<T>>;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<std::sync::Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What is logged of a start on PostgreSQL by what an operator asked for.
    fn logged(asked: &str) -> String {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(log_filter(asked))
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(target: "sqlx::postgres::notice", "relation exists already, skipping");
            tracing::warn!(target: "sqlx::postgres::notice", "a warning of the database");
            tracing::info!(target: "sea_orm_migration", "applying a migration");
            tracing::info!(target: "amparo_cli", "listening");
        });
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn says_nothing_of_what_exists_already_unless_asked() {
        for asked in ["info", "debug,hyper=warn", "what is this=?"] {
            let log = logged(asked);
            assert!(!log.contains("exists already") && !log.contains("applying"), "{asked}: {log}");
            assert!(log.contains("a warning") && log.contains("listening"), "{asked}: {log}");
        }
        assert!(logged("info,sqlx::postgres::notice=info").contains("exists already"));
        assert!(!logged("warn").contains("listening"));
    }
}
