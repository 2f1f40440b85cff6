//! What errors took out of a model, so that the rest can still be looked at.
//!
//! All errors of a run are told at once: what is wrong goes out of the model, and the following steps go on with the rest. What they
//! would find missing only because it was taken out is not told again.

use crate::diag::Diagnostic;
use crate::table::HashSet;
use crate::text::Place;
use crate::yaml::{Node, Value};

/// How much is gone, the worst last. With any damage the project does not load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Damage {
    /// Nothing.
    #[default]
    None,
    /// Attributes: what is missing may have been there.
    Attributes,
    /// Services or other entries of sections: what is not declared may have been.
    Entries,
}

impl Damage {
    /// Adds to the damage.
    pub(crate) fn add(&mut self, more: Self) {
        *self = (*self).max(more);
    }

    /// Is anything gone?
    pub(crate) fn is_some(self) -> bool {
        self > Self::None
    }

    /// Does the damage alone explain what this diagnostic says?
    pub(crate) fn explains(self, diagnostic: &Diagnostic) -> bool {
        let ends = |word: &str| diagnostic.code.name.ends_with(word);
        (self >= Self::Attributes && ends("-missing")) || (self >= Self::Entries && ends("-unknown"))
    }
}

/// Takes out what stands at one of the places: of the key of an entry, or of an item.
pub(crate) fn prune(node: &mut Node, faults: &HashSet<Place>) {
    match &mut node.value {
        Value::Map(map) => {
            map.retain(|_, entry| !faults.contains(&entry.key));
            map.values_mut().for_each(|entry| prune(&mut entry.value, faults));
        }
        Value::List(items) => {
            items.retain(|item| !faults.contains(&item.place));
            items.iter_mut().for_each(|item| prune(item, faults));
        }
        _ => {}
    }
}
