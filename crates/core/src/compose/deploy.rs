//! `deploy`.

use super::gpu::DeviceRequest;
use crate::text::{Place, Placed};
use indexmap::IndexMap;

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
