//! What a translation reads: files through a trait, the environment as data.

use crate::table::IndexMap;
use std::collections::BTreeMap;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Missing,
    /// A regular file.
    File {
        /// Bytes.
        size: u64,
        /// May anybody execute it?
        executable: bool,
    },
    /// A folder.
    Folder,
    /// A socket, a device, a link that leads out of the project, or what may not be read.
    Other,
}

/// The files that a translation may look at. Paths are absolute, with `/`, without `.` and `..`.
///
/// Implementations do not follow links out of the project.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Why it cannot be read, as one lower-case phrase for the user: `no such file or directory`.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The names in a folder, sorted; empty when there is none.
    fn list(&self, path: &str) -> Vec<String>;

    /// What stands at the path.
    fn kind(&self, path: &str) -> Kind;
}

/// What a translation starts from, besides its [`Options`](crate::Options).
pub struct Input<'a> {
    /// The files.
    pub files: &'a dyn Files,
    /// The process environment, in the order it was given. It wins over every `.env` file.
    pub environment: IndexMap<String, String>,
    /// The folder that relative paths on the command line start from: absolute.
    pub working_folder: String,
    /// How the project is found and read.
    pub selection: Selection,
}

/// How the project is found and read: the global flags of Docker Compose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// `--file`: Compose files in merge order; `-` is standard input, which [`Files::read`] serves under the path `-`. Empty: search.
    pub files: Vec<String>,
    /// `--env-file`, in order; empty: `.env` beside the project.
    pub env_files: Vec<String>,
    /// `--project-directory`.
    pub project_directory: Option<String>,
    /// `--project-name`.
    pub project_name: Option<String>,
    /// `--profile`, each.
    pub profiles: Vec<String>,
    /// `--all-resources`: keep networks, volumes, configs and secrets that no active service uses.
    pub all_resources: bool,
    /// Compose services named on the command line; empty: all.
    pub services: Vec<String>,
}

/// Files in memory: the browser's and the tests' implementation.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, (Vec<u8>, bool)>,
}

impl MemoryFiles {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file under an absolute path.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>, executable: bool) {
        self.files.insert(path.into(), (content.into(), executable));
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.kind(path) {
            Kind::Folder => Err("is a directory".to_owned()),
            _ => self.files.get(path).map(|(content, _)| content.clone()).ok_or_else(|| "no such file or directory".to_owned()),
        }
    }

    fn list(&self, path: &str) -> Vec<String> {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let below = self.files.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
        let mut names: Vec<String> = below.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect();
        names.dedup();
        names
    }

    fn kind(&self, path: &str) -> Kind {
        if let Some((content, executable)) = self.files.get(path) {
            return Kind::File { size: content.len() as u64, executable: *executable };
        }
        if self.list(path).is_empty() { Kind::Missing } else { Kind::Folder }
    }
}
