//! Volumes of the project: what stands behind each, by its driver and options.

use super::bind::{Bind, classify_host};
use super::context::Context;
use crate::compose::volumes::{MountKind, Volume};
use crate::diag::catalog::storage as kinds;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::HostPaths;
use crate::text::bytes;
use std::collections::{HashMap, HashSet};

/// What stands behind a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Backing {
    /// A claim.
    Claim,
    /// Memory, with a size in bytes.
    Memory(Option<i64>),
    /// A folder of the node.
    Host(String),
    /// An NFS export.
    Nfs {
        /// The server.
        server: String,
        /// The path on the server.
        path: String,
        /// Mounted read-only by everybody.
        read_only: bool,
    },
    /// Nothing.
    Dropped,
}

/// What stands behind each volume of the project.
pub(crate) fn backings<'a>(cx: &Context<'a>, diagnostics: &mut Diagnostics) -> HashMap<&'a str, Backing> {
    let shared = shared(cx);
    let mut out = HashMap::with_capacity(cx.project.volumes.len());
    for (key, volume) in &cx.project.volumes {
        let (backing, diagnostic) = backing(cx, key, volume, shared.contains(key.as_str()));
        out.insert(key.as_str(), backing);
        if let Some(diagnostic) = diagnostic {
            diagnostics.push(diagnostic);
        }
    }
    out
}

/// The volumes that more than one service mounts.
fn shared<'a>(cx: &Context<'a>) -> HashSet<&'a str> {
    let mut first: HashMap<&str, &str> = HashMap::new();
    let mut shared = HashSet::new();
    for (name, service) in &cx.project.services {
        for mount in service.container.volumes.iter().filter(|m| m.kind == MountKind::Volume) {
            let Some(source) = &mount.source else { continue };
            if *first.entry(&source.value).or_insert(name) != name.as_str() {
                shared.insert(source.value.as_str());
            }
        }
    }
    shared
}

fn backing(cx: &Context<'_>, key: &str, volume: &Volume, shared: bool) -> (Backing, Option<Diagnostic>) {
    let told = |kind, message: String| Some(Diagnostic::new(kind, format!("volume {key:?}: {message}")).at(volume.key));
    if volume.external.is_some() {
        let claim = cx.names.claim(key);
        let diagnostic = told(&kinds::EXTERNAL_VOLUME_ASSUMED, format!("the claim {claim:?} exists in the cluster"));
        return (Backing::Claim, diagnostic.map(|d| d.help("create the claim before you apply the manifests")));
    }
    let option = |name: &str| volume.driver_opts.get(name).map_or("", |value| value.value.trim());
    let (kind, device, flags) = (option("type").to_ascii_lowercase(), option("device"), option("o"));
    let flag = |name: &str| flags.split(',').find_map(|f| f.trim().strip_prefix(name)?.strip_prefix('=')).filter(|v| !v.is_empty());
    let has = |name: &str| flags.split(',').any(|f| f.trim() == name);
    if kind.starts_with("nfs") {
        let (host, path) = device.split_once(":/").map_or(("", ""), |(host, path)| (host, path));
        if let Some(server) = Some(host).filter(|host| !host.is_empty()).or_else(|| flag("addr")) {
            let known = |f: &str| f.is_empty() || matches!(f, "rw" | "ro") || f.starts_with("addr=");
            let others: Vec<&str> = flags.split(',').map(str::trim).filter(|f| !known(f)).collect();
            let diagnostic = (!others.is_empty()).then(|| {
                let message = format!("the NFS export is mounted with the options of the node, not with `{}`", others.join(","));
                told(&kinds::NFS_OPTIONS_DROPPED, message)
                    .map(|d| d.help("create a PersistentVolume with `mountOptions` and a claim for it, and make the volume external"))
            });
            return (Backing::Nfs { server: server.to_owned(), path: format!("/{path}"), read_only: has("ro") }, diagnostic.flatten());
        }
    }
    let bound = matches!(kind.as_str(), "none" | "bind") || has("bind") || has("rbind");
    if bound && device.starts_with('/') {
        return bound_folder(cx, key, volume, device);
    }
    if kind == "tmpfs" && !shared {
        return (Backing::Memory(flag("size").and_then(|size| bytes::parse(size).ok()).filter(|size| *size > 0)), None);
    }
    let driver = volume.driver.as_ref().map_or("local", |driver| driver.value.as_str());
    let strange = volume.driver_opts.keys().any(|name| !matches!(name.as_str(), "size" | "o" | "type" | "device"))
        || !kind.is_empty()
        || !device.is_empty();
    let diagnostic = match driver {
        "local" | "default" if !strange => None,
        "local" | "default" => {
            told(&kinds::VOLUME_DRIVER_APPROXIMATED, "the storage class decides where its data is, not its `driver_opts`".to_owned())
        }
        driver => {
            told(&kinds::VOLUME_DRIVER_APPROXIMATED, format!("the storage class decides where its data is, not the driver {driver:?}"))
        }
    };
    (Backing::Claim, diagnostic.map(|d| d.help("name a storage class with `--storage-class` that keeps it where the driver did")))
}

/// A volume that is a folder of the host under another name.
fn bound_folder(cx: &Context<'_>, key: &str, volume: &Volume, device: &str) -> (Backing, Option<Diagnostic>) {
    let told = |kind, message: String| Some(Diagnostic::new(kind, format!("volume {key:?}: {message}")).at(volume.key));
    match (classify_host(device, ""), cx.options.host_paths) {
        (Some(Bind::Engine), _) => {
            (Backing::Dropped, told(&kinds::ENGINE_SOCKET_DROPPED, format!("{device:?} belongs to the Docker engine and is not mounted")))
        }
        (Some(Bind::Node), _) | (None, HostPaths::HostPath) => (
            Backing::Host(device.to_owned()),
            told(&kinds::HOST_PATH_APPROXIMATED, format!("{device:?} is mounted from the node that the pod runs on")),
        ),
        (_, HostPaths::Drop) => (Backing::Dropped, told(&kinds::HOST_PATH_DROPPED, format!("{device:?} is not mounted"))),
        _ => {
            let diagnostic = told(&kinds::HOST_FOLDER_ASSUMED, format!("a new, empty claim takes the place of {device:?}"));
            (Backing::Claim, diagnostic.map(|d| d.help("copy the files into the claim with `kubectl cp`, or see `--host-paths`")))
        }
    }
}

/// The size that a volume asks for: a Kubernetes quantity.
pub(crate) fn size(volume: &Volume) -> Option<String> {
    let in_flags = || {
        let flags = &volume.driver_opts.get("o")?.value;
        flags.split(',').find_map(|flag| flag.trim().strip_prefix("size="))
    };
    let text = volume.driver_opts.get("size").map(|size| size.value.trim()).or_else(in_flags)?;
    let bytes = bytes::parse(text).ok().filter(|bytes| *bytes > 0)?;
    Some(super::resources::bytes_quantity(bytes))
}
