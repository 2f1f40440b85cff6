//! Where a translation starts: the process environment, the working folder and the flags, as [`Input`] wants them.

use crate::exit::Failure;
use std::path::{Component, Path, PathBuf};
use transship::{Files, Input, Selection};

/// The input that the process and its flags describe.
pub(crate) fn input<'a>(files: &'a dyn Files, selection: Selection, folder: &Path) -> Input<'a> {
    let environment = std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()));
    Input { files, environment: environment.collect(), working_folder: to_text(folder), selection }
}

/// The working folder. As in Docker Compose, `PWD` names it where it is the same folder: the user sees the path that the shell shows.
///
/// # Errors
/// The folder was removed, or its parents may not be read.
pub(crate) fn working_folder() -> Result<PathBuf, Failure> {
    let real = std::env::current_dir().map_err(|e| Failure::new(format!("the working folder cannot be read: {e}")))?;
    let shell = std::env::var_os("PWD").map(PathBuf::from).filter(|pwd| {
        let plain = pwd.components().all(|c| !matches!(c, Component::CurDir | Component::ParentDir));
        pwd.is_absolute() && plain && pwd.canonicalize().ok() == real.canonicalize().ok()
    });
    Ok(shell.unwrap_or(real))
}

/// A path as the library writes it: with `/`.
pub(crate) fn to_text(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
