//! Security contexts of pods and containers.

use super::context::Context;
use super::storage::ServiceStorage;
use crate::compose::Service;
use crate::diag::Diagnostics;

/// The security context of a container. `None` and empty are not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// `runAsUser`.
    pub user: Option<i64>,
    /// `runAsGroup`.
    pub group: Option<i64>,
    /// `runAsNonRoot`.
    pub non_root: Option<bool>,
    /// `privileged`.
    pub privileged: Option<bool>,
    /// `allowPrivilegeEscalation`.
    pub escalation: Option<bool>,
    /// `readOnlyRootFilesystem`.
    pub read_only_root: Option<bool>,
    /// `capabilities.add`, without `CAP_`.
    pub capabilities_add: Vec<String>,
    /// `capabilities.drop`, without `CAP_`.
    pub capabilities_drop: Vec<String>,
    /// `seccompProfile`.
    pub seccomp: Option<Profile>,
    /// `appArmorProfile`.
    pub apparmor: Option<Profile>,
    /// `seLinuxOptions`.
    pub selinux: Option<SeLinux>,
    /// `procMount: Unmasked`.
    pub unmasked_proc: bool,
}

/// The security context of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSecurity {
    /// `fsGroup`.
    pub fs_group: Option<i64>,
    /// `fsGroupChangePolicy: OnRootMismatch`.
    pub fs_group_on_mismatch: bool,
    /// `supplementalGroups`.
    pub supplemental_groups: Vec<i64>,
    /// `sysctls`: name and value.
    pub sysctls: Vec<(String, String)>,
    /// `seccompProfile`.
    pub seccomp: Option<Profile>,
    /// `runAsNonRoot`.
    pub non_root: Option<bool>,
}

/// A seccomp or AppArmor profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The container runtime's own.
    RuntimeDefault,
    /// None.
    Unconfined,
    /// A profile of the node.
    Localhost(String),
}

/// `seLinuxOptions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeLinux {
    /// `user`.
    pub user: Option<String>,
    /// `role`.
    pub role: Option<String>,
    /// `type`.
    pub kind: Option<String>,
    /// `level`.
    pub level: Option<String>,
}

/// Decides how a service's container may run, and what it asks of its pod. `listens` are the container's ports.
#[must_use]
pub fn plan(
    cx: &Context<'_>,
    service: &Service,
    storage: &ServiceStorage,
    listens: &[u16],
    host_network: bool,
    diagnostics: &mut Diagnostics,
) -> (Security, PodSecurity) {
    let _ = (cx, service, storage, listens, host_network, diagnostics);
    (Security::default(), PodSecurity::default())
}
