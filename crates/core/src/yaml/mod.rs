//! Text to trees: nodes with places, tags and anchors resolved, scalars typed as go-yaml v4 types them.

pub mod node;

pub use node::{Entry, Map, Node, Tag, Value};
