//! Variables in values: every text of a document, before anything is merged.

use super::casts;
use super::damage::Damage;
use super::loader::{Environment, Loader};
use super::template::{self, TemplateError};
use super::trail::Trail;
use crate::diag::Diagnostic;
use crate::diag::catalog::load::{REQUIRED_VARIABLE_MISSING, VARIABLE_INVALID};
use crate::yaml::{Node, Value};

/// Replaces the variables of every text below `node`, and gives the texts of numeric and boolean attributes their type. Keys are
/// never touched. A text that cannot be read is told and taken out; `None` when `node` itself is one.
pub(crate) fn interpolate(node: &mut Node, trail: Trail<'_>, environment: &Environment, loader: &mut Loader<'_>) -> Option<()> {
    match &mut node.value {
        Value::Map(map) => map.retain(|key, entry| interpolate(&mut entry.value, trail.then(key), environment, loader).is_some()),
        Value::List(items) => items.retain_mut(|item| interpolate(item, trail.item(), environment, loader).is_some()),
        Value::String(_) => {
            let is_literal = !node.as_str().is_some_and(|text| text.contains('$'));
            let read = replace(node, trail, environment, loader).and_then(|()| casts::apply(node, is_literal, trail, loader.diagnostics));
            if read.is_none() {
                loader.damage.add(Damage::Attributes);
            }
            return read;
        }
        _ => {}
    }
    Some(())
}

/// Replaces the variables of one text.
fn replace(node: &mut Node, trail: Trail<'_>, environment: &Environment, loader: &mut Loader<'_>) -> Option<()> {
    let Some(text) = node.as_str().filter(|text| text.contains('$')) else { return Some(()) };
    // Where there is no room left, that is told already.
    if loader.budget.is_spent() {
        return None;
    }
    match template::substitute(text, &mut |name| environment.get(name).cloned()) {
        Ok(substitution) => {
            if !substitution.unset.is_empty() {
                let mut parts = loader.parts(node);
                for unset in &substitution.unset {
                    loader.note_unset(&unset.name, parts.place(unset.range.clone()));
                }
            }
            let growth = substitution.text.len().saturating_sub(text.len());
            loader.budget.spend(growth / 64, node.place, loader.diagnostics)?;
            node.value = Value::String(substitution.text.into());
            Some(())
        }
        Err(error) => {
            let place = loader.parts(node).place(error.range());
            let diagnostic = match &error {
                TemplateError::Required { name, message, .. } if message.is_empty() => {
                    Diagnostic::new(&REQUIRED_VARIABLE_MISSING, format!("{trail} needs the variable `{name}`, which is not set"))
                        .help(format!("set `{name}` in the environment or in `.env`"))
                }
                TemplateError::Required { name, message, .. } => {
                    Diagnostic::new(&REQUIRED_VARIABLE_MISSING, format!("{trail} needs the variable `{name}`: {message}"))
                        .help(format!("set `{name}` in the environment or in `.env`"))
                }
                error => Diagnostic::new(&VARIABLE_INVALID, format!("{trail} cannot be read: {error}"))
                    .help("write `$$` for a dollar sign; the operators are `:-`, `-`, `:+`, `+`, `:?` and `?`"),
            };
            loader.diagnostics.push(diagnostic.at(place));
            None
        }
    }
}
