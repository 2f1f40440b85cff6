//! Ways in: one model, whatever they were read from and whatever carries them.
//!
//! Intents become ways, whose services and ports are known; an emitter for each kind of object writes them. What an emitter cannot
//! say is told where the stack asks for it. A way in that somebody guards is not written without its guard, and neither is one that
//! would let in what the guard kept out.

mod certificate;
mod dialect;
mod elements;
mod gateway;
mod ingress;
mod middleware;
pub mod model;
pub mod normal;
mod option;
mod order;
mod port;
mod rule;
mod stream;
mod traefik;
mod way;

use crate::diag::catalog::routes as told;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::{IngressController, IngressKind};
use crate::plan::context::Context;
use crate::plan::endpoint::has_name;
use crate::plan::endpoint::model::Reachable;
use crate::plan::storage::store::Store;
use crate::plan::workload::image;
use crate::table::{HashMap, IndexMap};
use crate::text::Place;
use crate::vocab::Ways;
use crate::vocab::intent::{Action, Backend, Intent, Listen};
use crate::vocab::kompose;
use certificate::Certificates;
pub use model::Routes;
use model::{RouteBackend, Solver};
use normal::Alternative;
pub(crate) use port::open_ports;
use way::Way;

/// Decides the ways in: those of options first, then those of the vocabularies. Gives the Secrets that they need as well.
pub(crate) fn plan(cx: &Context<'_>, reachable: &Reachable, ways: &Ways, diagnostics: &mut Diagnostics) -> (Routes, Vec<Store>) {
    let mut out = Routes::default();
    let mut stores = Vec::new();
    let mut intents = option::intents(cx, reachable, diagnostics);
    intents.extend(ways.intents.iter().cloned());
    if cx.options.ingress == IngressKind::None {
        for intent in &intents {
            diagnostics.push(dropped(intent, "`--ingress=none` asks for that"));
        }
        return (out, stores);
    }
    let mut all: Vec<Way> = intents.into_iter().filter_map(|intent| resolve(cx, reachable, intent, diagnostics)).collect();
    let controller = controller(cx, ways);
    let asked = cx.options.ingress_class.as_deref().or_else(|| kompose::ingress_class(cx.project));
    let class = asked.or_else(|| class(controller)).map(str::to_owned);
    let mut certificates;
    let mut solver = Solver::Ingress(class.clone());
    if cx.options.ingress == IngressKind::Gateway {
        let emitter = gateway::Emitter::new(cx, controller);
        let Ok(class) = emitter.class(class.as_deref(), diagnostics) else { return (out, stores) };
        emitter.prepare(&mut all, diagnostics);
        certificates = Certificates::of(cx, &all);
        solver = emitter.write(&all, class, &mut certificates, &mut stores, &mut out, diagnostics);
    } else if controller == IngressController::Traefik {
        let emitter = traefik::Emitter::new(cx, &mut stores);
        emitter.prepare(&mut all, diagnostics);
        certificates = Certificates::of(cx, &all);
        emitter.write(&all, class.as_deref(), &mut certificates, &mut out, diagnostics);
    } else {
        let mut emitter = dialect::Emitter::new(cx, controller);
        stand_ins(&mut all);
        emitter.prepare(&mut all, diagnostics);
        certificates = Certificates::of(cx, &all);
        emitter.write(&all, class.as_deref(), &mut certificates, &mut stores, &mut out, diagnostics);
    }
    stream::write(cx, &ways.streams, controller, &mut out, diagnostics);
    certificates.finish(cx, &all, solver, &mut out, &mut stores, diagnostics);
    (out, stores)
}

/// The controller whose words are used.
fn controller(cx: &Context<'_>, ways: &Ways) -> IngressController {
    match cx.options.ingress_controller {
        IngressController::Auto => ways.controller.unwrap_or(IngressController::None),
        chosen => chosen,
    }
}

/// The class that a controller's own installation makes.
const fn class(controller: IngressController) -> Option<&'static str> {
    match controller {
        IngressController::Traefik => Some("traefik"),
        IngressController::Nginx | IngressController::IngressNginx => Some("nginx"),
        IngressController::Haproxy => Some("haproxy"),
        IngressController::Auto | IngressController::None => None,
    }
}

/// What of the ways in that a service's own files ask for cannot be written, so that the service is still needed: what to tell, by service.
pub(crate) fn unsaid(cx: &Context<'_>, ways: &Ways) -> IndexMap<String, Vec<Diagnostic>> {
    let mut out = IndexMap::default();
    if cx.options.ingress == IngressKind::None {
        return out;
    }
    for name in ways.replaced.keys() {
        let service = cx.service(name).and_then(|service| service.container.image.as_ref());
        // What finds its work through the Docker engine finds none in a cluster, needed or not.
        if service.and_then(|image| image::known(&image.value)).is_some_and(|known| known.docker_only.is_some()) {
            continue;
        }
        let mut own: Vec<Way> = ways.intents.iter().filter(|intent| intent.owner == *name).map(supposed).collect();
        let mut diagnostics = Diagnostics::default();
        stand_ins(&mut own);
        match controller(cx, ways) {
            controller if cx.options.ingress == IngressKind::Gateway => {
                gateway::Emitter::new(cx, controller).prepare(&mut own, &mut diagnostics);
            }
            IngressController::Traefik => traefik::Emitter::new(cx, &mut Vec::new()).prepare(&mut own, &mut diagnostics),
            other => dialect::Emitter::new(cx, other).prepare(&mut own, &mut diagnostics),
        }
        let lost: Vec<Diagnostic> = diagnostics.iter().cloned().collect();
        if !lost.is_empty() {
            out.insert(name.clone(), lost);
        }
    }
    out
}

/// A way in as it would be, were its services found.
fn supposed(intent: &Intent) -> Way {
    let backends = match &intent.action {
        Action::Forward(backends) => {
            backends.iter().map(|backend| found(backend, backend.service.clone(), backend.port.unwrap_or(80))).collect()
        }
        _ => Vec::new(),
    };
    let alternatives = normal::alternatives(&intent.matcher);
    let number = way::number(intent.priority, alternatives.as_deref());
    Way { name: intent.name.clone(), alternatives, backends, stand_in: None, number, intent: intent.clone() }
}

/// A service under its name in the cluster.
fn found(backend: &Backend, endpoint: String, port: u16) -> RouteBackend {
    RouteBackend {
        endpoint,
        port,
        scheme: backend.scheme,
        weight: backend.weight,
        sticky: backend.sticky.clone(),
        pass_host_header: backend.pass_host_header,
        verify: backend.verify.clone(),
        transport: None,
    }
}

/// Finds the Kubernetes Services and ports that an intent leads to.
fn resolve(cx: &Context<'_>, reachable: &Reachable, intent: Intent, diagnostics: &mut Diagnostics) -> Option<Way> {
    let mut backends = Vec::new();
    if let Action::Forward(wanted) = &intent.action {
        for backend in wanted {
            backends.push(resolve_backend(cx, reachable, &intent, backend, diagnostics)?);
        }
    }
    let alternatives = normal::alternatives(&intent.matcher);
    if alternatives.as_ref().is_some_and(Vec::is_empty) {
        diagnostics.push(dropped(&intent, "no request can ever meet its rule"));
        return None;
    }
    let number = way::number(intent.priority, alternatives.as_deref());
    let way = Way { name: intent.name.clone(), alternatives, backends, stand_in: None, number, intent };
    if let Some(host) = way.hosts().iter().find(|host| !option::is_host(host)) {
        diagnostics.push(dropped(&way.intent, &format!("{host:?} is no host name that a route can have")));
        return None;
    }
    Some(way)
}

fn resolve_backend(
    cx: &Context<'_>,
    reachable: &Reachable,
    intent: &Intent,
    backend: &Backend,
    diagnostics: &mut Diagnostics,
) -> Option<RouteBackend> {
    let service = cx.service(&backend.service)?;
    let owner = cx.service(cx.pods.leader(&backend.service))?;
    if !has_name(cx, owner) {
        let why = format!("the name of service {:?} does not resolve", backend.service);
        diagnostics.push(dropped(intent, &why).help("give it a network of its own"));
        return None;
    }
    let port = backend.port.or_else(|| port::usual_port(service, reachable.ports(&backend.service))).unwrap_or_else(|| {
        let message = format!("service {:?}: a way in leads to it, and no port of it is known: 80 is taken", backend.service);
        let message = Diagnostic::new(&told::ROUTE_PORT_ASSUMED, message).help("list its port under `expose`");
        diagnostics.push(at(message, intent.place));
        80
    });
    Some(found(backend, port::entrance(cx, &backend.service).to_owned(), port))
}

fn at(message: Diagnostic, place: Option<Place>) -> Diagnostic {
    match place {
        Some(place) => message.at(place),
        None => message,
    }
}

/// Says that a way in is not written.
fn dropped(intent: &Intent, why: &str) -> Diagnostic {
    let message = format!("service {:?}: the way in of `{}` is not written: {why}", intent.owner, intent.key);
    at(Diagnostic::new(&told::ROUTE_DROPPED, message), intent.place)
}

/// Says that a part of a way in is left out.
fn weakened(intent: &Intent, place: Option<Place>, what: &str) -> Diagnostic {
    let message = format!("service {:?}: the way in of `{}` is written without {what}", intent.owner, intent.key);
    at(Diagnostic::new(&told::ROUTE_APPROXIMATED, message), place.or(intent.place))
}

/// Why a way in cannot be written, and what asks for that; `None`: it can.
type Refusal = Option<(String, Option<Place>)>;

/// Takes ways in away that cannot be written, and with each that was guarded those that its requests would fall to.
fn close(ways: &mut Vec<Way>, why: &dyn Fn(&Way) -> Refusal, diagnostics: &mut Diagnostics) {
    let mut guards: Vec<Way> = Vec::new();
    ways.retain(|way| {
        let Some((why, place)) = why(way) else { return true };
        let message =
            dropped(&way.intent, &why).help("write the route for the cluster's ingress controller by hand, with what belongs to it");
        diagnostics.push(match place {
            Some(place) => message.also(place, "this"),
            None => message,
        });
        if way.is_guarded() {
            guards.push(way.clone());
        }
        false
    });
    ways.retain(|way| {
        let open = guards.iter().find(|guard| guard.meets(way) && guard.number >= way.number);
        if let Some(guard) = open {
            let why = format!("requests that `{}` guards, which is not written, would come in here", guard.intent.key);
            diagnostics.push(dropped(&way.intent, &why));
        }
        open.is_none()
    });
}

/// Finds a service for each way in that leads to none, as an Ingress names one: what answers on the same host, else the first of all.
fn stand_ins(ways: &mut [Way]) {
    let any = ways.iter().find_map(|way| way.backends.first().cloned());
    let by_host: HashMap<String, RouteBackend> =
        ways.iter().rev().flat_map(|way| way.hosts().into_iter().zip(way.backends.iter().cycle().cloned())).collect();
    for way in ways.iter_mut().filter(|way| way.backends.is_empty()) {
        way.stand_in = way.hosts().iter().find_map(|host| by_host.get(host).cloned()).or_else(|| any.clone());
    }
}

/// Tells of ways in that take the very same requests to other services, and keeps the first that is asked.
fn conflicts(ways: &mut Vec<Way>, diagnostics: &mut Diagnostics) {
    let mut taken: HashMap<(Vec<Alternative>, Listen, i64), Way> = HashMap::default();
    ways.retain(|way| {
        let Some(alternatives) = way.alternatives.clone() else { return true };
        let first = taken.entry((alternatives, way.intent.listen, way.number)).or_insert_with(|| way.clone());
        if first.backends == way.backends {
            return true;
        }
        let services = |way: &Way| way.backends.first().map_or_else(|| way.intent.owner.clone(), |backend| backend.endpoint.clone());
        let host = way.hosts().into_iter().next().unwrap_or_else(|| "*".to_owned());
        let message = format!("service {:?}: the same requests of {host} lead to {:?} already", services(way), services(first));
        diagnostics.push(at(Diagnostic::new(&told::ROUTE_CONFLICTING, message), way.intent.place));
        false
    });
}
