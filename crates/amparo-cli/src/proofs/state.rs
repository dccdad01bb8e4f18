//! What signers and witnesses remember: the last checkpoint of each log that they signed, on the disk before
//! anybody has the signature.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use amparo_proof::Checkpoint;
use amparo_proof::encoding::base64url;
use amparo_proof::merkle::sha256;
use anyhow::Context as _;

/// A folder that one process at a time has.
#[derive(Debug)]
pub(crate) struct Memory {
    folder: PathBuf,
    /// Held as long as the process lives: two signers with one memory would each sign what the other forgot.
    _lock: File,
}

impl Memory {
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        let lock = folder.join("lock");
        let held =
            File::create(&lock).with_context(|| format!("{} cannot be written", lock.display()))?;
        held.try_lock().with_context(|| {
            format!("another process has {}, or it cannot be locked", folder.display())
        })?;
        Ok(Self { folder: folder.to_owned(), _lock: held })
    }

    fn file(&self, origin: &str) -> PathBuf {
        self.folder.join(format!("{}.checkpoint", base64url(&sha256(origin.as_bytes()))))
    }

    /// The last checkpoint of a log that was signed. One that cannot be read is an error: to forget it would be to
    /// sign anything.
    pub(crate) fn last(&self, origin: &str) -> anyhow::Result<Option<Checkpoint>> {
        let file = self.file(origin);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", file.display()));
            }
        };
        let checkpoint = Checkpoint::read(&text);
        let checkpoint =
            checkpoint.with_context(|| format!("{} holds no checkpoint", file.display()))?;
        anyhow::ensure!(checkpoint.origin == origin, "{} is of another log", file.display());
        Ok(Some(checkpoint))
    }

    /// Remembers a checkpoint; it is on the disk when this returns.
    pub(crate) fn remember(&self, checkpoint: &Checkpoint) -> anyhow::Result<()> {
        let file = self.file(&checkpoint.origin);
        let new = file.with_extension("new");
        let mut written = File::create(&new)?;
        written.write_all(checkpoint.to_string().as_bytes())?;
        written.sync_all()?;
        std::fs::rename(&new, &file)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }
}
