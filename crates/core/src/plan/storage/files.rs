//! The files that services mount, read once.

use crate::compose::files::{File, FileMount, FileSource};
use crate::compose::volumes::{Mount, MountKind};
use crate::compose::{Container, Service};
use crate::input::Kind;
use crate::options::Secrets;
use crate::plan::context::Context;
use crate::plan::storage::bind::{self, Bind, Data};
use crate::table::{HashMap, IndexMap};
use crate::text::{Place, SourceId, Sources, path};
use std::sync::Arc;

/// What a ConfigMap or Secret may hold, in bytes.
pub(crate) const STORE_LIMIT: u64 = 1024 * 1024;
/// How many files of one folder are read.
const FOLDER_FILES: usize = 1_000;
/// How deep folders are read.
const FOLDER_DEPTH: usize = 16;
/// How many names are looked at in the whole project.
const ALL_NAMES: usize = 100_000;
/// How many bytes are read in the whole project.
const ALL_BYTES: u64 = 64 * 1024 * 1024;

/// The files that services mount, read once.
#[derive(Clone, Debug, Default)]
pub struct ProjectFiles {
    /// What each path of the host holds.
    read: HashMap<String, Read>,
    /// What becomes of each bind mount: by service, container (0, or 1 and up for `pre_start`) and position.
    binds: HashMap<(String, usize, usize), Bind>,
    /// The texts of each service.
    texts: HashMap<String, Vec<Text>>,
}

/// What reading a path gave.
#[derive(Clone, Debug)]
pub(crate) enum Read {
    /// A file.
    File(Loaded),
    /// A folder: its files by their path below it, sorted, and what was left out.
    Folder {
        /// The files.
        files: Vec<(String, Loaded)>,
        /// Version control, links out of the project, sockets.
        skipped: Vec<String>,
    },
    /// More than a ConfigMap can hold.
    TooBig {
        /// Bytes that were counted; there may be more.
        bytes: u64,
        /// Files that were counted; there may be more.
        files: usize,
    },
    /// It could not be read: why.
    Failed(String),
}

/// A file that was read.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// The content.
    pub(crate) content: Bytes,
    /// May anybody execute it?
    pub(crate) executable: bool,
    /// The text as a source for places.
    pub(crate) source: Option<SourceId>,
}

/// The content of a file.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    /// UTF-8 without NUL.
    Text(Arc<str>),
    /// Anything else.
    Binary(Arc<[u8]>),
}

impl Bytes {
    /// Text where the bytes are one.
    fn of(bytes: Vec<u8>) -> Self {
        if bytes.contains(&0) {
            return Self::Binary(bytes.into());
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => Self::Binary(error.into_bytes().into()),
        }
    }
}

/// A text that a service reads, as it is kept.
#[derive(Clone, Debug)]
struct Text {
    text: Arc<str>,
    source: Option<SourceId>,
    place: Place,
    target: String,
}

/// A text that a service reads from a mounted file.
#[derive(Clone, Copy, Debug)]
pub struct MountedText<'f> {
    /// The text.
    pub text: &'f str,
    /// The file as a source, so that a place in the text can be told; `None` for `content` in the Compose file.
    pub source: Option<SourceId>,
    /// The entry that mounts it, or the `content`.
    pub place: Place,
    /// The file's path in the container.
    pub target: &'f str,
}

impl ProjectFiles {
    /// The texts that a service reads from mounted files and configs; secrets are not among them.
    pub fn texts(&self, service: &str) -> impl Iterator<Item = MountedText<'_>> {
        let texts = self.texts.get(service).map_or(&[][..], Vec::as_slice);
        texts.iter().map(|t| MountedText { text: &t.text, source: t.source, place: t.place, target: &t.target })
    }

    /// What a path of the host holds; `None` where nobody had to know.
    pub(crate) fn get(&self, path: &str) -> Option<&Read> {
        self.read.get(path)
    }

    /// What becomes of a bind mount of a service: of its own container (0) or of a `pre_start` container (1 and up).
    pub(crate) fn bind(&self, service: &str, container: usize, position: usize) -> Bind {
        self.binds.get(&(service.to_owned(), container, position)).copied().unwrap_or(Bind::HostFolder)
    }
}

/// Reads every file of the project that a service mounts, each once.
pub fn read(cx: &Context<'_>, sources: &mut Sources) -> ProjectFiles {
    let binds = classify(cx, sources);
    let mut reader = Reader { cx, sources, files: ProjectFiles::default(), names_left: ALL_NAMES, bytes_left: ALL_BYTES };
    for (service, number, position, mount) in bind_mounts(cx) {
        let bind = binds.get(&(service.name.clone(), number, position)).copied();
        if matches!(bind, Some(Bind::File | Bind::Folder)) {
            reader.bind(service, mount);
        }
    }
    for service in cx.project.services.values() {
        for container in service.containers() {
            for mount in &container.configs {
                reader.config(service, mount, &cx.project.configs);
            }
            for mount in container.secrets.iter().filter(|_| cx.options.secrets == Secrets::Inline) {
                if let Some(FileSource::File(file)) = cx.project.secrets.get(&mount.source.value).map(|s| &s.source) {
                    reader.path(&file.value);
                }
            }
        }
    }
    ProjectFiles { binds, ..reader.files }
}

/// Every bind mount: service, container, position.
fn bind_mounts<'a>(cx: &Context<'a>) -> impl Iterator<Item = (&'a Service, usize, usize, &'a Mount)> {
    cx.project.services.values().flat_map(|service| {
        let mounts = move |(number, container): (usize, &'a Container)| {
            let binds = container.volumes.iter().enumerate().filter(|(_, m)| m.kind == MountKind::Bind);
            binds.map(move |(position, mount)| (service, number, position, mount))
        };
        service.containers().enumerate().flat_map(mounts)
    })
}

/// What becomes of every bind mount.
fn classify(cx: &Context<'_>, sources: &Sources) -> HashMap<(String, usize, usize), Bind> {
    let mut binds = HashMap::default();
    // One folder is one thing for all services: what one writes, another reads.
    let mut folders: HashMap<&str, (bool, bool)> = HashMap::default();
    for (service, number, position, mount) in bind_mounts(cx) {
        let Some(source) = &mount.source else { continue };
        let read_only = mount.read_only.as_ref().is_some_and(|r| r.value);
        let written = sources.slice(source.place);
        let bind = bind::classify(cx.files, &cx.project.folder, service, &source.value, written, &mount.target.value, read_only);
        let (read, kept) = folders.entry(&source.value).or_default();
        *read |= bind == Bind::Folder;
        *kept |= bind == Bind::Data(Data::Kept);
        binds.insert((service.name.clone(), number, position), bind);
    }
    for (service, number, position, mount) in bind_mounts(cx) {
        let Some(source) = &mount.source else { continue };
        let both = folders.get(source.value.as_str()) == Some(&(true, true));
        if let Some(bind @ (Bind::Folder | Bind::Data(Data::Kept))) =
            binds.get_mut(&(service.name.clone(), number, position)).filter(|_| both)
        {
            *bind = if bind::names_data(&source.value) { Bind::Data(Data::Kept) } else { Bind::Folder };
        }
    }
    binds
}

struct Reader<'r, 'a> {
    cx: &'r Context<'a>,
    sources: &'r mut Sources,
    files: ProjectFiles,
    names_left: usize,
    bytes_left: u64,
}

impl Reader<'_, '_> {
    /// Reads what a bind mount brings.
    fn bind(&mut self, service: &Service, mount: &Mount) {
        let Some(source) = &mount.source else { return };
        self.path(&source.value);
        let texts = match self.files.read.get(&source.value) {
            Some(Read::File(file)) => text(file, mount.place, mount.target.value.clone()).into_iter().collect(),
            Some(Read::Folder { files, .. }) => {
                let target = mount.target.value.trim_end_matches('/');
                files.iter().filter_map(|(below, file)| text(file, mount.place, format!("{target}/{below}"))).collect()
            }
            _ => Vec::new(),
        };
        self.files.texts.entry(service.name.clone()).or_default().extend(texts);
    }

    /// Reads the content of a mounted config.
    fn config(&mut self, service: &Service, mount: &FileMount, configs: &IndexMap<String, File>) {
        let Some(config) = configs.get(&mount.source.value) else { return };
        let target = mount.target.as_ref().map_or_else(|| format!("/{}", mount.source.value), |t| t.value.clone());
        let text = match &config.source {
            FileSource::File(file) => {
                self.path(&file.value);
                match self.files.read.get(&file.value) {
                    Some(Read::File(loaded)) => text(loaded, mount.place, target),
                    _ => None,
                }
            }
            FileSource::Content(content) => Some(Text { text: content.value.as_str().into(), source: None, place: content.place, target }),
            FileSource::Environment(name) => {
                let value = self.cx.project.environment.get(&name.value);
                value.map(|value| Text { text: value.as_str().into(), source: None, place: name.place, target })
            }
            FileSource::External(_) | FileSource::Missing => None,
        };
        self.files.texts.entry(service.name.clone()).or_default().extend(text);
    }

    /// Reads a path, once.
    fn path(&mut self, path: &str) {
        if self.files.read.contains_key(path) {
            return;
        }
        let read = match self.cx.files.kind(path) {
            Kind::File { size, executable } => self.file(path, size, executable),
            Kind::Folder => self.folder(path),
            Kind::Missing => Read::Failed("no such file or directory".to_owned()),
            Kind::Other => Read::Failed("not a regular file".to_owned()),
        };
        self.files.read.insert(path.to_owned(), read);
    }

    fn file(&mut self, path: &str, size: u64, executable: bool) -> Read {
        if size > STORE_LIMIT.min(self.bytes_left) {
            return Read::TooBig { bytes: size, files: 1 };
        }
        match self.cx.files.read(path) {
            Ok(bytes) => {
                self.bytes_left = self.bytes_left.saturating_sub(bytes.len() as u64);
                let content = Bytes::of(bytes);
                let source = match &content {
                    Bytes::Text(text) => Some(self.sources.add(self.name(path), Arc::clone(text))),
                    Bytes::Binary(_) => None,
                };
                Read::File(Loaded { content, executable, source })
            }
            Err(why) => Read::Failed(why),
        }
    }

    /// How the user knows a path: below the project folder as seen from there.
    fn name(&self, file: &str) -> String {
        path::relative_to(file, &self.cx.project.folder).unwrap_or_else(|| file.to_owned())
    }

    fn folder(&mut self, folder: &str) -> Read {
        let (mut found, mut skipped, mut bytes, mut entries) = (Vec::new(), Vec::new(), 0_u64, 0_usize);
        let mut open = vec![(String::new(), 0_usize)];
        while let Some((below, depth)) = open.pop() {
            let here = if below.is_empty() { folder.to_owned() } else { format!("{folder}/{below}") };
            for name in self.cx.files.list(&here) {
                entries += 1;
                self.names_left = self.names_left.saturating_sub(1);
                let path = format!("{here}/{name}");
                let relative = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
                match self.cx.files.kind(&path) {
                    Kind::Folder if matches!(name.as_str(), ".git" | ".svn" | ".hg") || depth >= FOLDER_DEPTH => skipped.push(relative),
                    Kind::Folder => open.push((relative, depth + 1)),
                    Kind::File { size, executable } => {
                        bytes = bytes.saturating_add(size);
                        found.push((relative, path, size, executable));
                    }
                    Kind::Other => skipped.push(relative),
                    Kind::Missing => {}
                }
                if bytes > STORE_LIMIT.min(self.bytes_left) || entries > FOLDER_FILES || self.names_left == 0 {
                    return Read::TooBig { bytes, files: found.len() };
                }
            }
        }
        found.sort();
        skipped.sort();
        let mut files = Vec::with_capacity(found.len());
        for (relative, path, size, executable) in found {
            match self.file(&path, size, executable) {
                Read::File(loaded) => files.push((relative, loaded)),
                _ => skipped.push(relative),
            }
        }
        Read::Folder { files, skipped }
    }
}

fn text(file: &Loaded, place: Place, target: String) -> Option<Text> {
    match &file.content {
        Bytes::Text(text) => Some(Text { text: Arc::clone(text), source: file.source, place, target }),
        Bytes::Binary(_) => None,
    }
}
