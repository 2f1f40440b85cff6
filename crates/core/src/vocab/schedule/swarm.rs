//! `swarm.cronjob.…`: swarm-cronjob starts the service itself at times.

use super::{CONTROLLER, lost, triggers};
use crate::compose::Project;
use crate::diag::Diagnostics;
use crate::text::Placed;
use crate::vocab::{Ways, environment, labels, repository};

/// What its labels begin with.
pub(super) const PREFIX: &str = "swarm.cronjob.";

/// Reads the labels of every service.
pub(super) fn read(project: &Project, diagnostics: &mut Diagnostics) -> Ways {
    let mut ways = Ways::default();
    let is_scheduler = |image: &Placed<String>| repository(&image.value).ends_with("/swarm-cronjob");
    let scheduler = project.services.values().find(|service| service.container.image.as_ref().is_some_and(is_scheduler));
    let zone = scheduler.and_then(|service| environment::variable(service, "TZ"));
    let mut understood = true;
    for service in project.services.values() {
        let of = |key: &str| labels(service).find(|(name, _)| name.strip_prefix(PREFIX) == Some(key)).map(|(_, value)| value);
        if of("enable").is_none_or(|enable| !enable.value.eq_ignore_ascii_case("true")) {
            continue;
        }
        let Some(schedule) = of("schedule") else { continue };
        let overlap = of("skip-running").is_none_or(|skip| !skip.value.eq_ignore_ascii_case("true"));
        for key in ["replicas", "registry-auth", "query-registry"] {
            if let Some(value) = of(key).filter(|value| !matches!(value.value.as_str(), "1" | "false")) {
                lost(
                    service,
                    &format!("{PREFIX}{key}"),
                    value.place,
                    "each run has one pod, and the cluster pulls its image as ever",
                    diagnostics,
                );
            }
        }
        match triggers(service, &format!("{PREFIX}schedule"), schedule, overlap, zone, diagnostics) {
            Some(triggers) => drop(ways.timed.insert(service.name.clone(), *triggers)),
            None => understood = false,
        }
    }
    if let Some(scheduler) = scheduler.filter(|_| understood) {
        ways.replaced.insert(scheduler.name.clone(), CONTROLLER.to_owned());
    }
    ways
}
