//! The files of the real disk, as the library may see them.

use std::collections::HashSet;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;
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
    /// Something that may be looked at.
    Allowed(fs::Metadata),
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
        let files: Vec<PathBuf> = files.iter().filter(|f| *f != "-").map(|f| clean(&working.join(f))).collect();
        let mut folders: Vec<PathBuf> = files.iter().filter_map(|f| f.parent()).map(Path::to_path_buf).collect();
        if files.is_empty() {
            let found = working.ancestors().find(|a| DEFAULT_NAMES.iter().take(4).any(|name| a.join(name).is_file()));
            folders.push(found.unwrap_or(working).to_path_buf());
        }
        folders.extend(selection.project_directory.as_ref().map(|d| clean(&working.join(d))));
        folders.dedup();
        let defaults = folders.iter().flat_map(|folder| DEFAULT_NAMES.iter().map(|name| folder.join(name)));
        let named = files.iter().cloned().chain(env_files.iter().map(|f| clean(&working.join(f)))).chain(defaults).collect();
        let folders = folders.into_iter().map(|f| (f.clone(), f.canonicalize().unwrap_or(f))).collect();
        Self { folders, named, stdin: OnceLock::new() }
    }

    /// Follows a path, links and all, and says whether the end may be looked at.
    fn follow(&self, path: &Path) -> Target {
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Target::Missing,
            Err(e) => return Target::Closed(reason(&e)),
        };
        if !self.named.contains(path) && !self.stays_inside(path, &real) {
            return Target::Outside;
        }
        match fs::metadata(&real) {
            Ok(metadata) => Target::Allowed(metadata),
            Err(e) if e.kind() == ErrorKind::NotFound => Target::Missing,
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
            Target::Outside => Err("is a link that leads out of the project, which is not followed".to_owned()),
            Target::Closed(why) => Err(why),
            Target::Allowed(metadata) if metadata.is_dir() => Err("is a directory".to_owned()),
            // A pipe may be read where the user names it (`-f <(…)`); one that a stack mounts would block for ever.
            Target::Allowed(metadata) if !metadata.is_file() && !self.named.contains(path) => Err("is not a regular file".to_owned()),
            Target::Allowed(_) => read_up_to_largest(fs::File::open(path).map_err(|e| reason(&e))?),
        }
    }

    fn list(&self, path: &str) -> Vec<String> {
        let path = Path::new(path);
        if !matches!(self.follow(path), Target::Allowed(metadata) if metadata.is_dir()) {
            return Vec::new();
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn kind(&self, path: &str) -> Kind {
        match self.follow(Path::new(path)) {
            Target::Missing => Kind::Missing,
            Target::Allowed(metadata) if metadata.is_dir() => Kind::Folder,
            Target::Allowed(metadata) if metadata.is_file() => {
                Kind::File { size: metadata.len(), executable: is_executable(&metadata) }
            }
            Target::Allowed(_) | Target::Outside | Target::Closed(_) => Kind::Other,
        }
    }
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

/// The path without `.` and `..`, as text: links are not looked at.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
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
