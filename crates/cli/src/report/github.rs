//! Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines of a change.

use std::fmt::Write as _;
use transship::diag::{Diagnostic, Severity, text};
use transship::text::Sources;

/// One command a line: `::warning file=…,line=…,col=…::…`.
pub(super) fn write(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity() {
            Severity::Note => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut properties = String::new();
        if let Some(label) = &diagnostic.primary {
            let place = label.place;
            let (line, column) = sources.line_and_column(place.source, place.start);
            let (end_line, end_column) = sources.line_and_column(place.source, place.end);
            let file = sources.get(place.source).map_or("", |source| &source.name);
            let _ = write!(properties, "file={},line={line},endLine={end_line},col={column}", property(file));
            if line == end_line {
                let _ = write!(properties, ",endColumn={end_column}");
            }
            properties.push(',');
        }
        let _ = write!(properties, "title={}", property(diagnostic.code.name));
        let mut words = text::escape(&diagnostic.message);
        let rest = [("note", &diagnostic.note), ("help", &diagnostic.help)];
        for (word, more) in rest.into_iter().filter_map(|(word, more)| Some((word, more.as_ref()?))) {
            let _ = write!(words, "\n{word}: {}", text::escape(more));
        }
        let _ = writeln!(out, "::{command} {properties}::{}", message(&words));
    }
    out
}

/// A text after the second `::`.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a property.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_command() {
        assert_eq!(message("50%\n::error::x"), "50%25%0A::error::x");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}
