//! `kompose.*` labels: ways in, how services are run, and what of their containers they say beyond Compose.
//!
//! Where an attribute of Compose means the same, the label is read as that attribute ([`applied`]); where `x-transship` has a key for it,
//! as that key; what is left has a reader of its own here.

mod attribute;
mod operation;
mod probe;

#[cfg(test)]
mod tests;

pub use attribute::applied;
pub use operation::{EphemeralStorage, ephemeral_storage, init_name, name, selector};
pub(super) use operation::{of_service, of_volume};
pub use probe::{Check, Probes, probes};

use super::intent::{Action, Backend, Certificate, Intent, Listen, Matcher, Priority, Tls};
use super::{Stack, Ways, labels};
use crate::compose::{Project, Service};
use crate::diag::catalog::routes::{KOMPOSE_LABEL_DROPPED, KOMPOSE_LABEL_UNKNOWN, KOMPOSE_VALUE_INVALID};
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::HashSet;
use crate::text::{Place, Placed, similar};

/// What all of them begin with.
const PREFIX: &str = "kompose.";

/// Every label of a service.
const OF_SERVICES: &[&str] = &[
    "kompose.service.type",
    "kompose.service.external-traffic-policy",
    "kompose.service.group",
    "kompose.service.nodeport.port",
    "kompose.service.expose",
    "kompose.service.expose.tls-secret",
    "kompose.service.expose.ingress-class-name",
    "kompose.service.name_override",
    "kompose.service.healthcheck.readiness.disable",
    "kompose.service.healthcheck.readiness.test",
    "kompose.service.healthcheck.readiness.interval",
    "kompose.service.healthcheck.readiness.timeout",
    "kompose.service.healthcheck.readiness.retries",
    "kompose.service.healthcheck.readiness.start_period",
    "kompose.service.healthcheck.readiness.http_get_path",
    "kompose.service.healthcheck.readiness.http_get_port",
    "kompose.service.healthcheck.readiness.tcp_port",
    "kompose.service.healthcheck.liveness.http_get_path",
    "kompose.service.healthcheck.liveness.http_get_port",
    "kompose.service.healthcheck.liveness.tcp_port",
    "kompose.serviceaccount-name",
    "kompose.controller.type",
    "kompose.controller.port.expose",
    "kompose.image-pull-secret",
    "kompose.image-pull-policy",
    "kompose.security-context.fsgroup",
    "kompose.volume.size",
    "kompose.volume.storage-class-name",
    "kompose.volume.type",
    "kompose.volume.subpath",
    "kompose.cronjob.schedule",
    "kompose.cronjob.concurrency_policy",
    "kompose.cronjob.backoff_limit",
    "kompose.init.containers.name",
    "kompose.init.containers.image",
    "kompose.init.containers.command",
    "kompose.hpa.replicas.min",
    "kompose.hpa.replicas.max",
    "kompose.hpa.cpu",
    "kompose.hpa.memory",
    "kompose.ephemeral-storage.limit",
    "kompose.ephemeral-storage.request",
];

/// Every label of a volume.
const OF_VOLUMES: &[&str] = &["kompose.volume.size", "kompose.volume.selector", "kompose.volume.storage-class-name", "kompose.volume.type"];

/// Labels that Kompose itself writes or wrote.
const SPEAKING: &[&str] = &["kompose.cmd", "kompose.version"];

/// Does a label of this key belong to the vocabulary?
pub(super) fn reads(key: &str) -> bool {
    key.starts_with(PREFIX)
}

/// The label of a service.
fn label<'s>(service: &'s Service, key: &str) -> Option<&'s Placed<String>> {
    let deploy = service.deploy.as_ref().and_then(|deploy| deploy.labels.get(key));
    service.container.labels.get(key).or(deploy).filter(|value| !value.value.trim().is_empty())
}

/// The label of a service as something; what cannot be read is told.
fn parsed<T>(
    service: &Service,
    key: &str,
    wanted: &str,
    read: impl Fn(&str) -> Option<T>,
    diagnostics: &mut Diagnostics,
) -> Option<Placed<T>> {
    let label = label(service, key)?;
    let value = read(label.value.trim());
    if value.is_none() {
        diagnostics.push(
            Diagnostic::new(
                &KOMPOSE_VALUE_INVALID,
                format!("service {:?}: the label `{key}` must be {wanted}, not {:?}", service.name, label.value),
            )
            .at(label.place),
        );
    }
    value.map(|value| Placed::new(value, label.place))
}

/// Tells that a label has no effect.
fn lost(service: &Service, key: &str, place: Place, why: &str, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(&KOMPOSE_LABEL_DROPPED, format!("service {:?}: the label `{key}` has no effect: {why}", service.name)).at(place),
    );
}

/// Reads ways in, and tells labels that nobody knows.
pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    unknown(stack.project, diagnostics);
    Ways { intents: stack.project.services.values().flat_map(|service| of(service, diagnostics)).collect(), ..Ways::default() }
}

fn unknown(project: &Project, diagnostics: &mut Diagnostics) {
    let known: HashSet<&str> = OF_SERVICES.iter().chain(SPEAKING).copied().collect();
    let mut told = 0;
    for service in project.services.values() {
        for (key, value) in labels(service).filter(|(key, _)| reads(key) && !known.contains(key)) {
            diagnostics.push(unknown_label(&format!("service {:?}", service.name), key, OF_SERVICES, value, &mut told));
        }
    }
    for (name, volume) in &project.volumes {
        for (key, value) in volume.labels.iter().filter(|(key, _)| reads(key) && !OF_VOLUMES.contains(&key.as_str())) {
            diagnostics.push(unknown_label(&format!("volume {name:?}"), key, OF_VOLUMES, value, &mut told));
        }
    }
}

/// `told` counts such labels: a suggestion for each of many would take long.
fn unknown_label(whose: &str, key: &str, known: &[&str], value: &Placed<String>, told: &mut usize) -> Diagnostic {
    *told += 1;
    let diagnostic = Diagnostic::new(&KOMPOSE_LABEL_UNKNOWN, format!("{whose}: Kompose has no label `{key}`")).at(value.place);
    let near = (*told <= similar::SUGGESTIONS).then(|| similar::closest(key, known.iter().copied())).flatten();
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

fn of(service: &Service, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let Some(expose) = label(service, "kompose.service.expose") else {
        for key in ["kompose.service.expose.tls-secret", "kompose.service.expose.ingress-class-name"] {
            if let Some(value) = label(service, key) {
                lost(service, key, value.place, "no label `kompose.service.expose` asks for a way in", diagnostics);
            }
        }
        return Vec::new();
    };
    let secret = label(service, "kompose.service.expose.tls-secret").map(|secret| secret.value.trim().to_owned());
    let mut out = Vec::new();
    for host in expose.value.split(',').map(str::trim).filter(|host| !host.is_empty() && *host != "false") {
        let (host, path) = host.find('/').and_then(|at| host.split_at_checked(at)).unwrap_or((host, "/"));
        let host = (host != "true").then(|| host.to_owned());
        out.push(Intent {
            name: service.name.clone(),
            key: "kompose.service.expose".to_owned(),
            place: Some(expose.place),
            owner: service.name.clone(),
            matcher: Matcher::site(host.as_deref(), path, false),
            // Kompose leads to the first port.
            action: Action::Forward(vec![Backend::new(&service.name, service.ports.first().map(|port| port.target.value))]),
            listen: if secret.is_some() { Listen::BOTH } else { Listen::PLAIN },
            tls: secret.clone().map(|secret| Tls { certificate: Certificate::Secret(secret), ..Tls::default() }),
            middlewares: Vec::new(),
            priority: Priority::Narrowest,
        });
    }
    out
}

/// The class of the ingress controller that labels ask for: the first of them.
#[must_use]
pub fn ingress_class(project: &Project) -> Option<&str> {
    project
        .services
        .values()
        .find_map(|service| label(service, "kompose.service.expose.ingress-class-name"))
        .map(|class| class.value.trim())
}
