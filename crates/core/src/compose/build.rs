//! `build`: what has to be built and pushed before the stack can run.

use super::read::{Reader, key_place};
use crate::text::{Place, Placed};
use crate::yaml::Node;

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

impl Build {
    /// The `build` of a service.
    pub(super) fn decode(reader: &mut Reader<'_>, service: &Node) -> Option<Self> {
        let place = key_place(service, "build")?;
        let node = service.get("build")?;
        Some(Self {
            place,
            context: reader.text(node, "context"),
            dockerfile: reader.text(node, "dockerfile"),
            dockerfile_inline: reader.text(node, "dockerfile_inline"),
            target: reader.text(node, "target"),
            tags: reader.texts(node, "tags"),
            platforms: reader.texts(node, "platforms"),
        })
    }
}
