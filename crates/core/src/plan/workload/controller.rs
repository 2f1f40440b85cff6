//! Controllers: what runs a pod, how often, and how a new template is rolled out.

use crate::compose::Service;
use crate::compose::deploy::UpdateConfig;
use crate::compose::order::Condition;
use crate::diag::catalog::extension::EXTENSION_KEY_MISSING;
use crate::diag::catalog::workloads;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::endpoint::reference::References;
use crate::plan::operation::{conflicting, invalid, most_pods};
use crate::plan::storage::Storage;
use crate::plan::workload::Concurrency;
use crate::plan::workload::image;
use crate::plan::workload::model::{Amount, Controller, Job, Rollout};
use crate::table::{HashSet, IndexMap};
use crate::text::{Placed, schedule};
use crate::vocab::operation::{ControllerKind, Operation};

/// Which kind of controller runs a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Deployment,
    StatefulSet,
    DaemonSet,
    Job,
    CronJob,
}

/// The kind of every pod, by its leading service.
pub(crate) fn kinds<'a>(
    cx: &'a Context<'_>,
    references: &References,
    storage: &Storage,
    diagnostics: &mut Diagnostics,
) -> IndexMap<&'a str, Kind> {
    let dependencies = cx.project.services.values().flat_map(|service| &service.depends_on);
    let awaited: HashSet<&str> =
        dependencies.filter(|(_, d)| d.condition.value == Condition::Completed).map(|(name, _)| name.as_str()).collect();
    let mut servers = Vec::new();
    let kinds = cx.pods.iter(cx.project).filter_map(|(leader, members)| {
        let service = cx.service(leader)?;
        if let Some(kind) = asked(service, cx.pod_operation(leader), diagnostics) {
            return Some((leader, kind));
        }
        let kind = kind(service, awaited.contains(leader), references, diagnostics);
        let stateful = kind == Kind::Deployment
            && members.iter().any(|member| is_stateful(cx, member, storage))
            && most_pods(cx, service).is_none_or(|most| most <= 1);
        if kind == Kind::Deployment && restart(service).is_none() {
            servers.push(service);
        }
        Some((leader, if stateful { Kind::StatefulSet } else { kind }))
    });
    let kinds = kinds.collect();
    if let Some(first) = servers.first() {
        let names: Vec<String> = servers.iter().take(5).map(|service| format!("{:?}", service.name)).collect();
        let more = if servers.len() > 5 { format!(" and {} more", servers.len() - 5) } else { String::new() };
        diagnostics.push(
            Diagnostic::new(&workloads::RESTART_ASSUMED, format!("services without `restart` run for ever: {}{more}", names.join(", ")))
                .at(first.place)
                .help("say `restart: \"no\"` of those that are tasks and end"),
        );
    }
    kinds
}

/// The kind that is asked for by name, or by a schedule.
fn asked(service: &Service, said: &Operation, diagnostics: &mut Diagnostics) -> Option<Kind> {
    let name = service.name.as_str();
    let Some(asked) = &said.controller else { return said.schedule.as_ref().map(|_| Kind::CronJob) };
    if asked.value != ControllerKind::CronJob {
        if let Some(schedule) = &said.schedule {
            diagnostics.push(conflicting(name, "schedule", schedule.place, "only a CronJob has a schedule"));
        }
    } else if said.schedule.is_none() && service.triggers.is_none() {
        diagnostics.push(
            Diagnostic::new(&EXTENSION_KEY_MISSING, format!("service {name:?}: a CronJob needs a `schedule`"))
                .at(asked.place)
                .help("write one: `schedule: \"0 3 * * *\"`"),
        );
        return None;
    }
    Some(match asked.value {
        ControllerKind::Deployment => Kind::Deployment,
        ControllerKind::StatefulSet => Kind::StatefulSet,
        ControllerKind::DaemonSet => Kind::DaemonSet,
        ControllerKind::Job => Kind::Job,
        ControllerKind::CronJob => Kind::CronJob,
    })
}

fn kind(service: &Service, awaited: bool, references: &References, diagnostics: &mut Diagnostics) -> Kind {
    if service.triggers.is_some() {
        return Kind::CronJob;
    }
    let mode = service.deploy.as_ref().and_then(|deploy| deploy.mode.as_ref());
    match mode.map(|mode| mode.value.as_str()) {
        _ if awaited => return Kind::Job,
        Some("global") => return Kind::DaemonSet,
        Some("replicated-job") => return Kind::Job,
        Some("global-job") => {
            if let Some(mode) = mode {
                diagnostics.push(
                    Diagnostic::new(
                        &workloads::GLOBAL_JOB_APPROXIMATED,
                        format!("service {:?}: it runs once, not once on every node", service.name),
                    )
                    .at(mode.place)
                    .help("use `mode: global` if it has to run on every node"),
                );
            }
            return Kind::Job;
        }
        _ => {}
    }
    let Some((policy, place)) = restart(service).filter(|(policy, _)| !matches!(policy, Restart::Always)) else { return Kind::Deployment };
    let reached = references.of(&service.name).is_some_and(|reach| reach.by_others);
    let checked = service.healthcheck.as_ref().is_some_and(|check| !check.disable);
    let server = reached || checked || !service.ports.is_empty();
    let name = &service.name;
    if server {
        diagnostics.push(
            Diagnostic::new(&workloads::RESTART_APPROXIMATED, format!("service {name:?}: it is restarted whenever it ends"))
                .at(place)
                .note("it is a server, as others reach it, it publishes a port or it has a health check, and a server always restarts in a cluster"),
        );
        return Kind::Deployment;
    }
    if policy == Restart::Policy {
        return Kind::Deployment;
    }
    diagnostics.push(
        Diagnostic::new(&workloads::JOB_ASSUMED, format!("service {name:?}: it is a task that runs to its end, a Job"))
            .at(place)
            .help("say `restart: always` if it is a server"),
    );
    Kind::Job
}

/// When a container is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restart {
    Always,
    Never,
    /// `on-failure[:N]`.
    OnFailure(Option<i32>),
    /// `deploy.restart_policy.condition: on-failure`, which many write for servers.
    Policy,
}

/// What the service says of its restart, and where; `None` where it says nothing.
fn restart(service: &Service) -> Option<(Restart, crate::text::Place)> {
    if let Some(restart) = &service.restart {
        let value = match restart.value.as_str() {
            "no" | "" | "false" => Restart::Never,
            text if text == "on-failure" || text.starts_with("on-failure:") => {
                Restart::OnFailure(text.split_once(':').and_then(|(_, most)| most.parse().ok()))
            }
            _ => Restart::Always,
        };
        return Some((value, restart.place));
    }
    let policy = service.deploy.as_ref()?.restart_policy.as_ref()?;
    let condition = policy.condition.as_ref()?;
    let value = match condition.value.as_str() {
        "none" => Restart::Never,
        "on-failure" => Restart::Policy,
        _ => Restart::Always,
    };
    Some((value, condition.place))
}

/// Does the service alone mount a volume of its own, under an image that is known to keep state?
fn is_stateful(cx: &Context<'_>, service: &str, storage: &Storage) -> bool {
    let known = cx.service(service).and_then(|s| s.container.image.as_ref()).and_then(|i| image::known(&i.value));
    let alone = storage.services.get(service).is_some_and(|s| s.claims.iter().any(|claim| !claim.shared && !claim.read_only));
    known.is_some_and(|known| known.stateful) && alone
}

/// How many pods a service asks for, if it says so.
fn replicas(service: &Service, said: &Operation) -> Option<i32> {
    if let Some(said) = &said.replicas {
        return Some(i32::try_from(said.value).unwrap_or(i32::MAX));
    }
    let given = service.scale.as_ref().or_else(|| service.deploy.as_ref()?.replicas.as_ref())?;
    Some(i32::try_from(given.value.max(0)).unwrap_or(i32::MAX))
}

/// The controllers of a pod: one, or one CronJob for each schedule. `claims` says whether the pod mounts claims that one node may have,
/// `scaled` whether something else decides how many pods there are.
pub(crate) fn plan(
    cx: &Context<'_>,
    service: &Service,
    kind: Kind,
    claims: bool,
    scaled: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Controller> {
    let said = cx.pod_operation(&service.name);
    let replicas = if scaled { None } else { replicas(service, said) };
    match (&said.replicas, kind) {
        (Some(count), Kind::DaemonSet) => {
            diagnostics.push(conflicting(&service.name, "replicas", count.place, "a DaemonSet runs one pod on every node"));
        }
        (Some(count), Kind::CronJob) => {
            diagnostics.push(conflicting(&service.name, "replicas", count.place, "each run of a CronJob has one pod"));
        }
        _ => {}
    }
    match kind {
        Kind::Deployment => {
            let update = service.deploy.as_ref().and_then(|deploy| deploy.update_config.as_ref());
            if claims && let Some(update) = update {
                diagnostics.push(
                    Diagnostic::new(
                        &workloads::UPDATE_CONFIG_DROPPED,
                        format!("service {:?}: its old pod stops before the new one starts", service.name),
                    )
                    .at(update.place)
                    .note("it mounts a claim that one pod has at a time"),
                );
            }
            let rollout = if claims { Rollout { recreate: true, ..Rollout::default() } } else { update.map(rollout).unwrap_or_default() };
            vec![Controller::Deployment { replicas, rollout }]
        }
        Kind::StatefulSet => vec![Controller::StatefulSet { replicas }],
        Kind::DaemonSet => {
            let update = service.deploy.as_ref().and_then(|deploy| deploy.update_config.as_ref());
            vec![Controller::DaemonSet { rollout: update.map(rollout).unwrap_or_default() }]
        }
        Kind::Job => vec![Controller::Job(job(service, said))],
        Kind::CronJob => cron_jobs(service, said, diagnostics),
    }
}

/// `update_config`: pods are added before others go (`start-first`), or go first.
fn rollout(update: &UpdateConfig) -> Rollout {
    let parallelism = update.parallelism.as_ref().map_or(1, |p| p.value);
    let amount = if parallelism <= 0 { Amount::Percent(100) } else { Amount::Count(i32::try_from(parallelism).unwrap_or(i32::MAX)) };
    let start_first = update.order.as_ref().is_some_and(|order| order.value == "start-first");
    let none = Some(Amount::Count(0));
    let (max_surge, max_unavailable) = if start_first { (Some(amount), none) } else { (none, Some(amount)) };
    let seconds = |value: i64| i32::try_from(value.max(0).saturating_add(999_999_999) / 1_000_000_000).unwrap_or(i32::MAX);
    let settled = [&update.delay, &update.monitor].into_iter().flatten().map(|value| seconds(value.value)).max();
    Rollout { recreate: false, max_surge, max_unavailable, min_ready_seconds: settled.filter(|seconds| *seconds > 0) }
}

fn job(service: &Service, said: &Operation) -> Job {
    let policy = service.deploy.as_ref().and_then(|deploy| deploy.restart_policy.as_ref());
    let attempts = policy.and_then(|p| p.max_attempts.as_ref()).map(|most| i32::try_from(most.value.max(0)).unwrap_or(i32::MAX));
    let (backoff_limit, restart_on_failure) = match restart(service) {
        Some((Restart::Never, _)) => (Some(0), false),
        Some((Restart::OnFailure(most), _)) => (Some(most.unwrap_or(i32::MAX)), true),
        Some((Restart::Policy, _)) => (Some(attempts.unwrap_or(i32::MAX)), true),
        _ => (attempts, false),
    };
    let said_limit = said.backoff_limit.as_ref().map(|limit| i32::try_from(limit.value).unwrap_or(i32::MAX));
    let completions = replicas(service, said).filter(|count| *count > 1 && service.triggers.is_none() && said.schedule.is_none());
    Job { backoff_limit: said_limit.or(backoff_limit), restart_on_failure, completions }
}

/// The schedule of a suspended CronJob: it needs one, and does not follow it.
const NEVER: &str = "@yearly";

/// The CronJob of a schedule that stands beside the service; a suspended one where nobody can read it.
fn scheduled(
    service: &Service,
    said: &Operation,
    schedule: &Placed<String>,
    job: Job,
    diagnostics: &mut Diagnostics,
) -> Option<Controller> {
    let read = schedule::read(&schedule.value);
    if read.is_none() {
        let told = invalid(&service.name, "schedule", schedule.place, "a crontab expression: minute, hour, day, month, day of the week");
        diagnostics.push(told.help("every night at three: `0 3 * * *`"));
    }
    Some(Controller::CronJob {
        suspend: read.is_none(),
        schedule: read.unwrap_or_else(|| NEVER.to_owned()),
        time_zone: said.time_zone.as_ref().map(|zone| zone.value.clone()),
        concurrency: said.concurrency.as_ref().map_or(Concurrency::Forbid, |word| word.value),
        starting_deadline_seconds: None,
        job,
    })
}

/// One CronJob for each schedule; a suspended one where there is none.
fn cron_jobs(service: &Service, said: &Operation, diagnostics: &mut Diagnostics) -> Vec<Controller> {
    let job = job(service, said);
    let said_concurrency = said.concurrency.as_ref().map(|word| word.value);
    if let Some(schedule) = &said.schedule {
        return scheduled(service, said, schedule, job, diagnostics).into_iter().collect();
    }
    let Some(triggers) = &service.triggers else { return Vec::new() };
    if triggers.schedule.is_empty() {
        diagnostics.push(
            Diagnostic::new(
                &workloads::MANUAL_JOB_ASSUMED,
                format!("job {:?}: it has no schedule, so it runs when somebody starts it", service.name),
            )
            .at(triggers.place)
            .help(format!("start it: `kubectl create job --from=cronjob/{} RUN`", service.name)),
        );
        return vec![Controller::CronJob {
            schedule: NEVER.to_owned(),
            time_zone: None,
            suspend: true,
            concurrency: said_concurrency.unwrap_or(Concurrency::Forbid),
            starting_deadline_seconds: None,
            job,
        }];
    }
    let one = |schedule: &crate::compose::job::Schedule| {
        let queue = schedule.concurrency.as_ref().filter(|word| word.value == "queue");
        if let Some(word) = queue {
            diagnostics.push(
                Diagnostic::new(
                    &workloads::CONCURRENCY_APPROXIMATED,
                    format!("job {:?}: a run that falls due starts beside the last one", service.name),
                )
                .at(word.place)
                .help("let the job take a lock, or say `concurrency: forbid` to skip such runs"),
            );
        }
        let beside = schedule.concurrency.as_ref().is_some_and(|word| matches!(word.value.as_str(), "queue" | "allow"));
        let skip = schedule.missed_fires.as_ref().is_some_and(|word| word.value == "skip");
        let cron = &schedule.cron;
        let read = schedule::read(&cron.value);
        if read.is_none() {
            let message =
                format!("job {:?}: {:?} is no schedule that Kubernetes reads, so it waits to be started by hand", service.name, cron.value);
            let help = "write five fields: minute, hour, day, month, day of the week; every night at three: `0 3 * * *`";
            diagnostics.push(Diagnostic::new(&workloads::JOB_SCHEDULE_INVALID, message).at(cron.place).help(help));
        }
        Controller::CronJob {
            suspend: read.is_none(),
            schedule: read.unwrap_or_else(|| NEVER.to_owned()),
            time_zone: schedule.timezone.as_ref().map(|zone| zone.value.clone()),
            concurrency: said_concurrency.unwrap_or(if beside { Concurrency::Allow } else { Concurrency::Forbid }),
            // A run that is more than a minute late was missed.
            starting_deadline_seconds: skip.then_some(60),
            job: job.clone(),
        }
    };
    triggers.schedule.iter().map(one).collect()
}
