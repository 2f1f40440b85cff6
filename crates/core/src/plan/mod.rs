//! Every decision that needs more than one attribute or service. Knows no Kubernetes type.
//!
//! A [`Plan`] says in the words of this crate what the cluster shall hold; `lower` writes it down as objects without deciding
//! anything more.

pub mod container;
pub mod context;
pub mod endpoint;
pub mod environment;
pub mod files;
pub mod host;
pub mod image;
pub mod name;
pub mod network;
pub mod order;
pub mod pod;
pub mod populate;
pub mod probe;
pub mod reference;
pub mod resources;
pub mod route;
mod scan;
pub mod security;
pub mod storage;
pub mod store;
pub mod workload;

pub use container::Container;
pub use endpoint::Endpoint;
pub use network::Policy;
pub use route::Route;
pub use storage::Claim;
pub use store::Store;
pub use workload::Workload;

/// What the cluster shall hold. Lists are in the order of the user's files.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The project's name, cleaned to be a label value.
    pub project: String,
    /// The namespace to write into every object, if any.
    pub namespace: Option<String>,
    /// What runs.
    pub workloads: Vec<Workload>,
    /// Names that resolve: Kubernetes Services.
    pub endpoints: Vec<Endpoint>,
    /// Persistent volume claims to create.
    pub claims: Vec<Claim>,
    /// ConfigMaps and Secrets.
    pub stores: Vec<Store>,
    /// NetworkPolicies.
    pub policies: Vec<Policy>,
    /// Ways in.
    pub routes: Vec<Route>,
    /// Images that have to be built and pushed.
    pub builds: Vec<ImageBuild>,
    /// Published ports that stay inside the cluster: `kubectl port-forward` reaches them.
    pub forwards: Vec<Forward>,
}

/// An image that the stack builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageBuild {
    /// The Compose service.
    pub service: String,
    /// The name that the manifests use.
    pub image: String,
}

/// A published port without a way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// The Kubernetes Service.
    pub endpoint: String,
    /// The port on the user's machine, as Compose published it.
    pub local: u16,
    /// The port of the Service.
    pub port: u16,
}
