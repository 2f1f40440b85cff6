//! Equality of values without their places: what "the same item" means when lists are merged.

use crate::yaml::{Node, Text, Value};
use std::fmt::Write;

/// A text that two nodes share exactly when their values are the same; the order of keys does not matter.
pub(crate) fn fingerprint(node: &Node) -> String {
    let mut text = String::new();
    write_into(node, &mut text);
    text
}

/// Have both nodes the same value?
pub(crate) fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::String(a), Value::String(b)) => a == b,
        _ => fingerprint(a) == fingerprint(b),
    }
}

fn write_into(node: &Node, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = match &node.value {
        Value::Null => write!(text, "~"),
        Value::Bool(value) => write!(text, "{value}"),
        Value::Int(value) => write!(text, "{value}"),
        Value::Float(value) => write!(text, "{value:?}f"),
        Value::String(value) => write!(text, "{value:?}"),
        Value::Time(value) => write!(text, "{value}t"),
        Value::List(items) => {
            text.push('[');
            for item in items {
                write_into(item, text);
                text.push(',');
            }
            write!(text, "]")
        }
        Value::Map(map) => {
            let mut keys: Vec<&Text> = map.keys().collect();
            keys.sort_unstable();
            text.push('{');
            for key in keys {
                let _ = write!(text, "{key:?}:");
                if let Some(entry) = map.get(key.as_str()) {
                    write_into(&entry.value, text);
                }
                text.push(',');
            }
            write!(text, "}}")
        }
    };
}
