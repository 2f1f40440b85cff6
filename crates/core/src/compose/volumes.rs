//! `volumes`: the top-level section, and how services mount them.

use super::read::{Reader, extensions, items};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Entry, Node, Value};

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

impl Volume {
    /// An entry of the top-level section; `name` is its key.
    pub(super) fn decode(reader: &mut Reader<'_>, project: &str, name: &str, entry: &Entry) -> Self {
        let node = &entry.value;
        let external = reader.flag(node, "external").filter(|flag| flag.value).map(|flag| flag.place);
        // Loading gives every volume a name; it is the user's own where it is not the one that Docker Compose makes up.
        let made_up = if external.is_some() { name.to_owned() } else { format!("{project}_{name}") };
        let given = reader.text(node, "name");
        Self {
            key: entry.key,
            named: given.as_ref().is_some_and(|given| given.value != made_up),
            name: given.unwrap_or_else(|| Placed::new(made_up, entry.key)),
            external,
            driver: reader.text(node, "driver"),
            driver_opts: reader.pairs(node, "driver_opts"),
            labels: reader.pairs(node, "labels"),
            extensions: node.as_map().map(extensions).unwrap_or_default(),
        }
    }
}

impl MountKind {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "bind" => Self::Bind,
            "volume" => Self::Volume,
            "tmpfs" => Self::Tmpfs,
            "npipe" => Self::Npipe,
            "cluster" => Self::Cluster,
            "image" => Self::Image,
            _ => return None,
        })
    }
}

impl Mount {
    /// A mount of which nothing more is said.
    pub(crate) fn plain(kind: MountKind, source: Placed<String>, target: Placed<String>) -> Self {
        Self {
            place: target.place,
            kind,
            source: Some(source),
            target,
            read_only: None,
            consistency: None,
            propagation: None,
            selinux: None,
            recursive: None,
            create_host_path: None,
            nocopy: None,
            subpath: None,
            labels: IndexMap::default(),
            tmpfs_size: None,
            tmpfs_mode: None,
        }
    }

    /// The `volumes` of a container.
    pub(super) fn decode_all(reader: &mut Reader<'_>, container: &Node) -> Vec<Self> {
        items(container, "volumes").iter().filter_map(|node| Self::decode(reader, node)).collect()
    }

    fn decode(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let kind = reader.text(node, "type").and_then(|word| MountKind::parse(&word));
        let (Some(kind), Some(target)) = (kind, reader.text(node, "target")) else {
            reader.fault(node.place, "volumes", "a list of mounts, each with a type and a target");
            return None;
        };
        let nothing = Node::new(Value::Null, node.place);
        let part = |key: &str| node.get(key).unwrap_or(&nothing);
        let (bind, volume, tmpfs, image) = (part("bind"), part("volume"), part("tmpfs"), part("image"));
        Some(Self {
            place: node.place,
            kind,
            source: reader.text(node, "source").filter(|source| !source.is_empty()),
            target,
            read_only: reader.flag(node, "read_only"),
            consistency: reader.text(node, "consistency"),
            propagation: reader.text(bind, "propagation"),
            selinux: reader.text(bind, "selinux"),
            recursive: reader.text(bind, "recursive"),
            create_host_path: reader.flag(bind, "create_host_path"),
            nocopy: reader.flag(volume, "nocopy"),
            subpath: reader.text(volume, "subpath").or_else(|| reader.text(image, "subpath")),
            labels: reader.pairs(volume, "labels"),
            tmpfs_size: reader.bytes(tmpfs, "size"),
            tmpfs_mode: reader.mode(tmpfs, "mode"),
        })
    }
}
