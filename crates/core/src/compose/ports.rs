//! `ports`.

use super::read::{Reader, items};
use crate::text::{Place, Placed};
use crate::yaml::Node;

/// One published port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Where the entry stands.
    pub place: Place,
    /// `target`: the container's port.
    pub target: Placed<u16>,
    /// `published`: a port or range of the host; `None`: the engine picks one.
    pub published: Option<Placed<String>>,
    /// `host_ip`: the host's address; `None`: all.
    pub host_ip: Option<Placed<String>>,
    /// `protocol`.
    pub protocol: Protocol,
    /// `mode: host`: published on the node itself.
    pub host_mode: Option<Place>,
    /// `name`.
    pub name: Option<Placed<String>>,
    /// `app_protocol`.
    pub app_protocol: Option<Placed<String>>,
}

/// The protocol of a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Port {
    /// Is it published on the machine itself alone?
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.host_ip
            .as_ref()
            .is_some_and(|ip| ip.value.starts_with("127.") || matches!(ip.value.trim_matches(['[', ']']), "::1" | "localhost"))
    }
}

impl Protocol {
    /// The protocol of a word in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "tcp" => Some(Self::Tcp),
            "udp" => Some(Self::Udp),
            "sctp" => Some(Self::Sctp),
            _ => None,
        }
    }

    /// The lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

impl Port {
    /// The `ports` of a service.
    pub(super) fn decode_all(reader: &mut Reader<'_>, service: &Node) -> Vec<Self> {
        items(service, "ports").iter().filter_map(|node| Self::decode(reader, node)).collect()
    }

    fn decode(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let target = reader.integer(node, "target").and_then(|target| {
            let number = u16::try_from(target.value).ok()?;
            Some(Placed::new(number, target.place))
        });
        let Some(target) = target else {
            reader.fault(node.place, "ports", "a list of ports, each with a target from 0 to 65535");
            return None;
        };
        let protocol = match reader.text(node, "protocol") {
            None => Protocol::Tcp,
            Some(word) => Protocol::parse(&word).unwrap_or_else(|| {
                reader.fault(word.place, "ports[].protocol", "tcp, udp or sctp");
                Protocol::Tcp
            }),
        };
        Some(Self {
            place: node.place,
            target,
            published: reader.text(node, "published").filter(|published| !published.is_empty()),
            host_ip: reader.text(node, "host_ip").filter(|address| !address.is_empty()),
            protocol,
            host_mode: reader.text(node, "mode").filter(|mode| mode.value == "host").map(|mode| mode.place),
            name: reader.text(node, "name"),
            app_protocol: reader.text(node, "app_protocol"),
        })
    }
}
