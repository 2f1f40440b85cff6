//! Mangled projects: whatever is put into the conformance cases, they load or are refused with an error, and never panic.
#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]
#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "a test that meets what it does not expect shall fail")]

mod common;

use common::{files_below, folders, root};
use proptest::prelude::*;
use proptest::sample::Index;
use std::fs;
use transship::diag::Diagnostics;
use transship::load::{self, Steps, model};
use transship::table::IndexMap;
use transship::text::Sources;
use transship::{Input, MemoryFiles, Selection};

/// What is put in the place of a word.
const PIECES: &[&str] = &[
    "",
    "null",
    "[]",
    "{}",
    "[a]",
    "{a: b}",
    "-1",
    "1.5",
    "99999999999999999999",
    "true",
    "\"\"",
    "\"${\"",
    "\"${A:-${B}}\"",
    "x-a",
    "!reset",
    "!override",
    "<<",
    "\"0-65535:0-65535\"",
    "\"::\"",
    "\"=\"",
    "é",
    "all",
    "service:a",
    "../..",
    "~/x",
    "&a ",
    "*a",
    "- ",
    "\n  ",
    "services",
    "networks",
    "extends",
    "include",
    "{a: {b: [c]}}",
    "!!binary zz",
    ".inf",
];

/// Every project of the suite: its files as text.
fn projects() -> Vec<Vec<(String, String)>> {
    let about = ["cmd", "env", "note", "expected.json", "expected.out", "expected.err"];
    let read = |folder: &std::path::Path| {
        let names = files_below(folder).into_iter().filter_map(|path| path.to_str().map(str::to_owned));
        names
            .filter(|name| !about.contains(&name.as_str()))
            .filter_map(|name| Some((name.clone(), fs::read_to_string(folder.join(name)).ok()?)))
            .collect()
    };
    folders(&root().join("testdata/conformance")).iter().map(|folder| read(folder)).collect()
}

/// Puts a piece in the place of a word of the text.
fn mangle(text: &mut String, word: Index, piece: &str) {
    let ends: Vec<usize> = text.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8()).collect();
    if ends.len() > 1 {
        let at = word.index(ends.len() - 1);
        let until = text[ends[at]..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |length| ends[at] + length);
        text.replace_range(ends[at]..until, piece);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_projects_load_or_are_refused(
        project in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), any::<Index>()), 1..4),
        interpolate in any::<bool>(),
        normalize in any::<bool>(),
    ) {
        static PROJECTS: std::sync::LazyLock<Vec<Vec<(String, String)>>> = std::sync::LazyLock::new(projects);
        let mut texts = project.get(&PROJECTS).clone();
        for (file, word, piece) in changes {
            let at = file.index(texts.len());
            mangle(&mut texts[at].1, word, PIECES[piece.index(PIECES.len())]);
        }
        let mut files = MemoryFiles::new();
        let named = |name: &str| texts.iter().any(|(known, _)| known == name).then(|| name.to_owned());
        let first = texts.iter().map(|(name, _)| name.clone()).find(|name| name.ends_with("ml"));
        let selection = Selection { files: first.into_iter().chain(named("o.yaml")).collect(), ..Selection::default() };
        for (name, text) in texts {
            files.add(format!("/project/{name}"), text, false);
        }
        let environment = IndexMap::from_iter([("HOME".to_owned(), "/home/somebody".to_owned()), ("SET".to_owned(), "v".to_owned())]);
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let input = Input { files: &files, environment, working_folder: "/project".to_owned(), selection };
        let loaded = load::load(&input, Steps { interpolate, finish: interpolate, normalize, ..Steps::TRANSLATION }, &mut sources, &mut diagnostics);
        prop_assert!(loaded.is_some() || diagnostics.has_errors(), "refused without a word");
        loaded.map(|loaded| model::to_json(&loaded.tree, true));
    }
}
