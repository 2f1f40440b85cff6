//! All objects as one `List` in JSON.

use super::order;
use crate::lower::Object;

/// A `v1` List, indented, with a final newline.
#[derive(Default)]
pub(super) struct List(String);

impl List {
    pub(super) fn push(&mut self, object: &Object) {
        self.0.push_str(if self.0.is_empty() { "" } else { "," });
        // A text has no line ends in JSON, so every line of the object is one to indent.
        for line in format!("{:#}", order::for_people(&object.value)).lines() {
            self.0.push_str("\n    ");
            self.0.push_str(line);
        }
    }

    /// The List; `None` without objects.
    pub(super) fn finish(self) -> Option<String> {
        let items = Some(self.0).filter(|items| !items.is_empty())?;
        Some(format!("{{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [{items}\n  ]\n}}\n"))
    }
}
