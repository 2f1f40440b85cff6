//! Host names: what a name in a text means, and what stands in its place where it has to change.

use crate::compose::Service;
use crate::diag::catalog::names;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::environment::scan::{Around, arounds, hits};
use crate::plan::name::{Scope, service_label};
use crate::plan::workload::pod::{Target, target};
use crate::table::{HashMap, HashSet, IndexMap};
use crate::text::{Place, Placed};
use std::borrow::Cow;

/// The host names of a project, and where they were rewritten.
#[derive(Debug, Default)]
pub struct Hosts {
    hosts: IndexMap<String, Host>,
    /// Names in lower case, for texts that write them otherwise: DNS does not tell the cases apart.
    folded: HashMap<String, String>,
    /// Service to alias to the service that its `links` give that name.
    links: HashMap<String, IndexMap<String, Placed<String>>>,
    /// The networks of each service.
    networks: HashMap<String, HashSet<String>>,
    /// Is there a name that has to change?
    changes: bool,
    used: HashSet<String>,
    /// Services with an alias.
    aliased: HashSet<String>,
    rewrites: Vec<Rewrite>,
}

/// A name that resolves in Compose.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    /// The services that answer to it, in file order.
    pub(crate) targets: Vec<String>,
    /// What it is called in the cluster.
    pub(crate) now: String,
    /// Why it resolves.
    pub(crate) kind: HostKind,
    /// Where it is given.
    pub(crate) place: Place,
}

/// Why a name resolves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostKind {
    /// It is the service's own name.
    Service,
    /// A network alias or the alias of a link.
    Alias,
    /// `container_name`.
    Container,
}

#[derive(Debug)]
struct Rewrite {
    service: String,
    name: String,
    now: String,
    place: Place,
}

impl Hosts {
    /// The names by which the services of a project reach each other.
    #[must_use]
    pub fn new(cx: &Context<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut hosts = Self { networks: networks(cx), ..Self::default() };
        for (key, service) in &cx.project.services {
            let now = cx.names.object(key).to_owned();
            hosts.hosts.insert(key.clone(), Host { targets: vec![key.clone()], now, kind: HostKind::Service, place: service.place });
        }
        for (key, service) in &cx.project.services {
            hosts.read_links(cx, service);
            for alias in service.container.networks.values().flat_map(|n| &n.aliases) {
                hosts.give(alias, key, HostKind::Alias, diagnostics);
            }
        }
        for (key, service) in &cx.project.services {
            if let Some(name) = &service.container_name
                && !hosts.hosts.contains_key(&name.value)
            {
                hosts.give(name, key, HostKind::Container, diagnostics);
            }
        }
        let aliased = hosts.hosts.values().filter(|host| host.kind == HostKind::Alias).flat_map(|host| host.targets.iter().cloned());
        hosts.aliased = aliased.collect();
        for (name, host) in &mut hosts.hosts {
            if host.kind != HostKind::Service {
                let valid = service_label(name) == name.to_ascii_lowercase();
                host.now = match host.targets.as_slice() {
                    [only] if !valid => cx.names.object(only).to_owned(),
                    _ => cx.names.reserve(Scope::Service, name),
                };
            }
            hosts.changes |= host.now != *name;
        }
        if !cx.options.keep_host_names {
            hosts.changes |=
                hosts.links.values().flatten().any(|(alias, to)| hosts.hosts.get(alias).is_some_and(|h| !h.targets.contains(&to.value)));
        } else {
            hosts.changes = false;
        }
        let folded = hosts.hosts.keys().map(|name| (name.to_ascii_lowercase(), name.clone()));
        hosts.folded = folded.filter(|(lower, name)| lower != name).collect();
        hosts
    }

    /// The aliases that a service's `links` give; also the names of one that no other service has.
    fn read_links(&mut self, cx: &Context<'_>, service: &Service) {
        for link in &service.links {
            let (to, alias) = link.value.split_once(':').unwrap_or((&link.value, &link.value));
            let Some(to) = cx.project.services.get_key_value(to).map(|(key, _)| key.clone()) else { continue };
            if alias == to {
                continue;
            }
            if !self.hosts.contains_key(alias) {
                let host = Host { targets: vec![to.clone()], now: String::new(), kind: HostKind::Alias, place: link.place };
                self.hosts.insert(alias.to_owned(), host);
            }
            self.links.entry(service.name.clone()).or_default().insert(alias.to_owned(), Placed::new(to, link.place));
        }
    }

    /// One more name for a service.
    fn give(&mut self, name: &Placed<String>, service: &str, kind: HostKind, diagnostics: &mut Diagnostics) {
        match self.hosts.get_mut(&name.value) {
            None => {
                let host = Host { targets: vec![service.to_owned()], now: String::new(), kind, place: name.place };
                self.hosts.insert(name.value.clone(), host);
            }
            // Targets come in file order, so the last one tells whether this service is among them.
            Some(host) if host.targets.last().is_some_and(|t| t == service) => {}
            Some(host) if host.kind == HostKind::Service => diagnostics.push(
                Diagnostic::new(
                    &names::ALIAS_DROPPED,
                    format!(
                        "service {service:?}: the alias {:?} is the name of another service, to which it leads in the cluster",
                        name.value
                    ),
                )
                .at(name.place)
                .also(host.place, "the service of that name")
                .help("give the alias another name"),
            ),
            Some(host) => host.targets.push(service.to_owned()),
        }
    }

    /// The names besides those of the services themselves, for which there shall be a Kubernetes Service.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Host> {
        self.hosts
            .iter()
            .filter(|(name, host)| {
                let wanted = host.kind == HostKind::Alias || host.kind == HostKind::Container && self.used.contains(*name);
                let own = match host.targets.as_slice() {
                    [only] => self.hosts.get(only).is_none_or(|target| target.now != host.now),
                    _ => true,
                };
                wanted && own
            })
            .map(|(_, host)| host)
    }

    /// The names that several services answer to, by service: the pods of each bear a label.
    pub(crate) fn shared_aliases(&self) -> HashMap<&str, Vec<&str>> {
        let mut out: HashMap<&str, Vec<&str>> = HashMap::default();
        for host in self.others().filter(|host| host.targets.len() > 1) {
            for target in &host.targets {
                out.entry(target).or_default().push(&host.now);
            }
        }
        out
    }

    /// Does a service answer to another name that somebody gave it on purpose?
    pub(crate) fn has_alias(&self, service: &str) -> bool {
        self.aliased.contains(service)
    }

    /// Aliases that no Kubernetes Service can have, and that no text uses.
    pub(crate) fn report_lost_aliases(&self, diagnostics: &mut Diagnostics) {
        for (name, host) in self.hosts.iter().filter(|(name, host)| host.kind == HostKind::Alias && !self.used.contains(*name)) {
            let [only] = host.targets.as_slice() else { continue };
            if self.hosts.get(only).is_some_and(|target| target.now == host.now) {
                diagnostics.push(
                    Diagnostic::new(&names::ALIAS_DROPPED, format!("service {only:?}: its alias {name:?} does not resolve in the cluster"))
                        .at(host.place)
                        .note("the name of a Kubernetes Service is one label without dots")
                        .help(format!("let its clients use {:?}", host.now)),
                );
            }
        }
    }

    /// Notes that a text uses a name as a host.
    pub(crate) fn mark_used(&mut self, name: &str) {
        self.used.insert(name.to_owned());
    }

    /// What `name` means to `service`: the name as the project writes it, and the services that answer.
    pub(crate) fn resolve<'h>(&'h self, service: &str, name: &str) -> Option<(&'h str, Vec<&'h str>)> {
        if let Some((alias, to)) = self.links.get(service).and_then(|links| links.get_key_value(name)) {
            return Some((alias, vec![&to.value]));
        }
        let (key, host) = self.find(name)?;
        let targets: Vec<&str> = host.targets.iter().map(String::as_str).filter(|target| self.reaches(service, target)).collect();
        (!targets.is_empty()).then_some((key, targets))
    }

    /// Does any service answer to this name?
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// What a name is called in the cluster when `service` uses it.
    fn now(&self, service: &str, name: &str) -> Option<&str> {
        if let Some(to) = self.links.get(service).and_then(|links| links.get(name)) {
            let host = self.hosts.get(name)?;
            // Another service has this name for everybody else.
            return if host.targets.contains(&to.value) { Some(&host.now) } else { Some(&self.hosts.get(&to.value)?.now) };
        }
        let (_, host) = self.find(name)?;
        host.targets.iter().any(|target| self.reaches(service, target)).then_some(host.now.as_str())
    }

    fn find(&self, name: &str) -> Option<(&str, &Host)> {
        let exact = self.hosts.get_key_value(name);
        let folded = || {
            let lower = name.to_ascii_lowercase();
            self.hosts.get_key_value(lower.as_str()).or_else(|| self.hosts.get_key_value(self.folded.get(&lower)?.as_str()))
        };
        exact.or_else(folded).map(|(key, host)| (key.as_str(), host))
    }

    /// Do two services meet on a network?
    fn reaches(&self, from: &str, to: &str) -> bool {
        let (Some(from), Some(to)) = (self.networks.get(from), self.networks.get(to)) else { return false };
        from.iter().any(|network| to.contains(network))
    }

    /// The value of a variable of `service`, with every host that has another name in the cluster rewritten. `place` is the value's.
    pub fn rewrite_value<'t>(&mut self, service: &str, variable: &str, text: &'t str, place: Place) -> Cow<'t, str> {
        self.rewrite(service, text, Around { key: Some(variable), ..Around::default() }, place)
    }

    /// A text that `service` reads (a mounted file, a shell line), with every host that has another name in the cluster rewritten.
    /// `place` is the whole text's, or that of the entry that mounts it.
    pub fn rewrite_text<'t>(&mut self, service: &str, text: &'t str, place: Place) -> Cow<'t, str> {
        self.rewrite(service, text, Around::default(), place)
    }

    /// The arguments of a command of `service`, with every host that has another name in the cluster rewritten.
    pub fn rewrite_words(&mut self, service: &str, words: &[Placed<String>]) -> Vec<String> {
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let around = arounds(&texts);
        words.iter().zip(around).map(|(word, around)| self.rewrite(service, &word.value, around, word.place).into_owned()).collect()
    }

    fn rewrite<'t>(&mut self, service: &str, text: &'t str, around: Around<'_>, place: Place) -> Cow<'t, str> {
        if !self.changes {
            return Cow::Borrowed(text);
        }
        let changed = |name: &str| self.now(service, name).is_some_and(|now| now != name);
        let hits: Vec<_> = hits(text, around, changed).into_iter().filter(|hit| hit.certain).collect();
        if hits.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for hit in hits {
            let Some(now) = self.now(service, hit.name).map(str::to_owned) else { continue };
            out.push_str(text.get(at..hit.range.start).unwrap_or(""));
            out.push_str(&now);
            at = hit.range.end;
            let place = part_of(place, text.len(), hit.range.start, hit.range.end);
            self.rewrites.push(Rewrite { service: service.to_owned(), name: hit.name.to_owned(), now, place });
        }
        out.push_str(text.get(at..).unwrap_or(""));
        Cow::Owned(out)
    }

    /// Tells every rewritten place.
    pub fn report(self, diagnostics: &mut Diagnostics) {
        for rewrite in self.rewrites {
            diagnostics.push(
                Diagnostic::new(
                    &names::HOST_NAME_APPROXIMATED,
                    format!("service {:?}: the host {:?} becomes {:?}", rewrite.service, rewrite.name, rewrite.now),
                )
                .at(rewrite.place),
            );
        }
    }
}

/// The place of a part of a text, where the text stands in its source as it is, plain or between quotes; else the whole.
fn part_of(place: Place, length: usize, start: usize, end: usize) -> Place {
    let (first, last) = (place.start as usize, place.end as usize);
    match (last - first).checked_sub(length) {
        Some(0) => Place::new(place.source, first + start, first + end),
        Some(2) => Place::new(place.source, first + 1 + start, first + 1 + end),
        _ => place,
    }
}

/// The networks on which each service meets others; those of the pod's leader where a service has its network.
fn networks(cx: &Context<'_>) -> HashMap<String, HashSet<String>> {
    let of = |service: &Service| -> HashSet<String> { service.container.networks.keys().cloned().collect() };
    let mut out = HashMap::default();
    for (key, service) in &cx.project.services {
        let mode = service.container.network_mode.as_ref().map(|m| m.value.as_str());
        let joins = mode.and_then(target).is_some_and(|t| matches!(t, Target::Service(_) | Target::Container(_)));
        let owner = if joins { cx.service(cx.pods.leader(key)).unwrap_or(service) } else { service };
        let mut networks = of(owner);
        if mode == Some("bridge") {
            networks.insert("bridge".to_owned());
        }
        out.insert(key.clone(), networks);
    }
    out
}
