//! Autoscalers and disruption budgets.

use super::workload::amount;
use super::{Context, Objects, labels, object};
use crate::plan::Workload;
use crate::plan::operation::scaling::{Budget, Metric, Scaler, Target};
use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricSpec, MetricTarget, ResourceMetricSource,
};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    for workload in &context.plan.workloads {
        objects.extend(workload.scaler.as_ref().map(|scaler| object(&autoscaler(context, workload, scaler))));
        objects.extend(workload.budget.map(|budget| object(&disruption_budget(context, workload, budget))));
    }
}

fn autoscaler(context: &Context<'_>, workload: &Workload, scaler: &Scaler) -> HorizontalPodAutoscaler {
    let Scaler { stateful, least, most, metrics } = scaler;
    let kind = if *stateful { "StatefulSet" } else { "Deployment" };
    let spec = HorizontalPodAutoscalerSpec {
        scale_target_ref: CrossVersionObjectReference {
            api_version: Some("apps/v1".to_owned()),
            kind: kind.to_owned(),
            name: workload.name.clone(),
        },
        min_replicas: Some(*least),
        max_replicas: *most,
        metrics: Some(metrics.iter().map(metric).collect()),
        ..Default::default()
    };
    let metadata = labels::metadata(context, &workload.name, Some(&workload.name));
    HorizontalPodAutoscaler { metadata, spec: spec.into(), ..Default::default() }
}

fn metric(metric: &Metric) -> MetricSpec {
    let target = match &metric.target {
        Target::Share(share) => MetricTarget { type_: "Utilization".to_owned(), average_utilization: Some(*share), ..Default::default() },
        Target::Amount(amount) => {
            MetricTarget { type_: "AverageValue".to_owned(), average_value: Some(Quantity(amount.clone())), ..Default::default() }
        }
    };
    let resource = ResourceMetricSource { name: metric.resource.to_owned(), target };
    MetricSpec { type_: "Resource".to_owned(), resource: Some(resource), ..Default::default() }
}

fn disruption_budget(context: &Context<'_>, workload: &Workload, budget: Budget) -> PodDisruptionBudget {
    let (stay, missing) = match budget {
        Budget::Stay(stay) => (Some(amount(stay)), None),
        Budget::Missing(missing) => (None, Some(amount(missing))),
    };
    let spec = PodDisruptionBudgetSpec {
        min_available: stay,
        max_unavailable: missing,
        selector: Some(labels::select(labels::of_workload(context, &workload.name))),
        ..Default::default()
    };
    let metadata = labels::metadata(context, &workload.name, Some(&workload.name));
    PodDisruptionBudget { metadata, spec: spec.into(), ..Default::default() }
}
