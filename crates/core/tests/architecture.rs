//! The rules of the house that no compiler holds: who imports whom, how long a file is, what things are called.
#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]
#![allow(clippy::expect_used, reason = "a test that meets what it does not expect shall fail")]

mod common;

use common::{files_below, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What every module of the core may import.
const GROUND: &str = "table";

/// Each module of the core and what else it may import.
const IMPORTS: &[(&str, &[&str])] = &[
    (GROUND, &[]),
    ("text", &[]),
    ("diag", &["text"]),
    ("yaml", &["text", "diag"]),
    ("input", &[]),
    ("options", &[]),
    ("coverage", &["text", "diag", "yaml"]),
    ("load", &["text", "diag", "yaml", "coverage", "input"]),
    ("compose", &["text", "diag", "yaml", "coverage", "load"]),
    ("vocab", &["text", "diag", "yaml", "coverage", "input", "options", "compose"]),
    ("plan", &["text", "diag", "yaml", "coverage", "input", "options", "compose", "vocab"]),
    ("carry", &["plan"]),
    ("kube", &[]),
    ("lower", &["text", "compose", "vocab", "plan", "kube"]),
    ("render", &["options", "lower"]),
];

/// The longest a file may be.
const LINES: usize = 500;

/// Words that say nothing about what a thing is.
const EMPTY_WORDS: &[&str] =
    &["helper", "helpers", "util", "utils", "manager", "process", "processor", "handle", "handler", "generator", "data", "info"];

/// Files in which such a word is a term: what Compose stacks keep in a folder is data, and nothing else says so.
const TERMS: &[(&str, &str)] = &[("crates/core/src/plan/storage/bind.rs", "data")];

/// What a pure core has no business with.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net::Tcp",
    "std::net::Udp",
    "ToSocketAddrs",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::io",
    "println!",
    "eprintln!",
    "print!(",
    "dbg!(",
];

struct Source {
    path: String,
    text: String,
}

/// The Rust files below a folder of the repository.
fn sources(folder: &str) -> Vec<Source> {
    let base = root().join(folder);
    let rust = files_below(&base).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs") && !path.starts_with("target"));
    rust.map(|path| Source { path: format!("{folder}/{}", path.display()), text: fs::read_to_string(base.join(&path)).expect("a source") })
        .collect()
}

impl Source {
    /// The lines of code that ship: without comments and tests.
    fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = self.text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
        code.map(|(number, line)| (number + 1, line.split("//").next().unwrap_or(""))).filter(|(_, line)| !line.trim().is_empty())
    }
}

/// Fails with all that was found.
fn none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn imports_run_one_way() {
    let mut found = Vec::new();
    for (module, allowed) in IMPORTS {
        let folder = format!("crates/core/src/{module}");
        let file = root().join(format!("{folder}.rs"));
        let mut files = sources(&folder);
        if file.is_file() {
            files.push(Source { path: format!("{folder}.rs"), text: fs::read_to_string(file).expect("a source") });
        }
        assert!(!files.is_empty(), "no module {module}");
        for source in &files {
            for (number, line) in source.shipped() {
                for rest in line.split("crate::").skip(1) {
                    let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    let allowed = name == GROUND || allowed.contains(&name.as_str());
                    if name != *module && !allowed && IMPORTS.iter().any(|(module, _)| *module == name) {
                        found.push(format!("{}:{number}: {module} imports {name}", source.path));
                    }
                }
                if line.contains("k8s_openapi") && !["lower", "kube"].contains(module) {
                    found.push(format!("{}:{number}: {module} knows Kubernetes types", source.path));
                }
            }
        }
    }
    none(&found, "imports that run the wrong way");
}

#[test]
fn every_module_of_the_core_has_its_rule() {
    let known: BTreeSet<String> = IMPORTS.iter().map(|(module, _)| (*module).to_owned()).collect();
    let entries = fs::read_dir(root().join("crates/core/src")).expect("the core");
    let modules: BTreeSet<String> = entries
        .filter_map(|entry| Path::new(&entry.ok()?.file_name()).file_stem()?.to_str().map(str::to_owned))
        .filter(|name| !["lib", "translation"].contains(&name.as_str()))
        .collect();
    assert_eq!(modules, known);
}

#[test]
fn the_core_does_nothing_outside_of_itself() {
    let mut found = Vec::new();
    for source in sources("crates/core/src") {
        for (number, line) in source.shipped() {
            found.extend(OUTSIDE.iter().filter(|word| line.contains(**word)).map(|word| format!("{}:{number}: {word}", source.path)));
        }
    }
    none(&found, "the core is pure");
}

#[test]
fn every_file_is_one_concern_and_says_which() {
    let mut found = Vec::new();
    for source in sources("crates") {
        let lines = source.text.lines().count();
        if lines >= LINES {
            found.push(format!("{}: {lines} lines", source.path));
        }
        if !source.text.starts_with("//! ") {
            found.push(format!("{}: does not open with `//!` and a sentence", source.path));
        }
    }
    none(&found, "files that are too long or do not say what they are");
}

#[test]
fn names_say_what_things_are() {
    let mut found = Vec::new();
    for source in sources("crates") {
        let stem = Path::new(&source.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let declared = source.shipped().filter_map(|(number, line)| Some((number, declaration(line)?)));
        for (number, name) in declared.chain([(1, stem)]) {
            let is_empty = |word: &String| EMPTY_WORDS.contains(&word.as_str()) && !TERMS.contains(&(source.path.as_str(), word.as_str()));
            if words(&name).iter().any(is_empty) {
                found.push(format!("{}:{number}: {name}", source.path));
            }
        }
    }
    none(&found, "names that say nothing");
}

/// The name that a line declares.
fn declaration(line: &str) -> Option<String> {
    let mut words =
        line.split_whitespace().skip_while(|word| !["fn", "struct", "enum", "trait", "type", "mod", "const", "static"].contains(word));
    words.next()?;
    let name = words.find(|word| !["fn", "unsafe", "mut"].contains(word))?;
    let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The words of a name in any case, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut upper = true;
    for c in name.chars() {
        if c == '_' || c == '-' || (c.is_uppercase() && !upper) {
            words.push(String::new());
        }
        upper = c.is_uppercase();
        if c.is_alphanumeric() {
            words.last_mut().expect("a word").extend(c.to_lowercase());
        }
    }
    words
}

#[test]
fn golden_manifests_begin_as_manifests_do() {
    for folder in ["snapshots", "examples"] {
        for path in files_below(&root().join(folder)) {
            let manifest = path.file_name().is_some_and(|name| name == "manifests.yaml") || path.iter().any(|part| part == "k8s");
            if manifest {
                let text = fs::read_to_string(root().join(folder).join(&path)).expect("a manifest");
                assert!(text.starts_with("apiVersion: "), "{folder}/{}", path.display());
            }
        }
    }
}
