//! Diagnostics for people: with the lines they are about, what repeats told shortly, the worst last.

use super::excerpt::Excerpt;
use super::{Report, has_colours};
use crate::args::ReportFlags;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use transship::diag::{Diagnostic, Label, Severity, text};
use transship::text::Sources;

/// How many diagnostics of one kind are told in full, unless everything is.
const fn in_full(severity: Severity) -> usize {
    match severity {
        Severity::Note => 0,
        Severity::Warning => 3,
        Severity::Error => 5,
    }
}

/// Parts the diagnostics of one kind into those that are told in full and those that are told shortly. A warning whose advice stands on
/// the screen already is told shortly.
fn parted<'a>(group: &[&'a Diagnostic], severity: Severity) -> (Vec<&'a Diagnostic>, Vec<&'a Diagnostic>) {
    let mut advice = HashSet::new();
    let mut left = in_full(severity);
    group.iter().copied().partition(|diagnostic| {
        let is_new = left > 0 && (advice.insert(diagnostic.help.as_deref()) || severity == Severity::Error);
        left -= usize::from(is_new);
        is_new
    })
}

/// How many more of one kind are told shortly.
const SHORT: usize = 8;

/// Everything, and the last line.
pub(super) fn write(diagnostics: &[&Diagnostic], report: &Report<'_>, flags: &ReportFlags) -> String {
    let renderer = Renderer::new(flags, report.sources);
    let mut out = String::new();
    for severity in [Severity::Note, Severity::Warning, Severity::Error] {
        for group in groups(diagnostics.iter().copied().filter(|d| d.severity() == severity)) {
            renderer.group(&group, &mut out);
        }
        if severity == Severity::Note && !out.is_empty() && !flags.verbose {
            out.push('\n');
        }
    }
    if !flags.quiet {
        out.push_str(&report.done);
        out.push_str(&last_line(report));
    }
    out
}

/// The diagnostics kind by kind, in the order in which the kinds come up.
fn groups<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> Vec<Vec<&'a Diagnostic>> {
    let mut indexes = HashMap::new();
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    for diagnostic in diagnostics {
        let next = groups.len();
        let index = *indexes.entry(diagnostic.code.name).or_insert(next);
        if index == next {
            groups.push(Vec::new());
        }
        groups.get_mut(index).into_iter().for_each(|group| group.push(diagnostic));
    }
    groups
}

/// `3 services → 9 objects; 1 error, 2 warnings`; nothing where there is nothing to say.
fn last_line(report: &Report<'_>) -> String {
    let count = |severity| report.diagnostics.iter().filter(|d| d.severity() == severity).count();
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| counted(count(severity), severity.word()));
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let parts: Vec<String> = report.outcome.clone().into_iter().chain(Some(counts.join(", ")).filter(|c| !c.is_empty())).collect();
    if parts.is_empty() { String::new() } else { parts.join("; ") + "\n" }
}

/// `2 warnings`; `None` for zero.
fn counted(count: usize, word: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    }
}

/// How diagnostics are drawn.
struct Renderer<'a> {
    handler: GraphicalReportHandler,
    sources: &'a Sources,
    is_verbose: bool,
}

impl<'a> Renderer<'a> {
    fn new(flags: &ReportFlags, sources: &'a Sources) -> Self {
        let theme = if has_colours(flags.ansi) { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(100, |(width, _)| usize::from(width.0));
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width.clamp(40, 140)).without_cause_chain().with_urls(false);
        Self { handler, sources, is_verbose: flags.verbose }
    }

    /// Tells the diagnostics of one kind.
    fn group(&self, group: &[&Diagnostic], out: &mut String) {
        let Some(first) = group.first() else { return };
        let severity = first.severity();
        let (full, brief) = if self.is_verbose { (group.to_vec(), Vec::new()) } else { parted(group, severity) };
        for diagnostic in full {
            self.full(diagnostic, out);
        }
        let rest = brief.len();
        // One more is told rather than counted: the line is spent either way.
        let short = if rest <= SHORT + 1 { rest } else { SHORT };
        for diagnostic in brief.iter().take(short) {
            let _ = writeln!(out, "{}", self.line(diagnostic));
        }
        if rest > short {
            let _ = writeln!(out, "… and {} more {}[{}]: --verbose tells them all", rest - short, severity.word(), first.code.name);
        }
        if severity != Severity::Note && rest > 0 {
            out.push('\n');
        }
    }

    /// A diagnostic on one line.
    fn line(&self, diagnostic: &Diagnostic) -> String {
        let place = diagnostic.primary.as_ref().map(|label| format!(" ({})", text::position(label, self.sources)));
        format!("{}{}", text::sentence(diagnostic), place.unwrap_or_default())
    }

    /// What stands below a drawing: the note, and the places that are not drawn.
    fn footer(&self, diagnostic: &Diagnostic, undrawn: &[Label]) -> String {
        let elsewhere =
            undrawn.iter().map(|label| format!("see {}: {}", text::position(label, self.sources), text::escape_line(&label.text)));
        let note = diagnostic.note.iter().map(|note| format!("note: {}", text::escape(note)));
        note.chain(elsewhere).collect::<Vec<_>>().join("\n")
    }

    /// A diagnostic with the lines it is about.
    fn full(&self, diagnostic: &Diagnostic, out: &mut String) {
        let drawing = Drawing { diagnostic, excerpt: Excerpt::of(diagnostic, self.sources) };
        let mut drawn = String::new();
        let undrawn = drawing.excerpt.as_ref().map_or(&diagnostic.secondary, |excerpt| &excerpt.undrawn);
        let footer = self.footer(diagnostic, undrawn);
        let handler = if footer.is_empty() { self.handler.clone() } else { self.handler.clone().with_footer(footer) };
        if handler.render_report(&mut drawn, &drawing).is_err() {
            drawn = text::plain(diagnostic, self.sources);
        }
        let lines = drawn.lines().map(str::trim_end).filter(|line| !line.is_empty());
        lines.for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
        out.push('\n');
    }
}

/// A diagnostic in the renderer's terms.
#[derive(Debug)]
struct Drawing<'a> {
    diagnostic: &'a Diagnostic,
    excerpt: Option<Excerpt>,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::sentence(self.diagnostic))
    }
}

impl std::error::Error for Drawing<'_> {}

impl miette::Diagnostic for Drawing<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity() {
            Severity::Note => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = &self.excerpt.as_ref()?.labels;
        Some(Box::new(labels.iter().cloned()))
    }

    /// What to do, and the edits that would settle it.
    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let fixes = self.diagnostic.fixes.iter().map(|fix| text::escape_line(&fix.title));
        let help = self.diagnostic.help.iter().map(|help| text::escape(help));
        let all: Vec<String> = help.chain(fixes).collect();
        if all.is_empty() { None } else { Some(Box::new(all.join("\n"))) }
    }
}
