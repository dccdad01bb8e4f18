//! Issues, lists and revokes tokens.

use std::io::Write as _;

use amparo_domain::access::Actor;
use anyhow::Context as _;

use crate::config::{Common, Token};

pub(crate) async fn run(common: &Common, token: Token) -> anyhow::Result<()> {
    let store = crate::connect_migrated(common).await?;
    let operator = Actor::operator(&common.network);
    let mut out = std::io::stdout().lock();
    match token {
        Token::Issue { role, name } => {
            let issued = store.issue_token(&operator, &name, role, &common.network).await?;
            writeln!(out, "{}", issued.secret)?;
        }
        Token::List => {
            let tokens = store.tokens().await?;
            writeln!(out, "id\trole\tnetwork\tissued\trevoked\tname")?;
            for token in tokens {
                let day = |at: chrono::DateTime<chrono::Utc>| at.date_naive().to_string();
                let revoked = token.revoked_at.map_or_else(|| "-".to_owned(), day);
                let (id, role, network) = (token.id, token.role.code(), token.network);
                let issued = day(token.issued_at);
                writeln!(out, "{id}\t{role}\t{network}\t{issued}\t{revoked}\t{}", token.name)?;
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
