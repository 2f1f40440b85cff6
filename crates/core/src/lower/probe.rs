//! Probes and lifecycle hooks.

use super::text::literals;
use crate::plan::workload::probe::{Action, Hook, Probe};
use k8s_openapi::api::core::v1::{self, ExecAction, HTTPGetAction, Lifecycle, LifecycleHandler, TCPSocketAction};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

pub(super) fn probe(probe: &Probe) -> v1::Probe {
    let Probe { action, period, timeout, failures, initial_delay, grace } = probe;
    let (exec, http_get, tcp_socket) = match action {
        Action::Exec(command) => (Some(ExecAction { command: Some(literals(command)) }), None, None),
        Action::Http { path, port } => {
            (None, Some(HTTPGetAction { path: Some(path.clone()), port: IntOrString::Int(i32::from(*port)), ..Default::default() }), None)
        }
        Action::Tcp(port) => (None, None, Some(TCPSocketAction { port: IntOrString::Int(i32::from(*port)), ..Default::default() })),
    };
    v1::Probe {
        exec,
        http_get,
        tcp_socket,
        initial_delay_seconds: (*initial_delay != 0).then_some(*initial_delay),
        period_seconds: Some(*period),
        timeout_seconds: Some(*timeout),
        failure_threshold: Some(*failures),
        termination_grace_period_seconds: *grace,
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
