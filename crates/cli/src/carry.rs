//! `transship data`: a script that copies Docker's volumes and data folders into the claims.

use crate::args::{CarryFlags, ProjectFlags, ReportFlags};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::report::{self, Channel, Report};
use crate::{discover, write};
use std::fs;
use std::path::Path;
use transship::Script;
use transship::diag::Severity;

/// Prints or writes the script, and tells what went wrong on the way to it.
pub(crate) fn run(flags: &CarryFlags, project: &ProjectFlags, told: &ReportFlags) -> Result<Exit, Failure> {
    let folder = discover::working_folder()?;
    let selection = project.selection(&flags.services);
    let disk = Disk::new(&folder, &selection);
    let input = discover::input(&disk, selection, &folder);
    let Script { text, mut diagnostics, sources } = transship::carry_script(&input, &flags.options.0);
    // What a conversion becomes is told by `convert`: here only what is missing counts.
    diagnostics.retain(|diagnostic| diagnostic.severity() == Severity::Error);
    let has_errors = !diagnostics.is_empty();
    let done = match (&text, &flags.script) {
        (None, _) if has_errors => String::new(),
        (None, _) => "nothing to copy: no volume and no data folder of the project becomes a claim\n".to_owned(),
        (Some(text), None) => {
            write::stdout(text.as_bytes())?;
            String::new()
        }
        (Some(text), Some(path)) => {
            save(path, text, flags.force)?;
            format!("wrote {}: read it, then run it with --dry-run\n", path.display())
        }
    };
    Ok(report::tell(&Report { diagnostics: &diagnostics, sources: &sources, done, outcome: None }, told, Channel::Stderr))
}

/// Writes the script, ready to be run. What something else wrote, or somebody changed, stays unless it may be replaced.
fn save(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let there = fs::read(path);
    if !force && there.as_ref().is_ok_and(|there| there != text.as_bytes()) {
        return Err(Failure::new(format!("{} exists and is not what would be written; --force replaces it", path.display())));
    }
    write::file(path, text.as_bytes())?;
    make_executable(path).map_err(|error| write::cannot_write(path, &error))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = fs::metadata(path)?.permissions();
    // Whoever may read it may run it.
    permissions.set_mode(permissions.mode() | (permissions.mode() & 0o444) >> 2);
    fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
