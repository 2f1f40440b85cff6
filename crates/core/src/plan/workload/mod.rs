//! Workloads: which controller runs which containers, in which pod.

pub mod container;
pub(in crate::plan) mod controller;
pub mod image;
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
use crate::plan::operation::scaling::{self, Budget, Scaler};
use crate::plan::security::PodSecurity;
use crate::plan::security::sandbox;
use crate::plan::storage::PodVolume;
use crate::plan::storage::populate::{self, Filled};
use crate::table::{HashMap, IndexMap};
use container::{Container, Decided, PodPorts};
use controller::Kind;
use image::DockerRole;
use order::{Init, Waits};

pub use crate::vocab::operation::Concurrency;

/// One pod template and the controller that runs it.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The object's name. A Job's name gets a suffix of its template's hash when it is lowered.
    pub name: String,
    /// The Compose service that leads the pod: pod-level attributes come from it.
    pub service: String,
    /// Who runs it.
    pub controller: Controller,
    /// Labels of the controller besides the standard ones.
    pub labels: IndexMap<String, String>,
    /// Annotations of the controller.
    pub annotations: IndexMap<String, String>,
    /// Labels of the pod besides the standard ones: shared aliases, claims, networks.
    pub pod_labels: IndexMap<String, String>,
    /// Annotations of the pod template: labels and annotations of the Compose service.
    pub pod_annotations: IndexMap<String, String>,
    /// Containers; the leading service's first.
    pub containers: Vec<Container>,
    /// Init containers, in order.
    pub inits: Vec<Init>,
    /// What the pod's containers mount. Names are unique.
    pub volumes: Vec<PodVolume>,
    /// Jobs that an init container waits for: the leading Compose services of those workloads. Not empty: the workload needs an account
    /// that may watch exactly these Jobs.
    pub awaited_jobs: Vec<String>,
    /// Label keys whose bearers must share a node with this pod (`claim.transship.dev/…` labels of shared ReadWriteOnce claims).
    pub same_node: Vec<(String, String)>,
    /// Pod-level security.
    pub security: PodSecurity,
    /// Pod-level settings.
    pub pod: Pod,
    /// Adds and removes pods by their load.
    pub scaler: Option<Scaler>,
    /// How many pods may be missing while nodes are emptied.
    pub budget: Option<Budget>,
}

/// Pod-level settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pod {
    /// `hostNetwork`, with `ClusterFirstWithHostNet`.
    pub host_network: bool,
    /// `hostPID`.
    pub host_pid: bool,
    /// `hostIPC`.
    pub host_ipc: bool,
    /// `hostUsers: true` was asked for by `userns_mode: host`.
    pub host_users: Option<bool>,
    /// `shareProcessNamespace`: several services share `pid`.
    pub share_process_namespace: bool,
    /// `hostname`, a DNS label.
    pub hostname: Option<String>,
    /// `subdomain`: from `domainname`, when a headless Service of that name exists.
    pub subdomain: Option<String>,
    /// Address and host names: `extra_hosts`.
    pub host_aliases: Vec<(String, Vec<String>)>,
    /// `dns`.
    pub dns_servers: Vec<String>,
    /// `dns_search`.
    pub dns_searches: Vec<String>,
    /// `dns_opt`: name and value.
    pub dns_options: Vec<(String, Option<String>)>,
    /// `terminationGracePeriodSeconds`.
    pub grace_seconds: Option<i64>,
    /// `runtimeClassName`.
    pub runtime_class: Option<String>,
    /// `nodeSelector`.
    pub node_selector: IndexMap<String, String>,
    /// Required node affinity: label, operator, values.
    pub node_affinity: Vec<NodeRule>,
    /// Node labels over whose values the pods are spread.
    pub spread: Vec<String>,
    /// How many pods of this workload one node may hold at most (only 1 can be said: pod anti-affinity).
    pub one_per_node: bool,
    /// Names of pull secrets.
    pub image_pull_secrets: Vec<String>,
    /// `serviceAccountName`: an account that exists already.
    pub service_account: Option<String>,
    /// `priorityClassName`.
    pub priority_class: Option<String>,
    /// `tolerations`.
    pub tolerations: Vec<Toleration>,
    /// Workloads whose pods must share a node with this one, or must not.
    pub beside: Vec<Beside>,
}

/// A taint of nodes that a pod puts up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toleration {
    /// The taint's key; `None`: any.
    pub key: Option<String>,
    /// Its value; `None`: any.
    pub value: Option<String>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`; `None`: any.
    pub effect: Option<String>,
}

/// A rule about another workload's pods on the same node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The other workload.
    pub workload: String,
    /// Must they be on other nodes?
    pub apart: bool,
}

/// One requirement on a node's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRule {
    /// The node's label.
    pub label: String,
    /// `true`: the value must be among `values`; `false`: it must not.
    pub among: bool,
    /// The values.
    pub values: Vec<String>,
}

/// Who runs the pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Controller {
    /// A Deployment.
    Deployment {
        /// How many pods.
        replicas: Option<i32>,
        /// How a new template is rolled out.
        rollout: Rollout,
    },
    /// A StatefulSet; its governing Service has the workload's name.
    StatefulSet {
        /// How many pods.
        replicas: Option<i32>,
    },
    /// A DaemonSet.
    DaemonSet {
        /// How a new template is rolled out.
        rollout: Rollout,
    },
    /// A Job.
    Job(Job),
    /// A CronJob.
    CronJob {
        /// The crontab expression.
        schedule: String,
        /// IANA name of the time zone.
        time_zone: Option<String>,
        /// `suspend: true`: it only runs when somebody starts it.
        suspend: bool,
        /// What becomes of a run that falls due while the last one still runs.
        concurrency: Concurrency,
        /// `startingDeadlineSeconds`, to skip missed runs.
        starting_deadline_seconds: Option<i64>,
        /// The Job it starts.
        job: Job,
    },
}

/// What a Job does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// `backoffLimit`; `None` leaves Kubernetes' default.
    pub backoff_limit: Option<i32>,
    /// Restart the container in its pod (`OnFailure`) instead of making new pods (`Never`).
    pub restart_on_failure: bool,
    /// `completions` and `parallelism`; `None` is one.
    pub completions: Option<i32>,
}

/// How a new pod template is rolled out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rollout {
    /// Stop the old pods first: a claim can only be mounted once.
    pub recreate: bool,
    /// Pods that may be added over the wanted number.
    pub max_surge: Option<Amount>,
    /// Pods that may be missing.
    pub max_unavailable: Option<Amount>,
    /// How long a pod must be ready before it counts, in seconds.
    pub min_ready_seconds: Option<i32>,
}

/// A number of pods or a share of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// That many.
    Count(i32),
    /// That many of a hundred.
    Percent(i32),
}

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
