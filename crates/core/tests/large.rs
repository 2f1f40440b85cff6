//! What happens with inputs that are too large for a golden file.

#[path = "../benches/stack/mod.rs"]
mod stack;

use transship::diag::Severity;
use transship::{Options, translate};

#[test]
fn the_stacks_that_are_measured_are_translated_whole() {
    let files = stack::files(30);
    let translation = translate(&stack::input(&files), &Options::default());
    let errors: Vec<_> = translation.diagnostics.iter().filter(|d| d.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let kinds = ["Deployment", "StatefulSet", "Job"];
    assert_eq!(translation.objects.iter().filter(|object| kinds.contains(&object.kind)).count(), 30);
}
