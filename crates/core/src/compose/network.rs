//! `networks`: the top-level section, and how services join them.

use crate::text::{Place, Placed};
use indexmap::IndexMap;

/// A network of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Where its key stands; for the implicit `default` network the place of the first service that joins it.
    pub key: Place,
    /// `name`: `<project>_<key>`, or the key of an external network, unless the file says otherwise.
    pub name: Placed<String>,
    /// `external`.
    pub external: Option<Place>,
    /// `internal`: no way out.
    pub internal: Option<Placed<bool>>,
    /// `driver`.
    pub driver: Option<Placed<String>>,
    /// `driver_opts`.
    pub driver_opts: IndexMap<String, Placed<String>>,
    /// `ipam`: where it stands, when it says something.
    pub ipam: Option<Place>,
    /// `attachable`.
    pub attachable: Option<Placed<bool>>,
    /// `enable_ipv4`.
    pub enable_ipv4: Option<Placed<bool>>,
    /// `enable_ipv6`.
    pub enable_ipv6: Option<Placed<bool>>,
    /// `labels`.
    pub labels: IndexMap<String, Placed<String>>,
}

/// How a service joins a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Where it stands; for the implicit `default` network the place of the service's key.
    pub place: Place,
    /// `aliases`: other names of the service on this network.
    pub aliases: Vec<Placed<String>>,
    /// `ipv4_address`.
    pub ipv4_address: Option<Placed<String>>,
    /// `ipv6_address`.
    pub ipv6_address: Option<Placed<String>>,
    /// `mac_address`.
    pub mac_address: Option<Placed<String>>,
    /// Attributes that have no meaning in a cluster: `interface_name`, `link_local_ips`, `driver_opts`, `priority`, `gw_priority`.
    pub others: Vec<Placed<&'static str>>,
}
