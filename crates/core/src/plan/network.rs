//! Isolation: NetworkPolicies that say what Compose's networks say.

use crate::compose::Service;
use crate::compose::ports::Protocol;
use crate::diag::catalog::networks;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::NetworkPolicy;
use crate::plan::context::Context;
use crate::plan::endpoint::has_name;
use crate::plan::name::{Scope, label_value};
use crate::plan::route::Routes;
use crate::plan::workload::model::Workload;
use crate::table::{HashMap, IndexMap, IndexSet};

/// A NetworkPolicy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The object's name.
    pub name: String,
    /// The pods it applies to; empty: all pods of the project.
    pub pods: Vec<(String, String)>,
    /// What may come in; `None`: the policy does not speak of ingress. Empty: nothing.
    pub ingress: Option<Vec<Rule>>,
    /// What may go out; `None`: the policy does not speak of egress. Empty: nothing.
    pub egress: Option<Vec<Rule>>,
}

/// One rule of a policy: peers and ports, both must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// The peers; empty: anybody.
    pub peers: Vec<Peer>,
    /// The ports; empty: every port.
    pub ports: Vec<(u16, Protocol)>,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Pods of this namespace that bear these labels, besides the instance label.
    Pods(Vec<(String, String)>),
    /// Pods of every namespace that bear these labels (the cluster's DNS).
    AnyNamespace(Vec<(String, String)>),
    /// An address range.
    Block(String),
}

/// The isolation of a project: whether there is any, and who stands on which network.
pub(crate) struct Isolation<'a> {
    /// Leading service to the networks of its pod; empty: no network of the project (the host's, or none).
    networks: IndexMap<&'a str, IndexSet<&'a str>>,
    /// Are policies written?
    written: bool,
}

/// Do the project's networks separate services, and shall policies say so?
pub(crate) fn isolation<'a>(cx: &'a Context<'_>) -> Isolation<'a> {
    let mut networks: IndexMap<&str, IndexSet<&str>> = IndexMap::default();
    for (leader, members) in cx.pods.iter(cx.project) {
        let own = members.iter().filter_map(|name| cx.service(name)).filter(|s| s.provider.is_none() && has_name(cx, s));
        networks.insert(leader, own.flat_map(|s| s.container.networks.keys().map(String::as_str)).collect());
    }
    let mut count: HashMap<&str, usize> = HashMap::default();
    for network in networks.values().flatten() {
        *count.entry(network).or_default() += 1;
    }
    let joined = networks.values().filter(|set| !set.is_empty()).count();
    let separate = joined > 1 && !count.values().any(|members| *members == joined);
    let internal = cx
        .project
        .networks
        .iter()
        .any(|(key, network)| count.contains_key(key.as_str()) && network.internal.as_ref().is_some_and(|i| i.value));
    let written = match cx.options.network_policy {
        NetworkPolicy::Always => true,
        NetworkPolicy::Never => false,
        NetworkPolicy::Auto => separate || internal,
    };
    Isolation { networks, written }
}

/// The label of pods that stand on a network.
pub(crate) fn network_label(cx: &Context<'_>, network: &str) -> String {
    // Pods of other projects on the same external network bear the same label.
    let name = cx.project.networks.get(network).filter(|n| n.external.is_some()).map_or(network, |n| n.name.value.as_str());
    format!("network.transship.dev/{}", label_value(name))
}

impl Isolation<'_> {
    /// The labels that say on which networks each pod stands, by leading service.
    pub(crate) fn labels(&self, cx: &Context<'_>) -> HashMap<String, Vec<String>> {
        if !self.written {
            return HashMap::default();
        }
        let labels = |set: &IndexSet<&str>| set.iter().map(|network| network_label(cx, network)).collect();
        self.networks.iter().map(|(leader, set)| ((*leader).to_owned(), labels(set))).collect()
    }

    /// The policies.
    /// They hold for pods of the project only, so the pods by which cert-manager proves a name need no rule.
    pub(crate) fn policies(&self, cx: &Context<'_>, workloads: &[Workload], routes: &Routes, diagnostics: &mut Diagnostics) -> Vec<Policy> {
        let mut out = Vec::new();
        let routed = routed_ports(cx, routes);
        if self.written {
            let joined: IndexSet<&str> = self.networks.values().flatten().copied().collect();
            for network in joined {
                let label = vec![(network_label(cx, network), "true".to_owned())];
                let rule = Rule { peers: vec![self.peer(cx, network)], ports: Vec::new() };
                let name = cx.names.reserve(Scope::Policy, &format!("network-{network}"));
                out.push(Policy { name, pods: label, ingress: Some(vec![rule]), egress: None });
            }
        }
        for workload in workloads {
            let leader = workload.service.as_str();
            let Some(service) = cx.service(leader) else { continue };
            let pods = vec![("app.kubernetes.io/name".to_owned(), cx.names.object(leader).to_owned())];
            let alone = service.container.network_mode.as_ref().is_some_and(|mode| mode.value == "none");
            if alone && cx.options.network_policy != NetworkPolicy::Never {
                let name = cx.names.reserve(Scope::Policy, &format!("{}-none", workload.name));
                out.push(Policy { name, pods, ingress: Some(Vec::new()), egress: Some(Vec::new()) });
                continue;
            }
            let Some(networks) = self.networks.get(leader).filter(|set| self.written && !set.is_empty()) else { continue };
            let ports: IndexSet<(u16, Protocol)> = published(cx, leader).chain(routed.get(leader).into_iter().flatten().copied()).collect();
            if !ports.is_empty() {
                let rule = Rule { peers: Vec::new(), ports: ports.into_iter().collect() };
                let name = cx.names.reserve(Scope::Policy, &format!("{}-public", workload.name));
                out.push(Policy { name, pods: pods.clone(), ingress: Some(vec![rule]), egress: None });
            }
            let is_internal =
                |network: &str| cx.project.networks.get(network).is_some_and(|n| n.internal.as_ref().is_some_and(|i| i.value));
            if networks.iter().all(|network| is_internal(network)) {
                let mut egress = vec![
                    Rule { peers: networks.iter().map(|network| self.peer(cx, network)).collect(), ports: Vec::new() },
                    Rule {
                        // The cluster's DNS, and where nodes have a cache of it.
                        peers: vec![
                            Peer::AnyNamespace(vec![("k8s-app".to_owned(), "kube-dns".to_owned())]),
                            Peer::Block("169.254.20.10/32".to_owned()),
                        ],
                        ports: vec![(53, Protocol::Udp), (53, Protocol::Tcp)],
                    },
                ];
                if !workload.awaited_jobs.is_empty() {
                    diagnostics.push(
                        Diagnostic::new(
                            &networks::INTERNAL_APPROXIMATED,
                            format!("service {leader:?}: it may reach ports 443 and 6443 of anybody, as it waits for a Job"),
                        )
                        .at(service.place)
                        .help("narrow the policy to the address of your API server"),
                    );
                    // The API server, whose address nobody knows beforehand.
                    egress.push(Rule { peers: Vec::new(), ports: vec![(443, Protocol::Tcp), (6443, Protocol::Tcp)] });
                }
                let name = cx.names.reserve(Scope::Policy, &format!("{}-internal", workload.name));
                out.push(Policy { name, pods, ingress: None, egress: Some(egress) });
            }
        }
        out
    }

    /// The pods on a network.
    fn peer(&self, cx: &Context<'_>, network: &str) -> Peer {
        let labels = vec![(network_label(cx, network), "true".to_owned())];
        let external = cx.project.networks.get(network).is_some_and(|n| n.external.is_some());
        if external { Peer::AnyNamespace(labels) } else { Peer::Pods(labels) }
    }
}

/// The ports that the services of a pod publish to more than the user's own machine.
fn published<'a>(cx: &'a Context<'_>, leader: &'a str) -> impl Iterator<Item = (u16, Protocol)> + 'a {
    let members = cx.pods.members(leader).filter_map(|name| cx.service(name));
    members.flat_map(|service: &Service| &service.ports).filter(|port| !port.is_local()).map(|port| (port.target.value, port.protocol))
}

/// The ports that routes lead to, by the leading service of the pod.
fn routed_ports<'a>(cx: &'a Context<'_>, routes: &'a Routes) -> HashMap<&'a str, Vec<(u16, Protocol)>> {
    let mut out: HashMap<&str, Vec<(u16, Protocol)>> = HashMap::default();
    for (endpoint, port) in &routes.targets {
        let service = cx.names.service(endpoint);
        out.entry(cx.pods.leader(service)).or_default().push((*port, Protocol::Tcp));
    }
    out
}
