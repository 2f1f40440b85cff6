//! Values that Docker Compose fills in for attributes that say nothing.

use super::forms::one;
use super::values::plain_text;
use crate::yaml::{Entry, Map, Node, Text, Value};

/// Fills in the defaults of a model in long forms. With `verbatim` hooks get none, as Docker Compose prints them.
pub(crate) fn apply(model: &mut Map, verbatim: bool) {
    for section in ["services", "jobs"] {
        for (_, entry) in entries(model, section) {
            let Some(service) = entry.value.as_map_mut() else { continue };
            container(service);
            if let Some(hooks) = list(service, "pre_start") {
                hooks.iter_mut().filter_map(Node::as_map_mut).for_each(if verbatim { bare_binds } else { container });
            }
            workload(service);
        }
    }
}

/// The entries of a section, if it has any.
pub(crate) fn entries<'m>(model: &'m mut Map, section: &str) -> impl Iterator<Item = (&'m Text, &'m mut Entry)> {
    model.get_mut(section).and_then(|entry| entry.value.as_map_mut()).into_iter().flatten()
}

/// The list under a key, if it is one.
pub(crate) fn list<'m>(map: &'m mut Map, key: &str) -> Option<&'m mut Vec<Node>> {
    match map.get_mut(key).map(|entry| &mut entry.value.value) {
        Some(Value::List(items)) => Some(items),
        _ => None,
    }
}

/// The mapping under a key, if it is one.
pub(crate) fn mapping<'m>(map: &'m mut Map, key: &str) -> Option<&'m mut Map> {
    map.get_mut(key)?.value.as_map_mut()
}

/// Sets a key that is missing, with the place of its parent.
fn fill(node: &mut Node, key: &str, value: Value) {
    let place = node.place;
    if let Some(map) = node.as_map_mut()
        && map.get(key).is_none_or(|entry| entry.value.is_null())
    {
        map.insert(key.into(), Entry { key: place, value: Node::new(value, place) });
    }
}

fn container(map: &mut Map) {
    for secret in list(map, "secrets").into_iter().flatten() {
        if let Some(source) = secret.get("source").map(plain_text) {
            fill(secret, "target", Value::String(format!("/run/secrets/{source}").into()));
        }
    }
    for request in list(map, "gpus").into_iter().flatten() {
        device_count(request);
    }
    for mount in list(map, "volumes").into_iter().flatten().filter_map(Node::as_map_mut) {
        if let Some(bind) = mount.get_mut("bind") {
            fill(&mut bind.value, "create_host_path", Value::Bool(true));
        }
    }
}

/// A bind mount that says nothing of it creates no folder on the host.
fn bare_binds(map: &mut Map) {
    for mount in list(map, "volumes").into_iter().flatten().filter_map(Node::as_map_mut) {
        if let Some(bind) = mount.get_mut("bind") {
            fill(&mut bind.value, "create_host_path", Value::Bool(false));
        }
    }
}

fn workload(map: &mut Map) {
    if let Some(build) = map.get_mut("build") {
        fill(&mut build.value, "context", Value::String(".".into()));
    }
    for port in list(map, "ports").into_iter().flatten() {
        fill(port, "protocol", Value::String("tcp".into()));
        fill(port, "mode", Value::String("ingress".into()));
    }
    let requests = mapping(map, "deploy")
        .and_then(|deploy| mapping(deploy, "resources"))
        .and_then(|resources| mapping(resources, "reservations"))
        .and_then(|reservations| list(reservations, "devices"));
    for request in requests.into_iter().flatten() {
        device_count(request);
    }
    for (_, dependency) in entries(map, "depends_on") {
        fill(&mut dependency.value, "required", Value::Bool(true));
    }
}

fn device_count(request: &mut Node) {
    if request.get("device_ids").is_none() {
        fill(request, "count", Value::String("all".into()));
    }
}

/// A dependency that another attribute asks for, with the place of that.
pub(crate) fn dependency(place: crate::text::Place, restart: bool) -> Node {
    let mut map = one("condition", place, Node::string("service_started", place));
    for (key, value) in [("restart", restart), ("required", true)] {
        map.insert(key.into(), Entry { key: place, value: Node::new(Value::Bool(value), place) });
    }
    Node::new(Value::from(map), place)
}
