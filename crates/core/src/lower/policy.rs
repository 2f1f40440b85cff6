//! NetworkPolicies.

use super::{Context, Objects, labels, object, some};
use crate::plan::network::{Peer, Policy, Rule};
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    for policy in &context.plan.policies {
        let Policy { name, pods, ingress, egress } = policy;
        let types = [ingress.as_ref().map(|_| "Ingress"), egress.as_ref().map(|_| "Egress")];
        let peers = |rule: &Rule| some(rule.peers.iter().map(|each| peer(context, each)));
        let spec = NetworkPolicySpec {
            pod_selector: Some(labels::select(labels::of_project(context, pods.clone()))),
            policy_types: Some(types.into_iter().flatten().map(str::to_owned).collect()),
            ingress: ingress
                .as_ref()
                .and_then(|rules| some(rules.iter().map(|rule| NetworkPolicyIngressRule { from: peers(rule), ports: ports(rule) }))),
            egress: egress
                .as_ref()
                .and_then(|rules| some(rules.iter().map(|rule| NetworkPolicyEgressRule { to: peers(rule), ports: ports(rule) }))),
        };
        objects.push(object(&NetworkPolicy { metadata: labels::metadata(context, name, None), spec: spec.into() }));
    }
}

fn peer(context: &Context<'_>, peer: &Peer) -> NetworkPolicyPeer {
    match peer {
        Peer::Pods(pods) => {
            NetworkPolicyPeer { pod_selector: Some(labels::select(labels::of_project(context, pods.clone()))), ..Default::default() }
        }
        Peer::AnyNamespace(pods) => NetworkPolicyPeer {
            namespace_selector: Some(LabelSelector::default()),
            pod_selector: some(pods.clone()).map(labels::select),
            ..Default::default()
        },
        Peer::Block(range) => {
            NetworkPolicyPeer { ip_block: Some(IPBlock { cidr: range.clone(), ..Default::default() }), ..Default::default() }
        }
    }
}

fn ports(rule: &Rule) -> Option<Vec<NetworkPolicyPort>> {
    some(rule.ports.iter().map(|(port, protocol)| NetworkPolicyPort {
        port: Some(IntOrString::Int(i32::from(*port))),
        // Written even for TCP: without it some readers take the rule for every protocol.
        protocol: Some(protocol.word().to_ascii_uppercase()),
        ..Default::default()
    }))
}
