//! Diagnostics of the family `workloads`.

family! {
    /// Compose can share the process or IPC namespace of another service alone. In Kubernetes the containers of one pod share their
    /// network too, so two that listen on the same port cannot stand together. Give them different ports.
    NAMESPACE_APPROXIMATED = "namespace-approximated";
    /// `network_mode`, `ipc` and `pid` may name any container of the Docker host. A pod can only be shared by containers that are
    /// defined together, so one that this project does not define cannot be joined. Bring both into one project.
    NAMESPACE_DROPPED = "namespace-dropped";
    /// `entrypoint: []` without a command runs the image's command without its entrypoint. Kubernetes cannot say that: it keeps the image's
    /// entrypoint. Write the image's command into `command`.
    ENTRYPOINT_APPROXIMATED = "entrypoint-approximated";
    /// Compose builds this image on the user's machine. A cluster pulls its images, so somebody has to build it and push it to a registry
    /// that the nodes can reach. `--registry PREFIX` gives built images the name `PREFIX/<project>-<service>`.
    BUILD_APPROXIMATED = "build-approximated";
    /// Compose can pull an image again after a day, a week or a time of one's choice. Kubernetes pulls always, never, or when the node does
    /// not have it; here it pulls at every start.
    PULL_POLICY_APPROXIMATED = "pull-policy-approximated";
    /// A placement rule that speaks of Swarm's nodes (`node.role`, `node.id`, `engine.labels`) has no counterpart in a cluster. Give the
    /// nodes a label and ask for that.
    PLACEMENT_DROPPED = "placement-dropped";
    /// Swarm limits how many replicas a node may hold. Kubernetes can keep replicas apart altogether, or spread them evenly; for limits above
    /// one it spreads them.
    PLACEMENT_APPROXIMATED = "placement-approximated";
    /// A placement rule asks for a label of Swarm's nodes. The nodes of the cluster have to bear the same label, or no node takes the pod.
    NODE_LABEL_ASSUMED = "node-label-assumed";
    /// The host name of a pod is one DNS label. A longer name, or one with other characters, is cut down to it.
    HOSTNAME_APPROXIMATED = "hostname-approximated";
    /// `extra_hosts` may name `host-gateway`, the machine that runs Docker. A pod runs on any node, whose address nobody knows beforehand.
    /// Run what it reaches in the cluster as well, or give a name or address that the cluster reaches.
    EXTRA_HOST_DROPPED = "extra-host-dropped";
    /// A pod asks three name servers at most, each given by its address.
    DNS_DROPPED = "dns-dropped";
    /// `runtime` names a runtime of the Docker host. The cluster must have a RuntimeClass of that name, or the pod is refused.
    RUNTIME_CLASS_ASSUMED = "runtime-class-assumed";
    /// Without `restart` Compose runs a container once, servers and one-off tasks alike. In a cluster a service without `restart` runs for ever
    /// (a Deployment), because most are servers. For a task say `restart: "no"`, or wait for it with `service_completed_successfully`.
    RESTART_ASSUMED = "restart-assumed";
    /// A service says that it is not restarted (always), but others reach it, it publishes a port or it has a health check: it is a server.
    /// A Deployment restarts it whenever it ends.
    RESTART_APPROXIMATED = "restart-approximated";
    /// A service that says `restart: "no"` or `on-failure`, that nobody reaches by name and that publishes no port and has no health check, is
    /// taken for a task that runs to its end: a Job. If it is a server, say `restart: always`.
    JOB_ASSUMED = "job-assumed";
    /// A Job of Swarm runs on every node once. A Job of Kubernetes runs a number of pods on any nodes.
    GLOBAL_JOB_APPROXIMATED = "global-job-approximated";
    /// A Deployment that mounts a ReadWriteOnce claim stops its old pod before it starts the new one, because two pods cannot have the claim
    /// at once. `update_config` does not apply.
    UPDATE_CONFIG_DROPPED = "update-config-dropped";
    /// Compose queues a run that falls due while the last one still goes on. A CronJob can only skip it or run both at once: here both run.
    CONCURRENCY_APPROXIMATED = "concurrency-approximated";
    /// A job without a schedule is started by hand. It becomes a suspended CronJob, from which `kubectl create job --from=cronjob/NAME RUN`
    /// starts a run.
    MANUAL_JOB_ASSUMED = "manual-job-assumed";
    /// The schedule of a job is nothing that Kubernetes reads: five fields, `@daily` and its kin, or `@every` with a duration. The job
    /// becomes a suspended CronJob. Mend the expression.
    JOB_SCHEDULE_INVALID = "job-schedule-invalid";
    /// Compose takes any text as the key of a label. The key of a Kubernetes annotation is a name of at most 63 letters, digits, `-`, `_` and
    /// `.`, with an optional DNS domain and `/` before it. This label is left out.
    LABEL_DROPPED = "label-dropped";
    /// A scheduler of the stack (Ofelia, swarm-cronjob) runs something at times that cannot be a CronJob: the message says why. The
    /// scheduler stays in the output, but it finds no Docker engine in a cluster. Write the job by hand: as one of the Compose file's
    /// `jobs`, or as a service with a `schedule` in `x-transship`.
    SCHEDULED_JOB_DROPPED = "scheduled-job-dropped";
    /// Ofelia runs a command inside a container that runs already. A CronJob starts a pod of its own: with the image, the variables and the
    /// mounts of the service, but with files and a network of its own. What the command asks of `localhost`, or keeps outside of volumes,
    /// it does not find.
    SCHEDULED_JOB_APPROXIMATED = "scheduled-job-approximated";
    /// A scheduler of the stack knows seconds. A CronJob starts at full minutes.
    SCHEDULE_APPROXIMATED = "schedule-approximated";
    /// A setting of a scheduler or a watcher of containers has no counterpart in a cluster: the message says why.
    SCHEDULED_SETTING_DROPPED = "scheduled-setting-dropped";
    /// autoheal restarts containers that are unhealthy, and a liveness probe does the same. The health check of this one stands in its
    /// image, and Kubernetes does not read it there.
    UNHEALTHY_RESTART_DROPPED = "unhealthy-restart-dropped";
}
