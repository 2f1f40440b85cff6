//! Pods: which services have to run in one pod, and who leads it.

use crate::compose::volumes::MountKind;
use crate::compose::{Project, Service};
use crate::diag::catalog::workloads;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::{Options, SharedVolumes};
use crate::table::{HashMap, HashSet, IndexMap};
use crate::text::Placed;

/// Which services share a pod. Most have one of their own, and nothing is kept of those.
#[derive(Debug, Default)]
pub struct Pods {
    /// The pods of several services: the leading one first, the others in file order.
    shared: Vec<Vec<String>>,
    /// Service to its place in `shared`.
    index: HashMap<String, usize>,
}

impl Pods {
    /// Groups the services of a project: `network_mode`, `ipc` and `pid` of another service, and the sharers of a volume with
    /// `--shared-volumes=colocate`.
    #[must_use]
    pub fn of(project: &Project, options: &Options, diagnostics: &mut Diagnostics) -> Self {
        let containers: HashMap<&str, &str> =
            project.services.values().filter_map(|s| Some((s.container_name.as_ref()?.value.as_str(), s.name.as_str()))).collect();
        let mut sets = Sets::new(project);
        let mut joins: HashMap<&str, &str> = HashMap::default();
        for service in project.services.values() {
            for (attribute, value) in shared_namespaces(service) {
                let host = match target(value) {
                    Some(Target::Service(name)) => project.services.get(name),
                    Some(Target::Container(name)) => containers.get(name).and_then(|s| project.services.get(*s)),
                    None => continue,
                };
                match host {
                    Some(host) if host.name != service.name => {
                        joins.entry(&service.name).or_insert(&host.name);
                        sets.join(&service.name, &host.name);
                        if attribute != "network_mode" && !shares_network(service, host) {
                            diagnostics.push(
                                Diagnostic::new(
                                    &workloads::NAMESPACE_APPROXIMATED,
                                    format!(
                                        "service {:?}: it shares a pod with service {:?}, and so its network as well",
                                        service.name, host.name
                                    ),
                                )
                                .at(value.place)
                                .help("make sure that the two listen on different ports"),
                            );
                        }
                    }
                    Some(_) => {}
                    None => diagnostics.push(
                        Diagnostic::new(
                            &workloads::NAMESPACE_DROPPED,
                            format!("service {:?}: `{attribute}: {}` names a container outside of this project", service.name, value.value),
                        )
                        .at(value.place)
                        .help("bring both containers into one project, or give the service a network of its own"),
                    ),
                }
            }
        }
        if options.shared_volumes == SharedVolumes::Colocate {
            let mut first: HashMap<&str, &str> = HashMap::default();
            for service in project.services.values() {
                for mount in service.container.volumes.iter().filter(|m| m.kind == MountKind::Volume) {
                    let Some(volume) = &mount.source else { continue };
                    let sharer = *first.entry(&volume.value).or_insert(&service.name);
                    sets.join(sharer, &service.name);
                }
            }
        }
        sets.into_pods(project, &joins)
    }

    /// The service that leads the pod of a service: itself where it has a pod of its own.
    #[must_use]
    pub fn leader<'p>(&'p self, service: &'p str) -> &'p str {
        self.together(service).first().map_or(service, String::as_str)
    }

    /// The services that share a pod with a service, and itself; nothing where it has a pod of its own.
    fn together(&self, service: &str) -> &[String] {
        self.index.get(service).and_then(|at| self.shared.get(*at)).map_or(&[], Vec::as_slice)
    }

    /// The pods: the leading service and all services, the leading one first; in file order of the first service of each.
    pub fn iter<'p>(&'p self, project: &'p Project) -> impl Iterator<Item = (&'p str, &'p [String])> {
        let mut seen = HashSet::default();
        project.services.keys().filter_map(move |service| match self.index.get(service) {
            None => Some((service.as_str(), std::slice::from_ref(service))),
            Some(pod) => seen.insert(pod).then(|| (self.leader(service), self.together(service))),
        })
    }

    /// The services of the pod that a service leads: itself first; nothing where it leads none.
    pub fn members<'p>(&'p self, leader: &'p str) -> impl Iterator<Item = &'p str> {
        let shared = self.together(leader);
        let leads = shared.first().is_some_and(|first| first == leader);
        let alone = shared.is_empty().then_some(leader);
        alone.into_iter().chain(shared.iter().filter(move |_| leads).map(String::as_str))
    }

    /// The pods of several services: the leading one first, the others in file order.
    pub fn shared(&self) -> impl Iterator<Item = &[String]> {
        self.shared.iter().map(Vec::as_slice)
    }
}

/// Whose namespace an attribute names.
pub(crate) enum Target<'a> {
    /// `service:NAME`.
    Service(&'a str),
    /// `container:NAME`.
    Container(&'a str),
}

/// The service or container of a `network_mode`, `ipc` or `pid`.
pub(crate) fn target(value: &str) -> Option<Target<'_>> {
    if let Some(name) = value.strip_prefix("service:") {
        return Some(Target::Service(name));
    }
    value.strip_prefix("container:").map(Target::Container)
}

fn shared_namespaces(service: &Service) -> impl Iterator<Item = (&'static str, &Placed<String>)> {
    let c = &service.container;
    [("network_mode", &c.network_mode), ("ipc", &c.ipc), ("pid", &c.pid)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)))
}

/// Is the network of both the same already?
fn shares_network(service: &Service, host: &Service) -> bool {
    let mode = |s: &Service| s.container.network_mode.as_ref().map(|m| m.value.clone());
    match mode(service).as_deref().and_then(target) {
        Some(Target::Service(name)) => name == host.name,
        Some(Target::Container(name)) => host.container_name.as_ref().is_some_and(|n| n.value == name),
        None => mode(service).is_some_and(|m| m == "host") && mode(host).is_some_and(|m| m == "host"),
    }
}

/// Disjoint sets of services, by their position in the file.
struct Sets<'a> {
    index: HashMap<&'a str, usize>,
    parent: Vec<usize>,
}

impl<'a> Sets<'a> {
    fn new(project: &'a Project) -> Self {
        let index = project.services.keys().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
        Self { index, parent: (0..project.services.len()).collect() }
    }

    /// The smallest member of the set of `i`; halves the path on its way.
    fn root(&mut self, mut i: usize) -> usize {
        while let Some(up) = self.parent.get(i).copied().filter(|up| *up != i) {
            let above = self.parent.get(up).copied().unwrap_or(up);
            if let Some(slot) = self.parent.get_mut(i) {
                *slot = above;
            }
            i = above;
        }
        i
    }

    fn join(&mut self, a: &str, b: &str) {
        let (Some(a), Some(b)) = (self.index.get(a).copied(), self.index.get(b).copied()) else { return };
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.parent.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }

    /// The leader of a pod is its first service that joins no other one.
    fn into_pods(mut self, project: &Project, joins: &HashMap<&str, &str>) -> Pods {
        let mut groups: IndexMap<usize, Vec<&str>> = IndexMap::default();
        for (i, name) in project.services.keys().enumerate() {
            let root = self.root(i);
            groups.entry(root).or_default().push(name);
        }
        let mut pods = Pods::default();
        for mut group in groups.into_values().filter(|group| group.len() > 1) {
            let lead = group.iter().position(|name| !joins.contains_key(name)).unwrap_or(0);
            let leader = group.remove(lead);
            group.insert(0, leader);
            pods.index.extend(group.iter().map(|name| ((*name).to_owned(), pods.shared.len())));
            pods.shared.push(group.into_iter().map(str::to_owned).collect());
        }
        pods
    }
}
