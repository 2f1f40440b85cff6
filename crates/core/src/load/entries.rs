//! `x-*` among names of the user's choice: labels, variables, options.
//!
//! Docker Compose takes a key that begins with `x-` for an extension in (almost) every mapping, and moves it below one key of its own
//! making. Where the mapping is one of texts, that key and its text are printed, and are what a container gets.

use super::shapes::Shape;
use super::trail::Trail;
use super::values::go_text;
use crate::diag::catalog::load::EXTENSION_ENTRY_DROPPED;
use crate::diag::{Diagnostic, Diagnostics};
use crate::yaml::{Entry, Map, Node, Text, Value};

/// The key under which Docker Compose puts extensions.
const EXTENSIONS: &str = "#extensions";

/// Takes the extensions out of a mapping of the shape, and tells them. With `verbatim` what Docker Compose makes of them is put in.
pub(crate) fn take(node: &mut Node, shape: &Shape, trail: Trail<'_>, verbatim: bool, diagnostics: &mut Diagnostics) {
    let Value::Map(map) = &mut node.value else { return };
    let is_name = |(name, _): (&Text, &Entry)| name.starts_with("x-");
    if !has_names(shape, trail) || !map.iter().any(is_name) {
        return;
    }
    let (taken, kept): (Map, Map) = std::mem::take(&mut **map).into_iter().partition(|(name, entry)| is_name((name, entry)));
    **map = kept;
    for (name, entry) in &taken {
        let message = format!("{} is an extension, which Docker Compose passes on to nobody", trail.then(name));
        let help = "take another name; in a list of `KEY=VALUE` nothing is an extension";
        diagnostics.push(Diagnostic::new(&EXTENSION_ENTRY_DROPPED, message).at(entry.key).help(help));
    }
    let Some(first) = taken.values().next().map(|entry| entry.key).filter(|_| verbatim) else { return };
    let extensions = Node::new(Value::from(taken), first);
    let value = match shape {
        Shape::TextMap | Shape::Variables | Shape::MultiOptions | Shape::Ssh => Node::string(go_text(&extensions), first),
        Shape::Map(_) => Node::new(Value::from(Map::default()), first),
        _ => extensions,
    };
    map.insert(EXTENSIONS.into(), Entry { key: first, value });
}

/// Has a mapping of the shape names of the user's choice? Docker Compose looks for no extensions among the names of a section and of
/// dependencies.
fn has_names(shape: &Shape, trail: Trail<'_>) -> bool {
    match shape {
        Shape::TextMap | Shape::PlainTextMap | Shape::Variables | Shape::MultiOptions | Shape::Hosts | Shape::Ssh | Shape::Ulimits => true,
        Shape::Map(_) => {
            !matches!(trail.keys(), ["services" | "networks" | "volumes" | "secrets" | "configs"] | ["services", _, "depends_on"])
        }
        _ => false,
    }
}
