//! Requests and limits.

use super::some;
use crate::plan::workload::resources::Resources;
use crate::table::IndexMap;
use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

pub(super) fn lower(resources: &Resources) -> Option<ResourceRequirements> {
    let Resources { requests, limits } = resources;
    if requests.is_empty() && limits.is_empty() {
        return None;
    }
    let quantities =
        |amounts: &IndexMap<String, String>| some(amounts.iter().map(|(name, amount)| (name.clone(), Quantity(amount.clone()))));
    Some(ResourceRequirements { requests: quantities(requests), limits: quantities(limits), ..Default::default() })
}

/// The small requests of a container of our own.
pub(super) fn small(memory: &str) -> Option<ResourceRequirements> {
    let amounts = [("cpu", "10m"), ("memory", memory)];
    let requests: BTreeMap<_, _> = amounts.into_iter().map(|(name, amount)| (name.to_owned(), Quantity(amount.to_owned()))).collect();
    Some(ResourceRequirements { requests: Some(requests), ..Default::default() })
}
