//! `depends_on`.

use crate::text::{Place, Placed};

/// What a service waits for before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Where the dependency is named; for an implied one, where it is implied (`links`, `network_mode`, …).
    pub place: Place,
    /// `condition`.
    pub condition: Placed<Condition>,
    /// `required`: false lets the service start without it. Default: true.
    pub required: Placed<bool>,
    /// `restart`: restart this service when the dependency is restarted by Compose.
    pub restart: Option<Placed<bool>>,
}

/// The state that a dependency must reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `service_started`.
    Started,
    /// `service_healthy`.
    Healthy,
    /// `service_completed_successfully`.
    Completed,
}
