//! Containers: image, command, ports.

use super::environment::{EnvFrom, EnvVar};
use super::probe::{Hook, Probe};
use super::resources::Resources;
use super::security::Security;
use super::storage::Mount;
use crate::compose::ports::Protocol;

/// One container. Texts are literal: lowering escapes `$` where Kubernetes would expand it.
#[derive(Clone, Debug)]
pub struct Container {
    /// The Compose service; lowering reads its one-to-one attributes from there.
    pub service: String,
    /// The container's name.
    pub name: String,
    /// The image.
    pub image: String,
    /// `imagePullPolicy`, where it must be written.
    pub pull: Option<Pull>,
    /// `command`: the entrypoint; `None` keeps the image's.
    pub command: Option<Vec<String>>,
    /// `args`; `None` keeps the image's.
    pub args: Option<Vec<String>>,
    /// `workingDir`.
    pub working_dir: Option<String>,
    /// `env`, in order.
    pub env: Vec<EnvVar>,
    /// `envFrom`, in order.
    pub env_from: Vec<EnvFrom>,
    /// `ports`.
    pub ports: Vec<ContainerPort>,
    /// `volumeMounts`.
    pub mounts: Vec<Mount>,
    /// `readinessProbe`.
    pub readiness: Option<Probe>,
    /// `livenessProbe`.
    pub liveness: Option<Probe>,
    /// `startupProbe`.
    pub startup: Option<Probe>,
    /// `lifecycle.postStart`.
    pub post_start: Option<Hook>,
    /// `lifecycle.preStop`.
    pub pre_stop: Option<Hook>,
    /// `resources`.
    pub resources: Resources,
    /// `securityContext`.
    pub security: Security,
    /// `stdin`.
    pub stdin: bool,
    /// `tty`.
    pub tty: bool,
}

/// When the image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// Always.
    Always,
    /// Never.
    Never,
    /// When the node does not have it.
    IfNotPresent,
}

/// A port that the container listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// A valid port name, unique in the pod.
    pub name: String,
    /// The number.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// The node's port, with `mode: host`.
    pub host_port: Option<u16>,
    /// The node's address, with `mode: host`.
    pub host_ip: Option<String>,
}
