//! The chores of the workspace, run as `cargo xtask CHORE`.

mod bless;
mod gate;
mod shell;
mod toolchain;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask CHORE

  test               every check and test of the project; installs what it lacks where it can (Debian, as root)
  wasm [--small]     builds crates/wasm for Node and for browsers into crates/wasm/pkg/; with --small runs wasm-opt
  docs [--check]     writes the generated pages of docs/reference/
  examples [--check] writes examples/*/k8s/
  snapshots [--check] writes snapshots/

--check writes nothing and fails where something is not fresh.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["test"] => gate::run_all(),
        ["wasm"] => wasm::build(false),
        ["wasm", "--small"] => wasm::build(true),
        [chore @ ("docs" | "examples" | "snapshots")] => bless::write(chore),
        [chore @ ("docs" | "examples" | "snapshots"), "--check"] => bless::check(chore),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// The folder of the npm package that holds the playground and the tools from npm.
fn playground() -> PathBuf {
    root().join("crates/wasm/playground")
}

/// The folder that cargo builds into: the one this program was built into, wherever the user put it.
fn target() -> PathBuf {
    let program = std::env::current_exe().ok();
    program.and_then(|p| p.ancestors().nth(2).map(Path::to_owned)).unwrap_or_else(|| root().join("target"))
}
