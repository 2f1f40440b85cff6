//! `traefik.*` labels: routers with hosts and paths, the ports of services, TLS.
//!
//! Middlewares are not carried over. A router whose middlewares only polish what goes through is a route without them; one that they
//! guard or whose requests they change is none, and neither is any other of the same host, which might let in what the guard kept out.

use super::intent::{Action, Backend, Intent, Listen, Matcher, Priority, Tls};
use super::{Stack, Ways, closed, labels, lost, rule};
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::text::{Place, Placed};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// Middlewares without which requests still reach what they should, and nothing more.
const HARMLESS: &[&str] =
    &["redirectscheme", "redirectregex", "compress", "headers", "retry", "circuitbreaker", "buffering", "contenttype"];

pub(super) fn reads(key: &str) -> bool {
    key == "traefik" || key.starts_with("traefik.")
}

/// A router of the labels.
struct Router<'a> {
    owner: &'a Service,
    key: String,
    rule: Option<&'a Placed<String>>,
    service: Option<&'a str>,
    tls: bool,
    /// The names of its middlewares, with the label that gives them.
    middlewares: Option<&'a Placed<String>>,
    place: Place,
}

/// What the labels of a project say.
#[derive(Default)]
struct Labels<'a> {
    routers: IndexMap<(&'a str, String), Router<'a>>,
    /// The services of each container, with their ports.
    ports: HashMap<(&'a str, String), Option<u16>>,
    /// The first service of each container.
    first: HashMap<&'a str, String>,
    /// The type of each middleware, whichever container defines it.
    middlewares: HashMap<String, String>,
}

pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let project = stack.project;
    let mut all = Labels::default();
    for service in project.services.values() {
        let off = labels(service).any(|(key, value)| key.eq_ignore_ascii_case("traefik.enable") && !is_true(&value.value));
        if !off {
            all.add(service, diagnostics);
        }
    }
    let everywhere = project.services.values().find_map(entrypoint_middlewares);
    let mut guarded: HashSet<String> = HashSet::new();
    let mut all_guarded = everywhere.is_some();
    let mut open = Vec::new();
    for router in all.routers.values() {
        match all.guard(router) {
            None => open.push(router),
            Some(guard) => {
                closed(
                    router.owner,
                    &router.key,
                    router.place,
                    &format!("its middleware {guard:?} guards or changes what comes in"),
                    diagnostics,
                );
                let hosts = router.rule.map(|rule| rule::hosts(&rule.value)).unwrap_or_default();
                all_guarded |= hosts.is_empty();
                guarded.extend(hosts);
            }
        }
    }
    let mut out = Vec::new();
    for router in open {
        let Some(rule) = router.rule else {
            lost(router.owner, &router.key, router.place, "it has no rule", diagnostics);
            continue;
        };
        if router.service.is_some_and(|name| name.contains('@') && !name.ends_with("@docker")) {
            lost(router.owner, &router.key, rule.place, "its service is defined elsewhere", diagnostics);
            continue;
        }
        match rule::read(&rule.value) {
            Ok(matches) => {
                let near = all_guarded
                    || matches.iter().any(|one| {
                        one.host.as_ref().is_none_or(|host| guarded.contains(&host.to_ascii_lowercase())) && !guarded.is_empty()
                    });
                if near {
                    let why = if everywhere.is_some() {
                        "a middleware of the proxy itself is missing"
                    } else {
                        "a router of the same host is guarded"
                    };
                    closed(router.owner, &router.key, rule.place, why, diagnostics);
                    continue;
                }
                let port = all.port(router);
                out.extend(matches.into_iter().map(|one| {
                    let (path, exact) = one.path.unwrap_or_else(|| ("/".to_owned(), false));
                    Intent {
                        name: router.owner.name.clone(),
                        key: router.key.clone(),
                        place: Some(rule.place),
                        owner: router.owner.name.clone(),
                        matcher: Matcher::site(one.host.as_deref(), &path, exact),
                        action: Action::Forward(vec![Backend::new(&router.owner.name, port)]),
                        listen: if router.tls { Listen::BOTH } else { Listen::PLAIN },
                        tls: router.tls.then(Tls::default),
                        middlewares: Vec::new(),
                        priority: Priority::Narrowest,
                    }
                }));
            }
            Err(why) => lost(router.owner, &format!("{}.rule", router.key), rule.place, &why, diagnostics),
        }
    }
    Ways { intents: out, ..Ways::default() }
}

impl<'a> Labels<'a> {
    /// Reads the labels of one container.
    fn add(&mut self, service: &'a Service, diagnostics: &mut Diagnostics) {
        let owner = service.name.as_str();
        for (key, value) in labels(service).filter(|(key, _)| reads(key)) {
            let lower = key.to_ascii_lowercase();
            let parts: Vec<&str> = lower.split('.').collect();
            match parts.as_slice() {
                ["traefik", "enable"] | ["traefik", "docker", ..] => {}
                ["traefik", "http", "routers", name, rest @ ..] => {
                    let router = self.routers.entry((owner, (*name).to_owned())).or_insert_with(|| Router {
                        owner: service,
                        key: format!("traefik.http.routers.{name}"),
                        rule: None,
                        service: None,
                        tls: false,
                        middlewares: None,
                        place: value.place,
                    });
                    match rest {
                        ["rule"] => router.rule = Some(value),
                        ["service"] => router.service = Some(value.value.as_str()),
                        ["tls"] => router.tls |= is_true(&value.value),
                        ["tls", ..] => router.tls = true,
                        ["entrypoints"] => router.tls |= value.value.split(',').any(|name| matches!(name.trim(), "websecure" | "https")),
                        ["middlewares"] => {
                            router.middlewares = Some(value);
                            lost(service, key, value.place, "middlewares are not carried over", diagnostics);
                        }
                        ["priority"] => lost(service, key, value.place, "the longest path goes first", diagnostics),
                        _ => lost(service, key, value.place, "a route has no such setting", diagnostics),
                    }
                }
                ["traefik", "http", "services", name, rest @ ..] => {
                    self.first.entry(owner).or_insert_with(|| (*name).to_owned());
                    let port = self.ports.entry((owner, (*name).to_owned())).or_default();
                    match rest {
                        ["loadbalancer", "server", "port"] => *port = value.value.trim().parse().ok(),
                        ["loadbalancer", "server", "scheme"] if value.value == "http" => {}
                        ["loadbalancer", "passhostheader"] if is_true(&value.value) => {}
                        _ => lost(service, key, value.place, "a route has no such setting of its backend", diagnostics),
                    }
                }
                ["traefik", "http", "middlewares", name, kind, ..] => {
                    let kinds = self.middlewares.entry((*name).to_owned()).or_insert_with(|| (*kind).to_owned());
                    if kinds != kind {
                        // Two definitions of one name: nobody knows which holds.
                        "conflict".clone_into(kinds);
                    }
                }
                _ => lost(service, key, value.place, "only routers and services of HTTP are read", diagnostics),
            }
        }
    }

    /// The first middleware of a router that guards it or changes its requests.
    fn guard(&self, router: &Router<'a>) -> Option<&'a str> {
        let names = router.middlewares?.value.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.into_iter().find(|name| {
            let local = name.strip_suffix("@docker").unwrap_or(name).to_ascii_lowercase();
            !self.middlewares.get(&local).is_some_and(|kind| HARMLESS.contains(&kind.as_str()))
        })
    }

    /// The port of a router's service: the one it names, or the container's only one.
    fn port(&self, router: &Router<'a>) -> Option<u16> {
        let owner = router.owner.name.as_str();
        let name = match router.service {
            Some(name) => name.strip_suffix("@docker").unwrap_or(name).to_ascii_lowercase(),
            None => self.first.get(owner)?.clone(),
        };
        self.ports.get(&(owner, name)).copied().flatten()
    }
}

/// Does this service run a Traefik that puts middlewares on all routers of an entrypoint?
fn entrypoint_middlewares(service: &Service) -> Option<&str> {
    let words = service.container.command.iter().flat_map(|words| &words.value).map(|word| word.value.as_str());
    let variables = service.container.environment.keys().map(String::as_str);
    words.chain(variables).find(|text| {
        let text = text.to_ascii_lowercase().replace('_', ".");
        text.contains("entrypoints.") && text.contains(".http.middlewares")
    })
}

fn is_true(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "1" | "t")
}
