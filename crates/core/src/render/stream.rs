//! All objects in one stream of YAML documents.

use super::yaml;
use crate::lower::Object;

/// The documents, parted by `---`.
#[must_use]
pub fn write(objects: &[Object]) -> String {
    let mut out = String::new();
    for object in objects {
        if !out.is_empty() {
            out.push_str("---\n");
        }
        yaml::append_object(&mut out, &object.value);
    }
    out
}
