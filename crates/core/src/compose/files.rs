//! `configs` and `secrets`: the top-level sections, and how services mount them.

use super::read::{Reader, items, key_place};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Entry, Node};

/// A config or a secret of the project.
#[derive(Clone, Debug)]
pub struct File {
    /// Where its key stands.
    pub key: Place,
    /// `name`: `<project>_<key>` unless the file says otherwise.
    pub name: Placed<String>,
    /// Where the content comes from.
    pub source: FileSource,
    /// `labels`.
    pub labels: IndexMap<String, Placed<String>>,
    /// `driver`, `driver_opts`, `template_driver`: the places of those that are set, with the attribute's name.
    pub drivers: Vec<Placed<&'static str>>,
}

/// Where the content of a config or secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileSource {
    /// `file`: an absolute path.
    File(Placed<String>),
    /// `content`.
    Content(Placed<String>),
    /// `environment`: the name of a variable of the project's environment.
    Environment(Placed<String>),
    /// `external: true`.
    External(Place),
    /// None of them (a driver only).
    Missing,
}

/// One entry of a service's `configs` or `secrets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMount {
    /// Where the entry stands.
    pub place: Place,
    /// The key in the top-level section.
    pub source: Placed<String>,
    /// The path in the container; `None`: `/<source>` for a config, `/run/secrets/<source>` for a secret. A relative target of a
    /// secret lies below `/run/secrets`, of a config below `/`.
    pub target: Option<Placed<String>>,
    /// `uid`.
    pub uid: Option<Placed<String>>,
    /// `gid`.
    pub gid: Option<Placed<String>>,
    /// `mode`: permission bits.
    pub mode: Option<Placed<u32>>,
}

impl File {
    /// An entry of a top-level section; `name` is its key.
    pub(super) fn decode(reader: &mut Reader<'_>, name: &str, entry: &Entry) -> Self {
        let node = &entry.value;
        let drivers = ["driver", "driver_opts", "template_driver"];
        Self {
            key: entry.key,
            name: reader.text(node, "name").unwrap_or_else(|| Placed::new(name.to_owned(), entry.key)),
            source: FileSource::decode(reader, node),
            labels: reader.pairs(node, "labels"),
            drivers: drivers.into_iter().filter_map(|name| Some(Placed::new(name, key_place(node, name)?))).collect(),
        }
    }
}

impl FileSource {
    fn decode(reader: &mut Reader<'_>, node: &Node) -> Self {
        if let Some(external) = reader.flag(node, "external").filter(|flag| flag.value) {
            return Self::External(external.place);
        }
        let file = reader.text(node, "file").map(Self::File);
        let content = file.or_else(|| reader.text(node, "content").map(Self::Content));
        content.or_else(|| reader.text(node, "environment").map(Self::Environment)).unwrap_or(Self::Missing)
    }
}

impl FileMount {
    /// The `configs` or `secrets` of a container.
    pub(super) fn decode_all(reader: &mut Reader<'_>, container: &Node, key: &str) -> Vec<Self> {
        items(container, key).iter().filter_map(|node| Self::decode(reader, node, key)).collect()
    }

    fn decode(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<Self> {
        let Some(source) = reader.text(node, "source") else {
            reader.fault(node.place, key, "a list of mappings with a source");
            return None;
        };
        Some(Self {
            place: node.place,
            source,
            target: reader.text(node, "target"),
            uid: reader.text(node, "uid"),
            gid: reader.text(node, "gid"),
            mode: reader.mode(node, "mode"),
        })
    }
}
