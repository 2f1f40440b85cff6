//! `depends_on`.

use super::read::{Reader, entries};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Entry, Node};

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

impl Dependency {
    /// The `depends_on` of a service.
    pub(super) fn decode_all(reader: &mut Reader<'_>, service: &Node) -> IndexMap<String, Self> {
        entries(service, "depends_on").map(|(name, entry)| (name.to_string(), Self::decode(reader, entry))).collect()
    }

    fn decode(reader: &mut Reader<'_>, entry: &Entry) -> Self {
        let node = &entry.value;
        let condition = reader.text(node, "condition").map(|word| {
            let condition = Condition::parse(&word).unwrap_or_else(|| {
                reader.fault(word.place, "depends_on", "a map of conditions");
                Condition::Started
            });
            Placed::new(condition, word.place)
        });
        Self {
            place: entry.key,
            condition: condition.unwrap_or(Placed::new(Condition::Started, entry.key)),
            required: reader.flag(node, "required").unwrap_or(Placed::new(true, entry.key)),
            restart: reader.flag(node, "restart"),
        }
    }
}

impl Condition {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "service_started" => Self::Started,
            "service_healthy" => Self::Healthy,
            "service_completed_successfully" => Self::Completed,
            _ => return None,
        })
    }
}
