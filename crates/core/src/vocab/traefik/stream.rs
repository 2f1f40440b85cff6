//! Routers for TCP and UDP.

use super::backend::lowest;
use super::certificate;
use super::container::Container;
use super::expression::{Expression, parse};
use super::proxy::Proxy;
use super::tree::{Tree, is_true};
use crate::diag::Diagnostics;
use crate::vocab::intent::{StreamIntent, StreamKind, Tls};
use crate::vocab::{Ways, lost};

pub(super) fn read(proxy: &Proxy<'_>, containers: &[Container<'_>], ways: &mut Ways, diagnostics: &mut Diagnostics) {
    for container in containers {
        for kind in ["tcp", "udp"] {
            for (name, tree) in container.tree.below(&format!("{kind}.routers")) {
                one(proxy, container, kind, name, tree, ways, diagnostics);
            }
        }
    }
}

fn one(proxy: &Proxy<'_>, container: &Container<'_>, kind: &str, name: &str, tree: &Tree, ways: &mut Ways, diagnostics: &mut Diagnostics) {
    let key = format!("traefik.{kind}.routers.{name}");
    let place = tree.place.unwrap_or(container.place);
    let mut tell = |why: &str| lost(container.service, &key, place, why, diagnostics);
    let services: Vec<(&str, &Tree)> = container.tree.below(&format!("{kind}.services")).collect();
    let balancer = match (tree.text("service"), services.as_slice()) {
        (Some(wanted), all) => {
            all.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted.split('@').next().unwrap_or(wanted))).map(|(_, tree)| *tree)
        }
        (None, [(_, only)]) => Some(*only),
        (None, []) => None,
        (None, _) => return tell("it does not say which of the container's services it leads to"),
    };
    let server = balancer.and_then(|tree| tree.get("loadbalancer"));
    let port = server.and_then(|tree| tree.text("server.port")).and_then(|port| port.parse().ok()).or_else(|| lowest(container.service));
    let entries = tree
        .list("entrypoints")
        .iter()
        .map(|name| (name.value.clone(), proxy.entries.get(&name.value.to_ascii_lowercase()).and_then(|entry| entry.world)))
        .collect();
    let stream = if kind == "udp" {
        StreamKind::Udp
    } else {
        let Some(rule) = tree.text("rule") else { return tell("it has no rule") };
        let Some(hosts) = parse(rule).ok().map(|expression| names(&expression)) else { return tell("its rule cannot be read") };
        let Some((allowed, in_flight)) = middlewares(container, tree) else {
            return tell("one of its middlewares is not defined: rather closed than open");
        };
        let tls = tree.get("tls").filter(|tls| tls.is_on()).map(|tls| {
            let passthrough = tls.text("passthrough").is_some_and(is_true);
            let certificate = tls.text("certresolver").map(|name| certificate::resolver(proxy, name)).unwrap_or_default();
            (Tls { certificate, ..Tls::default() }, passthrough)
        });
        StreamKind::Tcp {
            rule: rule.to_owned(),
            hosts,
            tls,
            proxy_protocol: server.and_then(|tree| tree.text("proxyprotocol.version")).and_then(|version| version.parse().ok()),
            backend_tls: server.and_then(|tree| tree.text("server.tls")).is_some_and(is_true),
            allowed,
            in_flight,
        }
    };
    let priority = tree.text("priority").and_then(|number| number.parse().ok());
    let backend = (container.service.name.clone(), port);
    let owner = container.service.name.clone();
    ways.streams.push(StreamIntent { name: name.to_owned(), key, place, owner, entries, kind: stream, backend, priority });
}

/// Who may come in, and how many at once; `None` where a middleware is not known.
fn middlewares(container: &Container<'_>, tree: &Tree) -> Option<(Vec<String>, Option<u64>)> {
    let (mut allowed, mut in_flight) = (Vec::new(), None);
    for name in tree.list("middlewares") {
        let name = name.value.split('@').next().unwrap_or(&name.value).to_ascii_lowercase();
        let found = container.tree.get(&format!("tcp.middlewares.{name}"))?;
        let (kind, options) = found.children.first()?;
        match kind.as_str() {
            "ipallowlist" | "ipwhitelist" => allowed.extend(options.list("sourcerange").into_iter().map(|item| item.value)),
            "inflightconn" => in_flight = Some(options.text("amount")?.parse().ok()?),
            _ => return None,
        }
    }
    Some((allowed, in_flight))
}

/// The names of `HostSNI`.
fn names(expression: &Expression) -> Vec<String> {
    match expression {
        Expression::All(parts) | Expression::Any(parts) => parts.iter().flat_map(names).collect(),
        Expression::Not(_) => Vec::new(),
        Expression::Call { name, arguments } if name.eq_ignore_ascii_case("HostSNI") => arguments.clone(),
        Expression::Call { .. } => Vec::new(),
    }
}
