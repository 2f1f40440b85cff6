//! Diagnostics as JSON, one object a line.

use serde_json::{Value, json};
use transship::diag::{Diagnostic, Fix, Label, text};
use transship::text::{Place, SourceId, Sources};

/// One object a line.
pub(super) fn write(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| format!("{}\n", object(diagnostic, sources))).collect()
}

fn object(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let label = |label: &Label| json!({ "place": place(label.place, sources), "text": label.text });
    let fix = |fix: &Fix| json!({ "title": fix.title, "place": place(fix.place, sources), "replacement": fix.replacement });
    json!({
        "name": diagnostic.code.name,
        "severity": diagnostic.severity().word(),
        "message": diagnostic.message,
        "place": diagnostic.primary.as_ref().map(|label| place(label.place, sources)),
        "label": diagnostic.primary.as_ref().map_or("", |label| &label.text),
        "labels": diagnostic.secondary.iter().map(label).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "note": diagnostic.note,
        "fixes": diagnostic.fixes.iter().map(fix).collect::<Vec<_>>(),
        "text": text::plain(diagnostic, sources),
    })
}

fn place(place: Place, sources: &Sources) -> Value {
    let file = sources.get(place.source).map_or("", |source| &source.name);
    json!({ "file": file, "start": position(place.source, place.start, sources), "end": position(place.source, place.end, sources) })
}

/// Line and column from 1, in characters; the offset from 0, in bytes.
fn position(source: SourceId, offset: u32, sources: &Sources) -> Value {
    let (line, column) = sources.line_and_column(source, offset);
    json!({ "line": line, "column": column, "offset": offset })
}
