//! `services.*` and `jobs.*`: a container and what Compose does around it.

use super::build::Build;
use super::container::Container;
use super::deploy::Deploy;
use super::environment::EnvFile;
use super::healthcheck::HealthCheck;
use super::hooks::{Hook, PreStart};
use super::job::Triggers;
use super::order::Dependency;
use super::ports::Port;
use super::read::{Reader, extensions, key_place};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Entry, Node, Value};

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
    pub build: Option<Box<Build>>,
    /// `depends_on`, with what links, shared namespaces and `volumes_from` imply.
    pub depends_on: IndexMap<String, Dependency>,
    /// `expose`: `PORT[-PORT][/PROTOCOL]` as written.
    pub expose: Vec<Placed<String>>,
    /// `healthcheck`.
    pub healthcheck: Option<Box<HealthCheck>>,
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
    pub deploy: Option<Box<Deploy>>,
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
    pub triggers: Option<Box<Triggers>>,
    /// `x-*` attributes, as they stand.
    pub extensions: IndexMap<String, Node>,
}

impl Service {
    /// Its own container, then those of `pre_start`.
    pub fn containers(&self) -> impl Iterator<Item = &Container> {
        std::iter::once(&self.container).chain(self.pre_start.iter().map(|hook| &hook.container))
    }

    /// An entry of `services` or `jobs`, and its env files.
    pub(super) fn decode(reader: &mut Reader<'_>, name: &str, entry: &Entry, env_files: Vec<EnvFile>) -> Self {
        let node = &entry.value;
        let nothing = Node::new(Value::Null, entry.key);
        Self {
            name: name.to_owned(),
            place: entry.key,
            pre_start: PreStart::decode_all(reader, node, &env_files),
            container: Container::decode(reader, node, env_files),
            build: Build::decode(reader, node).map(Box::new),
            depends_on: Dependency::decode_all(reader, node),
            expose: reader.texts(node, "expose"),
            healthcheck: HealthCheck::decode(reader, node).map(Box::new),
            ports: Port::decode_all(reader, node),
            profiles: reader.texts(node, "profiles"),
            stdin_open: reader.flag(node, "stdin_open"),
            tty: reader.flag(node, "tty"),
            attach: reader.flag(node, "attach"),
            container_name: reader.text(node, "container_name"),
            deploy: Deploy::decode(reader, node).map(Box::new),
            develop: key_place(node, "develop").map(|place| Placed::new((), place)),
            external_links: reader.texts(node, "external_links"),
            links: reader.texts(node, "links"),
            post_start: Hook::decode_all(reader, node, "post_start"),
            pre_stop: Hook::decode_all(reader, node, "pre_stop"),
            provider: reader.text(node.get("provider").unwrap_or(&nothing), "type"),
            restart: reader.text(node, "restart"),
            scale: reader.integer(node, "scale"),
            triggers: Triggers::decode(reader, node).map(Box::new),
            extensions: node.as_map().map(extensions).unwrap_or_default(),
        }
    }
}
