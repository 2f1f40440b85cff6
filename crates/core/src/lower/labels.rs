//! Names and labels of objects, and what selects them.

use super::Context;
use crate::plan::Plan;
use crate::plan::workload::order::Init;
use crate::table::HashMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use std::collections::BTreeMap;

/// Which service.
pub(super) const NAME: &str = "app.kubernetes.io/name";
/// Which project.
const INSTANCE: &str = "app.kubernetes.io/instance";
/// The project again: what the service is a part of.
const PART_OF: &str = "app.kubernetes.io/part-of";
/// Who wrote the object.
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// Labels.
pub(super) type Labels = BTreeMap<String, String>;

/// The workload that each Compose service runs in.
pub(super) fn homes(plan: &Plan) -> HashMap<&str, &str> {
    let mut homes = HashMap::default();
    for workload in &plan.workloads {
        homes.insert(workload.service.as_str(), workload.name.as_str());
        let inits = workload.inits.iter().filter_map(|init| match init {
            Init::Container(container) | Init::Sidecar { container, .. } => Some(container.service.as_str()),
            _ => None,
        });
        for service in inits.chain(workload.containers.iter().map(|c| c.service.as_str())) {
            homes.entry(service).or_insert(workload.name.as_str());
        }
    }
    homes
}

/// The standard labels; `name` where the object belongs to one workload.
pub(super) fn standard(context: &Context<'_>, name: Option<&str>) -> Labels {
    let project = &context.plan.project;
    let mut labels = Labels::from([
        (INSTANCE.to_owned(), project.clone()),
        (PART_OF.to_owned(), project.clone()),
        (MANAGED_BY.to_owned(), "transship".to_owned()),
    ]);
    if let Some(name) = name {
        labels.insert(NAME.to_owned(), name.to_owned());
    }
    labels
}

/// The labels that select a workload's pods. They never change, because selectors are immutable.
pub(super) fn of_workload(context: &Context<'_>, name: &str) -> Labels {
    of_project(context, [(NAME.to_owned(), name.to_owned())])
}

/// The project's label and some more.
pub(super) fn of_project(context: &Context<'_>, more: impl IntoIterator<Item = (String, String)>) -> Labels {
    let mut labels = Labels::from([(INSTANCE.to_owned(), context.plan.project.clone())]);
    labels.extend(more);
    labels
}

/// A selector of exactly these labels.
pub(super) fn select(labels: Labels) -> LabelSelector {
    LabelSelector { match_labels: Some(labels), ..Default::default() }
}

/// The metadata of an object; `name` as well as the workload it belongs to, if any.
pub(super) fn metadata(context: &Context<'_>, name: &str, workload: Option<&str>) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: context.plan.namespace.clone(),
        labels: Some(standard(context, workload)),
        ..Default::default()
    }
}

/// The metadata of an object that belongs to a Compose service, if to one.
pub(super) fn metadata_of(context: &Context<'_>, name: &str, service: Option<&str>) -> ObjectMeta {
    metadata(context, name, service.and_then(|service| context.homes.get(service).copied()))
}
