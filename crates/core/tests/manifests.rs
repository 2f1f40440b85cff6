//! Golden manifests hold what was lowered, as an independent reader and Kubernetes' own types see it, and every name in them resolves.
#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that meets what it does not expect shall fail")]

mod common;
mod links;

use common::{Stack, cases, examples, root};
use k8s_openapi::api::{apps, autoscaling, batch, core, networking, policy, rbac};
use serde::{Deserialize as _, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use transship::kube::external_secret::ExternalSecret;
use transship::lower::Object;
use transship::options::Output;
use transship::{ObjectReference, Options};

/// The object as its own type reads and writes it: fields that the type does not know are lost.
fn typed(document: serde_yaml::Value) -> Value {
    fn read<T: DeserializeOwned + Serialize>(document: serde_yaml::Value) -> Value {
        let typed: T = serde_yaml::from_value(document).unwrap_or_else(|e| panic!("{e}"));
        serde_json::to_value(typed).expect("data")
    }
    let word = |key: &str| document.get(key).and_then(serde_yaml::Value::as_str).unwrap_or_default().to_owned();
    match (word("apiVersion").as_str(), word("kind").as_str()) {
        ("v1", "Namespace") => read::<core::v1::Namespace>(document),
        ("v1", "ServiceAccount") => read::<core::v1::ServiceAccount>(document),
        ("v1", "ConfigMap") => read::<core::v1::ConfigMap>(document),
        ("v1", "Secret") => read::<core::v1::Secret>(document),
        ("v1", "PersistentVolumeClaim") => read::<core::v1::PersistentVolumeClaim>(document),
        ("v1", "Service") => read::<core::v1::Service>(document),
        ("apps/v1", "Deployment") => read::<apps::v1::Deployment>(document),
        ("apps/v1", "StatefulSet") => read::<apps::v1::StatefulSet>(document),
        ("apps/v1", "DaemonSet") => read::<apps::v1::DaemonSet>(document),
        ("batch/v1", "Job") => read::<batch::v1::Job>(document),
        ("batch/v1", "CronJob") => read::<batch::v1::CronJob>(document),
        ("autoscaling/v2", "HorizontalPodAutoscaler") => read::<autoscaling::v2::HorizontalPodAutoscaler>(document),
        ("policy/v1", "PodDisruptionBudget") => read::<policy::v1::PodDisruptionBudget>(document),
        ("networking.k8s.io/v1", "Ingress") => read::<networking::v1::Ingress>(document),
        ("networking.k8s.io/v1", "NetworkPolicy") => read::<networking::v1::NetworkPolicy>(document),
        ("rbac.authorization.k8s.io/v1", "Role") => read::<rbac::v1::Role>(document),
        ("rbac.authorization.k8s.io/v1", "RoleBinding") => read::<rbac::v1::RoleBinding>(document),
        ("external-secrets.io/v1", "ExternalSecret") => read::<ExternalSecret>(document),
        // Their definitions are published for API servers only, which have the last word about them.
        (group, _) if ["traefik.io/", "cert-manager.io/", "gateway.networking.k8s.io/"].iter().any(|begin| group.starts_with(begin)) => {
            read::<Value>(document)
        }
        kind => panic!("no type is known for {kind:?}"),
    }
}

fn documents(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    if text.is_empty() {
        return Vec::new();
    }
    serde_yaml::Deserializer::from_str(&text)
        .map(|document| typed(serde_yaml::Value::deserialize(document).unwrap_or_else(|e| panic!("{}: {e}", path.display()))))
        .collect()
}

/// The first object that reads otherwise than it was lowered.
fn differs(name: &str, objects: &[Object], golden: &[Value]) -> Option<String> {
    let differing = objects.iter().zip(golden).find(|(object, read)| object.value != **read);
    match differing {
        Some((object, _)) => Some(format!("{name}: {}/{}", object.kind, object.name)),
        None if objects.len() != golden.len() => Some(format!("{name}: {} objects, {} in the golden file", objects.len(), golden.len())),
        None => None,
    }
}

#[test]
fn golden_manifests_are_what_was_lowered() {
    let mut wrong = Vec::new();
    for case in cases() {
        let golden = root().join("snapshots").join(&case.name).join("manifests.yaml");
        wrong.extend(differs(&case.name, &case.objects(), &documents(&golden)));
    }
    for (example, golden) in examples() {
        let objects = example.objects();
        let files = example.translate_with(&Options { output: Output::Folder, ..example.options.clone() }).files;
        let read: Vec<Value> = files.iter().flat_map(|file| documents(&golden.join(&file.path))).collect();
        wrong.extend(differs(&example.name, &objects, &read));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_objects_have_one_name() {
    for stack in stacks() {
        let mut seen = BTreeSet::new();
        for object in stack.translate().objects {
            let ObjectReference { kind, name, .. } = object;
            assert!(seen.insert((kind, name.clone())), "{}: two {kind} are called {name}", stack.name);
        }
    }
}

/// `external.txt` beside a case names what its objects name and nobody writes: `Secret/name`, one a line.
#[test]
fn every_name_resolves() {
    let mut wrong = Vec::new();
    for stack in stacks() {
        let external = fs::read_to_string(stack.folder.join("external.txt")).unwrap_or_default();
        let external: BTreeSet<String> = external.lines().map(str::to_owned).collect();
        let dangling = links::dangling(&stack.objects());
        if dangling != external {
            wrong.push(format!("{}: {dangling:?}, and `external.txt` says {external:?}", stack.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn stacks() -> Vec<Stack> {
    cases().into_iter().chain(examples().into_iter().map(|(stack, _)| stack)).collect()
}
