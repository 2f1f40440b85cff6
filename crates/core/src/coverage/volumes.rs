//! Volumes: the top-level section, and how services mount them.

use super::definition::{Line, PARTS, at, dropped, into, no_effect};
use super::shape::{AMOUNT, COUNT, DRIVER_OPTIONS, FLAG, LIST, Limit, OBJECT, PAIRS, TEXT, TEXT_SET};

/// `volumes`.
pub(super) const VOLUMES: &[Line] = &[
    at("volumes.*", OBJECT.or_null(), into("a PersistentVolumeClaim")),
    at("volumes.*.name", TEXT, into("the name of the claim")),
    at("volumes.*.driver", TEXT, into("the claim; a driver that no rule knows leaves it to the storage class")),
    at("volumes.*.driver_opts", DRIVER_OPTIONS, into("size of the claim, an NFS volume, a path of the host")),
    at("volumes.*.external", FLAG.or_object(), into("no object: the claim exists already")),
    at("volumes.*.external.name", TEXT, into("the claim that is mounted")),
    at("volumes.*.labels", PAIRS, into("annotations of the claim")),
];

/// The kinds of mounts.
const KINDS: &[Limit] = &[Limit::OneOf(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])];

/// `volumes` of a service.
pub(super) const MOUNTS: &[Line] = &[
    at("volumes", LIST.limits(&[Limit::Unique]), PARTS),
    at(
        "volumes[]",
        TEXT.or_object().limits(&[Limit::Required(&["type"])]),
        into("`volumes` of the pod and `volumeMounts` of the container"),
    ),
    at("volumes[].type", TEXT.limits(KINDS), into("the kind of volume: claim, ConfigMap, Secret, emptyDir, hostPath")),
    at("volumes[].source", TEXT, into("the claim, or the file or folder that is carried along")),
    at("volumes[].target", TEXT, into("`mountPath`")),
    at("volumes[].read_only", FLAG, into("`readOnly`")),
    at("volumes[].consistency", TEXT, no_effect("only Docker Desktop for Mac reads it")),
    at("volumes[].bind", OBJECT, PARTS),
    at("volumes[].bind.propagation", TEXT, into("`mountPropagation` of a host path")),
    at("volumes[].bind.create_host_path", FLAG, into("a host path that is created or has to exist")),
    at(
        "volumes[].bind.recursive",
        TEXT.limits(&[Limit::OneOf(&["enabled", "disabled", "writable", "readonly"])]),
        into("`recursiveReadOnly` of a read-only host path"),
    ),
    at(
        "volumes[].bind.selinux",
        TEXT.limits(&[Limit::OneOf(&["z", "Z"])]),
        no_effect("the container runtime gives volumes the SELinux label of their pod"),
    ),
    at("volumes[].volume", OBJECT, PARTS),
    at("volumes[].volume.labels", PAIRS, no_effect("an anonymous volume has no object of its own in a cluster")),
    at("volumes[].volume.nocopy", FLAG, into("no init container that fills the volume from the image")),
    at("volumes[].volume.subpath", TEXT, into("`subPath`")),
    at("volumes[].tmpfs", OBJECT, PARTS),
    at("volumes[].tmpfs.size", COUNT.limits(&[Limit::Minimum(0)]), into("`emptyDir.sizeLimit`")),
    at(
        "volumes[].tmpfs.mode",
        AMOUNT,
        dropped("an emptyDir is open to everybody in the pod", "set the mode in the container's own start script if it matters"),
    ),
    at("volumes[].image", OBJECT, PARTS),
    at("volumes[].image.subpath", TEXT, into("`subPath`")),
    at("volumes_from", TEXT_SET, into("the same volumes in both pods")),
];
