//! Volumes of the project: what stands behind each, by its driver and options.

use crate::compose::volumes::{MountKind, Volume};
use crate::diag::catalog::storage as kinds;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::{HostPaths, Options};
use crate::plan::context::Context;
use crate::plan::operation::invalid;
use crate::plan::storage::bind::{Bind, classify_host};
use crate::table::{HashMap, HashSet};
use crate::text::bytes;

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
    let mut out = HashMap::with_capacity_and_hasher(cx.project.volumes.len(), Default::default());
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
    let mut first: HashMap<&str, &str> = HashMap::default();
    let mut shared = HashSet::default();
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
            (Backing::Claim, diagnostic.map(|d| d.help("copy the files into the claim with `transship data`, or see `--host-paths`")))
        }
    }
}

/// What a volume asks of its claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// A Kubernetes quantity.
    pub(crate) size: Option<String>,
    /// The storage class.
    pub(crate) class: Option<String>,
}

/// What a service asks of the claims that it alone mounts.
pub(crate) fn of_service(cx: &Context<'_>, service: &str, diagnostics: &mut Diagnostics) -> Wanted {
    let said = cx.operation(service);
    let size = said.storage_size.as_ref().filter(|size| {
        let valid = is_quantity(&size.value);
        if !valid {
            diagnostics
                .push(invalid(service, "storage-size", size.place, "a size in Kubernetes").help("write a number and a unit: `10Gi`"));
        }
        valid
    });
    Wanted { size: size.map(|size| size.value.clone()), class: said.storage_class.as_ref().map(|class| class.value.clone()) }
}

/// Does a label say something about the claim, rather than being one of its annotations?
pub(crate) fn reads(label: &str) -> bool {
    crate::vocab::reads(label)
}

/// What a volume asks of its claim: by `x-transship`, by labels of Kompose, or by `driver_opts`, in this order.
pub(crate) fn wanted(cx: &Context<'_>, key: &str, volume: &Volume, diagnostics: &mut Diagnostics) -> Wanted {
    let said = cx.operations.of_volume(key);
    let mut wanted = Wanted { class: said.storage_class.map(|class| class.value).filter(|class| !class.is_empty()), ..Wanted::default() };
    if let Some(size) = said.size {
        if is_quantity(&size.value) {
            wanted.size = Some(size.value);
        } else {
            diagnostics.push(
                Diagnostic::new(&kinds::VOLUME_SIZE_INVALID, format!("volume {key:?}: {:?} is no size in Kubernetes", size.value))
                    .at(size.place)
                    .help("write a number and a unit: `10Gi`"),
            );
        }
        return wanted;
    }
    let in_flags = || {
        let flags = &volume.driver_opts.get("o")?.value;
        flags.split(',').find_map(|flag| flag.trim().strip_prefix("size="))
    };
    let text = volume.driver_opts.get("size").map(|size| size.value.trim()).or_else(in_flags);
    let bytes = text.and_then(|text| bytes::parse(text).ok()).filter(|bytes| *bytes > 0);
    wanted.size = bytes.map(crate::plan::workload::resources::bytes_quantity);
    wanted
}

/// The size of a claim that asks for none.
pub(crate) fn default_size(options: &Options) -> String {
    if is_quantity(&options.storage_size) { options.storage_size.clone() } else { Options::default().storage_size }
}

/// Is it a Kubernetes quantity of bytes: a number, and perhaps a unit?
pub(crate) fn is_quantity(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits).unwrap_or("");
    let number = digits.split_once('.').map_or((digits, "0"), |parts| parts);
    let whole = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    whole(number.0) && whole(number.1) && matches!(unit, "" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei")
}

#[cfg(test)]
mod tests {
    use super::is_quantity;

    #[test]
    fn quantities() {
        for text in ["1Gi", "500M", "1.5Ti", "1024"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "Gi", "1GB", "-1Gi", "1 Gi", "1.", "ten"] {
            assert!(!is_quantity(text), "{text}");
        }
    }
}
