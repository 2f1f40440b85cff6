//! Containers: image, command, ports.

use crate::compose::Service;
use crate::diag::catalog::{endpoints, workloads};
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::ImageBuild;
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::endpoint::model::{Listening, Reachable};
use crate::plan::endpoint::{has_name, port_name};
use crate::plan::environment::Environment;
use crate::plan::security::{self, PodSecurity};
use crate::plan::storage::{ServiceStorage, Storage};
use crate::plan::workload::{image, probe, resources};
use crate::table::{HashMap, IndexMap};
use crate::text::Placed;
use crate::vocab::Healing;

use crate::compose::ports::Protocol;
use crate::plan::environment::{EnvFrom, EnvVar};
use crate::plan::security::Security;
use crate::plan::storage::Mount;
use crate::plan::workload::probe::{Hook, Probe};
use crate::plan::workload::resources::Resources;

/// One container. Texts are literal: lowering escapes `$` where Kubernetes would expand it.
#[derive(Clone, Debug)]
pub struct Container {
    /// The Compose service; lowering reads its one-to-one attributes from there.
    pub service: String,
    /// The container's name.
    pub name: String,
    /// The image.
    pub image: String,
    /// `imagePullPolicy`, where it must be written.
    pub pull: Option<Pull>,
    /// `command`: the entrypoint; `None` keeps the image's.
    pub command: Option<Vec<String>>,
    /// `args`; `None` keeps the image's.
    pub args: Option<Vec<String>>,
    /// `workingDir`.
    pub working_dir: Option<String>,
    /// `env`, in order.
    pub env: Vec<EnvVar>,
    /// `envFrom`, in order.
    pub env_from: Vec<EnvFrom>,
    /// `ports`.
    pub ports: Vec<ContainerPort>,
    /// `volumeMounts`.
    pub mounts: Vec<Mount>,
    /// `readinessProbe`.
    pub readiness: Option<Probe>,
    /// `livenessProbe`.
    pub liveness: Option<Probe>,
    /// `startupProbe`.
    pub startup: Option<Probe>,
    /// `lifecycle.postStart`.
    pub post_start: Option<Hook>,
    /// `lifecycle.preStop`.
    pub pre_stop: Option<Hook>,
    /// `resources`.
    pub resources: Resources,
    /// `securityContext`.
    pub security: Security,
    /// `stdin`.
    pub stdin: bool,
    /// `tty`.
    pub tty: bool,
}

/// When the image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// Always.
    Always,
    /// Never.
    Never,
    /// When the node does not have it.
    IfNotPresent,
}

/// A port that the container listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// A valid port name, unique in the pod.
    pub name: String,
    /// The number.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// The node's port, with `mode: host`.
    pub host_port: Option<u16>,
    /// The node's address, with `mode: host`.
    pub host_ip: Option<String>,
}

/// What other concerns have decided about the services.
#[derive(Clone, Copy)]
pub(crate) struct Decided<'a> {
    pub(crate) storage: &'a Storage,
    pub(crate) environment: &'a Environment,
    pub(crate) reachable: &'a Reachable,
    /// What is restarted while it is unhealthy.
    pub(crate) healed: &'a IndexMap<String, Healing>,
}

/// The ports of a pod: names are unique among its containers, and so are the ports themselves.
#[derive(Debug, Default)]
pub(crate) struct PodPorts {
    names: HashMap<String, usize>,
    taken: HashMap<(u16, Protocol), String>,
}

/// Decides the container of a service. `host_network` is its pod's.
pub(crate) fn plan(
    cx: &Context<'_>,
    service: &Service,
    decided: Decided<'_>,
    pod_ports: &mut PodPorts,
    host_network: bool,
    hosts: &mut Hosts,
    diagnostics: &mut Diagnostics,
) -> (Container, PodSecurity) {
    let name = &service.name;
    let nothing = ServiceStorage::default();
    let storage = decided.storage.services.get(name).unwrap_or(&nothing);
    let (env, env_from) = decided.environment.services.get(name).map(|e| (e.env.clone(), e.env_from.clone())).unwrap_or_default();
    let listens: Vec<u16> = decided.reachable.ports(name).iter().map(|port| port.port).collect();
    let (security, pod_security) = security::plan(cx, service, storage, &listens, host_network, diagnostics);
    let probes = probe::probes(cx, service, decided.healed.get(&service.name).copied(), hosts, diagnostics);
    let (command, args) = command(service, hosts, diagnostics);
    let c = &service.container;
    let on = |flag: &Option<Placed<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
    let container = Container {
        service: name.clone(),
        name: cx.names.container(name).to_owned(),
        image: image_of(cx, service),
        pull: pull(cx, service, diagnostics),
        command,
        args,
        working_dir: c.working_dir.as_ref().map(|dir| dir.value.clone()),
        env,
        env_from,
        ports: ports(cx, service, decided.reachable.ports(name), pod_ports, diagnostics),
        mounts: storage.mounts.clone(),
        readiness: probes.readiness,
        liveness: probes.liveness,
        startup: probes.startup,
        post_start: probe::hook(service, "post_start", &service.post_start, hosts, diagnostics),
        pre_stop: probe::hook(service, "pre_stop", &service.pre_stop, hosts, diagnostics),
        resources: resources::plan(service, diagnostics),
        security,
        stdin: on(&service.stdin_open),
        tty: on(&service.tty),
    };
    (container, pod_security)
}

/// `command` and `args` from entrypoint and command.
pub(crate) fn command(service: &Service, hosts: &mut Hosts, diagnostics: &mut Diagnostics) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let name = &service.name;
    let c = &service.container;
    let args = c.command.as_ref().filter(|words| !words.value.is_empty()).map(|words| hosts.rewrite_words(name, &words.value));
    match &c.entrypoint {
        None => (None, args),
        Some(words) if !words.value.is_empty() => (Some(hosts.rewrite_words(name, &words.value)), args),
        Some(words) => {
            if args.is_none() {
                diagnostics.push(
                    Diagnostic::new(&workloads::ENTRYPOINT_APPROXIMATED, format!("service {name:?}: the image keeps its entrypoint"))
                        .at(words.place)
                        .note("Kubernetes cannot run the command of an image without its entrypoint")
                        .help("write the image's command into `command`"),
                );
            }
            // Without an entrypoint the command is the program.
            (args, None)
        }
    }
}

/// The image as the manifests name it.
#[must_use]
pub fn image_of(cx: &Context<'_>, service: &Service) -> String {
    match &service.container.image {
        Some(image) => image.value.clone(),
        None => {
            let name = format!("{}-{}", cx.project.name, service.name).to_ascii_lowercase();
            match &cx.options.registry {
                Some(prefix) => format!("{}/{name}", prefix.trim_end_matches('/')),
                None => name,
            }
        }
    }
}

/// The image that a service builds, if it builds one; tells where the cluster cannot find it.
pub(crate) fn build_of(cx: &Context<'_>, service: &Service, diagnostics: &mut Diagnostics) -> Option<ImageBuild> {
    let build = service.build.as_ref()?;
    let image = image_of(cx, service);
    if service.container.image.is_none() && cx.options.registry.is_none() {
        diagnostics.push(
            Diagnostic::new(
                &workloads::BUILD_APPROXIMATED,
                format!("service {:?}: its image {image:?} has no registry to be pulled from", service.name),
            )
            .at(build.place)
            .help("build it, push it, and say where with `--registry PREFIX`; or load it into the nodes under this name"),
        );
    }
    Some(ImageBuild { service: service.name.clone(), image })
}

/// When the image is pulled, where Kubernetes would do otherwise than Compose.
pub(crate) fn pull(cx: &Context<'_>, service: &Service, diagnostics: &mut Diagnostics) -> Option<Pull> {
    let image = image_of(cx, service);
    // Kubernetes pulls an image without a tag, or with `latest`, at every start.
    let latest = !image.contains('@') && image::tag(&image).is_none_or(|tag| tag == "latest");
    let missing = latest.then_some(Pull::IfNotPresent);
    let Some(policy) = &service.container.pull_policy else { return missing };
    match policy.value.as_str() {
        "always" => Some(Pull::Always),
        "never" => Some(Pull::Never),
        "missing" | "if_not_present" => Some(Pull::IfNotPresent),
        "build" => missing,
        other => {
            diagnostics.push(
                Diagnostic::new(
                    &workloads::PULL_POLICY_APPROXIMATED,
                    format!("service {:?}: its image is pulled at every start, not {other:?}", service.name),
                )
                .at(policy.place)
                .note("Kubernetes pulls always, never, or when the node has no such image"),
            );
            Some(Pull::Always)
        }
    }
}

/// What the container listens on; `mode: host` claims the node's port as well.
fn ports(
    cx: &Context<'_>,
    service: &Service,
    listening: &[Listening],
    pod: &mut PodPorts,
    diagnostics: &mut Diagnostics,
) -> Vec<ContainerPort> {
    let mut on_host: HashMap<(u16, Protocol), (Option<u16>, Option<String>)> = HashMap::default();
    for port in &service.ports {
        let Some(place) = port.host_mode else { continue };
        let number = port.published.as_ref().and_then(|p| p.value.split('-').next()?.parse::<u16>().ok());
        let address = port.host_ip.as_ref().map(|ip| ip.value.trim_matches(['[', ']']).to_owned());
        if number.is_some() {
            diagnostics.push(
                Diagnostic::new(
                    &endpoints::HOST_PORT_APPROXIMATED,
                    format!("service {:?}: port {} takes a port of the node where the pod runs", service.name, port.target.value),
                )
                .at(place)
                .help("leave `mode: host` out unless clients must reach the node itself"),
            );
            on_host.entry((port.target.value, port.protocol)).or_insert((number, address));
        }
    }
    let mut out = Vec::new();
    for port in listening {
        if let Some(other) = pod.taken.get(&(port.port, port.protocol)) {
            // Services that share a network in Compose as well cannot both listen there either.
            if has_name(cx, service) {
                diagnostics.push(
                    Diagnostic::new(
                        &endpoints::POD_PORT_APPROXIMATED,
                        format!("service {:?}: port {} is also one of service {other:?}, in the same pod", service.name, port.port),
                    )
                    .at(service.place)
                    .help("give one of them another port"),
                );
            }
            continue;
        }
        pod.taken.insert((port.port, port.protocol), service.name.clone());
        let (host_port, host_ip) = on_host.remove(&(port.port, port.protocol)).unwrap_or_default();
        let name = port_name(port, &mut pod.names);
        out.push(ContainerPort { name, port: port.port, protocol: port.protocol, host_port, host_ip });
    }
    out
}
