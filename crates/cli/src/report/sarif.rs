//! Diagnostics as one SARIF 2.1.0 document, with the catalogue as its rules.

use serde_json::{Map, Value, json};
use std::collections::HashMap;
use transship::diag::{Diagnostic, Label, Severity, catalog};
use transship::text::{Place, Sources};

/// The document, with a newline at its end.
pub(super) fn write(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let indexes: HashMap<&str, usize> = catalog::all().enumerate().map(|(index, kind)| (kind.name, index)).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "transship",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|diagnostic| result(diagnostic, &indexes, sources)).collect::<Vec<_>>(),
        }],
    });
    format!("{document:#}\n")
}

/// Every kind of the catalogue.
fn rules() -> Vec<Value> {
    let rule = |family: &str, kind: &transship::diag::Definition| {
        let doc = kind.doc.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned();
        let first = doc.split("\n\n").next().unwrap_or("").replace('\n', " ");
        json!({
            "id": kind.name,
            "shortDescription": { "text": first },
            "fullDescription": { "text": doc },
            "help": { "text": doc, "markdown": doc },
            "defaultConfiguration": { "level": kind.severity.word() },
            "properties": { "tags": [family] },
        })
    };
    catalog::families().iter().flat_map(|(family, kinds)| kinds.iter().map(|kind| rule(family, kind))).collect()
}

fn result(diagnostic: &Diagnostic, indexes: &HashMap<&str, usize>, sources: &Sources) -> Value {
    let details = [("Note", &diagnostic.note), ("Help", &diagnostic.help)];
    let details = details.into_iter().filter_map(|(word, text)| Some(format!("\n\n{word}: {}", text.as_ref()?)));
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), json!(diagnostic.code.name));
    if let Some(index) = indexes.get(diagnostic.code.name) {
        result.insert("ruleIndex".to_owned(), json!(index));
    }
    let level = match diagnostic.severity() {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    result.insert("level".to_owned(), json!(level));
    result.insert("message".to_owned(), json!({ "text": std::iter::once(diagnostic.message.clone()).chain(details).collect::<String>() }));
    result.insert("locations".to_owned(), diagnostic.primary.iter().map(|label| location(label, sources)).collect());
    let related: Vec<Value> = diagnostic.secondary.iter().map(|label| location(label, sources)).collect();
    if !related.is_empty() {
        result.insert("relatedLocations".to_owned(), Value::Array(related));
    }
    let fixes: Vec<Value> = diagnostic
        .fixes
        .iter()
        .map(|fix| {
            let replacement = json!({ "deletedRegion": region(fix.place, sources), "insertedContent": { "text": fix.replacement } });
            json!({
                "description": { "text": fix.title },
                "artifactChanges": [{ "artifactLocation": artifact(fix.place, sources), "replacements": [replacement] }],
            })
        })
        .collect();
    if !fixes.is_empty() {
        result.insert("fixes".to_owned(), Value::Array(fixes));
    }
    Value::Object(result)
}

fn location(label: &Label, sources: &Sources) -> Value {
    let physical = json!({ "artifactLocation": artifact(label.place, sources), "region": region(label.place, sources) });
    if label.text.is_empty() {
        json!({ "physicalLocation": physical })
    } else {
        json!({ "physicalLocation": physical, "message": { "text": label.text } })
    }
}

fn region(place: Place, sources: &Sources) -> Value {
    let (line, column) = sources.line_and_column(place.source, place.start);
    let (end_line, end_column) = sources.line_and_column(place.source, place.end);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// The file as a URI reference: relative where the name is.
fn artifact(place: Place, sources: &Sources) -> Value {
    let name = sources.get(place.source).map_or("", |source| source.name.as_str());
    let path: String = name
        .bytes()
        .map(|b| {
            let plain = b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
            if plain { char::from(b).to_string() } else { format!("%{b:02X}") }
        })
        .collect();
    json!({ "uri": if path.starts_with('/') { format!("file://{path}") } else { path } })
}
