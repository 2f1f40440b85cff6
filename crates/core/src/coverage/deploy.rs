//! `services.*.deploy`.

use super::definition::{Line, PARTS, SAME, at, dropped, into, nearly, no_effect};
use super::shape::{AMOUNT, COUNT, LIST, Limit, OBJECT, PAIRS, TEXT, TEXT_SET, TEXTS};
use crate::diag::catalog::resources::{DEVICE_COUNT_APPROXIMATED, DEVICE_REQUEST_DROPPED, RESERVATION_APPROXIMATED};
use crate::diag::catalog::workloads::{
    GLOBAL_JOB_APPROXIMATED, JOB_ASSUMED, NODE_LABEL_ASSUMED, PLACEMENT_APPROXIMATED, PLACEMENT_DROPPED, RESTART_APPROXIMATED,
    UPDATE_CONFIG_DROPPED,
};

/// The order in which old and new containers are exchanged.
const ORDER: &[Limit] = &[Limit::OneOf(&["start-first", "stop-first"])];

/// `deploy` and what it holds.
pub(super) const LINES: &[Line] = &[
    at("deploy", OBJECT.or_null(), PARTS),
    at(
        "deploy.mode",
        TEXT,
        nearly!("the kind of controller: `global` is a DaemonSet, `replicated-job` and `global-job` are Jobs", GLOBAL_JOB_APPROXIMATED),
    ),
    at("deploy.endpoint_mode", TEXT, into("`clusterIP: None` for `dnsrr`")),
    at("deploy.replicas", COUNT, into("`spec.replicas`")),
    at("deploy.labels", PAIRS, into("routes where a proxy's vocabulary knows them, else annotations of the controller")),
    at(
        "deploy.rollback_config",
        OBJECT,
        dropped(
            "Kubernetes never rolls back by itself; a rollout that makes no progress stops where it is",
            "roll back with `kubectl rollout undo`, or leave it to the tool that deploys",
        ),
    ),
    at("deploy.rollback_config.parallelism", COUNT, SAME),
    at("deploy.rollback_config.delay", TEXT, SAME),
    at("deploy.rollback_config.failure_action", TEXT, SAME),
    at("deploy.rollback_config.monitor", TEXT, SAME),
    at("deploy.rollback_config.max_failure_ratio", AMOUNT, SAME),
    at("deploy.rollback_config.order", TEXT.limits(ORDER), SAME),
    at("deploy.update_config", OBJECT, PARTS),
    at("deploy.update_config.parallelism", COUNT, nearly!("`maxUnavailable` or `maxSurge` of the rolling update", UPDATE_CONFIG_DROPPED)),
    at("deploy.update_config.delay", TEXT, nearly!("`minReadySeconds`", UPDATE_CONFIG_DROPPED)),
    at(
        "deploy.update_config.failure_action",
        TEXT,
        dropped(
            "a rollout that fails stops where it is, as `pause` does",
            "roll back with `kubectl rollout undo`, or leave it to the tool that deploys",
        ),
    ),
    at("deploy.update_config.monitor", TEXT, nearly!("`minReadySeconds`", UPDATE_CONFIG_DROPPED)),
    at("deploy.update_config.max_failure_ratio", AMOUNT, dropped("a rollout waits for every new pod to become ready", "leave it out")),
    at(
        "deploy.update_config.order",
        TEXT.limits(ORDER),
        nearly!("`maxSurge` for `start-first`, `maxUnavailable` for `stop-first`", UPDATE_CONFIG_DROPPED),
    ),
    at("deploy.resources", OBJECT, PARTS),
    at("deploy.resources.limits", OBJECT, PARTS),
    at("deploy.resources.limits.cpus", AMOUNT, into("`resources.limits.cpu`")),
    at("deploy.resources.limits.memory", TEXT, into("`resources.limits.memory`")),
    at(
        "deploy.resources.limits.pids",
        COUNT,
        dropped("the number of processes is limited by the kubelet, for every pod of a node alike", "set `podPidsLimit` of the kubelet"),
    ),
    at("deploy.resources.reservations", OBJECT, PARTS),
    at("deploy.resources.reservations.cpus", AMOUNT, nearly!("`resources.requests.cpu`", RESERVATION_APPROXIMATED)),
    at("deploy.resources.reservations.memory", TEXT, nearly!("`resources.requests.memory`", RESERVATION_APPROXIMATED)),
    at("deploy.resources.reservations.generic_resources", LIST, PARTS),
    at("deploy.resources.reservations.generic_resources[]", OBJECT, PARTS),
    at(
        "deploy.resources.reservations.generic_resources[].discrete_resource_spec",
        OBJECT,
        dropped(
            "a Swarm node announces such resources itself; in a cluster a device plugin does, under a name with a domain",
            "add the plugin's resource to the container's `resources.limits`: `example.com/fpga: 1`",
        ),
    ),
    at("deploy.resources.reservations.generic_resources[].discrete_resource_spec.kind", TEXT, SAME),
    at("deploy.resources.reservations.generic_resources[].discrete_resource_spec.value", AMOUNT, SAME),
    at("deploy.resources.reservations.devices", LIST, PARTS),
    at("deploy.resources.reservations.devices[]", OBJECT.limits(&[Limit::Required(&["capabilities"])]), PARTS),
    at(
        "deploy.resources.reservations.devices[].capabilities",
        TEXT_SET,
        nearly!("which devices are asked for: `gpu`", DEVICE_REQUEST_DROPPED),
    ),
    at(
        "deploy.resources.reservations.devices[].count",
        COUNT,
        nearly!("`resources.limits` of the device plugin: `nvidia.com/gpu`", DEVICE_COUNT_APPROXIMATED),
    ),
    at(
        "deploy.resources.reservations.devices[].device_ids",
        TEXT_SET,
        nearly!("their number, as `resources.limits` of the device plugin", DEVICE_COUNT_APPROXIMATED),
    ),
    at("deploy.resources.reservations.devices[].driver", TEXT, nearly!("the name of the device plugin's resource", DEVICE_REQUEST_DROPPED)),
    at("deploy.resources.reservations.devices[].options", PAIRS, DEVICE_OPTIONS),
    at("deploy.restart_policy", OBJECT, PARTS),
    at("deploy.restart_policy.condition", TEXT, nearly!("the choice between a Deployment and a Job", RESTART_APPROXIMATED, JOB_ASSUMED)),
    at("deploy.restart_policy.delay", TEXT, no_effect("the kubelet waits longer after each failure, from 10 seconds to 5 minutes")),
    at("deploy.restart_policy.max_attempts", COUNT, into("`backoffLimit` of a Job")),
    at("deploy.restart_policy.window", TEXT, no_effect("the kubelet forgets failures of a container that has run for 10 minutes")),
    at("deploy.placement", OBJECT, PARTS),
    at("deploy.placement.constraints", TEXTS, nearly!("`nodeSelector` and node affinity", NODE_LABEL_ASSUMED, PLACEMENT_DROPPED)),
    at("deploy.placement.preferences", LIST, PARTS),
    at("deploy.placement.preferences[]", OBJECT, PARTS),
    at("deploy.placement.preferences[].spread", TEXT, nearly!("`topologySpreadConstraints`", NODE_LABEL_ASSUMED, PLACEMENT_DROPPED)),
    at(
        "deploy.placement.max_replicas_per_node",
        COUNT,
        nearly!("pod anti-affinity or `topologySpreadConstraints`", PLACEMENT_APPROXIMATED),
    ),
];

/// Options of a device driver: also of `gpus`.
pub(super) const DEVICE_OPTIONS: super::definition::Support = dropped(
    "a device plugin takes no options from a pod",
    "use a DeviceClass and a ResourceClaim (dynamic resource allocation) if the driver has them",
);
