//! The sections of a model.

/// The sections whose entries are merged one by one.
pub(crate) const SECTIONS: [&str; 7] = ["services", "jobs", "networks", "volumes", "secrets", "configs", "models"];

/// The sections whose entries run as containers.
pub(crate) const WORKLOADS: [&str; 2] = ["services", "jobs"];
