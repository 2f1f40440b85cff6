//! Networks: the top-level section, and how services join them.

use super::definition::{Line, PARTS, SAME, Support, at, dropped, into, nearly, no_effect, resolved};
use super::shape::{DRIVER_OPTIONS, FLAG, LIST, Limit, Mapping, NUMBER, OBJECT, PAIRS, TEXT, TEXT_MAP, TEXT_SET};
use crate::diag::catalog::names::ALIAS_DROPPED;

/// Drivers and their options.
const DRIVER: Support = no_effect("the cluster's own network plugin connects pods");

/// The addresses that a network hands out.
const IPAM: Support = dropped("the cluster's network plugin gives out addresses", "let services reach each other by name");

/// An address of one container.
const ADDRESS: Support =
    dropped("a pod gets its address from the cluster's network plugin, a new one each time", "let services reach each other by name");

/// `networks`.
pub(super) const NETWORKS: &[Line] = &[
    at("networks.*", OBJECT.or_null(), into("NetworkPolicies, where networks keep services apart")),
    at("networks.*.name", TEXT, resolved("the engine's own name of the network; policies go by the services that join it")),
    at("networks.*.driver", TEXT, DRIVER),
    at("networks.*.driver_opts", DRIVER_OPTIONS, DRIVER),
    at("networks.*.ipam", OBJECT, PARTS),
    at("networks.*.ipam.driver", TEXT, IPAM),
    at("networks.*.ipam.config", LIST, IPAM),
    at("networks.*.ipam.config[]", OBJECT, SAME),
    at("networks.*.ipam.config[].subnet", TEXT, SAME),
    at("networks.*.ipam.config[].ip_range", TEXT, SAME),
    at("networks.*.ipam.config[].gateway", TEXT, SAME),
    at("networks.*.ipam.config[].aux_addresses", TEXT_MAP, SAME),
    at("networks.*.ipam.options", TEXT_MAP, IPAM),
    at("networks.*.external", FLAG.or_object(), into("policies that leave the services of an external network open to each other")),
    at("networks.*.external.name", TEXT, resolved("the loader takes it for `name`")),
    at("networks.*.internal", FLAG, into("NetworkPolicies without a way out")),
    at("networks.*.enable_ipv4", FLAG, no_effect("the cluster decides which address families pods have")),
    at("networks.*.enable_ipv6", FLAG, no_effect("the cluster decides which address families pods have")),
    at("networks.*.attachable", FLAG, no_effect("every pod of a cluster can reach a Service, unless a NetworkPolicy forbids it")),
    at("networks.*.labels", PAIRS, no_effect("a network has no object of its own in a cluster")),
];

/// `networks` of a service.
pub(super) const ATTACHMENTS: &[Line] = &[
    at("networks", TEXT_SET.or_map(Mapping::Names).limits(&[Limit::Unique, Limit::PlainNames]), PARTS),
    at("networks.*", OBJECT.or_null(), into("NetworkPolicies, where networks keep services apart")),
    at("networks.*.aliases", TEXT_SET, nearly!("one more Service for each alias", ALIAS_DROPPED)),
    at("networks.*.interface_name", TEXT, no_effect("a pod has one network interface, whose name the cluster chooses")),
    at("networks.*.ipv4_address", TEXT, ADDRESS),
    at("networks.*.ipv6_address", TEXT, ADDRESS),
    at("networks.*.link_local_ips", TEXT_SET, ADDRESS),
    at("networks.*.mac_address", TEXT, ADDRESS),
    at("networks.*.driver_opts", DRIVER_OPTIONS, DRIVER),
    at("networks.*.priority", NUMBER, no_effect("a pod has one network interface")),
    at("networks.*.gw_priority", NUMBER, no_effect("a pod has one network interface")),
];
