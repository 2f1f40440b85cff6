//! Operations: what is said of a service beyond what Compose can say, decided for its pod and its Kubernetes Services.

pub mod patch;
pub mod scaling;

use crate::compose::Service;
use crate::diag::catalog::extension::{EXTENSION_KEY_CONFLICTING, EXTENSION_KEY_DROPPED, EXTENSION_VALUE_INVALID};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::Options;
use crate::plan::context::Context;
use crate::plan::endpoint::model::{Endpoint, Exposure};
use crate::plan::name;
use crate::plan::workload::model::{Beside, NodeRule, Pod, Toleration};
use crate::plan::workload::placement::{is_label_key, is_label_value};
use crate::table::{HashMap, IndexMap};
use crate::text::{Place, Placed, similar};
use crate::vocab::intent::{Action, Backend, Intent, Listen, Matcher, Priority, Tls};
use crate::vocab::operation::{ControllerKind, Exposing, ExternalTraffic, Marks, Operation};

/// Tells that a key does not take this value.
pub(in crate::plan) fn invalid(service: &str, key: &str, place: Place, wanted: &str) -> Diagnostic {
    Diagnostic::new(&EXTENSION_VALUE_INVALID, format!("service {service:?}: `{key}` must be {wanted}")).at(place)
}

/// Tells that a key contradicts something else.
pub(in crate::plan) fn conflicting(service: &str, key: &str, place: Place, why: &str) -> Diagnostic {
    Diagnostic::new(&EXTENSION_KEY_CONFLICTING, format!("service {service:?}: `{key}` has no effect: {why}")).at(place)
}

/// May an object have this name?
fn is_object_name(text: &str) -> bool {
    !text.is_empty() && name::subdomain(text) == text
}

/// The name of an object that exists already, if it can be one.
fn object_name(service: &str, key: &str, given: &Placed<String>, diagnostics: &mut Diagnostics) -> Option<String> {
    if is_object_name(&given.value) {
        return Some(given.value.clone());
    }
    diagnostics.push(invalid(service, key, given.place, "the name of an object: lower-case letters, digits, `-` and `.`"));
    None
}

/// How many pods of a service there may be at once; `None`: one on every node.
pub(in crate::plan) fn most_pods(cx: &Context<'_>, service: &Service) -> Option<i64> {
    let said = cx.pod_operation(cx.pods.leader(&service.name));
    let deploy = service.deploy.as_ref();
    let global = deploy.and_then(|d| d.mode.as_ref()).is_some_and(|mode| mode.value.starts_with("global"));
    match said.controller.as_ref().map(|controller| controller.value) {
        Some(ControllerKind::DaemonSet) => return None,
        None if global => return None,
        _ => {}
    }
    let given = service.scale.as_ref().or_else(|| deploy.and_then(|d| d.replicas.as_ref())).map(|replicas| replicas.value);
    let said_replicas = said.replicas.as_ref().map(|replicas| i64::from(replicas.value));
    let scaled = said.autoscaling.as_ref().and_then(|a| a.value.max.as_ref()).map(|max| i64::from(max.value));
    Some(scaled.or(said_replicas).or(given).unwrap_or(1))
}

/// Adds what is said of a pod to its settings.
pub(in crate::plan) fn settle(cx: &Context<'_>, leader: &Service, pod: &mut Pod, diagnostics: &mut Diagnostics) {
    let (service, said) = (leader.name.as_str(), cx.pod_operation(&leader.name));
    pod.service_account = said.service_account.as_ref().and_then(|n| object_name(service, "service-account", n, diagnostics));
    pod.priority_class = said.priority_class.as_ref().and_then(|n| object_name(service, "priority-class", n, diagnostics));
    for secret in &said.image_pull_secrets {
        let name = object_name(service, "image-pull-secrets", secret, diagnostics);
        pod.image_pull_secrets.extend(name.filter(|name| !cx.options.image_pull_secret.contains(name)));
    }
    for (key, value) in &said.node_selector {
        if is_label_key(key) && is_label_value(&value.value) {
            pod.node_selector.insert(key.clone(), value.value.clone());
        } else {
            diagnostics.push(invalid(
                service,
                "node-selector",
                value.place,
                "names and values of labels: at most 63 letters, digits, `-`, `_` and `.`",
            ));
        }
    }
    for text in &said.tolerations {
        match toleration(&text.value) {
            Some(toleration) => pod.tolerations.push(toleration),
            None => diagnostics.push(
                invalid(service, "tolerations", text.place, "taints: `KEY[=VALUE][:EFFECT]`, or `*` for all of them")
                    .help("an effect is `NoSchedule`, `PreferNoSchedule` or `NoExecute`"),
            ),
        }
    }
    for text in &said.affinity.node {
        match node_rule(&text.value) {
            Some(rule) => pod.node_affinity.push(rule),
            None => diagnostics.push(invalid(service, "affinity.node", text.place, "`LABEL=VALUE[,VALUE…]` or `LABEL!=VALUE[,VALUE…]`")),
        }
    }
    for label in &said.affinity.spread {
        if is_label_key(&label.value) {
            pod.spread.push(label.value.clone());
        } else {
            diagnostics.push(invalid(service, "affinity.spread", label.place, "labels of nodes"));
        }
    }
    for (names, apart) in [(&said.affinity.with, false), (&said.affinity.apart_from, true)] {
        let key = if apart { "affinity.apart-from" } else { "affinity.with" };
        for other in names {
            let Some(found) = cx.service(&other.value) else {
                let told = invalid(service, key, other.place, "a list of services of this project");
                let close = similar::closest(&other.value, cx.project.services.keys().map(String::as_str));
                diagnostics.push(close.map_or_else(|| told.clone(), |close| told.clone().help(format!("did you mean {close:?}?"))));
                continue;
            };
            let own = cx.pods.leader(&found.name) == leader.name;
            match (own, apart) {
                (true, true) => pod.one_per_node = true,
                (true, false) => {}
                _ => pod.beside.push(Beside { workload: cx.names.object(cx.pods.leader(&found.name)).to_owned(), apart }),
            }
        }
    }
}

/// Reads `KEY[=VALUE][:EFFECT]`; `*` is every taint.
fn toleration(text: &str) -> Option<Toleration> {
    let (taint, effect) = text.rsplit_once(':').map_or((text, None), |(taint, effect)| (taint, Some(effect)));
    let effect = match effect {
        None | Some("") => None,
        Some(effect @ ("NoSchedule" | "PreferNoSchedule" | "NoExecute")) => Some(effect.to_owned()),
        Some(_) => return None,
    };
    let (key, value) = taint.split_once('=').map_or((taint, None), |(key, value)| (key, Some(value)));
    if key == "*" && value.is_none() {
        return Some(Toleration { key: None, value: None, effect });
    }
    (is_label_key(key) && value.is_none_or(is_label_value)).then(|| Toleration {
        key: Some(key.to_owned()),
        value: value.map(str::to_owned),
        effect,
    })
}

/// Reads `LABEL=VALUE[,VALUE…]` or `LABEL!=VALUE[,VALUE…]`.
fn node_rule(text: &str) -> Option<NodeRule> {
    let (label, values, among) = match text.split_once("!=") {
        Some((label, values)) => (label, values, false),
        None => text.split_once('=').map(|(label, values)| (label, values, true))?,
    };
    let (label, values): (&str, Vec<&str>) = (label.trim(), values.split(',').map(str::trim).collect());
    let valid = is_label_key(label) && values.iter().all(|value| is_label_value(value));
    valid.then(|| NodeRule { label: label.to_owned(), among, values: values.into_iter().map(str::to_owned).collect() })
}

/// Labels and annotations of the workload and its pods.
#[derive(Clone, Debug, Default)]
pub(in crate::plan) struct WorkloadMarks {
    pub(in crate::plan) labels: IndexMap<String, String>,
    pub(in crate::plan) annotations: IndexMap<String, String>,
    pub(in crate::plan) pod_labels: IndexMap<String, String>,
    pub(in crate::plan) pod_annotations: IndexMap<String, String>,
}

/// Reads the labels and annotations of the workload that a service leads.
pub(in crate::plan) fn workload_marks(cx: &Context<'_>, leader: &str, diagnostics: &mut Diagnostics) -> WorkloadMarks {
    let said = cx.pod_operation(leader);
    let mut read = |marks: &IndexMap<String, Placed<String>>, is_label: bool| valid_marks(leader, marks, is_label, diagnostics);
    WorkloadMarks {
        labels: read(&said.labels.workload, true),
        annotations: read(&said.annotations.workload, false),
        pod_labels: read(&said.labels.pod, true),
        pod_annotations: read(&said.annotations.pod, false),
    }
}

/// The labels or annotations that Kubernetes takes and that are not ours.
fn valid_marks(
    service: &str,
    marks: &IndexMap<String, Placed<String>>,
    is_label: bool,
    diagnostics: &mut Diagnostics,
) -> IndexMap<String, String> {
    let what = if is_label { "labels" } else { "named with at most 63 letters, digits, `-`, `_` and `.`" };
    let mut out = IndexMap::default();
    for (key, value) in marks {
        let ours = is_label && key.starts_with("app.kubernetes.io/") && ["name", "instance"].iter().any(|own| key.ends_with(own));
        if ours {
            diagnostics.push(conflicting(service, what, value.place, &format!("the label {key:?} says which project and service it is")));
        } else if is_label_key(key) && (!is_label || is_label_value(&value.value)) {
            out.insert(key.clone(), value.value.clone());
        } else {
            let told = if is_label { "names and values of at most 63 letters, digits, `-`, `_` and `.`" } else { "annotations" };
            diagnostics.push(invalid(service, what, value.place, told));
        }
    }
    out
}

/// How a service's published ports are reached, where something is said of it.
pub(in crate::plan) fn exposure(said: &Operation) -> Option<Exposure> {
    match said.expose.as_ref().map(|expose| expose.value) {
        Some(Exposing::Cluster | Exposing::Headless) => Some(Exposure::Cluster),
        Some(Exposing::LoadBalancer) => Some(Exposure::LoadBalancer),
        Some(Exposing::NodePort) => Some(Exposure::NodePort),
        None => said.node_port.as_ref().map(|_| Exposure::NodePort),
    }
}

/// Shall a service's name resolve to the pods themselves?
pub(in crate::plan) fn is_headless(said: &Operation) -> bool {
    said.expose.as_ref().is_some_and(|expose| expose.value == Exposing::Headless)
}

/// Adds what is said of a service to its Kubernetes Services, and tells what finds none.
pub(in crate::plan) fn settle_endpoints(cx: &Context<'_>, endpoints: &mut [Endpoint], diagnostics: &mut Diagnostics) {
    let mut by_service: HashMap<String, Vec<&mut Endpoint>> = HashMap::default();
    for endpoint in endpoints {
        let Some(service) = endpoint.service.clone() else { continue };
        if endpoint.exposure != Exposure::Cluster || endpoint.name == cx.names.object(&service) {
            by_service.entry(service).or_default().push(endpoint);
        }
    }
    for service in cx.project.services.keys() {
        let said = cx.operation(service);
        let mut own = by_service.remove(service).unwrap_or_default();
        let Marks { workload: _, pod: _, service: labels } = &said.labels;
        let labels = valid_marks(service, labels, true, diagnostics);
        let annotations = valid_marks(service, &said.annotations.service, false, diagnostics);
        let marked = said.labels.service.values().chain(said.annotations.service.values()).next();
        if let Some(place) = marked.map(|mark| mark.place).filter(|_| own.is_empty()) {
            diagnostics.push(without_effect(
                service,
                "labels and annotations of its Kubernetes Service",
                place,
                "nothing reaches it by name",
            ));
        }
        let mut public = None;
        for endpoint in &mut own {
            endpoint.marks.labels.clone_from(&labels);
            endpoint.marks.annotations.clone_from(&annotations);
            if endpoint.exposure != Exposure::Cluster {
                endpoint.marks.external_traffic_local =
                    said.external_traffic.as_ref().map(|traffic| traffic.value == ExternalTraffic::Local);
                public = Some(endpoint);
            }
        }
        let outside = said.expose.as_ref().filter(|e| matches!(e.value, Exposing::LoadBalancer | Exposing::NodePort)).map(|e| e.place);
        let places = [
            ("expose", outside),
            ("node-port", said.node_port.as_ref().map(|port| port.place)),
            ("external-traffic", said.external_traffic.as_ref().map(|traffic| traffic.place)),
        ];
        if let Some(endpoint) = public {
            let port = said.node_port.as_ref().zip(endpoint.ports.first_mut());
            if let Some((number, port)) = port {
                port.node_port = Some(number.value);
            }
            continue;
        }
        for (key, place) in places {
            if let Some(place) = place {
                let told = without_effect(service, &format!("`{key}`"), place, "no published port of it is reached from outside");
                diagnostics.push(told.help("publish the port: `ports: [\"8080:80\"]`"));
            }
        }
    }
}

fn without_effect(service: &str, what: &str, place: Place, why: &str) -> Diagnostic {
    Diagnostic::new(&EXTENSION_KEY_DROPPED, format!("service {service:?}: {what} have no effect, because {why}").replace("` have", "` has"))
        .at(place)
}

/// The ways in that `host` asks for.
pub(in crate::plan) fn intents(cx: &Context<'_>, options: &Options, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let mut out = Vec::new();
    for service in cx.project.services.keys() {
        for host in &cx.operation(service).host {
            let (port, site) = match host.value.split_once('=') {
                Some((port, site)) => (port.trim().parse().ok().filter(|port| *port > 0).map(Some), site),
                None => (Some(None), host.value.as_str()),
            };
            let (name, path) = site.find('/').and_then(|at| site.split_at_checked(at)).unwrap_or((site, "/"));
            let Some(port) = port.filter(|_| is_object_name(name.strip_prefix("*.").unwrap_or(name))) else {
                diagnostics.push(invalid(service, "host", host.place, "`[PORT=]HOST[/PATH]`, such as `8080=shop.example.com/admin`"));
                continue;
            };
            let encrypted = options.tls_issuer.is_some();
            out.push(Intent {
                name: service.clone(),
                key: "host".to_owned(),
                place: Some(host.place),
                owner: service.clone(),
                matcher: Matcher::site(Some(name), path, false),
                action: Action::Forward(vec![Backend::new(service, port)]),
                listen: if encrypted { Listen::BOTH } else { Listen::PLAIN },
                tls: encrypted.then(Tls::default),
                middlewares: Vec::new(),
                priority: Priority::Narrowest,
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taints_are_read() {
        let read =
            |text: &str| toleration(text).map(|t| (t.key.unwrap_or_default(), t.value.unwrap_or_default(), t.effect.unwrap_or_default()));
        let whole = |key: &str, value: &str, effect: &str| Some((key.to_owned(), value.to_owned(), effect.to_owned()));
        assert_eq!(read("dedicated=db:NoSchedule"), whole("dedicated", "db", "NoSchedule"));
        assert_eq!(read("example.com/gpu"), whole("example.com/gpu", "", ""));
        assert_eq!(read("*"), whole("", "", ""));
        assert_eq!((read("a:b"), read("=x"), read("")), (None, None, None));
    }

    #[test]
    fn rules_of_nodes_are_read() {
        let read = |text: &str| node_rule(text).map(|rule| (rule.label, rule.among, rule.values.join("|")));
        assert_eq!(read("disk=ssd, nvme"), Some(("disk".to_owned(), true, "ssd|nvme".to_owned())));
        assert_eq!(read("zone!=a"), Some(("zone".to_owned(), false, "a".to_owned())));
        assert_eq!(read("zone"), None);
    }
}
