//! Generated files: the tests of the core know how to make them, and write them where the variable `TRANSSHIP_BLESS` is set.

use crate::shell::{cargo, run};

/// Writes what the test `name` checks.
pub(crate) fn write(name: &str) -> Result<(), String> {
    run(test(name).env("TRANSSHIP_BLESS", "1"))
}

/// Looks whether it is fresh.
pub(crate) fn check(name: &str) -> Result<(), String> {
    run(test(name).env_remove("TRANSSHIP_BLESS"))
}

fn test(name: &str) -> std::process::Command {
    let mut cargo = cargo();
    cargo.args(["test", "--quiet", "--package", "transship", "--test", name]);
    cargo
}
