//! Pod templates.

use super::container::container;
use super::{Context, digest, init, labels, placement, security, some, volume};
use crate::plan::Container;
use crate::plan::environment::EnvValue;
use crate::plan::storage::VolumeSource;
use crate::plan::workload::order::Init;
use crate::plan::workload::{Pod, Workload};
use k8s_openapi::api::core::v1::{
    ConfigMapProjection, DownwardAPIProjection, DownwardAPIVolumeFile, HostAlias, KeyToPath, LocalObjectReference, ObjectFieldSelector,
    PodDNSConfig, PodDNSConfigOption, PodSpec, PodTemplateSpec, ProjectedVolumeSource, ServiceAccountTokenProjection, Volume,
    VolumeProjection,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::{BTreeMap, BTreeSet};

/// The volume with which an init container may ask the API server for its Jobs.
pub(super) const API_ACCESS: &str = "api-access";

/// Changes with the ConfigMaps and Secrets that the pod uses, so that a change of theirs rolls the pods.
const CONTENT: &str = "transship.dev/content-hash";

/// The template of a workload's pods; `restart` is `restartPolicy` where it is not `Always`.
pub(super) fn template(context: &Context<'_>, workload: &Workload, restart: Option<&str>) -> PodTemplateSpec {
    let Workload {
        name,
        service: _,
        controller: _,
        labels: _,
        annotations: _,
        pod_labels,
        pod_annotations,
        containers,
        inits,
        volumes,
        awaited_jobs,
        same_node,
        security: pod_security,
        pod,
        scaler: _,
        budget: _,
    } = workload;
    let mut labels = labels::standard(context, Some(name));
    labels.extend(pod_labels.clone());
    let mut annotations: BTreeMap<String, String> = pod_annotations.clone().into_iter().collect();
    annotations.extend(content(context, workload).map(|hash| (CONTENT.to_owned(), hash)));

    let Pod {
        host_network,
        host_pid,
        host_ipc,
        host_users,
        share_process_namespace,
        hostname,
        subdomain,
        host_aliases,
        dns_servers,
        dns_searches,
        dns_options,
        grace_seconds,
        runtime_class,
        node_selector,
        node_affinity,
        spread,
        one_per_node,
        image_pull_secrets,
        service_account,
        priority_class,
        tolerations,
        beside,
    } = pod;
    let waits = !awaited_jobs.is_empty();
    let dns = PodDNSConfig {
        nameservers: some(dns_servers.clone()),
        searches: some(dns_searches.clone()),
        options: some(dns_options.iter().map(|(name, value)| PodDNSConfigOption { name: Some(name.clone()), value: value.clone() })),
    };
    let aliases = host_aliases.iter().map(|(ip, hosts)| HostAlias { ip: ip.clone(), hostnames: some(hosts.clone()) });
    let secrets = image_pull_secrets.iter().map(|name| LocalObjectReference { name: name.clone() });
    let spec = PodSpec {
        service_account_name: service_account.clone().or_else(|| waits.then(|| name.clone())),
        // Who names an account wants what it may do.
        automount_service_account_token: service_account.is_none().then_some(false),
        priority_class_name: priority_class.clone(),
        tolerations: placement::tolerations(tolerations),
        enable_service_links: Some(false),
        host_network: host_network.then_some(true),
        host_pid: host_pid.then_some(true),
        host_ipc: host_ipc.then_some(true),
        host_users: *host_users,
        share_process_namespace: share_process_namespace.then_some(true),
        hostname: hostname.clone(),
        subdomain: subdomain.clone(),
        host_aliases: some(aliases),
        dns_policy: host_network.then(|| "ClusterFirstWithHostNet".to_owned()),
        dns_config: (dns != PodDNSConfig::default()).then_some(dns),
        termination_grace_period_seconds: *grace_seconds,
        runtime_class_name: runtime_class.clone(),
        node_selector: some(node_selector.clone()),
        affinity: placement::affinity(context, name, node_affinity, same_node, *one_per_node, beside),
        topology_spread_constraints: placement::spread(context, name, spread),
        image_pull_secrets: some(secrets),
        restart_policy: restart.map(str::to_owned),
        security_context: security::pod(pod_security),
        init_containers: some(inits.iter().map(|each| init::init(context, each))),
        containers: containers.iter().map(|each| container(context, each)).collect(),
        volumes: some(volumes.iter().map(volume::volume).chain(waits.then(api_access))),
        ..Default::default()
    };
    let metadata = ObjectMeta { labels: Some(labels), annotations: some(annotations), ..Default::default() };
    PodTemplateSpec { metadata: Some(metadata), spec: spec.into() }
}

/// What an automounted token holds, for one init container alone.
fn api_access() -> Volume {
    let token = ServiceAccountTokenProjection { path: "token".to_owned(), expiration_seconds: Some(3600), ..Default::default() };
    let authority = ConfigMapProjection {
        name: "kube-root-ca.crt".to_owned(),
        items: Some(vec![KeyToPath { key: "ca.crt".to_owned(), path: "ca.crt".to_owned(), ..Default::default() }]),
        optional: Some(true),
    };
    let namespace = DownwardAPIVolumeFile {
        path: "namespace".to_owned(),
        field_ref: Some(ObjectFieldSelector { field_path: "metadata.namespace".to_owned(), ..Default::default() }),
        ..Default::default()
    };
    let sources = vec![
        VolumeProjection { service_account_token: Some(token), ..Default::default() },
        VolumeProjection { config_map: Some(authority), ..Default::default() },
        VolumeProjection { downward_api: Some(DownwardAPIProjection { items: Some(vec![namespace]) }), ..Default::default() },
    ];
    Volume {
        name: API_ACCESS.to_owned(),
        projected: Some(ProjectedVolumeSource { sources: Some(sources), ..Default::default() }),
        ..Default::default()
    }
}

/// The hash of all content that the workload's pods take from ConfigMaps and Secrets, if they take any.
fn content(context: &Context<'_>, workload: &Workload) -> Option<String> {
    let inits = workload.inits.iter().filter_map(|init| match init {
        Init::Container(container) | Init::Sidecar { container, .. } => Some(container.as_ref()),
        _ => None,
    });
    let mut used = BTreeSet::new();
    for container in inits.chain(&workload.containers) {
        used.extend(from_environment(container));
    }
    for volume in &workload.volumes {
        match &volume.source {
            VolumeSource::Store(files) => used.extend([(files.secret, files.store.as_str())]),
            VolumeSource::Projected { sources, .. } => used.extend(sources.iter().map(|s| (s.secret, s.store.as_str()))),
            _ => {}
        }
    }
    let contents: Vec<&str> = used.into_iter().filter_map(|store| context.contents.get(&store)).map(String::as_str).collect();
    (!contents.is_empty()).then(|| digest::short(&contents.join(" "), 16))
}

fn from_environment(container: &Container) -> impl Iterator<Item = (bool, &str)> {
    let values = container.env.iter().filter_map(|variable| match &variable.value {
        EnvValue::Literal(_) => None,
        EnvValue::Secret { store, .. } => Some((true, store.as_str())),
        EnvValue::ConfigMap { store, .. } => Some((false, store.as_str())),
    });
    values.chain(container.env_from.iter().map(|from| (false, from.store.as_str())))
}
