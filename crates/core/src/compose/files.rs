//! `configs` and `secrets`: the top-level sections, and how services mount them.

use crate::text::{Place, Placed};
use indexmap::IndexMap;

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
