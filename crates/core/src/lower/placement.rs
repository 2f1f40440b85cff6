//! On which nodes pods may run, and beside whom.

use super::{Context, labels, some};
use crate::plan::workload::{Beside, NodeRule, Toleration};
use k8s_openapi::api::core::v1;
use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity, PodAffinityTerm, PodAntiAffinity,
    TopologySpreadConstraint,
};

/// The label that every node bears with a value of its own.
const NODE: &str = "kubernetes.io/hostname";

pub(super) fn affinity(
    context: &Context<'_>,
    workload: &str,
    rules: &[NodeRule],
    same_node: &[(String, String)],
    one_per_node: bool,
    others: &[Beside],
) -> Option<Affinity> {
    let beside =
        |labels| PodAffinityTerm { label_selector: Some(labels::select(labels)), topology_key: NODE.to_owned(), ..Default::default() };
    let requirements: Option<Vec<_>> = some(rules.iter().map(|NodeRule { label, among, values }| NodeSelectorRequirement {
        key: label.clone(),
        operator: if *among { "In" } else { "NotIn" }.to_owned(),
        values: some(values.clone()),
    }));
    let shared = same_node.iter().map(|label| beside(labels::of_project(context, [label.clone()])));
    let of = |apart: bool| {
        let others = others.iter().filter(move |other| other.apart == apart);
        others.map(|other| beside(labels::of_workload(context, &other.workload)))
    };
    let alone = one_per_node.then(|| beside(labels::of_workload(context, workload)));
    let affinity = Affinity {
        node_affinity: requirements.map(|requirements| NodeAffinity {
            required_during_scheduling_ignored_during_execution: Some(NodeSelector {
                node_selector_terms: vec![NodeSelectorTerm { match_expressions: Some(requirements), ..Default::default() }],
            }),
            ..Default::default()
        }),
        pod_affinity: some(shared.chain(of(false)))
            .map(|terms| PodAffinity { required_during_scheduling_ignored_during_execution: Some(terms), ..Default::default() }),
        pod_anti_affinity: some(alone.into_iter().chain(of(true)))
            .map(|terms| PodAntiAffinity { required_during_scheduling_ignored_during_execution: Some(terms), ..Default::default() }),
    };
    (affinity != Affinity::default()).then_some(affinity)
}

/// Taints that the pod puts up with. Without a value any value will do.
pub(super) fn tolerations(taints: &[Toleration]) -> Option<Vec<v1::Toleration>> {
    some(taints.iter().map(|Toleration { key, value, effect }| v1::Toleration {
        operator: Some(if value.is_some() { "Equal" } else { "Exists" }.to_owned()),
        key: key.clone(),
        value: value.clone(),
        effect: effect.clone(),
        ..Default::default()
    }))
}

/// Pods are spread where they can be, as Swarm does: a preference never keeps one from running.
pub(super) fn spread(context: &Context<'_>, workload: &str, keys: &[String]) -> Option<Vec<TopologySpreadConstraint>> {
    some(keys.iter().map(|key| TopologySpreadConstraint {
        max_skew: 1,
        topology_key: key.clone(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        label_selector: Some(labels::select(labels::of_workload(context, workload))),
        ..Default::default()
    }))
}
