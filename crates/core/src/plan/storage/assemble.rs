//! What every service mounts, put together: pod volumes, mounts, and what is filled first.

use crate::compose::{Container, Service};
use crate::diag::Diagnostics;
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::name::{Scope, label};
use crate::plan::storage::claim::{Claims, fills, join};
use crate::plan::storage::files::ProjectFiles;
use crate::plan::storage::mount::{What, Wish, wishes};
use crate::plan::storage::mounted::{Item, MountedStores};
use crate::plan::storage::store::check_secret_store;
use crate::plan::storage::{ClaimUse, Mount, PodVolume, Populate, ServiceStorage, Storage, StoreFile, StoreFiles, VolumeSource};
use crate::table::{HashMap, HashSet, IndexMap};
use crate::text::path;

/// Where Docker mounts secrets.
const SECRETS: &str = "/run/secrets";

/// Decides what every service mounts.
pub fn plan(cx: &Context<'_>, files: &ProjectFiles, hosts: &mut Hosts, diagnostics: &mut Diagnostics) -> Storage {
    cx.names.reserve(Scope::Volume, crate::plan::storage::populate::TOOLBOX);
    let wishes = wishes(cx, files, diagnostics);
    let claims = Claims::decide(cx, &wishes, diagnostics);
    let mut assembly =
        Assembly { cx, claims: &claims, stores: MountedStores::new(cx, files, hosts, diagnostics), names: HashMap::default() };
    let mut services = IndexMap::with_capacity_and_hasher(cx.project.services.len(), Default::default());
    for (name, service) in &cx.project.services {
        let wishes = wishes.get(name.as_str()).map_or(&[][..], Vec::as_slice);
        services.insert(name.clone(), assembly.service(service, wishes));
    }
    let stores = assembly.stores.into_stores();
    check_secret_store(cx.options, &stores, diagnostics);
    Storage { services, carries: claims.carries(), claims: claims.into_objects(), stores }
}

/// Files in one folder of a container, from one or several stores.
struct Folder {
    target: String,
    items: Vec<Item>,
    /// The mode of a file that does not say otherwise.
    mode: u32,
}

/// One file of a container.
struct Single {
    target: String,
    item: Item,
}

struct Assembly<'s, 'a> {
    cx: &'s Context<'a>,
    claims: &'s Claims,
    stores: MountedStores<'s, 'a>,
    /// The name of each volume in all pods; a folder that only one container sees has the name it asks for as well.
    names: HashMap<(VolumeSource, Option<String>), String>,
}

/// What the pod of one service needs, by name.
#[derive(Default)]
struct Needs {
    volumes: IndexMap<String, VolumeSource>,
    claims: IndexMap<String, ClaimUse>,
    populate: Vec<Populate>,
    same_node: Vec<(String, String)>,
}

impl Assembly<'_, '_> {
    fn service(&mut self, service: &Service, wishes: &[Wish<'_>]) -> ServiceStorage {
        let (mut out, mut needs) = (ServiceStorage::default(), Needs::default());
        for (number, container) in service.containers().enumerate() {
            let wishes: Vec<&Wish<'_>> = wishes.iter().filter(|w| w.container == number).collect();
            if number > 0 && wishes.is_empty() && container.configs.is_empty() && container.secrets.is_empty() {
                let mounts = out.mounts.clone();
                out.pre_start.push(mounts);
                continue;
            }
            let mounts = self.container(service, container, &wishes, &mut needs);
            if number == 0 {
                out.mounts = mounts;
            } else {
                out.pre_start.push(mounts);
            }
        }
        out.volumes = needs.volumes.into_iter().map(|(name, source)| PodVolume { name, source }).collect();
        out.claims = needs.claims.into_values().collect();
        (out.populate, out.same_node) = (needs.populate, needs.same_node);
        out
    }

    fn container(&mut self, service: &Service, container: &Container, wishes: &[&Wish<'_>], needs: &mut Needs) -> Vec<Mount> {
        let mut mounts = Vec::with_capacity(wishes.len());
        let (mut folders, mut singles) = self.stored(service, container, wishes);
        for wish in wishes {
            if let Some(mount) = self.mount(wish, needs) {
                mounts.push(mount);
            }
        }
        fold(&mut folders, &mut singles, &mounts);
        for folder in folders {
            let source = source_of(&folder, &self.stores);
            let wanted = match &source {
                VolumeSource::Store(files) => files.store.clone(),
                _ => format!("{}-{}", service.name, path::file_name(&folder.target)),
            };
            let volume = self.volume(source, &wanted, None, needs);
            mounts.push(Mount { volume, path: folder.target, read_only: true, ..Mount::default() });
        }
        for single in singles {
            let Item { store, secret, key, mode, .. } = single.item;
            let source = VolumeSource::Store(StoreFiles { store: store.clone(), secret, items: Vec::new(), mode });
            let volume = self.volume(source, &store, None, needs);
            mounts.push(Mount { volume, path: single.target, sub_path: Some(key), read_only: true, ..Mount::default() });
        }
        mounts
    }

    /// Everything that comes from ConfigMaps and Secrets: folders, and single files.
    fn stored(&mut self, service: &Service, container: &Container, wishes: &[&Wish<'_>]) -> (Vec<Folder>, Vec<Single>) {
        let (mut folders, mut singles) = (Vec::new(), Vec::new());
        for wish in wishes {
            match &wish.what {
                What::Folder(source) => {
                    if let Some(items) = self.stores.path(service, source, wish.place) {
                        folders.push(Folder { target: wish.target.clone(), items, mode: 0o644 });
                    }
                }
                What::File(source) => {
                    let item = self.stores.path(service, source, wish.place).and_then(|items| items.into_iter().next());
                    singles.extend(item.map(|item| Single { target: wish.target.clone(), item }));
                }
                _ => {}
            }
        }
        let mut secrets = Vec::new();
        let declared = container.configs.iter().map(|m| (m, false, "/")).chain(container.secrets.iter().map(|m| (m, true, SECRETS)));
        for (mount, secret, base) in declared {
            let Some(mut item) = self.stores.declared(service, mount, secret) else { continue };
            let target = mount.target.as_ref().map_or(mount.source.value.as_str(), |target| &target.value);
            let target = path::join(base, target);
            item.mode = self.stores.mode(service, mount, item.mode);
            match path::relative_to(&target, SECRETS).filter(|below| secret && below != ".") {
                Some(below) => secrets.push(Item { path: below, ..item }),
                None => singles.push(Single { target, item }),
            }
        }
        if !secrets.is_empty() {
            folders.push(Folder { target: SECRETS.to_owned(), items: secrets, mode: 0o444 });
        }
        // Two mounts at one path are an error in both worlds; the first one stays.
        let mut targets = HashSet::default();
        folders.retain(|folder| targets.insert(folder.target.clone()));
        singles.retain(|single| targets.insert(single.target.clone()));
        (folders, singles)
    }

    /// The mount of anything but files of the project.
    fn mount(&mut self, wish: &Wish<'_>, needs: &mut Needs) -> Option<Mount> {
        let service = &wish.service.name;
        let mut sub_path = wish.sub_path.clone();
        let own = || label(&format!("{}-{}", service, wish.target.trim_matches('/').replace(['/', '.'], "-")));
        let volume = match &wish.what {
            What::File(_) | What::Folder(_) => return None,
            What::Claim(key) => {
                let (decided, folder) = self.claims.get(key)?;
                sub_path = join(folder.as_deref(), sub_path.as_deref());
                let (claim, read_only) = (decided.name.clone(), wish.read_only);
                if let Some(used) = needs.claims.get_mut(&claim) {
                    used.read_only &= read_only;
                } else {
                    let used = ClaimUse { name: claim.clone(), read_only, shared: decided.shared, many: decided.many };
                    needs.claims.insert(claim.clone(), used);
                    needs.same_node.extend(decided.same_node.clone());
                }
                let filler = decided.filler.as_ref().is_some_and(|(name, target)| *name == *service && *target == wish.target);
                let source = VolumeSource::Claim { claim: claim.clone(), read_only: false };
                let volume = self.volume(source, &claim, None, needs);
                if filler && wish.container == 0 {
                    let mount = Mount { volume: volume.clone(), path: wish.target.clone(), sub_path: sub_path.clone(), ..Mount::default() };
                    needs.populate.push(Populate { mount });
                }
                volume
            }
            What::Empty { memory, size } => {
                let wanted = own();
                let source = VolumeSource::Empty { memory: *memory, size: *size };
                let volume = self.volume(source, &wanted, Some(wish), needs);
                if !*memory && !wish.nocopy && wish.container == 0 && fills(self.cx, wish, false) {
                    let mount = Mount { volume: volume.clone(), path: wish.target.clone(), ..Mount::default() };
                    needs.populate.push(Populate { mount });
                }
                volume
            }
            What::Host { path, kind } => {
                let wanted = format!("host-{}", path.trim_matches('/').replace(['/', '.'], "-"));
                self.volume(VolumeSource::Host { path: path.clone(), kind: *kind }, &wanted, None, needs)
            }
            What::Nfs { server, path } => {
                let source = VolumeSource::Nfs { server: server.clone(), path: path.clone(), read_only: false };
                self.volume(source, &format!("nfs-{}", path.trim_matches('/').replace(['/', '.'], "-")), None, needs)
            }
            What::Image(reference) => {
                let name = crate::plan::workload::image::repository(reference).replace(['/', '.'], "-");
                self.volume(VolumeSource::Image { reference: reference.clone() }, &format!("image-{name}"), None, needs)
            }
        };
        Some(Mount {
            volume,
            path: wish.target.clone(),
            sub_path,
            read_only: wish.read_only,
            propagation: wish.propagation,
            recursive_read_only: wish.recursive,
        })
    }

    /// The name of a volume in every pod, which is added to what the service's pod needs. `own`: no other container shares it.
    fn volume(&mut self, source: VolumeSource, wanted: &str, own: Option<&Wish<'_>>, needs: &mut Needs) -> String {
        let key = (source, own.map(|wish| format!("{} {} {}", wish.service.name, wish.container, wish.target)));
        let name = match self.names.get(&key) {
            Some(name) => name.clone(),
            None => {
                let name = self.cx.names.reserve(Scope::Volume, &wanted.replace('.', "-"));
                self.names.insert(key.clone(), name.clone());
                name
            }
        };
        needs.volumes.entry(name.clone()).or_insert(key.0);
        name
    }
}

/// Mounts below a mounted folder of files: a folder of a ConfigMap is read-only, so nothing can make the place where they are mounted.
/// Files are put into the folder itself; for anything else the folder gets a path of that name.
fn fold(folders: &mut Vec<Folder>, singles: &mut Vec<Single>, mounts: &[Mount]) {
    if folders.is_empty() {
        return;
    }
    let targets: HashMap<String, usize> = folders.iter().enumerate().map(|(i, folder)| (folder.target.clone(), i)).collect();
    let others: HashSet<&str> = mounts.iter().map(|mount| mount.path.as_str()).collect();
    let around = |target: &str| around(target, &targets, &others);
    let mut inside: Vec<(usize, Vec<Item>)> = Vec::new();
    singles.retain(|single| match around(&single.target) {
        Some((folder, below)) => {
            inside.push((folder, vec![Item { path: below, ..single.item.clone() }]));
            false
        }
        None => true,
    });
    let mut places: Vec<(usize, String)> = mounts.iter().filter_map(|mount| around(&mount.path)).collect();
    // A folder in a folder becomes part of it; the innermost go first, so that none is lost on its way.
    let mut order: Vec<usize> = (0..folders.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(folders.get(*i).map_or(0, |folder| folder.target.len())));
    let mut gone = HashSet::default();
    for (folder, items) in inside {
        add(folders, folder, items);
    }
    for i in order {
        let Some((outer, below)) = folders.get(i).and_then(|folder| around(&folder.target)) else { continue };
        let items = folders.get_mut(i).map(|folder| std::mem::take(&mut folder.items)).unwrap_or_default();
        add(folders, outer, items.into_iter().map(|item| Item { path: format!("{below}/{}", item.path), ..item }).collect());
        for (folder, place) in &mut places {
            if *folder == i {
                (*folder, *place) = (outer, format!("{below}/{place}"));
            }
        }
        gone.insert(i);
    }
    for (folder, place) in places {
        let Some(folder) = folders.get_mut(folder) else { continue };
        let prefix = format!("{place}/");
        let exists = folder.items.iter().any(|item| item.path == place || item.path.starts_with(&prefix));
        if let Some(first) = folder.items.first().filter(|_| !exists).cloned() {
            folder.items.push(Item { path: format!("{prefix}.mounted"), ..first });
        }
    }
    let mut index = 0;
    folders.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
}

/// The nearest mounted folder of files around a path, and the way from there; `None` where another mount lies between.
fn around(target: &str, folders: &HashMap<String, usize>, others: &HashSet<&str>) -> Option<(usize, String)> {
    let mut end = target.len();
    while let Some(at) = target.get(..end).and_then(|head| head.rfind('/')) {
        let head = target.get(..at).filter(|head| !head.is_empty()).unwrap_or("/");
        if let Some(folder) = folders.get(head) {
            return Some((*folder, target.get(at + 1..)?.to_owned()));
        }
        if others.contains(head) {
            return None;
        }
        end = at;
    }
    None
}

/// Adds files to a folder, in place of those that have the same path there.
fn add(folders: &mut [Folder], folder: usize, items: Vec<Item>) {
    let Some(folder) = folders.get_mut(folder) else { return };
    let new: HashSet<&str> = items.iter().map(|item| item.path.as_str()).collect();
    folder.items.retain(|item| !new.contains(item.path.as_str()));
    folder.items.extend(items);
}

/// The volume that holds a folder of files.
fn source_of(folder: &Folder, all: &MountedStores<'_, '_>) -> VolumeSource {
    let mut stores: IndexMap<(bool, &str), Vec<&Item>> = IndexMap::default();
    for item in &folder.items {
        stores.entry((item.secret, &item.store)).or_default().push(item);
    }
    let mut sources: Vec<StoreFiles> = stores
        .into_iter()
        .map(|((secret, store), items)| {
            let plain =
                items.len() == all.keys(secret, store) && items.iter().all(|item| item.path == item.key && item.mode == folder.mode);
            let file = |item: &&Item| StoreFile {
                key: item.key.clone(),
                path: item.path.clone(),
                mode: (item.mode != folder.mode).then_some(item.mode),
            };
            StoreFiles {
                store: store.to_owned(),
                secret,
                items: if plain { Vec::new() } else { items.iter().map(file).collect() },
                mode: folder.mode,
            }
        })
        .collect();
    match (sources.len(), sources.pop()) {
        (1, Some(only)) => VolumeSource::Store(only),
        (_, last) => {
            sources.extend(last);
            VolumeSource::Projected { sources, mode: folder.mode }
        }
    }
}
