//! Text to trees: nodes with places, tags and anchors resolved, scalars typed as go-yaml v4 types them.

mod compose;
pub mod node;
mod parse;
mod scalar;
mod syntax;
#[cfg(test)]
mod tests;
pub mod typed;

pub use node::{Entry, Map, Node, Tag, Value};

use crate::diag::catalog::yaml as kinds;
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{Place, SourceId};
use parse::Event;

/// Reads a YAML text: one node a document, null for an empty document.
///
/// `None` when it cannot be read: then at least one error was pushed. Trees are nested at most 256 deep.
pub fn parse(id: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Node>> {
    let mut documents = Vec::new();
    let mut wrong = Diagnostics::default();
    let (events, error) = parse::read(text);
    for document in events.split_inclusive(|(event, _)| *event == Event::DocumentEnd) {
        // What comes before a syntax error is no whole document.
        if document.last().is_some_and(|(event, _)| *event == Event::DocumentEnd) {
            match compose::compose(id, text, document, &mut wrong) {
                Ok(node) => documents.push(node),
                Err(compose::GivenUp) => break,
            }
        }
    }
    if let Some(error) = error {
        wrong.push(syntax::explain(id, text, &error));
    }
    if wrong.is_empty() {
        return Some(documents);
    }
    wrong.into_sorted().into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
    None
}

/// The error for lists and mappings that are nested too deep.
fn too_deep(place: Place) -> Diagnostic {
    let message = format!("lists and mappings are nested more than {} deep", compose::DEPTH);
    Diagnostic::new(&kinds::TOO_DEEP, message).at(place).help("write it flatter")
}
