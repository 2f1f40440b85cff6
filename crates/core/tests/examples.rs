//! Every example gives the manifests that stand in its `k8s/`.
#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]

mod common;

use common::{blesses, compare, examples, files_below, none_differs};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use transship::Options;
use transship::diag::Severity;
use transship::options::Output;

#[test]
fn every_example_gives_its_manifests() {
    let mut differences = Vec::new();
    for (example, golden) in examples() {
        let translation = example.translate_with(&Options { output: Output::Folder, ..example.options.clone() });
        let errors: Vec<_> = translation.diagnostics.iter().filter(|d| d.severity() == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", example.name);
        let files = &translation.files;
        assert!(!files.is_empty(), "{} gives nothing", example.name);
        let paths: BTreeSet<PathBuf> = files.iter().map(|file| PathBuf::from(&file.path)).collect();
        for stale in files_below(&golden).difference(&paths) {
            if blesses() {
                fs::remove_file(golden.join(stale)).expect("a stale manifest");
            } else {
                differences.push(format!("{}: {} is stale", example.name, stale.display()));
            }
        }
        differences.extend(files.iter().filter_map(|file| compare(&golden.join(&file.path), &file.content)));
    }
    none_differs(&differences);
}
