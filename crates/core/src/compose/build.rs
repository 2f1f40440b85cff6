//! `build`: what has to be built and pushed before the stack can run.

use crate::text::{Place, Placed};

/// How the service's image is built. A cluster builds nothing; the summary lists what to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// Where the attribute stands.
    pub place: Place,
    /// `context`: an absolute path or a URL.
    pub context: Option<Placed<String>>,
    /// `dockerfile`, relative to the context.
    pub dockerfile: Option<Placed<String>>,
    /// `dockerfile_inline`.
    pub dockerfile_inline: Option<Placed<String>>,
    /// `target`: the stage.
    pub target: Option<Placed<String>>,
    /// `tags`.
    pub tags: Vec<Placed<String>>,
    /// `platforms`.
    pub platforms: Vec<Placed<String>>,
}
