//! `transship convert` and `transship check`: the translation of a project, written or only told.

use crate::args::{CheckFlags, ConvertFlags, ManifestFormat, MessageFormat, OutputFlags, ProjectFlags, ReportFlags};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::folder::{Changes, Permission};
use crate::report::{self, Channel, Report};
use crate::{discover, write};
use transship::diag::Severity;
use transship::render::{Output, render};
use transship::{Options, Translation};

/// Translates the project, writes the manifests and tells what there is to tell.
pub(crate) fn run(flags: &ConvertFlags, project: &ProjectFlags, told: &ReportFlags) -> Result<Exit, Failure> {
    let translation = translate(&flags.services, project, &flags.options.0)?;
    let written = deliver(&translation, &flags.output);
    let exit = tell(&translation, written.as_deref().unwrap_or(""), told, Channel::Stderr);
    written.map(|_| exit)
}

/// Translates the project and tells what there is to tell.
pub(crate) fn check(flags: &CheckFlags, project: &ProjectFlags, told: &ReportFlags) -> Result<Exit, Failure> {
    let translation = translate(&flags.services, project, &flags.options.0)?;
    let channel = if told.message_format == MessageFormat::Text { Channel::Stderr } else { Channel::Stdout };
    Ok(tell(&translation, "", told, channel))
}

fn translate(services: &[String], project: &ProjectFlags, options: &Options) -> Result<Translation, Failure> {
    let folder = discover::working_folder()?;
    let selection = project.selection(services);
    let disk = Disk::new(&folder, &selection);
    let input = discover::input(&disk, selection, &folder);
    Ok(transship::translate(&input, options))
}

/// Writes the manifests where they shall go, and says what was done there. Nothing where the project does not load: what an earlier run
/// wrote stays as it is.
fn deliver(translation: &Translation, flags: &OutputFlags) -> Result<String, Failure> {
    let has_errors = translation.diagnostics.iter().any(|d| d.severity() == Severity::Error);
    if translation.objects.is_empty() && has_errors {
        return Ok(String::new());
    }
    let folder = flags.output.as_deref().filter(|path| path.as_os_str() != "-");
    let output = match flags.format {
        ManifestFormat::Json => Output::Json,
        ManifestFormat::Yaml if folder.is_some() => Output::Folder,
        ManifestFormat::Yaml => Output::Stream,
    };
    let files = render(&translation.objects, output);
    let Some(folder) = folder else {
        files.iter().try_for_each(|file| write::stdout(file.content.as_bytes()))?;
        return Ok(String::new());
    };
    let permission = Permission { force: flags.force, remove_stale: !has_errors };
    let changes = Changes::plan(folder, &files, permission)?;
    if !flags.dry_run {
        changes.apply(folder)?;
    }
    Ok(changes.describe(folder, flags.dry_run))
}

fn tell(translation: &Translation, done: &str, told: &ReportFlags, channel: Channel) -> Exit {
    let Translation { diagnostics, sources, .. } = translation;
    report::tell(&Report { diagnostics, sources, done: done.to_owned(), outcome: None }, told, channel)
}
