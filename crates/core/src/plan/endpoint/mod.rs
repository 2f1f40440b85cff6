//! Endpoints: the names that resolve, as Kubernetes Services.

pub mod host;
pub mod model;
pub(in crate::plan) mod public;
pub mod reference;

use crate::compose::Service;
use crate::compose::healthcheck::Test;
use crate::compose::ports::Protocol;
use crate::diag::catalog::endpoints;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::endpoint::reference::{Reach, References, variables};
use crate::plan::environment::scan::own_ports;
use crate::plan::name::{label, unique};
use crate::plan::operation::is_headless;
use crate::plan::workload::image;
use crate::plan::workload::pod::target;
use crate::table::{HashMap, HashSet, IndexMap};
use crate::text::Place;

pub use model::{Endpoint, EndpointMarks, EndpointPort, Exposure, Selector};
pub(crate) use model::{Listening, Reachable};

/// More ports than this are no list any more: the Service becomes headless, which opens all.
const MOST_PORTS: usize = 100;

/// Decides which names resolve and which ports they open. `stateful` says which services run in a StatefulSet, `unready` which must be
/// reached before they are ready.
pub(crate) fn plan(
    cx: &Context<'_>,
    hosts: &Hosts,
    references: &References,
    stateful: &dyn Fn(&str) -> bool,
    unready: &HashSet<String>,
    diagnostics: &mut Diagnostics,
) -> Reachable {
    let mut out = Reachable::default();
    let mut shapes: HashMap<&str, (bool, Vec<EndpointPort>)> = HashMap::default();
    let mut wide = HashSet::default();
    for (key, service) in &cx.project.services {
        let reach = references.of(key);
        let sources = Sources::read(cx, service, reach, diagnostics);
        if sources.wide {
            wide.insert(key.as_str());
        }
        out.listening.insert(key.clone(), sources.ports.clone());
        let reached = sources.declares || reach.is_some_and(|r| r.perhaps || r.by_others) || stateful(key);
        if reached && has_name(cx, service) {
            sources.report(key, diagnostics);
        }
    }
    for (key, service) in &cx.project.services {
        if !has_name(cx, service) {
            if stateful(key) && cx.pods.leader(key) == key {
                out.endpoints.push(governing(cx, key));
            }
            continue;
        }
        // Those who live in this service's network listen under its name.
        let leads = cx.pods.leader(key) == key;
        let members = cx.pods.members(key).filter(|m| leads && *m != key && cx.service(m).is_some_and(|s| !has_name(cx, s)));
        let within: Vec<&str> = std::iter::once(key.as_str()).chain(members).collect();
        let ports: Vec<&Listening> = within.iter().flat_map(|s| out.ports(s)).collect();
        let known = references.of(key);
        let declares = !service.expose.is_empty() || !service.ports.is_empty();
        if !(declares || known.is_some_and(|r| r.perhaps || r.by_others) || stateful(key) || hosts.has_alias(key)) {
            continue;
        }
        let hidden = known.and_then(|r| r.hidden.as_ref());
        let endpoint_ports = named(&ports);
        let many = endpoint_ports.len() > MOST_PORTS || within.iter().any(|s| wide.contains(s));
        let unknown = endpoint_ports.is_empty();
        if many || unknown {
            let why = if many { "its ports are too many for a list" } else { "no port is known" };
            let message = format!("service {key:?}: every port is open to its peers, because {why}");
            let told = Diagnostic::new(&endpoints::EVERY_PORT_ASSUMED, message).at(service.place);
            diagnostics.push(if unknown && !many { told.help("list its ports under `expose`") } else { told });
        } else if let Some(evidence) = hidden {
            let message = format!("service {key:?}: every port is open to its peers, because {} shows none", evidence.words);
            diagnostics
                .push(Diagnostic::new(&endpoints::EVERY_PORT_ASSUMED, message).at(evidence.place).also(service.place, "the service"));
        }
        let headless = unknown || many || hidden.is_some() || is_round_robin(service) || is_headless(cx.operation(key));
        let endpoint_ports = if endpoint_ports.len() > MOST_PORTS { Vec::new() } else { endpoint_ports };
        out.endpoints.push(Endpoint {
            name: cx.names.object(key).to_owned(),
            selector: Selector::Workload(cx.names.object(cx.pods.leader(key)).to_owned()),
            headless,
            ports: endpoint_ports.clone(),
            publish_not_ready: unready.contains(key),
            exposure: Exposure::Cluster,
            service: Some(key.clone()),
            marks: EndpointMarks::default(),
        });
        shapes.insert(key, (headless, endpoint_ports));
    }
    out.endpoints.extend(aliases(cx, hosts, &shapes, unready));
    out
}

/// The Service that a StatefulSet must have even where nobody can reach its pods by name: in the node's network, or in none.
fn governing(cx: &Context<'_>, service: &str) -> Endpoint {
    let name = cx.names.object(service).to_owned();
    Endpoint {
        selector: Selector::Workload(name.clone()),
        name,
        headless: true,
        ports: Vec::new(),
        publish_not_ready: false,
        exposure: Exposure::Cluster,
        service: Some(service.to_owned()),
        marks: EndpointMarks::default(),
    }
}

/// The other names: one more Service each, with the ports of the service itself.
fn aliases(cx: &Context<'_>, hosts: &Hosts, shapes: &HashMap<&str, (bool, Vec<EndpointPort>)>, unready: &HashSet<String>) -> Vec<Endpoint> {
    let mut out = Vec::new();
    for host in hosts.others() {
        let of: Vec<_> = host.targets.iter().filter_map(|target| shapes.get(target.as_str())).collect();
        let mut ports: Vec<EndpointPort> = Vec::new();
        for port in of.iter().flat_map(|(_, ports)| ports) {
            if !ports.iter().any(|p| (p.port, p.protocol) == (port.port, port.protocol) || p.name == port.name) {
                ports.push(port.clone());
            }
        }
        let (selector, service) = match host.targets.as_slice() {
            [only] => (Selector::Workload(cx.names.object(cx.pods.leader(only)).to_owned()), Some(only.clone())),
            _ => (Selector::Label { key: alias_label(&host.now), value: "true".to_owned() }, None),
        };
        out.push(Endpoint {
            name: host.now.clone(),
            selector,
            headless: ports.is_empty() || of.iter().any(|(headless, _)| *headless),
            ports,
            publish_not_ready: host.targets.iter().any(|target| unready.contains(target)),
            exposure: Exposure::Cluster,
            service,
            marks: EndpointMarks::default(),
        });
    }
    out
}

/// `endpoint_mode: dnsrr`: the name resolves to the containers themselves.
fn is_round_robin(service: &Service) -> bool {
    service.deploy.as_ref().and_then(|deploy| deploy.endpoint_mode.as_ref()).is_some_and(|mode| mode.value == "dnsrr")
}

/// The label of the pods that share an alias.
pub(crate) fn alias_label(alias: &str) -> String {
    format!("alias.transship.dev/{alias}")
}

/// Does a service have a name of its own in Compose's DNS? Not in another one's network, nor in the host's, nor without any.
pub(crate) fn has_name(cx: &Context<'_>, service: &Service) -> bool {
    if service.provider.is_some() {
        return false;
    }
    let Some(mode) = &service.container.network_mode else { return true };
    match target(&mode.value) {
        Some(_) => cx.pods.leader(&service.name) == service.name,
        None => mode.value != "host" && mode.value != "none",
    }
}

/// What the ports of a service are read from.
struct Sources {
    ports: Vec<Listening>,
    seen: HashSet<(u16, Protocol)>,
    declares: bool,
    /// A range is too wide to be listed.
    wide: bool,
    /// What is assumed: the place and the reason, with the ports.
    assumed: IndexMap<(Place, String), Vec<String>>,
}

impl Sources {
    fn read(cx: &Context<'_>, service: &Service, reach: Option<&Reach>, diagnostics: &mut Diagnostics) -> Self {
        let mut sources = Self { ports: Vec::new(), seen: HashSet::default(), declares: false, wide: false, assumed: IndexMap::default() };
        let name = &service.name;
        for port in &service.ports {
            sources.declares = true;
            let listening = Listening {
                port: port.target.value,
                protocol: port.protocol,
                name: port.name.as_ref().map(|n| n.value.clone()),
                app_protocol: port.app_protocol.as_ref().map(|p| p.value.clone()),
            };
            sources.add(listening);
        }
        for entry in &service.expose {
            match exposed(&entry.value) {
                Some((first, last, _)) if usize::from(last - first) >= MOST_PORTS => {
                    sources.declares = true;
                    sources.wide = true;
                }
                Some((first, last, protocol)) => {
                    sources.declares = true;
                    (first..=last).for_each(|port| _ = sources.plain(port, protocol));
                }
                None => diagnostics.push(
                    Diagnostic::new(&endpoints::EXPOSE_INVALID, format!("service {name:?}: {:?} is no port", entry.value))
                        .at(entry.place)
                        .help("write a port, or a range, with an optional protocol: `8000`, `8000-8010`, `53/udp`"),
                ),
            }
        }
        for ((port, protocol), evidence) in reach.into_iter().flat_map(|r| &r.ports) {
            sources.assume(*port, *protocol, evidence.place, &format!("{} uses it", evidence.words));
        }
        sources.read_itself(cx, service);
        sources
    }

    /// What the service says of itself: its health check, its image, its variables.
    fn read_itself(&mut self, _cx: &Context<'_>, service: &Service) {
        if let Some(test) = service.healthcheck.as_ref().filter(|check| !check.disable).and_then(|check| check.test.as_ref()) {
            let ports = match &test.value {
                Test::Exec(words) => words.iter().flat_map(|word| own_ports(word)).collect(),
                Test::Shell(line) => own_ports(line),
            };
            for port in ports {
                self.assume(port, Protocol::Tcp, test.place, "its health check uses it");
            }
        }
        if let Some((image, known)) = service.container.image.as_ref().and_then(|image| Some((image, image::known(&image.value)?))) {
            for (port, protocol) in &known.ports {
                self.assume(*port, *protocol, image.place, &format!("images of {} listen there", known.repository));
            }
        }
        for (variable, value) in variables(service) {
            if is_own_port(variable)
                && let Some(port) = value.value.trim().parse().ok().filter(|port| *port > 0)
            {
                self.assume(port, Protocol::Tcp, value.place, &format!("its variable {variable} says so"));
            }
        }
        for word in [&service.container.entrypoint, &service.container.command].into_iter().flatten().flat_map(|words| &words.value) {
            for port in own_ports(&word.value).into_iter().filter(|_| word.value.contains("0.0.0.0:") || word.value.contains("[::]:")) {
                self.assume(port, Protocol::Tcp, word.place, "its command says so");
            }
        }
    }

    fn assume(&mut self, port: u16, protocol: Protocol, place: Place, why: &str) {
        if self.plain(port, protocol) {
            let suffix = if protocol == Protocol::Tcp { String::new() } else { format!("/{}", protocol.word()) };
            self.assumed.entry((place, why.to_owned())).or_default().push(format!("{port}{suffix}"));
        }
    }

    /// One note for each reason.
    fn report(self, service: &str, diagnostics: &mut Diagnostics) {
        for ((place, why), ports) in self.assumed {
            let (noun, verb) = if ports.len() == 1 { ("port", "is") } else { ("ports", "are") };
            let message = format!("service {service:?}: {noun} {} {verb} open to its peers, as {why}", ports.join(", "));
            diagnostics.push(Diagnostic::new(&endpoints::PORT_ASSUMED, message).at(place));
        }
    }

    fn plain(&mut self, port: u16, protocol: Protocol) -> bool {
        self.add(Listening { port, protocol, name: None, app_protocol: None })
    }

    fn add(&mut self, port: Listening) -> bool {
        let new = self.seen.insert((port.port, port.protocol));
        if new {
            self.ports.push(port);
        }
        new
    }
}

/// The range and protocol of an entry of `expose`.
fn exposed(text: &str) -> Option<(u16, u16, Protocol)> {
    let (range, protocol) = match text.trim().split_once('/') {
        Some((range, word)) => (range, Protocol::parse(word)?),
        None => (text.trim(), Protocol::Tcp),
    };
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first > 0 && first <= last).then_some((first, last, protocol))
}

/// Does a variable of this name say on which port its own service listens?
fn is_own_port(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "PORT",
        "HTTP_PORT",
        "HTTPS_PORT",
        "SERVER_PORT",
        "APP_PORT",
        "LISTEN_PORT",
        "WEB_PORT",
        "GRPC_PORT",
        "UVICORN_PORT",
        "FLASK_RUN_PORT",
        "NITRO_PORT",
        "NUXT_PORT",
    ];
    NAMES.contains(&name)
}

/// The ports with valid names, each once.
fn named(ports: &[&Listening]) -> Vec<EndpointPort> {
    let mut names = HashMap::default();
    let mut seen = HashSet::default();
    let mut out = Vec::new();
    for port in ports.iter().filter(|port| seen.insert((port.port, port.protocol))) {
        let app_protocol = port.app_protocol.clone();
        out.push(EndpointPort {
            name: port_name(port, &mut names),
            port: port.port,
            target: port.port,
            protocol: port.protocol,
            app_protocol,
            node_port: None,
        });
    }
    out
}

/// A name for a port that `taken` does not hold yet: at most 15 letters, digits and `-`, with a letter among them.
pub(crate) fn port_name(port: &Listening, taken: &mut HashMap<String, usize>) -> String {
    let given = port.name.as_ref().map(|name| label(name)).filter(|name| name.chars().any(|c| c.is_ascii_alphabetic()));
    let usual = match (port.port, port.protocol) {
        (80, Protocol::Tcp) => "http".to_owned(),
        (443, Protocol::Tcp) => "https".to_owned(),
        (number, protocol) => format!("{}-{number}", protocol.word()),
    };
    let name = given.map_or(usual, |name| name.get(..15).unwrap_or(&name).replace("--", "-").trim_end_matches('-').to_owned());
    unique(taken, name, 15)
}
