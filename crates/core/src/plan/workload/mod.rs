//! Workloads: which controller runs which containers, in which pod.

pub mod container;
pub(in crate::plan) mod controller;
pub mod image;
pub mod model;
pub mod order;
pub(in crate::plan) mod placement;
pub mod pod;
pub mod probe;
pub mod resources;

use crate::compose::Service;
use crate::diag::catalog::{routes, workloads};
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::name::Scope;
use crate::plan::operation;
use crate::plan::operation::scaling;
use crate::plan::security::PodSecurity;
use crate::plan::security::sandbox;
use crate::plan::storage::PodVolume;
use crate::plan::storage::populate::{self, Filled};
use crate::table::{HashMap, IndexMap};
use container::{Decided, PodPorts};
use controller::Kind;
use image::DockerRole;
use order::Waits;

pub use crate::vocab::operation::Concurrency;
pub use model::{Amount, Beside, Controller, Job, NodeRule, Pod, Rollout, Toleration, Workload};

/// Everything that the workloads are put together from.
#[derive(Clone, Copy)]
pub(crate) struct Decisions<'a> {
    /// What other concerns have decided about the services.
    pub(crate) decided: Decided<'a>,
    /// The controller of each pod.
    pub(crate) kinds: &'a IndexMap<&'a str, Kind>,
    /// Who waits for whom.
    pub(crate) waits: &'a Waits,
    /// Labels of each service's pod besides the standard ones.
    pub(crate) labels: &'a HashMap<String, Vec<String>>,
    /// Which label keys the vocabularies of proxies read.
    pub(crate) read_labels: &'a dyn Fn(&str) -> bool,
}

/// Puts the workloads together, in file order.
pub(crate) fn plan(cx: &Context<'_>, decisions: Decisions<'_>, hosts: &mut Hosts, diagnostics: &mut Diagnostics) -> Vec<Workload> {
    let mut out = Vec::with_capacity(cx.project.services.len());
    for (leader, members) in cx.pods.iter(cx.project) {
        let Some(service) = cx.service(leader).filter(|s| s.provider.is_none()) else { continue };
        // What runs at times in such an image is somebody's own command.
        if service.triggers.is_none() {
            report_docker_only(service, diagnostics);
        }
        let pod = sandbox::plan(cx, service, diagnostics);
        let members: Vec<&Service> = members.iter().filter_map(|name| cx.service(name)).filter(|s| s.provider.is_none()).collect();
        let kind = decisions.kinds.get(leader).copied().unwrap_or(Kind::Deployment);
        let workload = assemble(cx, service, &members, pod, decisions, hosts, diagnostics);
        let storage = decisions.decided.storage;
        let mut claims = members.iter().filter_map(|m| storage.services.get(&m.name)).flat_map(|s| &s.claims);
        let scaler = scaling::scaler(cx, service, kind, &workload.containers, diagnostics);
        let budget = scaling::budget(cx, service, kind, diagnostics);
        let workload = Workload { scaler, budget, ..workload };
        let scaled = workload.scaler.is_some();
        let controllers = controller::plan(cx, service, kind, claims.any(|claim| !claim.many), scaled, diagnostics);
        let mut controllers = controllers.into_iter();
        let Some(first) = controllers.next() else { continue };
        let more: Vec<Workload> = controllers
            .enumerate()
            .map(|(i, controller)| {
                let name = cx.names.reserve(Scope::Workload, &format!("{}-{}", workload.name, i + 2));
                Workload { name, controller, ..workload.clone() }
            })
            .collect();
        out.push(Workload { controller: first, ..workload });
        out.extend(more);
    }
    out
}

/// Tells a service that only serves a Docker host.
fn report_docker_only(service: &Service, diagnostics: &mut Diagnostics) {
    let Some(image) = &service.container.image else { return };
    let Some(role) = image::known(&image.value).and_then(|known| known.docker_only) else { return };
    let what = match role {
        DockerRole::Proxy => "a proxy that finds its backends through the Docker engine: the cluster has an ingress controller",
        DockerRole::Certificates => "a fetcher of certificates for such a proxy: the cluster may have cert-manager",
        DockerRole::Updater => "an updater of Docker containers: a cluster rolls out what is applied",
        DockerRole::Watcher => "a watcher of the Docker engine, which a cluster does not have",
    };
    diagnostics.push(
        Diagnostic::new(&routes::PROXY_APPROXIMATED, format!("service {:?}: it is {what}", service.name))
            .at(image.place)
            .help("leave it out of what is translated: a profile that is not active does that"),
    );
}

/// The pod of some services, under a controller that is set later.
fn assemble(
    cx: &Context<'_>,
    leader: &Service,
    members: &[&Service],
    pod: Pod,
    decisions: Decisions<'_>,
    hosts: &mut Hosts,
    diagnostics: &mut Diagnostics,
) -> Workload {
    let decided = decisions.decided;
    let mut ports = PodPorts::default();
    let mut containers = Vec::with_capacity(members.len());
    let mut security = PodSecurity::default();
    let mut volumes: IndexMap<String, PodVolume> = IndexMap::default();
    let mut labels: IndexMap<String, String> = IndexMap::default();
    let mut same_node = Vec::new();
    for service in members {
        let (container, wanted) = container::plan(cx, service, decided, &mut ports, pod.host_network, hosts, diagnostics);
        merge_security(&mut security, wanted);
        containers.push(container);
        let Some(storage) = decided.storage.services.get(&service.name) else { continue };
        for volume in &storage.volumes {
            volumes.entry(volume.name.clone()).or_insert_with(|| volume.clone());
        }
        same_node.extend(storage.same_node.iter().filter(|label| labels.insert(label.0.clone(), label.1.clone()).is_none()).cloned());
    }
    let shared = members.iter().filter_map(|m| decisions.labels.get(&m.name)).flatten();
    labels.extend(shared.map(|label| (label.clone(), "true".to_owned())));
    let mut inits = Vec::new();
    let filled: Vec<Filled<'_>> = containers
        .iter()
        .filter_map(|c| Some((c, decided.storage.services.get(&c.service)?)))
        .map(|(c, storage)| Filled { name: &c.name, image: &c.image, pull: c.pull, storage, security: &c.security })
        .collect();
    let (toolbox, fill) = populate::inits(cx.options, &filled);
    volumes.extend(toolbox.map(|volume| (volume.name.clone(), volume)));
    inits.extend(fill);
    let names: Vec<&str> = containers.iter().map(|c| c.name.as_str()).collect();
    let (waits, awaited_jobs) = order::waits(cx, members, decisions.waits, &names);
    inits.extend(waits);
    for service in members {
        inits.extend(order::pre_start(cx, service, decided, pod.host_network, hosts, diagnostics));
    }
    let (first, containers) = order::inside(members, containers, diagnostics);
    inits.extend(first);
    let marks = operation::workload_marks(cx, &leader.name, diagnostics);
    labels.extend(marks.pod_labels);
    let mut pod_annotations = annotations(members, decisions.read_labels, diagnostics);
    pod_annotations.extend(marks.pod_annotations);
    if let Some(group) = &cx.pod_operation(&leader.name).fs_group {
        security.fs_group = Some(i64::from(group.value));
        security.fs_group_on_mismatch = true;
    }
    Workload {
        name: cx.names.object(&leader.name).to_owned(),
        service: leader.name.clone(),
        controller: Controller::Deployment { replicas: None, rollout: Rollout::default() },
        labels: marks.labels,
        annotations: marks.annotations,
        pod_labels: labels,
        pod_annotations,
        containers,
        inits,
        volumes: volumes.into_values().collect(),
        awaited_jobs,
        same_node,
        security,
        pod,
        scaler: None,
        budget: None,
    }
}

/// Adds what one more container asks of the pod.
fn merge_security(pod: &mut PodSecurity, more: PodSecurity) {
    pod.fs_group = pod.fs_group.or(more.fs_group);
    pod.fs_group_on_mismatch |= more.fs_group_on_mismatch;
    pod.supplemental_groups
        .extend(more.supplemental_groups.iter().filter(|g| !pod.supplemental_groups.contains(g)).copied().collect::<Vec<_>>());
    let fresh: Vec<_> = more.sysctls.into_iter().filter(|(name, _)| !pod.sysctls.iter().any(|(n, _)| n == name)).collect();
    pod.sysctls.extend(fresh);
    pod.seccomp = pod.seccomp.take().or(more.seccomp);
    pod.non_root = pod.non_root.or(more.non_root);
}

/// Labels that no vocabulary reads, and annotations, as annotations of the pod.
fn annotations(members: &[&Service], read: &dyn Fn(&str) -> bool, diagnostics: &mut Diagnostics) -> IndexMap<String, String> {
    let mut out = IndexMap::default();
    for service in members {
        let c = &service.container;
        let deploy = service.deploy.iter().flat_map(|deploy| &deploy.labels);
        for (key, value) in c.labels.iter().chain(deploy).filter(|(key, _)| !read(key)).chain(&c.annotations) {
            if placement::is_label_key(key) {
                out.insert(key.clone(), value.value.clone());
            } else {
                diagnostics.push(
                    Diagnostic::new(
                        &workloads::LABEL_DROPPED,
                        format!("service {:?}: the label {key:?} cannot be an annotation", service.name),
                    )
                    .at(value.place)
                    .help("shorten its name to 63 letters, digits, `-`, `_` and `.`"),
                );
            }
        }
    }
    out
}
