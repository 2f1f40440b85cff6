//! How diagnostics reach the user: for people, as JSON, as annotations of GitHub Actions, as SARIF.

mod excerpt;
mod github;
mod json;
mod sarif;
#[cfg(test)]
mod tests;
mod text;

use crate::args::{Ansi, MessageFormat, ReportFlags};
use crate::exit::Exit;
use std::io::{IsTerminal as _, Write as _};
use transship::diag::{Diagnostic, Severity};
use transship::text::Sources;

/// What there is to tell.
pub(crate) struct Report<'a> {
    /// In the order of their places.
    pub(crate) diagnostics: &'a [Diagnostic],
    /// The texts that they point into.
    pub(crate) sources: &'a Sources,
    /// What the command did, as lines for people.
    pub(crate) done: String,
    /// What came of the project, for the last line: `3 services → 9 objects`.
    pub(crate) outcome: Option<String>,
}

/// Where a report goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Standard output: what the command is for.
    Stdout,
    /// Standard error: beside what the command writes.
    Stderr,
}

/// Tells everything in the form that the flags ask for, and gives the exit status that follows.
pub(crate) fn tell(report: &Report<'_>, flags: &ReportFlags, channel: Channel) -> Exit {
    let least = if flags.quiet { Severity::Error } else { Severity::Note };
    let told: Vec<&Diagnostic> = report.diagnostics.iter().filter(|d| d.severity() >= least).collect();
    let text = match flags.message_format {
        MessageFormat::Text => text::write(&told, report, flags),
        MessageFormat::Json => json::write(&told, report.sources),
        MessageFormat::Github => github::write(&told, report.sources),
        MessageFormat::Sarif => sarif::write(&told, report.sources),
    };
    // A reader that went away has seen enough; there is nobody left to tell.
    let _ = match channel {
        Channel::Stdout => std::io::stdout().lock().write_all(text.as_bytes()),
        Channel::Stderr => std::io::stderr().lock().write_all(text.as_bytes()),
    };
    let failing = if flags.strict { Severity::Warning } else { Severity::Error };
    if report.diagnostics.iter().any(|d| d.severity() >= failing) { Exit::Errors } else { Exit::Clean }
}

/// Shall standard error be coloured? Docker Compose's own variable stands for its flag.
pub(crate) fn has_colours(ansi: Ansi) -> bool {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    match ansi {
        Ansi::Always => true,
        Ansi::Never => false,
        Ansi::Auto if variable("COMPOSE_ANSI") == "always" => true,
        Ansi::Auto if variable("COMPOSE_ANSI") == "never" => false,
        Ansi::Auto if !variable("NO_COLOR").is_empty() || variable("CLICOLOR") == "0" || variable("TERM") == "dumb" => false,
        Ansi::Auto if !matches!(variable("CLICOLOR_FORCE").as_str(), "" | "0") => true,
        Ansi::Auto => std::io::stderr().is_terminal(),
    }
}
