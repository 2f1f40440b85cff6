//! `jobs.*`: what only a job has, and what means something else in a job or a hook than in a service.

use super::definition::{Line, PARTS, SAME, Support, at, dropped, into, nearly, no_effect, resolved};
use super::shape::{FLAG, LIST, Limit, OBJECT, TEXT, TEXT_SET};
use crate::diag::catalog::workloads::{CONCURRENCY_APPROXIMATED, MANUAL_JOB_ASSUMED};

/// What only a job has.
pub(super) const LINES: &[Line] = &[
    at("profiles", TEXT_SET, resolved("the loader leaves out jobs whose profiles are not active")),
    at("triggers", OBJECT.limits(&[Limit::RequiredOneOf(&["manual", "schedule"])]), PARTS),
    at(
        "triggers.manual",
        FLAG,
        nearly!("a suspended CronJob to start with `kubectl create job --from`, where there is no schedule", MANUAL_JOB_ASSUMED),
    ),
    at("triggers.schedule", LIST, into("a CronJob for each entry")),
    at("triggers.schedule[]", TEXT.or_object().limits(&[Limit::Required(&["cron"])]), SAME),
    at("triggers.schedule[].cron", TEXT, into("`spec.schedule`")),
    at("triggers.schedule[].timezone", TEXT, into("`spec.timeZone`")),
    at(
        "triggers.schedule[].concurrency",
        TEXT.limits(&[Limit::OneOf(&["forbid", "queue"])]),
        nearly!("`spec.concurrencyPolicy`", CONCURRENCY_APPROXIMATED),
    ),
    at("triggers.schedule[].missed_fires", TEXT.limits(&[Limit::OneOf(&["one", "skip"])]), into("`spec.startingDeadlineSeconds`")),
];

/// What the containers of one pod share.
const OF_THE_POD: Support = dropped("all containers of a pod share it with the service", "set it on the service");

/// Paths whose support differs from that of the same attribute of a service.
pub(super) const EXCEPTIONS: &[(&str, Support)] = &[
    ("services.*.pre_start[].annotations", OF_THE_POD),
    ("services.*.pre_start[].dns", OF_THE_POD),
    ("services.*.pre_start[].dns_opt", OF_THE_POD),
    ("services.*.pre_start[].dns_search", OF_THE_POD),
    ("services.*.pre_start[].domainname", OF_THE_POD),
    ("services.*.pre_start[].extra_hosts", OF_THE_POD),
    ("services.*.pre_start[].group_add", OF_THE_POD),
    ("services.*.pre_start[].hostname", OF_THE_POD),
    ("services.*.pre_start[].ipc", OF_THE_POD),
    ("services.*.pre_start[].labels", OF_THE_POD),
    ("services.*.pre_start[].network_mode", OF_THE_POD),
    ("services.*.pre_start[].networks", OF_THE_POD),
    ("services.*.pre_start[].pid", OF_THE_POD),
    ("services.*.pre_start[].platform", OF_THE_POD),
    ("services.*.pre_start[].runtime", OF_THE_POD),
    ("services.*.pre_start[].stop_grace_period", OF_THE_POD),
    ("services.*.pre_start[].sysctls", OF_THE_POD),
    ("services.*.pre_start[].userns_mode", OF_THE_POD),
    ("services.*.pre_start[].volumes[].volume.nocopy", no_effect("only the service's own image fills a new volume")),
    (
        "services.*.pre_start[].volumes_from",
        dropped("only the service's own container mounts what others mount", "name these volumes under the hook's `volumes`"),
    ),
];
