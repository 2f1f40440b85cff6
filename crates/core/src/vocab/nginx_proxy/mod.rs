//! `VIRTUAL_HOST` and its kin, which nginx-proxy and acme-companion read from a container's environment.

mod proxy;
mod site;

#[cfg(test)]
mod tests;

use super::environment::variable;
use super::nginx::{CONTROLLER, Findings};
use super::{Stack, Ways, closed};
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::text::{Place, Placed};
use crate::yaml::Node;
use proxy::Proxy;
use site::{Site, Writer};

/// Reads the variables of all services.
pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let project = stack.project;
    let proxy = Proxy::of(project);
    let mut sites = Vec::new();
    for service in project.services.values().filter(|service| !proxy.services.iter().any(|other| std::ptr::eq(*other, *service))) {
        sites.extend(of(stack, service, diagnostics));
    }
    let mut ways = Ways::default();
    if sites.is_empty() {
        return ways;
    }
    let mut findings = Findings::default();
    let complete = Writer { proxy: &proxy, stack, findings: &mut findings }.write(&sites, diagnostics);
    findings.lost.extend(proxy.services.iter().copied().chain(sites.iter().map(|site| site.service)).flat_map(without_effect));
    if let Some(side) = proxy.main.or_else(|| sites.first().map(|site| site.service)) {
        findings.tell(side, diagnostics);
    }
    if complete && !findings.intents.is_empty() {
        let gone = |service: &&Service, by: &str| (service.name.clone(), by.to_owned());
        ways.replaced.extend(proxy.services.iter().map(|service| gone(service, CONTROLLER)));
        ways.replaced.extend(proxy.companions.iter().map(|service| gone(service, "cert-manager")));
    }
    ways.intents = findings.intents;
    ways
}

/// The variables of the proxy or of a service behind it that a controller does not take from them. A way that nobody has is answered
/// with 404 by controllers, too.
fn without_effect(service: &Service) -> impl Iterator<Item = Placed<String>> {
    let set = |name: &'static str| variable(service, name).map(|value| (name, value));
    let lost = [set("SSL_POLICY"), set("DEFAULT_ROOT").filter(|(_, answer)| answer.value.trim() != "404")];
    lost.into_iter().flatten().map(|(name, value)| Placed::new(name.to_owned(), value.place))
}

/// The hosts and paths of a service.
fn of<'a>(stack: &mut Stack<'a>, service: &'a Service, diagnostics: &mut Diagnostics) -> Vec<Site<'a>> {
    let setting = |name: &str| variable(service, name);
    if let Some(map) = setting("VIRTUAL_HOST_MULTIPORTS") {
        let id = stack.sources.add(format!("VIRTUAL_HOST_MULTIPORTS of {}", service.name), map.value.as_str());
        let read = crate::yaml::parse(id, &map.value, &mut Diagnostics::default());
        let Some(node) = read.and_then(|documents| documents.into_iter().next()) else {
            closed(service, "VIRTUAL_HOST_MULTIPORTS", map.place, "it is no YAML", diagnostics);
            return Vec::new();
        };
        return multiports(service, &node, map.place);
    }
    let Some(hosts) = setting("VIRTUAL_HOST").filter(|hosts| hosts.value.contains('.')) else { return Vec::new() };
    let text = |name: &str| setting(name).map(|value| value.value.trim().to_owned());
    let port = setting("VIRTUAL_PORT").and_then(|port| port.value.trim().parse().ok());
    let path = text("VIRTUAL_PATH").unwrap_or_else(|| "/".to_owned());
    let proto = text("VIRTUAL_PROTO");
    let dest = text("VIRTUAL_DEST");
    let each = list(hosts).map(|host| Site {
        service,
        host,
        path: path.clone(),
        port,
        proto: proto.clone(),
        dest: dest.clone(),
        place: hosts.place,
        key: "VIRTUAL_HOST",
    });
    each.collect()
}

/// `{host: {path: {port, proto, dest}}}`
fn multiports<'a>(service: &'a Service, node: &Node, place: Place) -> Vec<Site<'a>> {
    let mut out = Vec::new();
    for (host, paths) in node.as_map().into_iter().flatten() {
        let plain = |path: &str, node: Option<&Node>| {
            let text = |key: &str| {
                let value = node?.get(key)?;
                value.as_str().map(str::to_owned).or(match value.value {
                    crate::yaml::Value::Int(number) => Some(number.to_string()),
                    _ => None,
                })
            };
            let port = text("port").and_then(|port| port.parse().ok());
            let (proto, dest) = (text("proto"), text("dest"));
            Site {
                service,
                host: host.trim().to_ascii_lowercase(),
                path: path.to_owned(),
                port,
                proto,
                dest,
                place,
                key: "VIRTUAL_HOST_MULTIPORTS",
            }
        };
        match paths.value.as_map().filter(|paths| !paths.is_empty()) {
            None => out.push(plain("/", None)),
            Some(paths) => out.extend(paths.iter().map(|(path, entry)| plain(path, Some(&entry.value)))),
        }
    }
    out
}

/// The hosts of a list. Any program may have a variable of this name; nginx-proxy's has domains.
fn list(hosts: &Placed<String>) -> impl Iterator<Item = String> {
    let each = hosts.value.split(',').map(str::trim).filter(|host| host.contains('.') || host.starts_with('~'));
    each.map(|host| if host.starts_with('~') { host.to_owned() } else { host.to_ascii_lowercase() }).collect::<Vec<_>>().into_iter()
}
