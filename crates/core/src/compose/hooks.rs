//! `post_start`, `pre_stop` and `pre_start`.

use super::container::Container;
use super::environment::EnvFile;
use super::environment::Variable;
use super::read::{Reader, items};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::Node;

/// A command that runs in the container after it started or before it stops.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Where it stands.
    pub place: Place,
    /// `command`, split into words.
    pub command: Vec<Placed<String>>,
    /// `user`.
    pub user: Option<Placed<String>>,
    /// `privileged`.
    pub privileged: Option<Placed<bool>>,
    /// `working_dir`.
    pub working_dir: Option<Placed<String>>,
    /// `environment`.
    pub environment: IndexMap<String, Variable>,
}

/// A container that runs to its end before the service starts; what it does not say comes from the service.
#[derive(Clone, Debug)]
pub struct PreStart {
    /// Where it stands.
    pub place: Place,
    /// The container.
    pub container: Container,
    /// `per_replica`: once for each replica instead of once for the service.
    pub per_replica: Option<Placed<bool>>,
}

impl Hook {
    /// The `post_start` or `pre_stop` of a service.
    pub(super) fn decode_all(reader: &mut Reader<'_>, service: &Node, key: &str) -> Vec<Self> {
        let hooks = items(service, key).iter().map(|node| Self {
            place: node.place,
            command: reader.words(node, "command").map(|words| words.value).unwrap_or_default(),
            user: reader.text(node, "user"),
            privileged: reader.flag(node, "privileged"),
            working_dir: reader.text(node, "working_dir"),
            environment: reader.variables(node, "environment"),
        });
        hooks.collect()
    }
}

impl PreStart {
    /// The `pre_start` of a service, whose env files they share.
    pub(super) fn decode_all(reader: &mut Reader<'_>, service: &Node, env_files: &[EnvFile]) -> Vec<Self> {
        let hooks = items(service, "pre_start").iter().map(|node| Self {
            place: node.place,
            container: Container::decode(reader, node, env_files.to_vec()),
            per_replica: reader.flag(node, "per_replica"),
        });
        hooks.collect()
    }
}
