//! Uniqueness in the lists of a service: of two items with the same key, the later takes the place of the earlier.

use super::canonical::volumes;
use super::compare::fingerprint;
use super::trail::Trail;
use super::values::plain_text;
use crate::diag::catalog::load::{DEVICE_INVALID, ENV_FILE_ENTRY_INVALID, PORT_INVALID, VOLUME_MOUNT_INVALID};
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::HashMap;
use crate::yaml::{Map, Node, Value};
use std::borrow::Cow;
use std::collections::hash_map::Entry;

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
            "tmpfs" | "expose" => list(value, trail, diagnostics, |item, _| Ok(scalar_text(item))),
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

/// What an item is known by, if by anything. Most often a part of the item, and then not copied: a list may be long.
type Key<'n> = Option<Cow<'n, str>>;

/// The items that stay, by their index.
struct Kept<'n> {
    indexes: Vec<usize>,
    /// Which of them has a key.
    known: HashMap<Cow<'n, str>, usize>,
}

impl<'n> Kept<'n> {
    fn of(items: &[Node]) -> Self {
        let known = HashMap::with_capacity_and_hasher(items.len(), Default::default());
        Self { indexes: Vec::with_capacity(items.len()), known }
    }

    /// The last item of each key, in the place of the first. An item without a key stays as it is.
    fn add(&mut self, index: usize, key: Key<'n>) {
        match key.map(|key| self.known.entry(key)) {
            Some(Entry::Occupied(slot)) => {
                if let Some(earlier) = self.indexes.get_mut(*slot.get()) {
                    *earlier = index;
                }
                return;
            }
            Some(Entry::Vacant(slot)) => drop(slot.insert(self.indexes.len())),
            None => {}
        }
        self.indexes.push(index);
    }
}

/// Keeps the items of these indexes.
fn keep(items: &mut Vec<Node>, indexes: Vec<usize>) {
    if indexes.len() < items.len() {
        let mut all: Vec<Option<Node>> = std::mem::take(items).into_iter().map(Some).collect();
        items.extend(indexes.into_iter().filter_map(|index| all.get_mut(index)?.take()));
    }
}

fn list(
    value: &mut Value,
    trail: Trail<'_>,
    diagnostics: &mut Diagnostics,
    key: impl for<'n> Fn(&'n Node, Trail<'_>) -> Result<Key<'n>, Box<Diagnostic>>,
) -> Option<()> {
    let Value::List(items) = value else { return Some(()) };
    let trail = trail.item();
    let mut kept = Kept::of(items);
    let mut failed = false;
    for (index, item) in items.iter().enumerate() {
        match key(item, trail) {
            Ok(key) => kept.add(index, key),
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                failed = true;
            }
        }
    }
    let indexes = kept.indexes;
    keep(items, indexes);
    (!failed).then_some(())
}

/// A list whose items are known by what stands before `=`.
fn by_key(value: &mut Value) {
    let Value::List(items) = value else { return };
    if items.len() < 2 {
        return;
    }
    let mut kept = Kept::of(items);
    for (index, item) in items.iter().enumerate() {
        let key = match &item.value {
            Value::String(text) => Some(Cow::Borrowed(text.split_once('=').map_or(text.as_str(), |(key, _)| key))),
            _ => scalar_text(item),
        };
        kept.add(index, key);
    }
    let indexes = kept.indexes;
    keep(items, indexes);
}

/// The lists under some keys of a mapping.
fn each_by_key(value: &mut Value, keys: &[&str]) {
    let Value::Map(map) = value else { return };
    for (_, entry) in map.iter_mut().filter(|(key, _)| keys.contains(&key.as_str())) {
        by_key(&mut entry.value.value);
    }
}

fn scalar_text(item: &Node) -> Key<'_> {
    match &item.value {
        Value::Map(_) | Value::List(_) => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        _ => Some(Cow::Owned(plain_text(item))),
    }
}

fn volume_key<'n>(item: &'n Node, trail: Trail<'_>) -> Result<Key<'n>, Box<Diagnostic>> {
    let missing = || {
        Diagnostic::new(&VOLUME_MOUNT_INVALID, format!("{trail} has no `target`"))
            .at(item.place)
            .help("say with `target` where in the container it is mounted")
    };
    match &item.value {
        Value::Map(map) => match map.get("target").and_then(|entry| entry.value.as_str()) {
            Some(target) => Ok(Some(target.into())),
            None => Err(Box::new(missing())),
        },
        Value::String(text) => match volumes::parse(text) {
            Ok(volume) => Ok(Some(volume.target.into())),
            Err(reason) => Err(Box::new(volumes::refusal(trail, text, &reason, item.place))),
        },
        _ => Ok(None),
    }
}

fn device_key<'n>(item: &'n Node, trail: Trail<'_>) -> Result<Key<'n>, Box<Diagnostic>> {
    match &item.value {
        Value::Map(map) => match map.get("target").and_then(|entry| entry.value.as_str()) {
            Some(target) => Ok(Some(target.into())),
            None => Err(Box::new(
                Diagnostic::new(&DEVICE_INVALID, format!("{trail} has no `target`"))
                    .at(item.place)
                    .help("the long form needs `target`, the path of the device in the container"),
            )),
        },
        Value::String(text) => {
            let mut parts = text.split(':');
            let source = parts.next().unwrap_or("");
            Ok(Some(parts.next().unwrap_or(source).into()))
        }
        _ => Ok(None),
    }
}

/// Where a config or secret is mounted.
fn mount_key<'n>(item: &'n Node, folder: &str) -> Key<'n> {
    match &item.value {
        Value::Map(map) => {
            let text = |key: &str| map.get(key).map(|entry| plain_text(&entry.value));
            Some(text("target").unwrap_or_else(|| format!("{folder}/{}", text("source").unwrap_or_default())).into())
        }
        Value::String(name) => Some(format!("{folder}/{name}").into()),
        _ => None,
    }
}

fn env_file_key<'n>(item: &'n Node, trail: Trail<'_>) -> Result<Key<'n>, Box<Diagnostic>> {
    match &item.value {
        Value::Map(map) => match map.get("path") {
            Some(entry) => Ok(Some(plain_text(&entry.value).into())),
            None => Err(Box::new(
                Diagnostic::new(&ENV_FILE_ENTRY_INVALID, format!("{trail} has no `path`"))
                    .at(item.place)
                    .help("say with `path` which file to read"),
            )),
        },
        Value::String(path) => Ok(Some(Cow::Borrowed(path))),
        _ => Ok(None),
    }
}

/// A short form counts as it is written; the long form by address, published port, target and protocol. A published port that is a
/// number is another than one that is text.
fn port_key<'n>(item: &'n Node, trail: Trail<'_>) -> Result<Key<'n>, Box<Diagnostic>> {
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
    let published = map.get("published").map(|entry| fingerprint(&entry.value));
    Ok(Some(format!("{host}:{}:{target}/{protocol}", published.unwrap_or_default()).into()))
}
