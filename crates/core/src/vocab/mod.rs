//! Labels and variables of proxies, read into intents that name no vendor.
//!
//! Each vocabulary has a file of its own and says which keys it reads. What it understands becomes an [`Intent`], what it does not is
//! told. A way in that something guards or rewrites on its way is not written without that: rather closed than open.

mod autoheal;
mod caddy;
mod certificate;
mod directive;
mod environment;
pub mod headers;
pub mod intent;
pub mod kompose;
pub mod middleware;
mod mounted;
mod nginx;
mod nginx_proxy;
pub mod operation;
mod peer;
mod schedule;
mod traefik;
pub mod transship;

#[cfg(test)]
mod tests;

use crate::compose::job::Triggers;
use crate::compose::{Project, Service};
use crate::diag::catalog::routes::{ROUTE_DROPPED, ROUTE_LABEL_DROPPED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::input::Files;
use crate::options::IngressController;
use crate::table::IndexMap;
use crate::text::{Place, Placed, Sources};
pub use intent::{Intent, StreamIntent};
pub use mounted::MountedFile;

/// What a vocabulary may look at.
pub struct Stack<'a> {
    /// The project.
    pub project: &'a Project,
    /// The files of the project.
    pub files: &'a dyn Files,
    /// The texts that places point into; mounted files are added.
    pub sources: &'a mut Sources,
}

/// What the vocabularies understood.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// Ways in.
    pub intents: Vec<Intent>,
    /// Ways in for what is no HTTP.
    pub streams: Vec<StreamIntent>,
    /// Services whose work the cluster does, with what does it there: `the cluster's ingress controller`. A vocabulary names them only
    /// where it understood everything that they did.
    pub replaced: IndexMap<String, String>,
    /// The ingress controller that is the proxy of the stack itself.
    pub controller: Option<IngressController>,
    /// What a scheduler of the stack runs at times, as services with a schedule.
    pub tasks: Vec<Service>,
    /// Services of the project that a scheduler starts at times, with their schedules.
    pub timed: IndexMap<String, Triggers>,
    /// Services that something in the stack restarts while they are unhealthy.
    pub healed: IndexMap<String, Healing>,
}

/// How something restarts an unhealthy service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Healing {
    /// So many seconds after the start it begins.
    pub initial_delay: i32,
    /// So many seconds the container has to end, where it says so.
    pub grace: Option<i64>,
}

impl Ways {
    fn extend(&mut self, more: Self) {
        self.intents.extend(more.intents);
        self.streams.extend(more.streams);
        self.replaced.extend(more.replaced);
        self.controller = self.controller.or(more.controller);
        self.tasks.extend(more.tasks);
        self.timed.extend(more.timed);
        self.healed.extend(more.healed);
    }
}

/// One way of saying which requests a service takes, or what else somebody does for it.
struct Vocabulary {
    /// Does it read a label of this key?
    reads: fn(&str) -> bool,
    /// What the services of a project ask for.
    read: fn(&mut Stack<'_>, &mut Diagnostics) -> Ways,
    /// The ingress controller that speaks as its proxy does.
    controller: Option<IngressController>,
}

/// Every vocabulary.
const VOCABULARIES: &[Vocabulary] = &[
    Vocabulary { reads: traefik::reads, read: traefik::read, controller: Some(IngressController::Traefik) },
    Vocabulary { reads: |_| false, read: nginx::read, controller: Some(IngressController::Nginx) },
    Vocabulary { reads: |_| false, read: nginx_proxy::read, controller: Some(IngressController::Nginx) },
    Vocabulary { reads: caddy::reads, read: caddy::read, controller: None },
    Vocabulary { reads: kompose::reads, read: kompose::read, controller: None },
    Vocabulary { reads: schedule::reads, read: schedule::read, controller: None },
    Vocabulary { reads: autoheal::reads, read: autoheal::read, controller: None },
];

/// Reads every vocabulary.
#[must_use]
pub fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let mut ways = Ways::default();
    for vocabulary in VOCABULARIES {
        let found = (vocabulary.read)(stack, diagnostics);
        let controller = found.controller.or(vocabulary.controller.filter(|_| !found.intents.is_empty()));
        ways.extend(Ways { controller, ..found });
    }
    ways
}

/// Does some vocabulary read a label of this key?
#[must_use]
pub fn reads(key: &str) -> bool {
    VOCABULARIES.iter().any(|vocabulary| (vocabulary.reads)(key))
}

/// The labels of a service: those of its container, then those of `deploy`.
fn labels(service: &Service) -> impl Iterator<Item = (&str, &Placed<String>)> {
    let deploy = service.deploy.iter().flat_map(|deploy| &deploy.labels);
    service.container.labels.iter().chain(deploy).map(|(key, value)| (key.as_str(), value))
}

/// Tells that a way in is not written, because what guards it or changes its requests would be missing.
fn closed(service: &Service, key: &str, place: Place, why: &str, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(&ROUTE_DROPPED, format!("service {:?}: the way in of `{key}` is not written: {why}", service.name))
            .at(place)
            .help("write the route for the cluster's ingress controller by hand, with what belongs to it"),
    );
}

/// Tells that a label or variable, or a part of it, has no effect.
fn lost(service: &Service, key: &str, place: Place, why: &str, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(&ROUTE_LABEL_DROPPED, format!("service {:?}: `{key}` has no effect: {why}", service.name))
            .at(place)
            .help("set it up in the cluster's ingress controller"),
    );
}

/// The repository of an image: its name without tag and digest.
fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// The tag of an image.
fn tag(image: &str) -> Option<&str> {
    let name = image.split('@').next().unwrap_or(image);
    name.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'))
}
