//! Endpoints: the names that resolve, as Kubernetes Services.

use crate::compose::ports::Protocol;

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
