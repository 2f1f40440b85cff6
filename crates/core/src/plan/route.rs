//! Ways in: one route model, whatever it was read from.

use crate::compose::Service;
use crate::compose::ports::{Port, Protocol};
use crate::diag::catalog::{options, routes as told};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::IngressKind;
use crate::plan::context::Context;
use crate::plan::endpoint::{Endpoint, EndpointMarks, EndpointPort, Exposure, Listening, Reachable, Selector, has_name};
use crate::plan::name::{Scope, label};
use crate::plan::network::is_local;
use crate::plan::workload::image;
use crate::plan::workload::pod::target;
use crate::text::Place;
use crate::vocab::intent::{Action, Intent, Matcher};
use indexmap::{IndexMap, IndexSet};
use std::collections::{HashMap, HashSet};

/// One host and its paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The object's name.
    pub name: String,
    /// The host name; `None`: any.
    pub host: Option<String>,
    /// The paths, in the order they are to be tried.
    pub paths: Vec<RoutePath>,
    /// TLS.
    pub tls: Option<Tls>,
    /// `ingressClassName`.
    pub class: Option<String>,
    /// Annotations of the object.
    pub annotations: IndexMap<String, String>,
    /// The Compose service that asked for it first.
    pub service: String,
}

/// One path of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutePath {
    /// The path, with a leading `/`.
    pub path: String,
    /// Only this very path, or everything below it as well?
    pub exact: bool,
    /// The Kubernetes Service.
    pub endpoint: String,
    /// Its port.
    pub port: u16,
}

/// How a route is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The Secret with the certificate.
    pub secret: String,
    /// The cert-manager issuer that fills it.
    pub issuer: Option<Issuer>,
}

/// A cert-manager issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its name.
    pub name: String,
    /// An Issuer of this namespace, or a ClusterIssuer?
    pub namespaced: bool,
}

/// One wish for a way in, whatever it was read from.
struct Wish {
    service: String,
    host: Option<String>,
    path: String,
    exact: bool,
    port: u16,
    tls: bool,
    place: Option<Place>,
}

/// Decides the ways in: from options first, then from what the vocabularies of proxies say.
pub(crate) fn plan(cx: &Context<'_>, reachable: &Reachable, intents: &[Intent], diagnostics: &mut Diagnostics) -> Vec<Route> {
    let mut wishes = Vec::new();
    for option in &cx.options.host {
        wishes.extend(from_option(cx, reachable, option, diagnostics));
    }
    if let Some(domain) = &cx.options.domain {
        let domain = domain.trim_matches('.');
        for (key, service) in &cx.project.services {
            if let Some(port) = web_ports(service).find(|port| !is_local(port)) {
                let (host, tls) = (Some(format!("{}.{domain}", cx.names.object(key))), cx.options.tls_issuer.is_some());
                wishes.push(Wish {
                    service: key.clone(),
                    host,
                    path: "/".to_owned(),
                    exact: false,
                    port: port.target.value,
                    tls,
                    place: None,
                });
            }
        }
    }
    for intent in intents {
        wishes.extend(from_intent(cx, reachable, intent, diagnostics));
    }
    if cx.options.ingress == IngressKind::None {
        for wish in &wishes {
            let host = wish.host.as_deref().unwrap_or("*");
            let message = Diagnostic::new(
                &told::ROUTE_DROPPED,
                format!("service {:?}: the way in from {host}{} is not written", wish.service, wish.path),
            )
            .note("`--ingress=none` asks for that");
            diagnostics.push(wish.place.map_or_else(|| message.clone(), |place| message.clone().at(place)));
        }
        return Vec::new();
    }
    gather(cx, wishes, diagnostics)
}

/// One object for each host.
fn gather(cx: &Context<'_>, wishes: Vec<Wish>, diagnostics: &mut Diagnostics) -> Vec<Route> {
    let mut taken: HashMap<(Option<String>, String), String> = HashMap::new();
    let mut out: IndexMap<Option<String>, Route> = IndexMap::new();
    for wish in wishes {
        let endpoint = entrance(cx, &wish.service).to_owned();
        let owner = cx.service(&wish.service).map(|_| cx.pods.leader(&wish.service)).and_then(|leader| cx.service(leader));
        if !owner.is_some_and(|service| has_name(cx, service)) {
            let message = Diagnostic::new(
                &told::ROUTE_DROPPED,
                format!("service {:?}: no way in leads to it, as its name does not resolve", wish.service),
            )
            .help("give it a network of its own");
            diagnostics.push(wish.place.map_or_else(|| message.clone(), |place| message.clone().at(place)));
            continue;
        }
        let first = taken.entry((wish.host.clone(), wish.path.clone())).or_insert_with(|| wish.service.clone());
        if *first != wish.service {
            let host = wish.host.as_deref().unwrap_or("*");
            let message = Diagnostic::new(
                &told::ROUTE_CONFLICTING,
                format!("service {:?}: {host}{} leads to service {first:?} already", wish.service, wish.path),
            );
            diagnostics.push(wish.place.map_or_else(|| message.clone(), |place| message.clone().at(place)));
            continue;
        }
        let route = out.entry(wish.host.clone()).or_insert_with(|| Route {
            name: cx.names.reserve(Scope::Route, cx.names.object(&wish.service)),
            host: wish.host.clone(),
            paths: Vec::new(),
            tls: None,
            class: cx.options.ingress_class.clone(),
            annotations: IndexMap::new(),
            service: wish.service.clone(),
        });
        if wish.tls {
            route.tls = wish.host.as_deref().map(|host| tls(cx, host));
        }
        let path = RoutePath { path: wish.path, exact: wish.exact, endpoint, port: wish.port };
        if !route.paths.contains(&path) {
            route.paths.push(path);
        }
    }
    let mut routes: Vec<Route> = out.into_values().collect();
    for (tls, host) in routes.iter().filter_map(|route| Some((route.tls.as_ref()?, route.host.as_ref()?))) {
        if tls.issuer.is_none() {
            diagnostics.push(
                Diagnostic::new(
                    &told::CERTIFICATE_ASSUMED,
                    format!("the Secret {:?} of the cluster holds the certificate of {host}", tls.secret),
                )
                .help("name a cert-manager issuer that fills it with `--tls-issuer`, or create it: `kubectl create secret tls`"),
            );
        }
    }
    for route in &mut routes {
        // The longest path first; an exact one before a prefix of the same length.
        route.paths.sort_by_key(|path| (std::cmp::Reverse(path.path.len()), !path.exact));
    }
    routes
}

/// The certificate of a host, and who fills it.
fn tls(cx: &Context<'_>, host: &str) -> Tls {
    let name = label(&host.replace("*.", "wildcard."));
    let issuer = cx.options.tls_issuer.as_ref().map(|text| match text.split_once('/') {
        Some((kind, name)) => Issuer { name: name.to_owned(), namespaced: kind.eq_ignore_ascii_case("issuer") },
        None => Issuer { name: text.clone(), namespaced: false },
    });
    Tls { secret: format!("{}-tls", name.get(..59).unwrap_or(&name)), issuer }
}

/// The Kubernetes Service that leads to a service: that of the pod's leader where it lives in another one's network.
fn entrance<'n>(cx: &'n Context<'_>, service: &'n str) -> &'n str {
    let joins = cx.service(service).and_then(|s| s.container.network_mode.as_ref()).is_some_and(|mode| target(&mode.value).is_some());
    cx.names.object(if joins { cx.pods.leader(service) } else { service })
}

/// The published ports that a browser may talk to.
fn web_ports(service: &Service) -> impl Iterator<Item = &Port> {
    service.ports.iter().filter(|port| is_web(service, port))
}

/// Does a browser talk to this port?
fn is_web(service: &Service, port: &Port) -> bool {
    if let Some(protocol) = &port.app_protocol {
        return ["http", "https", "h2c", "ws", "wss", "grpc"].iter().any(|word| protocol.value.to_ascii_lowercase().ends_with(word));
    }
    let known = service.container.image.as_ref().and_then(|i| image::known(&i.value)).and_then(|known| known.web);
    port.protocol == Protocol::Tcp && (known == Some(port.target.value) || is_web_number(port.target.value))
}

const fn is_web_number(port: u16) -> bool {
    matches!(port, 80 | 443 | 3000 | 4200 | 5000 | 8000..=8999)
}

/// The port that a way in leads to where none is named: the first published one that a browser talks to, else the first that may be one.
fn usual_port(service: &Service, listening: &[Listening]) -> Option<u16> {
    let tcp = || listening.iter().filter(|port| port.protocol == Protocol::Tcp).map(|port| port.port);
    let known = service.container.image.as_ref().and_then(|i| image::known(&i.value)).and_then(|known| known.web);
    let published = web_ports(service).map(|port| port.target.value).next();
    published
        .or_else(|| tcp().find(|port| Some(*port) == known))
        .or_else(|| tcp().find(|port| is_web_number(*port)))
        .or_else(|| tcp().next())
}

/// Reads `SERVICE[:PORT]=HOST[/PATH]`.
fn from_option(cx: &Context<'_>, reachable: &Reachable, option: &str, diagnostics: &mut Diagnostics) -> Option<Wish> {
    let invalid = |why: &str| {
        Diagnostic::new(&options::HOST_OPTION_INVALID, format!("the option `host` with {option:?} {why}"))
            .help("write SERVICE[:PORT]=HOST[/PATH]")
    };
    let Some((from, to)) = option.split_once('=') else {
        diagnostics.push(invalid("has no `=`"));
        return None;
    };
    let (name, port) = from.split_once(':').map_or((from, None), |(name, port)| (name, Some(port)));
    let Some(service) = cx.service(name) else {
        let message = Diagnostic::new(
            &options::HOST_OPTION_UNKNOWN,
            format!("the option `host` names the service {name:?}, which the project does not have"),
        );
        let near = crate::text::similar::closest(name, cx.project.services.keys().map(String::as_str));
        diagnostics.push(match near {
            Some(near) => message.help(format!("did you mean {near:?}?")),
            None => message.help("look which services are active: `docker compose config --services`"),
        });
        return None;
    };
    let (host, path) = to.find('/').and_then(|at| to.split_at_checked(at)).unwrap_or((to, "/"));
    if !is_host(host) {
        diagnostics.push(invalid("has no valid host name"));
        return None;
    }
    let port = match port {
        Some(text) => text.parse().ok().filter(|port| *port > 0),
        None => usual_port(service, reachable.ports(name)),
    };
    let Some(port) = port else {
        diagnostics.push(if from.contains(':') {
            invalid("has no valid port")
        } else {
            Diagnostic::new(
                &options::HOST_OPTION_MISSING,
                format!("the option `host` names the service {name:?}, of which no port is known"),
            )
            .help("write the port behind the service: SERVICE:PORT=HOST")
        });
        return None;
    };
    Some(Wish {
        service: name.to_owned(),
        host: Some(host.to_ascii_lowercase()),
        path: path.to_owned(),
        exact: false,
        port,
        tls: cx.options.tls_issuer.is_some(),
        place: None,
    })
}

/// May this be the host of a route? A first label `*` stands for any.
fn is_host(host: &str) -> bool {
    let rest = host.strip_prefix("*.").unwrap_or(host);
    let part = |p: &str| {
        !p.is_empty()
            && p.len() <= 63
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !p.starts_with('-')
            && !p.ends_with('-')
    };
    !rest.is_empty() && rest.len() <= 253 && rest.split('.').all(part)
}

/// A wish of a vocabulary: a host, a path and a service. What says more is told.
fn from_intent(cx: &Context<'_>, reachable: &Reachable, intent: &Intent, diagnostics: &mut Diagnostics) -> Option<Wish> {
    let told = |why: &str| {
        let message = Diagnostic::new(&told::ROUTE_DROPPED, format!("service {:?}: {why}", intent.owner));
        intent.place.map_or_else(|| message.clone(), |place| message.clone().at(place))
    };
    let backend = match &intent.action {
        Action::Forward(backends) if intent.middlewares.is_empty() => backends.first(),
        _ => None,
    };
    let (Some(backend), Some((host, path, exact))) = (backend, simple(&intent.matcher)) else {
        diagnostics.push(told(&format!("the way in of `{}` is not written: a route cannot say it", intent.key)));
        return None;
    };
    let service = cx.service(&backend.service)?;
    if let Some(host) = host.as_deref().filter(|host| !is_host(host)) {
        diagnostics.push(told(&format!("{host:?} is no host name that a route can have")));
        return None;
    }
    let Some(port) = backend.port.or_else(|| usual_port(service, reachable.ports(&backend.service))) else {
        diagnostics.push(told("no way in leads to it, as no port of it is known").help("list its port under `expose`"));
        return None;
    };
    Some(Wish { service: backend.service.clone(), host, path, exact, port, tls: intent.tls.is_some(), place: intent.place })
}

/// The host and path of a matcher that has no more than these.
fn simple(matcher: &Matcher) -> Option<(Option<String>, String, bool)> {
    let Matcher::All(parts) = matcher else { return None };
    let (mut host, mut path) = (None, None);
    for part in parts {
        let twice = match part {
            Matcher::Host(name) => host.replace(name.clone()).is_some(),
            Matcher::HostBelow { domain, .. } => host.replace(format!("*.{domain}")).is_some(),
            Matcher::Path(exact) => path.replace((exact.clone(), true)).is_some(),
            Matcher::PathPrefix(prefix) | Matcher::PathElements(prefix) => path.replace((prefix.clone(), false)).is_some(),
            _ => true,
        };
        if twice {
            return None;
        }
    }
    let (path, exact) = path.unwrap_or_else(|| ("/".to_owned(), false));
    Some((host, path, exact))
}

/// Lets the Services list the ports that routes lead to; makes those that nothing else asked for.
pub(crate) fn open_ports(cx: &Context<'_>, routes: &[Route], endpoints: &mut Vec<Endpoint>) {
    let mut wanted: IndexMap<&str, IndexSet<u16>> = IndexMap::new();
    for path in routes.iter().flat_map(|route| &route.paths) {
        wanted.entry(&path.endpoint).or_default().insert(path.port);
    }
    let port = |port: u16| EndpointPort {
        name: format!("tcp-{port}"),
        port,
        target: port,
        protocol: Protocol::Tcp,
        app_protocol: None,
        node_port: None,
    };
    let mut there = HashSet::new();
    for endpoint in endpoints.iter_mut() {
        let Some((name, ports)) = wanted.get_key_value(endpoint.name.as_str()) else { continue };
        there.insert(*name);
        let listed: IndexSet<u16> = endpoint.ports.iter().filter(|p| p.protocol == Protocol::Tcp).map(|p| p.port).collect();
        endpoint.ports.extend(ports.iter().copied().filter(|number| !listed.contains(number)).map(port));
    }
    for (name, ports) in wanted.into_iter().filter(|(name, _)| !there.contains(name)) {
        let service = cx.names.service(name).unwrap_or(name);
        endpoints.push(Endpoint {
            name: name.to_owned(),
            selector: Selector::Workload(cx.names.object(cx.pods.leader(service)).to_owned()),
            headless: false,
            ports: ports.into_iter().map(port).collect(),
            publish_not_ready: false,
            exposure: Exposure::Cluster,
            service: Some(cx.pods.leader(service).to_owned()),
            marks: EndpointMarks::default(),
        });
    }
}
