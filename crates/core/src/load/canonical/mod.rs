//! Short syntaxes to long ones, so that every later step knows one form.

pub(crate) mod devices;
pub(crate) mod external;
pub(crate) mod ports;
pub(crate) mod volumes;

use super::damage::Damage;
use super::defaults::entries;
use super::forms::{dependencies, listed, names, one};
use super::loader::{Budget, Loader};
use super::trail::Trail;
use super::values::{kind, plain_text};
use crate::diag::catalog::load::{KEY_VALUE_INVALID, PORT_INVALID, SHORT_SYNTAX_INVALID};
use crate::diag::{Diagnostic, Diagnostics};
use crate::yaml::{Entry, Map, Node, Value};

/// How many values of a list the long form of a port takes the memory of.
const PORT_VALUES: usize = 6;

/// The same of a mount.
const MOUNT_VALUES: usize = 8;

/// The same of an item of some lists whose items become mappings in one step, or bring in dependencies.
const ITEM_VALUES: [(&str, usize); 10] = [
    ("depends_on", 5),
    ("env_file", 4),
    ("secrets", 4),
    ("configs", 4),
    ("devices", 6),
    ("gpus", 6),
    ("volumes_from", 6),
    ("links", 2),
    ("networks", 2),
    ("models", 2),
];

/// What defaults add to a service, at least, in values.
const SERVICE_VALUES: usize = 4;

/// The same for an entry of another section that has a name in the engine.
const NAMED_VALUES: usize = 4;

/// What the transformation of a model needs besides it.
struct Terms<'l> {
    /// Do ports and mounts that cannot be read stay as they are?
    lenient: bool,
    budget: &'l mut Budget,
    diagnostics: &'l mut Diagnostics,
}

/// Looks whether there is room for the long forms of what a document lists, and for what its services get by default, before anything
/// makes them. Lists for which there is none are told and taken out.
pub(crate) fn admit(document: &mut Map, loader: &mut Loader<'_>) {
    let mut failed = false;
    for section in ["services", "jobs"] {
        for (_, entry) in entries(document, section) {
            failed |= loader.budget.spend(SERVICE_VALUES, entry.key, loader.diagnostics).is_none();
            let Some(workload) = entry.value.as_map_mut() else { continue };
            for (key, values) in ITEM_VALUES {
                let Some((items, place)) = workload.get(key).and_then(|entry| Some((entry.value.as_list()?, entry.value.place))) else {
                    continue;
                };
                if loader.budget.spend(values * items.len(), place, loader.diagnostics).is_none() {
                    workload.shift_remove(key);
                    failed = true;
                }
            }
        }
    }
    for section in ["networks", "volumes", "secrets", "configs"] {
        let Some(section) = document.get(section) else { continue };
        let named = section.value.as_map().map_or(0, Map::len);
        failed |= loader.budget.spend(NAMED_VALUES * named, section.key, loader.diagnostics).is_none();
    }
    if failed {
        loader.damage.add(Damage::Attributes);
    }
}

/// Brings a model to long forms. With `lenient`, ports and mounts that cannot be read stay as they are. What else cannot be read is
/// told and taken out.
pub(crate) fn transform(model: &mut Map, lenient: bool, loader: &mut Loader<'_>) {
    let terms = &mut Terms { lenient, budget: &mut loader.budget, diagnostics: loader.diagnostics };
    let mut failed = false;
    for (section, entry) in model {
        let Some(entries) = entry.value.as_map_mut() else { continue };
        for (name, entry) in entries {
            let trail = Trail::entry(section, name);
            let Some(map) = entry.value.as_map_mut() else { continue };
            failed |= match section.as_str() {
                "services" | "jobs" => workload(map, trail, terms),
                "networks" | "volumes" | "secrets" | "configs" => external::transform(map, trail, terms.diagnostics),
                _ => Some(()),
            }
            .is_none();
        }
    }
    if failed {
        loader.damage.add(Damage::Attributes);
    }
}

/// What a service, a job and a hook before the start have in common, and what only the first two have.
fn workload(map: &mut Map, trail: Trail<'_>, terms: &mut Terms<'_>) -> Option<()> {
    let mut done = vec![container(map, trail, terms)];
    if let Some(Value::List(hooks)) = value_mut(map, "pre_start") {
        for hook in hooks.iter_mut().filter_map(Node::as_map_mut) {
            done.push(container(hook, trail.then("pre_start").item(), terms));
        }
    }
    done.push(replace(map, "depends_on", |node| Some(dependencies(node))));
    done.push(replace(map, "extends", |node| {
        let place = node.place;
        Some(match node.value {
            Value::String(_) => Node::new(Value::from(one("service", place, node)), place),
            _ => node,
        })
    }));
    done.push(replace(map, "build", |node| build(node, trail.then("build"), terms)));
    done.push(replace(map, "ports", |node| port_list(node, trail.then("ports"), terms)));
    if let Some(watch) = map.get_mut("develop").and_then(|entry| value_mut(entry.value.as_map_mut()?, "watch"))
        && let Value::List(triggers) = watch
    {
        for trigger in triggers.iter_mut().filter_map(Node::as_map_mut) {
            done.push(replace(trigger, "ignore", |node| Some(listed(node))));
            done.push(replace(trigger, "include", |node| Some(listed(node))));
        }
    }
    if let Some(Value::List(entries)) = map.get_mut("triggers").and_then(|entry| value_mut(entry.value.as_map_mut()?, "schedule")) {
        for entry in entries {
            if entry.as_str().is_some() {
                let place = entry.place;
                let cron = std::mem::replace(entry, Node::new(Value::Null, place));
                *entry = Node::new(Value::from(one("cron", place, cron)), place);
            }
        }
    }
    done.into_iter().collect()
}

fn container(map: &mut Map, trail: Trail<'_>, terms: &mut Terms<'_>) -> Option<()> {
    [
        replace(map, "env_file", |node| Some(each(listed(node), env_file))),
        replace(map, "label_file", |node| Some(listed(node))),
        // Empty ones are left out of services only.
        replace(map, "dns", |node| Some(if matches!(trail.keys(), ["services", _]) { without_empty(listed(node)) } else { listed(node) })),
        replace(map, "networks", |node| Some(names(node))),
        replace(map, "models", |node| Some(names(node))),
        replace(map, "gpus", |node| Some(devices::gpus(node))),
        replace(map, "secrets", |node| Some(each(node, file_mount))),
        replace(map, "configs", |node| Some(each(node, file_mount))),
        replace(map, "devices", |node| {
            try_each(node, |item| devices::long(item, trail.then("devices").item(), terms.lenient, terms.diagnostics))
        }),
        replace(map, "volumes", |node| try_each(node, |item| mount(item, trail.then("volumes").item(), terms))),
    ]
    .into_iter()
    .collect()
}

fn value_mut<'m>(map: &'m mut Map, key: &str) -> Option<&'m mut Value> {
    map.get_mut(key).map(|entry| &mut entry.value.value)
}

/// Puts what `change` makes of a key's value in its place; null stays null. `None` where it makes nothing: then the key goes.
pub(crate) fn replace(map: &mut Map, key: &str, change: impl FnOnce(Node) -> Option<Node>) -> Option<()> {
    if let Some(entry) = map.get_mut(key)
        && !entry.value.is_null()
    {
        let place = entry.value.place;
        let node = std::mem::replace(&mut entry.value, Node::new(Value::Null, place));
        let Some(value) = change(node) else {
            map.shift_remove(key);
            return None;
        };
        entry.value = value;
    }
    Some(())
}

fn each(mut node: Node, change: impl Fn(Node) -> Node) -> Node {
    if let Value::List(items) = &mut node.value {
        *items = std::mem::take(items).into_iter().map(change).collect();
    }
    node
}

fn try_each(mut node: Node, change: impl FnMut(Node) -> Option<Node>) -> Option<Node> {
    if let Value::List(items) = &mut node.value {
        // Every item has its say, so that all that is wrong is told.
        let changed: Vec<Option<Node>> = std::mem::take(items).into_iter().map(change).collect();
        *items = changed.into_iter().collect::<Option<Vec<_>>>()?;
    }
    Some(node)
}

fn without_empty(mut node: Node) -> Node {
    if let Value::List(items) = &mut node.value {
        items.retain(|item| !item.is_null() && item.as_str() != Some(""));
    }
    node
}

fn env_file(item: Node) -> Node {
    let place = item.place;
    match item.value {
        Value::String(_) => {
            let required = Entry { key: place, value: Node::new(Value::Bool(true), place) };
            let map = Map::from_iter([("path".into(), Entry { key: place, value: item }), ("required".into(), required)]);
            Node::new(Value::from(map), place)
        }
        Value::Map(ref map) if !map.contains_key("required") => {
            let mut item = item;
            if let Some(map) = item.as_map_mut() {
                map.insert("required".into(), Entry { key: place, value: Node::new(Value::Bool(true), place) });
            }
            item
        }
        _ => item,
    }
}

fn file_mount(item: Node) -> Node {
    let place = item.place;
    match item.value {
        Value::String(_) => Node::new(Value::from(one("source", place, item)), place),
        _ => item,
    }
}

fn mount(item: Node, trail: Trail<'_>, terms: &mut Terms<'_>) -> Option<Node> {
    let Value::String(text) = &item.value else { return Some(item) };
    match volumes::parse(text) {
        Ok(mount) => {
            terms.budget.spend(MOUNT_VALUES, item.place, terms.diagnostics)?;
            Some(Node { alias: item.alias, ..volumes::long(mount, item.place) })
        }
        Err(_) if terms.lenient => Some(item),
        Err(reason) => {
            terms.diagnostics.push(volumes::refusal(trail, text, &reason, item.place));
            None
        }
    }
}

fn port_list(node: Node, trail: Trail<'_>, terms: &mut Terms<'_>) -> Option<Node> {
    let Value::List(items) = &node.value else { return Some(node) };
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let text = match &item.value {
            Value::String(_) | Value::Int(_) => plain_text(item),
            Value::Map(_) => {
                all.push(item.clone());
                continue;
            }
            other => {
                terms.diagnostics.push(
                    Diagnostic::new(&PORT_INVALID, format!("{} is {}, not a port", trail.item(), kind(other)))
                        .at(item.place)
                        .help("write a whole number, a string such as \"8080:80\", or the long form"),
                );
                return None;
            }
        };
        match ports::parse(&text) {
            Ok(short) if short.is_without_target() => {
                terms.diagnostics.push(ports::refusal(trail.item(), &text, "0 is no port of the container", item.place));
                return None;
            }
            Ok(short) => {
                terms.budget.spend(PORT_VALUES * short.count(), item.place, terms.diagnostics)?;
                all.extend(ports::long(&short, item.place).into_iter().map(|port| Node { alias: item.alias, ..port }));
            }
            Err(_) if terms.lenient && item.as_str().is_some() => return Some(node),
            Err(reason) => {
                terms.diagnostics.push(ports::refusal(trail.item(), &text, &reason, item.place));
                return None;
            }
        }
    }
    Some(Node::new(Value::List(all), node.place))
}

fn build(node: Node, trail: Trail<'_>, terms: &mut Terms<'_>) -> Option<Node> {
    let place = node.place;
    let mut node = match node.value {
        Value::String(_) => Node::new(Value::from(one("context", place, node)), place),
        _ => node,
    };
    if let Some(map) = node.as_map_mut() {
        replace(map, "secrets", |node| Some(each(node, file_mount)))?;
        replace(map, "additional_contexts", |node| key_values(node, trail.then("additional_contexts"), false, terms))?;
        replace(map, "ssh", |node| key_values(node, trail.then("ssh"), true, terms))?;
        for key in ["provenance", "sbom"] {
            replace(map, key, |node| Some(Node { value: Value::String(plain_text(&node).into()), ..node }))?;
        }
    }
    Some(node)
}

/// A list of `key=value` as a mapping; `default` may stand alone where the SSH agent is meant.
fn key_values(node: Node, trail: Trail<'_>, ssh: bool, terms: &mut Terms<'_>) -> Option<Node> {
    let place = node.place;
    let readable = |item: &Node| plain_text(item).contains('=') || (ssh && plain_text(item) == "default");
    if terms.lenient && node.as_list().is_some_and(|items| !items.iter().all(readable)) {
        return Some(node);
    }
    let diagnostics = &mut *terms.diagnostics;
    let items = match node.value {
        Value::List(items) => items,
        Value::Map(_) => return Some(node),
        Value::String(_) if ssh => vec![node],
        ref other => {
            let message = format!("{trail} is {}, not a mapping or a list", kind(other));
            diagnostics.push(Diagnostic::new(&SHORT_SYNTAX_INVALID, message).at(place).help("write a mapping, or a list of `key=value`"));
            return None;
        }
    };
    let mut map = Map::default();
    for item in items {
        let text = plain_text(&item);
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Value::String(value.into())),
            None if ssh && text == "default" => (text.as_str(), Value::Null),
            None => {
                diagnostics.push(
                    Diagnostic::new(&KEY_VALUE_INVALID, format!("{}: {text:?} has no `=`", trail.item()))
                        .at(item.place)
                        .help("write `key=value`"),
                );
                return None;
            }
        };
        map.insert(key.into(), Entry { key: item.place, value: Node { value, ..item } });
    }
    Some(Node::new(Value::from(map), place))
}
