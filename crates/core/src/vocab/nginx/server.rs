//! `server`: its names, where it listens, and its certificate.

use super::settings::Settings;
use crate::compose::Service;
use crate::compose::ports::Protocol;
use crate::text::Place;
use crate::vocab::directive::Directive;

/// Where a server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    /// The port.
    pub(super) port: u16,
    /// In TLS?
    pub(super) encrypted: bool,
    /// Does it take what no name takes?
    pub(super) default: bool,
}

/// A name of a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// This name.
    Exact(String),
    /// `*.example.com`: any name below, however deep.
    Below(String),
    /// `www.example.*`, `~^…$`: a Go expression.
    Pattern(String),
}

/// A server.
#[derive(Clone, Debug)]
pub(super) struct Server<'d> {
    /// The block.
    pub(super) block: &'d Directive,
    /// What holds in it.
    pub(super) settings: Settings,
    /// Its names.
    pub(super) names: Vec<Name>,
    /// Names that no program outside can mean are left out: `_`, `localhost`, an empty one. Were there any, or is there no name at all?
    pub(super) nameless: bool,
    /// Where it listens.
    pub(super) sockets: Vec<Socket>,
    /// A name that cannot be read.
    pub(super) foreign: Option<Place>,
}

impl<'d> Server<'d> {
    /// A `server` block inside these settings.
    pub(super) fn of(block: &'d Directive, outer: &Settings) -> Self {
        let mut server =
            Server { block, settings: outer.inside(block.inner()), names: Vec::new(), nameless: true, sockets: Vec::new(), foreign: None };
        let everywhere = block.all("ssl").any(|ssl| ssl.value(0) == Some("on"));
        for listen in block.all("listen") {
            if let Some(socket) = socket(listen, everywhere).filter(|socket| !server.sockets.contains(socket)) {
                server.sockets.push(socket);
            }
        }
        if block.all("listen").next().is_none() {
            server.sockets.push(Socket { port: 80, encrypted: everywhere, default: false });
        }
        for word in block.all("server_name").flat_map(Directive::values) {
            server.nameless = false;
            server.add(&word.value, word.place);
        }
        server.nameless |= server.names.is_empty() && server.foreign.is_none();
        server
    }

    fn add(&mut self, name: &str, place: Place) {
        let name = name.to_ascii_lowercase();
        if let Some(expression) = name.strip_prefix('~') {
            if super::target::is_portable(expression) {
                self.names.push(Name::Pattern(format!("(?i){expression}")));
            } else {
                self.foreign.get_or_insert(place);
            }
        } else if let Some(domain) = name.strip_prefix('.') {
            self.names.push(Name::Exact(domain.to_owned()));
            self.names.push(Name::Below(domain.to_owned()));
        } else if let Some(domain) = name.strip_prefix("*.") {
            self.names.push(Name::Below(domain.to_owned()));
        } else if let Some(start) = name.strip_suffix(".*") {
            self.names.push(Name::Pattern(format!("^{}\\.[^.]+(?:\\.[^.]+)*$", escaped(start))));
        } else if is_public(&name) {
            self.names.push(Name::Exact(name));
        } else {
            self.nameless = true;
        }
    }

    /// The first name, if it is a plain one.
    pub(super) fn first(&self) -> Option<&str> {
        self.names.iter().find_map(|name| match name {
            Name::Exact(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// May somebody outside the stack ask for this name? One without a dot is a name of the stack or of the machine, a number no name.
fn is_public(name: &str) -> bool {
    name.contains('.')
        && !name.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && !name.ends_with(".localhost")
        && !name.contains(['$', ':'])
}

/// A text whose signs mean themselves in an expression.
pub(in crate::vocab) fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|c| (!c.is_ascii_alphanumeric() && c != '-' && c != '/' && c != '_').then_some('\\').into_iter().chain([c]))
        .collect()
}

/// What a `listen` says; `None` for a socket of the machine.
fn socket(listen: &Directive, everywhere: bool) -> Option<Socket> {
    let address = listen.value(0)?;
    if address.starts_with("unix:") {
        return None;
    }
    let port = address.rsplit_once(':').map_or(address, |(_, port)| port);
    let port = if address.ends_with(']') { "80" } else { port };
    // `listen 10.0.0.1;` has no port.
    let port = port.parse().unwrap_or(80);
    let has = |word: &str| listen.values().iter().any(|value| value.value == word);
    Some(Socket { port, encrypted: everywhere || has("ssl") || has("quic"), default: has("default_server") || has("default") })
}

/// The port of the world that leads to a container's port: `None` where nobody outside reaches it.
pub(in crate::vocab) fn published(service: &Service, port: u16) -> Option<u16> {
    if service.container.network_mode.as_ref().is_some_and(|mode| mode.value == "host") {
        return Some(port);
    }
    let open = service.ports.iter().filter(|p| p.target.value == port && p.protocol == Protocol::Tcp && !p.is_local());
    open.map(|p| p.published.as_ref().and_then(|text| text.value.split('-').next()?.parse().ok()).unwrap_or(port))
        .min_by_key(|p| !matches!(p, 80 | 443))
}
