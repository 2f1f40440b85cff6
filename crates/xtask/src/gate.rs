//! Every check and test of the project with one command and one sum.

use crate::shell::{cargo, command, run, watch};
use crate::{playground, target, toolchain, wasm};
use std::process::Command;
use std::time::Instant;

/// What the runners told.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    /// The steps that failed, with why.
    broken: Vec<String>,
}

impl Tally {
    /// Runs a step; a failure is kept, and the next step runs all the same.
    fn step(&mut self, title: &str, body: impl FnOnce(&mut Self) -> Result<(), String>) {
        eprintln!("\n== {title}");
        let (begin, failed) = (Instant::now(), self.failed);
        if let Err(why) = body(self) {
            eprintln!("{why}");
            self.broken.push(format!("{title}: {why}"));
            // A step that breaks outside of a test (it does not compile, a lint complains) counts as one.
            self.failed = self.failed.max(failed + 1);
        }
        eprintln!("== {title}: {} s", begin.elapsed().as_secs());
    }

    /// Runs a test runner and adds what it counts.
    fn tests(&mut self, command: &mut Command) -> Result<(), String> {
        watch(command, |line| {
            if let Some((passed, failed)) = counted(line) {
                self.passed += passed;
                self.failed += failed;
            }
        })
    }
}

/// Passed and failed of a runner's closing line: cargo's `test result: ok. 3 passed; 0 failed; …`, Node's `ℹ pass 3` and `ℹ fail 0`.
fn counted(line: &str) -> Option<(u64, u64)> {
    if let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) {
        let count = |word: &str| counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
        return Some((count("passed")?, count("failed")?));
    }
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["ℹ", "pass", n] => Some((n.parse().ok()?, 0)),
        ["ℹ", "fail", n] => Some((0, n.parse().ok()?)),
        _ => None,
    }
}

/// Runs everything. Fails where anything does.
pub(crate) fn run_all() -> Result<(), String> {
    let mut tally = Tally::default();
    tally.step("format", |_| run(cargo().args(["fmt", "--all", "--check"])));
    tally.step("lints", |_| run(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"])));
    tally.step("tests in Rust, generated pages and examples", |t| {
        t.tests(cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"]).env_remove("TRANSSHIP_BLESS"))
    });
    tally.step("API documentation", |_| {
        run(cargo().args(["doc", "--workspace", "--no-deps", "--locked", "--quiet"]).env("RUSTDOCFLAGS", "--deny warnings"))
    });
    tally.step("licences, sources, doubles", |_| licences());
    tally.step("wasm", |_| {
        toolchain::node()?;
        toolchain::npm_packages()?;
        toolchain::install_wasm()?;
        wasm::build(false)
    });
    tally.step("tests in Node", |t| {
        run(cargo().args(["build", "--package", "transship-cli", "--locked"]))?;
        t.tests(node_tests("crates/wasm/tests/node.test.mjs").env("TRANSSHIP", target().join("debug/transship")))
    });
    tally.step("playground", |t| {
        let chromium = toolchain::chromium()?;
        run(command("npm").args(["run", "build"]).current_dir(playground()))?;
        t.tests(node_tests("crates/wasm/playground/e2e/playground.test.mjs").env("CHROMIUM", chromium))
    });
    eprintln!();
    for broken in &tally.broken {
        eprintln!("broken: {broken}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed == 0 { Ok(()) } else { Err("the tests fail".to_owned()) }
}

fn node_tests(file: &str) -> Command {
    let mut node = command("node");
    node.args(["--test", "--test-reporter=spec", file]);
    node
}

/// Asks cargo-deny about the licences, sources and doubles that `deny.toml` allows.
fn licences() -> Result<(), String> {
    run(command(&toolchain::cargo_deny()?).args(["--locked", "check", "licenses", "bans", "sources"]))
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn closing_lines_of_the_runners_are_counted() {
        assert_eq!(
            counted("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s"),
            Some((3, 1))
        );
        assert_eq!(counted("ℹ pass 12"), Some((12, 0)));
        assert_eq!(counted("ℹ fail 2"), Some((0, 2)));
        assert_eq!(counted("ℹ tests 14"), None);
        assert_eq!(counted("12 passed"), None);
    }
}
