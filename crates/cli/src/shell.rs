//! What a shell and `man` want of the command: completions and manual pages.

use crate::args::Cli;
use crate::exit::{Exit, Failure};
use crate::write;
use clap::CommandFactory as _;
use clap_complete::Shell;
use std::path::Path;

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> Result<Exit, Failure> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "transship", &mut out);
    write::stdout(&out)?;
    Ok(Exit::Clean)
}

/// Prints the manual page, or writes one for each command into a folder.
pub(crate) fn man(folder: Option<&Path>) -> Result<Exit, Failure> {
    match folder {
        Some(folder) => {
            let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
            written.map_err(|e| Failure::new(format!("{} cannot be written: {e}", folder.display())))?;
        }
        None => {
            let mut out = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut out).map_err(|e| Failure::new(format!("the page cannot be made: {e}")))?;
            write::stdout(&out)?;
        }
    }
    Ok(Exit::Clean)
}
