//! Placement: which nodes may run a pod, and how its replicas are spread.

use crate::compose::Service;
use crate::diag::catalog::workloads;
use crate::diag::{Definition, Diagnostic, Diagnostics};
use crate::plan::workload::model::{NodeRule, Pod};
use crate::text::{Place, Placed};

/// The label of a node's name.
const HOSTNAME: &str = "kubernetes.io/hostname";
const OS: &str = "kubernetes.io/os";
const ARCH: &str = "kubernetes.io/arch";

/// Reads `platform` and `deploy.placement` into the pod's settings.
pub(crate) fn plan(service: &Service, pod: &mut Pod, diagnostics: &mut Diagnostics) {
    if let Some(platform) = &service.container.platform {
        let mut parts = platform.value.split('/');
        let (os, arch) = (parts.next().unwrap_or(""), parts.next());
        pod.node_selector.insert(OS.to_owned(), os.to_ascii_lowercase());
        if let Some(arch) = arch {
            pod.node_selector.insert(ARCH.to_owned(), architecture(arch).to_owned());
        }
    }
    let Some(deploy) = &service.deploy else { return };
    for constraint in &deploy.constraints {
        constrain(&service.name, constraint, pod, diagnostics);
    }
    for spread in &deploy.spread {
        match node_label(&spread.value) {
            Some((label, own)) => {
                if own {
                    tell(&workloads::NODE_LABEL_ASSUMED, &service.name, &spread.value, &label, spread.place, diagnostics);
                }
                pod.spread.push(label);
            }
            None => drop_rule(&service.name, spread, "no label of a node says this", diagnostics),
        }
    }
    match &deploy.max_replicas_per_node {
        Some(most) if most.value == 1 => pod.one_per_node = true,
        Some(most) if most.value > 1 => diagnostics.push(
            Diagnostic::new(
                &workloads::PLACEMENT_APPROXIMATED,
                format!("service {:?}: its pods are spread over the nodes, without a limit of {} on each", service.name, most.value),
            )
            .at(most.place)
            .note("Kubernetes can keep pods apart or spread them evenly, but not count to more than one"),
        ),
        _ => {}
    }
    if deploy.max_replicas_per_node.as_ref().is_some_and(|most| most.value > 1) && !pod.spread.iter().any(|label| label == HOSTNAME) {
        pod.spread.push(HOSTNAME.to_owned());
    }
}

/// Reads one constraint: `node.labels.disk == ssd`.
fn constrain(service: &str, constraint: &Placed<String>, pod: &mut Pod, diagnostics: &mut Diagnostics) {
    let text = constraint.value.as_str();
    let parts = [("!=", false), ("==", true), ("=", true)].into_iter().find_map(|(sign, among)| {
        let (subject, value) = text.split_once(sign)?;
        Some((subject.trim(), value.trim(), among))
    });
    let Some((subject, value, among)) = parts else {
        return drop_rule(service, constraint, "it is no comparison with `==` or `!=`", diagnostics);
    };
    let Some((label, own)) = node_label(subject) else {
        let why = match subject {
            "node.role" => "a cluster keeps ordinary pods off its control plane already",
            "node.id" => "nodes of a cluster have no such id",
            _ => "no label of a node says this",
        };
        return drop_rule(service, constraint, why, diagnostics);
    };
    let value = if label == ARCH { architecture(value) } else { value };
    if !is_label_value(value) {
        return drop_rule(service, constraint, "its value cannot be the value of a label", diagnostics);
    }
    if own {
        tell(&workloads::NODE_LABEL_ASSUMED, service, subject, &label, constraint.place, diagnostics);
    }
    if among && !pod.node_selector.contains_key(&label) {
        pod.node_selector.insert(label, value.to_owned());
    } else {
        pod.node_affinity.push(NodeRule { label, among, values: vec![value.to_owned()] });
    }
}

/// The node label that stands for the subject of a constraint, and whether the user has to set it.
fn node_label(subject: &str) -> Option<(String, bool)> {
    match subject {
        "node.hostname" => return Some((HOSTNAME.to_owned(), false)),
        "node.platform.os" => return Some((OS.to_owned(), false)),
        "node.platform.arch" => return Some((ARCH.to_owned(), false)),
        _ => {}
    }
    let label = subject.strip_prefix("node.labels.")?;
    is_label_key(label).then(|| (label.to_owned(), !label.contains("kubernetes.io/")))
}

/// The architecture as Kubernetes writes it.
fn architecture(word: &str) -> &str {
    match word {
        "x86_64" | "x86-64" => "amd64",
        "aarch64" | "arm64/v8" => "arm64",
        "armhf" | "armv7l" => "arm",
        "i386" | "i686" => "386",
        other => other,
    }
}

/// May this be the key of a label or an annotation?
pub(crate) fn is_label_key(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let edge = |text: &str| text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.ends_with(|c: char| c.is_ascii_alphanumeric());
    let name_holds = name.len() <= 63 && edge(name) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let prefix_holds =
        prefix.is_none_or(|prefix| prefix.len() <= 253 && prefix.split('.').all(|part| edge(part) && part.bytes().all(lower)));
    name_holds && prefix_holds
}

/// May this be the value of a label?
pub(crate) fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_label_key(value) && !value.contains('/')
}

fn drop_rule(service: &str, rule: &Placed<String>, why: &str, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(&workloads::PLACEMENT_DROPPED, format!("service {service:?}: the placement {:?} has no effect", rule.value))
            .at(rule.place)
            .note(why)
            .help("give the nodes a label and ask for it: `node.labels.KEY == VALUE`"),
    );
}

fn tell(code: &'static Definition, service: &str, subject: &str, label: &str, place: Place, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::new(code, format!("service {service:?}: `{subject}` is the label {label:?} of the cluster's nodes"))
            .at(place)
            .help(format!("set it: `kubectl label node NODE {label}=VALUE`")),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_keys_are_told_from_other_texts() {
        for key in ["disk", "example.com/disk", "a.b-c_d", "com.example.Foo"] {
            assert!(is_label_key(key), "{key}");
        }
        for key in ["", "-a", "a b", "Example/x", "a/b/c", "/x", "x/"] {
            assert!(!is_label_key(key), "{key}");
        }
    }
}
