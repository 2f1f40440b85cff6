//! Containers.

use super::service::protocol_field;
use super::text::{literal, literals};
use super::{Context, probe, resources, security, some, volume};
use crate::compose;
use crate::plan::environment::{EnvFrom, EnvValue, EnvVar};
use crate::plan::workload::container::{Container, ContainerPort, Pull};
use k8s_openapi::api::core::v1::{self, ConfigMapEnvSource, ConfigMapKeySelector, EnvFromSource, EnvVarSource, SecretKeySelector};

pub(super) fn container(context: &Context<'_>, container: &Container) -> v1::Container {
    if let Some(service) = context.project.services.get(&container.service) {
        where_each_attribute_goes(service);
    }
    let Container {
        service: _,
        name,
        image,
        pull,
        command,
        args,
        working_dir,
        env,
        env_from,
        ports,
        mounts,
        readiness,
        liveness,
        startup,
        post_start,
        pre_stop,
        resources,
        security,
        stdin,
        tty,
    } = container;
    v1::Container {
        name: name.clone(),
        image: Some(image.clone()),
        image_pull_policy: pull.map(pull_policy),
        command: command.as_deref().map(literals),
        args: args.as_deref().map(literals),
        working_dir: working_dir.clone(),
        env: some(env.iter().map(variable)),
        env_from: some(env_from.iter().map(|EnvFrom { store }| EnvFromSource {
            config_map_ref: Some(ConfigMapEnvSource { name: store.clone(), ..Default::default() }),
            ..Default::default()
        })),
        ports: some(ports.iter().map(port)),
        volume_mounts: volume::mounts(mounts),
        readiness_probe: readiness.as_ref().map(probe::probe),
        liveness_probe: liveness.as_ref().map(probe::probe),
        startup_probe: startup.as_ref().map(probe::probe),
        lifecycle: probe::lifecycle(post_start.as_ref(), pre_stop.as_ref()),
        resources: resources::lower(resources),
        security_context: security::container(security),
        stdin: stdin.then_some(true),
        tty: tty.then_some(true),
        ..Default::default()
    }
}

pub(super) fn pull_policy(pull: Pull) -> String {
    match pull {
        Pull::Always => "Always",
        Pull::Never => "Never",
        Pull::IfNotPresent => "IfNotPresent",
    }
    .to_owned()
}

fn variable(variable: &EnvVar) -> v1::EnvVar {
    let EnvVar { name, value } = variable;
    let from = |source| v1::EnvVar { name: name.clone(), value_from: Some(source), ..Default::default() };
    match value {
        EnvValue::Literal(text) => v1::EnvVar { name: name.clone(), value: Some(literal(text)), ..Default::default() },
        EnvValue::Secret { store, key } => {
            let selector = SecretKeySelector { name: store.clone(), key: key.clone(), ..Default::default() };
            from(EnvVarSource { secret_key_ref: Some(selector), ..Default::default() })
        }
        EnvValue::ConfigMap { store, key } => {
            let selector = ConfigMapKeySelector { name: store.clone(), key: key.clone(), ..Default::default() };
            from(EnvVarSource { config_map_key_ref: Some(selector), ..Default::default() })
        }
    }
}

fn port(port: &ContainerPort) -> v1::ContainerPort {
    let ContainerPort { name, port, protocol, host_port, host_ip } = port;
    v1::ContainerPort {
        name: Some(name.clone()),
        container_port: i32::from(*port),
        protocol: protocol_field(*protocol),
        host_port: host_port.map(i32::from),
        host_ip: host_ip.clone(),
    }
}

/// Names every attribute of a service once, so that a new one does not compile until somebody has said here where it is dealt with.
fn where_each_attribute_goes(service: &compose::Service) {
    let compose::Service {
        // Names of objects and hosts: `plan/name.rs`.
        name: _,
        place: _,
        container_name: _,
        external_links: _,
        links: _,
        // The container itself: below.
        container,
        // The image: `image` of the container and `Plan::builds`.
        build: _,
        // Start order: `Workload::inits`, `Workload::awaited_jobs`, the hooks of the container.
        depends_on: _,
        post_start: _,
        pre_start: _,
        pre_stop: _,
        // Endpoints: `Plan::endpoints`, `Plan::routes`, `ports` of the container.
        expose: _,
        ports: _,
        // Probes of the container.
        healthcheck: _,
        // `stdin` and `tty` of the container.
        stdin_open: _,
        tty: _,
        // The controller, its replicas, rollout and placement: `Workload::controller`, `Workload::pod`; requests and limits.
        deploy: _,
        restart: _,
        scale: _,
        triggers: _,
        // Options of the translation and ways in: the vocabularies.
        extensions: _,
        // Done while loading.
        profiles: _,
        // Without a meaning in a cluster: the coverage table says why.
        attach: _,
        develop: _,
        provider: _,
    } = service;
    let compose::Container {
        // The image: `image` and `pull`; the platform selects nodes.
        image: _,
        platform: _,
        pull_policy: _,
        pull_refresh_after: _,
        // What runs: `command`, `args`, `working_dir`.
        command: _,
        entrypoint: _,
        working_dir: _,
        // The environment: `env`, `env_from`, `Plan::stores`.
        env_files: _,
        environment: _,
        // Files and data: `mounts`, `Workload::volumes`, `Plan::claims`, `Plan::stores`.
        configs: _,
        secrets: _,
        shm_size: _,
        tmpfs: _,
        volumes: _,
        volumes_from: _,
        // Requests and limits: `resources`.
        cpu_count: _,
        cpu_percent: _,
        cpu_period: _,
        cpu_quota: _,
        cpus: _,
        gpus: _,
        mem_limit: _,
        mem_reservation: _,
        // Security contexts: `security`, `Workload::security`.
        cap_add: _,
        cap_drop: _,
        devices: _,
        group_add: _,
        privileged: _,
        read_only: _,
        security_opt: _,
        sysctls: _,
        user: _,
        userns_mode: _,
        // Settings of the pod: `Workload::pod`; shared namespaces put services into one pod.
        dns: _,
        dns_opt: _,
        dns_search: _,
        domainname: _,
        extra_hosts: _,
        hostname: _,
        ipc: _,
        network_mode: _,
        pid: _,
        runtime: _,
        stop_grace_period: _,
        // Annotations of the pod template, and the vocabularies.
        annotations: _,
        labels: _,
        // Names and isolation: `Plan::endpoints`, `Plan::policies`.
        networks: _,
        // Without a field in Kubernetes: the coverage table says why.
        blkio_config: _,
        cgroup: _,
        cgroup_parent: _,
        cpu_rt_period: _,
        cpu_rt_runtime: _,
        cpu_shares: _,
        cpuset: _,
        credential_spec: _,
        device_cgroup_rules: _,
        init: _,
        isolation: _,
        logging: _,
        mac_address: _,
        mem_swappiness: _,
        memswap_limit: _,
        models: _,
        oom_kill_disable: _,
        oom_score_adj: _,
        pids_limit: _,
        stop_signal: _,
        storage_opt: _,
        ulimits: _,
        use_api_socket: _,
        uts: _,
    } = container;
}
