//! The command line: each option is a flag, an `AMPARO_…` variable, a key of the file, and its help.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use amparo_domain::access::Role;
use amparo_domain::vocabulary::State;
use anyhow::Context as _;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::proofs::{Audit, Keys, Signer, Verify, Witness};

/// The public register of what is done to the people who observe elections.
///
/// Every option can also be given as a variable (--listen is `AMPARO_LISTEN`) or as a key of a TOML
/// file named by --config (listen = "0.0.0.0:8080"). A flag wins over a variable, a variable over
/// the file.
#[derive(Debug, Clone, Parser)]
#[command(name = "amparo", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    /// What every command takes.
    pub common: Common,
    #[command(subcommand)]
    /// What to do.
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The database: <sqlite://PATH?mode=rwc> or <postgres://USER:PASSWORD@HOST/NAME>
    #[arg(
        long,
        env = "AMPARO_DATABASE_URL",
        default_value = "sqlite://amparo.db?mode=rwc",
        hide_env_values = true,
        global = true
    )]
    pub database_url: String,

    /// How many connections read at once; twice the number of cores if not given
    #[arg(long, env = "AMPARO_READERS", global = true)]
    pub readers: Option<usize>,

    /// The network that imports and tokens belong to
    #[arg(long, env = "AMPARO_NETWORK", default_value = "default", global = true)]
    pub network: String,

    /// A TOML file with these options
    #[arg(long, env = "AMPARO_CONFIG", global = true)]
    pub config: Option<PathBuf>,

    /// What is logged: error, warn, info, debug, or a filter like `amparo_store=debug`
    #[arg(long, env = "AMPARO_LOG", default_value = "info", global = true)]
    pub log: String,

    /// How it is logged, on standard error
    #[arg(long, env = "AMPARO_LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve the register over HTTP
    Serve(Serve),
    /// Bring the schema of the database up to date
    Migrate,
    /// Import statements, incidents, organizations, elections, cases and people from files
    Import(Import),
    /// Take incidents away into a file, as the public sees them
    Export(Export),
    /// Issue, list and revoke tokens
    #[command(subcommand)]
    Token(Token),
    /// Remove drafts and declined records that were kept longer than their network's retention says
    Purge(Purge),
    /// Make, list and suspend accounts, and help who lost their second factor
    #[command(subcommand)]
    Account(Account),
    /// Check citations without a network: what they prove, what they withhold, whether a newer version is known
    Verify(Verify),
    /// Make keys for a log or a witness, and show their public half
    #[command(subcommand)]
    Keys(Keys),
    /// Sign the logs' checkpoints, in a process that has the keys and nothing else
    Signer(Signer),
    /// Watch other registers' logs: sign what they show, as long as it goes on from what they showed before
    Witness(Witness),
    /// Look whether the audit trail was touched
    #[command(subcommand)]
    Audit(Audit),
    /// Print the OpenAPI document
    Openapi(OpenApi),
}

/// Serve the register over HTTP.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The address to listen on
    #[arg(long, env = "AMPARO_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Serve the demonstration register from a throw-away database, and print addresses to try
    #[arg(long, env = "AMPARO_DEMO")]
    pub demo: bool,

    /// The instance's own title
    #[arg(long, env = "AMPARO_TITLE", default_value = "Observer Record")]
    pub title: String,

    /// The letters before its numbers where one is wanted
    #[arg(long, env = "AMPARO_NUMBER_PREFIX", default_value = "OBS")]
    pub number_prefix: String,

    /// The address under which it is reached, like <https://register.example.org>
    #[arg(long, env = "AMPARO_BASE_URL", default_value = "")]
    pub base_url: String,

    /// The longest a request may take, in seconds
    #[arg(long, env = "AMPARO_REQUEST_TIMEOUT", default_value_t = 15)]
    pub request_timeout: u64,

    /// The longest an export may take, in seconds: what a client that reads slowly has not by then
    /// breaks off
    #[arg(long, env = "AMPARO_EXPORT_TIMEOUT", default_value_t = 600)]
    pub export_timeout: u64,

    /// For how many days drafts are kept that nobody works on, of networks that say nothing of it;
    /// for ever if not given
    #[arg(long, env = "AMPARO_RETENTION_DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub retention_days: Option<u32>,

    /// The longest body a request may have, in bytes
    #[arg(long, env = "AMPARO_BODY_LIMIT", default_value_t = 1024 * 1024)]
    pub body_limit: usize,

    /// How many bytes of answers to public questions are kept, for those who ask the same again; none if 0
    #[arg(long, env = "AMPARO_KEPT_ANSWERS", default_value_t = 24 * 1024 * 1024)]
    pub kept_answers: u64,

    /// After how many days a detention is due to be confirmed again
    #[arg(long, env = "AMPARO_RECONFIRM_DAYS", default_value_t = 30,
          value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub reconfirm_days: u32,
    /// The header in which a proxy on this machine says where a request came from, like
    /// X-Forwarded-For; without one, sign-ins by a proxy are limited by account alone
    #[arg(long, env = "AMPARO_CLIENT_ADDRESS_HEADER")]
    pub client_address_header: Option<axum::http::HeaderName>,

    /// The socket of `amparo signer`, which signs the log of versions; without one versions are committed to
    /// and wait
    #[arg(long, env = "AMPARO_SIGNER_SOCKET")]
    pub signer_socket: Option<PathBuf>,

    /// The name of the log of versions, like register.example.org/log: that of its key, for ever
    #[arg(long, env = "AMPARO_LOG_ORIGIN")]
    pub log_origin: Option<String>,

    /// A witness of the log: its public key, a space, and a command that reads a request and prints the answer, like
    /// `curl -sS --data-binary @- https://witness.example/add-checkpoint`; may be given more than once, or a line each
    #[arg(long, env = "AMPARO_COSIGNER", value_delimiter = '\n')]
    pub cosigner: Vec<String>,

    /// Where the audit trail's checkpoints go, every 60 seconds or 100 rows: a file that is appended to, or | and a
    /// command that reads a line; best on another machine
    #[arg(long, env = "AMPARO_AUDIT_SINK")]
    pub audit_sink: Option<String>,

    /// The name of the audit trail's log; the signer signs it if it has a key of that name
    #[arg(long, env = "AMPARO_AUDIT_ORIGIN", default_value = "amparo/audit")]
    pub audit_origin: String,
}

/// Remove what was never published and nobody worked on for the days of the retention, wholly: every
/// revision, and the people whom nothing else names. `amparo serve` does the same once an hour.
#[derive(Debug, Clone, Args)]
pub struct Purge {
    /// The retention, in days, of networks that have none of their own
    #[arg(long, env = "AMPARO_RETENTION_DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub retention_days: Option<u32>,
}

/// Import files. What they are is told by their content: front-matter statements and organizations,
/// register files in JSON, Amparo's own CSV form, or any table with a mapping file.
///
/// Either everything is taken or nothing: rows that cannot be are all reported, each with its place
/// and what was probably meant. The same files again change nothing and say so.
#[derive(Debug, Clone, Args)]
pub struct Import {
    /// Files, or folders of files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,

    /// Only report what would happen
    #[arg(long, env = "AMPARO_DRY_RUN")]
    pub dry_run: bool,

    /// How the columns of a table map to members: a TOML file, see docs/import.md
    #[arg(long, env = "AMPARO_MAPPING")]
    pub mapping: Option<PathBuf>,

    /// The system that bare ids belong to
    #[arg(long, env = "AMPARO_SYSTEM")]
    pub system: Option<String>,

    /// The state records get: submitted or published [default: the record's own, else submitted]
    #[arg(long, env = "AMPARO_STATE", value_parser = read_state)]
    pub state: Option<State>,
}

fn read_state(text: &str) -> Result<State, String> {
    match text.parse() {
        Ok(state @ (State::Submitted | State::Published)) => Ok(state),
        _ => Err("records are imported as submitted or published".to_owned()),
    }
}

/// Take incidents away, a table beside them or another kind of record, as the public sees them: everything that a question
/// finds. docs/exports.md tells what is in the tables.
#[derive(Debug, Clone, Args)]
pub struct Export {
    /// The form: csv, jsonl, geojson, xlsx or parquet
    #[arg(long, env = "AMPARO_FORMAT", default_value = "csv",
          value_parser = ["csv", "jsonl", "geojson", "xlsx", "parquet"])]
    pub format: String,

    /// The table; those beside the incidents as csv, jsonl, xlsx and parquet, those of other kinds as csv and
    /// jsonl, of who is held as csv
    #[arg(long, env = "AMPARO_TABLE", default_value = "incidents",
          value_parser = ["incidents", "types", "events", "people", "organizations", "sources",
                          "relations", "statements", "elections", "detained", "all-organizations",
                          "all-elections", "all-cases", "all-statements"])]
    pub table: String,

    /// The question, like `country=AZE&period=2024`; everything if not given
    #[arg(long, env = "AMPARO_QUERY", default_value = "")]
    pub query: String,

    /// The file to write; standard output if not given
    #[arg(long, env = "AMPARO_OUTPUT", default_value = "-")]
    pub output: String,

    /// The address under which the register is reached, for the addresses in the rows
    #[arg(long, env = "AMPARO_BASE_URL", default_value = "")]
    pub base_url: String,
}

/// Tokens by which programs and people use the API.
#[derive(Debug, Clone, Subcommand)]
pub enum Token {
    /// Issue a token and print it, alone, on standard output; it is shown this once
    Issue {
        /// What it is trusted with: analyst, contributor, verifier, advocate, `network_admin` or admin
        #[arg(long, env = "AMPARO_ROLE", value_parser = read_role)]
        role: Role,
        /// Whose it is
        #[arg(long, env = "AMPARO_NAME")]
        name: String,
        /// After how many days it ends [default: never; give one where it can be issued again]
        #[arg(long, env = "AMPARO_DAYS", value_parser = clap::value_parser!(u16).range(1..=3650))]
        days: Option<u16>,
    },
    /// List tokens, without their secrets
    List,
    /// Revoke a token; it stops working at once
    Revoke {
        /// The id that `token list` shows
        id: i64,
    },
}

/// People who sign in. The first of a network is made here; others are invited by them.
#[derive(Debug, Clone, Subcommand)]
pub enum Account {
    /// Make an account, and print once what makes its codes and its recovery codes
    ///
    /// The password is asked for at the terminal, or read as a line from standard input.
    Create {
        /// What its owner signs in with
        #[arg(long, env = "AMPARO_NAME")]
        name: String,
        /// What they are trusted with in --network: analyst, contributor, verifier, advocate,
        /// `network_admin` or admin; may be given more than once
        #[arg(long, env = "AMPARO_ROLE", value_parser = read_role, required = true)]
        role: Vec<Role>,
        /// What others call them in the audit trail
        #[arg(long, env = "AMPARO_DISPLAY_NAME")]
        display_name: Option<String>,
    },
    /// List accounts
    List,
    /// Suspend an account: its sessions and tokens stop working at once
    Suspend {
        /// What its owner signs in with
        name: String,
    },
    /// Let a suspended account be used again
    Reinstate {
        /// What its owner signs in with
        name: String,
    },
    /// Give a new password to who lost theirs; it is asked for like that of a new account
    ResetPassword {
        /// What its owner signs in with
        name: String,
    },
    /// Give a new second factor to who lost theirs; print it once
    ResetSecondFactor {
        /// What its owner signs in with
        name: String,
    },
}

fn read_role(text: &str) -> Result<Role, String> {
    text.parse()
}

/// Print the OpenAPI document.
#[derive(Debug, Clone, Args)]
pub struct OpenApi {
    /// As YAML instead of JSON
    #[arg(long, env = "AMPARO_YAML")]
    pub yaml: bool,
}

/// The names of all `AMPARO_…` variables.
pub fn variables() -> Vec<String> {
    fn of(command: &clap::Command, names: &mut Vec<String>) {
        for argument in command.get_arguments() {
            names.extend(argument.get_env().and_then(|name| name.to_str()).map(str::to_owned));
        }
        command.get_subcommands().for_each(|command| of(command, names));
    }
    let mut names = Vec::new();
    of(&Cli::command(), &mut names);
    names.sort();
    names.dedup();
    names
}

/// Adds the options of the file that `--config` names: only those that neither a flag nor a
/// variable gives. Reads the file and nothing else.
pub(crate) fn with_file(mut arguments: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    let text = |argument: &OsString| argument.to_str().unwrap_or("").to_owned();
    let given: Vec<String> = arguments.iter().map(text).collect();
    let by_flag = given.iter().enumerate().find_map(|(i, argument)| {
        let value = argument.strip_prefix("--config=").map(str::to_owned);
        value.or_else(|| (argument == "--config").then(|| given.get(i + 1).cloned()).flatten())
    });
    let Some(path) = by_flag.or_else(|| std::env::var("AMPARO_CONFIG").ok()) else {
        return Ok(arguments);
    };
    let file = std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    let table: toml::Table =
        toml::from_str(&file).with_context(|| format!("{path} is not TOML"))?;
    let known = flags(&given);
    for (key, value) in table {
        let name = key.replace('_', "-");
        let variable = format!("AMPARO_{}", name.replace('-', "_").to_uppercase());
        if !variables().contains(&variable) {
            let names = variables();
            let near = amparo_domain::suggest::nearest(&variable, names.iter().map(String::as_str));
            let hint = near.first().map_or_else(String::new, |near| {
                let near = near.trim_start_matches("AMPARO_").to_lowercase();
                format!("; did you mean {near}?")
            });
            anyhow::bail!("{path}: there is no option {key}{hint}");
        }
        let flag = format!("--{name}");
        let there = given.iter().any(|a| *a == flag || a.starts_with(&format!("{flag}=")));
        if there || !known.contains(&name) || std::env::var_os(&variable).is_some() {
            continue;
        }
        match value {
            toml::Value::Boolean(false) => {}
            toml::Value::Boolean(true) => arguments.push(flag.into()),
            toml::Value::String(value) => arguments.push(format!("{flag}={value}").into()),
            toml::Value::Integer(value) => arguments.push(format!("{flag}={value}").into()),
            _ => anyhow::bail!("{path}: {key} is a text, a whole number, true or false"),
        }
    }
    Ok(arguments)
}

/// The flags of the command that is given; options of other commands in the file are for those.
fn flags(given: &[String]) -> Vec<String> {
    let command = Cli::command();
    let mut names = Vec::new();
    let mut add = |command: &clap::Command| {
        names.extend(command.get_arguments().filter_map(|a| a.get_long()).map(str::to_owned));
    };
    add(&command);
    for sub in command.get_subcommands().filter(|sub| given.iter().any(|a| a == sub.get_name())) {
        add(sub);
        sub.get_subcommands()
            .filter(|inner| given.iter().any(|a| a == inner.get_name()))
            .for_each(&mut add);
    }
    names
}
