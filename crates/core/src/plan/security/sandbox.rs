//! Settings of the whole pod: host namespaces, host name, resolver, grace period, runtime.

use crate::compose::Service;
use crate::diag::catalog::workloads;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::operation;
use crate::plan::workload::model::Pod;
use crate::plan::workload::placement;
use crate::table::{IndexMap, IndexSet};
use crate::text::Placed;
use std::net::IpAddr;

/// The most name servers that Kubernetes takes.
const MOST_SERVERS: usize = 3;

/// Decides the settings of the pod that a service leads.
pub(crate) fn plan(cx: &Context<'_>, leader: &Service, diagnostics: &mut Diagnostics) -> Pod {
    let c = &leader.container;
    let is = |value: &Option<Placed<String>>, word: &str| value.as_ref().is_some_and(|v| v.value == word);
    let members: Vec<&Service> = cx.pods.members(&leader.name).filter_map(|name| cx.service(name)).collect();
    let mut pod = Pod {
        host_network: is(&c.network_mode, "host"),
        host_pid: members.iter().any(|m| is(&m.container.pid, "host")),
        host_ipc: members.iter().any(|m| is(&m.container.ipc, "host")),
        host_users: is(&c.userns_mode, "host").then_some(true),
        share_process_namespace: members
            .iter()
            .any(|m| m.container.pid.as_ref().is_some_and(|pid| crate::plan::workload::pod::target(&pid.value).is_some())),
        hostname: hostname(leader, diagnostics),
        subdomain: None,
        host_aliases: host_aliases(&members, diagnostics),
        dns_servers: servers(leader, diagnostics),
        dns_searches: c.dns_search.iter().map(|s| s.value.clone()).filter(|s| !s.is_empty() && s != ".").collect(),
        dns_options: c.dns_opt.iter().map(|option| split_option(&option.value)).collect(),
        grace_seconds: members.iter().filter_map(|m| m.container.stop_grace_period.as_ref()).map(|p| whole_seconds(p.value)).max(),
        runtime_class: runtime(leader, diagnostics),
        image_pull_secrets: cx.options.image_pull_secret.clone(),
        ..Pod::default()
    };
    // The nodes' process namespace holds the pod's own.
    pod.share_process_namespace &= !pod.host_pid;
    for member in members {
        placement::plan(member, &mut pod, diagnostics);
    }
    operation::settle(cx, leader, &mut pod, diagnostics);
    pod
}

fn whole_seconds(nanoseconds: i64) -> i64 {
    nanoseconds.max(0).saturating_add(999_999_999) / 1_000_000_000
}

/// `hostname`, where it is one label; the first label of a longer name.
fn hostname(service: &Service, diagnostics: &mut Diagnostics) -> Option<String> {
    let name = service.container.hostname.as_ref().filter(|name| !name.value.is_empty())?;
    let label = crate::plan::name::label(name.value.split('.').next().unwrap_or(""));
    if label != name.value {
        diagnostics.push(
            Diagnostic::new(
                &workloads::HOSTNAME_APPROXIMATED,
                format!("service {:?}: its host name is {label:?} instead of {:?}", service.name, name.value),
            )
            .at(name.place)
            .note("the host name of a pod is one DNS label: lower-case letters, digits and `-`"),
        );
    }
    Some(label)
}

/// `extra_hosts`: each address once, with all its names.
fn host_aliases(members: &[&Service], diagnostics: &mut Diagnostics) -> Vec<(String, Vec<String>)> {
    let mut out: IndexMap<String, IndexSet<String>> = IndexMap::default();
    for service in members {
        for entry in &service.container.extra_hosts {
            let (host, address) = &entry.value;
            let address = address.trim_matches(['[', ']']);
            if address.parse::<IpAddr>().is_err() {
                let why = if address == "host-gateway" { "a node has no address that is known beforehand" } else { "it is no address" };
                diagnostics.push(
                    Diagnostic::new(
                        &workloads::EXTRA_HOST_DROPPED,
                        format!("service {:?}: {host:?} does not lead to {address:?}", service.name),
                    )
                    .at(entry.place)
                    .note(why)
                    .help("let the service use a name or address that the cluster reaches"),
                );
                continue;
            }
            out.entry(address.to_owned()).or_default().insert(host.clone());
        }
    }
    out.into_iter().map(|(address, names)| (address, names.into_iter().collect())).collect()
}

fn servers(service: &Service, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for server in &service.container.dns {
        let address = server.value.parse::<IpAddr>().is_ok();
        if address && out.len() < MOST_SERVERS {
            out.push(server.value.clone());
            continue;
        }
        let why = if address { "a pod has three name servers at most" } else { "it is no address" };
        diagnostics.push(
            Diagnostic::new(
                &workloads::DNS_DROPPED,
                format!("service {:?}: the name server {:?} is not asked", service.name, server.value),
            )
            .at(server.place)
            .note(why),
        );
    }
    out
}

fn split_option(option: &str) -> (String, Option<String>) {
    match option.split_once(':') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (option.to_owned(), None),
    }
}

/// `runtime`, unless it is Docker's usual one.
fn runtime(service: &Service, diagnostics: &mut Diagnostics) -> Option<String> {
    let runtime = service.container.runtime.as_ref().filter(|r| !matches!(r.value.as_str(), "" | "runc" | "io.containerd.runc.v2"))?;
    let class = crate::plan::name::subdomain(&runtime.value);
    diagnostics.push(
        Diagnostic::new(
            &workloads::RUNTIME_CLASS_ASSUMED,
            format!("service {:?}: it runs under the RuntimeClass {class:?} of the cluster", service.name),
        )
        .at(runtime.place)
        .help("see that the cluster has it: `kubectl get runtimeclass`"),
    );
    Some(class)
}
