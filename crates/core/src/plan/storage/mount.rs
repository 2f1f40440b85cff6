//! What each container asks to have mounted, and what of it a cluster cannot give.

use crate::compose::container::Device;
use crate::compose::volumes::{Mount, MountKind};
use crate::compose::{Container, Service};
use crate::diag::catalog::storage as kinds;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::HostPaths;
use crate::plan::context::Context;
use crate::plan::storage::bind::{self, Bind, Data};
use crate::plan::storage::files::ProjectFiles;
use crate::plan::storage::volume::{Backing, backings};
use crate::table::{HashMap, HashSet, IndexMap};
use crate::text::{Place, Placed, bytes};

/// How many services `volumes_from` is followed through.
const LENDERS: usize = 64;

/// Something that a container asks to have mounted.
#[derive(Clone, Debug)]
pub(crate) struct Wish<'a> {
    /// The service.
    pub(crate) service: &'a Service,
    /// Its container: 0, or 1 and up for `pre_start`.
    pub(crate) container: usize,
    /// Where it is asked for.
    pub(crate) place: Place,
    /// The path in the container.
    pub(crate) target: String,
    /// Never written to.
    pub(crate) read_only: bool,
    /// A read-only mount whose inner mounts are read-only as well: `recursiveReadOnly`.
    pub(crate) recursive: Option<&'static str>,
    /// The folder of the volume.
    pub(crate) sub_path: Option<String>,
    /// Must a new volume stay empty?
    pub(crate) nocopy: bool,
    /// `mountPropagation`.
    pub(crate) propagation: Option<&'static str>,
    /// What is mounted.
    pub(crate) what: What,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A claim.
    Claim(ClaimKey),
    /// A folder as long-lived as the pod.
    Empty {
        /// In memory.
        memory: bool,
        /// Bytes.
        size: Option<i64>,
    },
    /// A path of the node.
    Host {
        /// The path.
        path: String,
        /// `type`.
        kind: Option<&'static str>,
    },
    /// An NFS export.
    Nfs {
        /// The server.
        server: String,
        /// The path on the server.
        path: String,
    },
    /// A file of the project.
    File(String),
    /// A folder of the project.
    Folder(String),
    /// The content of an image.
    Image(String),
}

/// What a claim stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ClaimKey {
    /// A volume of the project, by its key.
    Volume(String),
    /// A folder of the host.
    Path(String),
    /// An anonymous volume that other services mount as well: service and target.
    Anonymous(String, String),
}

/// What every service asks to have mounted, in file order, with what `volumes_from` adds.
pub(crate) fn wishes<'a>(cx: &Context<'a>, files: &ProjectFiles, diagnostics: &mut Diagnostics) -> IndexMap<&'a str, Vec<Wish<'a>>> {
    let backings = backings(cx, diagnostics);
    let lenders = lenders(cx, diagnostics);
    let lent: HashSet<&str> = lenders.values().flatten().map(|(name, _)| *name).collect();
    let mut own: IndexMap<&str, Vec<Wish<'a>>> = IndexMap::with_capacity_and_hasher(cx.project.services.len(), Default::default());
    for (name, service) in &cx.project.services {
        let mut reader =
            Reader { cx, files, backings: &backings, lent: lent.contains(name.as_str()), service, wishes: Vec::new(), diagnostics };
        for (number, container) in service.containers().enumerate() {
            reader.container(number, container);
        }
        own.insert(name, reader.wishes);
    }
    let lent: Vec<(&str, Vec<Wish<'a>>)> = lenders.keys().map(|name| (*name, borrowed(cx, name, &lenders, &own))).collect();
    for (name, wishes) in lent {
        own.entry(name).or_default().extend(wishes);
    }
    own
}

/// The services that each service has `volumes_from`, with the entry.
fn lenders<'a>(cx: &Context<'a>, diagnostics: &mut Diagnostics) -> IndexMap<&'a str, Vec<(&'a str, &'a Placed<String>)>> {
    let by_container: HashMap<&str, &str> =
        cx.project.services.values().filter_map(|s| Some((s.container_name.as_ref()?.value.as_str(), s.name.as_str()))).collect();
    let mut out: IndexMap<&str, Vec<_>> = IndexMap::default();
    for (name, service) in &cx.project.services {
        for entry in &service.container.volumes_from {
            let outside = entry.value.strip_prefix("container:");
            let whose = outside.unwrap_or(&entry.value).split(':').next().unwrap_or("");
            let lender = if outside.is_some() { by_container.get(whose).copied() } else { Some(whose) };
            match lender.and_then(|lender| cx.project.services.get_key_value(lender)) {
                Some((lender, _)) => out.entry(name).or_default().push((lender.as_str(), entry)),
                None => diagnostics.push(
                    Diagnostic::new(
                        &kinds::VOLUMES_FROM_DROPPED,
                        format!(
                            "service {name:?}: the volumes of container {whose:?} are not mounted, because it is not part of this project"
                        ),
                    )
                    .at(entry.place)
                    .help("define the volumes in this project and mount them by name"),
                ),
            }
        }
    }
    out
}

/// What a service mounts because it has `volumes_from` others, and they from others again.
fn borrowed<'a>(
    cx: &Context<'a>,
    name: &str,
    lenders: &IndexMap<&'a str, Vec<(&'a str, &'a Placed<String>)>>,
    own: &IndexMap<&'a str, Vec<Wish<'a>>>,
) -> Vec<Wish<'a>> {
    let Some(service) = cx.project.services.get(name) else { return Vec::new() };
    let mut out: Vec<Wish<'a>> = Vec::new();
    let mut targets: HashSet<&str> = own.get(name).into_iter().flatten().filter(|w| w.container == 0).map(|w| w.target.as_str()).collect();
    let mut open: Vec<(&str, Place, bool)> = Vec::new();
    let entries = |of: &str| lenders.get(of).into_iter().flatten().map(|(name, entry)| (*name, entry.place, entry.value.ends_with(":ro")));
    open.extend(entries(name));
    let mut seen: HashSet<&str> = HashSet::from_iter([name]);
    while let Some((lender, place, read_only)) = open.pop() {
        if seen.len() > LENDERS || !seen.insert(lender) {
            continue;
        }
        for wish in own.get(lender).into_iter().flatten().filter(|w| w.container == 0) {
            let lendable = !matches!(wish.what, What::Empty { .. });
            if lendable && targets.insert(wish.target.as_str()) {
                out.push(Wish { service, place, read_only: wish.read_only || read_only, nocopy: true, ..wish.clone() });
            }
        }
        open.extend(entries(lender).map(|(name, _, ro)| (name, place, ro || read_only)));
    }
    out
}

struct Reader<'r, 'a> {
    cx: &'r Context<'a>,
    files: &'r ProjectFiles,
    backings: &'r HashMap<&'a str, Backing>,
    /// Do other services have `volumes_from` this one?
    lent: bool,
    service: &'a Service,
    wishes: Vec<Wish<'a>>,
    diagnostics: &'r mut Diagnostics,
}

impl<'a> Reader<'_, 'a> {
    fn container(&mut self, number: usize, container: &'a Container) {
        let before = self.wishes.len();
        for (position, mount) in container.volumes.iter().enumerate() {
            if let Some(wish) = self.mount(number, position, mount) {
                self.wishes.push(wish);
            }
        }
        for entry in &container.tmpfs {
            let wish = self.tmpfs(number, entry);
            self.wishes.push(wish);
        }
        if let Some(size) = &container.shm_size {
            let what = What::Empty { memory: true, size: (size.value > 0).then_some(size.value) };
            let wish = self.wish(number, size.place, "/dev/shm", what);
            self.wishes.push(wish);
        }
        for device in &container.devices {
            if let Some(wish) = self.device(number, container, device) {
                self.wishes.push(wish);
            }
        }
        // Docker refuses two mounts at one path; the first one stays.
        let mut targets = HashSet::default();
        let mut index = 0;
        self.wishes.retain(|wish| {
            index += 1;
            index <= before || targets.insert(wish.target.clone())
        });
        self.tell_writable(number);
    }

    fn wish(&self, container: usize, place: Place, target: &str, what: What) -> Wish<'a> {
        let target = if target == "/" { target } else { target.trim_end_matches('/') };
        Wish {
            service: self.service,
            container,
            place,
            target: target.to_owned(),
            read_only: false,
            recursive: None,
            sub_path: None,
            nocopy: false,
            propagation: None,
            what,
        }
    }

    fn mount(&mut self, container: usize, position: usize, mount: &'a Mount) -> Option<Wish<'a>> {
        let mut read_only = mount.read_only.as_ref().is_some_and(|r| r.value);
        let source = mount.source.as_ref().map_or("", |source| source.value.as_str());
        let what = match mount.kind {
            MountKind::Bind => self.bind(self.files.bind(&self.service.name, container, position), source, mount)?,
            MountKind::Volume if mount.source.is_none() => self.anonymous(container, mount),
            MountKind::Volume => match self.backings.get(source).cloned().unwrap_or(Backing::Claim) {
                Backing::Claim => What::Claim(ClaimKey::Volume(source.to_owned())),
                Backing::Memory(size) => What::Empty { memory: true, size },
                Backing::Host(path) => What::Host { path, kind: Some("DirectoryOrCreate") },
                Backing::Nfs { server, path, read_only: never } => {
                    read_only |= never;
                    What::Nfs { server, path }
                }
                Backing::Dropped => return None,
            },
            MountKind::Tmpfs => What::Empty { memory: true, size: mount.tmpfs_size.as_ref().map(|s| s.value).filter(|s| *s > 0) },
            MountKind::Image => {
                self.diagnostics.push(
                    Diagnostic::new(
                        &kinds::IMAGE_VOLUME_ASSUMED,
                        format!("service {:?}: the cluster can mount the content of the image {source:?}", self.service.name),
                    )
                    .at(mount.place)
                    .help("use Kubernetes 1.35 or newer, or switch on its feature `ImageVolume`"),
                );
                read_only = true;
                What::Image(source.to_owned())
            }
            MountKind::Npipe | MountKind::Cluster => {
                let kind = if mount.kind == MountKind::Npipe { "a named pipe of Windows" } else { "a cluster volume of Swarm" };
                self.diagnostics.push(
                    Diagnostic::new(&kinds::VOLUME_TYPE_DROPPED, format!("service {:?}: {kind} cannot be mounted", self.service.name))
                        .at(mount.place)
                        .help("use a named volume"),
                );
                return None;
            }
        };
        let host = matches!(what, What::Host { .. });
        let propagation = match mount.propagation.as_ref().map(|p| p.value.as_str()) {
            Some("shared" | "rshared") if host => Some("Bidirectional"),
            Some("slave" | "rslave") if host => Some("HostToContainer"),
            _ => None,
        };
        let recursive = match mount.recursive.as_ref().map(|r| r.value.as_str()) {
            Some("readonly") if host && read_only && propagation.is_none() => Some("Enabled"),
            Some("disabled" | "writable") if host && read_only => Some("Disabled"),
            _ => None,
        };
        Some(Wish {
            read_only,
            recursive,
            propagation,
            sub_path: mount.subpath.as_ref().map(|s| s.value.trim_matches('/').to_owned()).filter(|s| !s.is_empty()),
            nocopy: mount.kind != MountKind::Volume || mount.nocopy.as_ref().is_some_and(|n| n.value),
            ..self.wish(container, mount.place, &mount.target.value, what)
        })
    }

    fn anonymous(&mut self, container: usize, mount: &Mount) -> What {
        if self.lent && container == 0 {
            return What::Claim(ClaimKey::Anonymous(self.service.name.clone(), mount.target.value.clone()));
        }
        self.diagnostics.push(
            Diagnostic::new(
                &kinds::ANONYMOUS_VOLUME_ASSUMED,
                format!("service {:?}: what it writes to {} lives as long as its pod", self.service.name, mount.target.value),
            )
            .at(mount.place)
            .help("give the volume a name if its data has to stay"),
        );
        What::Empty { memory: false, size: None }
    }

    /// A path of the host.
    fn bind(&mut self, bind: Bind, source: &str, mount: &Mount) -> Option<What> {
        let service = &self.service.name;
        let target = &mount.target.value;
        let claim = Some(What::Claim(ClaimKey::Path(crate::text::path::clean(source))));
        let shown = bind::shown(&self.cx.project.folder, source, Some(bind));
        let told = |kind, message: String| Diagnostic::new(kind, format!("service {service:?}: {message}")).at(mount.place);
        let (diagnostic, what) = match bind {
            Bind::File => return Some(What::File(source.to_owned())),
            Bind::Folder => return Some(What::Folder(source.to_owned())),
            Bind::Data(Data::Missing | Data::Empty) => {
                let message = format!("a claim takes the place of the empty folder {shown:?}");
                let why = if bind == Bind::Data(Data::Missing) { "the folder does not exist" } else { "the folder has no files" };
                (told(&kinds::DATA_FOLDER_ASSUMED, message).note(why), claim)
            }
            Bind::Data(Data::Kept) => (
                told(&kinds::DATA_FOLDER_APPROXIMATED, format!("a new, empty claim takes the place of the folder {shown:?}")).help(
                    "copy its files into the claim with `transship data`, or mount the folder with `:ro` if the service only reads it",
                ),
                claim,
            ),
            Bind::MissingFile => (
                told(&kinds::MOUNTED_FILE_DROPPED, format!("the file {shown:?} does not exist, so nothing is mounted at {target}"))
                    .help("create the file and translate again"),
                None,
            ),
            Bind::Code => (
                told(
                    &kinds::SOURCE_CODE_DROPPED,
                    format!("the source code in {shown:?} is not mounted: the image has its own copy at {target}"),
                )
                .help("build and push the image after each change"),
                None,
            ),
            Bind::AroundProject => (
                told(&kinds::MOUNTED_FOLDER_DROPPED, format!("the folder {shown:?} is not mounted, because it lies around the project"))
                    .help("mount the folders and files that the service needs one by one"),
                None,
            ),
            Bind::Unreadable => (
                told(
                    &kinds::MOUNTED_FOLDER_DROPPED,
                    format!("{shown:?} is neither a file nor a folder of the project, so it is not mounted"),
                ),
                None,
            ),
            Bind::Engine => (
                told(&kinds::ENGINE_SOCKET_DROPPED, format!("{shown:?} belongs to the Docker engine and is not mounted"))
                    .note("nodes of a cluster run no Docker engine, and its socket would give power over the whole node")
                    .help("let the cluster do what the service did with it, or give it access to the Kubernetes API"),
                None,
            ),
            Bind::Clock => (
                told(&kinds::HOST_CLOCK_ASSUMED, format!("the time zone of the host is not mounted at {target}"))
                    .help("set the variable `TZ` if the service needs another zone than UTC"),
                None,
            ),
            Bind::Node => (
                told(&kinds::HOST_PATH_APPROXIMATED, format!("{shown:?} is mounted from the node that the pod runs on"))
                    .help("use `deploy.mode: global` if every node has to be seen"),
                Some(What::Host { path: source.to_owned(), kind: None }),
            ),
            Bind::SharedMemory => (
                told(&kinds::HOST_PATH_APPROXIMATED, format!("it gets memory of its own at {target}, not the host's {shown:?}")),
                Some(What::Empty { memory: true, size: None }),
            ),
            Bind::HostFolder => match self.cx.options.host_paths {
                HostPaths::Claim => (
                    told(&kinds::HOST_FOLDER_ASSUMED, format!("a new, empty claim takes the place of {shown:?}"))
                        .help("copy the files into the claim with `transship data`, or see `--host-paths`"),
                    claim,
                ),
                HostPaths::HostPath => {
                    let must_exist = mount.create_host_path.as_ref().is_some_and(|c| !c.value);
                    let kind = if must_exist { "Directory" } else { "DirectoryOrCreate" };
                    (
                        told(&kinds::HOST_PATH_APPROXIMATED, format!("{shown:?} is mounted from the node that the pod runs on")),
                        Some(What::Host { path: source.to_owned(), kind: Some(kind) }),
                    )
                }
                HostPaths::Drop => (told(&kinds::HOST_PATH_DROPPED, format!("{shown:?} is not mounted at {target}")), None),
            },
            Bind::HostFile if self.cx.options.host_paths == HostPaths::HostPath => (
                told(&kinds::HOST_PATH_APPROXIMATED, format!("the file {shown:?} is mounted from the node that the pod runs on")),
                Some(What::Host { path: source.to_owned(), kind: None }),
            ),
            Bind::HostFile => (
                told(&kinds::HOST_FILE_DROPPED, format!("the file {shown:?} of the host is not mounted at {target}"))
                    .help("put the file into the project folder and mount it from there, or see `--host-paths`"),
                None,
            ),
        };
        self.diagnostics.push(diagnostic);
        what
    }

    /// An entry of `tmpfs`.
    fn tmpfs(&mut self, container: usize, entry: &Placed<String>) -> Wish<'a> {
        let (target, options) = entry.value.split_once(':').unwrap_or((&entry.value, ""));
        let (mut size, mut read_only, mut others) = (None, false, Vec::new());
        for option in options.split(',').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("size", value)) => match bytes::parse(value) {
                    Ok(bytes) if bytes > 0 => size = Some(bytes),
                    _ => others.push(option),
                },
                Some(("mode", "1777" | "01777" | "777" | "0777")) => {}
                Some(_) => others.push(option),
                None => read_only |= option == "ro",
            }
        }
        if !others.is_empty() {
            let (service, others) = (&self.service.name, others.join(","));
            self.diagnostics.push(
                Diagnostic::new(&kinds::TMPFS_OPTIONS_DROPPED, format!("service {service:?}: the tmpfs at {target} loses `{others}`"))
                    .at(entry.place)
                    .note("a folder in memory has a size and nothing else; everybody in the container may write to it"),
            );
        }
        let wish = self.wish(container, entry.place, target, What::Empty { memory: true, size });
        Wish { read_only, nocopy: true, ..wish }
    }

    fn device(&mut self, number: usize, container: &Container, device: &Device) -> Option<Wish<'a>> {
        let service = &self.service.name;
        if !device.source.starts_with('/') {
            self.diagnostics.push(
                Diagnostic::new(
                    &kinds::DEVICE_DROPPED,
                    format!("service {service:?}: the device {:?} is not passed to the container", device.source),
                )
                .at(device.place)
                .help("install the device plugin of its vendor and ask for its resource"),
            );
            return None;
        }
        if !container.privileged.as_ref().is_some_and(|p| p.value) {
            self.diagnostics.push(
                Diagnostic::new(
                    &kinds::DEVICE_APPROXIMATED,
                    format!("service {service:?}: the device {:?} is mounted, but the container may not open it", device.source),
                )
                .at(device.place)
                .help("install a device plugin for it, or set `privileged: true` if you trust the image with the whole node"),
            );
        }
        let target = if device.target.is_empty() { &device.source } else { &device.target };
        Some(self.wish(number, device.place, target, What::Host { path: device.source.clone(), kind: None }))
    }

    /// Tells once that mounted files cannot be written to.
    fn tell_writable(&mut self, container: usize) {
        // Entrypoints read what lies in these folders and never write there.
        let start = |w: &Wish<'_>| w.target.starts_with("/docker-entrypoint");
        let files = |w: &Wish<'_>| matches!(w.what, What::File(_) | What::Folder(_));
        let writable = |w: &&Wish<'_>| w.container == container && !w.read_only && files(w) && !start(w);
        let mut places = self.wishes.iter().filter(writable).map(|w| (w.place, w.target.clone()));
        let Some((place, target)) = places.next() else { return };
        let mut diagnostic = Diagnostic::new(
            &kinds::MOUNTED_FILES_ASSUMED,
            format!("service {:?}: nothing writes to the files of the project that are mounted at {target}", self.service.name),
        )
        .at(place)
        .help("mount them with `:ro` to make it sure");
        for (place, target) in places.take(16) {
            diagnostic = diagnostic.also(place, format!("nor at {target}"));
        }
        self.diagnostics.push(diagnostic);
    }
}
