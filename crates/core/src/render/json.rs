//! All objects as one `List` in JSON.

use super::order;
use crate::lower::Object;
use serde_json::{Value, json};

/// A `v1` List, indented, with a final newline.
#[must_use]
pub fn write(objects: &[Object]) -> String {
    let items: Vec<Value> = objects.iter().map(|object| order::for_people(&object.value)).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    format!("{list:#}\n")
}
