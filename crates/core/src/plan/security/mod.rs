//! Security contexts of pods and containers.

pub(in crate::plan) mod sandbox;
pub mod standard;

use crate::compose::Service;
use crate::diag::catalog::security::{
    APPARMOR_ASSUMED, CAPABILITY_UNKNOWN, GROUP_NAME_DROPPED, SECURITY_OPTION_DROPPED, SYSCTL_APPROXIMATED, SYSCTL_DROPPED, USER_ASSUMED,
    USER_NAME_DROPPED,
};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::PodSecurity as Standard;
use crate::plan::context::Context;
use crate::plan::storage::ServiceStorage;
use crate::plan::workload::image::known;
use crate::text::{Place, Placed, path};

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
    /// Does it start as root? `None` where only its image knows. Not a field.
    pub root: Option<bool>,
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

/// Capabilities of Linux.
const CAPABILITIES: &[&str] = &[
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

/// The setting that lets any user listen below 1024, which Docker makes for every container.
const UNPRIVILEGED_PORTS: &str = "net.ipv4.ip_unprivileged_port_start";

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
    let c = &service.container;
    let mut out = Security::default();
    let mut pod = PodSecurity::default();
    let privileged = c.privileged.as_ref().is_some_and(|p| p.value);
    out.privileged = privileged.then_some(true);
    out.read_only_root = c.read_only.as_ref().is_some_and(|r| r.value).then_some(true);
    let user = user(service, diagnostics);
    (out.user, out.group) = (user.id, user.group);
    out.capabilities_add = capabilities(service, &c.cap_add, diagnostics);
    out.capabilities_drop = capabilities(service, &c.cap_drop, diagnostics);
    for option in &c.security_opt {
        security_option(service, option, privileged, &mut out, diagnostics);
    }
    // The profile of the pod holds for its init containers as well.
    pod.seccomp = (!privileged).then_some(Profile::RuntimeDefault);
    pod.supplemental_groups = groups(service, diagnostics);
    pod.sysctls = sysctls(service, host_network, diagnostics);
    if cx.options.pod_security == Standard::Restricted {
        restrict(service, &mut out, &mut pod);
    }

    let image = c.image.as_ref().map(|image| image.value.as_str()).filter(|_| service.build.is_none());
    let known = image.and_then(known);
    let named = |names: &[String], wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    let bound = named(&out.capabilities_drop, &["ALL", "NET_BIND_SERVICE"]) && !named(&out.capabilities_add, &["ALL", "NET_BIND_SERVICE"]);
    out.root = match out.user {
        Some(id) => Some(id == 0),
        None => known.map(|known| known.starts_as == 0).filter(|_| !user.unknown),
    };
    let maybe_other_than_root = out.root != Some(true);
    let low = listens.iter().any(|port| *port < 1024) && (maybe_other_than_root || bound) && !privileged;
    if low && !host_network && !pod.sysctls.iter().any(|(name, _)| name == UNPRIVILEGED_PORTS) {
        pod.sysctls.push((UNPRIVILEGED_PORTS.to_owned(), "0".to_owned()));
    }

    if storage.claims.iter().any(|claim| !claim.read_only) {
        let owner = || known.zip(image).and_then(|(known, image)| known.owner(image)).filter(|_| !user.unknown);
        let (id, group) = match out.user {
            Some(id) => (id, out.group),
            None => owner().map_or((0, None), |(id, group)| (id, Some(group))),
        };
        pod.fs_group = group.filter(|group| *group > 0).or(Some(id)).filter(|group| *group > 0);
        pod.fs_group_on_mismatch = pod.fs_group.is_some();
    }
    (out, pod)
}

/// The user of a container.
#[derive(Default)]
struct User {
    id: Option<i64>,
    group: Option<i64>,
    /// A name was given that only the image knows.
    unknown: bool,
}

/// `user`: numbers as they are, names where everybody knows their number.
fn user(service: &Service, diagnostics: &mut Diagnostics) -> User {
    let Some(user) = service.container.user.as_ref().filter(|user| !user.value.trim_matches([':', ' ']).is_empty()) else {
        return User::default();
    };
    let (name, group) = user.value.split_once(':').map_or((user.value.trim(), ""), |(name, group)| (name.trim(), group.trim()));
    let mut out = User::default();
    if let Some(id) = id(name) {
        out.id = Some(id);
    } else if name == "root" {
        out.id = Some(0);
    } else if let Some((id, group)) = user_of_image(service, name) {
        (out.id, out.group) = (Some(id), Some(group));
        diagnostics.push(
            Diagnostic::new(&USER_ASSUMED, format!("service {:?}: the user {name:?} has the number {id} in its image", service.name))
                .at(user.place)
                .help(format!("write `user: \"{id}\"` to be sure")),
        );
    } else {
        out.unknown = !name.is_empty();
        diagnostics.push(
            Diagnostic::new(
                &USER_NAME_DROPPED,
                format!("service {:?}: Kubernetes knows users by number only, so the image's own user runs it, not {name:?}", service.name),
            )
            .at(user.place)
            .help("write the number of the user: `docker run --rm --entrypoint id IMAGE` shows it"),
        );
    }
    match (id(group), group) {
        (Some(id), _) => out.group = Some(id),
        (None, "") => {}
        (None, "root") => out.group = Some(0),
        (None, _) => diagnostics.push(
            Diagnostic::new(
                &GROUP_NAME_DROPPED,
                format!("service {:?}: Kubernetes knows groups by number only, not {group:?}", service.name),
            )
            .at(user.place)
            .help("write the number of the group"),
        ),
    }
    if out.id.is_none() {
        // A group without a user would be refused where the user is not known.
        out.group = None;
    }
    out
}

/// A number that may be a user or a group.
fn id(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|id| (0..=i64::from(i32::MAX)).contains(id))
}

/// The number of a user that a well-known image has, and of its group.
fn user_of_image(service: &Service, name: &str) -> Option<(i64, i64)> {
    if name == "nobody" {
        return Some((65534, 65534));
    }
    let image = service.container.image.as_ref().filter(|_| service.build.is_none())?;
    let known = known(&image.value)?;
    let own = path::file_name(known.repository);
    let of_image = matches!(
        (own, name),
        ("mongo", "mongodb")
            | ("nextcloud" | "wordpress" | "php" | "drupal" | "matomo" | "joomla", "www-data")
            | ("mariadb" | "mysql", "mysql")
    );
    (own == name || of_image).then(|| known.owner(&image.value)).flatten()
}

/// Capabilities without `CAP_`, as Kubernetes wants them.
fn capabilities(service: &Service, names: &[Placed<String>], diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in names {
        let upper = name.value.trim().to_ascii_uppercase();
        let plain = upper.strip_prefix("CAP_").unwrap_or(&upper);
        if !CAPABILITIES.contains(&plain) {
            diagnostics.push(
                Diagnostic::new(&CAPABILITY_UNKNOWN, format!("service {:?}: Linux has no capability {:?}", service.name, name.value))
                    .at(name.place)
                    .help("see capabilities(7) for their names"),
            );
        } else if !out.iter().any(|known| known == plain) {
            out.push(plain.to_owned());
        }
    }
    out
}

/// One entry of `security_opt`: `NAME`, `NAME:VALUE` or `NAME=VALUE`.
fn security_option(service: &Service, option: &Placed<String>, privileged: bool, out: &mut Security, diagnostics: &mut Diagnostics) {
    let text = option.value.trim();
    let (name, value) = match text.find(['=', ':']) {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or("").trim()),
        None => (text, ""),
    };
    let mut told = |why: &str| {
        diagnostics.push(
            Diagnostic::new(&SECURITY_OPTION_DROPPED, format!("service {:?}: {text:?} is not carried over: {why}", service.name))
                .at(option.place),
        );
    };
    match (name, value) {
        ("no-new-privileges", "" | "true") if privileged => told("Kubernetes refuses it together with `privileged`"),
        ("no-new-privileges", "" | "true") => out.escalation = Some(false),
        ("no-new-privileges", "false") => {}
        ("seccomp", "unconfined") => out.seccomp = Some(Profile::Unconfined),
        ("seccomp", "builtin") => out.seccomp = Some(Profile::RuntimeDefault),
        ("seccomp", _) => told("the profile would have to be a file on every node; the runtime's own profile is used"),
        ("apparmor", profile) if !profile.is_empty() => out.apparmor = Some(apparmor(service, profile, option.place, diagnostics)),
        ("systempaths", "unconfined") => out.unmasked_proc = true,
        ("label", _) => {
            let (key, value) = value.split_once(':').unwrap_or((value, ""));
            let selinux = out.selinux.get_or_insert_default();
            match key {
                // The type that no rule confines.
                "disable" => selinux.kind = Some("spc_t".to_owned()),
                "user" => selinux.user = Some(value.to_owned()),
                "role" => selinux.role = Some(value.to_owned()),
                "type" => selinux.kind = Some(value.to_owned()),
                "level" => selinux.level = Some(value.to_owned()),
                _ => told("this label is not known"),
            }
        }
        _ => told("Kubernetes has no such option"),
    }
}

/// The AppArmor profile of a name.
fn apparmor(service: &Service, profile: &str, place: Place, diagnostics: &mut Diagnostics) -> Profile {
    let (found, wants) = match profile {
        "unconfined" => (Profile::Unconfined, "Kubernetes 1.30 or newer"),
        "docker-default" | "runtime/default" => (Profile::RuntimeDefault, "Kubernetes 1.30 or newer"),
        _ => (Profile::Localhost(profile.to_owned()), "Kubernetes 1.30 or newer, and the profile loaded on every node"),
    };
    diagnostics.push(
        Diagnostic::new(&APPARMOR_ASSUMED, format!("service {:?}: its AppArmor profile {profile:?} wants {wants}", service.name))
            .at(place)
            .help("leave the option out for older clusters, whose API server refuses the field"),
    );
    found
}

/// `group_add`: numbers.
fn groups(service: &Service, diagnostics: &mut Diagnostics) -> Vec<i64> {
    let mut out = Vec::new();
    for group in &service.container.group_add {
        match id(&group.value) {
            Some(id) => out.push(id),
            None if group.value == "root" => out.push(0),
            None => diagnostics.push(
                Diagnostic::new(
                    &GROUP_NAME_DROPPED,
                    format!("service {:?}: Kubernetes knows groups by number only, not {:?}", service.name, group.value),
                )
                .at(group.place)
                .help("write the number of the group"),
            ),
        }
    }
    out
}

/// `sysctls`, as far as a pod may have them.
fn sysctls(service: &Service, host_network: bool, diagnostics: &mut Diagnostics) -> Vec<(String, String)> {
    let host_ipc = service.container.ipc.as_ref().is_some_and(|ipc| ipc.value == "host");
    let mut out = Vec::new();
    for (name, value) in &service.container.sysctls {
        let network = name.starts_with("net.");
        let ipc = ["kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue."].iter().any(|prefix| name.starts_with(prefix));
        if !network && !ipc || network && host_network || ipc && host_ipc {
            let why = if network || ipc { "the pod uses the node's own" } else { "only the whole node has it" };
            diagnostics.push(
                Diagnostic::new(
                    &SYSCTL_DROPPED,
                    format!("service {:?}: the kernel setting {name:?} cannot be set for a pod: {why}", service.name),
                )
                .at(value.place)
                .help("set it on the nodes"),
            );
            continue;
        }
        if !standard::BASELINE_SYSCTLS.contains(&name.as_str()) {
            diagnostics.push(
                Diagnostic::new(
                    &SYSCTL_APPROXIMATED,
                    format!("service {:?}: nodes refuse the kernel setting {name:?} unless they are told otherwise", service.name),
                )
                .at(value.place)
                .help(format!(
                    "start the kubelet with `--allowed-unsafe-sysctls={name}`, or leave the setting out if the service runs without it"
                )),
            );
        }
        out.push((name.clone(), value.value.clone()));
    }
    out
}

/// What the `restricted` Pod Security Standard asks for.
fn restrict(service: &Service, out: &mut Security, pod: &mut PodSecurity) {
    if out.privileged != Some(true) {
        out.escalation = Some(false);
    }
    if out.capabilities_drop.iter().all(|name| name != "ALL") {
        out.capabilities_drop = vec!["ALL".to_owned()];
    }
    out.non_root = Some(true);
    pod.non_root = Some(true);
    if out.user.is_none() && service.build.is_none() {
        let image = service.container.image.as_ref().map_or("", |image| image.value.as_str());
        if let Some((id, group)) = known(image).filter(|known| known.starts_as == 0).and_then(|known| known.owner(image)) {
            (out.user, out.group) = (Some(id), Some(group));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_are_ids() {
        assert_eq!(id("1000"), Some(1000));
        assert_eq!(id("0"), Some(0));
        for text in ["", "-1", "1e3", "99999999999", "app"] {
            assert_eq!(id(text), None, "{text}");
        }
    }

    #[test]
    fn safe_settings_are_sorted() {
        assert!(standard::BASELINE_SYSCTLS.is_sorted() && CAPABILITIES.is_sorted());
    }
}
