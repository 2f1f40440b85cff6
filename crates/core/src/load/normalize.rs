//! Normal form: the default network, names of resources, implied dependencies, and values taken from the environment.

use super::defaults::{dependency, entries, list, mapping};
use super::environment::resolve;
use super::forms::one;
use super::loader::{Environment, Loader};
use super::merge::merge_maps;
use super::shapes::CONTAINER;
use super::trail::Trail;
use super::validate::is_true;
use super::values::plain_text;
use crate::text::{Place, path};
use crate::yaml::{Entry, Map, Node, Value};

/// Brings the services and jobs of a model, or of a part of it, in long forms to normal form. The place of the first that is on the
/// default network goes to `default_network`. `None` after an error.
pub(crate) fn workloads(
    model: &mut Map,
    default_network: &mut Option<Place>,
    environment: &Environment,
    loader: &mut Loader<'_>,
) -> Option<()> {
    for section in ["services", "jobs"] {
        for (name, entry) in entries(model, section) {
            let place = entry.key;
            let Some(service) = entry.value.as_map_mut() else { continue };
            if join_default(service, place) {
                default_network.get_or_insert(place);
            }
            workload(service, environment);
            imply_dependencies(service, place);
            hooks(service, place, Trail::entry(section, name), loader)?;
        }
    }
    Some(())
}

/// Declares the default network where something is on it, and names networks, volumes, configs and secrets.
pub(crate) fn resources(model: &mut Map, default_network: Option<Place>, project: &str) {
    if let Some(place) = default_network {
        let null = || Node::new(Value::Null, place);
        match model.get_mut("networks") {
            Some(Entry { value: Node { value: Value::Map(networks), .. }, .. }) => {
                networks.entry("default".into()).or_insert_with(|| Entry { key: place, value: null() });
            }
            _ => {
                let networks = Node::new(Value::from(one("default", place, null())), place);
                model.insert("networks".into(), Entry { key: place, value: networks });
            }
        }
    }
    for section in ["networks", "volumes", "configs", "secrets"] {
        for (key, entry) in entries(model, section) {
            name(key, entry, project);
        }
    }
}

/// Puts a service that names no network on the default one. Is it on that?
fn join_default(service: &mut Map, place: Place) -> bool {
    if service.contains_key("provider") || service.contains_key("network_mode") {
        return false;
    }
    if let Some(networks) = mapping(service, "networks").filter(|networks| !networks.is_empty()) {
        return networks.contains_key("default");
    }
    let at = service.get("networks").map_or(place, |entry| entry.key);
    let networks = Node::new(Value::from(one("default", at, Node::new(Value::Null, at))), at);
    service.insert("networks".into(), Entry { key: at, value: networks });
    true
}

fn workload(service: &mut Map, environment: &Environment) {
    if let Some(policy) = service.get_mut("pull_policy")
        && policy.value.as_str() == Some("if_not_present")
    {
        policy.value.value = Value::String("missing".into());
    }
    if let Some(entry) = service.get_mut("build") {
        let place = entry.key;
        if let Some(build) = entry.value.as_map_mut() {
            fill(build, "context", ".", place);
            if build.get("dockerfile_inline").is_none_or(|entry| plain_text(&entry.value).is_empty()) {
                fill(build, "dockerfile", "Dockerfile", place);
            }
            if let Some(args) = build.get_mut("args") {
                resolve(&mut args.value, environment, false);
            }
        }
    }
    if let Some(variables) = service.get_mut("environment") {
        resolve(&mut variables.value, environment, true);
    }
    for mount in list(service, "volumes").into_iter().flatten().filter_map(Node::as_map_mut) {
        if let Some(Value::String(target)) = mount.get_mut("target").map(|entry| &mut entry.value.value)
            && !target.is_empty()
        {
            *target = path::clean(target).into();
        }
    }
}

fn fill(map: &mut Map, key: &str, text: &str, place: Place) {
    if map.get(key).is_none_or(|entry| entry.value.is_null()) {
        map.insert(key.into(), Entry { key: place, value: Node::string(text, place) });
    }
}

/// Adds the dependencies that other attributes imply.
fn imply_dependencies(service: &mut Map, place: Place) {
    let mut implied: Vec<(String, Place, bool)> = Vec::new();
    for link in list(service, "links").into_iter().flatten() {
        let name = plain_text(link);
        let name = name.split_once(':').map_or(name.as_str(), |(name, _)| name);
        implied.push((name.to_owned(), link.place, true));
    }
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        if let Some(node) = service.get(key).map(|entry| &entry.value)
            && let Some(name) = node.as_str().and_then(|text| text.strip_prefix("service:"))
        {
            implied.push((name.to_owned(), node.place, true));
        }
    }
    for from in list(service, "volumes_from").into_iter().flatten() {
        let text = plain_text(from);
        if !text.starts_with("container:") {
            let name = text.split_once(':').map_or(text.as_str(), |(name, _)| name);
            implied.push((name.to_owned(), from.place, false));
        }
    }
    if implied.is_empty() {
        return;
    }
    if mapping(service, "depends_on").is_none() {
        let at = implied.first().map_or(place, |(_, at, _)| *at);
        service.insert("depends_on".into(), Entry { key: at, value: Node::new(Value::from(Map::default()), at) });
    }
    let Some(dependencies) = mapping(service, "depends_on") else { return };
    for (name, at, restart) in implied {
        dependencies.entry(name.into()).or_insert_with(|| Entry { key: at, value: dependency(at, restart) });
    }
}

/// Hooks before the start take over what the service says of its container, without its volumes.
fn hooks(service: &mut Map, place: Place, trail: Trail<'_>, loader: &mut Loader<'_>) -> Option<()> {
    if !service.contains_key("pre_start") {
        return Some(());
    }
    let inherited: Map = service
        .iter()
        .filter(|(key, _)| *key != "volumes" && CONTAINER.iter().any(|(name, _)| name == key))
        .map(|(key, entry)| (key.clone(), entry.clone()))
        .collect();
    let inherited = Node::new(Value::from(inherited), place);
    for hook in list(service, "pre_start").into_iter().flatten() {
        loader.budget.copy(&inherited, hook.place, loader.diagnostics)?;
        if let Value::Map(own) = &mut hook.value {
            let own = std::mem::take(own);
            hook.value = Value::from(merge_maps(inherited.as_map().cloned()?, *own, trail, loader.diagnostics)?);
        }
    }
    Some(())
}

/// Names a resource: as its key says where it is external, else with the project's name before it.
fn name(key: &str, entry: &mut Entry, project: &str) {
    let place = entry.key;
    if entry.value.is_null() {
        entry.value = Node::new(Value::from(one("name", place, Node::string(format!("{project}_{key}"), place))), place);
        return;
    }
    let Some(map) = entry.value.as_map_mut() else { return };
    if map.get("name").is_some_and(|entry| !entry.value.is_null()) {
        return;
    }
    let external = map.get("external").is_some_and(|entry| is_true(&entry.value));
    let name = if external { key.to_owned() } else { format!("{project}_{key}") };
    map.insert("name".into(), Entry { key: place, value: Node::string(name, place) });
}
