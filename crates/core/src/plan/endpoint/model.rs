//! What an endpoint is: a Kubernetes Service, its ports, and how it is reached.

use crate::compose::ports::Protocol;
use crate::table::IndexMap;

/// A Kubernetes Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The object's name: a DNS-1035 label.
    pub name: String,
    /// Which pods it selects.
    pub selector: Selector,
    /// `clusterIP: None`: the name resolves to the pods themselves.
    pub headless: bool,
    /// The ports; empty only when headless.
    pub ports: Vec<EndpointPort>,
    /// `publishNotReadyAddresses`.
    pub publish_not_ready: bool,
    /// `type`.
    pub exposure: Exposure,
    /// The Compose service it stands for, if it is only one.
    pub service: Option<String>,
    /// What is said of it beyond what Compose can say.
    pub marks: EndpointMarks,
}

/// What is said of a Kubernetes Service beyond what Compose can say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointMarks {
    /// Labels besides the standard ones.
    pub labels: IndexMap<String, String>,
    /// Annotations.
    pub annotations: IndexMap<String, String>,
    /// `externalTrafficPolicy`: `Local` or `Cluster`.
    pub external_traffic_local: Option<bool>,
}

/// Which pods a Service selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The pods of a workload, by the standard labels: the workload's name.
    Workload(String),
    /// Pods that bear a label of our own, besides the instance label.
    Label {
        /// The label.
        key: String,
        /// Its value.
        value: String,
    },
}

/// One port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPort {
    /// A valid port name, unique in the Service.
    pub name: String,
    /// The number under which it is reached.
    pub port: u16,
    /// The container's port.
    pub target: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// `appProtocol`.
    pub app_protocol: Option<String>,
    /// The port of every node, where it is asked for by number.
    pub node_port: Option<u16>,
}

/// From where a Service is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exposure {
    /// From inside the cluster.
    #[default]
    Cluster,
    /// Through a load balancer.
    LoadBalancer,
    /// Through a port of every node.
    NodePort,
}

/// A port that a service's container listens on, as far as one can tell.
#[derive(Clone, Debug)]
pub(crate) struct Listening {
    pub(crate) port: u16,
    pub(crate) protocol: Protocol,
    pub(crate) name: Option<String>,
    pub(crate) app_protocol: Option<String>,
}

/// What the services listen on, and how they are reached.
#[derive(Debug, Default)]
pub(crate) struct Reachable {
    /// The Kubernetes Services.
    pub(crate) endpoints: Vec<Endpoint>,
    /// The ports of each service's container.
    pub(crate) listening: IndexMap<String, Vec<Listening>>,
}

impl Reachable {
    /// The ports of a service.
    pub(crate) fn ports(&self, service: &str) -> &[Listening] {
        self.listening.get(service).map_or(&[], Vec::as_slice)
    }
}
