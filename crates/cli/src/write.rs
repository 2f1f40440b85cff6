//! Writing: standard output and single files.

use crate::exit::Failure;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Writes to standard output. A reader that went away has seen enough: that is no failure.
pub(crate) fn stdout(content: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(content).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Failure::new(format!("standard output cannot be written: {e}"))),
        _ => Ok(()),
    }
}

/// Writes one file, in one step: a reader sees the old content or the new.
pub(crate) fn file(path: &Path, content: &[u8]) -> Result<(), Failure> {
    // What is no regular file (`/dev/stderr`, a pipe) is written to, not replaced.
    let written = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => fs::write(path, content),
        _ => Staged::new(path, content).and_then(Staged::commit),
    };
    written.map_err(|e| cannot_write(path, &e))
}

/// A path that cannot be written, and why.
pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {error}", path.display()))
}

/// A new content that waits beside the file that it will replace. Dropped before [`Staged::commit`], it leaves nothing behind.
pub(crate) struct Staged {
    temporary: PathBuf,
    target: PathBuf,
    is_committed: bool,
}

impl Staged {
    /// Writes the content beside `target`.
    pub(crate) fn new(target: &Path, content: &[u8]) -> io::Result<Self> {
        let name = target.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy();
        let temporary = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let staged = Self { temporary, target: target.to_path_buf(), is_committed: false };
        // Never through a link that somebody left under the temporary name.
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&staged.temporary)?;
        file.write_all(content)?;
        Ok(staged)
    }

    /// Puts the new content in the place of the old.
    pub(crate) fn commit(mut self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)?;
        self.is_committed = true;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.is_committed {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}
