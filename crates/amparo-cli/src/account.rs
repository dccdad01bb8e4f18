//! Makes, lists and suspends accounts.

use std::io::{BufRead as _, IsTerminal as _, Write};

use amparo_domain::access::Actor;
use amparo_domain::validation::Invalid;
use amparo_store::{NewAccount, SecondFactor, Store, StoreError};
use anyhow::Context as _;

use crate::config::{Account, Common};

/// How a password is asked for.
pub type AskPassword = fn() -> anyhow::Result<String>;

/// What programs that make codes call this register.
const ISSUER: &str = "Amparo";

pub(crate) async fn run(common: &Common, account: Account, ask: AskPassword) -> anyhow::Result<()> {
    let store = match account {
        Account::Create { .. } => crate::connect_migrated(common).await?,
        _ => crate::connect_to_existing(common).await?,
    };
    let operator = Actor::operator(&common.network);
    let mut out = std::io::stdout().lock();
    match account {
        Account::Create { name, role, display_name } => {
            let new = NewAccount { name, display_name, password: ask()? };
            let roles = role.into_iter().collect();
            let network = &common.network;
            let made = store.create_account_by_operator(&operator, network, roles, new).await;
            let (account, factor) = made.map_err(told)?;
            eprintln!(
                "The account {} is pending until its owner signs in with a code.",
                account.id
            );
            print(&mut out, &account.name, &factor)?;
        }
        Account::List => list(&store, &operator, &mut out).await?,
        Account::Suspend { name } => {
            let id = find(&store, &name).await?;
            store.suspend_account(&operator, id).await?;
            eprintln!("{name} can no longer sign in; sessions and tokens have ended.");
        }
        Account::Reinstate { name } => {
            let id = find(&store, &name).await?;
            store.reinstate_account(&operator, id).await?;
            eprintln!("{name} can sign in again.");
        }
        Account::ResetPassword { name } => {
            let id = find(&store, &name).await?;
            store.reset_password(&operator, id, &ask()?).await.map_err(told)?;
            eprintln!("The old password of {name} no longer works; sessions have ended.");
        }
        Account::ResetSecondFactor { name } => {
            let id = find(&store, &name).await?;
            let factor = store.reset_second_factor(&operator, id).await?;
            eprintln!("The old codes of {name} no longer work; sessions have ended.");
            print(&mut out, &name, &factor)?;
        }
    }
    store.close().await?;
    Ok(())
}

async fn find(store: &Store, name: &str) -> anyhow::Result<i64> {
    let found = store.account_by_name(name).await;
    let found =
        found.with_context(|| format!("nobody signs in as {name}; see amparo account list"));
    Ok(found?.id)
}

async fn list(store: &Store, operator: &Actor, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "id\tname\tstate\tmade\tused\troles")?;
    let mut after = None;
    loop {
        let page = store.accounts(operator.runs_the_instance()?, None, after, 200).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for account in page {
            let used = account.last_used_on.map_or_else(|| "-".to_owned(), |day| day.to_string());
            let of = account.memberships.iter().map(|of| format!("{}:{}", of.network, of.roles));
            let roles = of.collect::<Vec<_>>().join(" ");
            let (id, name, made) = (account.id, account.name, account.created_on);
            let state = account.state.code();
            writeln!(out, "{id}\t{name}\t{state}\t{made}\t{used}\t{roles}")?;
        }
    }
}

fn print(out: &mut impl Write, name: &str, factor: &SecondFactor) -> anyhow::Result<()> {
    writeln!(out, "{}", factor.uri(ISSUER, name))?;
    for code in &factor.recovery_codes {
        writeln!(out, "{code}")?;
    }
    Ok(())
}

/// What is wrong, in one line.
fn told(error: StoreError) -> anyhow::Error {
    match error {
        StoreError::Invalid(Invalid(issues)) | StoreError::Conflict(issues) => {
            let lines = issues.iter().map(|issue| {
                format!("{}: {}", issue.pointer.trim_start_matches('/'), issue.message)
            });
            anyhow::anyhow!(lines.collect::<Vec<_>>().join("; "))
        }
        error => error.into(),
    }
}

/// Asks for a password at the terminal, twice; takes a line of standard input otherwise.
pub(crate) fn ask() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        let again = rpassword::prompt_password("The same again: ")?;
        anyhow::ensure!(password == again, "the two are not the same");
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
