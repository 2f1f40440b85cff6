//! `models`: language models that the platform provides.

use super::read::{Reader, entries};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Entry, Node};

/// A model of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Where its key stands.
    pub key: Place,
    /// `model`: an OCI reference.
    pub model: Placed<String>,
}

/// How a service uses a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelUse {
    /// Where it stands.
    pub place: Place,
    /// `endpoint_var`: the variable that holds the address.
    pub endpoint_var: Option<Placed<String>>,
    /// `model_var`: the variable that holds the name.
    pub model_var: Option<Placed<String>>,
}

impl Model {
    /// An entry of the top-level section.
    pub(super) fn decode(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let Some(model) = reader.text(&entry.value, "model") else {
            reader.fault(entry.key, "model", "a string");
            return None;
        };
        Some(Self { key: entry.key, model })
    }
}

impl ModelUse {
    /// The `models` of a container.
    pub(super) fn decode_all(reader: &mut Reader<'_>, container: &Node) -> IndexMap<String, Self> {
        let uses = entries(container, "models").map(|(name, entry)| {
            let node = &entry.value;
            let (endpoint_var, model_var) = (reader.text(node, "endpoint_var"), reader.text(node, "model_var"));
            (name.to_string(), Self { place: entry.key, endpoint_var, model_var })
        });
        uses.collect()
    }
}
