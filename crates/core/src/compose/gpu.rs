//! `gpus` and `deploy.resources.reservations.devices`.

use crate::text::{Place, Placed};

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
