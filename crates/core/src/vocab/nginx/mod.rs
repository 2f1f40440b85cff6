//! The configuration of an nginx that the stack brings: its servers as ways in.
//!
//! What a place of the configuration says becomes an intent. What only nginx itself can do (files of its own, other protocols, conditions
//! over its variables) stays with it: then it is the backend of those paths, and it is not left out.

mod condition;
mod files;
mod guard;
mod location;
mod server;
mod settings;
mod site;
mod syntax;
mod target;
mod upstream;
mod write;

#[cfg(test)]
mod tests;

pub(in crate::vocab) use files::fits;
pub(in crate::vocab) use guard::{settings_ways, sts};
pub(in crate::vocab) use location::Pattern;
pub(in crate::vocab) use server::{escaped, published};
pub(in crate::vocab) use settings::Settings;
pub(in crate::vocab) use syntax::read as read_syntax;
pub(in crate::vocab) use target::is_portable;
pub(in crate::vocab) use upstream::path_changes;

use super::certificate;
use super::peer::Peers;
use super::{Stack, Ways};
use crate::compose::{Project, Service};
use crate::diag::catalog::routes::{PROXY_FILE_DROPPED, PROXY_KEPT_ASSUMED, PROXY_SETTING_DROPPED, PROXY_TUNING_ASSUMED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::IndexMap;
use crate::table::IndexSet;
use crate::text::Placed;

/// Repositories whose image is an nginx that reads `/etc/nginx`.
const IMAGES: &[&str] = &["nginx", "nginx-unprivileged", "openresty", "tengine", "angie", "nginx-light", "nginx-stable", "nginx-brotli"];

/// Who does a proxy's work in a cluster.
pub(in crate::vocab) const CONTROLLER: &str = "the cluster's ingress controller";

pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let project = stack.project;
    let peers = Peers::of(project);
    let mut ways = Ways::default();
    for service in project.services.values().filter(|service| is_nginx(service)) {
        let Some(configuration) = files::gather(stack, service) else { continue };
        let mut findings = Findings::default();
        let mut kept = configuration.others.first().map(|other| Placed::new(format!("`{}` is no HTTP", other.name()), other.place));
        for fault in &configuration.faults {
            diagnostics.push(
                Diagnostic::new(
                    &PROXY_FILE_DROPPED,
                    format!("service {:?}: its configuration cannot be read here: {}", service.name, fault.why),
                )
                .at(fault.place)
                .help("write its routes with `--host` or `x-transship`"),
            );
        }
        let whole = configuration.faults.is_empty();
        if whole {
            site::read(&configuration.http, service, &peers, stack, &mut findings);
        }
        kept = kept.or_else(|| findings.kept.clone());
        if !findings.intents.is_empty() {
            findings.tell(service, diagnostics);
            if let Some(kept) = &kept {
                tell_kept(service, kept, diagnostics);
            }
        }
        if whole && kept.is_none() && !findings.intents.is_empty() {
            ways.replaced.insert(service.name.clone(), CONTROLLER.to_owned());
            ways.replaced.extend(certificate_bots(project));
        }
        ways.intents.append(&mut findings.intents);
    }
    ways
}

/// What was found in a proxy's configuration.
#[derive(Debug, Default)]
pub(in crate::vocab) struct Findings {
    /// Ways in.
    pub(in crate::vocab) intents: Vec<super::Intent>,
    /// Why the proxy has to stay: the first reason.
    pub(in crate::vocab) kept: Option<Placed<String>>,
    /// Settings without an effect elsewhere.
    pub(in crate::vocab) lost: Vec<Placed<String>>,
    /// Settings that only tune the proxy.
    pub(in crate::vocab) tuned: Vec<Placed<String>>,
}

impl Findings {
    /// The proxy has to stay.
    pub(in crate::vocab) fn keep(&mut self, why: impl Into<String>, place: crate::text::Place) {
        self.kept.get_or_insert_with(|| Placed::new(why.into(), place));
    }

    /// Tells what has no effect.
    pub(in crate::vocab) fn tell(&self, service: &Service, diagnostics: &mut Diagnostics) {
        let mut lost: IndexMap<_, _> = self.lost.iter().map(|lost| (lost.place, &lost.value)).collect();
        lost.sort_keys();
        for (place, what) in lost {
            diagnostics.push(
                Diagnostic::new(
                    &PROXY_SETTING_DROPPED,
                    format!("service {:?}: `{what}` has no effect in the cluster's ingress controller", service.name),
                )
                .at(place)
                .help("set it up in the cluster's ingress controller"),
            );
        }
        let names: IndexSet<&str> = self.tuned.iter().map(|tuned| tuned.value.as_str()).collect();
        if let Some(first) = self.tuned.iter().min_by_key(|tuned| tuned.place) {
            let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
            diagnostics.push(
                Diagnostic::new(
                    &PROXY_TUNING_ASSUMED,
                    format!("service {:?}: the cluster's ingress controller has its own way with {}", service.name, listed(&names)),
                )
                .at(first.place),
            );
        }
    }
}

/// Names as a sentence has them, the first ones of many.
fn listed(names: &[String]) -> String {
    const MOST: usize = 8;
    let shown = names.get(..names.len().min(MOST)).unwrap_or_default().join(", ");
    if names.len() > MOST { format!("{shown} and {} more", names.len() - MOST) } else { shown }
}

/// Tells that a proxy stays.
pub(in crate::vocab) fn tell_kept(service: &Service, why: &Placed<String>, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(
            &PROXY_KEPT_ASSUMED,
            format!("service {:?} stays behind the cluster's ingress controller: {}", service.name, why.value),
        )
        .at(why.place),
    );
}

/// Is its image an nginx that a file of the project configures?
fn is_nginx(service: &Service) -> bool {
    let Some(image) = &service.container.image else { return false };
    let name = image.value.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or(name);
    let last = last.split(':').next().unwrap_or(last);
    service.build.is_none() && IMAGES.contains(&last)
}

/// Services that only fetch certificates, which the cluster's certificate controller does.
pub(in crate::vocab) fn certificate_bots(project: &Project) -> Vec<(String, String)> {
    let bots = project.services.values().filter(|service| certificate::is_certificate_bot(service));
    bots.map(|service| (service.name.clone(), "cert-manager".to_owned())).collect()
}
