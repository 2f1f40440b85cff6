//! `traefik.*` labels: routers with hosts and paths, the ports of services, TLS. Middlewares are told.

use super::{Intent, labels, lost, rule};
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::text::{Place, Placed};
use indexmap::IndexMap;

pub(super) fn reads(key: &str) -> bool {
    key == "traefik" || key.starts_with("traefik.")
}

/// A router of the labels.
#[derive(Default)]
struct Router<'a> {
    rule: Option<&'a Placed<String>>,
    service: Option<&'a str>,
    tls: bool,
    place: Option<Place>,
}

pub(super) fn read(service: &Service, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let mut routers: IndexMap<String, Router<'_>> = IndexMap::new();
    let mut ports: IndexMap<String, Option<u16>> = IndexMap::new();
    let mut unread = Vec::new();
    for (key, value) in labels(service).filter(|(key, _)| reads(key)) {
        let lower = key.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('.').collect();
        match parts.as_slice() {
            ["traefik", "enable"] if !is_true(&value.value) => return Vec::new(),
            ["traefik", "enable"] | ["traefik", "docker", ..] => {}
            ["traefik", "http", "routers", name, rest @ ..] => {
                let router = routers.entry((*name).to_owned()).or_default();
                router.place.get_or_insert(value.place);
                match rest {
                    ["rule"] => router.rule = Some(value),
                    ["service"] => router.service = Some(value.value.as_str()),
                    ["tls"] => router.tls |= is_true(&value.value),
                    ["tls", ..] => router.tls = true,
                    ["entrypoints"] => router.tls |= value.value.split(',').any(|name| matches!(name.trim(), "websecure" | "https")),
                    ["middlewares"] => unread.push((key, value.place, "the middlewares of a router are not carried over")),
                    ["priority"] => unread.push((key, value.place, "the longest path goes first")),
                    _ => unread.push((key, value.place, "a route has no such setting")),
                }
            }
            ["traefik", "http", "services", name, rest @ ..] => {
                let port = ports.entry((*name).to_owned()).or_default();
                match rest {
                    ["loadbalancer", "server", "port"] => *port = value.value.trim().parse().ok(),
                    ["loadbalancer", "server", "scheme"] if value.value == "http" => {}
                    ["loadbalancer", "passhostheader"] if is_true(&value.value) => {}
                    _ => unread.push((key, value.place, "a route has no such setting of its backend")),
                }
            }
            ["traefik", "http", "middlewares", ..] => {}
            _ => unread.push((key, value.place, "only routers and services of HTTP are read")),
        }
    }
    for (key, place, why) in unread {
        lost(service, key, place, why, diagnostics);
    }
    let mut out = Vec::new();
    for (name, router) in &routers {
        let place = router.rule.map(|rule| rule.place).or(router.place).unwrap_or(service.place);
        let key = format!("traefik.http.routers.{name}");
        let Some(rule) = router.rule else {
            lost(service, &key, place, "it has no rule", diagnostics);
            continue;
        };
        if router.service.is_some_and(|name| name.contains('@')) {
            lost(service, &key, place, "its service is defined elsewhere", diagnostics);
            continue;
        }
        let chosen = router.service.map(str::to_ascii_lowercase);
        let port = match &chosen {
            Some(name) => ports.get(name).copied().flatten(),
            None => ports.values().next().copied().flatten(),
        };
        match rule::read(&rule.value) {
            Ok(matches) => out.extend(matches.into_iter().map(|one| {
                let (path, exact) = one.path.unwrap_or_else(|| ("/".to_owned(), false));
                Intent { service: service.name.clone(), host: one.host, path, exact, port, tls: router.tls, place }
            })),
            Err(why) => lost(service, &format!("{key}.rule"), place, &why, diagnostics),
        }
    }
    out
}

fn is_true(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "1" | "t")
}
