//! Makes keys of logs and witnesses, and shows their public half.

use std::io::Write as _;
use std::path::Path;

use amparo_proof::note::{Purpose, SignerKey};
use anyhow::Context as _;

use super::options::Keys;

pub(crate) fn run(keys: Keys) -> anyhow::Result<()> {
    let (key_file, key) = match keys {
        Keys::New { name, key_file, for_witness } => {
            let purpose = if for_witness { Purpose::Witness } else { Purpose::Log };
            let key = SignerKey::from_seed(&name, purpose, rand::random())?;
            write_secret(&key_file, &key.to_secret())?;
            (key_file, key)
        }
        Keys::Show { key_file } => {
            let key = read_key(&key_file)?;
            (key_file, key)
        }
    };
    writeln!(std::io::stdout().lock(), "{}", key.verifier())?;
    eprintln!("The private key is in {}; this is its public half.", key_file.display());
    Ok(())
}

/// Reads a private key. One that others on this machine may read is refused.
pub(crate) fn read_key(file: &Path) -> anyhow::Result<SignerKey> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = std::fs::metadata(file)
            .with_context(|| format!("the key {} cannot be read", file.display()))?;
        let open = found.permissions().mode() & 0o077;
        anyhow::ensure!(
            open == 0,
            "the key {} can be read by others: chmod 400 it",
            file.display()
        );
    }
    let secret = std::fs::read_to_string(file)
        .with_context(|| format!("the key {} cannot be read", file.display()))?;
    secret
        .trim()
        .parse::<SignerKey>()
        .with_context(|| format!("{} holds no private key", file.display()))
}

/// Writes a secret to a new file that its owner alone may read; never over an old one.
fn write_secret(file: &Path, secret: &str) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
    let mut made = options
        .open(file)
        .with_context(|| format!("{} cannot be made; nothing is written over", file.display()))?;
    writeln!(made, "{secret}")?;
    made.sync_all()?;
    Ok(())
}
