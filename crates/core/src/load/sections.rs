//! The sections of a model.

/// The sections whose entries are merged one by one.
pub(crate) const SECTIONS: [&str; 7] = ["services", "jobs", "networks", "volumes", "secrets", "configs", "models"];
