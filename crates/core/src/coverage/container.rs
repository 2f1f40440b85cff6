//! The attributes that services, jobs and `pre_start` hooks share.

use super::build::{HOSTS, ULIMIT};
use super::definition::{Line, PARTS, SAME, Support, at, dropped, into, nearly, no_effect, resolved, with};
use super::deploy::DEVICE_OPTIONS;
use super::shape::{
    AMOUNT, BOOL, CLOSED, COMMAND, COUNT, FLAG, LIST, Limit, Mapping, NAMES, OBJECT, OPEN, PAIRS, Scalars, Shape, TEXT, TEXT_OR_NUMBER_SET,
    TEXT_OR_SET, TEXT_OR_TEXTS, TEXT_SET,
};
use super::{networks, volumes};
use crate::diag::catalog::environment::{SECRET_VALUES_ASSUMED, VARIABLE_NAME_DROPPED};
use crate::diag::catalog::resources::{DEVICE_COUNT_APPROXIMATED, DEVICE_REQUEST_DROPPED, RESERVATION_APPROXIMATED};
use crate::diag::catalog::security::{
    GROUP_NAME_DROPPED, SECURITY_OPTION_DROPPED, SYSCTL_APPROXIMATED, SYSCTL_DROPPED, USER_ASSUMED, USER_NAME_DROPPED,
};
use crate::diag::catalog::storage::{DEVICE_APPROXIMATED, DEVICE_DROPPED, FILE_OWNER_APPROXIMATED, TMPFS_OPTIONS_DROPPED};
use crate::diag::catalog::workloads::{
    DNS_DROPPED, ENTRYPOINT_APPROXIMATED, EXTRA_HOST_DROPPED, HOSTNAME_APPROXIMATED, LABEL_DROPPED, NAMESPACE_APPROXIMATED,
    NAMESPACE_DROPPED, PULL_POLICY_APPROXIMATED, RUNTIME_CLASS_ASSUMED,
};

/// A list or a map of names.
const USES: Shape = TEXT_SET.or_map(Mapping::Names);

/// The words of `pull_policy`.
const PULL_POLICY: &[Limit] = &[Limit::Pattern(
    "^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$",
    "`always`, `never`, `missing`, `if_not_present`, `build`, `refresh`, `daily`, `weekly` or `every_<duration>`",
)];

/// Weights and rates of block devices.
const BLKIO: Support = dropped("pods have no limits on block devices", "choose a storage class whose volumes have the rate that you need");

/// The real-time scheduler.
const REAL_TIME: Support =
    dropped("pods cannot ask for real-time CPU", "run it on a node of its own, with the kubelet's static CPU policy");

/// The owner of a mounted file.
const OWNER: Support = nearly!("a mode that everybody may read", FILE_OWNER_APPROXIMATED);

/// cgroups of the host.
const CGROUP: Support = dropped("the container runtime chooses the cgroup of a container", "leave it out");

/// Kernel memory knobs.
const MEMORY_KNOB: Support = dropped(
    "the kubelet sets the kernel's memory knobs for the whole node",
    "set `memorySwap` of the kubelet's configuration, and a memory limit here",
);

/// What the kernel kills first when memory runs out.
const OOM: Support =
    dropped("the kubelet sets it from the pod's requests and limits", "set memory requests equal to limits: such pods are killed last");

/// Language models.
const MODEL: Support = dropped(
    "a model is served by Docker Model Runner on the developer's machine",
    "run a model server in the cluster and set the variables that the service reads to its address",
);

/// Options of a log driver.
const LOG_OPTIONS: Shape = OBJECT.or_map(Mapping::Scalars(Scalars::NULL.or(Scalars::TEXT).or(Scalars::NUMBER)));

/// Windows containers' credentials.
const CREDENTIALS: Support = dropped(
    "group managed service accounts are objects of the cluster",
    "install the GMSA webhook and set `windowsOptions.gmsaCredentialSpecName`",
);

/// Block devices.
const BLKIO_LINES: &[Line] = &[
    at("blkio_config", CLOSED, BLKIO),
    at("blkio_config.device_read_bps", LIST, SAME),
    at("blkio_config.device_read_bps[]", CLOSED, SAME),
    at("blkio_config.device_read_bps[].path", TEXT, SAME),
    at("blkio_config.device_read_bps[].rate", COUNT, SAME),
    at("blkio_config.device_read_iops", LIST, SAME),
    at("blkio_config.device_read_iops[]", CLOSED, SAME),
    at("blkio_config.device_read_iops[].path", TEXT, SAME),
    at("blkio_config.device_read_iops[].rate", COUNT, SAME),
    at("blkio_config.device_write_bps", LIST, SAME),
    at("blkio_config.device_write_bps[]", CLOSED, SAME),
    at("blkio_config.device_write_bps[].path", TEXT, SAME),
    at("blkio_config.device_write_bps[].rate", COUNT, SAME),
    at("blkio_config.device_write_iops", LIST, SAME),
    at("blkio_config.device_write_iops[]", CLOSED, SAME),
    at("blkio_config.device_write_iops[].path", TEXT, SAME),
    at("blkio_config.device_write_iops[].rate", COUNT, SAME),
    at("blkio_config.weight", COUNT, SAME),
    at("blkio_config.weight_device", LIST, SAME),
    at("blkio_config.weight_device[]", CLOSED, SAME),
    at("blkio_config.weight_device[].path", TEXT, SAME),
    at("blkio_config.weight_device[].weight", COUNT, SAME),
];

/// `configs` of a service.
const CONFIG_LINES: &[Line] = &[
    at("configs", LIST, PARTS),
    at("configs[]", TEXT.or_object(), into("a mounted ConfigMap")),
    at("configs[].source", TEXT, into("the ConfigMap")),
    at("configs[].target", TEXT, into("`mountPath`")),
    at("configs[].uid", TEXT, OWNER),
    at("configs[].gid", TEXT, OWNER),
    at("configs[].mode", AMOUNT, into("`defaultMode`")),
];

/// `secrets` of a service.
const SECRET_LINES: &[Line] = &[
    at("secrets", LIST, PARTS),
    at("secrets[]", TEXT.or_object(), into("a mounted Secret")),
    at("secrets[].source", TEXT, into("the Secret")),
    at("secrets[].target", TEXT, into("`mountPath`, or the item's `path`")),
    at("secrets[].uid", TEXT, OWNER),
    at("secrets[].gid", TEXT, OWNER),
    at("secrets[].mode", AMOUNT, into("`defaultMode`, or the item's `mode`")),
];

/// In the order of the specification.
pub(super) const LINES: &[Line] = &[
    at("annotations", PAIRS, nearly!("annotations of the pod template", LABEL_DROPPED)),
    with(BLKIO_LINES),
    at("cap_add", TEXT_SET, into("`securityContext.capabilities.add`")),
    at("cap_drop", TEXT_SET, into("`securityContext.capabilities.drop`")),
    at("cgroup", TEXT.limits(&[Limit::OneOf(&["host", "private"])]), CGROUP),
    at("cgroup_parent", TEXT, CGROUP),
    at("command", COMMAND, into("`args`")),
    with(CONFIG_LINES),
    at("cpu_count", COUNT.limits(&[Limit::Minimum(0)]), into("`resources.limits.cpu`")),
    at(
        "cpu_percent",
        COUNT.limits(&[Limit::Minimum(0), Limit::Maximum(100)]),
        dropped("a CPU limit counts cores, and nobody knows how many a node has", "set `cpus`"),
    ),
    at(
        "cpu_shares",
        AMOUNT,
        dropped("a pod's share of a busy node follows from its CPU request", "set `deploy.resources.reservations.cpus`"),
    ),
    at("cpu_quota", AMOUNT, into("`resources.limits.cpu`, together with `cpu_period`")),
    at("cpu_period", AMOUNT, into("`resources.limits.cpu`, together with `cpu_quota`")),
    at("cpu_rt_period", AMOUNT, REAL_TIME),
    at("cpu_rt_runtime", AMOUNT, REAL_TIME),
    at("cpus", AMOUNT, into("`resources.limits.cpu`")),
    at(
        "cpuset",
        TEXT,
        dropped(
            "pods cannot choose the cores of a node",
            "use the kubelet's static CPU policy and ask for whole cores, requests equal to limits",
        ),
    ),
    at("credential_spec", OBJECT, CREDENTIALS),
    at("credential_spec.config", TEXT, SAME),
    at("credential_spec.file", TEXT, SAME),
    at("credential_spec.registry", TEXT, SAME),
    at(
        "device_cgroup_rules",
        TEXT_SET,
        dropped("pods cannot change the rules for devices", "use a device plugin for the device, or `privileged`"),
    ),
    at("devices", LIST, PARTS),
    at(
        "devices[]",
        TEXT.or_object().limits(&[Limit::Required(&["source"])]),
        nearly!("a host path, and `privileged`", DEVICE_APPROXIMATED, DEVICE_DROPPED),
    ),
    at("devices[].source", TEXT, into("`hostPath.path`")),
    at("devices[].target", TEXT, into("`mountPath`")),
    at("devices[].permissions", TEXT, no_effect("a mounted device has the permissions that it has on the node")),
    at("dns", TEXT_OR_SET, nearly!("`dnsConfig.nameservers`", DNS_DROPPED)),
    at("dns_opt", TEXT_SET, nearly!("`dnsConfig.options`", DNS_DROPPED)),
    at("dns_search", TEXT_OR_SET, nearly!("`dnsConfig.searches`", DNS_DROPPED)),
    at(
        "domainname",
        TEXT,
        dropped("a pod's domain is the cluster's", "write the full name in `hostname`'s place where a program asks for it"),
    ),
    at("entrypoint", COMMAND, nearly!("`command`", ENTRYPOINT_APPROXIMATED)),
    at(
        "env_file",
        TEXT.or_list(),
        nearly!("a ConfigMap and `envFrom`; secret values in a Secret", VARIABLE_NAME_DROPPED, SECRET_VALUES_ASSUMED),
    ),
    at("env_file[]", TEXT.or_map(Mapping::Closed).limits(&[Limit::Required(&["path"])]), SAME),
    at("env_file[].path", TEXT, SAME),
    at("env_file[].format", TEXT, resolved("the loader reads the file by it")),
    at("env_file[].required", FLAG, resolved("the loader passes over a missing file by it")),
    at("label_file", TEXT_OR_TEXTS, resolved("the loader adds the labels of the file to `labels`")),
    at("environment", PAIRS, nearly!("`env`; secret values in a Secret", VARIABLE_NAME_DROPPED, SECRET_VALUES_ASSUMED)),
    at("extra_hosts", HOSTS, nearly!("`hostAliases`", EXTRA_HOST_DROPPED)),
    at("gpus", TEXT.or_list().limits(&[Limit::OneOf(&["all"])]), PARTS),
    at("gpus[]", OPEN, into("`resources.limits` of the device plugin: `nvidia.com/gpu`")),
    at("gpus[].capabilities", TEXT_SET, nearly!("which devices are asked for: `gpu`", DEVICE_REQUEST_DROPPED)),
    at("gpus[].count", COUNT, nearly!("`resources.limits` of the device plugin", DEVICE_COUNT_APPROXIMATED)),
    at("gpus[].device_ids", TEXT_SET, nearly!("their number, as `resources.limits` of the device plugin", DEVICE_COUNT_APPROXIMATED)),
    at("gpus[].driver", TEXT, nearly!("the name of the device plugin's resource", DEVICE_REQUEST_DROPPED)),
    at("gpus[].options", PAIRS, DEVICE_OPTIONS),
    at("group_add", TEXT_OR_NUMBER_SET, nearly!("`securityContext.supplementalGroups`", GROUP_NAME_DROPPED)),
    at("hostname", TEXT, nearly!("`hostname`", HOSTNAME_APPROXIMATED)),
    at("image", TEXT, into("`image`")),
    at(
        "init",
        FLAG,
        no_effect("the container's own program is process 1; one that leaves zombies behind needs an init of its own in the image"),
    ),
    at("ipc", TEXT, nearly!("`hostIPC`, or one pod for services that share it", NAMESPACE_APPROXIMATED, NAMESPACE_DROPPED)),
    at("isolation", TEXT, dropped("the runtime of a Windows node chooses the isolation", "set `runtime` to a RuntimeClass")),
    at("labels", PAIRS, nearly!("routes where a proxy's vocabulary knows them, else annotations of the pod template", LABEL_DROPPED)),
    at(
        "logging",
        OBJECT,
        no_effect("the container runtime keeps the logs and `kubectl logs` shows them; shipping them is the cluster's task"),
    ),
    at("logging.driver", TEXT, SAME),
    at("logging.options", LOG_OPTIONS, SAME),
    at(
        "mac_address",
        TEXT,
        dropped("the cluster's network plugin gives out addresses", "leave it out, or use a network plugin that can (Multus)"),
    ),
    at("mem_limit", AMOUNT, into("`resources.limits.memory`")),
    at("mem_reservation", COUNT, nearly!("`resources.requests.memory`", RESERVATION_APPROXIMATED)),
    at("mem_swappiness", COUNT, MEMORY_KNOB),
    at("memswap_limit", AMOUNT, MEMORY_KNOB),
    at(
        "network_mode",
        TEXT,
        nearly!("`hostNetwork`, one pod for services that share it, or a NetworkPolicy that forbids all", NAMESPACE_DROPPED),
    ),
    at("models", USES, MODEL),
    at("models.*", OBJECT.or_null(), SAME),
    at("models.*.endpoint_var", TEXT, SAME),
    at("models.*.model_var", TEXT, SAME),
    with(networks::ATTACHMENTS),
    at("oom_kill_disable", FLAG, OOM),
    at("oom_score_adj", COUNT.limits(&[Limit::Minimum(-1000), Limit::Maximum(1000)]), OOM),
    at("pid", TEXT.or_null(), nearly!("`hostPID`, or `shareProcessNamespace` in one pod", NAMESPACE_APPROXIMATED, NAMESPACE_DROPPED)),
    at(
        "pids_limit",
        AMOUNT,
        dropped("the number of processes is limited by the kubelet, for every pod of a node alike", "set `podPidsLimit` of the kubelet"),
    ),
    at("platform", TEXT, into("`nodeSelector` for `kubernetes.io/os` and `kubernetes.io/arch`")),
    at("privileged", FLAG, into("`securityContext.privileged`")),
    at("pull_policy", TEXT.limits(PULL_POLICY), nearly!("`imagePullPolicy`", PULL_POLICY_APPROXIMATED)),
    at("pull_refresh_after", TEXT, no_effect("the kubelet pulls an image when a container starts, or never again")),
    at("read_only", FLAG, into("`securityContext.readOnlyRootFilesystem`")),
    at("runtime", TEXT, nearly!("`runtimeClassName`", RUNTIME_CLASS_ASSUMED)),
    at("security_opt", TEXT_SET, nearly!("`securityContext`: seccomp, AppArmor, SELinux, privilege escalation", SECURITY_OPTION_DROPPED)),
    at("shm_size", AMOUNT, into("an emptyDir in memory at `/dev/shm`")),
    with(SECRET_LINES),
    at("sysctls", PAIRS, nearly!("`securityContext.sysctls` of the pod", SYSCTL_APPROXIMATED, SYSCTL_DROPPED)),
    at("stop_grace_period", TEXT, into("`terminationGracePeriodSeconds`")),
    at(
        "stop_signal",
        TEXT,
        dropped(
            "the kubelet sends the image's STOPSIGNAL, or SIGTERM",
            "set STOPSIGNAL in the Dockerfile, or send the signal in a `pre_stop` hook",
        ),
    ),
    at(
        "storage_opt",
        OBJECT.or_map(Mapping::Any),
        dropped("the container runtime decides about a container's own disk", "limit it with `resources.limits` of `ephemeral-storage`"),
    ),
    at("tmpfs", TEXT_OR_SET, nearly!("an emptyDir in memory", TMPFS_OPTIONS_DROPPED)),
    at(
        "ulimits",
        NAMES,
        dropped("pods cannot set limits of processes", "set them in the runtime of the nodes, or call `ulimit` in front of the command"),
    ),
    at("ulimits.*", ULIMIT, SAME),
    at("ulimits.*.hard", COUNT, SAME),
    at("ulimits.*.soft", COUNT, SAME),
    at(
        "use_api_socket",
        BOOL,
        dropped("there is no Docker engine on the nodes of a cluster", "give the program access to the Kubernetes API, if it can use it"),
    ),
    at("user", TEXT, nearly!("`securityContext.runAsUser` and `runAsGroup`", USER_NAME_DROPPED, USER_ASSUMED)),
    at("uts", TEXT, dropped("a pod has its own host name, or the node's with `hostNetwork`", "set `hostname`")),
    at("userns_mode", TEXT, into("`hostUsers`")),
    with(volumes::MOUNTS),
    at("working_dir", TEXT, into("`workingDir`")),
];
