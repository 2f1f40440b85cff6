//! What a text that is no YAML does wrong, in words for its author.

use super::parse::{Problem, SyntaxError};
use crate::diag::Diagnostic;
use crate::diag::catalog::yaml as kinds;
use crate::text::{Place, SourceId};

/// The diagnostic for a syntax error.
pub(super) fn explain(source: SourceId, text: &str, error: &SyntaxError) -> Diagnostic {
    let place = Place::new(source, error.range.start, error.range.end);
    let _ = text;
    match &error.problem {
        Problem::TooDeep => super::too_deep(place),
        other => Diagnostic::new(&kinds::SYNTAX, format!("{other:?}")).at(place),
    }
}
