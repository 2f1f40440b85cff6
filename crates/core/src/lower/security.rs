//! Security contexts of pods and containers.

use super::some;
use crate::plan::security::{PodSecurity, Profile, SeLinux, Security};
use k8s_openapi::api::core::v1::{
    AppArmorProfile, Capabilities, PodSecurityContext, SELinuxOptions, SeccompProfile, SecurityContext, Sysctl,
};

/// The identity that owns nothing: the user and group `nobody`.
const NOBODY: i64 = 65534;

pub(super) fn container(security: &Security) -> Option<SecurityContext> {
    let Security {
        user,
        group,
        non_root,
        privileged,
        escalation,
        read_only_root,
        capabilities_add,
        capabilities_drop,
        seccomp,
        apparmor,
        selinux,
        unmasked_proc,
        root: _,
    } = security;
    let capabilities = Capabilities { add: some(capabilities_add.clone()), drop: some(capabilities_drop.clone()) };
    let context = SecurityContext {
        run_as_user: *user,
        run_as_group: *group,
        run_as_non_root: *non_root,
        privileged: *privileged,
        allow_privilege_escalation: *escalation,
        read_only_root_filesystem: *read_only_root,
        capabilities: (capabilities != Capabilities::default()).then_some(capabilities),
        seccomp_profile: seccomp.as_ref().map(seccomp_profile),
        app_armor_profile: apparmor.as_ref().map(|profile| {
            let SeccompProfile { type_, localhost_profile } = seccomp_profile(profile);
            AppArmorProfile { type_, localhost_profile }
        }),
        se_linux_options: selinux.as_ref().map(|options| {
            let SeLinux { user, role, kind, level } = options.clone();
            SELinuxOptions { user, role, type_: kind, level }
        }),
        proc_mount: unmasked_proc.then(|| "Unmasked".to_owned()),
        ..Default::default()
    };
    (context != SecurityContext::default()).then_some(context)
}

pub(super) fn pod(security: &PodSecurity) -> Option<PodSecurityContext> {
    let PodSecurity { fs_group, fs_group_on_mismatch, supplemental_groups, sysctls, seccomp, non_root } = security;
    let context = PodSecurityContext {
        fs_group: *fs_group,
        fs_group_change_policy: fs_group_on_mismatch.then(|| "OnRootMismatch".to_owned()),
        supplemental_groups: some(supplemental_groups.iter().copied()),
        sysctls: some(sysctls.iter().map(|(name, value)| Sysctl { name: name.clone(), value: value.clone() })),
        seccomp_profile: seccomp.as_ref().map(seccomp_profile),
        run_as_non_root: *non_root,
        ..Default::default()
    };
    (context != PodSecurityContext::default()).then_some(context)
}

/// How a container of our own runs that needs nothing: it passes the `restricted` Pod Security Standard in any pod.
pub(super) fn least() -> SecurityContext {
    SecurityContext {
        run_as_user: Some(NOBODY),
        run_as_group: Some(NOBODY),
        run_as_non_root: Some(true),
        allow_privilege_escalation: Some(false),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Default::default() }),
        seccomp_profile: Some(seccomp_profile(&Profile::RuntimeDefault)),
        ..Default::default()
    }
}

fn seccomp_profile(profile: &Profile) -> SeccompProfile {
    let (type_, localhost_profile) = match profile {
        Profile::RuntimeDefault => ("RuntimeDefault", None),
        Profile::Unconfined => ("Unconfined", None),
        Profile::Localhost(path) => ("Localhost", Some(path.clone())),
    };
    SeccompProfile { type_: type_.to_owned(), localhost_profile }
}
