//! The script that copies data: every shell reads it, and every claim that a stack mounts stands in it.
#![allow(clippy::disallowed_methods, reason = "tests run programs; the core does not")]
#![allow(clippy::expect_used, reason = "a test that meets what it does not expect shall fail")]

mod common;

use common::{Disk, cases};
use std::io::Write as _;
use std::process::{Command, Stdio};
use transship::{Input, Options, Selection};

#[test]
fn every_script_is_read_by_the_shell_and_names_every_claim() {
    let mut count = 0;
    for case in cases() {
        let disk = Disk::new(&case.folder);
        let folder = format!("/stacks/{}", common::base(&case.folder));
        let input = Input { files: &disk, environment: Default::default(), working_folder: folder, selection: Selection::default() };
        let Some(script) = transship::carry_script(&input, &Options::default()).text else { continue };
        count += 1;
        let objects = transship::translate(&input, &Options::default()).objects;
        for claim in objects.iter().filter(|object| object.kind == "PersistentVolumeClaim") {
            assert!(script.contains(&format!("\n  \"$1\" {} ", claim.name)), "{}: {}", case.name, claim.name);
        }
        let mut shell = Command::new("sh").arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell");
        shell.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("a reader");
        let done = shell.wait_with_output().expect("an end");
        assert!(done.status.success() && done.stderr.is_empty(), "{}: {}", case.name, String::from_utf8_lossy(&done.stderr));
    }
    assert!(count > 20, "only {count} cases have data");
}
