//! `transship convert` and `transship check`: the translation of a project, written or only told.

use crate::args::{CheckFlags, ConvertFlags, ProjectFlags, ReportFlags};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::{discover, report};
use transship::{Options, Translation};

/// Translates the project and writes the manifests.
pub(crate) fn run(flags: &ConvertFlags, project: &ProjectFlags, told: &ReportFlags) -> Result<Exit, Failure> {
    let translation = translate(&flags.services, project, &flags.options.0)?;
    Ok(tell(&translation, told, report::Channel::Stderr))
}

/// Translates the project and tells what there is to tell.
pub(crate) fn check(flags: &CheckFlags, project: &ProjectFlags, told: &ReportFlags) -> Result<Exit, Failure> {
    let translation = translate(&flags.services, project, &flags.options.0)?;
    let channel = match told.message_format {
        crate::args::MessageFormat::Text => report::Channel::Stderr,
        _ => report::Channel::Stdout,
    };
    Ok(tell(&translation, told, channel))
}

fn translate(services: &[String], project: &ProjectFlags, options: &Options) -> Result<Translation, Failure> {
    let folder = discover::working_folder()?;
    let selection = project.selection(services);
    let disk = Disk::new(&folder, &selection);
    let input = discover::input(&disk, selection, &folder);
    Ok(transship::translate(&input, options))
}

fn tell(translation: &Translation, told: &ReportFlags, channel: report::Channel) -> Exit {
    let report = report::Report { diagnostics: &translation.diagnostics, sources: &translation.sources, outcome: None };
    report::tell(&report, told, channel)
}
