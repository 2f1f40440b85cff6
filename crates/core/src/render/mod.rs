//! From objects to files. Cannot fail.

pub mod folder;
pub mod json;
pub mod order;
pub mod stream;
pub mod yaml;

use crate::lower::Object;
use crate::options::Output;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path relative to the output folder.
    pub path: String,
    /// The content.
    pub content: String,
}

/// The objects as files. No objects give no files.
#[must_use]
pub fn render(objects: &[Object], output: Output) -> Vec<File> {
    if objects.is_empty() {
        return Vec::new();
    }
    let one = |path: &str, content| vec![File { path: path.to_owned(), content }];
    match output {
        Output::Stream => one("manifests.yaml", stream::write(objects)),
        Output::Folder => folder::write(objects),
        Output::Json => one("manifests.json", json::write(objects)),
    }
}
