//! What objects name: which of it no object is.
#![allow(clippy::indexing_slicing, reason = "a test that meets what it does not expect shall fail")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use transship::lower::Object;

/// `Kind/name` (and `Kind/name:key`) of everything that an object names and none is, and of every selector that selects no pod.
pub(crate) fn dangling(objects: &[Object]) -> BTreeSet<String> {
    let known: BTreeSet<String> = objects.iter().flat_map(names).collect();
    let templates: Vec<&Value> = objects.iter().filter_map(template).collect();
    let mut missing = BTreeSet::new();
    for object in objects {
        let mut named = Vec::new();
        gather(&object.value, &mut named);
        named.extend(of_kind(object));
        missing.extend(named.into_iter().filter(|name| !known.contains(name)));
        missing.extend(
            selectors(object)
                .into_iter()
                .filter(|labels| !templates.iter().any(|t| bears(t, labels)))
                .map(|labels| format!("{}/{} selects {}", object.kind, object.name, Value::from_iter(labels.clone()))),
        );
    }
    missing
}

fn names(object: &Object) -> Vec<String> {
    let Object { kind, name, value, .. } = object;
    // What an ExternalSecret makes is a Secret.
    let kind = if *kind == "ExternalSecret" { "Secret" } else { kind };
    let mut names = vec![format!("{kind}/{name}")];
    for field in ["data", "stringData", "binaryData"] {
        names.extend(keys(&value[field]).map(|key| format!("{kind}/{name}:{key}")));
    }
    for datum in value["spec"]["data"].as_array().into_iter().flatten() {
        names.push(format!("{kind}/{name}:{}", text(&datum["secretKey"])));
    }
    for port in value["spec"]["ports"].as_array().into_iter().flatten() {
        names.push(format!("{kind}/{name}:{}", port["port"]));
    }
    names
}

fn keys(map: &Value) -> impl Iterator<Item = &String> {
    map.as_object().into_iter().flatten().map(|(key, _)| key)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Names in pod templates, which mean the same wherever they stand.
fn gather(value: &Value, named: &mut Vec<String>) {
    for item in value.as_array().into_iter().flatten() {
        gather(item, named);
    }
    for (field, value) in value.as_object().into_iter().flatten() {
        gather(value, named);
        if value["optional"] == true {
            continue;
        }
        let (kind, name) = match field.as_str() {
            "configMapRef" | "configMapKeyRef" | "configMap" => ("ConfigMap", text(&value["name"])),
            "secretRef" | "secretKeyRef" | "secret" => {
                ("Secret", value.as_str().or(value["secretName"].as_str()).unwrap_or(text(&value["name"])))
            }
            "persistentVolumeClaim" => ("PersistentVolumeClaim", text(&value["claimName"])),
            "serviceAccountName" => ("ServiceAccount", text(value)),
            _ => continue,
        };
        named.push(format!("{kind}/{name}"));
        let items = value["items"].as_array().into_iter().flatten().map(|item| &item["key"]);
        named.extend(items.chain([&value["key"]]).filter_map(Value::as_str).map(|key| format!("{kind}/{name}:{key}")));
    }
}

/// Names that stand in objects of one kind only.
fn of_kind(object: &Object) -> Vec<String> {
    let spec = &object.value["spec"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    match object.kind {
        "StatefulSet" => vec![format!("Service/{}", text(&spec["serviceName"]))],
        "HorizontalPodAutoscaler" => {
            let target = &spec["scaleTargetRef"];
            vec![format!("{}/{}", text(&target["kind"]), text(&target["name"]))]
        }
        "RoleBinding" => {
            let subjects = list(&object.value["subjects"]);
            let subjects = subjects.iter().map(|subject| format!("ServiceAccount/{}", text(&subject["name"])));
            subjects.chain([format!("Role/{}", text(&object.value["roleRef"]["name"]))]).collect()
        }
        "Role" => list(&object.value["rules"])
            .iter()
            .flat_map(|rule| list(&rule["resourceNames"]))
            .map(|name| format!("Job/{}", text(&name)))
            .collect(),
        "Ingress" => list(&spec["rules"])
            .iter()
            .flat_map(|rule| list(&rule["http"]["paths"]))
            .flat_map(|path| {
                let (name, port) =
                    (text(&path["backend"]["service"]["name"]).to_owned(), path["backend"]["service"]["port"]["number"].clone());
                [format!("Service/{name}"), format!("Service/{name}:{port}")]
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn template(object: &Object) -> Option<&Value> {
    ["/spec/template", "/spec/jobTemplate/spec/template"].iter().find_map(|path| object.value.pointer(path))
}

fn selectors(object: &Object) -> Vec<BTreeMap<String, Value>> {
    let labels = |value: &Value| value.as_object().map(|map| map.clone().into_iter().collect());
    let spec = &object.value["spec"];
    match object.kind {
        "Service" => labels(&spec["selector"]).into_iter().collect(),
        "Deployment" | "StatefulSet" | "DaemonSet" | "PodDisruptionBudget" => {
            labels(&spec["selector"]["matchLabels"]).into_iter().collect()
        }
        "NetworkPolicy" => labels(&spec["podSelector"]["matchLabels"]).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn bears(template: &Value, labels: &BTreeMap<String, Value>) -> bool {
    labels.iter().all(|(key, value)| template["metadata"]["labels"].get(key) == Some(value))
}
