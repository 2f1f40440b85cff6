//! `kompose.*` labels: the hosts of `kompose.service.expose`. The others are told.

use super::{Intent, labels, lost};
use crate::compose::{Project, Service};
use crate::diag::Diagnostics;

pub(super) fn reads(key: &str) -> bool {
    key.starts_with("kompose.")
}

pub(super) fn read(project: &Project, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    project.services.values().flat_map(|service| of(service, diagnostics)).collect()
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
            let (service, path) = (service.name.clone(), path.to_owned());
            out.push(Intent { service, host, path, exact: false, port: None, tls, place: value.place });
        }
    }
    out
}
