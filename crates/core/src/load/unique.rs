//! Uniqueness in the lists of a service: of two items with the same key, the later takes the place of the earlier.

use super::canonical::volumes;
use super::trail::Trail;
use super::values::plain_text;
use crate::diag::catalog::load::{DEVICE_INVALID, ENV_FILE_ENTRY_INVALID, PORT_INVALID, VOLUME_MOUNT_INVALID};
use crate::diag::{Diagnostic, Diagnostics};
use crate::yaml::{Map, Node, Value};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Enforces uniqueness in every service of `model`. `None` after an error; items that have no key are told and taken out.
pub(crate) fn enforce(model: &mut Map, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut failed = false;
    if let Some(services) = model.get_mut("services").and_then(|entry| entry.value.as_map_mut()) {
        for (name, entry) in services {
            if let Some(service) = entry.value.as_map_mut() {
                failed |= enforce_service(service, Trail::entry("services", name), diagnostics).is_none();
            }
        }
    }
    if let Some(networks) = model.get_mut("networks").and_then(|entry| entry.value.as_map_mut()) {
        for (_, entry) in networks {
            each_by_key(&mut entry.value.value, &["labels"]);
            if let Some(ipam) = entry.value.as_map_mut().and_then(|network| network.get_mut("ipam")) {
                each_by_key(&mut ipam.value.value, &["options"]);
            }
        }
    }
    (!failed).then_some(())
}

/// Goes through the attributes that the service has, which are few beside those that it could have.
fn enforce_service(service: &mut Map, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut failed = false;
    for (name, entry) in service {
        let value = &mut entry.value.value;
        let plain = |item: &Node, _: Trail<'_>| Ok(scalar_text(item));
        let trail = trail.then(name);
        let done = match name.as_str() {
            "annotations" | "cap_add" | "cap_drop" | "dns" | "dns_opt" | "dns_search" | "environment" | "labels" | "links" | "profiles"
            | "sysctls" => {
                by_key(value);
                Some(())
            }
            "build" => {
                each_by_key(value, &["args", "additional_contexts", "platform", "tags", "labels"]);
                Some(())
            }
            "deploy" => {
                each_by_key(value, &["labels"]);
                Some(())
            }
            "networks" => {
                if let Value::Map(networks) = value {
                    networks.values_mut().for_each(|network| each_by_key(&mut network.value.value, &["aliases", "link_local_ips"]));
                }
                Some(())
            }
            "tmpfs" | "expose" => list(value, trail, diagnostics, plain),
            "volumes" => list(value, trail, diagnostics, volume_key),
            "devices" => list(value, trail, diagnostics, device_key),
            "configs" => list(value, trail, diagnostics, |item, _| Ok(mount_key(item, ""))),
            "secrets" => list(value, trail, diagnostics, |item, _| Ok(mount_key(item, "/run/secrets"))),
            "env_file" => list(value, trail, diagnostics, env_file_key),
            "ports" => list(value, trail, diagnostics, port_key),
            _ => Some(()),
        };
        failed |= done.is_none();
    }
    (!failed).then_some(())
}

/// Keeps the last item of each key, in the place of the first. An item without a key stays as it is.
fn keep_last(items: &mut Vec<Node>, keys: Vec<Option<String>>) {
    let mut seen = HashSet::with_capacity(keys.len());
    if keys.iter().flatten().all(|key| seen.insert(key)) {
        return;
    }
    let mut kept: IndexMap<(Option<String>, usize), Node> = IndexMap::with_capacity(items.len());
    for (index, (item, key)) in std::mem::take(items).into_iter().zip(keys).enumerate() {
        let serial = if key.is_some() { 0 } else { index };
        kept.insert((key, serial), item);
    }
    items.extend(kept.into_values());
}

fn list(
    value: &mut Value,
    trail: Trail<'_>,
    diagnostics: &mut Diagnostics,
    key: impl Fn(&Node, Trail<'_>) -> Result<Option<String>, Box<Diagnostic>>,
) -> Option<()> {
    let Value::List(items) = value else { return Some(()) };
    let trail = trail.item();
    let mut keys = Vec::with_capacity(items.len());
    let before = items.len();
    items.retain(|item| match key(item, trail) {
        Ok(key) => {
            keys.push(key);
            true
        }
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            false
        }
    });
    let refused = before - items.len();
    keep_last(items, keys);
    (refused == 0).then_some(())
}

/// A list whose items are known by what stands before `=`.
fn by_key(value: &mut Value) {
    let Value::List(items) = value else { return };
    let key = |item: &Node| scalar_text(item).map(|text| text.split_once('=').map(|(key, _)| key.to_owned()).unwrap_or(text));
    let keys = items.iter().map(key).collect();
    keep_last(items, keys);
}

/// The lists under some keys of a mapping.
fn each_by_key(value: &mut Value, keys: &[&str]) {
    let Value::Map(map) = value else { return };
    for (_, entry) in map.iter_mut().filter(|(key, _)| keys.contains(&key.as_str())) {
        by_key(&mut entry.value.value);
    }
}

fn scalar_text(item: &Node) -> Option<String> {
    (!matches!(item.value, Value::Map(_) | Value::List(_))).then(|| plain_text(item))
}

fn volume_key(item: &Node, trail: Trail<'_>) -> Result<Option<String>, Box<Diagnostic>> {
    let missing = || {
        Diagnostic::new(&VOLUME_MOUNT_INVALID, format!("{trail} has no `target`"))
            .at(item.place)
            .help("say with `target` where in the container it is mounted")
    };
    match &item.value {
        Value::Map(map) => match map.get("target").and_then(|entry| entry.value.as_str()) {
            Some(target) => Ok(Some(target.to_owned())),
            None => Err(Box::new(missing())),
        },
        Value::String(text) => match volumes::parse(text) {
            Ok(volume) => Ok(Some(volume.target)),
            Err(reason) => Err(Box::new(volumes::refusal(trail, text, &reason, item.place))),
        },
        _ => Ok(None),
    }
}

fn device_key(item: &Node, trail: Trail<'_>) -> Result<Option<String>, Box<Diagnostic>> {
    match &item.value {
        Value::Map(map) => match map.get("target").and_then(|entry| entry.value.as_str()) {
            Some(target) => Ok(Some(target.to_owned())),
            None => Err(Box::new(
                Diagnostic::new(&DEVICE_INVALID, format!("{trail} has no `target`"))
                    .at(item.place)
                    .help("the long form needs `target`, the path of the device in the container"),
            )),
        },
        Value::String(text) => {
            let mut parts = text.split(':');
            let source = parts.next().unwrap_or("");
            Ok(Some(parts.next().unwrap_or(source).to_owned()))
        }
        _ => Ok(None),
    }
}

/// Where a config or secret is mounted.
fn mount_key(item: &Node, folder: &str) -> Option<String> {
    match &item.value {
        Value::Map(map) => {
            let text = |key: &str| map.get(key).map(|entry| plain_text(&entry.value));
            Some(text("target").unwrap_or_else(|| format!("{folder}/{}", text("source").unwrap_or_default())))
        }
        Value::String(name) => Some(format!("{folder}/{name}")),
        _ => None,
    }
}

fn env_file_key(item: &Node, trail: Trail<'_>) -> Result<Option<String>, Box<Diagnostic>> {
    match &item.value {
        Value::Map(map) => match map.get("path") {
            Some(entry) => Ok(Some(plain_text(&entry.value))),
            None => Err(Box::new(
                Diagnostic::new(&ENV_FILE_ENTRY_INVALID, format!("{trail} has no `path`"))
                    .at(item.place)
                    .help("say with `path` which file to read"),
            )),
        },
        Value::String(path) => Ok(Some(path.to_string())),
        _ => Ok(None),
    }
}

/// A short form counts as it is written; the long form by address, published port, target and protocol.
fn port_key(item: &Node, trail: Trail<'_>) -> Result<Option<String>, Box<Diagnostic>> {
    let Value::Map(map) = &item.value else { return Ok(scalar_text(item)) };
    let text = |key: &str| map.get(key).map(|entry| plain_text(&entry.value));
    let Some(target) = text("target") else {
        return Err(Box::new(
            Diagnostic::new(&PORT_INVALID, format!("{trail} has no `target`"))
                .at(item.place)
                .help("say with `target` which port of the container it is"),
        ));
    };
    let host = text("host_ip").unwrap_or_else(|| "0.0.0.0".to_owned());
    let protocol = text("protocol").unwrap_or_else(|| "tcp".to_owned());
    Ok(Some(format!("{host}:{}:{target}/{protocol}", text("published").unwrap_or_default())))
}
