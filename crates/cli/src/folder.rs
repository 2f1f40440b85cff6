//! The output folder: what is written there, what a later run may replace, and what it may take away.
//!
//! The folder belongs to the user. A file is replaced or removed only when it is provably what an earlier run wrote: its name stands
//! in the folder's list with the checksum of its content. Everything else stays, unless `--force` says otherwise.

use crate::exit::Failure;
use crate::write::{Staged, cannot_write};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use transship::render::File;

/// The list of what the last run wrote. `kubectl` does not read it.
const LIST: &str = ".transship";

/// What a run may do to the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permission {
    /// Replace files that were edited, or that something else wrote.
    pub(crate) force: bool,
    /// Remove what earlier runs wrote and this one did not. Not after an error: what is missing may only be spoilt.
    pub(crate) remove_stale: bool,
}

/// What a run does to the folder.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// New or different files, with their content.
    write: Vec<(String, String)>,
    /// Files that stand there as they should be.
    unchanged: usize,
    /// What earlier runs wrote and nothing needs any more.
    remove: Vec<String>,
    /// The same, but edited since, or kept because of an error.
    stale: Vec<String>,
    /// Other files that `kubectl apply -f` would apply too.
    foreign: Vec<String>,
    /// What the list says before and after.
    before: List,
    after: List,
}

/// The checksums of each file that is known; two while a run is under way.
type List = BTreeMap<String, BTreeSet<u64>>;

/// What stands at a path of the folder.
enum Found {
    Nothing,
    /// A regular file.
    File(Vec<u8>),
    /// A folder, a link or something else that is not written over.
    Other(&'static str),
}

impl Changes {
    /// Compares the folder with the files that it shall hold. Nothing is written.
    ///
    /// # Errors
    /// The folder cannot be read, or a file stands there that may not be replaced.
    pub(crate) fn plan(folder: &Path, files: &[File], permission: Permission) -> Result<Self, Failure> {
        if fs::metadata(folder).is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(Failure::new(format!("{} is a file; --output takes a folder", folder.display())));
        }
        let before = read_list(folder)?;
        let mut changes = Self::default();
        let mut refused = Vec::new();
        for file in files {
            if !is_inside(&file.path) {
                return Err(Failure::new(format!("\"{}\" leads out of the folder", file.path.escape_debug())));
            }
            let checksum = checksum(file.content.as_bytes());
            changes.after.entry(file.path.clone()).or_default().insert(checksum);
            match find(folder, &file.path)? {
                Found::File(content) if content == file.content.as_bytes() => changes.unchanged += 1,
                Found::File(content) if !permission.force && !knows(&before, &file.path, &content) => {
                    let why = if before.contains_key(&file.path) { "was edited" } else { "was not written by transship" };
                    refused.push(format!("{} {why}", file.path));
                }
                Found::Other(what) => refused.push(format!("{} {what}", file.path)),
                Found::File(_) | Found::Nothing => changes.write.push((file.path.clone(), file.content.clone())),
            }
        }
        if !refused.is_empty() {
            let hint = "nothing was written; move them away or choose another folder (--force replaces files)";
            return Err(Failure::new(format!(
                "{} holds files that may not be replaced: {}; {hint}",
                folder.display(),
                shortened(&refused)
            )));
        }
        for (path, sums) in &before {
            if changes.after.contains_key(path) {
                continue;
            }
            match find(folder, path)? {
                Found::File(content) if permission.remove_stale && sums.contains(&checksum(&content)) => changes.remove.push(path.clone()),
                Found::File(_) => {
                    changes.stale.push(path.clone());
                    changes.after.insert(path.clone(), sums.clone());
                }
                Found::Nothing | Found::Other(_) => {}
            }
        }
        changes.foreign = foreign(folder, |name| changes.after.contains_key(name) || before.contains_key(name));
        changes.before = before;
        Ok(changes)
    }

    /// Carries the changes out. Every file is written beside its place first: when that fails, none has changed.
    ///
    /// # Errors
    /// What could not be written.
    pub(crate) fn apply(&self, folder: &Path) -> Result<(), Failure> {
        fs::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
        let mut staged = Vec::with_capacity(self.write.len());
        for (path, content) in &self.write {
            let target = folder.join(path);
            let parent = target.parent().unwrap_or(folder);
            let written = fs::create_dir_all(parent).and_then(|()| Staged::new(&target, content.as_bytes()));
            staged.push((written.map_err(|e| cannot_write(&target, &e))?, target));
        }
        // Should the run end half-way, the list knows both the old files and the new.
        let mut both = self.before.clone();
        for (path, sums) in &self.after {
            both.entry(path.clone()).or_default().extend(sums);
        }
        self.write_list(folder, &both)?;
        for (file, target) in staged {
            file.commit().map_err(|e| cannot_write(&target, &e))?;
        }
        for path in &self.remove {
            let target = folder.join(path);
            fs::remove_file(&target).map_err(|e| cannot_write(&target, &e))?;
            // Folders of ours go with their last file; the system refuses where something else lies in them.
            for parent in target.ancestors().skip(1).take_while(|parent| *parent != folder) {
                if fs::remove_dir(parent).is_err() {
                    break;
                }
            }
        }
        self.write_list(folder, &self.after)
    }

    /// Writes the list, unless it stands there already.
    fn write_list(&self, folder: &Path, list: &List) -> Result<(), Failure> {
        let mut text = "# The files that transship wrote here, with their checksums: it replaces and removes only these.\n".to_owned();
        for (path, sums) in list {
            for sum in sums {
                text += &format!("{sum:016x}  {path}\n");
            }
        }
        let path = folder.join(LIST);
        if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(());
        }
        Staged::new(&path, text.as_bytes()).and_then(Staged::commit).map_err(|e| cannot_write(&path, &e))
    }

    /// What happened to the folder, or would happen, line by line.
    pub(crate) fn describe(&self, folder: &Path, dry_run: bool) -> String {
        let folder = folder.display();
        let count = |n: usize| if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
        let (wrote, removed) = if dry_run { ("would write", "would remove") } else { ("wrote", "removed") };
        let mut out = String::new();
        if dry_run {
            let names: Vec<&String> = self.write.iter().map(|(path, _)| path).collect();
            out += &names.iter().map(|path| format!("would write {folder}/{path}\n")).collect::<String>();
        }
        out += &format!("{wrote} {} to {folder}", count(self.write.len()));
        if self.unchanged > 0 {
            out += &format!(", {} unchanged", self.unchanged);
        }
        out.push('\n');
        for path in &self.remove {
            out += &format!("{removed} {folder}/{path}: the project does not need it any more\n");
        }
        for path in &self.stale {
            out += &format!("left {folder}/{path}: an earlier run wrote it, this one did not\n");
        }
        if !self.foreign.is_empty() {
            let names = shortened(&self.foreign);
            out += &format!("left alone in {folder}, though kubectl would apply it too: {names}\n");
        }
        out
    }
}

/// Reads the list; empty where there is none.
fn read_list(folder: &Path) -> Result<List, Failure> {
    let path = folder.join(LIST);
    let text = match find(folder, LIST)? {
        Found::File(content) => String::from_utf8_lossy(&content).into_owned(),
        Found::Nothing => return Ok(List::new()),
        Found::Other(what) => return Err(Failure::new(format!("{} {what}", path.display()))),
    };
    let mut list = List::new();
    for (sum, path) in text.lines().filter_map(|line| line.split_once("  ")) {
        // The folder may come from somebody else: a name in the list must not lead out of it.
        if let (Ok(sum), true) = (u64::from_str_radix(sum, 16), is_inside(path)) {
            list.entry(path.to_owned()).or_default().insert(sum);
        }
    }
    Ok(list)
}

/// Did an earlier run write exactly this?
fn knows(list: &List, path: &str, content: &[u8]) -> bool {
    list.get(path).is_some_and(|sums| sums.contains(&checksum(content)))
}

/// Is it a relative path that stays where it starts?
fn is_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|c| matches!(c, Component::Normal(_)))
}

/// Looks at a path of the folder without following links in it.
fn find(folder: &Path, path: &str) -> Result<Found, Failure> {
    let mut at = PathBuf::from(folder);
    let mut components = Path::new(path).components().peekable();
    while let Some(component) = components.next() {
        at.push(component);
        let metadata = match fs::symlink_metadata(&at) {
            Ok(metadata) => metadata,
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Found::Nothing),
            Err(e) => return Err(Failure::new(format!("{} cannot be read: {e}", at.display()))),
        };
        let is_last = components.peek().is_none();
        if metadata.is_symlink() {
            return Ok(Found::Other("is a link"));
        } else if is_last && metadata.is_file() {
            let content = fs::read(&at).map_err(|e| Failure::new(format!("{} cannot be read: {e}", at.display())))?;
            return Ok(Found::File(content));
        } else if is_last {
            return Ok(Found::Other("is not a file"));
        } else if !metadata.is_dir() {
            return Ok(Found::Other("needs a folder where a file stands"));
        }
    }
    Ok(Found::Nothing)
}

/// The manifests at the top of the folder that are not `ours`, sorted.
fn foreign(folder: &Path, ours: impl Fn(&str) -> bool) -> Vec<String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let is_manifest = |name: &str| [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
    let mut names: Vec<String> = names.filter(|name| is_manifest(name) && !name.starts_with('.') && !ours(name)).collect();
    names.sort();
    names
}

/// A few of the names, and how many more there are.
fn shortened(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    let more = names.len().saturating_sub(shown.len());
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// FNV-1a, 64 bits: it tells an edited file from an untouched one, and guards against nobody.
fn checksum(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Permission = Permission { force: false, remove_stale: true };

    /// A folder that is gone after the test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("transship-folder-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn out(&self) -> PathBuf {
            self.0.join("k8s")
        }

        fn put(&self, path: &str, content: &str) {
            let path = self.out().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }

        fn get(&self, path: &str) -> Option<String> {
            fs::read_to_string(self.out().join(path)).ok()
        }

        /// Every name in the folder but the list.
        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(self.out()).into_iter().flatten().flatten();
            let mut names: Vec<String> = entries.map(|e| e.file_name().into_string().unwrap()).filter(|n| n != LIST).collect();
            names.sort();
            names
        }

        fn run(&self, files: &[(&str, &str)], permission: Permission) -> Result<String, String> {
            let files: Vec<File> = files.iter().map(|(path, content)| File { path: (*path).into(), content: (*content).into() }).collect();
            let changes = Changes::plan(&self.out(), &files, permission).map_err(|e| e.message)?;
            changes.apply(&self.out()).map_err(|e| e.message)?;
            Ok(changes.describe(Path::new("k8s"), false))
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_second_run_replaces_and_removes_what_the_first_wrote() {
        let scratch = Scratch::new("second");
        assert_eq!(scratch.run(&[("a.yaml", "1"), ("b.yaml", "1"), ("t/c.yaml", "1")], ALL).unwrap(), "wrote 3 files to k8s\n");
        let said = scratch.run(&[("a.yaml", "2"), ("b.yaml", "1")], ALL).unwrap();
        let removed = "removed k8s/t/c.yaml: the project does not need it any more\n";
        assert_eq!(said, format!("wrote 1 file to k8s, 1 unchanged\n{removed}"));
        assert_eq!(scratch.names(), ["a.yaml", "b.yaml"]);
        assert_eq!(scratch.get("a.yaml").unwrap(), "2");
    }

    #[test]
    fn a_file_of_the_user_is_not_replaced_and_nothing_else_is_written() {
        let scratch = Scratch::new("user");
        scratch.put("b.yaml", "mine");
        let error = scratch.run(&[("a.yaml", "1"), ("b.yaml", "1")], ALL).unwrap_err();
        assert!(error.contains("b.yaml was not written by transship"), "{error}");
        assert_eq!(scratch.names(), ["b.yaml"]);
        scratch.run(&[("a.yaml", "1"), ("b.yaml", "1")], Permission { force: true, ..ALL }).unwrap();
        assert_eq!(scratch.get("b.yaml").unwrap(), "1");
    }

    #[test]
    fn an_edited_file_is_neither_replaced_nor_removed() {
        let scratch = Scratch::new("edited");
        scratch.run(&[("a.yaml", "1"), ("b.yaml", "1")], ALL).unwrap();
        scratch.put("a.yaml", "edited");
        let error = scratch.run(&[("a.yaml", "2")], ALL).unwrap_err();
        assert!(error.contains("a.yaml was edited"), "{error}");
        let said = scratch.run(&[("b.yaml", "1")], ALL).unwrap();
        assert!(said.contains("left k8s/a.yaml"), "{said}");
        assert_eq!(scratch.get("a.yaml").unwrap(), "edited");
    }

    #[test]
    fn nothing_is_removed_after_an_error_and_the_next_run_still_knows_it() {
        let scratch = Scratch::new("error");
        scratch.run(&[("a.yaml", "1"), ("b.yaml", "1")], ALL).unwrap();
        let said = scratch.run(&[("a.yaml", "1")], Permission { remove_stale: false, ..ALL }).unwrap();
        assert!(said.contains("left k8s/b.yaml"), "{said}");
        scratch.run(&[("a.yaml", "1")], ALL).unwrap();
        assert_eq!(scratch.names(), ["a.yaml"]);
    }

    #[test]
    fn other_manifests_are_left_and_named() {
        let scratch = Scratch::new("other");
        scratch.put("mine.yml", "x");
        scratch.put("notes.txt", "x");
        let said = scratch.run(&[("a.yaml", "1")], ALL).unwrap();
        assert!(said.ends_with("left alone in k8s, though kubectl would apply it too: mine.yml\n"), "{said}");
        assert_eq!(scratch.names(), ["a.yaml", "mine.yml", "notes.txt"]);
    }

    #[test]
    fn a_list_from_elsewhere_reaches_nothing_outside_of_the_folder() {
        let scratch = Scratch::new("list");
        fs::write(scratch.0.join("victim.yaml"), "x").unwrap();
        scratch.put(
            LIST,
            &format!("{:016x}  ../victim.yaml\n{:016x}  {}\n", checksum(b"x"), checksum(b"x"), scratch.0.join("victim.yaml").display()),
        );
        scratch.run(&[("a.yaml", "1")], ALL).unwrap();
        assert!(scratch.0.join("victim.yaml").exists());
    }

    #[cfg(unix)]
    #[test]
    fn no_link_in_the_folder_is_written_through() {
        let scratch = Scratch::new("link");
        fs::write(scratch.0.join("victim.yaml"), "x").unwrap();
        fs::create_dir_all(scratch.out()).unwrap();
        std::os::unix::fs::symlink(&scratch.0, scratch.out().join("t")).unwrap();
        std::os::unix::fs::symlink(scratch.0.join("victim.yaml"), scratch.out().join("a.yaml")).unwrap();
        let force = Permission { force: true, ..ALL };
        assert!(scratch.run(&[("t/victim.yaml", "1")], force).unwrap_err().contains("is a link"));
        assert!(scratch.run(&[("a.yaml", "1")], force).unwrap_err().contains("is a link"));
        assert_eq!(fs::read_to_string(scratch.0.join("victim.yaml")).unwrap(), "x");
    }

    #[cfg(unix)]
    #[test]
    fn when_one_file_cannot_be_written_none_has_changed() {
        let scratch = Scratch::new("partial");
        scratch.run(&[("a.yaml", "1")], ALL).unwrap();
        let files = [File { path: "a.yaml".into(), content: "2".into() }, File { path: "t/b.yaml".into(), content: "2".into() }];
        let changes = Changes::plan(&scratch.out(), &files, ALL).unwrap();
        // Between the plan and the writing, somebody puts a file where a folder has to be.
        scratch.put("t", "in the way");
        assert!(changes.apply(&scratch.out()).is_err());
        assert_eq!(scratch.get("a.yaml").unwrap(), "1");
        assert_eq!(scratch.names(), ["a.yaml", "t"]);
    }
}
