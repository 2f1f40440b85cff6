//! `networks`: the top-level section, and how services join them.

use super::read::{Reader, entries, key_place};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Entry, Node};

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

impl Network {
    /// An entry of the top-level section; `name` is its key.
    pub(super) fn decode(reader: &mut Reader<'_>, name: &str, entry: &Entry) -> Self {
        let node = &entry.value;
        let external = reader.flag(node, "external").filter(|flag| flag.value);
        Self {
            key: entry.key,
            name: reader.text(node, "name").unwrap_or_else(|| Placed::new(name.to_owned(), entry.key)),
            external: external.map(|flag| flag.place),
            internal: reader.flag(node, "internal"),
            driver: reader.text(node, "driver"),
            driver_opts: reader.pairs(node, "driver_opts"),
            ipam: key_place(node, "ipam"),
            attachable: reader.flag(node, "attachable"),
            enable_ipv4: reader.flag(node, "enable_ipv4"),
            enable_ipv6: reader.flag(node, "enable_ipv6"),
            labels: reader.pairs(node, "labels"),
        }
    }
}

impl Attachment {
    /// A network that is joined without more being said.
    pub(crate) const fn plain(place: Place) -> Self {
        Self { place, aliases: Vec::new(), ipv4_address: None, ipv6_address: None, mac_address: None, others: Vec::new() }
    }

    /// The `networks` of a container.
    pub(super) fn decode_all(reader: &mut Reader<'_>, container: &Node) -> IndexMap<String, Self> {
        entries(container, "networks").map(|(name, entry)| (name.to_string(), Self::decode(reader, entry))).collect()
    }

    fn decode(reader: &mut Reader<'_>, entry: &Entry) -> Self {
        let node = &entry.value;
        let others = ["interface_name", "link_local_ips", "driver_opts", "priority", "gw_priority"];
        Self {
            place: entry.key,
            aliases: reader.texts(node, "aliases"),
            ipv4_address: reader.text(node, "ipv4_address"),
            ipv6_address: reader.text(node, "ipv6_address"),
            mac_address: reader.text(node, "mac_address"),
            others: others.into_iter().filter_map(|name| Some(Placed::new(name, key_place(node, name)?))).collect(),
        }
    }
}
