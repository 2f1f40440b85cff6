//! Requests and limits.

use super::context::Context;
use crate::compose::Service;
use crate::diag::Diagnostics;

use indexmap::IndexMap;

/// The resources of a container: resource name (`cpu`, `memory`, `nvidia.com/gpu`) to a Kubernetes quantity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// `requests`.
    pub requests: IndexMap<String, String>,
    /// `limits`.
    pub limits: IndexMap<String, String>,
}

/// Decides the requests and limits of a service's container.
#[must_use]
pub fn plan(cx: &Context<'_>, service: &Service, diagnostics: &mut Diagnostics) -> Resources {
    let _ = (cx, service, diagnostics);
    Resources::default()
}
