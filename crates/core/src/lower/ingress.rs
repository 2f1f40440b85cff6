//! Ingresses: ways in.

use super::{Context, Objects, labels, object, some};
use crate::plan::route::model::{HostsSecret, Ingress as Planned, IngressPath, IngressRule as Rule, PathKind};
use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend, IngressSpec, IngressTLS,
    ServiceBackendPort,
};

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    objects.extend(context.plan.routes.ingresses.iter().map(|planned| object(&ingress(context, planned))));
}

fn ingress(context: &Context<'_>, planned: &Planned) -> Ingress {
    let Planned { name, class, annotations, rules, tls, service } = planned;
    let mut metadata = labels::metadata_of(context, name, Some(service));
    metadata.annotations = some(annotations.clone());
    let spec = IngressSpec {
        ingress_class_name: class.clone(),
        tls: some(
            tls.iter().map(|HostsSecret { hosts, secret }| IngressTLS { hosts: some(hosts.clone()), secret_name: Some(secret.clone()) }),
        ),
        rules: Some(rules.iter().map(rule).collect()),
        ..Default::default()
    };
    Ingress { metadata, spec: spec.into(), ..Default::default() }
}

fn rule(rule: &Rule) -> IngressRule {
    let Rule { host, paths } = rule;
    // A host without paths is one that other Ingresses add theirs to.
    let http = some(paths.iter().map(path)).map(|paths| HTTPIngressRuleValue { paths });
    IngressRule { host: host.clone(), http }
}

fn path(path: &IngressPath) -> HTTPIngressPath {
    let IngressPath { path, kind, endpoint, port } = path;
    let port = ServiceBackendPort { number: Some(i32::from(*port)), ..Default::default() };
    let path_type = match kind {
        PathKind::Exact => "Exact",
        PathKind::Prefix => "Prefix",
        PathKind::Specific | PathKind::Regexp => "ImplementationSpecific",
    };
    HTTPIngressPath {
        path: Some(path.clone()),
        path_type: path_type.to_owned(),
        backend: IngressBackend { service: Some(IngressServiceBackend { name: endpoint.clone(), port: Some(port) }), ..Default::default() },
    }
}
