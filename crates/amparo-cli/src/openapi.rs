//! Prints the document.

use std::io::Write as _;

use crate::config::OpenApi;

pub(crate) fn print(options: &OpenApi) -> anyhow::Result<()> {
    let document =
        if options.yaml { amparo_api::openapi_yaml() } else { amparo_api::openapi_json() };
    std::io::stdout().lock().write_all(document.as_bytes())?;
    Ok(())
}
