//! `kompose.*` labels: the hosts of `kompose.service.expose`. The others are told.

use super::intent::{Action, Backend, Intent, Listen, Matcher, Priority, Tls};
use super::{Stack, Ways, labels, lost};
use crate::compose::Service;
use crate::diag::Diagnostics;

pub(super) fn reads(key: &str) -> bool {
    key.starts_with("kompose.")
}

pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    Ways { intents: stack.project.services.values().flat_map(|service| of(service, diagnostics)).collect(), ..Ways::default() }
}

fn of(service: &Service, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let mut out = Vec::new();
    let tls = labels(service).any(|(key, _)| key == "kompose.service.expose.tls-secret");
    for (key, value) in labels(service).filter(|(key, _)| reads(key)) {
        if key != "kompose.service.expose" {
            lost(service, key, value.place, "of Kompose's labels only `kompose.service.expose` is read", diagnostics);
            continue;
        }
        for host in value.value.split(',').map(str::trim).filter(|host| !host.is_empty() && *host != "false") {
            let (host, path) = host.find('/').and_then(|at| host.split_at_checked(at)).unwrap_or((host, "/"));
            let host = (host != "true").then(|| host.to_owned());
            out.push(Intent {
                name: service.name.clone(),
                key: key.to_owned(),
                place: Some(value.place),
                owner: service.name.clone(),
                matcher: Matcher::site(host.as_deref(), path, false),
                action: Action::Forward(vec![Backend::new(&service.name, None)]),
                listen: if tls { Listen::BOTH } else { Listen::PLAIN },
                tls: tls.then(Tls::default),
                middlewares: Vec::new(),
                priority: Priority::Narrowest,
            });
        }
    }
    out
}
