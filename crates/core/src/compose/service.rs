//! `services.*` and `jobs.*`: a container and what Compose does around it.

use super::build::Build;
use super::container::Container;
use super::deploy::Deploy;
use super::healthcheck::HealthCheck;
use super::hooks::{Hook, PreStart};
use super::job::Triggers;
use super::order::Dependency;
use super::ports::Port;
use crate::text::{Place, Placed};
use crate::yaml::Node;
use indexmap::IndexMap;

/// A Compose service, or a job.
#[derive(Clone, Debug)]
pub struct Service {
    /// The key under `services` or `jobs`.
    pub name: String,
    /// Where that key stands.
    pub place: Place,
    /// What describes the container itself.
    pub container: Container,
    /// `build`.
    pub build: Option<Build>,
    /// `depends_on`, with what links, shared namespaces and `volumes_from` imply.
    pub depends_on: IndexMap<String, Dependency>,
    /// `expose`: `PORT[-PORT][/PROTOCOL]` as written.
    pub expose: Vec<Placed<String>>,
    /// `healthcheck`.
    pub healthcheck: Option<HealthCheck>,
    /// `ports`, ranges expanded where both sides have one.
    pub ports: Vec<Port>,
    /// `profiles`.
    pub profiles: Vec<Placed<String>>,
    /// `stdin_open`.
    pub stdin_open: Option<Placed<bool>>,
    /// `tty`.
    pub tty: Option<Placed<bool>>,
    /// `attach`.
    pub attach: Option<Placed<bool>>,
    /// `container_name`.
    pub container_name: Option<Placed<String>>,
    /// `deploy`.
    pub deploy: Option<Deploy>,
    /// `develop`: as it stands; nothing of it has a meaning in a cluster.
    pub develop: Option<Placed<()>>,
    /// `external_links`: `CONTAINER[:ALIAS]`.
    pub external_links: Vec<Placed<String>>,
    /// `links`: `SERVICE[:ALIAS]`.
    pub links: Vec<Placed<String>>,
    /// `post_start`.
    pub post_start: Vec<Hook>,
    /// `pre_start`.
    pub pre_start: Vec<PreStart>,
    /// `pre_stop`.
    pub pre_stop: Vec<Hook>,
    /// `provider.type`: who runs this service instead of a container engine.
    pub provider: Option<Placed<String>>,
    /// `restart`: `no`, `always`, `on-failure[:N]`, `unless-stopped`.
    pub restart: Option<Placed<String>>,
    /// `scale`: how many containers.
    pub scale: Option<Placed<i64>>,
    /// `triggers`: only a job has them.
    pub triggers: Option<Triggers>,
    /// `x-*` attributes, as they stand.
    pub extensions: IndexMap<String, Node>,
}
