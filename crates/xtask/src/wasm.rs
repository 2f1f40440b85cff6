//! Builds crates/wasm: cargo, wasm-bindgen, wasm-opt.

use crate::shell::{command, run};
use crate::toolchain;
use std::fs;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// What LLVM and wasm-bindgen write; wasm-opt takes a module with features only by name.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds `crates/wasm/pkg/node` and `crates/wasm/pkg/web`. `small` takes minutes more and gives a module for browsers that is a fifth
/// smaller; what a server sends compressed hardly shrinks.
pub(crate) fn build(small: bool) -> Result<(), String> {
    // A folder of its own: another compiler may build here, and each would throw away the other's work.
    let target = crate::target().join("wasm");
    run(toolchain::wasm_build()?.args(["--package", "transship-wasm", "--profile", "wasm", "--locked", "--target-dir"]).arg(&target))?;
    let module = target.join("wasm32-unknown-unknown/wasm/transship_wasm.wasm");
    let package = crate::root().join("crates/wasm/pkg");
    for kind in ["node", "web"] {
        let folder = package.join(kind);
        let mut bindgen = Bindgen::new();
        bindgen.input_path(&module).out_name("transship").typescript(true).remove_name_section(true);
        if kind == "node" { bindgen.nodejs(true) } else { bindgen.omit_default_module_path(false).web(true) }
            .and_then(|bindgen| bindgen.generate(&folder))
            .map_err(|e| format!("wasm-bindgen: {e:#}"))?;
        let module = folder.join("transship_bg.wasm");
        if small && kind == "web" {
            optimize(&module)?;
        }
        let size = fs::read(&module).and_then(|bytes| Ok((bytes.len(), gzipped(&bytes)?)));
        let (raw, gzip) = size.map_err(|e| format!("{}: {e}", module.display()))?;
        println!("crates/wasm/pkg/{kind}/transship_bg.wasm: {} kB, {} kB with gzip", raw / 1000, gzip / 1000);
    }
    Ok(())
}

/// Runs wasm-opt over a module.
fn optimize(module: &Path) -> Result<(), String> {
    toolchain::node()?;
    toolchain::npm_packages()?;
    let tool = crate::playground().join("node_modules/binaryen/bin/wasm-opt");
    run(command("node").arg(tool).arg("-Os").args(FEATURES).arg(module).arg("-o").arg(module))
}

/// How many bytes a server sends.
fn gzipped(bytes: &[u8]) -> std::io::Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes)?;
    Ok(encoder.finish()?.len())
}
