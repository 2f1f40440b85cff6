//! `volumes`: the top-level section, and how services mount them.

use crate::text::{Place, Placed};
use crate::yaml::Node;
use indexmap::IndexMap;

/// A volume of the project.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Where its key stands.
    pub key: Place,
    /// `name`: `<project>_<key>`, or the key of an external volume, unless the file says otherwise.
    pub name: Placed<String>,
    /// Did the user write `name:` (or `external.name`)?
    pub named: bool,
    /// `external`.
    pub external: Option<Place>,
    /// `driver`.
    pub driver: Option<Placed<String>>,
    /// `driver_opts`.
    pub driver_opts: IndexMap<String, Placed<String>>,
    /// `labels`.
    pub labels: IndexMap<String, Placed<String>>,
    /// `x-*` attributes, as they stand.
    pub extensions: IndexMap<String, Node>,
}

/// One entry of a service's `volumes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where the entry stands.
    pub place: Place,
    /// `type`.
    pub kind: MountKind,
    /// `source`: an absolute path (bind), the key of a volume, or an image; `None`: an anonymous volume or a tmpfs.
    pub source: Option<Placed<String>>,
    /// `target`: the path in the container, cleaned.
    pub target: Placed<String>,
    /// `read_only`.
    pub read_only: Option<Placed<bool>>,
    /// `consistency`.
    pub consistency: Option<Placed<String>>,
    /// `bind.propagation`.
    pub propagation: Option<Placed<String>>,
    /// `bind.selinux`.
    pub selinux: Option<Placed<String>>,
    /// `bind.recursive`.
    pub recursive: Option<Placed<String>>,
    /// `bind.create_host_path`; the short form creates it.
    pub create_host_path: Option<Placed<bool>>,
    /// `volume.nocopy`: do not fill a new volume from the image.
    pub nocopy: Option<Placed<bool>>,
    /// `volume.subpath` or `image.subpath`.
    pub subpath: Option<Placed<String>>,
    /// `volume.labels`.
    pub labels: IndexMap<String, Placed<String>>,
    /// `tmpfs.size`, bytes.
    pub tmpfs_size: Option<Placed<i64>>,
    /// `tmpfs.mode`: permission bits.
    pub tmpfs_mode: Option<Placed<u32>>,
}

/// What is mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MountKind {
    /// A path of the host.
    Bind,
    /// A named or anonymous volume.
    Volume,
    /// Memory.
    Tmpfs,
    /// A Windows named pipe.
    Npipe,
    /// A Swarm cluster volume.
    Cluster,
    /// The content of an image.
    Image,
}
