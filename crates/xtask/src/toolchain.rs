//! Finds what is needed beside Rust (a standard library for wasm32, Node, Chromium), and installs it where it can.

use crate::shell::{command, output, run};
use std::path::Path;
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler and its sources, for machines whose Rust has no wasm32 target.
const DEBIAN_RUST: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-19";
const DEBIAN_SOURCES: &str = "/usr/lib/rustlib/src/rust/library/Cargo.lock";

/// The version of cargo-deny that is installed where there is none.
const CARGO_DENY: &str = "0.20.2";

/// A `cargo build` that gives wasm32; the caller adds package and profile.
pub(crate) fn wasm_build() -> Result<Command, String> {
    if has_target() {
        let mut cargo = crate::shell::cargo();
        cargo.args(["build", "--target", TARGET]);
        return Ok(cargo);
    }
    if !has_debian_rust() {
        return Err(format!(
            "Rust's standard library for {TARGET} is missing. Get it with\n    rustup target add {TARGET}\nor, on Debian, with\n    \
             apt-get install {}",
            DEBIAN_RUST.join(" ")
        ));
    }
    let mut cargo = command(DEBIAN_CARGO);
    // Debian's compiler must not meet the settings and the libraries of the one that runs us.
    for name in ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO", "LD_LIBRARY_PATH", "RUSTC_WRAPPER", "RUSTFLAGS"] {
        cargo.env_remove(name);
    }
    // Debian packages no compiled library for wasm32, only its sources: cargo builds them, which it allows on nightly or by this variable.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", DEBIAN_RUSTC).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
    cargo.args(["build", "--target", TARGET, "-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"]);
    Ok(cargo)
}

/// Installs a standard library for wasm32 where there is none.
pub(crate) fn install_wasm() -> Result<(), String> {
    if has_target() || has_debian_rust() {
        return Ok(());
    }
    if output(command("rustup").arg("--version")).is_some() && run(command("rustup").args(["target", "add", TARGET])).is_ok() {
        return Ok(());
    }
    apt_get(DEBIAN_RUST)
}

/// Installs Chromium where there is none, and gives its path.
pub(crate) fn chromium() -> Result<String, String> {
    let find = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(|p| output(command("which").arg(p)));
    if let Some(path) = std::env::var("CHROMIUM").ok().or_else(find) {
        return Ok(path);
    }
    apt_get(&["chromium"])?;
    find().ok_or_else(|| "Chromium is missing: install it, or say where it is with the variable CHROMIUM".to_owned())
}

/// Installs cargo-deny beside the build where there is none, and gives its path.
pub(crate) fn cargo_deny() -> Result<String, String> {
    let folder = crate::target().join("tools");
    let own = folder.join("bin/cargo-deny").display().to_string();
    if let Some(found) = ["cargo-deny", &own].into_iter().find(|program| output(command(program).arg("--version")).is_some()) {
        return Ok(found.to_owned());
    }
    eprintln!("missing: cargo-deny; cargo installs it into {}", folder.display());
    // Without optimization: it is built in half the time and still answers within seconds.
    let mut install = command("cargo");
    install.args(["install", "--locked", "--debug", "--no-default-features", "--version", CARGO_DENY, "cargo-deny", "--root"]).arg(&folder);
    install.env("CARGO_TARGET_DIR", folder.join("build")).env("CARGO_PROFILE_DEV_DEBUG", "0");
    run(&mut install).map(|()| own)
}

/// Looks for a Node that Vite accepts.
pub(crate) fn node() -> Result<(), String> {
    let version = output(command("node").arg("--version")).unwrap_or_default();
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|n| n.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(20), Some(19..)) | (Some(22..), _) => Ok(()),
        _ => Err(format!(
            "Node 20.19, or 22 and newer, is needed for the tests of the browser build; found {version:?}. See https://nodejs.org"
        )),
    }
}

/// Installs the npm packages of the playground as its lock file names them.
pub(crate) fn npm_packages() -> Result<(), String> {
    let (packages, lock) = (crate::playground().join("node_modules/.package-lock.json"), crate::playground().join("package-lock.json"));
    let written = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    if written(&packages).is_some_and(|installed| written(&lock).is_some_and(|locked| installed >= locked)) {
        return Ok(());
    }
    run(command("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(crate::playground()))
}

fn has_target() -> bool {
    let libraries = output(command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    libraries.is_some_and(|folder| Path::new(&folder).is_dir())
}

fn has_debian_rust() -> bool {
    [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_LINKER, DEBIAN_SOURCES].into_iter().all(|path| Path::new(path).exists())
}

/// Installs Debian packages, where this is Debian and we may.
fn apt_get(packages: &[&str]) -> Result<(), String> {
    let root = output(command("id").arg("-u")).is_some_and(|id| id == "0");
    let list = packages.join(" ");
    if !root || output(command("apt-get").arg("--version")).is_none() {
        return Err(format!("missing: {list}. On Debian, get them with\n    sudo apt-get install {list}"));
    }
    eprintln!("missing: {list}; apt-get installs them");
    let mut install = command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages);
    run(command("apt-get").args(["update", "--quiet"])).and_then(|()| run(&mut install))
}
