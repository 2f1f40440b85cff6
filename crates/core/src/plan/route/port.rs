//! The ports that ways in lead to, and the Kubernetes Services that must list them.

use super::model::Routes;
use crate::compose::Service;
use crate::compose::ports::{Port, Protocol};
use crate::plan::context::Context;
use crate::plan::endpoint::model::{Endpoint, EndpointMarks, EndpointPort, Exposure, Listening, Selector};
use crate::plan::workload::image;
use crate::plan::workload::pod::target;
use crate::table::{HashSet, IndexMap, IndexSet};

/// The Kubernetes Service that leads to a service: that of the pod's leader where it lives in another one's network.
pub(super) fn entrance<'n>(cx: &'n Context<'_>, service: &'n str) -> &'n str {
    let joins = cx.service(service).and_then(|s| s.container.network_mode.as_ref()).is_some_and(|mode| target(&mode.value).is_some());
    cx.names.object(if joins { cx.pods.leader(service) } else { service })
}

/// The published ports that a browser may talk to.
pub(super) fn web_ports(service: &Service) -> impl Iterator<Item = &Port> {
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
pub(super) fn usual_port(service: &Service, listening: &[Listening]) -> Option<u16> {
    let tcp = || listening.iter().filter(|port| port.protocol == Protocol::Tcp).map(|port| port.port);
    let known = service.container.image.as_ref().and_then(|i| image::known(&i.value)).and_then(|known| known.web);
    let published = web_ports(service).map(|port| port.target.value).next();
    published
        .or_else(|| tcp().find(|port| Some(*port) == known))
        .or_else(|| tcp().find(|port| is_web_number(*port)))
        .or_else(|| tcp().next())
}

/// Lets the Services list the ports that routes lead to, with what they speak; makes those that nothing else asked for.
pub(crate) fn open_ports(cx: &Context<'_>, routes: &mut Routes, endpoints: &mut Vec<Endpoint>) {
    list_ports(cx, routes, endpoints);
    for endpoint in endpoints.iter_mut().filter(|_| !routes.protocols.is_empty()) {
        for port in &mut endpoint.ports {
            if let Some(protocol) = routes.protocols.get(&(endpoint.name.clone(), port.port)) {
                port.app_protocol.get_or_insert_with(|| protocol.clone());
            }
        }
    }
    for policy in &mut routes.backend_tls {
        let ports = endpoints.iter().filter(|endpoint| endpoint.name == policy.target.0).flat_map(|endpoint| &endpoint.ports);
        policy.port_name = ports.filter(|port| port.port == policy.target.1).map(|port| port.name.clone()).next();
    }
}

fn list_ports(cx: &Context<'_>, routes: &Routes, endpoints: &mut Vec<Endpoint>) {
    let mut wanted: IndexMap<&str, IndexSet<u16>> = IndexMap::default();
    for (endpoint, port) in &routes.targets {
        wanted.entry(endpoint).or_default().insert(*port);
    }
    let port = |port: u16| EndpointPort {
        name: format!("tcp-{port}"),
        port,
        target: port,
        protocol: Protocol::Tcp,
        app_protocol: None,
        node_port: None,
    };
    let mut there = HashSet::default();
    for endpoint in endpoints.iter_mut() {
        let Some((name, ports)) = wanted.get_key_value(endpoint.name.as_str()) else { continue };
        there.insert(*name);
        let listed: IndexSet<u16> = endpoint.ports.iter().filter(|p| p.protocol == Protocol::Tcp).map(|p| p.port).collect();
        endpoint.ports.extend(ports.iter().copied().filter(|number| !listed.contains(number)).map(port));
    }
    for (name, ports) in wanted.into_iter().filter(|(name, _)| !there.contains(name)) {
        let service = cx.names.service(name);
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
