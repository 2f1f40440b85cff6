//! Labels that mean what an attribute of Compose means: the project as if that attribute stood there.

use super::{label, lost, parsed, reads};
use crate::compose::healthcheck::{HealthCheck, Test};
use crate::compose::hooks::PreStart;
use crate::compose::volumes::MountKind;
use crate::compose::{Container, Project, Service};
use crate::diag::Diagnostics;
use crate::text::{Placed, duration, words};

/// What a readiness label begins with.
const READINESS: &str = "kompose.service.healthcheck.readiness.";

/// The project with the labels that mean an attribute.
#[must_use]
pub fn applied(mut project: Project, diagnostics: &mut Diagnostics) -> Project {
    let labelled = |service: &Service| super::labels(service).any(|(key, _)| reads(key));
    for service in project.services.values_mut().filter(|service| labelled(service)) {
        pull_policy(service, diagnostics);
        host_ports(service, diagnostics);
        readiness(service, diagnostics);
        init_container(service, diagnostics);
        volumes(service, diagnostics);
    }
    project
}

/// `kompose.image-pull-policy`: `pull_policy`.
fn pull_policy(service: &mut Service, diagnostics: &mut Diagnostics) {
    let read = |text: &str| match text.to_ascii_lowercase().as_str() {
        "always" => Some("always"),
        "never" => Some("never"),
        "ifnotpresent" => Some("missing"),
        _ => None,
    };
    if let Some(policy) = parsed(service, "kompose.image-pull-policy", "Always, Never or IfNotPresent", read, diagnostics) {
        service.container.pull_policy = Some(policy.map(str::to_owned));
    }
}

/// `kompose.controller.port.expose`: every published port is one of the node, as with `mode: host`.
fn host_ports(service: &mut Service, diagnostics: &mut Diagnostics) {
    let Some(expose) = parsed(service, "kompose.controller.port.expose", "true or false", truth, diagnostics) else { return };
    for port in service.ports.iter_mut().filter(|_| expose.value) {
        let own = port.target.value.to_string();
        let place = port.place;
        port.published.get_or_insert_with(|| Placed::new(own, place));
        port.host_mode.get_or_insert(expose.place);
    }
}

/// `kompose.service.healthcheck.readiness.*`: `healthcheck`.
fn readiness(service: &mut Service, diagnostics: &mut Diagnostics) {
    let key = |name: &str| format!("{READINESS}{name}");
    let time = |text: &str| duration::parse(text).ok();
    let disable = parsed(service, &key("disable"), "true or false", truth, diagnostics);
    let test = parsed(service, &key("test"), "a test as in `healthcheck.test`", test, diagnostics);
    let interval = parsed(service, &key("interval"), "a duration such as 10s", time, diagnostics);
    let timeout = parsed(service, &key("timeout"), "a duration such as 10s", time, diagnostics);
    let start_period = parsed(service, &key("start_period"), "a duration such as 10s", time, diagnostics);
    let retries = parsed(service, &key("retries"), "a number", |text| text.parse().ok(), diagnostics);
    let places = [disable.as_ref().map(|d| d.place), test.as_ref().map(|t| t.place), interval.as_ref().map(|i| i.place)];
    let more = [timeout.as_ref().map(|t| t.place), start_period.as_ref().map(|s| s.place), retries.as_ref().map(|r| r.place)];
    let Some(place) = places.into_iter().chain(more).flatten().next() else { return };
    let empty = || HealthCheck {
        place,
        test: None,
        disable: false,
        interval: None,
        timeout: None,
        retries: None,
        start_period: None,
        start_interval: None,
    };
    let check = service.healthcheck.get_or_insert_with(|| Box::new(empty()));
    check.disable |= disable.is_some_and(|disable| disable.value);
    check.test = test.or(check.test.take());
    check.interval = interval.or(check.interval.take());
    check.timeout = timeout.or(check.timeout.take());
    check.start_period = start_period.or(check.start_period.take());
    check.retries = retries.or(check.retries.take());
}

/// `kompose.init.containers.*`: `pre_start`.
fn init_container(service: &mut Service, diagnostics: &mut Diagnostics) {
    let key = |name: &str| format!("kompose.init.containers.{name}");
    let Some(image) = label(service, &key("image")).cloned() else {
        if let Some(other) = ["name", "command"].iter().find_map(|name| label(service, &key(name))) {
            lost(service, "kompose.init.containers", other.place, "no label `kompose.init.containers.image` says what runs", diagnostics);
        }
        return;
    };
    let command = parsed(service, &key("command"), "words, or a list of them", list, diagnostics);
    let command = command.map(|command| {
        let place = command.place;
        Placed::new(command.value.into_iter().map(|word| Placed::new(word, place)).collect::<Vec<_>>(), place)
    });
    // In Kubernetes a command takes the place of the image's entrypoint.
    let container = Container { image: Some(image.clone()), entrypoint: command, ..Container::default() };
    service.pre_start.push(PreStart { place: image.place, container, per_replica: Some(Placed::new(true, image.place)) });
}

/// `kompose.volume.subpath` and `kompose.volume.type`.
fn volumes(service: &mut Service, diagnostics: &mut Diagnostics) {
    let kinds = "persistentVolumeClaim, emptyDir, hostPath or configMap";
    let subpath = label(service, "kompose.volume.subpath").cloned();
    let kind = parsed(service, "kompose.volume.type", kinds, |text| Some(text.to_ascii_lowercase()), diagnostics);
    let kind = kind.as_ref().map(|kind| (kind.value.as_str(), kind.place));
    match kind {
        Some(("hostpath", place)) => {
            lost(
                service,
                "kompose.volume.type",
                place,
                "a folder of the project is no folder of a node; `--host-paths=host-path` keeps absolute ones",
                diagnostics,
            );
        }
        Some(("persistentvolumeclaim" | "emptydir" | "configmap", _)) | None => {}
        Some((other, place)) => lost(service, "kompose.volume.type", place, &format!("{other:?} is none of {kinds}"), diagnostics),
    }
    for mount in service.container.volumes.iter_mut().filter(|mount| mount.kind == MountKind::Volume) {
        if mount.source.is_some() && mount.subpath.is_none() {
            mount.subpath.clone_from(&subpath);
        }
        if matches!(kind, Some(("emptydir", _))) {
            // An anonymous volume goes with its pod.
            mount.source = None;
            mount.subpath = None;
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// A test: a list that begins with `CMD` or `CMD-SHELL`, or a line for the shell.
fn test(text: &str) -> Option<Test> {
    let Some(words) = json(text) else {
        return Some(Test::Shell(text.strip_prefix("CMD-SHELL ").or_else(|| text.strip_prefix("CMD ")).unwrap_or(text).to_owned()));
    };
    let mut words = words.into_iter();
    match words.next()?.as_str() {
        "CMD" => Some(Test::Exec(words.collect())),
        "CMD-SHELL" => words.next().map(Test::Shell),
        first => Some(Test::Exec(std::iter::once(first.to_owned()).chain(words).collect())),
    }
}

/// Words: a list as JSON has it, or as a shell would split them.
fn list(text: &str) -> Option<Vec<String>> {
    json(text).or_else(|| words::split(text).ok().map(|words| words.words))
}

fn json(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}
