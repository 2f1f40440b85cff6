//! Reading single attributes of the canonical tree: what every part of the project has in common.

use super::environment::Variable;
use crate::diag::catalog::attributes::ATTRIBUTE_VALUE_INVALID;
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::IndexMap;
use crate::text::{Place, Placed, bytes, duration, number};
use crate::yaml::{Entry, Map, Node, Text, Value};

/// Reads the attributes of one service, network, volume …; a value that cannot be read is told and left out.
///
/// Loading has checked types already, so faults are rare.
pub(super) struct Reader<'d> {
    /// Whose attributes: `service "web"`.
    owner: String,
    diagnostics: &'d mut Diagnostics,
}

impl<'d> Reader<'d> {
    /// For the attributes of an owner: `service "web"`.
    pub(super) fn new(kind: &str, name: &str, diagnostics: &'d mut Diagnostics) -> Self {
        Self { owner: format!("{kind} {name:?}"), diagnostics }
    }

    /// Tells that a value is not what the attribute takes.
    pub(super) fn fault(&mut self, place: Place, key: &str, wanted: &str) {
        let message = format!("{}: `{key}` must be {wanted}", self.owner);
        self.diagnostics.push(Diagnostic::new(&ATTRIBUTE_VALUE_INVALID, message).at(place));
    }

    /// The value of an attribute, converted; `None` where it is absent or null, or cannot be converted.
    fn scalar<T>(&mut self, node: &Node, key: &str, wanted: &str, convert: impl FnOnce(&Node) -> Option<T>) -> Option<Placed<T>> {
        let value = node.get(key).filter(|value| !value.is_null())?;
        let converted = convert(value);
        if converted.is_none() {
            self.fault(value.place, key, wanted);
        }
        converted.map(|converted| Placed::new(converted, value.place))
    }

    /// A text; a number or boolean as Compose prints it.
    pub(super) fn text(&mut self, node: &Node, key: &str) -> Option<Placed<String>> {
        self.scalar(node, key, "a string", as_text)
    }

    /// A boolean, or the word for one.
    pub(super) fn flag(&mut self, node: &Node, key: &str) -> Option<Placed<bool>> {
        self.scalar(node, key, "true or false", |value| match &value.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        })
    }

    /// A whole number.
    pub(super) fn integer(&mut self, node: &Node, key: &str) -> Option<Placed<i64>> {
        self.scalar(node, key, "a whole number", as_integer)
    }

    /// A number.
    pub(super) fn number(&mut self, node: &Node, key: &str) -> Option<Placed<f64>> {
        self.scalar(node, key, "a number", |value| as_text(value)?.parse().ok())
    }

    /// A size in bytes.
    pub(super) fn bytes(&mut self, node: &Node, key: &str) -> Option<Placed<i64>> {
        self.scalar(node, key, "a size such as 512m", |value| bytes::parse(&as_text(value)?).ok())
    }

    /// A duration in nanoseconds.
    pub(super) fn duration(&mut self, node: &Node, key: &str) -> Option<Placed<i64>> {
        self.scalar(node, key, "a duration such as 1m30s", |value| duration::parse(value.as_str()?).ok())
    }

    /// Permission bits: a text is octal, a number is what it is.
    pub(super) fn mode(&mut self, node: &Node, key: &str) -> Option<Placed<u32>> {
        self.scalar(node, key, "permissions such as 0444", |value| match &value.value {
            Value::String(text) => u32::from_str_radix(text, 8).ok(),
            Value::Int(bits) => u32::try_from(*bits).ok(),
            _ => None,
        })
    }

    /// A list of texts; a single text is a list of one.
    pub(super) fn texts(&mut self, node: &Node, key: &str) -> Vec<Placed<String>> {
        match node.get(key) {
            None => Vec::new(),
            Some(value) => self.texts_of(value, key),
        }
    }

    /// The texts of a value.
    fn texts_of(&mut self, value: &Node, key: &str) -> Vec<Placed<String>> {
        let items = match &value.value {
            Value::Null => return Vec::new(),
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match as_text(item) {
                Some(text) => texts.push(Placed::new(text, item.place)),
                None => self.fault(item.place, key, "a list of strings"),
            }
        }
        texts
    }

    /// The words of a command; `None` where it is absent or null.
    pub(super) fn words(&mut self, node: &Node, key: &str) -> Option<Placed<Vec<Placed<String>>>> {
        let value = node.get(key).filter(|value| !value.is_null())?;
        Some(Placed::new(self.texts_of(value, key), value.place))
    }

    /// Texts by name; null is an empty text.
    pub(super) fn pairs(&mut self, node: &Node, key: &str) -> IndexMap<String, Placed<String>> {
        let mut pairs = IndexMap::default();
        for (name, entry) in entries(node, key) {
            let text = if entry.value.is_null() { Some(String::new()) } else { as_text(&entry.value) };
            match text {
                Some(text) => {
                    pairs.insert(name.to_string(), Placed::new(text, entry.value.place));
                }
                None => self.fault(entry.value.place, key, "a map of strings"),
            }
        }
        pairs
    }

    /// Environment variables; null is one that nobody sets.
    pub(super) fn variables(&mut self, node: &Node, key: &str) -> IndexMap<String, Variable> {
        let mut variables = IndexMap::default();
        for (name, entry) in entries(node, key) {
            let value = as_text(&entry.value).map(|text| Placed::new(text, entry.value.place));
            if value.is_none() && !entry.value.is_null() {
                self.fault(entry.value.place, key, "a map of strings");
                continue;
            }
            variables.insert(name.to_string(), Variable { key: entry.key, value });
        }
        variables
    }
}

/// A scalar as Compose prints it where it wants a text.
pub(super) fn as_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Time(text) => Some(text.to_string()),
        Value::Int(whole) => Some(whole.to_string()),
        Value::Float(value) => Some(number::format_f64(*value)),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// A whole number, or a text that is one.
pub(super) fn as_integer(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(whole) => i64::try_from(*whole).ok(),
        // 1.0 is whole in YAML as well; what a float cannot hold exactly is not.
        Value::Float(value) if value.fract() == 0.0 && value.abs() < 9.0e15 => format!("{value:.0}").parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The entries of a mapping; none where the attribute is absent.
pub(super) fn entries<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = (&'a Text, &'a Entry)> {
    node.get(key).and_then(Node::as_map).into_iter().flatten()
}

/// The items of a list; none where the attribute is absent.
pub(super) fn items<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// Where the key of an attribute stands, if the attribute says something.
pub(super) fn key_place(node: &Node, key: &str) -> Option<Place> {
    let entry = node.as_map()?.get(key)?;
    let says_nothing = match &entry.value.value {
        Value::Null => true,
        Value::Map(map) => map.is_empty(),
        Value::List(list) => list.is_empty(),
        _ => false,
    };
    (!says_nothing).then_some(entry.key)
}

/// The `x-*` attributes of a mapping, as they stand.
pub(super) fn extensions(map: &Map) -> IndexMap<String, Node> {
    map.iter().filter(|(name, _)| name.starts_with("x-")).map(|(name, entry)| (name.to_string(), entry.value.clone())).collect()
}
