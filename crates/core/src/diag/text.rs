//! The plain text of a diagnostic, the one place that makes it: place, sentence, labels, help.

use super::{Diagnostic, Label};
use crate::text::Sources;
use std::fmt::Write as _;

/// The diagnostic as a person reads it without colours, several lines, with a final newline. Control characters of the input are escaped.
///
/// ```text
/// compose.yaml:4:12: warning[docker-socket-dropped]: the Docker socket is not mounted
///   compose.yaml:9:5: also here
///   note: …
///   help: …
/// ```
#[must_use]
pub fn plain(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut out = String::new();
    if let Some(label) = &diagnostic.primary {
        let _ = write!(out, "{}: ", position(label, sources));
    }
    let _ = write!(out, "{}[{}]: {}", diagnostic.severity().word(), diagnostic.code.name, escape(&diagnostic.message));
    if let Some(label) = diagnostic.primary.as_ref().filter(|l| !l.text.is_empty()) {
        let _ = write!(out, " ({})", escape(&label.text));
    }
    out.push('\n');
    for label in &diagnostic.secondary {
        let _ = writeln!(out, "  {}: {}", position(label, sources), escape(&label.text));
    }
    for (word, text) in [("note", &diagnostic.note), ("help", &diagnostic.help)] {
        if let Some(text) = text {
            let _ = writeln!(out, "  {word}: {}", escape(text));
        }
    }
    for fix in &diagnostic.fixes {
        let _ = writeln!(out, "  fix: {}", escape(&fix.title));
    }
    out
}

/// `file:line:column` of a label.
#[must_use]
pub fn position(label: &Label, sources: &Sources) -> String {
    let name = sources.get(label.place.source).map_or("?", |s| s.name.as_str());
    let (line, column) = sources.line_and_column(label.place.source, label.place.start);
    format!("{}:{line}:{column}", escape(name))
}

/// Control characters (newlines and tabs excepted) as `\u{…}`, so that no input can drive a terminal.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden =
            c.is_control() && c != '\n' && c != '\t' || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
        if hidden {
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
