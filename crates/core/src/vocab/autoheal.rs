//! autoheal: containers with its label are restarted while they are unhealthy, as a liveness probe does.

use super::environment::variable;
use super::{Healing, Stack, Ways, labels, repository};
use crate::compose::Service;
use crate::diag::catalog::workloads::{SCHEDULED_SETTING_DROPPED, UNHEALTHY_RESTART_DROPPED};
use crate::diag::{Diagnostic, Diagnostics};

/// The label that it looks for unless it is told another; how long a container has to end stands in a label of its own.
const LABEL: &str = "autoheal";
const STOP: &str = "autoheal.stop.timeout";

/// Does autoheal read a label of this key?
pub(super) fn reads(key: &str) -> bool {
    key == LABEL || key == STOP
}

/// What the autoheal of a stack watches. Without one the labels may be for one of the whole Docker host.
pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let project = stack.project;
    let mut ways = Ways::default();
    let is_watcher = |service: &&Service| {
        let image = service.container.image.as_ref().map_or("", |image| image.value.as_str());
        matches!(repository(image).rsplit('/').next(), Some("autoheal" | "docker-autoheal"))
    };
    let watcher = project.services.values().find(is_watcher);
    let text = |name: &str| watcher.and_then(|watcher| variable(watcher, name)).map(|value| value.value.trim());
    let wanted = text("AUTOHEAL_CONTAINER_LABEL").unwrap_or(LABEL);
    let all = wanted == "all";
    let initial_delay = text("AUTOHEAL_START_PERIOD").and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
    let default = text("AUTOHEAL_DEFAULT_STOP_TIMEOUT").and_then(|seconds| seconds.parse().ok());
    for service in project.services.values() {
        let label = |key: &str| labels(service).find(|(name, _)| *name == key).map(|(_, value)| value);
        let mine = label(wanted).filter(|value| value.value == "true");
        if watcher.is_some_and(|watcher| watcher.name == service.name) || !all && mine.is_none() {
            continue;
        }
        let checked = service.healthcheck.as_ref().is_some_and(|check| !check.disable && check.test.is_some());
        if checked {
            let own = label(STOP).and_then(|value| value.value.trim().parse().ok());
            ways.healed.insert(service.name.clone(), Healing { initial_delay, grace: own.or(default) });
        } else if let Some(label) = mine {
            diagnostics.push(
                Diagnostic::new(
                    &UNHEALTHY_RESTART_DROPPED,
                    format!("service {:?}: nothing restarts it while it is unhealthy: the file has no health check for it", service.name),
                )
                .at(label.place)
                .help("write the health check of its image into `healthcheck.test`"),
            );
        }
    }
    if let Some(watcher) = watcher {
        for name in ["WEBHOOK_URL", "APPRISE_URL", "POST_RESTART_SCRIPT"] {
            if let Some(value) = variable(watcher, name) {
                let message =
                    format!("service {:?}: `{name}` has no effect: the cluster tells of restarts in its own events", watcher.name);
                diagnostics.push(Diagnostic::new(&SCHEDULED_SETTING_DROPPED, message).at(value.place));
            }
        }
        ways.replaced.insert(watcher.name.clone(), "the kubelet with its liveness probes".to_owned());
    }
    ways
}
