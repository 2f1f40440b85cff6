//! Writing: standard output, a file, a folder of manifests.

use crate::exit::Failure;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Writes to standard output. A reader that went away has seen enough: that is no failure.
pub(crate) fn stdout(content: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(content).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Failure::new(format!("standard output cannot be written: {e}"))),
        _ => Ok(()),
    }
}

/// Writes one file.
pub(crate) fn file(path: &Path, content: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|e| Failure::new(format!("{} cannot be written: {e}", path.display())))
}
