//! `ulimits` and `blkio_config`.

use super::read::{Reader, as_integer, entries, key_place};
use crate::table::IndexMap;
use crate::text::Place;
use crate::yaml::{Node, Value};

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

impl Ulimit {
    /// The `ulimits` of a container.
    pub(super) fn decode_all(reader: &mut Reader<'_>, container: &Node) -> IndexMap<String, Self> {
        let mut ulimits = IndexMap::default();
        for (name, entry) in entries(container, "ulimits") {
            let value = &entry.value;
            let limits = match &value.value {
                Value::Map(_) => value.get("soft").and_then(as_integer).zip(value.get("hard").and_then(as_integer)),
                _ => as_integer(value).map(|limit| (limit, limit)),
            };
            match limits {
                Some((soft, hard)) => {
                    ulimits.insert(name.to_string(), Self { place: entry.key, soft, hard });
                }
                None => reader.fault(value.place, "ulimits", "a number, or a soft and a hard one"),
            }
        }
        ulimits
    }
}

impl BlkioConfig {
    /// The `blkio_config` of a container.
    pub(super) fn decode(container: &Node) -> Option<Self> {
        key_place(container, "blkio_config").map(|place| Self { place })
    }
}
