//! Text to trees: nodes with places, tags and anchors resolved, scalars typed as go-yaml v4 types them.

mod compose;
pub mod node;
mod parse;
mod scalar;
mod syntax;
#[cfg(test)]
mod tests;
pub mod typed;

pub use node::{Entry, Map, Node, Tag, Text, Value};

use crate::diag::catalog::yaml as kinds;
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{Place, SourceId};

/// How many bytes may be read again for the sake of what only this parser refuses.
const REREAD: usize = 50_000_000;

/// How many values a text of so many bytes may have, keys among them: a million, ten times what Docker Compose reads, and in a text of
/// more than 10 MB one for every ten bytes. So no text is refused for its size alone, and a tree stays in proportion to its text.
pub(crate) const fn most_values(bytes: usize) -> usize {
    if bytes / 10 > 1_000_000 { bytes / 10 } else { 1_000_000 }
}

/// Reads a YAML text: one node a document, null for an empty document.
///
/// `None` when it cannot be read: then at least one error was pushed. Trees are nested at most 256 deep.
pub fn parse(id: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Node>> {
    let mut read = compose::documents(id, text, parse::Events::new(text));
    let mut next = read.broken.as_ref().and_then(|error| parse::wants_blanks(text, error));
    let mut budget = REREAD;
    let mut padded = next.map(|_| parse::Padded::new(text));
    while let (Some(at), Some(padded)) = (next, &mut padded) {
        padded.insert(at);
        let Some(left) = budget.checked_sub(padded.text.len()) else { break };
        budget = left;
        let again = compose::documents(id, text, padded.events());
        next = again.broken.as_ref().and_then(|error| parse::wants_blanks(&padded.text, error));
        if again.broken.is_none() {
            read = again;
        }
    }
    if let Some(error) = read.broken {
        read.wrong.push(syntax::explain(id, text, &error));
    }
    if read.wrong.is_empty() {
        return Some(read.documents);
    }
    read.wrong.into_sorted().into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
    None
}

/// The error for lists and mappings that are nested too deep.
fn too_deep(place: Place) -> Diagnostic {
    let message = format!("lists and mappings are nested more than {} deep", compose::DEPTH);
    Diagnostic::new(&kinds::TOO_DEEP, message).at(place).help("write it flatter")
}
