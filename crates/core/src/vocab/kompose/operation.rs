//! Labels that say how a service is run: as `x-transship` says it.

use super::{label, lost, parsed};
use crate::compose::Service;
use crate::compose::volumes::Volume;
use crate::diag::Diagnostics;
use crate::table::IndexMap;
use crate::text::Placed;
use crate::vocab::operation::{Autoscaling, Concurrency, ControllerKind, Exposing, ExternalTraffic, Operation, VolumeOperation};

/// The processor time and the memory at which Kompose adds pods where a label says nothing, as a share of what a pod requests.
const CPU: &str = "50%";
const MEMORY: &str = "70%";
/// The fewest and the most pods where a label says nothing.
const FEWEST: u32 = 1;
const MOST: u32 = 3;

/// What the labels of a service say.
pub(in crate::vocab) fn of_service(service: &Service, diagnostics: &mut Diagnostics) -> Operation {
    let text = |key: &str| label(service, key).cloned();
    let number = |text: &str| text.parse::<u32>().ok();
    if let Some(group) = label(service, "kompose.service.group") {
        let why =
            "Kompose itself reads it with `--service-group-mode=label` alone; `network_mode: service:NAME` puts services into one pod";
        lost(service, "kompose.service.group", group.place, why, diagnostics);
    }
    let secrets = label(service, "kompose.image-pull-secret").cloned();
    Operation {
        controller: parsed(
            service,
            "kompose.controller.type",
            "deployment, statefulset, daemonset or replicationcontroller",
            controller,
            diagnostics,
        ),
        schedule: text("kompose.cronjob.schedule"),
        concurrency: parsed(service, "kompose.cronjob.concurrency_policy", "Allow, Forbid or Replace", concurrency, diagnostics),
        backoff_limit: parsed(service, "kompose.cronjob.backoff_limit", "a number", number, diagnostics),
        autoscaling: autoscaling(service, diagnostics),
        storage_class: text("kompose.volume.storage-class-name"),
        storage_size: text("kompose.volume.size"),
        service_account: text("kompose.serviceaccount-name"),
        image_pull_secrets: secrets.into_iter().collect(),
        fs_group: parsed(service, "kompose.security-context.fsgroup", "a number", number, diagnostics),
        expose: parsed(service, "kompose.service.type", "nodeport, clusterip, loadbalancer or headless", exposing, diagnostics),
        node_port: parsed(service, "kompose.service.nodeport.port", "a port", |text| text.parse().ok(), diagnostics),
        external_traffic: parsed(service, "kompose.service.external-traffic-policy", "cluster or local", traffic, diagnostics),
        ..Operation::default()
    }
}

/// What the labels of a volume say.
pub(in crate::vocab) fn of_volume(volume: &Volume) -> VolumeOperation {
    let text = |key: &str| volume.labels.get(key).filter(|value| !value.value.is_empty()).cloned();
    VolumeOperation { size: text("kompose.volume.size"), storage_class: text("kompose.volume.storage-class-name") }
}

/// The name that a service's objects have instead of its own.
#[must_use]
pub fn name(service: &Service) -> Option<&Placed<String>> {
    label(service, "kompose.service.name_override")
}

/// The name of the init container that labels ask for; it is the last one.
#[must_use]
pub fn init_name(service: &Service) -> Option<&str> {
    label(service, "kompose.init.containers.image")?;
    label(service, "kompose.init.containers.name").map(|name| name.value.trim())
}

/// The labels that the storage behind a volume must bear: `KEY=VALUE` or `KEY: VALUE`, several behind commas; a value alone is that of
/// Kompose's own label.
#[must_use]
pub fn selector(volume: &Volume) -> IndexMap<String, String> {
    let text = volume.labels.get("kompose.volume.selector").map_or("", |selector| selector.value.as_str());
    let each = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let pairs = each.map(|part| part.split_once(['=', ':']).unwrap_or(("io.kompose.service", part)));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

/// The temporary storage of a container: quantities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EphemeralStorage {
    /// What it asks for.
    pub request: Option<String>,
    /// What it may have.
    pub limit: Option<String>,
}

/// What labels say of a container's temporary storage.
#[must_use]
pub fn ephemeral_storage(service: &Service) -> EphemeralStorage {
    let text = |key: &str| label(service, key).map(|value| value.value.trim().to_owned());
    EphemeralStorage { request: text("kompose.ephemeral-storage.request"), limit: text("kompose.ephemeral-storage.limit") }
}

fn controller(text: &str) -> Option<ControllerKind> {
    Some(match text.to_ascii_lowercase().as_str() {
        // A ReplicationController is what came before a Deployment.
        "deployment" | "replicationcontroller" => ControllerKind::Deployment,
        "statefulset" => ControllerKind::StatefulSet,
        "daemonset" => ControllerKind::DaemonSet,
        _ => return None,
    })
}

fn concurrency(text: &str) -> Option<Concurrency> {
    Some(match text.to_ascii_lowercase().as_str() {
        "allow" => Concurrency::Allow,
        "forbid" => Concurrency::Forbid,
        "replace" => Concurrency::Replace,
        _ => return None,
    })
}

fn exposing(text: &str) -> Option<Exposing> {
    Some(match text.to_ascii_lowercase().as_str() {
        "clusterip" => Exposing::Cluster,
        "headless" => Exposing::Headless,
        "loadbalancer" => Exposing::LoadBalancer,
        "nodeport" => Exposing::NodePort,
        _ => return None,
    })
}

fn traffic(text: &str) -> Option<ExternalTraffic> {
    match text.to_ascii_lowercase().as_str() {
        "cluster" => Some(ExternalTraffic::Cluster),
        "local" => Some(ExternalTraffic::Local),
        _ => None,
    }
}

/// One label is enough: the others have values of their own.
fn autoscaling(service: &Service, diagnostics: &mut Diagnostics) -> Option<Placed<Autoscaling>> {
    let keys = ["kompose.hpa.replicas.min", "kompose.hpa.replicas.max", "kompose.hpa.cpu", "kompose.hpa.memory"];
    let place = keys.iter().find_map(|key| label(service, key))?.place;
    let mut number = |key: &str, usual: u32| {
        parsed(service, key, "a number", |text| text.parse::<u32>().ok(), diagnostics).unwrap_or(Placed::new(usual, place))
    };
    let (min, max) = (number("kompose.hpa.replicas.min", FEWEST), number("kompose.hpa.replicas.max", MOST));
    let amount = |key: &str, usual: &str| label(service, key).cloned().unwrap_or_else(|| Placed::new(usual.to_owned(), place));
    let (cpu, memory) = (amount("kompose.hpa.cpu", CPU), amount("kompose.hpa.memory", MEMORY));
    Some(Placed::new(Autoscaling { min: Some(min), max: Some(max), cpu: Some(cpu), memory: Some(memory) }, place))
}
