//! `ports`.

use crate::text::{Place, Placed};

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
