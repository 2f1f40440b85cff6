//! `post_start`, `pre_stop` and `pre_start`.

use super::container::Container;
use super::environment::Variable;
use crate::text::{Place, Placed};
use indexmap::IndexMap;

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
