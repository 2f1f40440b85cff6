//! Kompose's labels and what is read from them.

use super::{Check, Probes};
use crate::compose::healthcheck::Test;
use crate::diag::Diagnostics;
use crate::vocab::operation::{ControllerKind, Exposing, Operation};
use crate::vocab::tests::{lines, project, read};

/// A service with these labels.
fn compose(labels: &str) -> String {
    format!("services: {{web: {{image: web, ports: ['80', '8080'], volumes: ['kept:/v'], labels: {{{labels}}}}}}}\nvolumes: {{kept: }}\n")
}

fn operation(labels: &str) -> (Operation, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let project = project(&[("compose.yaml", &compose(labels))]);
    let operation = super::of_service(&project.services["web"], &mut diagnostics);
    (operation, diagnostics.iter().map(|told| told.message.clone()).collect())
}

#[test]
fn hosts_are_ways_in() {
    for (labels, read) in [
        ("kompose.service.expose: a.example", vec!["http a.example -> web:80"]),
        ("kompose.service.expose: 'a.example/x,b.example'", vec!["http a.example /x/* -> web:80", "http b.example -> web:80"]),
        ("kompose.service.expose: 'true'", vec!["http any -> web:80"]),
        ("kompose.service.expose: a.example, kompose.service.expose.tls-secret: mine", vec!["both secret=mine a.example -> web:80"]),
    ] {
        assert_eq!(lines(&[("compose.yaml", &compose(labels))]), read, "{labels}");
    }
}

#[test]
fn operations_are_those_of_our_own_keys() {
    let (said, told) = operation(
        "kompose.service.type: NodePort, kompose.service.nodeport.port: '30080', kompose.controller.type: daemonset, kompose.hpa.cpu: '80',
         kompose.serviceaccount-name: robot, kompose.security-context.fsgroup: '1001', kompose.cronjob.schedule: '0 3 * * *'",
    );
    assert_eq!(told, Vec::<String>::new());
    assert_eq!(said.expose.map(|e| e.value), Some(Exposing::NodePort));
    assert_eq!(said.node_port.map(|p| p.value), Some(30080));
    assert_eq!(said.controller.map(|c| c.value), Some(ControllerKind::DaemonSet));
    assert_eq!(said.fs_group.map(|g| g.value), Some(1001));
    assert_eq!(said.service_account.map(|a| a.value).as_deref(), Some("robot"));
    let scaling = said.autoscaling.unwrap().value;
    assert_eq!((scaling.min.unwrap().value, scaling.max.unwrap().value), (1, 3));
    assert_eq!((scaling.cpu.unwrap().value.as_str(), scaling.memory.unwrap().value.as_str()), ("80", "70%"));
    let (_, told) = operation("kompose.service.type: world, kompose.service.group: g");
    assert_eq!(told.len(), 2);
}

#[test]
fn attributes_are_those_of_compose() {
    let text = compose(
        "kompose.image-pull-policy: Always, kompose.controller.port.expose: 'true', kompose.volume.subpath: sub,
         kompose.init.containers.image: busybox, kompose.init.containers.command: '[\"sh\", \"-c\", \"echo a, b\"]',
         kompose.service.healthcheck.readiness.test: curl x, kompose.service.healthcheck.readiness.interval: 5s",
    );
    let (project, mut diagnostics) = (project(&[("compose.yaml", &text)]), Diagnostics::default());
    let applied = super::applied(project, &mut diagnostics);
    let web = &applied.services["web"];
    assert_eq!(web.container.pull_policy.as_ref().unwrap().value, "always");
    assert!(web.ports.iter().all(|port| port.host_mode.is_some() && port.published.is_some()));
    assert_eq!(web.container.volumes[0].subpath.as_ref().unwrap().value, "sub");
    let words: Vec<&str> = web.pre_start[0].container.entrypoint.as_ref().unwrap().value.iter().map(|word| word.value.as_str()).collect();
    assert_eq!(words, ["sh", "-c", "echo a, b"]);
    let check = web.healthcheck.as_ref().unwrap();
    assert_eq!(check.test.as_ref().unwrap().value, Test::Shell("curl x".to_owned()));
    assert_eq!(check.interval.as_ref().unwrap().value, 5_000_000_000);
    assert!(diagnostics.is_empty());
}

#[test]
fn probes_ask_over_http_or_open_a_port() {
    let labels = "kompose.service.healthcheck.readiness.http_get_path: /up, kompose.service.healthcheck.liveness.tcp_port: '8080'";
    let project = project(&[("compose.yaml", &compose(labels))]);
    let probes = super::probes(&project.services["web"], &mut Diagnostics::default());
    let readiness = Some(Check::Http { path: "/up".to_owned(), port: 80 });
    assert_eq!(probes, Probes { readiness, liveness: Some(Check::Tcp { port: 8080 }) });
}

#[test]
fn labels_that_nobody_knows_are_told() {
    let (_, told) = read(&[("compose.yaml", &compose("kompose.serivce.type: headless"))]);
    assert_eq!(told, ["service \"web\": Kompose has no label `kompose.serivce.type`"]);
}
