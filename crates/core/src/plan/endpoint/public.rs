//! Published ports: how the outside reaches those that no route takes.

use crate::compose::ports::Protocol;
use crate::options::Expose;
use crate::plan::Forward;
use crate::plan::context::Context;
use crate::plan::endpoint::model::{Endpoint, EndpointMarks, EndpointPort, Exposure, Listening, Reachable, Selector};
use crate::plan::endpoint::port_name;
use crate::plan::name::Scope;
use crate::plan::operation;
use crate::plan::route::Routes;
use crate::table::{HashMap, HashSet};

/// The Services that publish ports, and the ports that only `kubectl port-forward` reaches.
pub(crate) fn plan(cx: &Context<'_>, reachable: &Reachable, routes: &Routes) -> (Vec<Endpoint>, Vec<Forward>) {
    let routed: HashSet<(&str, u16)> = routes.targets.iter().map(|(endpoint, port)| (endpoint.as_str(), *port)).collect();
    let usual = match cx.options.expose {
        Expose::LoadBalancer => Some(Exposure::LoadBalancer),
        Expose::NodePort => Some(Exposure::NodePort),
        Expose::Auto | Expose::None => None,
    };
    let (mut endpoints, mut forwards) = (Vec::new(), Vec::new());
    let resolving: HashSet<&str> = reachable.endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect();
    for (key, service) in &cx.project.services {
        let name = cx.names.object(key);
        if !resolving.contains(name) {
            continue;
        }
        let said = operation::exposure(cx.operation(key));
        let exposure = said.or(usual).filter(|exposure| *exposure != Exposure::Cluster);
        let mut names = HashMap::default();
        let (mut seen, mut told) = (HashSet::default(), HashSet::default());
        let mut ports = Vec::new();
        for port in service.ports.iter().filter(|port| !routed.contains(&(name, port.target.value)) && port.host_mode.is_none()) {
            let target = port.target.value;
            let local = port.published.as_ref().and_then(|p| p.value.split('-').next()?.parse().ok()).unwrap_or(target);
            if exposure.is_some() && !port.is_local() {
                if seen.insert((local, port.protocol)) {
                    let given = port.name.as_ref().map(|n| n.value.clone());
                    let app_protocol = port.app_protocol.as_ref().map(|p| p.value.clone());
                    let listening = Listening { port: local, protocol: port.protocol, name: given, app_protocol: app_protocol.clone() };
                    ports.push(EndpointPort {
                        name: port_name(&listening, &mut names),
                        port: local,
                        target,
                        protocol: port.protocol,
                        app_protocol,
                        node_port: None,
                    });
                }
            } else if (cx.options.expose != Expose::None || said.is_some())
                && port.protocol == Protocol::Tcp
                && told.insert((local, target))
            {
                forwards.push(Forward { endpoint: name.to_owned(), local, port: target });
            }
        }
        if let Some(exposure) = exposure.filter(|_| !ports.is_empty()) {
            endpoints.push(Endpoint {
                name: cx.names.reserve(Scope::Service, &format!("{name}-public")),
                selector: Selector::Workload(cx.names.object(cx.pods.leader(key)).to_owned()),
                headless: false,
                ports,
                publish_not_ready: false,
                exposure,
                service: Some(key.clone()),
                marks: EndpointMarks::default(),
            });
        }
    }
    (endpoints, forwards)
}
