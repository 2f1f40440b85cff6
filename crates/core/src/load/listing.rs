//! The variables that a project uses.

use super::Loaded;
use super::template::{self, Operator};
use crate::table::IndexMap;
use crate::yaml::{Node, Value};

/// A variable that a project uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Does it fail to load without it (`${NAME:?…}`)?
    pub required: bool,
    /// What stands in for it (`${NAME:-…}`); empty without one.
    pub default: String,
    /// What takes its place where it is set (`${NAME:+…}`); empty without one.
    pub alternative: String,
}

/// Every variable that the project uses (`--variables`), sorted by name. The project must be loaded without interpolation. Those of its
/// name do not count: the name is known before anything is loaded.
#[must_use]
pub fn variables(loaded: &Loaded) -> Vec<Variable> {
    let mut found = IndexMap::default();
    let sections = loaded.tree.as_map().into_iter().flatten().filter(|(name, _)| *name != "name");
    sections.for_each(|(_, entry)| collect(&entry.value, &mut found));
    found.sort_keys();
    found.into_values().collect()
}

fn collect(node: &Node, found: &mut IndexMap<String, Variable>) {
    match &node.value {
        Value::Map(map) => map.values().for_each(|entry| collect(&entry.value, found)),
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        Value::String(text) => {
            for used in template::variables(text) {
                let variable =
                    found.entry(used.name.to_owned()).or_insert_with(|| Variable { name: used.name.to_owned(), ..Variable::default() });
                match used.operand {
                    Some((Operator::Required, _)) => variable.required = true,
                    Some((Operator::Default, text)) => text.clone_into(&mut variable.default),
                    Some((Operator::Alternative, text)) => text.clone_into(&mut variable.alternative),
                    None => {}
                }
            }
        }
        _ => {}
    }
}
