//! From objects to files. Cannot fail.

mod folder;
mod json;
pub mod order;
mod stream;
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

/// Writes objects into files, one after the other.
pub struct Writer(Form);

enum Form {
    Stream(stream::Stream),
    Folder(folder::Folder),
    Json(json::List),
}

impl Writer {
    /// Without any object yet.
    #[must_use]
    pub fn new(output: Output) -> Self {
        Self(match output {
            Output::Stream => Form::Stream(stream::Stream::default()),
            Output::Folder => Form::Folder(folder::Folder::default()),
            Output::Json => Form::Json(json::List::default()),
        })
    }

    /// Writes one more object.
    pub fn push(&mut self, object: &Object) {
        match &mut self.0 {
            Form::Stream(stream) => stream.push(object),
            Form::Folder(folder) => folder.push(object),
            Form::Json(list) => list.push(object),
        }
    }

    /// The files. No objects give no files.
    #[must_use]
    pub fn finish(self) -> Vec<File> {
        let one = |path: &str, content: Option<String>| content.map(|content| File { path: path.to_owned(), content });
        match self.0 {
            Form::Stream(stream) => one("manifests.yaml", stream.finish()).into_iter().collect(),
            Form::Folder(folder) => folder.finish(),
            Form::Json(list) => one("manifests.json", list.finish()).into_iter().collect(),
        }
    }
}
