//! Volumes: the top-level section, and how services mount them.

use super::definition::{Line, PARTS, at, dropped, into, nearly, no_effect};
use super::shape::{AMOUNT, COUNT, DRIVER_OPTIONS, FLAG, LIST, Limit, OBJECT, PAIRS, TEXT, TEXT_SET};
use crate::diag::catalog::storage::{
    ANONYMOUS_VOLUME_ASSUMED, DATA_FOLDER_APPROXIMATED, DATA_FOLDER_ASSUMED, ENGINE_SOCKET_DROPPED, EXTERNAL_VOLUME_ASSUMED,
    HOST_CLOCK_ASSUMED, HOST_FILE_DROPPED, HOST_FOLDER_ASSUMED, HOST_PATH_APPROXIMATED, HOST_PATH_DROPPED, IMAGE_VOLUME_ASSUMED,
    MOUNTED_FILE_DROPPED, MOUNTED_FILES_APPROXIMATED, MOUNTED_FOLDER_DROPPED, NFS_OPTIONS_DROPPED, SHARED_VOLUME_APPROXIMATED,
    SOURCE_CODE_DROPPED, VOLUME_DRIVER_APPROXIMATED, VOLUME_TYPE_DROPPED, VOLUMES_FROM_DROPPED,
};

/// `volumes`.
pub(super) const VOLUMES: &[Line] = &[
    at("volumes.*", OBJECT.or_null(), nearly!("a PersistentVolumeClaim", SHARED_VOLUME_APPROXIMATED)),
    at("volumes.*.name", TEXT, into("the name of the claim")),
    at(
        "volumes.*.driver",
        TEXT,
        nearly!("the claim; a driver that no rule knows leaves it to the storage class", VOLUME_DRIVER_APPROXIMATED),
    ),
    at(
        "volumes.*.driver_opts",
        DRIVER_OPTIONS,
        nearly!("size of the claim, an NFS volume, a path of the host", VOLUME_DRIVER_APPROXIMATED, NFS_OPTIONS_DROPPED),
    ),
    at("volumes.*.external", FLAG.or_object(), nearly!("no object: the claim exists already", EXTERNAL_VOLUME_ASSUMED)),
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
    at(
        "volumes[].type",
        TEXT.limits(KINDS),
        nearly!(
            "the kind of volume: claim, ConfigMap, Secret, emptyDir, hostPath",
            VOLUME_TYPE_DROPPED,
            IMAGE_VOLUME_ASSUMED,
            ANONYMOUS_VOLUME_ASSUMED
        ),
    ),
    at(
        "volumes[].source",
        TEXT,
        nearly!(
            "the claim, or the file or folder that is carried along",
            HOST_PATH_APPROXIMATED,
            HOST_PATH_DROPPED,
            HOST_FOLDER_ASSUMED,
            HOST_FILE_DROPPED,
            ENGINE_SOCKET_DROPPED,
            HOST_CLOCK_ASSUMED,
            DATA_FOLDER_ASSUMED,
            DATA_FOLDER_APPROXIMATED,
            SOURCE_CODE_DROPPED,
            MOUNTED_FILE_DROPPED,
            MOUNTED_FOLDER_DROPPED,
            MOUNTED_FILES_APPROXIMATED
        ),
    ),
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
    at("volumes_from", TEXT_SET, nearly!("the same volumes in both pods", VOLUMES_FROM_DROPPED)),
];
