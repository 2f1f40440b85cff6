//! Files that a service sees in its container: what proxies read their configuration from.

use super::Stack;
use crate::compose::Service;
use crate::compose::files::{File, FileMount, FileSource};
use crate::compose::volumes::MountKind;
use crate::input::Kind;
use crate::table::IndexMap;
use crate::text::{Place, SourceId, path};
use std::sync::Arc;

/// The largest file that is read.
const LARGEST: u64 = 1024 * 1024;
/// The most files of a folder that are read.
const MOST: usize = 200;

/// A text that a service sees in its container.
#[derive(Clone, Debug)]
pub struct MountedFile {
    /// Its path in the container.
    pub path: String,
    /// The text.
    pub text: Arc<str>,
    /// The file as a source, so that a place in it can be told; `None` for the `content` of a config.
    pub source: Option<SourceId>,
    /// The entry that mounts it.
    pub mount: Place,
}

impl MountedFile {
    /// The place of a part of the text: in the file where that is known, else the entry that mounts it.
    #[must_use]
    pub fn place(&self, start: usize, end: usize) -> Place {
        self.source.map_or(self.mount, |source| Place::new(source, start, end))
    }
}

impl Stack<'_> {
    /// The file that a service sees under a path: from a bind mount, a config or a secret.
    pub fn file(&mut self, service: &Service, wanted: &str) -> Option<MountedFile> {
        let container = &service.container;
        let project = self.project;
        for (mounts, entries, folder) in
            [(&container.configs, &project.configs, "/"), (&container.secrets, &project.secrets, "/run/secrets/")]
        {
            if let Some(mount) = mounts.iter().find(|mount| target(mount, folder) == wanted) {
                return self.entry(entries, mount, wanted);
            }
        }
        let binds = container.volumes.iter().filter(|mount| mount.kind == MountKind::Bind);
        // The mount that lies deepest hides what others bring to the same path.
        let inside = binds.filter_map(|mount| Some((mount, path::relative_to(wanted, mount.target.value.trim_end_matches('/'))?)));
        let (mount, below) = inside.filter(|(_, below)| !below.starts_with("..")).max_by_key(|(mount, _)| mount.target.value.len())?;
        let source = &mount.source.as_ref()?.value;
        let host = if below.is_empty() || below == "." { source.clone() } else { path::join(source, &below) };
        let (text, source) = self.text(&host)?;
        Some(MountedFile { path: wanted.to_owned(), text, source, mount: mount.place })
    }

    /// The files that lie in a folder as a service sees it, by name; those of folders below it are not among them.
    pub fn folder(&mut self, service: &Service, wanted: &str) -> Vec<MountedFile> {
        let wanted = wanted.trim_end_matches('/');
        let container = &service.container;
        let mut names: Vec<String> = Vec::new();
        for mount in container.volumes.iter().filter(|mount| mount.kind == MountKind::Bind) {
            let Some(source) = &mount.source else { continue };
            let at = mount.target.value.trim_end_matches('/');
            match path::relative_to(wanted, at) {
                Some(below) if !below.starts_with("..") => {
                    let host = if below.is_empty() || below == "." { source.value.clone() } else { path::join(&source.value, &below) };
                    names.extend(self.files.list(&host).into_iter().take(MOST));
                }
                _ if path::parent(at) == wanted => names.push(path::file_name(at).to_owned()),
                _ => {}
            }
        }
        let entries = container.configs.iter().map(|mount| target(mount, "/"));
        let entries = entries.chain(container.secrets.iter().map(|mount| target(mount, "/run/secrets/")));
        names.extend(entries.filter(|target| path::parent(target) == wanted).map(|target| path::file_name(&target).to_owned()));
        names.sort();
        names.dedup();
        names.into_iter().filter_map(|name| self.file(service, &format!("{wanted}/{name}"))).collect()
    }

    /// The content of a config or secret.
    fn entry(&mut self, entries: &IndexMap<String, File>, mount: &FileMount, wanted: &str) -> Option<MountedFile> {
        let (text, source) = match &entries.get(&mount.source.value)?.source {
            FileSource::File(file) => self.text(&file.value)?,
            FileSource::Content(content) => (content.value.as_str().into(), None),
            FileSource::Environment(name) => (self.project.environment.get(&name.value)?.as_str().into(), None),
            FileSource::External(_) | FileSource::Missing => return None,
        };
        Some(MountedFile { path: wanted.to_owned(), text, source, mount: mount.place })
    }

    /// The text of a file of the project.
    fn text(&mut self, host: &str) -> Option<(Arc<str>, Option<SourceId>)> {
        let Kind::File { size, .. } = self.files.kind(host) else { return None };
        if size > LARGEST {
            return None;
        }
        let text: Arc<str> = String::from_utf8(self.files.read(host).ok()?).ok()?.into();
        let name = path::relative_to(host, &self.project.folder).unwrap_or_else(|| host.to_owned());
        let known = self.sources.iter().find(|(_, source)| source.name == name && source.text == text).map(|(id, _)| id);
        let source = known.unwrap_or_else(|| self.sources.add(name, Arc::clone(&text)));
        Some((text, Some(source)))
    }
}

/// Where a config or secret lies in the container.
fn target(mount: &FileMount, folder: &str) -> String {
    match &mount.target {
        Some(target) if target.value.starts_with('/') => target.value.clone(),
        Some(target) => format!("{folder}{}", target.value),
        None => format!("{folder}{}", mount.source.value),
    }
}
