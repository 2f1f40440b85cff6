//! Diagnostics of the family `workloads`.

family! {
    /// Compose can share the process or IPC namespace of another service alone. In Kubernetes the containers of one pod share their
    /// network too, so two that listen on the same port cannot stand together. Give them different ports.
    NAMESPACE_APPROXIMATED = "namespace-approximated";
    /// `network_mode`, `ipc` and `pid` may name any container of the Docker host. A pod can only be shared by containers that are
    /// defined together, so one that this project does not define cannot be joined. Bring both into one project.
    NAMESPACE_DROPPED = "namespace-dropped";
}
