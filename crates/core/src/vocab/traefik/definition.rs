//! The one configuration that containers and files make together: services, middlewares, and how services are spoken to.

use super::backend::{self, Target, Transports};
use super::container::Container;
use super::middleware::{self, Parsed};
use super::proxy::Proxy;
use super::tree::{Tree, is_true};
use crate::diag::Diagnostics;
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::vocab::intent::{Backend, Verify};
use crate::vocab::middleware::{Errors, Middleware};
use crate::vocab::{Stack, lost};

/// How deep chains and weights are followed.
const DEPTH: usize = 16;
/// The most middlewares that a router may have.
const MOST: usize = 200;

/// Who defines something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Provider {
    /// Labels.
    Docker,
    /// Files.
    File,
}

/// A name with who defines it.
type Name = (Provider, String);

/// What routers may refer to.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    services: IndexMap<Name, Target>,
    middlewares: IndexMap<Name, Placed<Parsed>>,
}

/// The provider and the name in lower case of a reference such as `auth@file`; `None`: of another provider.
fn reference(text: &str, from: Provider) -> Option<Name> {
    let text = text.trim();
    match text.rsplit_once('@') {
        Some((name, "docker" | "swarm")) => Some((Provider::Docker, name.to_ascii_lowercase())),
        Some((name, "file")) => Some((Provider::File, name.to_ascii_lowercase())),
        Some(_) => None,
        None => Some((from, text.to_ascii_lowercase())),
    }
}

impl Definitions {
    /// Everything that containers and files define.
    pub(super) fn gather(stack: &mut Stack<'_>, proxy: &Proxy<'_>, containers: &[Container<'_>], diagnostics: &mut Diagnostics) -> Self {
        let mut all = Self::default();
        let mut transports = Transports::default();
        for tree in proxy.files.iter().chain(containers.iter().map(|container| &container.tree)) {
            for (name, transport) in tree.below("http.serverstransports") {
                let skip = transport.text("insecureskipverify").is_some_and(is_true);
                transports.insert(name.to_ascii_lowercase(), Verify { skip, server_name: transport.text("servername").map(str::to_owned) });
            }
        }
        for tree in &proxy.files {
            all.add_file(stack, proxy, tree, &transports, diagnostics);
        }
        for container in containers {
            all.add_container(stack, proxy, container, &transports, diagnostics);
        }
        all
    }

    fn add_container(
        &mut self,
        stack: &mut Stack<'_>,
        proxy: &Proxy<'_>,
        container: &Container<'_>,
        transports: &Transports,
        diagnostics: &mut Diagnostics,
    ) {
        let tree = &container.tree;
        let named: Vec<(&str, &Tree)> = tree.below("http.services").collect();
        let services = named.iter().map(|(name, tree)| (*name, Some(*tree)));
        let usual = named.is_empty().then_some((container.name.as_str(), None));
        for (name, tree) in services.chain(usual) {
            let (target, unknown) = backend::of_labels(container, tree, transports, proxy.insecure);
            for (path, place) in unknown {
                let key = format!("traefik.http.services.{name}.loadbalancer.{path}");
                let why = if path.starts_with("healthcheck") {
                    "write it as the `healthcheck` of the service: that becomes a readiness probe, and only ready pods get requests"
                } else {
                    "a way in has no such setting of its backend"
                };
                lost(container.service, &key, place.unwrap_or(container.place), why, diagnostics);
            }
            let known = self.services.entry((Provider::Docker, name.to_ascii_lowercase()));
            match (known, target) {
                // Containers that define one service share its requests.
                (indexmap::map::Entry::Occupied(mut known), Target::Backends(more)) => {
                    if let Target::Backends(backends) = known.get_mut() {
                        backends.extend(more);
                    }
                }
                (entry, target) => drop(entry.or_insert(target)),
            }
        }
        for (name, tree) in tree.below("http.middlewares") {
            self.add_middleware(stack, proxy, (Provider::Docker, name), tree, container.place, diagnostics);
        }
    }

    fn add_file(&mut self, stack: &mut Stack<'_>, proxy: &Proxy<'_>, tree: &Tree, transports: &Transports, diagnostics: &mut Diagnostics) {
        for (name, service) in tree.below("http.services") {
            let target = backend::of_file(stack.project, service, transports, proxy.insecure);
            self.services.insert((Provider::File, name.to_ascii_lowercase()), target);
        }
        let Some(place) = tree.place else { return };
        for (name, tree) in tree.below("http.middlewares") {
            self.add_middleware(stack, proxy, (Provider::File, name), tree, place, diagnostics);
        }
    }

    fn add_middleware(
        &mut self,
        stack: &mut Stack<'_>,
        proxy: &Proxy<'_>,
        (provider, name): (Provider, &str),
        tree: &Tree,
        place: Place,
        diagnostics: &mut Diagnostics,
    ) {
        let place = tree.place.unwrap_or(place);
        let mut file = |path: &str| {
            let file = stack.file(proxy.service?, path)?;
            Some(file.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect())
        };
        let (parsed, unknown) = middleware::read(tree, &mut file);
        if let Some(service) = proxy.service.or_else(|| stack.project.services.values().next()) {
            for (path, at) in unknown {
                let kind = tree.children.keys().next().map_or("", String::as_str);
                let key = format!("traefik.http.middlewares.{name}.{kind}.{path}");
                lost(service, &key, at.unwrap_or(place), "no middleware has this option", diagnostics);
            }
        }
        let key = (provider, name.to_ascii_lowercase());
        let known = self.middlewares.entry(key).or_insert_with(|| Placed::new(parsed.clone(), place));
        if known.value != parsed {
            // Two definitions of one name: Traefik takes neither.
            known.value = Parsed::One(Middleware::Unknown { kind: "two definitions of one name".to_owned() });
        }
    }

    /// The containers behind a name.
    ///
    /// # Errors
    /// Why there are none: a few words.
    pub(super) fn backends(&self, name: &str, from: Provider) -> Result<Vec<Backend>, String> {
        self.backends_at(name, from, DEPTH)
    }

    fn backends_at(&self, name: &str, from: Provider, depth: usize) -> Result<Vec<Backend>, String> {
        let missing = || format!("its service {name:?} is not defined");
        let key = reference(name, from).ok_or_else(missing)?;
        if depth == 0 {
            return Err(format!("its service {name:?} leads to itself"));
        }
        match self.services.get(&key).ok_or_else(missing)? {
            Target::Backends(backends) => Ok(backends.clone()),
            Target::Unknown(why) => Err(format!("of its service {name:?}, {why}")),
            Target::Others(others) => {
                let mut out = Vec::new();
                for (other, weight) in others {
                    let backends = self.backends_at(other, key.0, depth - 1)?;
                    out.extend(backends.into_iter().map(|backend| Backend { weight: backend.weight.saturating_mul(*weight), ..backend }));
                    if out.len() > MOST {
                        return Err(format!("its service {name:?} has too many servers"));
                    }
                }
                Ok(out)
            }
        }
    }

    /// The middlewares behind a name, chains unfolded. What is not defined is one that nobody knows: it closes the way in.
    pub(super) fn middlewares(&self, name: &Placed<String>, from: Provider) -> Vec<Placed<Middleware>> {
        let mut out = Vec::new();
        self.unfold(name, from, DEPTH, &mut out);
        out
    }

    fn unfold(&self, name: &Placed<String>, from: Provider, depth: usize, out: &mut Vec<Placed<Middleware>>) {
        let unknown = |kind: String| Placed::new(Middleware::Unknown { kind }, name.place);
        let found = reference(&name.value, from).and_then(|key| Some((key.0, self.middlewares.get(&key)?)));
        let Some((provider, found)) = found.filter(|_| depth > 0 && out.len() < MOST) else {
            out.push(unknown(format!("{}, which is not defined", name.value)));
            return;
        };
        match &found.value {
            Parsed::One(one) => out.push(Placed::new(one.clone(), found.place)),
            Parsed::Chain(names) => {
                for each in names {
                    self.unfold(&Placed::new(each.clone(), found.place), provider, depth - 1, out);
                }
            }
            Parsed::Errors(status, query, service) => {
                let backend = self.backends(service, provider).ok().and_then(|backends| backends.into_iter().next());
                out.push(match backend {
                    Some(Backend { service, port, .. }) => {
                        let errors = Errors { status: status.clone(), query: query.clone(), service, port };
                        Placed::new(Middleware::Errors(errors), found.place)
                    }
                    None => unknown("errors, whose service is not defined".to_owned()),
                });
            }
        }
    }
}
