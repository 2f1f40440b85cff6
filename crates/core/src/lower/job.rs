//! Jobs: their fields, and their names, which change with their templates because a Job's template is immutable.

use super::{Context, digest, pod};
use crate::plan::Workload;
use crate::plan::workload::{Controller, Job};
use crate::table::{HashMap, HashSet};
use k8s_openapi::api::batch::v1::JobSpec;
use std::collections::VecDeque;

/// How much of a workload's name fits before `-` and the hash in a DNS label.
const NAME_LENGTH: usize = 54;

/// Names every Job, those first that others wait for: a waiter's template holds the names of what it waits for.
///
/// Jobs that wait for each other in a circle (Compose refuses them) come last.
pub(super) fn name_all(context: &mut Context<'_>) {
    let plan = context.plan;
    let jobs = || {
        plan.workloads.iter().filter_map(|workload| match &workload.controller {
            Controller::Job(job) => Some((workload, job)),
            _ => None,
        })
    };
    let leaders: HashSet<&str> = jobs().map(|(workload, _)| workload.service.as_str()).collect();
    let mut open: HashMap<&str, usize> = HashMap::default();
    let mut waiters: HashMap<&str, Vec<(&Workload, &Job)>> = HashMap::default();
    let mut ready = VecDeque::new();
    for (workload, job) in jobs() {
        let awaited = workload.awaited_jobs.iter().filter(|service| leaders.contains(service.as_str()));
        let mut count = 0;
        for service in awaited {
            waiters.entry(service).or_default().push((workload, job));
            count += 1;
        }
        open.insert(&workload.service, count);
        if count == 0 {
            ready.push_back((workload, job));
        }
    }
    while let Some((workload, job)) = ready.pop_front() {
        let name = hashed(context, workload, job);
        context.jobs.insert(&workload.service, name);
        for (waiter, job) in waiters.remove(workload.service.as_str()).unwrap_or_default() {
            let Some(count) = open.get_mut(waiter.service.as_str()) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 {
                ready.push_back((waiter, job));
            }
        }
    }
    for (workload, job) in jobs() {
        if !context.jobs.contains_key(workload.service.as_str()) {
            let name = hashed(context, workload, job);
            context.jobs.insert(&workload.service, name);
        }
    }
}

/// The name of the Job that a Compose service leads.
pub(super) fn name(context: &Context<'_>, service: &str) -> String {
    context.jobs.get(service).cloned().unwrap_or_else(|| service.to_owned())
}

fn hashed(context: &Context<'_>, workload: &Workload, job: &Job) -> String {
    let text = serde_json::to_string(&spec(context, workload, job)).unwrap_or_default();
    // A patch changes the template as well.
    let patches = context.job_patches.get(workload.name.as_str()).into_iter().flatten();
    let text = patches.fold(text, |text, patch| text + &serde_json::Value::Object(patch.fields.clone()).to_string());
    let stem: String = workload.name.chars().take(NAME_LENGTH).collect();
    format!("{}-{}", stem.trim_end_matches('-'), digest::short(&text, 8))
}

pub(super) fn spec(context: &Context<'_>, workload: &Workload, job: &Job) -> JobSpec {
    let Job { backoff_limit, restart_on_failure, completions } = job;
    let restart = if *restart_on_failure { "OnFailure" } else { "Never" };
    JobSpec {
        backoff_limit: *backoff_limit,
        completions: *completions,
        parallelism: *completions,
        template: pod::template(context, workload, Some(restart)),
        ..Default::default()
    }
}
