//! `deploy`.

use super::gpu::DeviceRequest;
use super::read::{Reader, items, key_place};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Node, Value};

/// How the platform runs the service.
#[derive(Clone, Debug)]
pub struct Deploy {
    /// Where the attribute stands.
    pub place: Place,
    /// `mode`: `replicated` (default), `global`, `replicated-job`, `global-job`.
    pub mode: Option<Placed<String>>,
    /// `replicas`.
    pub replicas: Option<Placed<i64>>,
    /// `endpoint_mode`: `vip` or `dnsrr`.
    pub endpoint_mode: Option<Placed<String>>,
    /// `labels`.
    pub labels: IndexMap<String, Placed<String>>,
    /// `update_config`.
    pub update_config: Option<UpdateConfig>,
    /// `rollback_config`: where it stands.
    pub rollback_config: Option<Place>,
    /// `resources.limits`.
    pub limits: Resources,
    /// `resources.reservations`.
    pub reservations: Resources,
    /// `resources.reservations.devices`.
    pub devices: Vec<DeviceRequest>,
    /// `resources.reservations.generic_resources`: kind and count.
    pub generic_resources: Vec<Placed<(String, i64)>>,
    /// `restart_policy`.
    pub restart_policy: Option<RestartPolicy>,
    /// `placement.constraints`.
    pub constraints: Vec<Placed<String>>,
    /// `placement.preferences[].spread`.
    pub spread: Vec<Placed<String>>,
    /// `placement.max_replicas_per_node`.
    pub max_replicas_per_node: Option<Placed<i64>>,
}

/// CPU, memory and processes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resources {
    /// `cpus`: cores.
    pub cpus: Option<Placed<f64>>,
    /// `memory`: bytes.
    pub memory: Option<Placed<i64>>,
    /// `pids`.
    pub pids: Option<Placed<i64>>,
}

/// `update_config`. Durations are nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateConfig {
    /// Where the attribute stands.
    pub place: Place,
    /// `parallelism`; 0 is all at once. Default: 1.
    pub parallelism: Option<Placed<i64>>,
    /// `delay`.
    pub delay: Option<Placed<i64>>,
    /// `failure_action`: `continue`, `pause` or `rollback`.
    pub failure_action: Option<Placed<String>>,
    /// `monitor`.
    pub monitor: Option<Placed<i64>>,
    /// `max_failure_ratio`.
    pub max_failure_ratio: Option<Placed<f64>>,
    /// `order`: `stop-first` (default) or `start-first`.
    pub order: Option<Placed<String>>,
}

/// `restart_policy`. Durations are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestartPolicy {
    /// Where the attribute stands.
    pub place: Place,
    /// `condition`: `none`, `on-failure` or `any` (default).
    pub condition: Option<Placed<String>>,
    /// `delay`.
    pub delay: Option<Placed<i64>>,
    /// `max_attempts`.
    pub max_attempts: Option<Placed<i64>>,
    /// `window`.
    pub window: Option<Placed<i64>>,
}

impl Deploy {
    /// The `deploy` of a service.
    pub(super) fn decode(reader: &mut Reader<'_>, service: &Node) -> Option<Self> {
        let place = key_place(service, "deploy")?;
        let node = service.get("deploy")?;
        let nothing = Node::new(Value::Null, place);
        let resources = node.get("resources").unwrap_or(&nothing);
        let reservations = resources.get("reservations").unwrap_or(&nothing);
        let placement = node.get("placement").unwrap_or(&nothing);
        Some(Self {
            place,
            mode: reader.text(node, "mode"),
            replicas: reader.integer(node, "replicas"),
            endpoint_mode: reader.text(node, "endpoint_mode"),
            labels: reader.pairs(node, "labels"),
            update_config: UpdateConfig::decode(reader, node),
            rollback_config: key_place(node, "rollback_config"),
            limits: Resources::decode(reader, resources.get("limits").unwrap_or(&nothing)),
            reservations: Resources::decode(reader, reservations),
            devices: items(reservations, "devices").iter().map(|node| DeviceRequest::decode(reader, node)).collect(),
            generic_resources: generic_resources(reader, reservations),
            restart_policy: RestartPolicy::decode(reader, node),
            constraints: reader.texts(placement, "constraints"),
            spread: items(placement, "preferences").iter().filter_map(|node| reader.text(node, "spread")).collect(),
            max_replicas_per_node: reader.integer(placement, "max_replicas_per_node"),
        })
    }
}

/// Kind and count of each entry of `generic_resources`.
fn generic_resources(reader: &mut Reader<'_>, reservations: &Node) -> Vec<Placed<(String, i64)>> {
    let specs = items(reservations, "generic_resources").iter().filter_map(|node| node.get("discrete_resource_spec"));
    let resources = specs.filter_map(|node| {
        let (kind, value) = reader.text(node, "kind").zip(reader.integer(node, "value"))?;
        Some(Placed::new((kind.value, value.value), node.place))
    });
    resources.collect()
}

impl Resources {
    fn decode(reader: &mut Reader<'_>, node: &Node) -> Self {
        Self { cpus: reader.number(node, "cpus"), memory: reader.bytes(node, "memory"), pids: reader.integer(node, "pids") }
    }
}

impl UpdateConfig {
    fn decode(reader: &mut Reader<'_>, deploy: &Node) -> Option<Self> {
        let place = key_place(deploy, "update_config")?;
        let node = deploy.get("update_config")?;
        Some(Self {
            place,
            parallelism: reader.integer(node, "parallelism"),
            delay: reader.duration(node, "delay"),
            failure_action: reader.text(node, "failure_action"),
            monitor: reader.duration(node, "monitor"),
            max_failure_ratio: reader.number(node, "max_failure_ratio"),
            order: reader.text(node, "order"),
        })
    }
}

impl RestartPolicy {
    fn decode(reader: &mut Reader<'_>, deploy: &Node) -> Option<Self> {
        let place = key_place(deploy, "restart_policy")?;
        let node = deploy.get("restart_policy")?;
        Some(Self {
            place,
            condition: reader.text(node, "condition"),
            delay: reader.duration(node, "delay"),
            max_attempts: reader.integer(node, "max_attempts"),
            window: reader.duration(node, "window"),
        })
    }
}
