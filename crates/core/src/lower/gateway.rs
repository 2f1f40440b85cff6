//! Gateways and HTTPRoutes.

use super::{Context, Object, Objects, labels, object};
use crate::kube::gateway::{BackendTlsPolicySpec, GatewaySpec, HttpRouteSpec, HttpRule, Listener};
use crate::kube::resource::Custom;
use crate::plan::route::model::{
    BackendTls, Filter, Gateway, HttpMatch, HttpRoute, HttpRule as Rule, Listener as Planned, Parent, PathKind, PathRewrite,
};
use serde_json::{Map, Value, json};

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    let routes = &context.plan.routes;
    objects.extend(routes.gateway.iter().map(|planned| gateway(context, planned)));
    objects.extend(routes.http_routes.iter().map(|planned| route(context, planned)));
    objects.extend(routes.backend_tls.iter().map(|planned| backend_tls(context, planned)));
}

fn gateway(context: &Context<'_>, planned: &Gateway) -> Object {
    let Gateway { name, class, listeners, issuer } = planned;
    let mut metadata = labels::metadata(context, name, None);
    metadata.annotations = issuer.as_ref().map(|issuer| {
        let key = if issuer.namespaced { "cert-manager.io/issuer" } else { "cert-manager.io/cluster-issuer" };
        [(key.to_owned(), issuer.name.clone())].into()
    });
    let spec = GatewaySpec { gateway_class_name: class.clone(), listeners: listeners.iter().map(listener).collect() };
    object(&Custom { metadata, spec })
}

fn listener(listener: &Planned) -> Listener {
    let Planned { name, port, host, secret } = listener;
    Listener {
        name: name.clone(),
        protocol: if secret.is_some() { "HTTPS" } else { "HTTP" },
        port: *port,
        hostname: host.clone(),
        tls: secret.as_ref().map(|secret| json!({ "mode": "Terminate", "certificateRefs": [{ "kind": "Secret", "name": secret }] })),
    }
}

fn route(context: &Context<'_>, planned: &HttpRoute) -> Object {
    let HttpRoute { name, service, parents, hosts, rules } = planned;
    let spec = HttpRouteSpec {
        parent_refs: parents.iter().map(parent).collect(),
        hostnames: hosts.clone(),
        rules: rules.iter().map(rule).collect(),
    };
    object(&Custom { metadata: labels::metadata_of(context, name, Some(service)), spec })
}

fn backend_tls(context: &Context<'_>, planned: &BackendTls) -> Object {
    let BackendTls { name, service, target: (endpoint, _), port_name, hostname } = planned;
    let mut target = json!({ "group": "", "kind": "Service", "name": endpoint });
    if let (Some(port), Some(fields)) = (port_name, target.as_object_mut()) {
        fields.insert("sectionName".to_owned(), json!(port));
    }
    let validation = json!({ "hostname": hostname, "wellKnownCACertificates": "System" });
    let spec = BackendTlsPolicySpec { target_refs: vec![target], validation };
    object(&Custom { metadata: labels::metadata_of(context, name, Some(service)), spec })
}

fn parent(parent: &Parent) -> Map<String, Value> {
    let Parent { namespace, name, section, port } = parent;
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(name));
    out.extend(namespace.as_ref().map(|namespace| ("namespace".to_owned(), json!(namespace))));
    out.extend(section.as_ref().map(|section| ("sectionName".to_owned(), json!(section))));
    out.extend(port.map(|port| ("port".to_owned(), json!(port))));
    out
}

fn rule(rule: &Rule) -> HttpRule {
    let Rule { matches, filters, backends, timeout } = rule;
    let single = backends.len() == 1;
    let backend = |backend: &crate::plan::route::model::RouteBackend| {
        let mut out = json!({ "name": backend.endpoint, "port": backend.port });
        if let (false, Some(fields)) = (single, out.as_object_mut()) {
            fields.insert("weight".to_owned(), json!(backend.weight));
        }
        out
    };
    HttpRule {
        matches: if matches.iter().all(is_empty) { Vec::new() } else { matches.iter().map(http_match).collect() },
        filters: filters.iter().map(filter).collect(),
        backend_refs: backends.iter().map(backend).collect(),
        timeouts: timeout.as_ref().map(|timeout| json!({ "request": timeout })),
    }
}

/// Does it ask for nothing?
fn is_empty(one: &HttpMatch) -> bool {
    *one == HttpMatch::default()
}

fn http_match(one: &HttpMatch) -> Value {
    let HttpMatch { path, method, headers, query } = one;
    if is_empty(one) {
        // Beside others it has to say that it takes every request.
        return json!({ "path": { "type": "PathPrefix", "value": "/" } });
    }
    let mut out = Map::new();
    if let Some((kind, value)) = path {
        let kind = match kind {
            PathKind::Exact => "Exact",
            PathKind::Prefix | PathKind::Specific => "PathPrefix",
            PathKind::Regexp => "RegularExpression",
        };
        out.insert("path".to_owned(), json!({ "type": kind, "value": value }));
    }
    out.extend(method.as_ref().map(|method| ("method".to_owned(), json!(method))));
    for (key, list) in [("headers", headers), ("queryParams", query)] {
        if !list.is_empty() {
            let each = list.iter().map(|(name, value, expression)| {
                json!({ "type": if *expression { "RegularExpression" } else { "Exact" }, "name": name, "value": value })
            });
            out.insert(key.to_owned(), Value::Array(each.collect()));
        }
    }
    Value::Object(out)
}

fn filter(filter: &Filter) -> Value {
    let modifier = |set: &[(String, String)], remove: &[String]| {
        let mut out = Map::new();
        if !set.is_empty() {
            let set: Vec<Value> = set.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
            out.insert("set".to_owned(), Value::Array(set));
        }
        if !remove.is_empty() {
            out.insert("remove".to_owned(), json!(remove));
        }
        Value::Object(out)
    };
    match filter {
        Filter::RequestHeaders(set, remove) => json!({ "type": "RequestHeaderModifier", "requestHeaderModifier": modifier(set, remove) }),
        Filter::ResponseHeaders(set, remove) => {
            json!({ "type": "ResponseHeaderModifier", "responseHeaderModifier": modifier(set, remove) })
        }
        Filter::Redirect { status, scheme, host, port, path } => {
            let mut out = Map::new();
            out.extend(scheme.as_ref().map(|scheme| ("scheme".to_owned(), json!(scheme))));
            out.extend(host.as_ref().map(|host| ("hostname".to_owned(), json!(host))));
            out.extend(port.map(|port| ("port".to_owned(), json!(port))));
            out.extend(path.as_ref().map(|path| ("path".to_owned(), rewrite(path))));
            out.insert("statusCode".to_owned(), json!(status));
            json!({ "type": "RequestRedirect", "requestRedirect": out })
        }
        Filter::Rewrite(path) => json!({ "type": "URLRewrite", "urlRewrite": { "path": rewrite(path) } }),
        Filter::Cors { origins, methods, headers, expose, credentials, max_age } => {
            let mut out = Map::new();
            for (key, list) in [("allowOrigins", origins), ("allowMethods", methods), ("allowHeaders", headers), ("exposeHeaders", expose)]
            {
                if !list.is_empty() {
                    out.insert(key.to_owned(), json!(list));
                }
            }
            if *credentials {
                out.insert("allowCredentials".to_owned(), json!(true));
            }
            out.extend(max_age.map(|age| ("maxAge".to_owned(), json!(age))));
            json!({ "type": "CORS", "cors": out })
        }
        Filter::Traefik(name) => {
            json!({ "type": "ExtensionRef", "extensionRef": { "group": "traefik.io", "kind": "Middleware", "name": name } })
        }
    }
}

fn rewrite(path: &PathRewrite) -> Value {
    match path {
        PathRewrite::Full(path) => json!({ "type": "ReplaceFullPath", "replaceFullPath": path }),
        PathRewrite::Prefix(path) => json!({ "type": "ReplacePrefixMatch", "replacePrefixMatch": path }),
    }
}
