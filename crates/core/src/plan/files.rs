//! The files that services mount, read once.

use super::context::Context;
use crate::diag::Diagnostics;
use crate::text::{Place, SourceId, Sources};

/// The files that services mount, read once.
#[derive(Clone, Debug, Default)]
pub struct ProjectFiles {}

/// A text that a service reads from a mounted file.
#[derive(Clone, Copy, Debug)]
pub struct MountedText<'f> {
    /// The text.
    pub text: &'f str,
    /// The file as a source, so that a place in the text can be told; `None` for `content` in the Compose file.
    pub source: Option<SourceId>,
    /// The entry that mounts it, or the `content`.
    pub place: Place,
    /// The file's path in the container.
    pub target: &'f str,
}

impl ProjectFiles {
    /// The texts that a service reads from mounted files and configs; secrets are not among them.
    pub fn texts(&self, service: &str) -> impl Iterator<Item = MountedText<'_>> {
        let _ = service;
        std::iter::empty()
    }
}

/// Reads every file of the project that a service mounts, each once, and tells those that cannot be carried over.
pub fn read(cx: &Context<'_>, sources: &mut Sources, diagnostics: &mut Diagnostics) -> ProjectFiles {
    let _ = (cx, sources, diagnostics);
    ProjectFiles::default()
}
