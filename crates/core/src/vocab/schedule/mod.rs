//! What a scheduler of the stack runs at times: Ofelia's labels and its file, and the labels of swarm-cronjob.
//!
//! Each job becomes a service with a schedule, as the `jobs` of a Compose file do; `plan/` makes CronJobs of them.

mod cron;
mod ofelia;
mod swarm;
mod task;

use super::{Stack, Ways};
use crate::compose::Service;
use crate::compose::job::{Schedule, Triggers};
use crate::diag::catalog::workloads::{SCHEDULE_APPROXIMATED, SCHEDULED_JOB_DROPPED, SCHEDULED_SETTING_DROPPED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{Place, Placed};

/// What does a scheduler's work in a cluster.
const CONTROLLER: &str = "the cluster's controller of CronJobs";

/// Reads them all.
pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let mut ways = ofelia::read(stack, diagnostics);
    ways.extend(swarm::read(stack.project, diagnostics));
    ways
}

/// Does a scheduler read a label of this key?
pub(super) fn reads(key: &str) -> bool {
    key.starts_with(ofelia::PREFIX) || key.starts_with(swarm::PREFIX)
}

/// The `triggers` of a schedule in a scheduler's words; `None`, told, where they are none.
fn triggers(
    service: &Service,
    key: &str,
    schedule: &Placed<String>,
    overlap: bool,
    zone: Option<&Placed<String>>,
    diagnostics: &mut Diagnostics,
) -> Option<Box<Triggers>> {
    let Some(read) = cron::read(&schedule.value) else {
        dropped(service, key, schedule.place, "its schedule cannot be read", diagnostics);
        return None;
    };
    if let Some(why) = read.told {
        diagnostics.push(
            Diagnostic::new(&SCHEDULE_APPROXIMATED, format!("service {:?}: `{key}` runs at {:?}: {why}", service.name, read.cron))
                .at(schedule.place),
        );
    }
    let word = if overlap { "allow" } else { "forbid" };
    let schedule = Schedule {
        place: schedule.place,
        cron: Placed::new(read.cron, schedule.place),
        timezone: zone.cloned(),
        concurrency: Some(Placed::new(word.to_owned(), schedule.place)),
        missed_fires: Some(Placed::new("skip".to_owned(), schedule.place)),
    };
    Some(Box::new(Triggers { place: schedule.place, manual: None, schedule: vec![schedule] }))
}

/// Tells that a job is not written.
fn dropped(service: &Service, key: &str, place: Place, why: &str, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(&SCHEDULED_JOB_DROPPED, format!("service {:?}: the job of `{key}` is not written: {why}", service.name))
            .at(place)
            .help("write it as one of the Compose file's own `jobs`, or as a service with the `schedule` of `x-transship`"),
    );
}

/// Tells that a setting of a job or of its scheduler has no effect.
fn lost(service: &Service, key: &str, place: Place, why: &str, diagnostics: &mut Diagnostics) {
    diagnostics
        .push(Diagnostic::new(&SCHEDULED_SETTING_DROPPED, format!("service {:?}: `{key}` has no effect: {why}", service.name)).at(place));
}
