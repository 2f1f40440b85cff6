//! Filling new, empty volumes from the image, as Docker does.

use crate::options::{Options, PodSecurity};
use crate::plan::security::Security;
use crate::plan::storage::{Mount, PodVolume, ServiceStorage, VolumeSource};
use crate::plan::workload::container::Pull;
use crate::plan::workload::image::{is_database_folder, known};
use crate::plan::workload::order::Init;

/// The pod's volume that holds the static busybox; no other volume has this name.
pub(crate) const TOOLBOX: &str = "toolbox";

/// A container whose new volumes are filled from its image.
#[derive(Clone, Copy, Debug)]
pub struct Filled<'a> {
    /// The container's name.
    pub name: &'a str,
    /// Its image.
    pub image: &'a str,
    /// Its `imagePullPolicy`.
    pub pull: Option<Pull>,
    /// What it mounts.
    pub storage: &'a ServiceStorage,
    /// How it runs.
    pub security: &'a Security,
}

/// The init containers that prepare the volumes of a pod, and the volume that they need, if any.
#[must_use]
pub fn inits(options: &Options, containers: &[Filled<'_>]) -> (Option<PodVolume>, Vec<Init>) {
    let mut inits: Vec<Init> = containers.iter().filter_map(|container| folders(options, container)).collect();
    let filled: Vec<_> = containers.iter().filter(|c| !c.storage.populate.is_empty()).collect();
    if filled.is_empty() {
        return (None, inits);
    }
    let volume = PodVolume { name: TOOLBOX.to_owned(), source: VolumeSource::Empty { memory: false, size: None } };
    inits.push(Init::Toolbox { name: TOOLBOX.to_owned(), image: options.wait_image.clone(), volume: TOOLBOX.to_owned() });
    inits.extend(filled.into_iter().map(|c| Init::Populate {
        name: crate::plan::name::label(&format!("fill-{}", c.name)),
        image: c.image.to_owned(),
        pull: c.pull,
        toolbox: TOOLBOX.to_owned(),
        volumes: c.storage.populate.clone(),
        security: security(options, c.security),
    }));
    (Some(volume), inits)
}

/// A database that does not start as root must own its data folder, and the kubelet makes the folder of a `subPath` for root.
fn folders(options: &Options, container: &Filled<'_>) -> Option<Init> {
    let known = known(container.image);
    let keeps = |path: &str| known.map_or_else(|| is_database_folder(path), |known| known.database && known.owns(path));
    container.security.user.filter(|user| *user > 0)?;
    let filled = |mount: &Mount| container.storage.populate.iter().any(|populate| populate.mount.path == mount.path);
    let own = |mount: &&Mount| mount.sub_path.is_some() && !mount.read_only && keeps(&mount.path) && !filled(mount);
    let aside = |(i, mount): (usize, &Mount)| Mount { path: format!("/transship/volume-{i}"), propagation: None, ..mount.clone() };
    let mounts: Vec<Mount> = container.storage.mounts.iter().filter(own).enumerate().map(aside).collect();
    (!mounts.is_empty()).then(|| Init::Folders {
        name: crate::plan::name::label(&format!("folders-{}", container.name)),
        image: options.wait_image.clone(),
        mounts,
        security: container.security.clone(),
    })
}

/// Root, who alone may give files to others; the container's own user where Pod Security forbids root.
fn security(options: &Options, container: &Security) -> Security {
    if options.pod_security == PodSecurity::Restricted {
        return Security { privileged: None, capabilities_add: Vec::new(), ..container.clone() };
    }
    Security { user: Some(0), group: Some(0), seccomp: container.seccomp.clone(), ..Security::default() }
}
