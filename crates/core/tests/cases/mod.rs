//! The cases of `testdata/`: `<area>/<attribute>-<aspect>/` with a `compose.yaml`, whatever files it mentions, and where the
//! translation needs them, `options.toml`.
//!
//! `options.toml` holds options by their names (`shared-volumes = "colocate"`), then tables: `[selection]` with the global flags
//! (`profiles = ["debug"]`, `files = ["a.yaml", "b.yaml"]`) and `[environment]` with variables. Values stand on one line.

#![allow(dead_code, reason = "each test program uses the part that it needs")]
#![allow(clippy::panic, reason = "a test stops at what it cannot read")]

use indexmap::IndexMap;
use std::path::{Path, PathBuf};
use transship::{Input, MemoryFiles, Options, Selection, Translation};

/// Where every case believes to stand.
pub(crate) const FOLDER: &str = "/project";

/// One folder of `testdata/`.
#[derive(Clone)]
pub(crate) struct Case {
    /// `<area>/<case>`.
    pub(crate) name: String,
    /// Its files, below [`FOLDER`].
    pub(crate) files: MemoryFiles,
    /// The paths and contents of the YAML files among them, below [`FOLDER`].
    pub(crate) yaml: Vec<(String, String)>,
    /// The options of `options.toml`.
    pub(crate) options: Options,
    /// `[selection]` of it.
    pub(crate) selection: Selection,
    /// `[environment]` of it.
    pub(crate) environment: IndexMap<String, String>,
}

impl Case {
    /// Translates it, with these files in place of its own of the same paths.
    pub(crate) fn translate(&self, changed: &[(String, String)]) -> Translation {
        let mut files = self.files.clone();
        for (path, text) in changed {
            files.add(path.clone(), text.clone(), false);
        }
        let (environment, selection) = (self.environment.clone(), self.selection.clone());
        transship::translate(&Input { files: &files, environment, working_folder: FOLDER.to_owned(), selection }, &self.options)
    }
}

/// The folder of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every case, by name.
pub(crate) fn all() -> Vec<Case> {
    let root = workspace().join("testdata");
    let areas = folders(&root);
    let cases = areas.iter().flat_map(|area| folders(&root.join(area)).into_iter().map(move |case| format!("{area}/{case}")));
    cases.filter(|name| root.join(name).join("compose.yaml").is_file()).map(|name| read(&root, name)).collect()
}

/// The names of the folders in a folder, sorted.
fn folders(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn read(root: &Path, name: String) -> Case {
    let mut files = MemoryFiles::new();
    let mut yaml = Vec::new();
    add(&root.join(&name), FOLDER, &mut files, &mut yaml);
    let settings = std::fs::read_to_string(root.join(&name).join("options.toml")).unwrap_or_default();
    let mut tables = settings_of(&settings).unwrap_or_else(|line| panic!("testdata/{name}/options.toml: cannot read {line:?}"));
    let mut table = |key: &str| tables.swap_remove(key).unwrap_or_default();
    let options = serde_json::from_value(table("").into());
    let options = options.unwrap_or_else(|error| panic!("testdata/{name}/options.toml: {error}"));
    let selection = selection(&table("selection"));
    let environment = table("environment").into_iter().map(|(key, value)| (key, value.as_str().unwrap_or_default().to_owned())).collect();
    Case { name, files, yaml, options, selection, environment }
}

/// Adds what lies in a folder.
fn add(folder: &Path, path: &str, files: &mut MemoryFiles, yaml: &mut Vec<(String, String)>) {
    for name in folders(folder) {
        add(&folder.join(&name), &format!("{path}/{name}"), files, yaml);
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    for name in names.iter().filter(|name| *name != "options.toml") {
        let content = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{}: {error}", folder.join(name).display()));
        if let (true, Ok(text)) = (name.ends_with(".yaml"), String::from_utf8(content.clone())) {
            yaml.push((format!("{path}/{name}"), text));
        }
        files.add(format!("{path}/{name}"), content.clone(), content.starts_with(b"#!"));
    }
}

/// One table of settings.
type Table = serde_json::Map<String, serde_json::Value>;

/// The tables of a file of settings; the first has no name. The line that cannot be read, if there is one.
fn settings_of(text: &str) -> Result<IndexMap<String, Table>, String> {
    let mut tables = IndexMap::new();
    let mut current = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            current = name.to_owned();
            continue;
        }
        let setting = line.split_once('=').and_then(|(key, value)| Some((key.trim(), serde_json::from_str(value.trim()).ok()?)));
        let (key, value) = setting.ok_or_else(|| line.to_owned())?;
        tables.entry(current.clone()).or_insert_with(Table::new).insert(key.trim_matches('"').to_owned(), value);
    }
    Ok(tables)
}

fn selection(table: &Table) -> Selection {
    let list = |key: &str| -> Vec<String> {
        let items = table.get(key).and_then(serde_json::Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let text = |key: &str| table.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    Selection {
        files: list("files"),
        env_files: list("env-files"),
        project_directory: text("project-directory"),
        project_name: text("project-name"),
        profiles: list("profiles"),
        services: list("services"),
    }
}
