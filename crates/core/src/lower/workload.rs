//! Controllers.

use super::{Context, Object, Objects, job, labels, object, pod, some};
use crate::plan::Workload;
use crate::plan::workload::{Amount, Concurrency, Controller, Rollout};
use k8s_openapi::api::apps::v1::{
    DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDaemonSet,
    RollingUpdateDeployment, StatefulSet, StatefulSetSpec,
};
use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, Job, JobTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    objects.extend(context.plan.workloads.iter().map(|workload| controller(context, workload)));
}

fn controller(context: &Context<'_>, workload: &Workload) -> Object {
    let name = &workload.name;
    let mut metadata = labels::metadata(context, name, Some(name));
    metadata.labels.get_or_insert_default().extend(workload.labels.clone());
    metadata.annotations = some(workload.annotations.clone());
    let selector = labels::select(labels::of_workload(context, name));
    let template = || pod::template(context, workload, None);
    match &workload.controller {
        Controller::Deployment { replicas, rollout } => {
            let spec = DeploymentSpec {
                replicas: *replicas,
                selector,
                strategy: deployment_strategy(rollout),
                min_ready_seconds: rollout.min_ready_seconds,
                template: template(),
                ..Default::default()
            };
            object(&Deployment { metadata, spec: spec.into(), ..Default::default() })
        }
        Controller::StatefulSet { replicas } => {
            let spec = StatefulSetSpec {
                replicas: *replicas,
                selector,
                service_name: Some(name.clone()),
                template: template(),
                ..Default::default()
            };
            object(&StatefulSet { metadata, spec: spec.into(), ..Default::default() })
        }
        Controller::DaemonSet { rollout } => {
            let spec = DaemonSetSpec {
                selector,
                update_strategy: daemon_strategy(rollout),
                min_ready_seconds: rollout.min_ready_seconds,
                template: template(),
                ..Default::default()
            };
            object(&DaemonSet { metadata, spec: spec.into(), ..Default::default() })
        }
        Controller::Job(job) => {
            let metadata = ObjectMeta { name: Some(job::name(context, &workload.service)), ..metadata };
            object(&Job { metadata, spec: job::spec(context, workload, job).into(), ..Default::default() })
        }
        Controller::CronJob { schedule, time_zone, suspend, concurrency, starting_deadline_seconds, job } => {
            let template = JobTemplateSpec { spec: job::spec(context, workload, job).into(), ..Default::default() };
            let spec = CronJobSpec {
                schedule: schedule.clone(),
                time_zone: time_zone.clone(),
                suspend: suspend.then_some(true),
                concurrency_policy: Some(concurrency_policy(*concurrency).to_owned()),
                starting_deadline_seconds: *starting_deadline_seconds,
                job_template: template,
                ..Default::default()
            };
            object(&CronJob { metadata, spec: spec.into(), ..Default::default() })
        }
    }
}

fn concurrency_policy(concurrency: Concurrency) -> &'static str {
    match concurrency {
        Concurrency::Allow => "Allow",
        Concurrency::Forbid => "Forbid",
        Concurrency::Replace => "Replace",
    }
}

fn deployment_strategy(rollout: &Rollout) -> Option<DeploymentStrategy> {
    let Rollout { recreate, max_surge, max_unavailable, min_ready_seconds: _ } = rollout;
    if *recreate {
        return Some(DeploymentStrategy { type_: Some("Recreate".to_owned()), ..Default::default() });
    }
    let update = RollingUpdateDeployment { max_surge: max_surge.map(amount), max_unavailable: max_unavailable.map(amount) };
    (update != RollingUpdateDeployment::default())
        .then(|| DeploymentStrategy { type_: Some("RollingUpdate".to_owned()), rolling_update: Some(update) })
}

/// A DaemonSet stops the old pod of a node first unless it may surge.
fn daemon_strategy(rollout: &Rollout) -> Option<DaemonSetUpdateStrategy> {
    let update = RollingUpdateDaemonSet { max_surge: rollout.max_surge.map(amount), max_unavailable: rollout.max_unavailable.map(amount) };
    (update != RollingUpdateDaemonSet::default())
        .then(|| DaemonSetUpdateStrategy { type_: Some("RollingUpdate".to_owned()), rolling_update: Some(update) })
}

pub(super) fn amount(amount: Amount) -> IntOrString {
    match amount {
        Amount::Count(count) => IntOrString::Int(count),
        Amount::Percent(percent) => IntOrString::String(format!("{percent}%")),
    }
}
