//! Large models in parts: a few services at a time go through several steps while the processor has them at hand.
//!
//! A step that goes through thousands of services waits for memory at each of them. Steps that look at one service at a time are
//! therefore taken together, part by part; what needs the whole model waits until the parts are together again.

use super::assemble::SECTIONS;
use super::merge::one;
use crate::yaml::{Entry, Map, Node, Value};

/// How many services a part has.
const SERVICES: usize = 64;

/// The parts of a model: its services, so many at a time, and last everything else. A small model is one part.
pub(crate) fn parts(mut model: Map) -> Vec<Map> {
    let mut parts = Vec::new();
    if let Some(Entry { key, value }) = model.get_mut("services")
        && let Node { value: Value::Map(services), place, alias, tag } = value
        && services.len() > SERVICES
    {
        let (place, alias, tag) = (*place, *alias, *tag);
        let mut rest = std::mem::take(&mut **services).into_iter();
        while rest.len() > 0 {
            let part: Map = rest.by_ref().take(SERVICES).collect();
            parts.push(one("services", *key, Node { value: Value::from(part), place, alias, tag }));
        }
    }
    parts.push(model);
    parts
}

/// Puts a part back to the others, or into the model that it was merged over.
pub(crate) fn put_back(model: &mut Map, part: Map) {
    for (key, entry) in part {
        let section = SECTIONS.contains(&key.as_str());
        match (model.get_mut(&key).map(|present| &mut present.value.value), entry.value.value) {
            (Some(Value::Map(entries)), Value::Map(part)) if section => entries.extend(*part),
            (_, value) => {
                model.insert(key, Entry { key: entry.key, value: Node { value, ..entry.value } });
            }
        }
    }
}
