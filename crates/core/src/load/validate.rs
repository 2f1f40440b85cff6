//! Attributes that exclude or need each other, wherever they stand and whether or not the service is active.

use super::canonical::ports::is_address;
use super::damage::Damage;
use super::trail::Trail;
use super::values::plain_text;
use crate::diag::catalog::load::{
    DEVICE_REQUEST_CONFLICTING, EXTERNAL_CONFLICTING, PORT_INVALID, SOURCE_CONFLICTING, SOURCE_MISSING, VOLUME_MOUNT_INVALID,
    WATCH_PATH_MISSING,
};
use crate::diag::{Diagnostic, Diagnostics};
use crate::yaml::{Map, Node, Value};

/// Checks a model in long forms. `None` after an error; all errors are told.
pub(crate) fn validate(model: &Map, paths: bool, damage: Damage, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut found = Diagnostics::with_most_errors();
    for (section, entry) in model {
        for (name, entry) in entry.value.as_map().into_iter().flatten() {
            let trail = Trail::entry(section, name);
            match section.as_str() {
                "services" | "jobs" => {
                    service(&entry.value, trail, &mut found);
                    if paths {
                        bind_mounts(&entry.value, trail, &mut found);
                    }
                }
                "volumes" => external(&entry.value, trail, &mut found),
                "configs" => source(&entry.value, entry.key, &["file", "environment", "content"], trail, &mut found),
                "secrets" => source(&entry.value, entry.key, &["file", "environment"], trail, &mut found),
                _ => {}
            }
        }
    }
    found.retain(|diagnostic| !damage.explains(diagnostic));
    let passed = found.is_empty();
    diagnostics.append(found);
    passed.then_some(())
}

fn items<'n>(node: &'n Node, keys: &[&str]) -> &'n [Node] {
    keys.iter().try_fold(node, |node, key| node.get(key)).and_then(Node::as_list).unwrap_or_default()
}

fn service(service: &Node, trail: Trail<'_>, found: &mut Diagnostics) {
    for port in items(service, &["ports"]) {
        if let Some(address) = port.get("host_ip")
            && !address.is_null()
            && !is_address(&plain_text(address))
        {
            let message = format!("{} is {:?}, not an IP address", trail.then("ports").item().then("host_ip"), plain_text(address));
            found.push(Diagnostic::new(&PORT_INVALID, message).at(address.place).help("write an IPv4 or IPv6 address"));
        }
    }
    for trigger in items(service, &["develop", "watch"]) {
        if let Some(path) = trigger.get("path")
            && path.as_str() == Some("")
        {
            let message = format!("{} is empty", trail.then("develop").then("watch").item().then("path"));
            found.push(Diagnostic::new(&WATCH_PATH_MISSING, message).at(path.place).help("name the folder or file to watch"));
        }
    }
    let reserved = trail.then("deploy").then("resources").then("reservations").then("devices");
    for (requests, trail) in
        [(items(service, &["gpus"]), trail.then("gpus")), (items(service, &["deploy", "resources", "reservations", "devices"]), reserved)]
    {
        for request in requests {
            if let (Some(count), Some(ids)) = (request.get("count"), request.get("device_ids")) {
                let message = format!("{} has both `count` and `device_ids`, which exclude each other", trail.item());
                found.push(
                    Diagnostic::new(&DEVICE_REQUEST_CONFLICTING, message)
                        .at(count.place)
                        .also(ids.place, "the devices by name")
                        .help("keep one of the two"),
                );
            }
        }
    }
}

/// Docker Compose looks at these when it makes their paths absolute.
fn bind_mounts(service: &Node, trail: Trail<'_>, found: &mut Diagnostics) {
    for mount in items(service, &["volumes"]) {
        let empty = mount.get("source").is_none_or(Node::is_null);
        if mount.get("type").and_then(Node::as_str) == Some("bind") && empty {
            let message = format!("{} binds a host path and names none", trail.then("volumes").item());
            let help = "write the host path as `source`, or `type: volume`";
            found.push(Diagnostic::new(&VOLUME_MOUNT_INVALID, message).at(mount.place).help(help));
        }
    }
}

fn external(volume: &Node, trail: Trail<'_>, found: &mut Diagnostics) {
    let Some(map) = volume.as_map().filter(|map| map.get("external").is_some_and(|entry| is_true(&entry.value))) else { return };
    for (key, entry) in map {
        if !matches!(key.as_str(), "name" | "external") && !key.starts_with("x-") {
            let message = format!("{trail} is external, so `{key}` has no meaning there");
            let help = "keep only `external: true` and `name`: the volume exists already and is not changed";
            let mut diagnostic = Diagnostic::new(&EXTERNAL_CONFLICTING, message).at(entry.key).help(help);
            if let Some(external) = map.get("external") {
                diagnostic = diagnostic.also(external.key, "external here");
            }
            found.push(diagnostic);
        }
    }
}

/// Is it true, or the text "true"?
pub(crate) fn is_true(node: &Node) -> bool {
    matches!(&node.value, Value::Bool(true)) || node.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn source(node: &Node, key: crate::text::Place, sources: &[&str], trail: Trail<'_>, found: &mut Diagnostics) {
    let names = || sources.iter().map(|source| format!("`{source}`")).collect::<Vec<_>>().join(", ");
    let given: Vec<_> = sources.iter().filter_map(|source| node.as_map()?.get(*source)).collect();
    match given.as_slice() {
        [_] => {}
        [first, second, ..] => found.push(
            Diagnostic::new(&SOURCE_CONFLICTING, format!("{trail} has several sources, and only one of {} can be", names()))
                .at(second.key)
                .also(first.key, "the first one")
                .help("keep one of them"),
        ),
        [] => {
            if node.get("driver").is_none() && node.get("external").is_none() {
                found.push(
                    Diagnostic::new(&SOURCE_MISSING, format!("{trail} does not say where its content comes from"))
                        .at(key)
                        .help(format!("write one of {}, or `external: true`", names())),
                );
            }
        }
    }
}
