//! Traefik's own resources: routes, middlewares, and how services and browsers are spoken to.

use super::{Context, Object, Objects, labels, object};
use crate::kube::resource::Custom;
use crate::kube::traefik::{
    AllowList, ClientAuth, Cookie, ForwardingTimeouts, InFlight, IngressRouteSpec, IngressRouteTcpSpec, IngressRouteUdpSpec,
    MiddlewareTcpSpec, Named, ProxyProtocol, Route, RouteTcp, RouteUdp, ServersTransportSpec, Service, ServiceTcp, ServiceUdp, Sticky, Tls,
    TlsOptionSpec,
};
use crate::plan::route::model::{IngressRoute, RouteBackend, RouteTls, StreamRoute, TlsOptions, Transport};
use crate::vocab::intent::Scheme;

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    let routes = &context.plan.routes;
    objects.extend(routes.transports.iter().map(|one| transport(context, one)));
    objects.extend(routes.tls_options.iter().map(|one| terms(context, one)));
    objects.extend(routes.ingress_routes.iter().map(|one| route(context, one)));
    for one in &routes.stream_routes {
        stream(context, one, objects);
    }
}

fn route(context: &Context<'_>, route: &IngressRoute) -> Object {
    let IngressRoute { name, service, entry, rule, priority, middlewares, backends, tls } = route;
    let single = backends.len() == 1;
    let mut services: Vec<Service> = backends.iter().map(|each| backend(each, single)).collect();
    if services.is_empty() {
        // What a middleware answers reaches no service.
        services.push(Service { kind: Some("TraefikService"), name: "noop@internal".to_owned(), ..Service::default() });
    }
    let spec = IngressRouteSpec {
        entry_points: vec![(*entry).to_owned()],
        routes: vec![Route {
            kind: "Rule",
            rule: rule.clone(),
            priority: *priority,
            middlewares: middlewares.iter().map(|name| Named { name: name.clone() }).collect(),
            services,
        }],
        tls: tls.as_ref().map(|tls| encrypted(tls, false)),
    };
    object(&Custom { metadata: labels::metadata_of(context, name, Some(service)), spec })
}

fn encrypted(tls: &RouteTls, passthrough: bool) -> Tls {
    let RouteTls { secret, options } = tls;
    Tls {
        secret_name: secret.clone(),
        passthrough: passthrough.then_some(true),
        options: options.as_ref().map(|name| Named { name: name.clone() }),
    }
}

fn backend(backend: &RouteBackend, single: bool) -> Service {
    let RouteBackend { endpoint, port, scheme, weight, sticky, pass_host_header, verify: _, transport } = backend;
    Service {
        kind: None,
        name: endpoint.clone(),
        port: Some(*port),
        scheme: match scheme {
            Scheme::Https | Scheme::Grpcs => Some("https"),
            Scheme::H2c | Scheme::Grpc => Some("h2c"),
            Scheme::Http | Scheme::FastCgi | Scheme::Uwsgi => None,
        },
        pass_host_header: (!pass_host_header).then_some(false),
        servers_transport: transport.clone(),
        weight: (!single).then_some(*weight),
        sticky: sticky.as_ref().map(|sticky| Sticky {
            cookie: Cookie {
                name: sticky.name.clone(),
                secure: sticky.secure,
                http_only: sticky.http_only,
                same_site: sticky.same_site.clone(),
                max_age: sticky.max_age,
                path: sticky.path.clone(),
                domain: sticky.domain.clone(),
            },
        }),
    }
}

fn transport(context: &Context<'_>, transport: &Transport) -> Object {
    let Transport { name, verify, timeouts: (connect, read) } = transport;
    let seconds = |seconds: &Option<u32>| seconds.map(|seconds| format!("{seconds}s"));
    let timeouts = (connect.is_some() || read.is_some())
        .then(|| ForwardingTimeouts { dial_timeout: seconds(connect), response_header_timeout: seconds(read) });
    let spec = ServersTransportSpec {
        server_name: verify.server_name.clone(),
        insecure_skip_verify: verify.skip.then_some(true),
        forwarding_timeouts: timeouts,
    };
    object(&Custom { metadata: labels::metadata(context, name, None), spec })
}

fn terms(context: &Context<'_>, options: &TlsOptions) -> Object {
    let TlsOptions { name, terms, authorities } = options;
    let demanded = terms.client_authorities.as_ref().is_some_and(|(_, demanded)| *demanded);
    let spec = TlsOptionSpec {
        min_version: terms.min_version.clone(),
        max_version: terms.max_version.clone(),
        cipher_suites: terms.cipher_suites.clone(),
        curve_preferences: terms.curves.clone(),
        sni_strict: terms.strict_sni.then_some(true),
        client_auth: authorities.as_ref().map(|secret| ClientAuth {
            secret_names: vec![secret.clone()],
            client_auth_type: if demanded { "RequireAndVerifyClientCert" } else { "VerifyClientCertIfGiven" },
        }),
    };
    object(&Custom { metadata: labels::metadata(context, name, None), spec })
}

fn stream(context: &Context<'_>, route: &StreamRoute, objects: &mut Objects<'_>) {
    let StreamRoute { name, service, entries, rule, priority, guard, backend, tls, proxy_protocol, backend_tls } = route;
    let (endpoint, port) = backend.clone();
    let metadata = labels::metadata_of(context, name, Some(service));
    let Some(rule) = rule else {
        let routes = vec![RouteUdp { services: vec![ServiceUdp { name: endpoint, port }] }];
        objects.push(object(&Custom { metadata, spec: IngressRouteUdpSpec { entry_points: entries.clone(), routes } }));
        return;
    };
    if let Some(guard) = guard {
        let spec = MiddlewareTcpSpec {
            ip_allow_list: (!guard.allowed.is_empty()).then(|| AllowList { source_range: guard.allowed.clone() }),
            in_flight_conn: guard.in_flight.map(|amount| InFlight { amount }),
        };
        objects.push(object(&Custom { metadata: labels::metadata_of(context, &guard.name, Some(service)), spec }));
    }
    let spec = IngressRouteTcpSpec {
        entry_points: entries.clone(),
        routes: vec![RouteTcp {
            rule: rule.clone(),
            priority: *priority,
            middlewares: guard.iter().map(|guard| Named { name: guard.name.clone() }).collect(),
            services: vec![ServiceTcp {
                name: endpoint,
                port,
                proxy_protocol: proxy_protocol.map(|version| ProxyProtocol { version }),
                tls: backend_tls.then_some(true),
            }],
        }],
        tls: tls.as_ref().map(|(tls, passthrough)| encrypted(tls, *passthrough)),
    };
    objects.push(object(&Custom { metadata, spec }));
}
