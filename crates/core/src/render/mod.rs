//! From objects to files. Cannot fail.

pub mod folder;
pub mod json;
pub mod order;
pub mod stream;
pub mod yaml;

use crate::lower::Object;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path relative to the output folder.
    pub path: String,
    /// The content.
    pub content: String,
}

/// The form of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// One stream of YAML documents: `manifests.yaml`.
    #[default]
    Stream,
    /// A file for each object: `<name>-<kind>.yaml`.
    Folder,
    /// A `List` in JSON: `manifests.json`.
    Json,
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
