//! The pages of `docs/reference/` say what the code says: made from the catalogue, the coverage table and the options.
#![allow(clippy::expect_used, reason = "a schema that is not as expected shall fail the test")]

mod common;

use common::{cases, compare, none_differs, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use transship::Options;
use transship::coverage::{self, Row, Support};
use transship::diag::{Definition, Severity, catalog, text};

const MADE: &str = "<!-- Made from the code by `cargo xtask docs`. -->\n\n";

#[test]
fn the_reference_is_fresh() {
    let pages = [
        ("diagnostics.md", diagnostics()),
        ("attributes.md", attributes()),
        ("options.md", options()),
        ("x-transship.md", extension()),
        ("x-transship.schema.json", format!("{:#}\n", transship::schema())),
    ];
    let folder = root().join("docs/reference");
    let mut differences: Vec<String> = pages.iter().filter_map(|(name, text)| compare(&folder.join(name), text)).collect();
    differences.extend(compare(&root().join("docs/guide/errors.md"), &errors()));
    none_differs(&differences);
}

/// How many messages of one kind are shown.
const SHOWN: usize = 6;

/// The errors as people see them: what the golden cases say.
fn errors() -> String {
    let mut out = format!(
        "{MADE}# Errors as you see them\n\nEvery kind of error with messages from real runs: the place, what the file says, and what to do. A name leads to \
         its\nexplanation. All errors of a run are told at once, in the order of the files; what follows from an error is not told again.\n"
    );
    let mut messages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in cases() {
        let told = case.translate();
        for diagnostic in told.diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error) {
            let shown = messages.entry(diagnostic.code.name.to_owned()).or_default();
            let text = text::plain(diagnostic, &told.sources).trim_end().to_owned();
            if shown.len() < SHOWN && text.len() < 1_000 && !shown.contains(&text) {
                shown.push(text);
            }
        }
    }
    for (family, kinds) in catalog::families() {
        let shown: Vec<_> = kinds.iter().filter_map(|kind| Some((kind.name, messages.get(kind.name)?))).collect();
        if !shown.is_empty() {
            let _ = write!(out, "\n## {}\n", capital(family));
        }
        for (name, texts) in shown {
            let _ = write!(out, "\n[{name}](../reference/diagnostics.md#{name})\n\n```text\n{}\n```\n", texts.join("\n"));
        }
    }
    out
}

/// Every kind of diagnostic with its documentation, family by family.
fn diagnostics() -> String {
    let mut out = format!(
        "{MADE}# Diagnostics\n\nThe last word of a name says what it is: `-invalid`, `-unknown`, `-missing` and `-conflicting` are errors, `-dropped` \
         and\n`-approximated` warnings, `-assumed` notes. `transship explain NAME` prints the same text.\n"
    );
    for (family, kinds) in catalog::families().into_iter().filter(|(_, kinds)| !kinds.is_empty()) {
        let _ = write!(out, "\n## {}\n", capital(family));
        for kind in kinds {
            let severity = match kind.severity {
                Severity::Error => "Error",
                Severity::Warning => "Warning",
                Severity::Note => "Note",
            };
            let _ = write!(out, "\n### {}\n\n*{severity}.* {}\n", kind.name, kind.markdown());
        }
    }
    out
}

/// Every attribute of the Compose specification, one table for each part of a file.
fn attributes() -> String {
    let mut parts: Vec<(&str, Vec<&Row>)> = Vec::new();
    for row in coverage::rows() {
        let part = row.path.split(['.', '[']).next().unwrap_or_default();
        match parts.last_mut() {
            Some((last, rows)) if *last == part => rows.push(row),
            _ => parts.push((part, vec![row])),
        }
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in coverage::rows() {
        *counts.entry(word(row.support)).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().filter(|(word, _)| !word.is_empty()).map(|(word, n)| format!("{n} {word}")).collect();
    let mut out = format!(
        "{MADE}# Attributes\n\nWhat becomes of every attribute of the Compose specification. `*` stands for a name that you choose, `[]` for an item of \
         a list.\nOf {} attributes: {}.\n",
        coverage::rows().len(),
        counts.join(", ")
    );
    for (part, rows) in parts {
        let _ = write!(out, "\n## {part}\n\n| attribute | value | what becomes of it |\n| --- | --- | --- |\n");
        for row in rows {
            let _ = writeln!(out, "| `{}` | {} | {} |", row.path, cell(&row.shape.to_string()), cell(&becomes(row.support)));
        }
    }
    out
}

fn word(support: Support) -> &'static str {
    match support {
        Support::Parts | Support::Same => "",
        Support::Translated { .. } => "translated",
        Support::Approximated { .. } => "approximated",
        Support::Unsupported { .. } => "not supported",
        Support::Ignored { .. } => "without a meaning in a cluster",
        Support::Resolved { .. } => "resolved while loading",
    }
}

fn becomes(support: Support) -> String {
    let word = word(support);
    match support {
        Support::Parts | Support::Same => String::new(),
        Support::Translated { into } => format!("**{word}**: {into}"),
        Support::Approximated { into, diagnostics } => format!("**{word}**: {into}; {}", links(diagnostics)),
        Support::Unsupported { why, instead, diagnostic } => format!("**{word}**: {why}; {instead}; {}", links(&[diagnostic])),
        Support::Ignored { why } => format!("**{word}**: {why}"),
        Support::Resolved { by } => format!("**{word}**: {by}"),
    }
}

fn links(diagnostics: &[&Definition]) -> String {
    let links: Vec<String> = diagnostics.iter().map(|d| format!("[{0}](diagnostics.md#{0})", d.name)).collect();
    links.join(", ")
}

/// Every option with its values and its default, from the schema of the record.
fn options() -> String {
    let schema = serde_json::to_value(schemars::schema_for!(Options)).expect("a schema");
    let mut out = format!(
        "{MADE}# Options\n\nHow a stack is translated. On the command line every option is a flag of `transship convert` (`--storage-size 10Gi`); in \
         the\nbrowser build, and wherever options stand in a file, the names are the same.\n"
    );
    for (name, property) in schema.get("properties").and_then(Value::as_object).expect("the options") {
        let default = match property.get("default") {
            Some(Value::String(text)) if !text.is_empty() => format!(" Default: `{text}`."),
            _ => String::new(),
        };
        let _ = write!(out, "\n## {name}\n\n{}{default}\n", described(property));
        let target = property.get("$ref").and_then(Value::as_str).and_then(|r| schema.pointer(r.trim_start_matches('#')));
        let choices = target.and_then(|t| t.get("oneOf")).and_then(Value::as_array).into_iter().flatten();
        for (i, choice) in choices.enumerate() {
            let value = choice.get("const").and_then(Value::as_str).expect("a value");
            let _ = writeln!(out, "{}- `{value}`: {}", if i == 0 { "\n" } else { "" }, described(choice));
        }
    }
    out
}

/// Every key of `x-transship`, from the schema of the records that it is read into.
fn extension() -> String {
    let schema = transship::schema();
    let mut out = format!(
        "{MADE}# x-transship\n\nWhat Compose cannot say stands under `x-transship`: on a service or job, on a volume, and at the top of a file, where the keys are \
         the\n[options](options.md). The guide shows [how to use it](../guide/operations.md). [x-transship.schema.json](x-transship.schema.json) says the \
         same to editors\n(`transship schema` prints it).\n"
    );
    let parts = [
        ("On a service or job", "Operation", ""),
        ("On a volume", "VolumeOperation", ""),
        ("Autoscaling", "Autoscaling", "The value of `autoscaling`."),
        ("DisruptionBudget", "DisruptionBudget", "The value of `disruption-budget`."),
        ("Marks", "Marks", "The value of `labels` and of `annotations`."),
        ("Affinity", "Affinity", "The value of `affinity`."),
        ("Patch", "Patch", "An item of `patches`."),
    ];
    for (title, name, about) in parts {
        let record = schema.pointer(&format!("/$defs/{name}")).expect("a record");
        let _ = write!(
            out,
            "\n## {title}\n\n{about}{}| key | value | what it says |\n| --- | --- | --- |\n",
            if about.is_empty() { "" } else { "\n\n" }
        );
        for (key, property) in record.get("properties").and_then(Value::as_object).expect("keys") {
            let _ = writeln!(out, "| `{key}` | {} | {} |", cell(&value_of(property, &schema)), cell(&described(property)));
        }
    }
    out
}

/// What a key of `x-transship` takes, in words.
fn value_of(property: &Value, schema: &Value) -> String {
    let target = property.get("$ref").or_else(|| property.pointer("/anyOf/0/$ref")).and_then(Value::as_str);
    if let Some(target) = target {
        let definition = schema.pointer(target.trim_start_matches('#')).expect("a definition");
        let choices = definition.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let choices: Vec<String> = choices.filter_map(|choice| Some(format!("`{}`", choice.get("const")?.as_str()?))).collect();
        let name = target.rsplit('/').next().unwrap_or_default();
        return if choices.is_empty() { format!("[{name}](#{})", name.to_lowercase()) } else { choices.join(", ") };
    }
    let kind = property.get("type").map(|kind| kind.get(0).unwrap_or(kind)).and_then(Value::as_str).unwrap_or_default();
    match kind {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "array" => property.get("items").map_or_else(String::new, |items| format!("list of {}", value_of(items, schema))),
        "object" => property
            .get("additionalProperties")
            .filter(|v| v.is_object())
            .map_or("fields".to_owned(), |v| format!("map of {}", value_of(v, schema))),
        other => other.to_owned(),
    }
}

fn described(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// A text that stays within a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
