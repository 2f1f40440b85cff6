//! What services and jobs have and hooks have not: build, order, health, ports, terminal.

use super::build;
use super::definition::{Line, PARTS, at, into, nearly, no_effect, with};
use super::shape::{AMOUNT, BOOL, COUNT, FLAG, LIST, Limit, Mapping, OBJECT, Shape, TEXT, TEXT_OR_NUMBER_SET, TEXT_OR_TEXTS, TEXT_SET};
use crate::diag::catalog::endpoints::HOST_PORT_APPROXIMATED;
use crate::diag::catalog::order::{
    COMPLETION_WAIT_DROPPED, DEPENDENCY_HEALTH_APPROXIMATED, OPTIONAL_DEPENDENCY_APPROXIMATED, START_INTERVAL_DROPPED, START_ORDER_ASSUMED,
};

/// A list of names, or a map of objects.
const DEPENDENCIES: Shape = TEXT_SET.or_map(Mapping::Names).limits(&[Limit::Unique, Limit::PlainNames]);

/// What a dependency has to reach.
const CONDITIONS: &[Limit] = &[Limit::OneOf(&["service_started", "service_healthy", "service_completed_successfully"])];

/// `build`, `depends_on`, `healthcheck`, `ports`, `expose`, `stdin_open`, `tty`.
pub(super) const LINES: &[Line] = &[
    with(build::LINES),
    at("depends_on", DEPENDENCIES, PARTS),
    at("depends_on.*", OBJECT.limits(&[Limit::Required(&["condition"])]), into("an init container that waits")),
    at("depends_on.*.restart", FLAG, no_effect("a cluster restarts each pod on its own; Services keep the names alive meanwhile")),
    at("depends_on.*.required", BOOL, nearly!("no wait for a dependency that is not required", OPTIONAL_DEPENDENCY_APPROXIMATED)),
    at(
        "depends_on.*.condition",
        TEXT.limits(CONDITIONS),
        nearly!(
            "what the init container waits for: ready pods, or the end of a Job",
            START_ORDER_ASSUMED,
            DEPENDENCY_HEALTH_APPROXIMATED,
            COMPLETION_WAIT_DROPPED
        ),
    ),
    at("healthcheck", OBJECT, into("`readinessProbe`")),
    at("healthcheck.disable", FLAG, into("no probe")),
    at("healthcheck.interval", TEXT, into("`periodSeconds`")),
    at("healthcheck.retries", AMOUNT, into("`failureThreshold`")),
    at("healthcheck.test", TEXT_OR_TEXTS, into("`exec.command`")),
    at("healthcheck.timeout", TEXT, into("`timeoutSeconds`")),
    at("healthcheck.start_period", TEXT, into("`startupProbe`, with `--liveness`")),
    at("healthcheck.start_interval", TEXT, nearly!("`periodSeconds` of the `startupProbe`, with `--liveness`", START_INTERVAL_DROPPED)),
    at("ports", LIST.limits(&[Limit::Unique]), PARTS),
    at("ports[]", AMOUNT.or_object(), into("`ports` of the container and of its Service")),
    at("ports[].name", TEXT, into("`ports[].name`")),
    at("ports[].mode", TEXT, nearly!("`hostPort` for `host`", HOST_PORT_APPROXIMATED)),
    at("ports[].host_ip", TEXT, into("a port that is not exposed, where it is a loopback address")),
    at("ports[].target", COUNT, into("`containerPort` and the Service's `port`")),
    at("ports[].published", COUNT, into("the outer port with `--expose`; and the `kubectl port-forward` line")),
    at("ports[].protocol", TEXT, into("`ports[].protocol`")),
    at("ports[].app_protocol", TEXT, into("`ports[].appProtocol`")),
    at("expose", TEXT_OR_NUMBER_SET, into("`ports` of the Service")),
    at("stdin_open", FLAG, into("`stdin`")),
    at("tty", FLAG, into("`tty`")),
];
