//! Diagnostics of the family `security`.

family! {
    /// Docker looks the name of a user up in the image. Kubernetes takes numbers only, so the user that the image itself names runs the
    /// container. Write the number: `docker run --rm --entrypoint id IMAGE` shows it.
    USER_NAME_DROPPED = "user-name-dropped";

    /// The user is given by a name that a well-known image has; the number that it has there is written.
    USER_ASSUMED = "user-assumed";

    /// Docker looks the name of a group up in the image. Kubernetes takes numbers only, so the group is left out. Write its number.
    GROUP_NAME_DROPPED = "group-name-dropped";

    /// Linux has no capability of this name, so neither Docker nor Kubernetes starts the container. It is left out.
    CAPABILITY_UNKNOWN = "capability-unknown";

    /// An entry of `security_opt` that Kubernetes has no field for, or that it refuses here.
    SECURITY_OPTION_DROPPED = "security-option-dropped";

    /// The field for AppArmor profiles came with Kubernetes 1.30; an older API server refuses an object that has it. A profile of a name of
    /// its own must be loaded on every node, as Docker wants it on its host; a pod waits on a node without it.
    APPARMOR_ASSUMED = "apparmor-assumed";

    /// Kubernetes lets every pod change a few kernel settings; for any other the kubelet must be started with
    /// `--allowed-unsafe-sysctls`, or it refuses the pod.
    SYSCTL_APPROXIMATED = "sysctl-approximated";

    /// A kernel setting that the whole node has, or that the pod shares with the node, cannot be set for a pod. Set it on the nodes.
    SYSCTL_DROPPED = "sysctl-dropped";

    /// The pod asks for something that the Pod Security Standard of `--pod-security` forbids, so a namespace that enforces it refuses the pod.
    /// Remove what the message names, or put the workload into another namespace.
    POD_SECURITY_CONFLICTING = "pod-security-conflicting";

    /// The standard *restricted* wants every container to run as another user than root, and the kubelet does not start an image that would.
    /// Whether an image starts as root is written in the image alone, unless it is a well-known one or `user` is set. Write `user:` where the
    /// image starts as root and can run as somebody else.
    NON_ROOT_ASSUMED = "non-root-assumed";
}
