//! ConfigMaps and Secrets.

use indexmap::IndexMap;

/// A ConfigMap or a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The object's name.
    pub name: String,
    /// A Secret, or a ConfigMap?
    pub secret: bool,
    /// The content, key by key. Keys are valid.
    pub entries: IndexMap<String, Content>,
    /// Whether and how the object is written.
    pub presence: Presence,
    /// The Compose service it belongs to, if it is only one.
    pub service: Option<String>,
}

/// The content of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(String),
    /// Bytes that are no text.
    Binary(Vec<u8>),
}

/// Whether and how the object is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// With its content.
    Written,
    /// With `REPLACE_ME` for every key.
    Placeholder,
    /// As an ExternalSecret that reads the named store.
    External(String),
    /// Not at all: it exists in the cluster.
    Existing,
}
