//! Probes and lifecycle hooks.

use crate::compose::Service;
use crate::compose::healthcheck::{HealthCheck, Test};
use crate::compose::hooks;
use crate::diag::catalog::order;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::text::Placed;
use crate::vocab::Healing;
use crate::vocab::kompose::{self, Check};

/// A probe. All timings are written, because Docker's defaults are not Kubernetes'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What is asked.
    pub action: Action,
    /// `periodSeconds`.
    pub period: i32,
    /// `timeoutSeconds`.
    pub timeout: i32,
    /// `failureThreshold`.
    pub failures: i32,
    /// `initialDelaySeconds`; 0 is not written.
    pub initial_delay: i32,
    /// `terminationGracePeriodSeconds` of a liveness probe, where it has one of its own.
    pub grace: Option<i64>,
}

/// What a probe asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A program and its arguments, literal: lowering escapes `$`.
    Exec(Vec<String>),
    /// A path over HTTP.
    Http {
        /// The path.
        path: String,
        /// The port.
        port: u16,
    },
    /// A port that can be opened.
    Tcp(u16),
}

impl From<Check> for Action {
    fn from(handler: Check) -> Self {
        match handler {
            Check::Http { path, port } => Self::Http { path, port },
            Check::Tcp { port } => Self::Tcp(port),
        }
    }
}

/// A lifecycle hook: the program and its arguments. Kubernetes does not expand `$` here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The program and its arguments.
    pub command: Vec<String>,
}

/// The probes of a container.
#[derive(Debug, Default)]
pub(crate) struct Probes {
    pub(crate) readiness: Option<Probe>,
    pub(crate) liveness: Option<Probe>,
    pub(crate) startup: Option<Probe>,
}

/// Docker's own timings, in nanoseconds and failures.
const INTERVAL: i64 = 30 * SECOND;
const TIMEOUT: i64 = 30 * SECOND;
const START_INTERVAL: i64 = 5 * SECOND;
const RETRIES: i64 = 3;
const SECOND: i64 = 1_000_000_000;

/// The health check of a service as probes: readiness, and with `--liveness`, or where the stack heals it by itself, also those that
/// restart the container.
pub(crate) fn probes(
    cx: &Context<'_>,
    service: &Service,
    healed: Option<Healing>,
    hosts: &mut Hosts,
    diagnostics: &mut Diagnostics,
) -> Probes {
    let asked = kompose::probes(service, diagnostics);
    let check = service.healthcheck.as_deref().filter(|check| !check.disable);
    let alive = asked.liveness.map(|handler| timed(check, handler.into()));
    if let Some(handler) = asked.readiness.filter(|_| service.healthcheck.as_ref().is_none_or(|check| !check.disable)) {
        return Probes { readiness: Some(timed(check, handler.into())), liveness: alive, startup: None };
    }
    let Some(check) = check else { return Probes { liveness: alive, ..Probes::default() } };
    let name = &service.name;
    let Some(test) = &check.test else {
        diagnostics.push(
            Diagnostic::new(&order::IMAGE_HEALTH_CHECK_DROPPED, format!("service {name:?}: the health check of its image is not run"))
                .at(check.place)
                .note("Kubernetes does not read the HEALTHCHECK of an image")
                .help("write the image's test into `healthcheck.test`"),
        );
        return Probes { liveness: alive, ..Probes::default() };
    };
    let command = match &test.value {
        Test::Exec(words) => {
            let words: Vec<Placed<String>> = words.iter().map(|word| Placed::new(word.clone(), test.place)).collect();
            hosts.rewrite_words(name, &words)
        }
        Test::Shell(line) => vec!["/bin/sh".to_owned(), "-c".to_owned(), hosts.rewrite_text(name, line, test.place).into_owned()],
    };
    let readiness = timed(Some(check), Action::Exec(command));
    if !cx.options.liveness && healed.is_none() {
        report_start_interval(name, check, diagnostics);
        return Probes { readiness: Some(readiness), liveness: alive, ..Probes::default() };
    }
    let set = |value: &Option<Placed<i64>>, default: i64| value.as_ref().map(|v| v.value).filter(|v| *v > 0).unwrap_or(default);
    let start = set(&check.start_period, 0);
    let startup = (start > 0).then(|| {
        let every = set(&check.start_interval, START_INTERVAL).min(start);
        let failures = i32::try_from(parts(start, every)).unwrap_or(i32::MAX).saturating_add(readiness.failures);
        Probe { period: seconds(every), failures, ..readiness.clone() }
    });
    let healing = healed.unwrap_or_default();
    let living = || Probe { initial_delay: healing.initial_delay, grace: healing.grace, ..readiness.clone() };
    Probes { liveness: alive.or_else(|| Some(living())), startup, readiness: Some(readiness) }
}

/// A probe with the timings of a health check; Docker's own where it has none.
fn timed(check: Option<&HealthCheck>, action: Action) -> Probe {
    let set = |value: Option<&Option<Placed<i64>>>, default: i64| {
        value.and_then(Option::as_ref).map(|v| v.value).filter(|v| *v > 0).unwrap_or(default)
    };
    Probe {
        action,
        period: seconds(set(check.map(|check| &check.interval), INTERVAL)),
        timeout: seconds(set(check.map(|check| &check.timeout), TIMEOUT)),
        failures: i32::try_from(set(check.map(|check| &check.retries), RETRIES)).unwrap_or(i32::MAX),
        initial_delay: 0,
        grace: None,
    }
}

fn report_start_interval(name: &str, check: &HealthCheck, diagnostics: &mut Diagnostics) {
    if let Some(interval) = &check.start_interval {
        diagnostics.push(
            Diagnostic::new(&order::START_INTERVAL_DROPPED, format!("service {name:?}: it is checked every `interval` from its start on"))
                .at(interval.place)
                .note("only a startup probe has an interval of its own, and a failed one restarts the container, which Docker never does")
                .help("make `interval` shorter, or let failed checks restart the container with `--liveness`"),
        );
    }
}

/// Whole seconds, rounded up, at least one.
fn seconds(nanoseconds: i64) -> i32 {
    i32::try_from(parts(nanoseconds, SECOND)).unwrap_or(i32::MAX).max(1)
}

/// A number that is not negative, divided and rounded up.
fn parts(number: i64, by: i64) -> i64 {
    number.saturating_add(by - 1) / by.max(1)
}

/// The hooks of one moment as the one command that Kubernetes takes. `attribute` is `post_start` or `pre_stop`.
pub(crate) fn hook(
    service: &Service,
    attribute: &str,
    hooks: &[hooks::Hook],
    hosts: &mut Hosts,
    diagnostics: &mut Diagnostics,
) -> Option<Hook> {
    let name = &service.name;
    for hook in hooks {
        let own = service.container.user.as_ref().map(|u| u.value.as_str());
        let user = hook.user.as_ref().filter(|user| Some(user.value.as_str()) != own).map(|u| ("user", u.place));
        let privileged = hook.privileged.as_ref().filter(|p| p.value && !service.container.privileged.as_ref().is_some_and(|p| p.value));
        for (what, place) in user.into_iter().chain(privileged.map(|p| ("privileged", p.place))) {
            diagnostics.push(
                Diagnostic::new(&order::HOOK_USER_DROPPED, format!("service {name:?}: `{what}` of a {attribute} hook has no effect"))
                    .at(place)
                    .note("a lifecycle hook runs as the container does")
                    .help("do this work in an init container (`pre_start`), or let the container's user do it"),
            );
        }
    }
    let mut lines = Vec::new();
    for hook in hooks.iter().filter(|hook| !hook.command.is_empty()) {
        let command = hosts.rewrite_words(name, &hook.command);
        let plain = hook.working_dir.is_none() && hook.environment.is_empty();
        if plain && hooks.len() == 1 {
            return Some(Hook { command });
        }
        lines.push(shell_line(hook, &command));
    }
    let first = hooks.first().filter(|_| !lines.is_empty())?;
    diagnostics.push(
        Diagnostic::new(&order::HOOK_SHELL_ASSUMED, format!("service {name:?}: its {attribute} hooks run as one line of /bin/sh"))
            .at(first.place)
            .note("Kubernetes runs one command, without a folder or variables of its own")
            .help("make sure that the image has /bin/sh"),
    );
    let line = match lines.as_slice() {
        [only] => only.clone(),
        _ => lines.iter().map(|line| format!("({line})")).collect::<Vec<_>>().join(" && "),
    };
    Some(Hook { command: vec!["/bin/sh".to_owned(), "-c".to_owned(), line] })
}

/// One hook as a line of shell.
fn shell_line(hook: &hooks::Hook, command: &[String]) -> String {
    let mut line = String::new();
    if let Some(folder) = &hook.working_dir {
        line.push_str(&format!("cd {} && ", quoted(&folder.value)));
    }
    let variables = hook.environment.iter().filter_map(|(name, variable)| Some(format!("{name}={}", variable.value.as_ref()?.value)));
    let words: Vec<String> = variables.map(|assignment| quoted(&assignment)).collect();
    if !words.is_empty() {
        line.push_str(&format!("env {} ", words.join(" ")));
    }
    line.push_str(&command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
    line
}

/// A word that a shell reads as it is.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | ',' | '@' | '+' | '%');
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole() {
        assert_eq!(seconds(1), 1);
        assert_eq!(seconds(1_500_000_000), 2);
        assert_eq!(seconds(i64::MAX), i32::MAX);
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_change_them() {
        assert_eq!(quoted("a-b"), "a-b");
        assert_eq!(quoted("it's $x"), "'it'\\''s $x'");
        assert_eq!(quoted(""), "''");
    }
}
