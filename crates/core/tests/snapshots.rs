//! Every case of `testdata/` gives the manifests and diagnostics that stand in `snapshots/`.
#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]

mod common;

use common::{base, cases, compare, diagnostics, folders, none_differs, root};
use std::collections::BTreeSet;
use std::fs;
use transship::diag::catalog;

#[test]
fn every_case_gives_its_snapshot() {
    let mut differences = Vec::new();
    for case in cases() {
        let folder = root().join("snapshots").join(&case.name);
        let translation = case.translate();
        let written = translation.files.first().map_or("", |file| file.content.as_str());
        differences.extend(compare(&folder.join("manifests.yaml"), written));
        differences.extend(compare(&folder.join("diagnostics.txt"), &diagnostics(&translation)));
    }
    none_differs(&differences);
}

#[test]
fn every_snapshot_has_a_case() {
    let names: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    let areas = folders(&root().join("snapshots"));
    let stale: Vec<String> = areas
        .iter()
        .flat_map(|area| folders(area).into_iter().map(|folder| format!("{}/{}", base(area), base(&folder))))
        .filter(|name| !names.contains(name))
        .collect();
    assert!(stale.is_empty(), "snapshots without a case: {stale:?}");
}

#[test]
fn every_case_says_in_its_first_line_what_it_shows() {
    let silent: Vec<String> = cases()
        .into_iter()
        .filter(|case| !fs::read_to_string(case.compose_file()).expect("a Compose file").starts_with("# "))
        .map(|case| case.name)
        .collect();
    assert!(silent.is_empty(), "cases whose first line is no comment: {silent:?}");
}

/// `testdata/unraised.txt` names the diagnostics that no case raises, a reason behind each.
#[test]
fn every_diagnostic_is_raised_by_a_case() {
    let raised: BTreeSet<&str> =
        cases().iter().flat_map(|case| case.translate().diagnostics).map(|diagnostic| diagnostic.code.name).collect();
    let missing: BTreeSet<&str> = catalog::all().map(|code| code.name).filter(|name| !raised.contains(name)).collect();
    let list = fs::read_to_string(root().join("testdata/unraised.txt")).unwrap_or_default();
    let excepted: BTreeSet<&str> = list.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
    let new: Vec<_> = missing.difference(&excepted).collect();
    let done: Vec<_> = excepted.difference(&missing).collect();
    assert!(
        new.is_empty() && done.is_empty(),
        "no case raises {new:?}; a case raises, or nobody declares, {done:?} of testdata/unraised.txt"
    );
}
