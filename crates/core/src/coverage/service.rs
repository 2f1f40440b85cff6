//! `services.*`: what only a service has.

use super::definition::{Line, PARTS, SAME, at, below, dropped, into, nearly, no_effect, resolved, told, with};
use super::shape::{BOOL, COMMAND, COUNT, FLAG, LIST, Limit, Mapping, OBJECT, PAIRS, Scalars, Shape, TEXT, TEXT_OR_SET, TEXT_SET};
use super::{container, deploy};
use crate::diag::catalog::names::ALIAS_DROPPED;
use crate::diag::catalog::order::{HOOK_SHELL_ASSUMED, HOOK_USER_DROPPED, PRE_START_APPROXIMATED};
use crate::diag::catalog::workloads::{JOB_ASSUMED, RESTART_APPROXIMATED, RESTART_ASSUMED};

/// The options of a provider: a value, or a list of values.
const PROVIDER_OPTIONS: Shape = OBJECT.or_map(Mapping::ScalarsOrLists(Scalars::TEXT.or(Scalars::NUMBER).or(Scalars::BOOL)));

/// A command that runs inside the container.
const HOOK: &[Line] = &[
    at("command", COMMAND, into("`exec.command` of the hook")),
    at(
        "user",
        TEXT,
        told(
            &HOOK_USER_DROPPED,
            "a hook runs as the user of its container",
            "switch the user inside the command (`su`, `gosu`, `setpriv`)",
        ),
    ),
    at(
        "privileged",
        FLAG,
        told(
            &HOOK_USER_DROPPED,
            "a hook has the privileges of its container",
            "set `privileged` on the service if the hook really needs it",
        ),
    ),
    at("working_dir", TEXT, nearly!("a `cd` in front of the hook's command", HOOK_SHELL_ASSUMED)),
    at("environment", PAIRS, nearly!("assignments in front of the hook's command", HOOK_SHELL_ASSUMED)),
];

/// The object of a hook.
const HOOK_OBJECT: Shape = OBJECT.limits(&[Limit::Required(&["command"])]);

/// `develop`.
const DEVELOP: &[Line] = &[
    at("develop", OBJECT.or_null(), no_effect("only `docker compose watch` and `up --watch` read it, on the developer's machine")),
    at("develop.watch", LIST, SAME),
    at("develop.watch[]", OBJECT.limits(&[Limit::Required(&["path", "action"])]), SAME),
    at("develop.watch[].ignore", TEXT_OR_SET, SAME),
    at("develop.watch[].include", TEXT_OR_SET, SAME),
    at("develop.watch[].path", TEXT, SAME),
    at("develop.watch[].action", TEXT.limits(&[Limit::OneOf(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])]), SAME),
    at("develop.watch[].target", TEXT, SAME),
    at("develop.watch[].exec", HOOK_OBJECT, SAME),
    at("develop.watch[].exec.command", COMMAND, SAME),
    at("develop.watch[].exec.user", TEXT, SAME),
    at("develop.watch[].exec.privileged", FLAG, SAME),
    at("develop.watch[].exec.working_dir", TEXT, SAME),
    at("develop.watch[].exec.environment", PAIRS, SAME),
    at("develop.watch[].initial_sync", BOOL, SAME),
];

/// What a service has and neither a job nor a hook has.
pub(super) const LINES: &[Line] = &[
    with(deploy::LINES),
    with(DEVELOP),
    at("profiles", TEXT_SET, resolved("the loader leaves out services whose profiles are not active")),
    at(
        "restart",
        TEXT,
        nearly!(
            "the choice between a Deployment and a Job, and the Job's `backoffLimit`",
            RESTART_ASSUMED,
            RESTART_APPROXIMATED,
            JOB_ASSUMED
        ),
    ),
    at("scale", COUNT, into("`spec.replicas`")),
    at("attach", FLAG, no_effect("it says whether `docker compose up` shows the container's log")),
    at(
        "container_name",
        TEXT.limits(&[Limit::Pattern("[a-zA-Z0-9][a-zA-Z0-9_.-]+", "two or more letters, digits, `.`, `_` or `-`")]),
        into("one more Service of that name, where something uses the name as a host"),
    ),
    at(
        "provider",
        OBJECT.limits(&[Limit::Required(&["type"])]),
        dropped(
            "a provider is a program on the developer's machine that starts the service",
            "run the service in the cluster or outside it, and give its address to those who need it",
        ),
    ),
    at("provider.type", TEXT, SAME),
    at("provider.options", PROVIDER_OPTIONS, SAME),
    at(
        "extends",
        TEXT.or_map(Mapping::Closed).limits(&[Limit::Required(&["service"])]),
        resolved("the loader merges the other service into this one"),
    ),
    at("extends.service", TEXT, SAME),
    at("extends.file", TEXT, SAME),
    at("links", TEXT_SET, nearly!("one more Service for each alias", ALIAS_DROPPED)),
    at(
        "external_links",
        TEXT_SET,
        dropped(
            "the linked container is not part of this project, so nobody knows where it runs in the cluster",
            "add a Service of type ExternalName with the name of the link, or write the full address in the configuration",
        ),
    ),
    at("pre_start", LIST, PARTS),
    at("pre_start[]", OBJECT, into("an init container")),
    at("pre_start[].per_replica", FLAG, nearly!("where the hook runs: an init container runs for each replica", PRE_START_APPROXIMATED)),
    below("pre_start[]", container::LINES),
    at("post_start", LIST, PARTS),
    at("post_start[]", HOOK_OBJECT, into("`lifecycle.postStart`")),
    below("post_start[]", HOOK),
    at("pre_stop", LIST, PARTS),
    at("pre_stop[]", HOOK_OBJECT, into("`lifecycle.preStop`")),
    below("pre_stop[]", HOOK),
];
