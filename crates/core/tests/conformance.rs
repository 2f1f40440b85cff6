//! The cases of `testdata/conformance/`: what Docker Compose v5.6.1 prints for `config`, or that it refuses.
#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that meets what it does not expect shall fail")]

mod common;

use common::{base, files_below, folders, root};
use serde_json::Value;
use std::fs;
use std::path::Path;
use transship::diag::{Diagnostics, text::plain};
use transship::load::{self, Loaded, Steps, model};
use transship::table::IndexMap;
use transship::text::Sources;
use transship::{Input, MemoryFiles, Selection};

/// Cases that do not pass yet. One that starts to pass must be taken off.
const KNOWN_FAILURES: &[&str] = &[];

/// What belongs to the case and not to the project.
const ABOUT: [&str; 6] = ["cmd", "env", "note", "expected.json", "expected.out", "expected.err"];

#[test]
fn projects_load_as_docker_compose_loads_them() {
    let cases = folders(&root().join("testdata/conformance"));
    assert!(cases.len() > 100, "the cases are there");
    let mut wrong = Vec::new();
    for folder in cases {
        let name = base(&folder);
        match (run(&folder), KNOWN_FAILURES.contains(&name.as_str())) {
            (Err(why), false) => wrong.push(format!("{name}: {why}")),
            (Ok(()), true) => wrong.push(format!("{name}: passes now; take it off the list of known failures")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// Runs a case and says why it fails.
fn run(folder: &Path) -> Result<(), String> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let mut files = MemoryFiles::new();
    for path in files_below(folder) {
        let below = path.to_str().expect("a path of the suite");
        if !ABOUT.contains(&below) {
            files.add(format!("/project/{below}"), fs::read(folder.join(&path)).expect("a file of the suite"), false);
        }
    }
    let mut environment = IndexMap::from_iter([("PATH", "/usr/bin:/bin"), ("HOME", "/home/oracle"), ("PWD", "/project")].map(owned));
    let own = read("env").unwrap_or_default();
    environment.extend(own.lines().filter_map(|line| line.split_once('=')).map(owned));
    let (selection, steps) = command(&read("cmd").ok_or("no cmd")?);
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let input = Input { files: &files, environment, working_folder: "/project".to_owned(), selection };
    let loaded = load::load(&input, steps, &mut sources, &mut diagnostics);
    let told: String = diagnostics.iter().map(|diagnostic| plain(diagnostic, &sources)).collect();
    if let Some(reason) = read("expected.err") {
        if loaded.is_some() {
            return Err(format!("loads, and Docker Compose refuses it: {reason}"));
        }
        return if diagnostics.has_errors() { Ok(()) } else { Err("no error was told".to_owned()) };
    }
    let Loaded { tree, .. } = loaded.ok_or_else(|| format!("does not load:\n{told}"))?;
    let Some(expected) = read("expected.json") else { return Ok(()) };
    let expected: Value = serde_json::from_str(&expected).map_err(|error| error.to_string())?;
    difference(&expected, &model::to_json(&tree, steps.interpolate), "$").map_or(Ok(()), Err)
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The arguments of `docker compose`.
fn command(text: &str) -> (Selection, Steps) {
    let mut selection = Selection::default();
    let mut steps = Steps { merge_env_files: true, verbatim: true, ..Steps::TRANSLATION };
    let mut words = text.split_whitespace().map(|word| word.trim_matches('\'').to_owned());
    let mut below = false;
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("a value of a flag");
        match word.as_str() {
            "config" => below = true,
            "-f" => selection.files.push(value()),
            "-p" => selection.project_name = Some(value()),
            "--env-file" => selection.env_files.push(value()),
            "--profile" => selection.profiles.push(value()),
            "--project-directory" => selection.project_directory = Some(value()),
            "--all-resources" => steps.all_resources = true,
            "--no-interpolate" => (steps.interpolate, steps.finish) = (false, false),
            "--no-normalize" => steps.normalize = false,
            "--no-path-resolution" => steps.resolve_paths = false,
            "--no-env-resolution" => steps.resolve_environment = false,
            "--no-consistency" => steps.consistency = false,
            "--format" => drop(value()),
            "--services" | "--images" => {}
            service if below && !service.starts_with('-') => selection.services.push(word),
            other => panic!("{other} is no argument that the suite uses"),
        }
    }
    (selection, steps)
}

/// Where two models first differ; the order of keys does not matter, and `1` is `1.0`.
fn difference(wanted: &Value, got: &Value, at: &str) -> Option<String> {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            let surplus = got.keys().find(|key| !wanted.contains_key(*key)).map(|key| format!("{at}.{key} is not wanted"));
            surplus.or_else(|| {
                wanted.iter().find_map(|(key, value)| match got.get(key) {
                    Some(other) => difference(value, other, &format!("{at}.{key}")),
                    None => Some(format!("{at}.{key} is missing")),
                })
            })
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            wanted.iter().zip(got).enumerate().find_map(|(index, (wanted, got))| difference(wanted, got, &format!("{at}[{index}]")))
        }
        (Value::Number(wanted), Value::Number(got)) if wanted.as_f64() == got.as_f64() => None,
        _ if wanted == got => None,
        _ => Some(format!("{at}: wanted {wanted}, got {got}")),
    }
}
