//! Traefik's services: which container answers, on which port, how it is spoken to.

use super::container::Container;
use super::tree::{Tree, is_true};
use crate::compose::{Project, Service};
use crate::table::HashMap;
use crate::text::Place;
use crate::vocab::intent::{Backend, Scheme, Sticky, Verify};

/// How services are spoken to in TLS: by the name of a `serversTransport`.
pub(super) type Transports = HashMap<String, Verify>;

/// What a service of Traefik leads to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// Containers.
    Backends(Vec<Backend>),
    /// Other services of Traefik, with their weights.
    Others(Vec<(String, u32)>),
    /// Something that is not in the project, or what is not understood: why.
    Unknown(String),
}

/// A service of a container's labels.
pub(super) fn of_labels(
    container: &Container<'_>,
    tree: Option<&Tree>,
    transports: &Transports,
    insecure: bool,
) -> (Target, Vec<(String, Option<Place>)>) {
    let service = container.service;
    let empty = Tree::default();
    let Some(balancer) = tree.map(|tree| tree.get("loadbalancer").unwrap_or(&empty)) else {
        return (Target::Backends(vec![Backend { port: lowest(service), ..Backend::new(&service.name, None) }]), Vec::new());
    };
    if let Some(url) = balancer.text("server.url") {
        return (Target::Unknown(format!("its server is the address {url}")), Vec::new());
    }
    let port = match balancer.text("server.port") {
        Some(text) => match text.parse() {
            Ok(port) => Some(port),
            Err(_) => return (Target::Unknown(format!("{text:?} is no port")), Vec::new()),
        },
        None => lowest(service),
    };
    let mut backend = Backend { port, ..Backend::new(&service.name, None) };
    if let Some(scheme) = balancer.text("server.scheme") {
        let Some(scheme) = scheme_of(scheme) else { return (Target::Unknown(format!("the scheme {scheme:?} of its server")), Vec::new()) };
        backend.scheme = scheme;
    }
    backend.weight = balancer.text("server.weight").and_then(|weight| weight.parse().ok()).unwrap_or(1);
    common(balancer, &mut backend, transports, insecure);
    (Target::Backends(vec![backend]), unknown(balancer))
}

/// A service of a file.
pub(super) fn of_file(project: &Project, tree: &Tree, transports: &Transports, insecure: bool) -> Target {
    if let Some(weighted) = tree.get("weighted") {
        let parts = weighted.below("services").filter_map(|(_, part)| {
            Some((part.text("name")?.to_owned(), part.text("weight").and_then(|weight| weight.parse().ok()).unwrap_or(1)))
        });
        return Target::Others(parts.collect());
    }
    let Some(balancer) = tree.get("loadbalancer") else {
        return Target::Unknown("it is neither one of servers nor of weights".to_owned());
    };
    let mut backends = Vec::new();
    for (_, server) in balancer.below("servers") {
        let Some(url) = server.text("url") else { continue };
        let Some(mut backend) = of_address(project, url) else { return Target::Unknown(format!("{url} is no service of the project")) };
        common(balancer, &mut backend, transports, insecure);
        backends.push(backend);
    }
    if backends.is_empty() { Target::Unknown("it has no server".to_owned()) } else { Target::Backends(backends) }
}

/// The service behind an address such as `http://web:8080`.
pub(super) fn of_address(project: &Project, address: &str) -> Option<Backend> {
    let (scheme, rest) = address.split_once("://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !path.is_empty() {
        return None;
    }
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, port.parse::<u16>().ok()));
    let service = by_name(project, host)?;
    let scheme = scheme_of(scheme)?;
    let usual = if matches!(scheme, Scheme::Https) { 443 } else { 80 };
    Some(Backend { scheme, ..Backend::new(&service.name, Some(port.unwrap_or(usual))) })
}

/// The service that answers to a name on some network.
pub(super) fn by_name<'a>(project: &'a Project, host: &str) -> Option<&'a Service> {
    project.services.get(host).or_else(|| {
        project.services.values().find(|service| {
            let aliases = service.container.networks.values().flat_map(|attachment| &attachment.aliases);
            service.container_name.as_ref().is_some_and(|name| name.value == host) || aliases.into_iter().any(|alias| alias.value == host)
        })
    })
}

fn scheme_of(word: &str) -> Option<Scheme> {
    match word.to_ascii_lowercase().as_str() {
        "http" => Some(Scheme::Http),
        "https" => Some(Scheme::Https),
        "h2c" => Some(Scheme::H2c),
        _ => None,
    }
}

/// What labels and files say alike.
fn common(balancer: &Tree, backend: &mut Backend, transports: &Transports, insecure: bool) {
    backend.pass_host_header = balancer.text("passhostheader").is_none_or(is_true);
    backend.verify.skip = insecure;
    if let Some(name) = balancer.text("serverstransport") {
        let name = name.split('@').next().unwrap_or(name).to_ascii_lowercase();
        if let Some(verify) = transports.get(&name) {
            backend.verify = verify.clone();
        }
    }
    if let Some(cookie) = balancer.get("sticky.cookie").filter(|tree| tree.is_on()) {
        let flag = |key: &str| cookie.text(key).map(is_true);
        let text = |key: &str| cookie.text(key).map(str::to_owned);
        backend.sticky = Some(Sticky {
            name: text("name"),
            secure: flag("secure"),
            http_only: flag("httponly"),
            same_site: text("samesite"),
            max_age: cookie.text("maxage").and_then(|age| age.parse().ok()),
            path: text("path"),
            domain: text("domain"),
            by_address: false,
        });
    }
}

/// What of a service is not read.
fn unknown(balancer: &Tree) -> Vec<(String, Option<Place>)> {
    let read = ["server.port", "server.scheme", "server.weight", "passhostheader", "serverstransport", "sticky"];
    let known = |path: &str| read.iter().any(|key| path == *key || path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')));
    balancer.leaves().into_iter().filter(|(path, _)| !known(path)).collect()
}

/// The lowest port that a container is known to listen on.
pub(super) fn lowest(service: &Service) -> Option<u16> {
    let exposed = service.expose.iter().filter_map(|port| port.value.split(['-', '/']).next()?.parse().ok());
    exposed.chain(service.ports.iter().map(|port| port.target.value)).min()
}
