//! `external: {name: …}`, the old form of `external: true` and `name: …`.

use crate::diag::catalog::load::{EXTERNAL_NAME_APPROXIMATED, EXTERNAL_NAME_CONFLICTING};
use crate::diag::{Diagnostic, Diagnostics};
use crate::load::compare::same;
use crate::load::trail::Trail;
use crate::yaml::{Entry, Map, Node, Value};

/// Brings the old form to the new one. `None` when both name the resource differently.
pub(crate) fn transform(map: &mut Map, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<()> {
    let Some(external) = map.get_mut("external") else { return Some(()) };
    let place = external.value.place;
    let Value::Map(old) = &mut external.value.value else { return Some(()) };
    let name = old.swap_remove("name");
    external.value = Node::new(Value::Bool(true), place);
    let Some(name) = name else { return Some(()) };
    diagnostics.push(
        Diagnostic::new(&EXTERNAL_NAME_APPROXIMATED, format!("{trail} names an external resource in the old form `external.name`"))
            .at(name.key)
            .help("write `external: true` and `name` side by side"),
    );
    if let Some(other) = map.get("name")
        && !same(&other.value, &name.value)
    {
        diagnostics.push(
            Diagnostic::new(&EXTERNAL_NAME_CONFLICTING, format!("{trail} has two names: `name` and `external.name` differ"))
                .at(name.value.place)
                .also(other.value.place, "the other name")
                .help("keep `name` and write `external: true`"),
        );
        return None;
    }
    map.insert("name".into(), Entry { key: name.key, value: name.value });
    Some(())
}
