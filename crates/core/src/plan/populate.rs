//! Filling new, empty volumes from the image, as Docker does.

use super::container::Pull;
use super::order::Init;
use super::security::Security;
use super::storage::{PodVolume, ServiceStorage, VolumeSource};
use crate::options::{Options, PodSecurity};

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

/// The init containers that fill the volumes of a pod, and the volume that they need; `None` where there is nothing to fill.
#[must_use]
pub fn inits(options: &Options, containers: &[Filled<'_>]) -> Option<(PodVolume, Vec<Init>)> {
    let filled: Vec<_> = containers.iter().filter(|c| !c.storage.populate.is_empty()).collect();
    if filled.is_empty() {
        return None;
    }
    let volume = PodVolume { name: TOOLBOX.to_owned(), source: VolumeSource::Empty { memory: false, size: None } };
    let toolbox = Init::Toolbox { name: TOOLBOX.to_owned(), image: options.wait_image.clone(), volume: TOOLBOX.to_owned() };
    let fill = filled.into_iter().map(|c| Init::Populate {
        name: super::name::label(&format!("fill-{}", c.name)),
        image: c.image.to_owned(),
        pull: c.pull,
        toolbox: TOOLBOX.to_owned(),
        volumes: c.storage.populate.clone(),
        security: security(options, c.security),
    });
    Some((volume, std::iter::once(toolbox).chain(fill).collect()))
}

/// Root, who alone may give files to others; the container's own user where Pod Security forbids root.
fn security(options: &Options, container: &Security) -> Security {
    if options.pod_security == PodSecurity::Restricted {
        return Security { privileged: None, capabilities_add: Vec::new(), ..container.clone() };
    }
    Security { user: Some(0), group: Some(0), seccomp: container.seccomp.clone(), ..Security::default() }
}
