//! Traefik's configuration as a tree, whatever it was written in: labels, flags, variables or a file.
//!
//! Keys are found in any case, as Traefik finds them; their spelling is kept for those that are names.

use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::{Node, Value};

/// How many levels of keys are read.
const DEPTH: usize = 32;

/// A part of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    /// The key as written.
    pub(super) spelling: String,
    /// The value.
    pub(super) value: Option<Placed<String>>,
    /// The items, where the value is a list of texts.
    items: Vec<Placed<String>>,
    /// The parts below it, by their keys in lower case; an item of a list of objects by its number.
    pub(super) children: IndexMap<String, Tree>,
    /// Where it is said first.
    pub(super) place: Option<Place>,
}

impl Tree {
    /// Puts a value under a path of keys: `a.b[0].c`.
    pub(super) fn insert(&mut self, path: &str, value: Placed<String>) {
        let keys = path.split('.').flat_map(|part| part.split(['[', ']']).filter(|key| !key.is_empty()));
        self.insert_at(keys.take(DEPTH), value);
    }

    /// Puts a value under keys, one by one.
    pub(super) fn insert_at<'k>(&mut self, keys: impl Iterator<Item = &'k str>, value: Placed<String>) {
        let mut at = self;
        for key in keys {
            at = at.children.entry(key.to_ascii_lowercase()).or_insert_with(|| Self { spelling: key.to_owned(), ..Self::default() });
            at.place.get_or_insert(value.place);
        }
        at.value = Some(value);
    }

    /// The tree of a YAML file.
    pub(super) fn of_yaml(node: &Node) -> Self {
        Self::of_node("", node, DEPTH)
    }

    fn of_node(key: &str, node: &Node, depth: usize) -> Self {
        let mut tree = Self { spelling: key.to_owned(), place: Some(node.place), ..Self::default() };
        if depth == 0 {
            return tree;
        }
        match &node.value {
            Value::Map(map) => {
                for (key, entry) in map.iter() {
                    let below = Self::of_node(key, &entry.value, depth - 1);
                    tree.children.insert(key.to_ascii_lowercase().into(), Self { place: Some(entry.key.to(entry.value.place)), ..below });
                }
            }
            Value::List(list) => {
                for (number, item) in list.iter().enumerate() {
                    match scalar(&item.value) {
                        Some(text) => tree.items.push(Placed::new(text, item.place)),
                        None => drop(tree.children.insert(number.to_string(), Self::of_node(&number.to_string(), item, depth - 1))),
                    }
                }
            }
            other => tree.value = scalar(other).map(|text| Placed::new(text, node.place)),
        }
        tree
    }

    /// The part under a path of keys.
    pub(super) fn get(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |at, key| at.children.get(&key.to_ascii_lowercase()))
    }

    /// The value under a path of keys.
    pub(super) fn value(&self, path: &str) -> Option<&Placed<String>> {
        self.get(path)?.value.as_ref()
    }

    /// The text under a path of keys, without blanks around it; an empty one is none.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.value(path).map(|value| value.value.trim()).filter(|text| !text.is_empty())
    }

    /// Is it there, and not switched off?
    pub(super) fn is_on(&self) -> bool {
        self.value.as_ref().is_none_or(|value| is_true(&value.value) || value.value.trim().is_empty())
    }

    /// The parts under a key, each with its name as written.
    pub(super) fn below<'t>(&'t self, path: &str) -> impl Iterator<Item = (&'t str, &'t Self)> + use<'t> {
        self.get(path).into_iter().flat_map(|tree| tree.children.values()).map(|child| (child.spelling.as_str(), child))
    }

    /// The list under a path: of items, or separated by commas.
    pub(super) fn list(&self, path: &str) -> Vec<Placed<String>> {
        self.get(path).map(Self::entries).unwrap_or_default()
    }

    /// The items of a list, or the parts of the value that commas separate.
    pub(super) fn entries(&self) -> Vec<Placed<String>> {
        if !self.items.is_empty() {
            return self.items.clone();
        }
        let Some(value) = &self.value else { return Vec::new() };
        let parts = value.value.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Placed::new(part.to_owned(), value.place)).collect()
    }

    /// Every path below it that has a value, and where.
    pub(super) fn leaves(&self) -> Vec<(String, Option<Place>)> {
        let mut out = Vec::new();
        for (key, child) in &self.children {
            if child.children.is_empty() {
                out.push((key.clone(), child.place));
            }
            out.extend(child.leaves().into_iter().map(|(path, place)| (format!("{key}.{path}"), place)));
        }
        out
    }
}

/// A scalar as a text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(crate::text::number::format_f64(*number)),
        Value::String(text) | Value::Time(text) => Some(text.to_string()),
        Value::Null => Some(String::new()),
        Value::List(_) | Value::Map(_) => None,
    }
}

/// Does Go read this as `true`?
pub(super) fn is_true(value: &str) -> bool {
    matches!(value.trim(), "true" | "TRUE" | "True" | "1" | "t" | "T")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Sources;

    #[test]
    fn keys_are_found_in_any_case() {
        let place = Place::new(Sources::default().add("x", ""), 0, 0);
        let mut tree = Tree::default();
        tree.insert("http.Routers.Web.tls.domains[0].main", Placed::new("a, b".to_owned(), place));
        assert_eq!(tree.text("HTTP.routers.web.tls.domains.0.main"), Some("a, b"));
        assert_eq!(tree.below("http.routers").map(|(name, _)| name).collect::<Vec<_>>(), ["Web"]);
        assert_eq!(tree.list("http.routers.web.tls.domains.0.main").len(), 2);
        assert_eq!(tree.leaves().len(), 1);
    }
}
