//! The files of the real disk, as the library may see them.

use crate::discover::to_text;
use std::collections::HashSet;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use transship::text::path::clean;
use transship::{Files, Kind, Selection};

/// The largest file that is read, in bytes. No Kubernetes object holds more than a mebibyte, and no person writes a larger Compose file.
const LARGEST: u64 = 256 << 20;

/// The names under which Docker Compose finds files by itself.
const DEFAULT_NAMES: [&str; 9] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
    ".env",
];

/// The disk.
///
/// A link is followed where its target lies inside one of the project's folders: a stack that somebody else wrote must not carry
/// `/etc/shadow` into a ConfigMap through a link. Files that the user names on the command line are read wherever they lie.
pub(crate) struct Disk {
    /// The project's folders, as the user names them and as they really are.
    folders: Vec<(PathBuf, PathBuf)>,
    /// The files that the user names.
    named: HashSet<PathBuf>,
    /// Standard input, once it was read.
    stdin: OnceLock<Result<Vec<u8>, String>>,
}

/// What a path leads to.
enum Target {
    /// Nothing.
    Missing,
    /// Something that may be looked at, where it really is.
    Allowed(PathBuf, fs::Metadata),
    /// Something outside of the project.
    Outside,
    /// Something that cannot be looked at, and why.
    Closed(String),
}

impl Disk {
    /// The disk as the project that `selection` names may see it, from the folder `working`.
    pub(crate) fn new(working: &Path, selection: &Selection) -> Self {
        let list = |name: &str, separator: &str| {
            let value = std::env::var(name).unwrap_or_default();
            let items: Vec<String> = value.split(separator).map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect();
            items
        };
        let mut files = selection.files.clone();
        if files.is_empty() {
            let separator = std::env::var("COMPOSE_PATH_SEPARATOR").ok().filter(|s| !s.is_empty());
            files = list("COMPOSE_FILE", separator.as_deref().unwrap_or(if cfg!(windows) { ";" } else { ":" }));
        }
        let mut env_files = selection.env_files.clone();
        if env_files.is_empty() {
            env_files = list("COMPOSE_ENV_FILES", ",");
        }
        let files: Vec<PathBuf> = files.iter().filter(|f| *f != "-").map(|f| absolute(working, f)).collect();
        let mut folders: Vec<PathBuf> = files.iter().filter_map(|f| f.parent()).map(Path::to_path_buf).collect();
        if files.is_empty() {
            let found = working.ancestors().find(|a| DEFAULT_NAMES.iter().take(4).any(|name| a.join(name).is_file()));
            folders.push(found.unwrap_or(working).to_path_buf());
        }
        folders.extend(selection.project_directory.as_ref().map(|d| absolute(working, d)));
        folders.dedup();
        let defaults = folders.iter().flat_map(|folder| DEFAULT_NAMES.iter().map(|name| folder.join(name)));
        let named = files.iter().cloned().chain(env_files.iter().map(|f| absolute(working, f))).chain(defaults).collect();
        let folders = folders.into_iter().map(|f| (f.clone(), f.canonicalize().unwrap_or(f))).collect();
        Self { folders, named, stdin: OnceLock::new() }
    }

    /// Follows a path, links and all, and says whether the end may be looked at.
    fn follow(&self, path: &Path) -> Target {
        // What the user names is not looked into: `/dev/fd/63` of `-f <(…)` has no real path.
        let real = if self.named.contains(path) { Ok(path.to_path_buf()) } else { path.canonicalize() };
        let found = real.and_then(|real| fs::metadata(&real).map(|metadata| (real, metadata)));
        match found {
            Ok((real, _)) if !self.named.contains(path) && !self.stays_inside(path, &real) => Target::Outside,
            Ok((real, metadata)) => Target::Allowed(real, metadata),
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Target::Missing,
            Err(e) => Target::Closed(reason(&e)),
        }
    }

    /// Does `path`, which really is `real`, lead only to where the project may look? Inside the project's folders links may lead
    /// anywhere in them. A path beside them (`../shared`) may be named, but no link on the way is followed.
    fn stays_inside(&self, path: &Path, real: &Path) -> bool {
        if self.folders.iter().any(|(folder, _)| path.starts_with(folder)) {
            return self.folders.iter().any(|(_, folder)| real.starts_with(folder));
        }
        let shared = |folder: &Path| path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
        let depth = self.folders.iter().map(|(folder, _)| shared(folder)).max().unwrap_or(0);
        let above: PathBuf = path.components().take(depth).collect();
        let below: PathBuf = path.components().skip(depth).collect();
        above.canonicalize().is_ok_and(|above| real == above.join(below))
    }

    /// Standard input, read the first time.
    fn read_stdin(&self) -> Result<Vec<u8>, String> {
        self.stdin.get_or_init(|| read_up_to_largest(std::io::stdin().lock())).clone()
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if path == "-" {
            return self.read_stdin();
        }
        if path == "/dev/null" {
            return Ok(Vec::new());
        }
        let path = Path::new(path);
        match self.follow(path) {
            Target::Missing => Err("no such file or directory".to_owned()),
            Target::Outside => Err("a link leads out of the project, and such links are not followed".to_owned()),
            Target::Closed(why) => Err(why),
            Target::Allowed(_, metadata) if metadata.is_dir() => Err("is a directory".to_owned()),
            // A pipe may be read where the user names it (`-f <(…)`); one that a stack mounts would block for ever.
            Target::Allowed(_, metadata) if !metadata.is_file() && !self.named.contains(path) => Err("is not a regular file".to_owned()),
            Target::Allowed(real, _) => read_up_to_largest(fs::File::open(real).map_err(|e| reason(&e))?),
        }
    }

    fn list(&self, path: &str) -> Vec<String> {
        let Target::Allowed(real, _) = self.follow(Path::new(path)) else { return Vec::new() };
        let entries = fs::read_dir(real).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn kind(&self, path: &str) -> Kind {
        match self.follow(Path::new(path)) {
            Target::Missing => Kind::Missing,
            Target::Allowed(_, metadata) if metadata.is_dir() => Kind::Folder,
            Target::Allowed(_, metadata) if metadata.is_file() => Kind::File { size: metadata.len(), executable: is_executable(&metadata) },
            Target::Allowed(..) | Target::Outside | Target::Closed(_) => Kind::Other,
        }
    }
}

/// A path of the command line, without `.` and `..`, as the library will ask for it.
fn absolute(working: &Path, path: &str) -> PathBuf {
    PathBuf::from(clean(&to_text(&working.join(path))))
}

/// Everything that `reader` gives.
fn read_up_to_largest(reader: impl Read) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut content).map_err(|e| reason(&e))?;
    if content.len() as u64 > LARGEST { Err(format!("is larger than {} MiB", LARGEST >> 20)) } else { Ok(content) }
}

/// The operating system's words without its number: `permission denied`.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split_once(" (os error").map_or_else(|| text.clone(), |(words, _)| words.to_owned())
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    /// A project folder with neighbours, gone after the test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().canonicalize().unwrap().join(format!("transship-disk-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(path.join("project/conf")).unwrap();
            fs::create_dir_all(path.join("shared")).unwrap();
            fs::write(path.join("secret"), "secret").unwrap();
            fs::write(path.join("shared/own"), "own").unwrap();
            fs::write(path.join("project/compose.yaml"), "services: {}").unwrap();
            fs::write(path.join("project/conf/a"), "a").unwrap();
            Self(path)
        }

        fn path(&self, path: &str) -> String {
            self.0.join(path).to_str().unwrap().to_owned()
        }

        fn disk(&self, selection: &Selection) -> Disk {
            Disk::new(&self.0.join("project"), selection)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn files_and_folders_are_what_they_are() {
        let scratch = Scratch::new("kinds");
        fs::set_permissions(scratch.path("project/conf/a"), fs::Permissions::from_mode(0o755)).unwrap();
        let disk = scratch.disk(&Selection::default());
        assert_eq!(disk.kind(&scratch.path("project/conf/a")), Kind::File { size: 1, executable: true });
        assert_eq!(disk.kind(&scratch.path("project/conf")), Kind::Folder);
        assert_eq!(disk.kind(&scratch.path("project/none")), Kind::Missing);
        assert_eq!(disk.kind(&scratch.path("project/conf/a/below")), Kind::Missing);
        assert_eq!(disk.list(&scratch.path("project")), ["compose.yaml", "conf"]);
        assert_eq!(disk.read(&scratch.path("project/conf")).unwrap_err(), "is a directory");
        assert_eq!(disk.read(&scratch.path("project/none")).unwrap_err(), "no such file or directory");
        assert_eq!(disk.read("/dev/null").unwrap(), b"");
    }

    #[test]
    fn a_link_is_followed_inside_of_the_project_only() {
        let scratch = Scratch::new("links");
        symlink("conf/a", scratch.path("project/inside")).unwrap();
        symlink("../secret", scratch.path("project/outside")).unwrap();
        symlink("..", scratch.path("project/up")).unwrap();
        symlink("../secret", scratch.path("shared/beside")).unwrap();
        symlink("nowhere", scratch.path("project/dangling")).unwrap();
        let disk = scratch.disk(&Selection::default());
        assert_eq!(disk.read(&scratch.path("project/inside")).unwrap(), b"a");
        for path in ["project/outside", "project/up/secret", "shared/beside"] {
            assert_eq!(disk.kind(&scratch.path(path)), Kind::Other, "{path}");
            assert!(disk.read(&scratch.path(path)).unwrap_err().contains("leads out of the project"), "{path}");
        }
        assert_eq!(disk.list(&scratch.path("project/up")), Vec::<String>::new());
        assert_eq!(disk.kind(&scratch.path("project/dangling")), Kind::Missing);
        // A path that says itself where it leads.
        assert_eq!(disk.read(&scratch.path("shared/own")).unwrap(), b"own");
    }

    #[test]
    fn a_file_of_the_command_line_may_be_a_link_to_anywhere() {
        let scratch = Scratch::new("named");
        symlink("../secret", scratch.path("project/linked.yaml")).unwrap();
        symlink("../secret", scratch.path("project/.env")).unwrap();
        let selection = Selection { files: vec!["./conf/../linked.yaml".into()], ..Selection::default() };
        let disk = scratch.disk(&selection);
        assert_eq!(disk.read(&scratch.path("project/linked.yaml")).unwrap(), b"secret");
        assert_eq!(disk.read(&scratch.path("project/.env")).unwrap(), b"secret");
        assert!(scratch.disk(&Selection::default()).read(&scratch.path("project/linked.yaml")).is_err());
    }

    #[test]
    fn the_folder_of_a_link_to_the_project_is_the_project() {
        let scratch = Scratch::new("alias");
        symlink("project", scratch.path("alias")).unwrap();
        symlink("conf/a", scratch.path("project/inside")).unwrap();
        let disk = Disk::new(&scratch.0.join("alias"), &Selection::default());
        assert_eq!(disk.read(&scratch.path("alias/inside")).unwrap(), b"a");
    }

    #[test]
    fn what_is_no_file_never_blocks() {
        let scratch = Scratch::new("pipe");
        let pipe = scratch.path("project/pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let disk = scratch.disk(&Selection::default());
        assert_eq!(disk.kind(&pipe), Kind::Other);
        assert_eq!(disk.read(&pipe).unwrap_err(), "is not a regular file");
        assert_eq!(disk.kind("/dev/zero"), Kind::Other);
        assert_eq!(disk.read("/dev/zero").unwrap_err(), "is not a regular file");
    }
}
