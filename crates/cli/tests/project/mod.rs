//! A Compose project in a folder of its own, for the tests of the command.
#![cfg(test)]
#![allow(dead_code, reason = "each test file uses a part of it")]

use snapbox::cmd::Command;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The folder; it is gone when the test ends.
pub(crate) struct Project(pub(crate) PathBuf);

impl Project {
    /// A project of these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let base = std::env::temp_dir().canonicalize().unwrap();
        // The folder names the project.
        let project = Self(base.join(format!("transship-test-{}-{number}", std::process::id())).join("shop"));
        for (path, content) in files {
            project.put(path, content);
        }
        fs::create_dir_all(&project.0).unwrap();
        project
    }

    /// Writes a file, with its folders.
    pub(crate) fn put(&self, path: &str, content: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Reads a file.
    pub(crate) fn get(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// The names in a folder, sorted, without those that begin with a dot.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(path)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|e| e.file_name().into_string().unwrap()).filter(|n| !n.starts_with('.')).collect();
        names.sort();
        names
    }

    /// The command in the project's folder, with an empty environment.
    pub(crate) fn transship(&self, args: &str) -> Command {
        let command = Command::new(snapbox::cmd::cargo_bin!("transship")).current_dir(&self.0).env_clear();
        command.env("PWD", &self.0).args(args.split_whitespace())
    }

    /// Runs the command.
    pub(crate) fn run(&self, args: &str) -> Done {
        Done::of(self.transship(args))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.parent().unwrap());
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Runs a command to its end.
    pub(crate) fn of(command: Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The status, with both streams in the message when it is another.
    #[track_caller]
    pub(crate) fn ends_with(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}
