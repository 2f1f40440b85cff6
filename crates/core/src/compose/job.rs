//! `jobs.*.triggers`.

use super::read::{Reader, items, key_place};
use crate::text::{Place, Placed};
use crate::yaml::Node;

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
    /// `concurrency`: `forbid` (default) or `queue`; `allow`, which no Compose file says, from schedulers that let runs overlap.
    pub concurrency: Option<Placed<String>>,
    /// `missed_fires`: `one` (default) or `skip`.
    pub missed_fires: Option<Placed<String>>,
}

impl Triggers {
    /// The `triggers` of a job.
    pub(super) fn decode(reader: &mut Reader<'_>, job: &Node) -> Option<Self> {
        let place = key_place(job, "triggers")?;
        let node = job.get("triggers")?;
        let schedule = items(node, "schedule").iter().filter_map(|node| Schedule::decode(reader, node)).collect();
        Some(Self { place, manual: reader.flag(node, "manual"), schedule })
    }
}

impl Schedule {
    fn decode(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let Some(cron) = reader.text(node, "cron") else {
            reader.fault(node.place, "triggers.schedule", "a list of mappings with a cron expression");
            return None;
        };
        Some(Self {
            place: node.place,
            cron,
            timezone: reader.text(node, "timezone"),
            concurrency: reader.text(node, "concurrency"),
            missed_fires: reader.text(node, "missed_fires"),
        })
    }
}
