//! The small forms that short syntaxes grow into: lists of one, mappings of names.

use crate::text::Place;
use crate::yaml::{Entry, Map, Node, Value};

/// A single value as a list of one.
pub(crate) fn listed(node: Node) -> Node {
    let place = node.place;
    match node.value {
        Value::List(_) | Value::Map(_) | Value::Null => node,
        _ => Node::new(Value::List(vec![node]), place),
    }
}

/// A mapping with one key.
pub(crate) fn one(key: &str, place: Place, value: Node) -> Map {
    Map::from_iter([(key.into(), Entry { key: place, value })])
}

/// A list of dependencies as a mapping.
pub(crate) fn dependencies(node: Node) -> Node {
    from_names(node, |place| {
        let entry = |value| Entry { key: place, value: Node::new(value, place) };
        let started = entry(Value::String("service_started".into()));
        Value::from(Map::from_iter([("condition".into(), started), ("required".into(), entry(Value::Bool(true)))]))
    })
}

/// A list of names as a mapping of nulls.
pub(crate) fn names(node: Node) -> Node {
    from_names(node, |_| Value::Null)
}

fn from_names(node: Node, value: impl Fn(Place) -> Value) -> Node {
    let place = node.place;
    let items = match node.value {
        Value::List(items) if items.iter().all(|item| item.as_str().is_some()) => items,
        _ => return node,
    };
    let entry = |item: &Node| Entry { key: item.place, value: Node { alias: item.alias, ..Node::new(value(item.place), item.place) } };
    let map: Map = items.iter().filter_map(|item| Some((item.as_str()?.into(), entry(item)))).collect();
    Node::new(Value::from(map), place)
}
