//! Issues, lists and revokes tokens.

use std::io::Write as _;

use amparo_domain::access::Actor;
use amparo_store::NewToken;
use anyhow::Context as _;

use crate::config::{Common, Token};

pub(crate) async fn run(common: &Common, token: Token) -> anyhow::Result<()> {
    let store = match token {
        Token::Issue { .. } => crate::connect_migrated(common).await?,
        Token::List | Token::Revoke { .. } => crate::connect_to_existing(common).await?,
    };
    let operator = Actor::operator(&common.network);
    let mut out = std::io::stdout().lock();
    match token {
        Token::Issue { role, name, days } => {
            let new = NewToken { name, roles: role.into(), publishes: true, days };
            let issued = store.issue_token_by_operator(&operator, new, &common.network).await?;
            writeln!(out, "{}", issued.secret)?;
        }
        Token::List => {
            let tokens = store.tokens().await?;
            writeln!(out, "id\troles\tnetwork\tissued\tends\trevoked\tname")?;
            for token in tokens {
                let day = |at: chrono::DateTime<chrono::Utc>| at.date_naive().to_string();
                let revoked = token.revoked_at.map_or_else(|| "-".to_owned(), day);
                let (id, roles, network) = (token.id, token.roles, token.network);
                let issued = day(token.issued_at);
                let ends = token.expires_at.map_or_else(|| "-".to_owned(), day);
                let name = token.name;
                writeln!(out, "{id}\t{roles}\t{network}\t{issued}\t{ends}\t{revoked}\t{name}")?;
            }
        }
        Token::Revoke { id } => {
            store
                .revoke_token(&operator, id)
                .await
                .with_context(|| format!("no token has the id {id}; see amparo token list"))?;
            eprintln!("The token {id} no longer works.");
        }
    }
    store.close().await?;
    Ok(())
}
