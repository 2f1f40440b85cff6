//! Profiles: which services and jobs are active.

use super::values::plain_text;
use crate::table::IndexMap;
use crate::text::Place;
use crate::yaml::{Entry, Map, Node};

/// What a profile leaves out: the place of the key and the profiles that would bring it in.
pub(crate) type Inactive = IndexMap<String, (Place, Vec<String>)>;

/// The profiles of a service or job.
pub(crate) fn of(node: &Node) -> Vec<String> {
    node.get("profiles").and_then(Node::as_list).unwrap_or_default().iter().map(plain_text).collect()
}

fn is_active(own: &[String], active: &[String]) -> bool {
    own.is_empty() || own.iter().any(|profile| active.contains(profile)) || active.iter().any(|profile| profile == "*")
}

/// Takes the entries out of `entries` that no active profile names.
pub(crate) fn deactivate(entries: &mut Map, active: &[String]) -> Map {
    let is_left_out = |entry: &Entry| !is_active(&of(&entry.value), active);
    // Most projects have none, and a large one is not moved for nothing.
    if !entries.values().any(is_left_out) {
        return Map::default();
    }
    let (inactive, kept) = std::mem::take(entries).into_iter().partition(|(_, entry)| is_left_out(entry));
    *entries = kept;
    inactive
}

/// Brings those of `inactive` back into `entries` that one of the profiles names. Were there any?
pub(crate) fn activate(entries: &mut Map, inactive: &mut Map, profiles: &[String]) -> bool {
    let mut enabled = std::mem::take(inactive);
    *inactive = deactivate(&mut enabled, profiles);
    let any = !enabled.is_empty();
    entries.extend(enabled);
    any
}

/// How inactive services are told to later stages.
pub(crate) fn describe(inactive: &Map) -> Inactive {
    inactive.iter().map(|(name, entry)| (name.to_string(), (entry.key, of(&entry.value)))).collect()
}
