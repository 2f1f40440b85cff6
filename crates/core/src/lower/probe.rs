//! Probes and lifecycle hooks.

use super::text::literals;
use crate::plan::workload::probe::{Hook, Probe};
use k8s_openapi::api::core::v1::{self, ExecAction, Lifecycle, LifecycleHandler};

pub(super) fn probe(probe: &Probe) -> v1::Probe {
    let Probe { command, period, timeout, failures, initial_delay } = probe;
    v1::Probe {
        exec: Some(ExecAction { command: Some(literals(command)) }),
        initial_delay_seconds: (*initial_delay != 0).then_some(*initial_delay),
        period_seconds: Some(*period),
        timeout_seconds: Some(*timeout),
        failure_threshold: Some(*failures),
        ..Default::default()
    }
}

pub(super) fn lifecycle(post_start: Option<&Hook>, pre_stop: Option<&Hook>) -> Option<Lifecycle> {
    if post_start.is_none() && pre_stop.is_none() {
        return None;
    }
    Some(Lifecycle { post_start: post_start.map(hook_action), pre_stop: pre_stop.map(hook_action), ..Default::default() })
}

/// Kubernetes expands nothing in hooks: the words stand as they are.
fn hook_action(hook: &Hook) -> LifecycleHandler {
    LifecycleHandler { exec: Some(ExecAction { command: Some(hook.command.clone()) }), ..Default::default() }
}
