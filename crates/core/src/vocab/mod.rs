//! Labels and variables of proxies, read into intents that name no vendor.
//!
//! Each vocabulary has a file of its own and says which keys it reads. What it understands becomes an [`Intent`], what it does not is
//! told. A way in that something guards or rewrites on its way is not written without that: rather closed than open.

mod caddy;
mod kompose;
mod nginx_proxy;
mod rule;
mod traefik;

use crate::compose::{Project, Service};
use crate::diag::catalog::routes::{ROUTE_DROPPED, ROUTE_LABEL_DROPPED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{Place, Placed};

/// A way in that a stack asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The Compose service it leads to.
    pub service: String,
    /// The host name; `None`: any.
    pub host: Option<String>,
    /// The path, with a leading `/`.
    pub path: String,
    /// Only this very path, or everything below it as well?
    pub exact: bool,
    /// The container's port; `None`: the usual one.
    pub port: Option<u16>,
    /// Is it encrypted?
    pub tls: bool,
    /// Where it is asked for.
    pub place: Place,
}

/// One way of saying which requests a service takes.
struct Vocabulary {
    /// Does it read a label of this key?
    reads: fn(&str) -> bool,
    /// What the services of a project ask for.
    read: fn(&Project, &mut Diagnostics) -> Vec<Intent>,
}

/// Every vocabulary.
const VOCABULARIES: &[Vocabulary] = &[
    Vocabulary { reads: traefik::reads, read: traefik::read },
    Vocabulary { reads: |_| false, read: nginx_proxy::read },
    Vocabulary { reads: caddy::reads, read: caddy::read },
    Vocabulary { reads: kompose::reads, read: kompose::read },
];

/// Reads every vocabulary.
#[must_use]
pub fn read(project: &Project, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    VOCABULARIES.iter().flat_map(|vocabulary| (vocabulary.read)(project, diagnostics)).collect()
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
