//! Volumes of pods, claims, and what containers mount.

pub(crate) mod assemble;
pub(crate) mod bind;
pub mod carry;
pub(crate) mod claim;
pub mod files;
pub(crate) mod mount;
pub(crate) mod mounted;
pub mod populate;
pub mod store;
pub(crate) mod volume;

pub use crate::plan::storage::assemble::plan;

use crate::plan::storage::carry::Carry;
use crate::plan::storage::store::Store;
use crate::table::IndexMap;
use crate::text::Place;

/// What every service mounts, and the objects behind it.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    /// What each service mounts; every service of the project has an entry.
    pub services: IndexMap<String, ServiceStorage>,
    /// The claims to create.
    pub claims: Vec<Claim>,
    /// What has to be copied into them, and into claims that exist already.
    pub carries: Vec<Carry>,
    /// ConfigMaps and Secrets of configs, secrets and mounted files.
    pub stores: Vec<Store>,
}

/// What one service mounts.
#[derive(Clone, Debug, Default)]
pub struct ServiceStorage {
    /// The volumes that its pod needs. A source has one name in the whole project, so the volumes of several services merge by name.
    pub volumes: Vec<PodVolume>,
    /// The mounts of its container.
    pub mounts: Vec<Mount>,
    /// The mounts of its `pre_start` containers, one list each; their volumes are among `volumes`.
    pub pre_start: Vec<Vec<Mount>>,
    /// New volumes that are filled from its image before it starts.
    pub populate: Vec<Populate>,
    /// The claims that it mounts.
    pub claims: Vec<ClaimUse>,
    /// Labels that the pod bears and whose other bearers must share its node.
    pub same_node: Vec<(String, String)>,
}

/// A claim that a service mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimUse {
    /// The claim's name.
    pub name: String,
    /// Never written to by this service.
    pub read_only: bool,
    /// Other pods, or further replicas, mount it as well.
    pub shared: bool,
    /// ReadWriteMany.
    pub many: bool,
}

/// A persistent volume claim to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The object's name.
    pub name: String,
    /// Where the volume or the mount stands.
    pub place: Place,
    /// The requested size: a Kubernetes quantity.
    pub size: String,
    /// The storage class; `None`: the cluster's default.
    pub class: Option<String>,
    /// ReadWriteMany instead of ReadWriteOnce.
    pub many: bool,
    /// The Compose service it belongs to, if it is only one.
    pub service: Option<String>,
    /// Labels that the storage behind it must bear.
    pub selector: IndexMap<String, String>,
    /// Annotations: labels of the Compose volume.
    pub annotations: IndexMap<String, String>,
}

/// One entry of a pod's `volumes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodVolume {
    /// A DNS label, unique in the pod; the same source has the same name in every pod.
    pub name: String,
    /// What it is.
    pub source: VolumeSource,
}

/// What a pod's volume is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum VolumeSource {
    /// A claim.
    Claim {
        /// The claim's name.
        claim: String,
        /// Mounted read-only by everybody.
        read_only: bool,
    },
    /// An empty folder that lives as long as the pod.
    Empty {
        /// In memory.
        memory: bool,
        /// The size limit in bytes.
        size: Option<i64>,
    },
    /// A path of the node.
    Host {
        /// The path.
        path: String,
        /// `type`: `Socket`, `Directory`, `File`, `CharDevice`, …; `None`: anything.
        kind: Option<&'static str>,
    },
    /// An NFS export.
    Nfs {
        /// The server's name or address.
        server: String,
        /// The exported path.
        path: String,
        /// `readOnly`.
        read_only: bool,
    },
    /// Keys of a ConfigMap or Secret as files.
    Store(StoreFiles),
    /// Keys of several ConfigMaps and Secrets in one folder.
    Projected {
        /// The sources.
        sources: Vec<StoreFiles>,
        /// Permission bits of files without one of their own.
        mode: u32,
    },
    /// The content of an image.
    Image {
        /// The image.
        reference: String,
    },
}

/// Keys of a ConfigMap or Secret as files.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoreFiles {
    /// The object's name.
    pub store: String,
    /// A Secret, or a ConfigMap?
    pub secret: bool,
    /// Which keys, and where; empty: every key under its own name.
    pub items: Vec<StoreFile>,
    /// Permission bits of files without one of their own; unused inside [`VolumeSource::Projected`].
    pub mode: u32,
}

/// One key as a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoreFile {
    /// The key.
    pub key: String,
    /// The path in the volume: relative, may have folders.
    pub path: String,
    /// Permission bits.
    pub mode: Option<u32>,
}

/// One entry of `volumeMounts`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// The pod's volume.
    pub volume: String,
    /// The path in the container.
    pub path: String,
    /// `subPath`.
    pub sub_path: Option<String>,
    /// `readOnly`.
    pub read_only: bool,
    /// `mountPropagation`: `HostToContainer` or `Bidirectional`.
    pub propagation: Option<&'static str>,
    /// `recursiveReadOnly`: `Enabled` or `Disabled`; only where it is read-only.
    pub recursive_read_only: Option<&'static str>,
}

/// A new, empty volume that an init container fills from the service's image, as Docker does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Populate {
    /// The volume and where the image has its content; the mount's `sub_path` is the volume's folder to fill.
    pub mount: Mount,
}
