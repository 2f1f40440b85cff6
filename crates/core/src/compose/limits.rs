//! `ulimits` and `blkio_config`.

use crate::text::Place;

/// One entry of `ulimits`; -1 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ulimit {
    /// Where it stands.
    pub place: Place,
    /// The soft limit.
    pub soft: i64,
    /// The hard limit.
    pub hard: i64,
}

/// `blkio_config`: nothing of it has a field in Kubernetes, so only its place is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlkioConfig {
    /// Where it stands.
    pub place: Place,
}
