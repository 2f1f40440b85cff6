//! What the tests over `testdata/` and `examples/` share: stacks on the disk, their options, golden files.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that meets what it does not expect shall fail")]

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use transship::lower::Object;
use transship::table::IndexMap;
use transship::{Files, Input, Kind, Options, Selection, Translation};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Shall golden files be rewritten instead of compared?
pub(crate) fn blesses() -> bool {
    std::env::var("TRANSSHIP_BLESS").is_ok_and(|value| value == "1")
}

/// A folder of the disk under a path that is the same on every machine.
pub(crate) struct Disk {
    folder: PathBuf,
    mounted: String,
}

impl Disk {
    /// `folder` as `/stacks/<its name>`: the project's name comes from there.
    pub(crate) fn new(folder: &Path) -> Self {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a folder with a name");
        Self { folder: folder.to_owned(), mounted: format!("/stacks/{name}") }
    }

    fn real(&self, path: &str) -> Option<PathBuf> {
        let below = path.strip_prefix(&self.mounted)?;
        (below.is_empty() || below.starts_with('/')).then(|| self.folder.join(below.trim_start_matches('/')))
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.kind(path) {
            Kind::Folder => Err("is a directory".to_owned()),
            Kind::File { .. } => fs::read(self.real(path).expect("a file below the folder")).map_err(|e| e.to_string()),
            Kind::Missing | Kind::Other => Err("no such file or directory".to_owned()),
        }
    }

    fn list(&self, path: &str) -> Vec<String> {
        let Some(entries) = self.real(path).and_then(|folder| fs::read_dir(folder).ok()) else { return Vec::new() };
        let names: BTreeSet<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.into_iter().collect()
    }

    fn kind(&self, path: &str) -> Kind {
        let Some(found) = self.real(path).and_then(|path| fs::metadata(path).ok()) else { return Kind::Missing };
        if found.is_dir() {
            return Kind::Folder;
        }
        Kind::File { size: found.len(), executable: executable(&found) }
    }
}

#[cfg(unix)]
fn executable(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    found.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_: &fs::Metadata) -> bool {
    false
}

/// Which project of the folder, and with which environment: the keys of `options.yaml` that are no options of the translation.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Chosen {
    /// Compose files, relative to the folder.
    files: Vec<String>,
    env_files: Vec<String>,
    project_directory: Option<String>,
    project_name: Option<String>,
    profiles: Vec<String>,
    all_resources: bool,
    services: Vec<String>,
    /// The process environment.
    env: IndexMap<String, String>,
}

const CHOSEN: &[&str] = &["files", "env-files", "project-directory", "project-name", "profiles", "all-resources", "services", "env"];

/// A stack on the disk and how it is translated.
pub(crate) struct Stack {
    /// `<area>/<case>` or the example's name.
    pub(crate) name: String,
    /// Where its files are.
    pub(crate) folder: PathBuf,
    /// How it is translated.
    pub(crate) options: Options,
    chosen: Chosen,
}

impl Stack {
    /// The stack of a folder, with the options of a file that need not exist.
    pub(crate) fn new(name: String, folder: PathBuf, options: &Path) -> Self {
        let text = fs::read_to_string(options).unwrap_or_default();
        let mut all: serde_yaml::Mapping = if text.trim().is_empty() {
            serde_yaml::Mapping::new()
        } else {
            serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", options.display()))
        };
        let chosen: serde_yaml::Mapping = CHOSEN.iter().filter_map(|key| all.remove_entry(*key)).collect();
        Self {
            name,
            folder,
            options: serde_yaml::from_value(all.into()).unwrap_or_else(|e| panic!("{}: {e}", options.display())),
            chosen: serde_yaml::from_value(chosen.into()).unwrap_or_else(|e| panic!("{}: {e}", options.display())),
        }
    }

    /// What the core makes of it.
    pub(crate) fn translate(&self) -> Translation {
        self.translate_with(&self.options)
    }

    /// What the core makes of it with other options.
    pub(crate) fn translate_with(&self, options: &Options) -> Translation {
        let disk = Disk::new(&self.folder);
        self.translate_from(&disk, options)
    }

    /// The objects that the core makes of it, as data.
    pub(crate) fn objects(&self) -> Vec<Object> {
        let mut objects = Vec::new();
        let disk = Disk::new(&self.folder);
        let translation = transship::translate_each(&self.input(&disk), &self.options, |object| objects.push(object.clone()));
        assert_eq!(objects.len(), translation.objects.len());
        objects
    }

    /// What the core makes of it where its files come from somewhere else: under the paths that [`Disk`] gives them.
    pub(crate) fn translate_from(&self, files: &dyn Files, options: &Options) -> Translation {
        transship::translate(&self.input(files), options)
    }

    fn input<'f>(&self, files: &'f dyn Files) -> Input<'f> {
        let working_folder = Disk::new(&self.folder).mounted;
        let chosen = &self.chosen;
        let selection = Selection {
            files: chosen.files.clone(),
            env_files: chosen.env_files.clone(),
            project_directory: chosen.project_directory.clone(),
            project_name: chosen.project_name.clone(),
            profiles: chosen.profiles.clone(),
            all_resources: chosen.all_resources,
            services: chosen.services.clone(),
        };
        Input { files, environment: chosen.env.clone(), working_folder, selection }
    }

    /// The first Compose file.
    pub(crate) fn compose_file(&self) -> PathBuf {
        self.folder.join(self.chosen.files.first().map_or("compose.yaml", String::as_str))
    }
}

/// The folders in a folder, sorted.
pub(crate) fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The files below a folder, sorted, as paths relative to it.
pub(crate) fn files_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(below) = path.strip_prefix(folder) {
                found.insert(below.to_owned());
            }
        }
    }
    found
}

/// Every case of `testdata/`: `<area>/<case>` with a Compose file.
pub(crate) fn cases() -> Vec<Stack> {
    let mut cases = Vec::new();
    // The conformance cases are for the loader alone.
    for area in folders(&root().join("testdata")).into_iter().filter(|area| base(area) != "conformance") {
        for folder in folders(&area) {
            let options = folder.join("options.yaml");
            let name = format!("{}/{}", base(&area), base(&folder));
            let stack = Stack::new(name, folder, &options);
            if stack.compose_file().is_file() {
                cases.push(stack);
            }
        }
    }
    assert!(!cases.is_empty(), "no case in testdata/");
    cases
}

/// Every example with its options and the folder of its manifests: `options.yaml` → `k8s`, `options/<name>.yaml` → `k8s/<name>`.
pub(crate) fn examples() -> Vec<(Stack, PathBuf)> {
    let mut examples = Vec::new();
    for folder in folders(&root().join("examples")) {
        let name = base(&folder);
        let variants = files_below(&folder.join("options"));
        for variant in &variants {
            let stem = variant.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            let options = folder.join("options").join(variant);
            examples.push((Stack::new(format!("{name}/{stem}"), folder.clone(), &options), folder.join("k8s").join(stem)));
        }
        if variants.is_empty() {
            let options = folder.join("options.yaml");
            examples.push((Stack::new(name, folder.clone(), &options), folder.join("k8s")));
        }
    }
    assert!(!examples.is_empty(), "no example");
    examples
}

/// The last part of a path.
pub(crate) fn base(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned()
}

/// The diagnostics as `diagnostics.txt` holds them.
pub(crate) fn diagnostics(translation: &Translation) -> String {
    translation.diagnostics.iter().map(|d| transship::diag::text::plain(d, &translation.sources)).collect()
}

/// Compares a golden file with what it should be; nothing is as good as no file. Says what differs, or rewrites it.
pub(crate) fn compare(path: &Path, actual: &str) -> Option<String> {
    let golden = fs::read_to_string(path).unwrap_or_default();
    if golden == actual {
        return None;
    }
    if blesses() {
        if actual.is_empty() {
            fs::remove_file(path).expect("a stale golden file");
        } else {
            fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of golden files");
            fs::write(path, actual).expect("a golden file");
        }
        return None;
    }
    let at = golden.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or("(nothing)").to_owned();
    let shown = path.strip_prefix(root()).unwrap_or(path).display();
    Some(format!("{shown}:{}:\n  - {}\n  + {}", at + 1, line(&golden), line(actual)))
}

/// Fails with all that differs.
pub(crate) fn none_differs(differences: &[String]) {
    assert!(differences.is_empty(), "{} differ; TRANSSHIP_BLESS=1 writes them anew:\n{}", differences.len(), differences.join("\n"));
}
