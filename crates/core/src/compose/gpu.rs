//! `gpus` and `deploy.resources.reservations.devices`.

use super::read::{Reader, as_text, key_place};
use crate::text::{Place, Placed};
use crate::yaml::Node;

/// A request for devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRequest {
    /// Where it stands.
    pub place: Place,
    /// `capabilities`.
    pub capabilities: Vec<Placed<String>>,
    /// `count`; -1 is all. `None` where `device_ids` are given.
    pub count: Option<Placed<i64>>,
    /// `device_ids`.
    pub device_ids: Vec<Placed<String>>,
    /// `driver`.
    pub driver: Option<Placed<String>>,
    /// `options`: the place, if any are given.
    pub options: Option<Place>,
}

impl DeviceRequest {
    /// One entry of `gpus` or `devices`.
    pub(super) fn decode(reader: &mut Reader<'_>, node: &Node) -> Self {
        let all = node.get("count").filter(|count| as_text(count).as_deref() == Some("all"));
        Self {
            place: node.place,
            capabilities: reader.texts(node, "capabilities"),
            count: match all {
                Some(word) => Some(Placed::new(-1, word.place)),
                None => reader.integer(node, "count"),
            },
            device_ids: reader.texts(node, "device_ids"),
            driver: reader.text(node, "driver"),
            options: key_place(node, "options"),
        }
    }
}
