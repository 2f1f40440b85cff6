//! All objects in one stream of YAML documents.

use super::{order, yaml};
use crate::lower::Object;

/// The documents, parted by `---`.
#[must_use]
pub fn write(objects: &[Object]) -> String {
    let documents: Vec<String> = objects.iter().map(|object| yaml::write(&order::for_people(&object.value))).collect();
    documents.join("---\n")
}
