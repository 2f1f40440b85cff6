//! From objects to files. Cannot fail.

pub mod yaml;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path relative to the output folder.
    pub path: String,
    /// The content.
    pub content: String,
}
