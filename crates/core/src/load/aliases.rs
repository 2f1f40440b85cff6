//! Old names of attributes.

use crate::yaml::{Map, Node, Value};

/// `x-develop` and its `x-initialSync` are old names of attributes.
pub(crate) fn promote(document: &mut Map) {
    let Some(services) = document.get_mut("services").and_then(|entry| entry.value.as_map_mut()) else { return };
    for (_, entry) in services {
        let Some(service) = entry.value.as_map_mut() else { continue };
        rename(service, "x-develop", "develop");
        let watch = service.get_mut("develop").and_then(|entry| entry.value.as_map_mut()?.get_mut("watch"));
        if let Some(Value::List(triggers)) = watch.map(|entry| &mut entry.value.value) {
            for trigger in triggers.iter_mut().filter_map(Node::as_map_mut) {
                rename(trigger, "x-initialSync", "initial_sync");
            }
        }
    }
}

fn rename(map: &mut Map, old: &str, new: &str) {
    if let Some(index) = map.get_index_of(old)
        && !map.contains_key(new)
        && let Some((_, entry)) = map.shift_remove_index(index)
    {
        map.shift_insert(index, new.into(), entry);
    }
}
