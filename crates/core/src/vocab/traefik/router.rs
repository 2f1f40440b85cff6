//! HTTP routers: each becomes an intent for http, for https, or for both.

use super::certificate;
use super::container::{Container, default_rule};
use super::definition::{Definitions, Provider};
use super::proxy::{Entry, EntryRedirect, Proxy};
use super::rule::{self, Syntax};
use super::tree::Tree;
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::vocab::intent::{Action, Intent, Listen, Matcher, PathChange, Priority, Redirect, Tls};
use crate::vocab::{Stack, Ways, closed, lost};

/// The rule of containers without one, where the proxy does not say another.
const DEFAULT_RULE: &str = "Host(`{{ normalize .Name }}`)";

/// A router, whoever defines it.
struct Router<'a> {
    owner: &'a Service,
    provider: Provider,
    name: String,
    key: String,
    tree: Tree,
    rule: Placed<String>,
    /// The name of Traefik's service.
    service: String,
    place: Place,
}

/// A proxy that looks at nothing has nothing to do.
pub(super) fn nothing(proxy: &Proxy<'_>) -> Ways {
    let mut ways = Ways::default();
    if let Some(service) =
        proxy.service.filter(|_| proxy.unknown.is_empty() && !proxy.entries.values().any(|entry| entry.redirect.is_some()))
    {
        ways.replaced.insert(service.name.clone(), "the cluster's ingress controller".to_owned());
    }
    ways
}

/// Reads every router. Was all that the proxy does understood?
pub(super) fn read(
    stack: &mut Stack<'_>,
    proxy: &Proxy<'_>,
    containers: &[Container<'_>],
    definitions: &mut Definitions,
    ways: &mut Ways,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut understood = true;
    let mut routers: IndexMap<(Provider, String), Router<'_>> = IndexMap::default();
    let mut twice = Vec::new();
    for container in containers {
        for router in of_container(stack, proxy, container, diagnostics) {
            let key = (router.provider, router.name.to_ascii_lowercase());
            match routers.get(&key) {
                Some(first) if !same(first, &router) => {
                    lost(
                        router.owner,
                        &router.key,
                        router.place,
                        "two containers define this router, and Traefik takes neither",
                        diagnostics,
                    );
                    twice.push(key);
                }
                Some(_) => {}
                None => drop(routers.insert(key, router)),
            }
        }
    }
    for key in twice {
        routers.shift_remove(&key);
    }
    if let Some(service) = proxy.service {
        for router in of_files(proxy, service) {
            routers.insert((router.provider, router.name.to_ascii_lowercase()), router);
        }
    }
    let first = ways.intents.len();
    for router in routers.values() {
        understood &= one(stack, proxy, router, definitions, ways, diagnostics);
    }
    redirects(proxy, first, ways);
    understood
}

/// Do two containers say the same of a router?
fn same(a: &Router<'_>, b: &Router<'_>) -> bool {
    let plain = |router: &Router<'_>| {
        let leaves = router.tree.leaves().into_iter().map(|(path, _)| path);
        leaves.map(|path| router.tree.text(&path).map(str::to_owned)).collect::<Vec<_>>()
    };
    a.rule.value == b.rule.value && a.service == b.service && plain(a) == plain(b)
}

/// The routers of a container; without any, the one that Traefik makes for it.
fn of_container<'a>(stack: &Stack<'_>, proxy: &Proxy<'_>, container: &Container<'a>, diagnostics: &mut Diagnostics) -> Vec<Router<'a>> {
    let tree = &container.tree;
    let other =
        ["tcp", "udp"].iter().any(|kind| tree.get(&format!("{kind}.routers")).is_some() || tree.get(&format!("{kind}.services")).is_some());
    if other && tree.get("http").is_none() {
        return Vec::new();
    }
    let services: Vec<&str> = tree.below("http.services").map(|(name, _)| name).collect();
    let mut named: Vec<(String, Tree)> = tree.below("http.routers").map(|(name, tree)| (name.to_owned(), tree.clone())).collect();
    if named.is_empty() {
        if services.len() > 1 {
            lost(container.service, "traefik.http.services", container.place, "no router leads to its services", diagnostics);
            return Vec::new();
        }
        // A proxy that leads to itself leads nowhere.
        let itself = proxy.service.is_none_or(|proxy| proxy.name == container.service.name);
        if itself {
            return Vec::new();
        }
        named.push((container.name.clone(), Tree::default()));
    }
    let mut out = Vec::new();
    for (name, tree) in named {
        let key = format!("traefik.http.routers.{name}");
        let place = tree.place.unwrap_or(container.place);
        let rule = tree.value("rule").filter(|rule| !rule.value.trim().is_empty()).cloned().or_else(|| {
            let template = match &proxy.default_rule {
                Some(template) => template.value.as_str(),
                None => proxy.service.map(|_| DEFAULT_RULE)?,
            };
            default_rule(template, container, stack.project).map(|rule| Placed::new(rule, place))
        });
        let Some(rule) = rule.filter(|rule| !rule.value.trim().is_empty()) else {
            closed(container.service, &key, place, "it has no rule, and the proxy's default rule cannot be read", diagnostics);
            continue;
        };
        let service = match (tree.text("service"), services.as_slice()) {
            (Some(name), _) => name.to_owned(),
            (None, []) => container.name.clone(),
            (None, [only]) => (*only).to_owned(),
            (None, _) => {
                lost(container.service, &key, place, "it does not say which of the container's services it leads to", diagnostics);
                continue;
            }
        };
        out.push(Router { owner: container.service, provider: Provider::Docker, name, key, tree, rule, service, place });
    }
    out
}

/// The routers of the proxy's files.
fn of_files<'a>(proxy: &Proxy<'_>, service: &'a Service) -> Vec<Router<'a>> {
    let mut out = Vec::new();
    for (name, tree) in proxy.files.iter().flat_map(|tree| tree.below("http.routers")) {
        let (Some(rule), Some(target)) = (tree.value("rule").cloned(), tree.text("service")) else { continue };
        let (name, key, target) = (name.to_owned(), format!("http.routers.{name}"), target.to_owned());
        let place = tree.place.unwrap_or(rule.place);
        out.push(Router { owner: service, provider: Provider::File, name, key, tree: tree.clone(), rule, service: target, place });
    }
    out
}

/// The entrypoints that a router uses.
fn entries(proxy: &Proxy<'_>, router: &Router<'_>, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let named = router.tree.list("entrypoints");
    if proxy.service.is_none() {
        // Nobody knows the proxy: its entrypoints are told by their names.
        let guess = |name: &str| {
            let lower = name.to_ascii_lowercase();
            let secure = ["secure", "https", "tls", "ssl", "443"].iter().any(|word| lower.contains(word));
            let tls = secure.then(Tree::default);
            Entry { name: name.to_owned(), world: Some(if secure { 443 } else { 80 }), tls, ..Entry::default() }
        };
        if named.is_empty() {
            return vec![guess("web"), Entry { tls: None, ..guess("websecure") }];
        }
        return named.iter().map(|name| guess(&name.value)).collect();
    }
    if named.is_empty() {
        return proxy.entries.values().filter(|entry| entry.as_default && !entry.udp).cloned().collect();
    }
    let mut out = Vec::new();
    for name in named {
        match proxy.entries.get(&name.value.to_ascii_lowercase()) {
            Some(entry) => out.push(entry.clone()),
            None => {
                let key = format!("{}.entrypoints", router.key);
                lost(router.owner, &key, name.place, &format!("the proxy has no entrypoint {:?}", name.value), diagnostics);
            }
        }
    }
    out
}

/// Makes the intents of a router. Was all of it understood?
fn one(
    stack: &mut Stack<'_>,
    proxy: &Proxy<'_>,
    router: &Router<'_>,
    definitions: &Definitions,
    ways: &mut Ways,
    diagnostics: &mut Diagnostics,
) -> bool {
    tell_unread(router, diagnostics);
    let syntax = match router.tree.text("rulesyntax") {
        Some("v2") => Syntax::V2,
        Some("v3") => Syntax::V3,
        _ => proxy.syntax,
    };
    let matcher = match rule::read(&router.rule.value, syntax) {
        Ok(matcher) => matcher,
        Err(why) => {
            closed(router.owner, &format!("{}.rule", router.key), router.rule.place, &why, diagnostics);
            return true;
        }
    };
    let used = entries(proxy, router, diagnostics);
    let action = match router.service.as_str() {
        "noop@internal" => Action::Respond { status: 418, body: String::new(), content_type: None },
        internal if internal.ends_with("@internal") => {
            let why = format!("{internal:?} is a part of the proxy itself, which a cluster's controller has of its own");
            lost(router.owner, &router.key, router.place, &why, diagnostics);
            return true;
        }
        name => match definitions.backends(name, router.provider) {
            Ok(backends) => Action::Forward(backends),
            Err(why) => {
                closed(router.owner, &router.key, router.place, &why, diagnostics);
                return false;
            }
        },
    };
    let own: Vec<_> = router.tree.list("middlewares").iter().flat_map(|name| definitions.middlewares(name, router.provider)).collect();
    let own_tls = router.tree.get("tls").filter(|tls| tls.is_on());
    let priority = router.tree.text("priority").and_then(|text| text.parse().ok()).filter(|number| *number != 0);
    let priority = priority.unwrap_or_else(|| i64::try_from(router.rule.value.len()).unwrap_or(i64::MAX));
    let hosts = rule::hosts(&matcher);
    let mut seen: Vec<Intent> = Vec::new();
    let mut hidden = Vec::new();
    for entry in &used {
        let tls = own_tls.or(entry.tls.as_ref());
        let (world, encrypted) = (entry.world, tls.is_some());
        if world.is_none() || world == Some(if encrypted { 80 } else { 443 }) {
            hidden.push(entry.name.as_str());
            continue;
        }
        if !encrypted && entry.redirect.as_ref().is_some_and(|redirect| redirect.priority.is_none_or(|first| first > priority)) {
            continue;
        }
        let shared = entry.middlewares.iter().flat_map(|name| definitions.middlewares(name, router.provider));
        let mut middlewares: Vec<_> = shared.collect();
        middlewares.extend(own.iter().cloned());
        let tls = tls.map(|tls| certificate::tls(stack, proxy, tls, &hosts));
        let listen = if encrypted { Listen::ENCRYPTED } else { Listen::PLAIN };
        add(&mut seen, intent(router, &matcher, &action, listen, tls, middlewares, priority));
    }
    if seen.is_empty() && !hidden.is_empty() && used.iter().all(|entry| entry.redirect.is_none()) {
        let why = format!(
            "the world does not reach it: its entrypoint {:?} is not published, or speaks the other of http and https",
            hidden.join(", ")
        );
        lost(router.owner, &router.key, router.place, &why, diagnostics);
    }
    ways.intents.extend(seen);
    true
}

fn intent(
    router: &Router<'_>,
    matcher: &Matcher,
    action: &Action,
    listen: Listen,
    tls: Option<Tls>,
    middlewares: Vec<Placed<crate::vocab::middleware::Middleware>>,
    priority: i64,
) -> Intent {
    Intent {
        name: router.name.clone(),
        key: router.key.clone(),
        place: Some(router.rule.place),
        owner: router.owner.name.clone(),
        matcher: matcher.clone(),
        action: action.clone(),
        listen,
        tls,
        middlewares,
        priority: Priority::Number(priority),
    }
}

/// Adds an intent; two that differ in nothing but where they listen are one.
fn add(intents: &mut Vec<Intent>, intent: Intent) {
    if intents.iter().any(|known| known.listen == intent.listen) {
        return;
    }
    match intents.iter_mut().find(|known| known.middlewares == intent.middlewares && known.tls.is_none() == intent.tls.is_none()) {
        Some(known) => {
            known.listen =
                Listen { plain: known.listen.plain || intent.listen.plain, encrypted: known.listen.encrypted || intent.listen.encrypted };
        }
        None => intents.push(intent),
    }
}

/// Tells what of a router is not read.
fn tell_unread(router: &Router<'_>, diagnostics: &mut Diagnostics) {
    const READ: &[&str] = &["rule", "rulesyntax", "entrypoints", "middlewares", "service", "priority", "tls", "observability"];
    for (path, place) in router.tree.leaves() {
        let first = path.split('.').next().unwrap_or("");
        let tls = ["tls", "tls.certresolver", "tls.options"].contains(&path.as_str()) || path.starts_with("tls.domains");
        if !READ.contains(&first) || (first == "tls" && !tls) {
            let key = format!("{}.{path}", router.key);
            lost(router.owner, &key, place.unwrap_or(router.place), "a way in has no such setting", diagnostics);
        }
    }
}

/// The redirects of whole entrypoints, for every host that some router names.
fn redirects(proxy: &Proxy<'_>, first: usize, ways: &mut Ways) {
    let Some(service) = proxy.service else { return };
    let mut out = Vec::new();
    for entry in proxy.entries.values().filter(|entry| entry.world.is_some()) {
        let Some(redirect) = &entry.redirect else { continue };
        let Some(port) = target_port(proxy, redirect) else { continue };
        let intents = ways.intents.get(first..).unwrap_or_default();
        let mut hosts: Vec<Matcher> = Vec::new();
        let mut any = false;
        for intent in intents {
            let mut named = Vec::new();
            any |= !host_parts(&intent.matcher, &mut named);
            hosts.extend(named);
        }
        hosts.sort();
        hosts.dedup();
        let matcher = match hosts.as_slice() {
            _ if any => Matcher::ALWAYS,
            [] => continue,
            [only] => only.clone(),
            _ => Matcher::Any(hosts),
        };
        out.push(Intent {
            name: format!("{}-to-{}", entry.name, redirect.scheme),
            key: format!("entrypoints.{}.http.redirections", entry.name),
            place: redirect.place.or(entry.place),
            owner: service.name.clone(),
            matcher,
            action: Action::Redirect(Redirect {
                status: if redirect.permanent { 301 } else { 302 },
                scheme: Some(redirect.scheme.clone()),
                host: None,
                port: Some(port).filter(|port| !matches!(port, 80 | 443)),
                path: PathChange::Keep,
                keep_query: true,
                relative: false,
            }),
            listen: Listen::PLAIN,
            tls: None,
            middlewares: Vec::new(),
            priority: Priority::Number(redirect.priority.unwrap_or(i64::from(i32::MAX) - 1)),
        });
    }
    ways.intents.extend(out);
}

/// The port that the world is sent to.
fn target_port(proxy: &Proxy<'_>, redirect: &EntryRedirect) -> Option<u16> {
    match redirect.to.strip_prefix(':') {
        Some(port) => port.parse().ok(),
        None => proxy.entries.get(&redirect.to.to_ascii_lowercase()).map(|entry| entry.world.unwrap_or(entry.port)),
    }
}

/// The parts of a matcher that name hosts. Does every request that it takes have one of these hosts?
fn host_parts(matcher: &Matcher, out: &mut Vec<Matcher>) -> bool {
    match matcher {
        Matcher::Host(_) | Matcher::HostBelow { .. } | Matcher::HostRegexp(_) => {
            out.push(matcher.clone());
            true
        }
        Matcher::All(parts) => {
            let named: Vec<bool> = parts.iter().map(|part| host_parts(part, out)).collect();
            named.contains(&true)
        }
        Matcher::Any(parts) => {
            let named: Vec<bool> = parts.iter().map(|part| host_parts(part, out)).collect();
            !named.is_empty() && !named.contains(&false)
        }
        _ => false,
    }
}
