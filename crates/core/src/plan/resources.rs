//! Requests and limits.

use indexmap::IndexMap;

/// The resources of a container: resource name (`cpu`, `memory`, `nvidia.com/gpu`) to a Kubernetes quantity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// `requests`.
    pub requests: IndexMap<String, String>,
    /// `limits`.
    pub limits: IndexMap<String, String>,
}
