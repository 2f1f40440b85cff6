//! Traefik: labels of containers, and the proxy's own flags, variables and files, read as Traefik reads them.
//!
//! All containers and all files speak into one configuration: a router of one may use the service or the middleware of another.

mod backend;
mod certificate;
mod container;
mod definition;
mod expression;
mod middleware;
mod proxy;
mod router;
mod rule;
mod stream;
mod toml;
mod tree;

use super::{Stack, Ways, lost};
use crate::diag::Diagnostics;
use crate::options::IngressController;
use definition::Definitions;

pub(super) fn reads(key: &str) -> bool {
    let first = key.split('.').next().unwrap_or(key);
    first.eq_ignore_ascii_case("traefik")
}

pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let proxy = proxy::find(stack);
    if let Some(service) = proxy.service.filter(|_| proxy.is_first) {
        let why = "it is Traefik 1, whose labels and configuration are not read";
        lost(service, "traefik", service.container.image.as_ref().map_or(service.place, |image| image.place), why, diagnostics);
        return Ways::default();
    }
    let containers = container::find(stack.project, &proxy, diagnostics);
    if containers.is_empty() && proxy.files.is_empty() {
        return router::nothing(&proxy);
    }
    let mut definitions = Definitions::gather(stack, &proxy, &containers, diagnostics);
    let mut ways = Ways { controller: Some(IngressController::Traefik), ..Ways::default() };
    let understood = router::read(stack, &proxy, &containers, &mut definitions, &mut ways, diagnostics);
    stream::read(&proxy, &containers, &mut ways, diagnostics);
    if let Some(service) = proxy.service {
        for (what, place) in &proxy.unknown {
            let place = place.unwrap_or(service.place);
            lost(service, "traefik", place, what, diagnostics);
        }
        if understood && proxy.unknown.is_empty() {
            ways.replaced.insert(service.name.clone(), "the cluster's ingress controller".to_owned());
        }
    }
    ways
}
