//! `transship convert` and `transship check`: the translation of a project, written or only told.

use crate::args::{CheckFlags, ConvertFlags, ManifestFormat, MessageFormat, OutputFlags, ProjectFlags, ReportFlags};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::folder::{Changes, Permission};
use crate::report::{self, Channel, Report};
use crate::{discover, write};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use transship::diag::{Severity, text};
use transship::options::Output;
use transship::plan::ImageBuild;
use transship::plan::security::standard::Level;
use transship::table::IndexMap;
use transship::translation::Summary;
use transship::{Options, Translation};

/// Translates the project, writes the manifests and tells what there is to tell.
pub(crate) fn run(flags: &ConvertFlags, project: &ProjectFlags, told: &ReportFlags) -> Result<Exit, Failure> {
    let options = Options { output: form(&flags.output), ..flags.options.0.clone() };
    let translation = translate(&flags.services, project, &options)?;
    let written = deliver(&translation, &flags.output);
    let mut done = left_to_do(&translation.summary, told.verbose);
    done.push_str(written.as_deref().unwrap_or(""));
    let exit = tell(&translation, &done, told, Channel::Stderr);
    // The process ends here, and gives its memory back faster than value by value.
    std::mem::forget(translation);
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

/// The folder to write into; `None`: standard output.
fn folder(flags: &OutputFlags) -> Option<&Path> {
    flags.output.as_deref().filter(|path| path.as_os_str() != "-")
}

fn form(flags: &OutputFlags) -> Output {
    match flags.format {
        ManifestFormat::Json => Output::Json,
        ManifestFormat::Yaml if folder(flags).is_some() => Output::Folder,
        ManifestFormat::Yaml => Output::Stream,
    }
}

/// Writes the manifests where they shall go, and says what was done there. Nothing where the project does not load: what an earlier run
/// wrote stays as it is.
fn deliver(translation: &Translation, flags: &OutputFlags) -> Result<String, Failure> {
    let has_errors = translation.diagnostics.iter().any(|d| d.severity() == Severity::Error);
    if translation.objects.is_empty() && has_errors {
        return Ok(String::new());
    }
    let files = &translation.files;
    let Some(folder) = folder(flags) else {
        files.iter().try_for_each(|file| write::stdout(file.content.as_bytes()))?;
        return Ok(String::new());
    };
    let permission = Permission { force: flags.force, remove_stale: !has_errors };
    let changes = Changes::plan(folder, files, permission)?;
    if !flags.dry_run {
        changes.apply(folder)?;
    }
    Ok(changes.describe(folder, flags.dry_run))
}

fn tell(translation: &Translation, done: &str, told: &ReportFlags, channel: Channel) -> Exit {
    let Translation { diagnostics, sources, summary, objects, .. } = translation;
    let count = |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    let outcome = format!("{} → {}", count(summary.services, "service"), count(objects.len(), "object"));
    // Without services and objects the project did not load, and there is no outcome.
    let outcome = Some(outcome).filter(|_| summary.services + objects.len() > 0);
    report::tell(&Report { diagnostics, sources, done: done.to_owned(), outcome }, told, channel)
}

/// How many lines a list has, unless everything is told.
const LINES: usize = 8;

/// What the user still has to do by hand, as lines.
fn left_to_do(summary: &Summary, is_verbose: bool) -> String {
    let build = |build: &ImageBuild| format!("{} (service \"{}\")", build.image, build.service);
    let builds = summary.builds.iter().map(build).collect();
    let mut ports: IndexMap<&str, String> = IndexMap::default();
    for forward in &summary.forwards {
        let _ = write!(ports.entry(&forward.endpoint).or_default(), " {}:{}", forward.local, forward.port);
    }
    let namespace = summary.namespace.as_ref().map(|name| format!(" -n {name}")).unwrap_or_default();
    let forwards = ports.iter().map(|(endpoint, ports)| format!("kubectl port-forward{namespace} service/{endpoint}{ports}")).collect();
    let lists = [
        ("build and push before the stack starts:", builds),
        ("published ports stay inside the cluster; this machine reaches them with:", forwards),
    ];
    let levels = if is_verbose { levels(summary) } else { Vec::new() };
    let lists = lists.into_iter().chain([("the strictest Pod Security Standard that each pod reaches:", levels)]);
    lists.map(|(title, lines): (&str, Vec<String>)| listed(title, &lines, is_verbose)).collect()
}

/// The workloads by the Pod Security Standard that they reach, the strictest first.
fn levels(summary: &Summary) -> Vec<String> {
    let mut by_level: BTreeMap<Level, Vec<&str>> = BTreeMap::new();
    for (workload, level) in &summary.levels {
        by_level.entry(*level).or_default().push(workload);
    }
    by_level.into_iter().rev().map(|(level, workloads)| format!("{}: {}", level.word(), workloads.join(", "))).collect()
}

/// A title and the lines below it; nothing without lines.
fn listed(title: &str, lines: &[String], is_verbose: bool) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let shown = if is_verbose || lines.len() <= LINES + 1 { lines.len() } else { LINES };
    let mut out = format!("{title}\n");
    for line in lines.iter().take(shown) {
        let _ = writeln!(out, "  {}", text::escape_line(line));
    }
    if lines.len() > shown {
        let _ = writeln!(out, "  … and {} more: --verbose tells them all", lines.len() - shown);
    }
    out
}
