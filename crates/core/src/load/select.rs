//! Services named on the command line, with their dependencies, and the resources that the rest uses.

use super::defaults::{entries, mapping};
use super::profiles;
use super::sections::SECTIONS;
use super::values::plain_text;
use crate::diag::catalog::load::{DEPENDENCY_INACTIVE_UNKNOWN, DEPENDENCY_UNKNOWN, SELECTED_SERVICE_UNKNOWN};
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::{HashSet, IndexSet};
use crate::text::similar;
use crate::yaml::{Map, Node, Text};

/// The profiles that the services bring in that are named. `None` when one does not exist.
pub(crate) fn profiles_of(names: &[String], services: &Map, inactive: &Map, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let mut wanted: Vec<String> = Vec::new();
    for name in names.iter().filter(|name| !services.contains_key(name.as_str())) {
        let Some(entry) = inactive.get(name.as_str()) else {
            let known = services.keys().chain(inactive.keys()).map(Text::as_str);
            let help = match similar::closest(name, known) {
                Some(other) => format!("did you mean {other:?}?"),
                None => "name a service of the project".to_owned(),
            };
            diagnostics.push(Diagnostic::new(&SELECTED_SERVICE_UNKNOWN, format!("there is no service {name:?}")).help(help));
            return None;
        };
        wanted.extend(profiles::of(&entry.value));
    }
    Some(wanted)
}

/// Keeps the services that are named and those that they depend on. `None` after an error.
pub(crate) fn select(names: &[String], services: &mut Map, inactive: &Map, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut kept: IndexSet<String> = IndexSet::default();
    let mut open: Vec<String> = names.to_vec();
    while let Some(name) = open.pop() {
        if kept.contains(name.as_str()) {
            continue;
        }
        let dependencies = services.get(name.as_str()).and_then(|entry| entry.value.get("depends_on")).and_then(Node::as_map);
        for (other, dependency) in dependencies.into_iter().flatten() {
            if services.contains_key(other) {
                open.push(other.to_string());
                continue;
            }
            if dependency.value.get("required").is_some_and(|node| !super::validate::is_true(node)) {
                continue;
            }
            let Some(entry) = inactive.get(other) else {
                let message = format!("service {name:?} depends on the service {other:?}, which is not declared");
                let help = "name a service of the project";
                diagnostics.push(Diagnostic::new(&DEPENDENCY_UNKNOWN, message).at(dependency.key).help(help));
                return None;
            };
            let profiles = profiles::of(&entry.value).join(", ");
            diagnostics.push(
                Diagnostic::new(
                    &DEPENDENCY_INACTIVE_UNKNOWN,
                    format!("service {name:?} depends on the service {other:?}, which no active profile brings in"),
                )
                .at(dependency.key)
                .also(entry.key, "left out by its profiles")
                .help(format!("activate one of its profiles: {profiles}")),
            );
            return None;
        }
        kept.insert(name);
    }
    for (name, mut entry) in std::mem::take(services) {
        if kept.contains(name.as_str()) {
            let service = entry.value.as_map_mut();
            if let Some(service) = service
                && let Some(dependencies) = mapping(service, "depends_on")
            {
                dependencies.retain(|other, _| kept.contains(other.as_str()));
                if dependencies.is_empty() {
                    service.shift_remove("depends_on");
                }
            }
            services.insert(name, entry);
        }
    }
    Some(())
}

/// Removes the networks, volumes, configs, secrets and models that nobody uses. With `verbatim` only services count, and not their hooks.
pub(crate) fn prune(model: &mut Map, verbatim: bool) {
    let mut used = HashSet::default();
    for section in if verbatim { &["services"][..] } else { &["services", "jobs"] } {
        for (_, entry) in entries(model, section) {
            note_uses(&entry.value, &mut used);
            for hook in entry.value.get("pre_start").filter(|_| !verbatim).and_then(Node::as_list).unwrap_or_default() {
                note_uses(hook, &mut used);
            }
        }
    }
    for section in SECTIONS.into_iter().filter(|section| !matches!(*section, "services" | "jobs")) {
        if let Some(resources) = mapping(model, section) {
            resources.retain(|name, _| used.contains(&(section, name.clone())));
            if resources.is_empty() {
                model.shift_remove(section);
            }
        }
    }
}

fn note_uses(service: &Node, used: &mut HashSet<(&'static str, Text)>) {
    for section in ["networks", "models"] {
        for name in service.get(section).and_then(Node::as_map).into_iter().flat_map(Map::keys) {
            used.insert((section, name.clone()));
        }
    }
    for section in ["configs", "secrets"] {
        let own = service.get(section);
        let build = service.get("build").and_then(|build| build.get(section));
        for item in own.into_iter().chain(build).filter_map(Node::as_list).flatten() {
            used.extend(item.get("source").map(|source| (section, plain_text(source).into())));
        }
    }
    for mount in service.get("volumes").and_then(Node::as_list).unwrap_or_default() {
        if mount.get("type").and_then(Node::as_str) == Some("volume") {
            used.extend(mount.get("source").map(|source| ("volumes", plain_text(source).into())));
        }
    }
}
