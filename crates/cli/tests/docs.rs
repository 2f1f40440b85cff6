//! Every command in the README, the guide and the examples' pages is run, and prints what the page says.
//!
//! A page has a folder of its own: a copy of `examples/` without the manifests, and every fenced `yaml` block whose first line is `# NAME` as the file NAME.
//! In a `console` block a line `$ transship …` (or `ls`, `cat`, `grep`, or this command by `cargo run`) is run there (a final `\` continues it); the lines after it are what a person sees:
//! standard output, then standard error. `…` alone on a line stands for any number of lines. No lines: anything may be printed. After a line
//! `# exit status N` the command must end so; otherwise with 0. `TRANSSHIP_BLESS=1` writes what was printed into the pages, except
//! where they have `…`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that meets what it does not expect shall fail")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[test]
fn every_command_prints_what_the_page_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    pages.extend(markdown_in(&root.join("docs/guide")));
    for example in fs::read_dir(root.join("examples")).unwrap() {
        pages.push(example.unwrap().path().join("README.md"));
    }
    pages.sort();
    let bless = env::var_os("TRANSSHIP_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut commands = 0;
    for page in pages.iter().filter(|p| p.is_file()) {
        let text = fs::read_to_string(page).unwrap();
        let name = page.strip_prefix(&root).unwrap().display().to_string();
        let (seen, count) = run_page(&root, &text, &name, &mut wrong);
        commands += count;
        if bless && seen != text {
            fs::write(page, seen).unwrap();
        }
    }
    assert!(commands > 5, "the pages hold only {commands} commands: are they read?");
    assert!(bless || wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|e| e.flatten().map(|e| e.path()).collect::<Vec<_>>()).unwrap_or_default();
    entries.into_iter().filter(|p| p.extension().is_some_and(|e| e == "md")).collect()
}

/// The page with the answers of today, and how many commands it has. What differs is added to `wrong`.
fn run_page(root: &Path, text: &str, name: &str, wrong: &mut Vec<String>) -> (String, usize) {
    let folder = env::temp_dir().join(format!("transship-docs-{}-{}", std::process::id(), name.replace(['/', '.'], "-")));
    let _ = fs::remove_dir_all(&folder);
    copy(&root.join("examples"), &folder.join("examples"));
    let mut out = String::new();
    let mut commands = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(language) = line.strip_prefix("```").filter(|l| !l.is_empty()) else { continue };
        let mut block = Vec::new();
        for line in lines.by_ref() {
            if line == "```" {
                break;
            }
            block.push(line);
        }
        match language {
            "yaml" => {
                if let Some(file) = block.first().and_then(|l| l.strip_prefix("# ")).filter(|f| f.contains('.') && !f.contains(' ')) {
                    fs::write(folder.join(file), block.join("\n") + "\n").unwrap();
                }
                out.push_str(&block.join("\n"));
                out.push('\n');
            }
            "console" => commands += run_block(&folder, &block, name, &mut out, wrong),
            _ => {
                for line in block {
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
        out.push_str("```\n");
    }
    let _ = fs::remove_dir_all(&folder);
    (out, commands)
}

fn run_block(folder: &Path, block: &[&str], name: &str, out: &mut String, wrong: &mut Vec<String>) -> usize {
    let mut commands = 0;
    let mut lines = block.iter().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(first) = line.strip_prefix("$ ") else { continue };
        let mut command = first.replace("cargo run --release --package transship-cli -- ", "transship ");
        while command.ends_with('\\') {
            command.pop();
            let next = lines.next().unwrap();
            out.push_str(next);
            out.push('\n');
            command.push_str(next.trim_start());
        }
        let mut expected = Vec::new();
        while let Some(line) = lines.next_if(|l| !l.starts_with("$ ")) {
            expected.push(*line);
        }
        if !["transship", "ls", "cat", "grep"].iter().any(|program| command.starts_with(program)) {
            for line in expected {
                out.push_str(line);
                out.push('\n');
            }
            continue;
        }
        commands += 1;
        let status = expected.last().and_then(|l| l.strip_prefix("# exit status ")).map_or(0, |n| n.parse::<i32>().unwrap());
        let shown: Vec<&str> = expected.iter().copied().filter(|l| !l.starts_with("# exit status ")).collect();
        let (got_status, got) = run(folder, &command);
        let same = shown.is_empty() || matches(&shown, &got.lines().collect::<Vec<_>>());
        if !same || got_status != status {
            wrong.push(format!("{name}: $ {command}\nexit status {got_status}, expected {status}; printed:\n{got}"));
        }
        if shown.is_empty() || shown.contains(&"…") {
            for line in &shown {
                out.push_str(line);
                out.push('\n');
            }
        } else {
            for line in got.trim_end().lines() {
                out.push_str(line);
                out.push('\n');
            }
        }
        if status != 0 {
            out.push_str(&format!("# exit status {status}\n"));
        }
    }
    commands
}

fn run(folder: &Path, command: &str) -> (i32, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_transship"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), env::var("PATH").unwrap());
    let done =
        Command::new("sh").args(["-c", command]).current_dir(folder).env_clear().env("PATH", path).env("HOME", folder).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    (done.status.code().unwrap_or(-1), text.replace(&folder.canonicalize().unwrap().display().to_string(), "."))
}

/// Do the lines match, where `…` stands for any number of them?
fn matches(expected: &[&str], got: &[&str]) -> bool {
    match expected.split_first() {
        None => got.is_empty(),
        Some((&"…", rest)) => (0..=got.len()).any(|n| matches(rest, &got[n..])),
        Some((line, rest)) => got.split_first().is_some_and(|(first, others)| first.trim_end() == line.trim_end() && matches(rest, others)),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten().filter(|e| e.file_name() != "k8s") {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
