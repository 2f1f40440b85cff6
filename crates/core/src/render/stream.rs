//! All objects in one stream of YAML documents.

use super::yaml;
use crate::lower::Object;

/// The documents, parted by `---`.
#[derive(Default)]
pub(super) struct Stream(String);

impl Stream {
    pub(super) fn push(&mut self, object: &Object) {
        if !self.0.is_empty() {
            self.0.push_str("---\n");
        }
        yaml::append_object(&mut self.0, &object.value);
    }

    /// The stream; `None` without objects.
    pub(super) fn finish(self) -> Option<String> {
        Some(self.0).filter(|stream| !stream.is_empty())
    }
}
