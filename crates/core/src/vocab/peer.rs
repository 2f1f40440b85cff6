//! Who answers to a host name inside the stack: services by their names, aliases, links and container names.

use crate::compose::{Project, Service};
use crate::table::HashMap;

/// The names that services answer to.
pub(super) struct Peers<'a> {
    project: &'a Project,
    names: HashMap<String, &'a str>,
}

impl<'a> Peers<'a> {
    /// The names of a project. A service's own name goes before any other.
    pub(super) fn of(project: &'a Project) -> Self {
        let mut names = HashMap::default();
        for service in project.services.values() {
            let name = service.name.as_str();
            let aliases = service.container.networks.values().flat_map(|network| &network.aliases).map(|alias| alias.value.clone());
            let own = service.container_name.iter().map(|own| own.value.clone());
            for other in aliases.chain(own) {
                names.entry(other.to_ascii_lowercase()).or_insert(name);
            }
        }
        Self { project, names }
    }

    /// The service that answers to a name as `from` sees it.
    pub(super) fn find(&self, from: &Service, host: &str) -> Option<&'a Service> {
        let linked = from.links.iter().find_map(|link| {
            let (service, alias) = link.value.split_once(':')?;
            (alias == host).then_some(service)
        });
        let named = linked.or_else(|| self.project.services.contains_key(host).then_some(host));
        let other = || self.names.get(&host.to_ascii_lowercase()).copied().or_else(|| self.container(host));
        self.project.services.get(named.or_else(other)?)
    }

    /// The service whose first container Docker Compose calls so.
    fn container(&self, name: &str) -> Option<&'a str> {
        ['-', '_'].into_iter().find_map(|dash| {
            let service = name.strip_prefix(&self.project.name)?.strip_prefix(dash)?.strip_suffix('1')?.strip_suffix(dash)?;
            self.project.services.get_key_value(service).map(|(name, _)| name.as_str())
        })
    }
}
