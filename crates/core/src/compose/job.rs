//! `jobs.*.triggers`.

use crate::text::{Place, Placed};

/// When a job runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Triggers {
    /// Where the attribute stands.
    pub place: Place,
    /// `manual`: may it be started by hand? Unset is yes.
    pub manual: Option<Placed<bool>>,
    /// `schedule`.
    pub schedule: Vec<Schedule>,
}

/// One entry of `schedule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Where it stands.
    pub place: Place,
    /// `cron`: a crontab expression or `@daily` and its kin.
    pub cron: Placed<String>,
    /// `timezone`: an IANA name.
    pub timezone: Option<Placed<String>>,
    /// `concurrency`: `forbid` (default) or `queue`.
    pub concurrency: Option<Placed<String>>,
    /// `missed_fires`: `one` (default) or `skip`.
    pub missed_fires: Option<Placed<String>>,
}
