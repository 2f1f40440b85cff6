//! Pod Security Standards: which one a workload reaches, and what stands in the way of a higher one.

use crate::diag::catalog::security::{NON_ROOT_ASSUMED, POD_SECURITY_CONFLICTING};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::PodSecurity as Standard;
use crate::plan::context::Context;
use crate::plan::security::{Profile, Security};
use crate::plan::storage::VolumeSource;
use crate::plan::workload::model::Workload;
use crate::plan::workload::order::Init;
use crate::plan::{Container, Plan};

/// Capabilities that `baseline` lets a container add.
const BASELINE_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Kernel settings that `baseline` lets a pod change: those that Kubernetes calls safe and lets every pod change.
pub(crate) const BASELINE_SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_syncookies",
];

/// A Pod Security Standard, the strictest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything is allowed.
    Privileged,
    /// Nothing that gives power over the node.
    Baseline,
    /// Nothing that a hardened pod does not need.
    Restricted,
}

impl Level {
    /// The standard's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

/// The strictest standard that a workload reaches.
#[must_use]
pub fn level(workload: &Workload) -> Level {
    if !obstacles(workload, Level::Baseline).is_empty() {
        Level::Privileged
    } else if !obstacles(workload, Level::Restricted).is_empty() {
        Level::Baseline
    } else {
        Level::Restricted
    }
}

/// What stands in the way of a standard, each as a few words: `the host's network`.
#[must_use]
pub fn obstacles(workload: &Workload, level: Level) -> Vec<String> {
    let mut out = Vec::new();
    if level == Level::Privileged {
        return out;
    }
    let pod = &workload.pod;
    for (set, what) in [(pod.host_network, "the host's network"), (pod.host_pid, "the host's processes"), (pod.host_ipc, "the host's IPC")]
    {
        if set {
            out.push(what.to_owned());
        }
    }
    for volume in &workload.volumes {
        match &volume.source {
            VolumeSource::Host { path, .. } => out.push(format!("the host's path {path:?}")),
            VolumeSource::Nfs { server, .. } if level == Level::Restricted => out.push(format!("the NFS volume of {server:?}")),
            VolumeSource::Image { reference } if level == Level::Restricted => out.push(format!("the image volume {reference:?}")),
            _ => {}
        }
    }
    let refused = |(name, _): &&(String, String)| !BASELINE_SYSCTLS.contains(&name.as_str());
    out.extend(workload.security.sysctls.iter().filter(refused).map(|(name, _)| format!("the kernel setting {name:?}")));
    if workload.security.seccomp == Some(Profile::Unconfined) {
        out.push("seccomp that is switched off".to_owned());
    }
    for container in containers(workload) {
        container_obstacles(&container.name, &container.security, container, workload, level, &mut out);
    }
    if level == Level::Restricted {
        let fills = workload
            .inits
            .iter()
            .any(|init| matches!(init, Init::Populate { security, .. } | Init::Folders { security, .. } if security.user == Some(0)));
        if fills {
            out.push("volumes that are filled as root".to_owned());
        }
    }
    out
}

/// The containers that come from the user's services.
fn containers(workload: &Workload) -> impl Iterator<Item = &Container> {
    let inits = workload.inits.iter().filter_map(|init| match init {
        Init::Container(container) | Init::Sidecar { container, .. } => Some(&**container),
        _ => None,
    });
    workload.containers.iter().chain(inits)
}

fn container_obstacles(name: &str, security: &Security, container: &Container, workload: &Workload, level: Level, out: &mut Vec<String>) {
    let mut add = |what: String| out.push(format!("{what} of container {name:?}"));
    if security.privileged == Some(true) {
        // Everything else follows from it.
        add("the privileges".to_owned());
        return;
    }
    let allowed = |capability: &str| match level {
        Level::Restricted => capability == "NET_BIND_SERVICE",
        _ => BASELINE_CAPABILITIES.contains(&capability),
    };
    for capability in security.capabilities_add.iter().filter(|capability| !allowed(capability)) {
        add(format!("the capability {capability}"));
    }
    if container.ports.iter().any(|port| port.host_port.is_some()) {
        add("a port of the host".to_owned());
    }
    if security.seccomp == Some(Profile::Unconfined) || security.apparmor == Some(Profile::Unconfined) {
        add("the missing confinement".to_owned());
    }
    if security.unmasked_proc {
        add("the unmasked /proc".to_owned());
    }
    let types = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    let selinux = security.selinux.as_ref();
    if selinux.is_some_and(|s| s.user.is_some() || s.role.is_some() || s.kind.as_ref().is_some_and(|kind| !types.contains(&kind.as_str())))
    {
        add("the SELinux label".to_owned());
    }
    if level != Level::Restricted {
        return;
    }
    if security.user == Some(0) {
        add("the user root".to_owned());
    } else if security.non_root != Some(true) && workload.security.non_root != Some(true) {
        add("a user that may be root".to_owned());
    } else if security.root == Some(true) {
        // The API server takes it; the kubelet does not start it.
        add("the start as root".to_owned());
    }
    if security.escalation != Some(false) {
        add("the allowed privilege escalation".to_owned());
    }
    if security.capabilities_drop.iter().all(|capability| capability != "ALL") {
        add("the default capabilities".to_owned());
    }
    if security.seccomp.is_none() && workload.security.seccomp.is_none() {
        add("the missing seccomp profile".to_owned());
    }
}

/// Tells what stands in the way of the standard that `--pod-security` asks for.
pub fn report(cx: &Context<'_>, plan: &Plan, diagnostics: &mut Diagnostics) {
    let wanted = match cx.options.pod_security {
        Standard::Unset => return,
        Standard::Baseline => Level::Baseline,
        Standard::Restricted => Level::Restricted,
    };
    for workload in &plan.workloads {
        let obstacles = obstacles(workload, wanted);
        let Some((last, before)) = obstacles.split_last() else { continue };
        let all = if before.is_empty() { last.clone() } else { format!("{} and {last}", before.join(", ")) };
        let message = format!("service {:?}: its pod does not reach Pod Security {:?} because of {all}", workload.service, wanted.word());
        let diagnostic = Diagnostic::new(&POD_SECURITY_CONFLICTING, message).help(
            if obstacles.iter().any(|obstacle| obstacle.starts_with("the start as root")) {
                "write `user:` with the number of a user that the image can run as, or take an image that does not start as root"
            } else {
                "remove what the standard forbids, or apply the manifests to a namespace that does not enforce it"
            },
        );
        let place = cx.service(&workload.service).map(|service| service.place);
        diagnostics.push(if let Some(place) = place { diagnostic.at(place) } else { diagnostic });
    }
    if wanted == Level::Restricted {
        report_unknown_users(cx, plan, diagnostics);
    }
}

/// Names the services of which only the image knows whether they start as root.
fn report_unknown_users(cx: &Context<'_>, plan: &Plan, diagnostics: &mut Diagnostics) {
    let unknown = plan.workloads.iter().flat_map(containers).filter(|container| container.security.root.is_none());
    let names: Vec<&str> = unknown.map(|container| container.service.as_str()).collect();
    let Some(first) = names.first().and_then(|name| cx.service(name)) else { return };
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("{name:?}")).collect();
    let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
    let message = format!("services whose images must not start as root: {}{more}", shown.join(", "));
    diagnostics.push(
        Diagnostic::new(&NON_ROOT_ASSUMED, message)
            .at(first.place)
            .note("the kubelet does not start an image that starts as root where Pod Security \"restricted\" is asked for")
            .help("where an image does, write `user:` with the number of a user that it can run as, or name that user in its Dockerfile"),
    );
}
