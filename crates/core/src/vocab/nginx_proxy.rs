//! `VIRTUAL_HOST` and its kin, which nginx-proxy and acme-companion read from a container's environment.

use super::intent::{Action, Backend, Intent, Listen, Matcher, Priority, Tls};
use super::{Stack, Ways, closed, lost};
use crate::compose::Service;
use crate::compose::environment::Variable;
use crate::diag::Diagnostics;
use crate::text::Placed;
use std::collections::HashSet;

/// Where nginx-proxy looks for passwords, each file for a host.
const PASSWORDS: &str = "/etc/nginx/htpasswd";

pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let services = &stack.project.services;
    let guarded = services.values().flat_map(|s| &s.container.volumes).any(|mount| mount.target.value.starts_with(PASSWORDS));
    Ways { intents: services.values().flat_map(|service| of(service, guarded, diagnostics)).collect(), ..Ways::default() }
}

fn of(service: &Service, guarded: bool, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let Some(hosts) = variable(service, "VIRTUAL_HOST").filter(|hosts| hosts.value.contains('.')) else { return Vec::new() };
    let changes = ["VIRTUAL_HOST_MULTIPORTS", "VIRTUAL_DEST", "VIRTUAL_ROOT", "NETWORK_ACCESS"]
        .into_iter()
        .find(|key| variable(service, key).is_some());
    let protocol = variable(service, "VIRTUAL_PROTO").filter(|p| p.value != "http").map(|_| "VIRTUAL_PROTO");
    if let Some(key) = changes.or(protocol) {
        closed(service, "VIRTUAL_HOST", hosts.place, &format!("a route cannot do what {key} asks for"), diagnostics);
        return Vec::new();
    }
    if guarded {
        closed(service, "VIRTUAL_HOST", hosts.place, "the proxy asks for passwords that lie in a folder of its own", diagnostics);
        return Vec::new();
    }
    let encrypted: HashSet<&str> =
        ["ACME_HOST", "LETSENCRYPT_HOST"].iter().filter_map(|key| variable(service, key)).flat_map(|v| list(&v.value)).collect();
    let port = variable(service, "VIRTUAL_PORT").and_then(|port| port.value.trim().parse().ok());
    let path = variable(service, "VIRTUAL_PATH").map_or("/", |path| path.value.trim());
    let mut out = Vec::new();
    for host in list(&hosts.value) {
        if host.starts_with('~') || host.ends_with('*') || path.starts_with('~') {
            lost(service, "VIRTUAL_HOST", hosts.place, "a route cannot have a pattern as its host or path", diagnostics);
            continue;
        }
        // Any program may have a variable of this name; nginx-proxy's has domains.
        if !host.contains('.') {
            continue;
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let tls = encrypted.contains(host);
        out.push(Intent {
            name: service.name.clone(),
            key: "VIRTUAL_HOST".to_owned(),
            place: Some(hosts.place),
            owner: service.name.clone(),
            matcher: Matcher::site(Some(host), &path, false),
            action: Action::Forward(vec![Backend::new(&service.name, port)]),
            listen: if tls { Listen::BOTH } else { Listen::PLAIN },
            tls: tls.then(Tls::default),
            middlewares: Vec::new(),
            priority: Priority::Narrowest,
        });
    }
    out
}

/// A variable of the service; `environment` wins over env files, a later file over an earlier one.
fn variable<'s>(service: &'s Service, name: &str) -> Option<&'s Placed<String>> {
    match service.container.environment.get(name) {
        Some(Variable { value, .. }) => value.as_ref(),
        None => service.container.env_files.iter().rev().find_map(|file| file.variables.get(name)),
    }
    .filter(|value| !value.value.trim().is_empty())
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
