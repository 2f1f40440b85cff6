//! Host names: what a name in a text means, and what stands in its place where a service had to be renamed.

use super::context::Context;
use crate::diag::Diagnostics;
use crate::text::Place;
use std::borrow::Cow;

/// The host names of a project, and where they were rewritten.
#[derive(Debug, Default)]
pub struct Hosts {}

impl Hosts {
    /// The names by which the services of a project reach each other.
    #[must_use]
    pub fn new(_cx: &Context<'_>) -> Self {
        Self::default()
    }

    /// The value of a variable of `service`, with every host that has another name in the cluster rewritten. `place` is the value's.
    pub fn rewrite_value<'t>(&mut self, _service: &str, _variable: &str, text: &'t str, _place: Place) -> Cow<'t, str> {
        Cow::Borrowed(text)
    }

    /// A text that `service` reads (a mounted file, an argument, a health check), with every host that has another name in the
    /// cluster rewritten. `place` is the whole text's, or that of the entry that mounts it.
    pub fn rewrite_text<'t>(&mut self, _service: &str, text: &'t str, _place: Place) -> Cow<'t, str> {
        Cow::Borrowed(text)
    }

    /// Tells every rewritten place.
    pub fn report(self, _diagnostics: &mut Diagnostics) {}
}
