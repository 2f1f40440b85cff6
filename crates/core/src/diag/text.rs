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
    out.push_str(&sentence(diagnostic));
    if let Some(label) = diagnostic.primary.as_ref().filter(|l| !l.text.is_empty()) {
        let _ = write!(out, " ({})", escape_line(&label.text));
    }
    out.push('\n');
    for label in &diagnostic.secondary {
        let _ = writeln!(out, "  {}: {}", position(label, sources), escape_line(&label.text));
    }
    for (word, text) in [("note", &diagnostic.note), ("help", &diagnostic.help)] {
        if let Some(text) = text {
            let _ = writeln!(out, "  {word}: {}", escape(text).replace('\n', "\n    "));
        }
    }
    for fix in &diagnostic.fixes {
        let _ = writeln!(out, "  fix: {}", escape_line(&fix.title));
    }
    out
}

/// `warning[docker-socket-dropped]: the sentence`, on one line.
#[must_use]
pub fn sentence(diagnostic: &Diagnostic) -> String {
    format!("{}[{}]: {}", diagnostic.severity().word(), diagnostic.code.name, escape_line(&diagnostic.message))
}

/// `file:line:column` of a label.
#[must_use]
pub fn position(label: &Label, sources: &Sources) -> String {
    let name = sources.get(label.place.source).map_or("?", |s| s.name.as_str());
    let (line, column) = sources.line_and_column(label.place.source, label.place.start);
    format!("{}:{line}:{column}", escape_line(name))
}

/// Control characters (newlines and tabs excepted) as `\u{…}`, so that no input can drive a terminal.
#[must_use]
pub fn escape(text: &str) -> String {
    escape_where(text, |c| is_hidden(c) && c != '\n' && c != '\t')
}

/// The same for a text that must stay on one line: newlines and tabs too.
#[must_use]
pub fn escape_line(text: &str) -> String {
    escape_where(text, is_hidden)
}

/// Can the character drive a terminal or change the order in which the text around it is shown?
fn is_hidden(c: char) -> bool {
    let turns_direction = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns_direction || matches!(c, '\u{2028}' | '\u{2029}')
}

fn escape_where(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if is_escaped(c) => out.push_str("\\n"),
            '\t' if is_escaped(c) => out.push_str("\\t"),
            c if is_escaped(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Definition, Severity};
    use crate::text::Place;

    static SOCKET: Definition = Definition { name: "socket-dropped", severity: Severity::Warning, doc: "" };

    #[test]
    fn a_diagnostic_stands_on_lines_of_its_own() {
        let mut sources = Sources::default();
        let id = sources.add("compose.yaml", "a: 1\nb: 2\n");
        let diagnostic = Diagnostic::new(&SOCKET, "the socket is not mounted")
            .at_with(Place::new(id, 5, 6), "here")
            .also(Place::new(id, 0, 1), "and here")
            .help("take it away\nor leave it")
            .note("the cluster has no Docker");
        let expected = "compose.yaml:2:1: warning[socket-dropped]: the socket is not mounted (here)\n  compose.yaml:1:1: and here\n  \
                        note: the cluster has no Docker\n  help: take it away\n    or leave it\n";
        assert_eq!(plain(&diagnostic, &sources), expected);
    }

    #[test]
    fn nothing_in_a_message_drives_the_terminal() {
        let diagnostic = Diagnostic::new(&SOCKET, "service \"\u{1b}[2J\u{202e}\n\": gone").help("\u{9b}1m\u{7}");
        let text = plain(&diagnostic, &Sources::default());
        let expected = "warning[socket-dropped]: service \"\\u{1b}[2J\\u{202e}\\n\": gone\n  help: \\u{9b}1m\\u{7}\n";
        assert_eq!(text, expected);
    }
}
