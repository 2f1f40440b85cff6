//! `caddy*` labels of caddy-docker-proxy: sites, and what they proxy to.

use super::intent::{Action, Backend, Intent, Listen, Matcher, Priority, Tls};
use super::{Stack, Ways, closed, labels, lost};
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::text::{Place, Placed};
use indexmap::IndexMap;

pub(super) fn reads(key: &str) -> bool {
    site_of(key).is_some() || key == "caddy_ingress_network"
}

/// The site that a label belongs to (`caddy`, `caddy_1`, …), and the directive behind it.
fn site_of(key: &str) -> Option<(&str, &str)> {
    let (site, directive) = key.split_once('.').unwrap_or((key, ""));
    let number = site.strip_prefix("caddy")?;
    let holds = number.is_empty() || number.strip_prefix('_').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    holds.then_some((site, directive))
}

/// A site block.
#[derive(Default)]
struct Site<'a> {
    hosts: Option<&'a Placed<String>>,
    proxies: Vec<&'a Placed<String>>,
    place: Option<Place>,
    /// A directive that guards the site or changes its requests.
    guard: Option<(&'a str, Place)>,
}

/// Directives without which requests still reach what they should, and nothing more.
const HARMLESS: &[&str] = &["tls", "encode", "header", "log", "request_body"];

pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    Ways { intents: stack.project.services.values().flat_map(|service| of(service, diagnostics)).collect(), ..Ways::default() }
}

fn of(service: &Service, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let mut sites: IndexMap<&str, Site<'_>> = IndexMap::new();
    for (key, value) in labels(service) {
        let Some((site, directive)) = site_of(key) else { continue };
        let site = sites.entry(site).or_default();
        site.place.get_or_insert(value.place);
        match directive {
            "" => site.hosts = Some(value),
            "reverse_proxy" => site.proxies.push(value),
            _ if is_numbered(directive, "reverse_proxy") => site.proxies.push(value),
            _ if HARMLESS.iter().any(|name| directive.split('.').next() == Some(name)) => {
                lost(service, key, value.place, "only `reverse_proxy` is carried over", diagnostics);
            }
            _ => drop(site.guard.get_or_insert((key, value.place))),
        }
    }
    let mut out = Vec::new();
    for site in sites.values() {
        let Some(hosts) = site.hosts else { continue };
        if let Some((key, place)) = site.guard {
            closed(service, &hosts.value, place, &format!("`{key}` may guard it or change what comes in"), diagnostics);
            continue;
        }
        for address in hosts.value.split([',', ' ']).map(str::trim).filter(|address| !address.is_empty()) {
            let plain = address.strip_prefix("http://");
            let host = plain.or_else(|| address.strip_prefix("https://")).unwrap_or(address).trim_end_matches('/');
            if host.starts_with(['(', ':']) || host.contains(['/', ':', '{']) {
                lost(service, "caddy", hosts.place, "a route has a host name", diagnostics);
                continue;
            }
            for proxy in &site.proxies {
                match target(&proxy.value) {
                    Some((path, port)) => {
                        out.push(Intent {
                            name: service.name.clone(),
                            key: "caddy".to_owned(),
                            place: Some(hosts.place),
                            owner: service.name.clone(),
                            matcher: Matcher::site(Some(host), &path, false),
                            action: Action::Forward(vec![Backend::new(&service.name, port)]),
                            listen: if plain.is_some() { Listen::PLAIN } else { Listen::BOTH },
                            tls: plain.is_none().then(Tls::default),
                            middlewares: Vec::new(),
                            priority: Priority::Narrowest,
                        });
                    }
                    None => lost(service, "caddy.reverse_proxy", proxy.place, "it does not name this service alone", diagnostics),
                }
            }
        }
    }
    out
}

/// `reverse_proxy_1`, `0_reverse_proxy`: the same directive again, or in an order of its own.
fn is_numbered(directive: &str, name: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let behind = directive.strip_prefix(name).and_then(|rest| rest.strip_prefix('_')).is_some_and(digits);
    let before = directive.strip_suffix(name).and_then(|rest| rest.strip_suffix('_')).is_some_and(digits);
    behind || before
}

/// The path and port of `[/PATH/*] {{upstreams [http] [PORT]}}`.
fn target(text: &str) -> Option<(String, Option<u16>)> {
    let (before, rest) = text.split_once("{{")?;
    let (call, after) = rest.split_once("}}")?;
    let mut words = call.split_whitespace();
    if words.next() != Some("upstreams") || !after.trim().is_empty() {
        return None;
    }
    let port = words.filter(|word| *word != "http").map(|word| word.parse().ok()).next().unwrap_or(Some(0))?;
    let path = match before.trim() {
        "" | "*" => "/",
        path => path.strip_suffix('*').unwrap_or(path).trim_end_matches('/'),
    };
    let path = if path.is_empty() { "/" } else { path };
    path.starts_with('/').then(|| (path.to_owned(), Some(port).filter(|port| *port > 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_paths_and_ports() {
        assert_eq!(target("{{upstreams}}"), Some(("/".to_owned(), None)));
        assert_eq!(target("{{upstreams 8080}}"), Some(("/".to_owned(), Some(8080))));
        assert_eq!(target("/api/* {{ upstreams http 80 }}"), Some(("/api".to_owned(), Some(80))));
        assert_eq!(target("http://elsewhere:80"), None);
        assert_eq!(target("{{upstreams https 8443}}"), None);
        assert_eq!(target("@matcher {{upstreams}}"), None);
    }

    #[test]
    fn sites_are_told_by_their_number() {
        assert_eq!(site_of("caddy_1.reverse_proxy"), Some(("caddy_1", "reverse_proxy")));
        assert_eq!(site_of("caddy"), Some(("caddy", "")));
        assert_eq!(site_of("caddyfile"), None);
        assert!(is_numbered("reverse_proxy_2", "reverse_proxy") && is_numbered("0_reverse_proxy", "reverse_proxy"));
    }
}
