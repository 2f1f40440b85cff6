//! ConfigMaps and Secrets of mounted files: one for each file, folder, config and secret, shared by the services that mount it.

use crate::compose::Service;
use crate::compose::files::{File, FileMount, FileSource};
use crate::diag::catalog::storage as kinds;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::Secrets;
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::environment::secret::is_secret_file;
use crate::plan::name::{Scope, label, subdomain};
use crate::plan::storage::bind::{self, Bind};
use crate::plan::storage::files::{Bytes, Loaded, ProjectFiles, Read};
use crate::plan::storage::store::{Content, Keys, Presence, Store, annotations, check_size, too_big};
use crate::table::{HashMap, IndexMap};
use crate::text::{Place, path};
use std::borrow::Cow;

/// One key of a store as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// The path below the mounted folder; the file's name where it is mounted alone.
    pub(crate) path: String,
    /// The store.
    pub(crate) store: String,
    /// A Secret, or a ConfigMap?
    pub(crate) secret: bool,
    /// The key.
    pub(crate) key: String,
    /// Permission bits.
    pub(crate) mode: u32,
}

/// What a mounted file or folder was made of: its source, and the service where its hosts were rewritten for it alone.
type Origin = (String, Option<String>);

/// The ConfigMaps and Secrets of mounted files.
pub(crate) struct MountedStores<'s, 'a> {
    pub(crate) cx: &'s Context<'a>,
    pub(crate) files: &'s ProjectFiles,
    pub(crate) hosts: &'s mut Hosts,
    pub(crate) diagnostics: &'s mut Diagnostics,
    stores: IndexMap<(bool, String), Store>,
    paths: HashMap<Origin, Option<Vec<Item>>>,
    declared: HashMap<(bool, Origin), Option<Item>>,
}

impl<'s, 'a> MountedStores<'s, 'a> {
    pub(crate) fn new(cx: &'s Context<'a>, files: &'s ProjectFiles, hosts: &'s mut Hosts, diagnostics: &'s mut Diagnostics) -> Self {
        Self { cx, files, hosts, diagnostics, stores: IndexMap::default(), paths: HashMap::default(), declared: HashMap::default() }
    }

    pub(crate) fn into_stores(self) -> Vec<Store> {
        self.stores.into_values().collect()
    }

    /// How many keys a store has.
    pub(crate) fn keys(&self, secret: bool, name: &str) -> usize {
        self.stores.get(&(secret, name.to_owned())).map_or(0, |store| store.entries.len())
    }

    /// A file or folder of the project: its files as keys. `None` where it cannot be carried along, which is told.
    pub(crate) fn path(&mut self, service: &Service, source: &str, place: Place) -> Option<Vec<Item>> {
        let all = self.files;
        let single;
        let files: &[(String, Loaded)] = match all.get(source)? {
            Read::File(file) => {
                single = [(path::file_name(source).to_owned(), file.clone())];
                &single
            }
            Read::Folder { files, skipped } => {
                self.tell_skipped(service, source, skipped, place);
                files
            }
            Read::TooBig { bytes, files } => {
                let what = if *files > 1 { "folder" } else { "file" };
                let count = (*files > 1).then_some(*files);
                self.diagnostics.push(too_big(&service.name, &format!("the {what} {:?}", self.shown(source)), *bytes, count).at(place));
                return None;
            }
            Read::Failed(why) => {
                let message = format!("service {:?}: {:?} cannot be read and is not mounted: {why}", service.name, self.shown(source));
                self.diagnostics.push(Diagnostic::new(&kinds::MOUNTED_FILE_DROPPED, message).at(place));
                return None;
            }
        };
        let rewritten: Vec<Option<String>> = files.iter().map(|(_, file)| self.rewritten(service, file, place)).collect();
        let own = rewritten.iter().any(Option::is_some).then(|| service.name.clone());
        let origin = (source.to_owned(), own);
        if let Some(items) = self.paths.get(&origin) {
            let items = items.clone();
            self.use_again(service, items.iter().flatten());
            return items;
        }
        let items = self.keep(service, source, files, rewritten, place);
        self.paths.insert(origin, items.clone());
        items
    }

    /// The file's text where a host in it has another name in the cluster.
    fn rewritten(&mut self, service: &Service, file: &Loaded, place: Place) -> Option<String> {
        let Bytes::Text(text) = &file.content else { return None };
        let place = file.source.map_or(place, |source| Place::new(source, 0, text.len()));
        match self.hosts.rewrite_text(&service.name, text, place) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        }
    }

    /// Makes a ConfigMap, and a Secret for what looks secret.
    fn keep(
        &mut self,
        service: &Service,
        source: &str,
        files: &[(String, Loaded)],
        rewritten: Vec<Option<String>>,
        place: Place,
    ) -> Option<Vec<Item>> {
        let folder = matches!(self.files.get(source), Some(Read::Folder { .. }));
        let wanted = format!("{}-{}", self.named_after(source), if folder { "files" } else { "file" });
        let mut stores: [Option<Store>; 2] = [None, None];
        let mut keys = Keys::default();
        let mut items = Vec::with_capacity(files.len());
        for ((below, file), text) in files.iter().zip(rewritten) {
            let old = match &file.content {
                Bytes::Text(text) => Some(&**text),
                Bytes::Binary(_) => None,
            };
            let secret = is_secret_file(below, old);
            let [config_map, secrets] = &mut stores;
            let store = if secret {
                secrets.get_or_insert_with(|| Store::secret(self.cx.names.reserve(Scope::Secret, &wanted), &service.name, self.cx.options))
            } else {
                config_map.get_or_insert_with(|| Store::config_map(self.cx.names.reserve(Scope::ConfigMap, &wanted), &service.name))
            };
            let key = keys.key(below);
            store.insert(key.clone(), text.map_or_else(|| Content::from(&file.content), Content::Text));
            let mode = if file.executable { 0o755 } else { 0o644 };
            items.push(Item { path: below.clone(), store: store.name.clone(), secret, key, mode });
        }
        let what = format!("the files of {:?}", self.shown(source));
        for store in stores.into_iter().flatten() {
            if !check_size(&store, &service.name, &what, place, self.diagnostics) {
                return None;
            }
            self.stores.insert((store.secret, store.name.clone()), store);
        }
        Some(items)
    }

    /// A config or secret of the project.
    pub(crate) fn declared(&mut self, service: &Service, mount: &FileMount, secret: bool) -> Option<Item> {
        let section = if secret { &self.cx.project.secrets } else { &self.cx.project.configs };
        let key = mount.source.value.as_str();
        let file = section.get(key)?;
        let loaded = self.content(file, secret);
        let text = loaded.as_ref().ok().and_then(|loaded| self.rewritten(service, loaded, content_place(file, mount.place)));
        let origin = (secret, (key.to_owned(), text.is_some().then(|| service.name.clone())));
        if let Some(item) = self.declared.get(&origin) {
            let item = item.clone();
            self.use_again(service, item.iter());
            return item;
        }
        let item = self.declare(service, key, file, secret, loaded, text);
        self.declared.insert(origin, item.clone());
        item
    }

    /// The mode of a mounted config or secret, for which `usual` is taken where the mount says nothing.
    pub(crate) fn mode(&mut self, service: &Service, mount: &FileMount, usual: u32) -> u32 {
        let mode = mount.mode.as_ref().map_or(usual, |mode| mode.value & 0o777);
        let owners = [("uid", &mount.uid), ("gid", &mount.gid)].into_iter().filter_map(|(name, owner)| Some((name, owner.as_ref()?)));
        let lost: Vec<_> = owners.filter(|(_, owner)| owner.value != "0").collect();
        for (name, owner) in &lost {
            let message =
                format!("service {:?}: {:?} belongs to root, not to the {name} {:?}", service.name, mount.source.value, owner.value);
            self.diagnostics.push(
                Diagnostic::new(&kinds::FILE_OWNER_APPROXIMATED, message)
                    .at(owner.place)
                    .note("it is readable for everybody in the container, so that its owner can read it")
                    .help("copy it in the start of the container if the program insists on the owner or a closed mode"),
            );
        }
        // A mode that shuts others out would shut the owner out whom Compose was told of.
        if lost.is_empty() { mode } else { mode | 0o444 }
    }

    /// The content of a config or secret; an error where the object has to be made by hand.
    fn content(&self, file: &File, secret: bool) -> Result<Loaded, Absent> {
        if let FileSource::External(place) = file.source {
            return Err(Absent::External(place));
        }
        if secret && self.cx.options.secrets != Secrets::Inline {
            return Err(Absent::Wanted);
        }
        let plain = |text: &str| Loaded { content: Bytes::Text(text.into()), executable: false, source: None };
        match &file.source {
            FileSource::Content(content) => Ok(plain(&content.value)),
            FileSource::Environment(name) => match self.cx.project.environment.get(&name.value) {
                Some(value) => Ok(plain(value)),
                None => Err(Absent::Missing(name.place, format!("the variable {:?} is not set", name.value))),
            },
            FileSource::File(file) => match self.files.get(&file.value) {
                Some(Read::File(loaded)) => Ok(loaded.clone()),
                Some(Read::TooBig { bytes, .. }) => Err(Absent::TooBig(file.place, *bytes)),
                Some(Read::Folder { .. }) => Err(Absent::Missing(file.place, format!("{:?} is a folder", self.shown(&file.value)))),
                Some(Read::Failed(why)) => Err(Absent::Missing(file.place, format!("the file {:?}: {why}", self.shown(&file.value)))),
                None => Err(Absent::Missing(file.place, format!("the file {:?} was not read", self.shown(&file.value)))),
            },
            FileSource::External(_) | FileSource::Missing => Err(Absent::External(file.key)),
        }
    }

    /// Makes the object of a config or secret.
    fn declare(
        &mut self,
        service: &Service,
        key: &str,
        file: &File,
        secret: bool,
        loaded: Result<Loaded, Absent>,
        text: Option<String>,
    ) -> Option<Item> {
        let (word, scope) = if secret { ("secret", Scope::Secret) } else { ("config", Scope::ConfigMap) };
        let entry = Keys::default().key(key);
        let external = matches!(loaded, Err(Absent::External(_)));
        let name = if external { subdomain(&file.name.value) } else { self.cx.names.reserve(scope, &label(&format!("{key}-{word}"))) };
        let mut store = if secret { Store::secret(name, &service.name, self.cx.options) } else { Store::config_map(name, &service.name) };
        store.annotations = annotations(&format!("{word} {key:?}"), &file.labels, self.diagnostics);
        let kind = if secret { "generic" } else { "" };
        let object = if secret { "secret" } else { "configmap" };
        let create = format!("kubectl create {object} {kind} {} --from-file={entry}=FILE", store.name).replace("  ", " ");
        let mode = if loaded.as_ref().is_ok_and(|loaded| loaded.executable && !secret) { 0o555 } else { 0o444 };
        match loaded {
            Ok(loaded) => {
                store.insert(entry.clone(), text.map_or_else(|| Content::from(&loaded.content), Content::Text));
                if !check_size(&store, &service.name, &format!("the {word} {key:?}"), file.key, self.diagnostics) {
                    return None;
                }
            }
            Err(Absent::Wanted) => store.insert(entry.clone(), Content::Text(String::new())),
            Err(Absent::TooBig(place, bytes)) => {
                self.diagnostics.push(too_big(&service.name, &format!("the {word} {key:?}"), bytes, None).at(place));
                return None;
            }
            Err(Absent::External(place)) => {
                store.presence = Presence::Existing;
                let message = format!("{word} {key:?} is the key {entry:?} of {:?}, which exists in the cluster", store.name);
                self.diagnostics
                    .push(Diagnostic::new(&kinds::EXTERNAL_FILE_ASSUMED, message).at(place).help(format!("create it: `{create}`")));
                store.insert(entry.clone(), Content::Text(String::new()));
            }
            Err(Absent::Missing(place, why)) => {
                store.presence = Presence::Placeholder;
                let message = format!("{word} {key:?} has no content: {why}");
                self.diagnostics.push(
                    Diagnostic::new(&kinds::FILE_CONTENT_MISSING, message)
                        .at(place)
                        .note(format!("{:?} is written with `REPLACE_ME` in its place", store.name))
                        .help(format!("add the content and translate again, or create the object yourself: `{create}`")),
                );
                store.insert(entry.clone(), Content::Text(String::new()));
            }
        }
        let item = Item { path: entry.clone(), store: store.name.clone(), secret, key: entry, mode };
        self.stores.insert((secret, store.name.clone()), store);
        Some(item)
    }

    /// Notes that a service uses stores that are there already.
    fn use_again<'i>(&mut self, service: &Service, items: impl Iterator<Item = &'i Item>) {
        for item in items {
            if let Some(store) = self.stores.get_mut(&(item.secret, item.store.clone())) {
                store.used_by(&service.name);
            }
        }
    }

    fn tell_skipped(&mut self, service: &Service, source: &str, skipped: &[String], place: Place) {
        let Some(first) = skipped.first() else { return };
        let more = if skipped.len() > 1 { format!(" and {} more entries", skipped.len() - 1) } else { String::new() };
        let message = format!("service {:?}: {first:?}{more} of the folder {:?} is not carried along", service.name, self.shown(source));
        self.diagnostics.push(
            Diagnostic::new(&kinds::MOUNTED_ENTRIES_DROPPED, message)
                .at(place)
                .note("version control, links out of the project, sockets and devices stay where they are"),
        );
    }

    /// `nginx/conf.d/app.conf` below the project folder → `nginx-conf-d-app-conf`.
    fn named_after(&self, source: &str) -> String {
        let below = path::relative_to(source, &self.cx.project.folder).filter(|below| below != ".");
        let text = below.unwrap_or_else(|| path::file_name(source).to_owned());
        let name = label(&text.replace('.', "-"));
        name.get(..48).unwrap_or(&name).trim_end_matches('-').to_owned()
    }

    /// A path as the user knows it.
    fn shown(&self, source: &str) -> String {
        bind::shown(&self.cx.project.folder, source, Some(Bind::File))
    }
}

/// Why there is no content.
enum Absent {
    /// The user does not want it in the output.
    Wanted,
    /// It exists in the cluster.
    External(Place),
    /// It is not there.
    Missing(Place, String),
    /// It is bigger than any object: bytes.
    TooBig(Place, u64),
}

/// Where the content of a config stands.
fn content_place(file: &File, mount: Place) -> Place {
    match &file.source {
        FileSource::File(value) | FileSource::Content(value) | FileSource::Environment(value) => value.place,
        _ => mount,
    }
}
