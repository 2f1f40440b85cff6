//! One file for each object.

use super::{File, yaml};
use crate::lower::Object;
use std::collections::HashSet;

/// The longest stem of a file name that every file system takes with its kind and a number.
const STEM: usize = 150;

/// `<name>-<kind>.yaml` for each; the Namespace is `0-namespace.yaml`, because kubectl applies a folder in the order of its file names.
#[must_use]
pub fn write(objects: &[Object]) -> Vec<File> {
    let mut taken = HashSet::new();
    let file = |object: &Object| File { path: path(object, &mut taken), content: yaml::write_object(&object.value) };
    objects.iter().map(file).collect()
}

fn path(object: &Object, taken: &mut HashSet<String>) -> String {
    let kind = safe(&object.kind);
    let name = if kind == "namespace" { "0".to_owned() } else { safe(&object.name) };
    let mut path = format!("{name}-{kind}.yaml");
    let mut count = 1;
    while !taken.insert(path.clone()) {
        count += 1;
        path = format!("{name}-{kind}-{count}.yaml");
    }
    path
}

/// Lower-case letters, digits, `-` and `.` inside: a name that is safe on every file system.
fn safe(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(letter).take(STEM).collect();
    if name.starts_with('.') { format!("-{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_of_files_are_safe_and_no_two_are_equal() {
        let object = |kind: &str, name: &str| Object {
            api_version: "v1".to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            value: json!({"kind": kind}),
        };
        let long = "x".repeat(300);
        let objects = [
            object("Namespace", "shop"),
            object("Service", "web"),
            object("ConfigMap", "a.b"),
            object("Role", "../etc"),
            object("Role", "..-etc"),
            object("Secret", &long),
        ];
        let paths: Vec<String> = write(&objects).into_iter().map(|file| file.path).collect();
        let long = format!("{}-secret.yaml", "x".repeat(150));
        assert_eq!(
            paths,
            ["0-namespace.yaml", "web-service.yaml", "a.b-configmap.yaml", "-..-etc-role.yaml", "-..-etc-role-2.yaml", &long]
        );
    }
}
