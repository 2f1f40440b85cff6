//! Caddy: a Caddyfile of a proxy that the stack brings, and the labels of caddy-docker-proxy, which make one.

mod address;
mod import;
mod labels;
mod matcher;
mod order;
mod site;
mod syntax;
mod target;
mod upstream;
mod walk;

#[cfg(test)]
mod tests;

pub(super) use labels::reads;

use super::nginx::{CONTROLLER, Findings, tell_kept};
use super::peer::Peers;
use super::{Stack, Ways};
use crate::compose::Service;
use crate::diag::catalog::routes::PROXY_FILE_DROPPED;
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::path;
use site::Caddy;

/// Where the image reads its file.
const FILE: &str = "/etc/caddy/Caddyfile";

/// Reads the Caddyfiles of services, then labels.
pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let project = stack.project;
    let peers = Peers::of(project);
    let mut ways = Ways::default();
    for service in project.services.values().filter(|service| is_caddy(service)) {
        of_file(stack, service, &peers, diagnostics, &mut ways);
    }
    ways.extend(labels::read(stack, &peers, diagnostics));
    ways
}

fn of_file(stack: &mut Stack<'_>, service: &Service, peers: &Peers<'_>, diagnostics: &mut Diagnostics, ways: &mut Ways) {
    let words = [&service.container.entrypoint, &service.container.command].into_iter().flatten().flat_map(|words| &words.value);
    let words: Vec<&str> = words.map(|word| word.value.as_str()).collect();
    let named = words.iter().position(|word| matches!(*word, "--config" | "-config")).and_then(|at| words.get(at + 1));
    let Some(file) = stack.file(service, named.unwrap_or(&FILE)) else { return };
    let given = import::given(stack, service);
    let blocks = match import::read_file(service, &given, &file) {
        Ok(blocks) => blocks,
        Err(fault) => return unreadable(service, &fault.why, fault.place, diagnostics),
    };
    let caddyfile = import::unfold(stack, Some(service), &path::parent(&file.path), blocks);
    if let Some(fault) = caddyfile.faults.first() {
        return unreadable(service, &fault.why, fault.place, diagnostics);
    }
    let mut findings = Findings::default();
    site::read(&Caddy { from: service, proxy: Some(service), peers }, &caddyfile, stack, &mut findings);
    if findings.intents.is_empty() {
        return;
    }
    findings.tell(service, diagnostics);
    match site::reason(&findings) {
        Some(why) => tell_kept(service, &why, diagnostics),
        None => drop(ways.replaced.insert(service.name.clone(), CONTROLLER.to_owned())),
    }
    ways.intents.append(&mut findings.intents);
}

fn unreadable(service: &Service, why: &str, place: crate::text::Place, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(&PROXY_FILE_DROPPED, format!("service {:?}: its configuration cannot be read here: {why}", service.name))
            .at(place)
            .help("write its routes with `--host` or `x-transship`"),
    );
}

/// Is its image a plain Caddy?
fn is_caddy(service: &Service) -> bool {
    let Some(image) = &service.container.image else { return false };
    let name = image.value.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or(name);
    let last = last.split(':').next().unwrap_or(last);
    service.build.is_none() && (last == "caddy" || last.starts_with("caddy-")) && !last.contains("docker-proxy")
}
