//! Labels that say how a container is asked whether it is well: over HTTP or by opening a port.

use super::{label, parsed};
use crate::compose::Service;
use crate::diag::Diagnostics;

/// How a container is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// A path over HTTP.
    Http {
        /// The path.
        path: String,
        /// The port.
        port: u16,
    },
    /// A port that can be opened.
    Tcp {
        /// The port.
        port: u16,
    },
}

/// How labels want a container to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    /// Whether it is ready.
    pub readiness: Option<Check>,
    /// Whether it is alive; it is restarted where it is not.
    pub liveness: Option<Check>,
}

/// What the labels of a service say.
pub fn probes(service: &Service, diagnostics: &mut Diagnostics) -> Probes {
    Probes { readiness: check(service, "readiness", diagnostics), liveness: check(service, "liveness", diagnostics) }
}

fn check(service: &Service, which: &str, diagnostics: &mut Diagnostics) -> Option<Check> {
    let key = |name: &str| format!("kompose.service.healthcheck.{which}.{name}");
    let mut port = |name: &str| parsed(service, &key(name), "a port", |text| text.parse().ok().filter(|port: &u16| *port > 0), diagnostics);
    let (http, tcp) = (port("http_get_port"), port("tcp_port"));
    let path = label(service, &key("http_get_path")).map(|path| path.value.trim().to_owned());
    let first = service.ports.first().map(|port| port.target.value);
    match (path, http, tcp) {
        (None, None, None) => None,
        (None, None, Some(port)) => Some(Check::Tcp { port: port.value }),
        (path, port, _) => {
            let port = port.map(|port| port.value).or(first)?;
            Some(Check::Http { path: path.unwrap_or_else(|| "/".to_owned()), port })
        }
    }
}
