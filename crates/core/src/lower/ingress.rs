//! Ingresses: ways in.

use super::{Context, Object, labels, object, some};
use crate::plan::Route;
use crate::plan::route::{Issuer, RoutePath, Tls};
use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend, IngressSpec, IngressTLS,
    ServiceBackendPort,
};
use std::collections::BTreeMap;

pub(super) fn lower(context: &Context<'_>, objects: &mut Vec<Object>) {
    objects.extend(context.plan.routes.iter().map(|route| object(&ingress(context, route))));
}

fn ingress(context: &Context<'_>, route: &Route) -> Ingress {
    let Route { name, host, paths, tls, class, annotations, service } = route;
    let mut metadata = labels::metadata_of(context, name, Some(service));
    let mut annotations: BTreeMap<String, String> = annotations.clone().into_iter().collect();
    annotations.extend(tls.as_ref().and_then(|tls| tls.issuer.as_ref()).map(issuer));
    metadata.annotations = some(annotations);
    let rule = IngressRule { host: host.clone(), http: Some(HTTPIngressRuleValue { paths: paths.iter().map(path).collect() }) };
    let spec = IngressSpec {
        ingress_class_name: class.clone(),
        tls: tls
            .as_ref()
            .map(|Tls { secret, issuer: _ }| vec![IngressTLS { hosts: some(host.clone()), secret_name: Some(secret.clone()) }]),
        rules: Some(vec![rule]),
        ..Default::default()
    };
    Ingress { metadata, spec: spec.into(), ..Default::default() }
}

fn issuer(issuer: &Issuer) -> (String, String) {
    let key = if issuer.namespaced { "cert-manager.io/issuer" } else { "cert-manager.io/cluster-issuer" };
    (key.to_owned(), issuer.name.clone())
}

fn path(path: &RoutePath) -> HTTPIngressPath {
    let RoutePath { path, exact, endpoint, port } = path;
    let port = ServiceBackendPort { number: Some(i32::from(*port)), ..Default::default() };
    HTTPIngressPath {
        path: Some(path.clone()),
        path_type: if *exact { "Exact" } else { "Prefix" }.to_owned(),
        backend: IngressBackend { service: Some(IngressServiceBackend { name: endpoint.clone(), port: Some(port) }), ..Default::default() },
    }
}
