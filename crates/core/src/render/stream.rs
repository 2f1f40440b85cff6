//! All objects in one stream of YAML documents.

use super::yaml;
use crate::lower::Object;

/// The documents, parted by `---`.
#[must_use]
pub fn write(objects: &[Object]) -> String {
    let documents: Vec<String> = objects.iter().map(|object| yaml::write_object(&object.value)).collect();
    documents.join("---\n")
}
