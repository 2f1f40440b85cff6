//! Start order: what an init container waits for, and what else runs before a container.

use crate::compose::Service;
use crate::compose::container as attributes;
use crate::compose::order::Condition;
use crate::diag::catalog::{endpoints, order};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::DependsOn;
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::endpoint::model::{Endpoint, EndpointMarks, Exposure, Selector};
use crate::plan::endpoint::reference::References;
use crate::plan::name::{self, Scope};
use crate::plan::security::{self, Security};
use crate::plan::storage::{Mount, Populate, ServiceStorage};
use crate::plan::workload::container::{self, Container, Decided};
use crate::plan::workload::controller::Kind;
use crate::plan::workload::probe::Probe;
use crate::plan::workload::resources;
use crate::table::{HashMap, HashSet, IndexMap};
use crate::vocab::kompose;

/// One init container.
#[derive(Clone, Debug)]
pub enum Init {
    /// Waits until a headless Service that publishes ready pods only resolves.
    WaitReady {
        /// The container's name: `wait-for-<dependency>`.
        name: String,
        /// The name to resolve: `<dependency>-ready`.
        endpoint: String,
        /// The image: a static busybox.
        image: String,
    },
    /// Waits for a Job to complete.
    WaitJob {
        /// The container's name: `wait-for-<dependency>`.
        name: String,
        /// The Compose service that leads the Job's workload.
        job: String,
        /// The image: kubectl.
        image: String,
    },
    /// Puts a static busybox on the volume `volume`, for the containers that fill volumes.
    Toolbox {
        /// The container's name.
        name: String,
        /// The image: a static busybox.
        image: String,
        /// The pod's volume that takes the busybox.
        volume: String,
    },
    /// Fills empty volumes from the image of a service, with the busybox of [`Init::Toolbox`].
    Populate {
        /// The container's name.
        name: String,
        /// The service's image.
        image: String,
        /// `imagePullPolicy` of that image.
        pull: Option<container::Pull>,
        /// The volume that holds the busybox.
        toolbox: String,
        /// The volumes to fill.
        volumes: Vec<Populate>,
        /// How it may run: as root unless Pod Security forbids it.
        security: Security,
    },
    /// A container that runs to its end: `pre_start`.
    Container(Box<Container>),
    /// A container that starts before the others and stays: `depends_on` inside one pod. The probe says when the next may start.
    Sidecar {
        /// The container.
        container: Box<Container>,
        /// What must succeed before the next container starts; `None`: nothing.
        startup: Option<Probe>,
    },
    /// Creates folders on volumes, for `subPath` mounts that must exist with the right owner.
    Folders {
        /// The container's name.
        name: String,
        /// The image: a static busybox.
        image: String,
        /// The volumes, each mounted where it is to be prepared.
        mounts: Vec<Mount>,
        /// How it may run.
        security: Security,
    },
}

/// Who waits for whom, across pods.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    /// Leading service of the awaited pod to the name that resolves when it is ready.
    ready: IndexMap<String, String>,
    /// Service to the leading services whose readiness it awaits.
    healthy: HashMap<String, Vec<String>>,
    /// Service to the Jobs that it awaits.
    jobs: HashMap<String, Vec<String>>,
}

/// Reads every `depends_on`, and tells what it does not become.
pub(crate) fn plan(cx: &Context<'_>, kinds: &IndexMap<&str, Kind>, diagnostics: &mut Diagnostics) -> Waits {
    let mut waits = Waits::default();
    let mut started = Vec::new();
    for (key, service) in &cx.project.services {
        for (name, dependency) in &service.depends_on {
            let Some(target) = cx.service(name).filter(|target| target.provider.is_none()) else { continue };
            let condition = dependency.condition.value;
            if condition == Condition::Started {
                if cx.pods.leader(name) != cx.pods.leader(key) {
                    started.push((key, name, dependency.place));
                }
                continue;
            }
            let (leader, own) = (cx.pods.leader(name), cx.pods.leader(key));
            if cx.options.depends_on == DependsOn::Ignore || leader == own {
                continue;
            }
            if !dependency.required.value {
                diagnostics.push(
                    Diagnostic::new(
                        &order::OPTIONAL_DEPENDENCY_APPROXIMATED,
                        format!("service {key:?}: it does not wait for {name:?}, which it does not require"),
                    )
                    .at(dependency.required.place),
                );
                continue;
            }
            if condition == Condition::Completed {
                if kinds.get(leader) == Some(&Kind::Job) && leader == name {
                    waits.jobs.entry(key.clone()).or_default().push(leader.to_owned());
                } else {
                    diagnostics.push(
                        Diagnostic::new(
                            &order::COMPLETION_WAIT_DROPPED,
                            format!("service {key:?}: it does not wait for the end of {name:?}, which does not end"),
                        )
                        .at(dependency.condition.place)
                        .also(target.place, "the dependency"),
                    );
                }
                continue;
            }
            if target.healthcheck.as_ref().is_none_or(|check| check.disable || check.test.is_none()) {
                diagnostics.push(
                    Diagnostic::new(
                        &order::DEPENDENCY_HEALTH_APPROXIMATED,
                        format!("service {key:?}: it waits until {name:?} runs, not until it is healthy"),
                    )
                    .at(dependency.condition.place)
                    .also(target.place, "without a health check in the files")
                    .help("write the test of its image into `healthcheck`"),
                );
            }
            waits
                .ready
                .entry(leader.to_owned())
                .or_insert_with(|| cx.names.reserve(Scope::Service, &format!("{}-ready", cx.names.object(leader))));
            waits.healthy.entry(key.clone()).or_default().push(leader.to_owned());
        }
    }
    if let Some((service, dependency, place)) = started.first() {
        let more = if started.len() > 1 { format!(", as do {} others", started.len() - 1) } else { String::new() };
        diagnostics.push(
            Diagnostic::new(
                &order::START_ORDER_ASSUMED,
                format!("service {service:?}: it starts at the same time as its dependency {dependency:?}{more}"),
            )
            .at(*place)
            .help("wait for a dependency with `condition: service_healthy`"),
        );
    }
    waits
}

impl Waits {
    /// The names that resolve when a pod is ready.
    pub(crate) fn endpoints(&self, cx: &Context<'_>) -> Vec<Endpoint> {
        let one = |(leader, name): (&String, &String)| Endpoint {
            name: name.clone(),
            selector: Selector::Workload(cx.names.object(leader).to_owned()),
            headless: true,
            ports: Vec::new(),
            publish_not_ready: false,
            exposure: Exposure::Cluster,
            service: Some(leader.clone()),
            marks: EndpointMarks::default(),
        };
        self.ready.iter().map(one).collect()
    }
}

/// The init containers of a pod that wait for others, and the Jobs among those.
pub(crate) fn waits(cx: &Context<'_>, members: &[&Service], waits: &Waits, containers: &[&str]) -> (Vec<Init>, Vec<String>) {
    let mut taken: HashMap<String, usize> = containers.iter().map(|name| ((*name).to_owned(), 1)).collect();
    let mut seen = HashSet::default();
    let mut inits = Vec::new();
    let mut jobs = Vec::new();
    let mut wait_name = |leader: &str| name::unique(&mut taken, name::label(&format!("wait-for-{}", cx.names.container(leader))), 63);
    for member in members {
        for leader in waits.healthy.get(&member.name).into_iter().flatten() {
            let Some(endpoint) = waits.ready.get(leader).filter(|_| seen.insert(leader)) else { continue };
            inits.push(Init::WaitReady { name: wait_name(leader), endpoint: endpoint.clone(), image: cx.options.wait_image.clone() });
        }
        for leader in waits.jobs.get(&member.name).into_iter().flatten() {
            if seen.insert(leader) {
                inits.push(Init::WaitJob { name: wait_name(leader), job: leader.clone(), image: cx.options.job_wait_image.clone() });
                jobs.push(leader.clone());
            }
        }
    }
    (inits, jobs)
}

/// Order inside one pod: what must have ended runs as an init container, what must be healthy as a sidecar. Gives those, in order, and
/// the containers that are left.
pub(crate) fn inside(members: &[&Service], containers: Vec<Container>, diagnostics: &mut Diagnostics) -> (Vec<Init>, Vec<Container>) {
    let inside: HashSet<&str> = members.iter().map(|m| m.name.as_str()).collect();
    let mut first: HashMap<&str, Condition> = HashMap::default();
    for (member, (name, dependency)) in members.iter().flat_map(|m| m.depends_on.iter().map(move |d| (m, d))) {
        if dependency.condition.value == Condition::Started || !inside.contains(name.as_str()) {
            continue;
        }
        let condition = first.entry(name).or_insert(dependency.condition.value);
        if dependency.condition.value == Condition::Healthy {
            *condition = Condition::Healthy;
            diagnostics.push(
                Diagnostic::new(
                    &order::SIDECAR_ASSUMED,
                    format!("service {name:?}: it is a sidecar of service {:?}, which waits for it", member.name),
                )
                .at(dependency.condition.place),
            );
        }
    }
    if first.is_empty() {
        return (Vec::new(), containers);
    }
    // Kahn's order over the members that others of the pod wait for.
    let mut rank: HashMap<&str, usize> = HashMap::default();
    let mut open: HashMap<&str, usize> = HashMap::default();
    let mut waiting: HashMap<&str, Vec<&str>> = HashMap::default();
    for member in members {
        let needs: Vec<&str> = member.depends_on.keys().map(String::as_str).filter(|name| inside.contains(name)).collect();
        open.insert(&member.name, needs.len());
        for need in needs {
            waiting.entry(need).or_default().push(&member.name);
        }
    }
    let mut queue: Vec<&str> = members.iter().map(|m| m.name.as_str()).filter(|name| open.get(name) == Some(&0)).rev().collect();
    while let Some(name) = queue.pop() {
        rank.insert(name, rank.len());
        for next in waiting.get(name).into_iter().flatten() {
            if let Some(count) = open.get_mut(next) {
                *count -= 1;
                if *count == 0 {
                    queue.push(next);
                }
            }
        }
    }
    let (mut early, rest): (Vec<Container>, Vec<Container>) = containers.into_iter().partition(|c| first.contains_key(c.service.as_str()));
    early.sort_by_key(|c| rank.get(c.service.as_str()).copied().unwrap_or(usize::MAX));
    let inits = early.into_iter().map(|mut container| match first.get(container.service.as_str()) {
        Some(Condition::Completed) => {
            (container.readiness, container.liveness, container.startup) = (None, None, None);
            (container.post_start, container.pre_stop) = (None, None);
            Init::Container(Box::new(container))
        }
        _ => {
            // The check must succeed once before the next container starts, and it may take as long as it wants.
            let startup =
                container.startup.clone().or_else(|| container.readiness.clone().map(|probe| Probe { failures: i32::MAX, ..probe }));
            Init::Sidecar { container: Box::new(container), startup }
        }
    });
    (inits.collect(), rest)
}

/// The init containers of a service's `pre_start` hooks.
pub(crate) fn pre_start(
    cx: &Context<'_>,
    service: &Service,
    decided: Decided<'_>,
    host_network: bool,
    hosts: &mut Hosts,
    diagnostics: &mut Diagnostics,
) -> Vec<Init> {
    if service.pre_start.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(service.pre_start.len());
    // The service with the container of one hook after the other, and without the hooks themselves.
    let mut merged = Service { pre_start: Vec::new(), ..service.clone() };
    for (i, hook) in service.pre_start.iter().enumerate() {
        if !hook.per_replica.as_ref().is_some_and(|each| each.value) {
            diagnostics.push(
                Diagnostic::new(
                    &order::PRE_START_APPROXIMATED,
                    format!("service {:?}: its pre_start hook runs before each of its pods starts", service.name),
                )
                .at(hook.place)
                .help("make it safe to run again"),
            );
        }
        // Loading has completed the hook with what the service says; kernel parameters are the pod's, whose service sets them.
        merged.container = attributes::Container { sysctls: IndexMap::default(), ..hook.container.clone() };
        let (env, env_from) = decided.environment.services.get(&service.name).and_then(|e| e.pre_start.get(i)).cloned().unwrap_or_default();
        let mounts = decided.storage.services.get(&service.name).and_then(|s| s.pre_start.get(i)).cloned().unwrap_or_default();
        let (command, args) = container::command(&merged, hosts, diagnostics);
        let (security, _) = security::plan(cx, &merged, &ServiceStorage::default(), &[], host_network, diagnostics);
        let suffix = if i == 0 { String::new() } else { format!("-{}", i + 1) };
        out.push(Init::Container(Box::new(Container {
            service: service.name.clone(),
            name: match kompose::init_name(service).filter(|_| i + 1 == service.pre_start.len()) {
                Some(asked) => cx.names.reserve(Scope::Container, asked),
                None => name::label(&format!("{}-pre-start{suffix}", cx.names.container(&service.name))),
            },
            image: container::image_of(cx, &merged),
            pull: container::pull(cx, &merged, diagnostics),
            command,
            args,
            working_dir: merged.container.working_dir.as_ref().map(|dir| dir.value.clone()),
            env,
            env_from,
            ports: Vec::new(),
            mounts,
            readiness: None,
            liveness: None,
            startup: None,
            post_start: None,
            pre_stop: None,
            resources: resources::plan(&merged, diagnostics),
            security,
            stdin: false,
            tty: false,
        })));
    }
    out
}

/// Services that must be reached before they are ready: they use each other's names in a circle, or their own, and each has a health
/// check. A service that waits for another's health does not count among those that the other needs.
pub(crate) fn unready(cx: &Context<'_>, references: &References, diagnostics: &mut Diagnostics) -> HashSet<String> {
    let checked =
        |name: &str| cx.service(name).and_then(|s| s.healthcheck.as_ref()).is_some_and(|check| !check.disable && check.test.is_some());
    let awaits = |who: &str, whom: &str| {
        cx.service(who).and_then(|s| s.depends_on.get(whom)).is_some_and(|d| d.condition.value == Condition::Healthy)
    };
    let mut edges: IndexMap<&str, Vec<&str>> = IndexMap::default();
    let mut incoming: HashMap<&str, Vec<&str>> = HashMap::default();
    for (from, targets) in references.edges.iter().filter(|(from, _)| checked(from)) {
        for to in targets.iter().filter(|to| checked(to) && !awaits(to, from)) {
            edges.entry(from).or_default().push(to);
            incoming.entry(to).or_default().push(from);
        }
    }
    // What nobody uses, or uses nobody, is in no circle: take such services away until none is left.
    let mut out_count: HashMap<&str, usize> = edges.iter().map(|(from, to)| (*from, to.len())).collect();
    let mut in_count: HashMap<&str, usize> = incoming.iter().map(|(to, from)| (*to, from.len())).collect();
    let all: Vec<&str> =
        cx.project.services.keys().map(String::as_str).filter(|name| edges.contains_key(name) || incoming.contains_key(name)).collect();
    let mut gone: HashSet<&str> = HashSet::default();
    let lonely = |name: &str, out: &HashMap<&str, usize>, into: &HashMap<&str, usize>| {
        out.get(name).copied().unwrap_or(0) == 0 || into.get(name).copied().unwrap_or(0) == 0
    };
    let mut queue: Vec<&str> = all.iter().copied().filter(|name| lonely(name, &out_count, &in_count)).collect();
    while let Some(name) = queue.pop() {
        if !gone.insert(name) {
            continue;
        }
        for to in edges.get(name).into_iter().flatten() {
            if let Some(count) = in_count.get_mut(to) {
                *count = count.saturating_sub(1);
            }
            queue.extend(Some(*to).filter(|to| lonely(to, &out_count, &in_count)));
        }
        for from in incoming.get(name).into_iter().flatten() {
            if let Some(count) = out_count.get_mut(from) {
                *count = count.saturating_sub(1);
            }
            queue.extend(Some(*from).filter(|from| lonely(from, &out_count, &in_count)));
        }
    }
    let circle: Vec<&str> = all.into_iter().filter(|name| !gone.contains(name)).collect();
    for name in &circle {
        let Some(service) = cx.service(name) else { continue };
        diagnostics.push(
            Diagnostic::new(
                &endpoints::UNREADY_ASSUMED,
                format!("service {name:?}: its name leads to it before it is healthy, as in Compose"),
            )
            .at(service.place)
            .note("services that use each other's names, or their own, could not become healthy otherwise"),
        );
    }
    circle.into_iter().map(str::to_owned).collect()
}
