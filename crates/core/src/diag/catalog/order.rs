//! Diagnostics of the family `order`.

family! {
    /// `docker compose up` starts a service after those in its `depends_on`. A cluster starts everything at once and restarts what fails, so
    /// a plain dependency (`service_started`) orders nothing. If a service cannot bear to start first, give the dependency a health check
    /// and wait with `condition: service_healthy`.
    START_ORDER_ASSUMED = "start-order-assumed";
    /// With `required: false` Compose waits for the dependency, but only warns when it does not get there, and goes on. A wait in a cluster
    /// has no such way out, so there is none: the service starts at once. Set `required: true` if it shall wait.
    OPTIONAL_DEPENDENCY_APPROXIMATED = "optional-dependency-approximated";
    /// A service waits until this dependency is healthy, but the files define no health check for it. Docker may find one in the image,
    /// Kubernetes does not read it: the wait ends as soon as the container runs. Write the test into `healthcheck`.
    DEPENDENCY_HEALTH_APPROXIMATED = "dependency-health-approximated";
    /// A service waits for the end of a dependency that does not end in the cluster. It does not wait.
    COMPLETION_WAIT_DROPPED = "completion-wait-dropped";
    /// Docker runs the HEALTHCHECK of an image unless the service says otherwise. Kubernetes does not read it, so there is nothing that the
    /// timings of this health check could apply to. Write the image's test into `healthcheck.test`.
    IMAGE_HEALTH_CHECK_DROPPED = "image-health-check-dropped";
    /// During `start_period` Docker checks every `start_interval`. A readiness probe has one interval; a startup probe would have its own,
    /// but restarts the container when it fails for too long, which Docker never does. With `--liveness` there is one.
    START_INTERVAL_DROPPED = "start-interval-dropped";
    /// A lifecycle hook of Kubernetes runs as the container does: it has no user and no privileges of its own.
    HOOK_USER_DROPPED = "hook-user-dropped";
    /// Kubernetes takes one command for each moment, without a folder or variables. Several hooks, or one with a folder or variables, become
    /// one line of `/bin/sh` that does the same, so the image must have a shell.
    HOOK_SHELL_ASSUMED = "hook-shell-assumed";
    /// Compose runs a `pre_start` hook once for a service, before its first container, unless `per_replica` is set. Here it is an init
    /// container, which runs in every pod, each time one starts. Make it safe to repeat.
    PRE_START_APPROXIMATED = "pre-start-approximated";
    /// Services that share a pod start in the order that `depends_on` asks for: the dependency runs as a sidecar, an init container that
    /// stays, so that Kubernetes waits for its startup probe before it goes on. A startup probe that never succeeds restarts it.
    SIDECAR_ASSUMED = "sidecar-assumed";
}
