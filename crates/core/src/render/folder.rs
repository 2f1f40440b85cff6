//! One file for each object.

use super::{File, yaml};
use crate::lower::Object;
use crate::table::HashSet;

/// The longest stem of a file name that every file system takes with its kind and a number.
const STEM: usize = 150;

/// `<name>-<kind>.yaml` for each; the Namespace is `0-namespace.yaml`, because kubectl applies a folder in the order of its file names.
#[derive(Default)]
pub(super) struct Folder {
    files: Vec<File>,
    taken: HashSet<String>,
}

impl Folder {
    pub(super) fn push(&mut self, object: &Object) {
        self.files.push(File { path: path(object, &mut self.taken), content: yaml::write_object(&object.value) });
    }

    pub(super) fn finish(self) -> Vec<File> {
        self.files
    }
}

fn path(object: &Object, taken: &mut HashSet<String>) -> String {
    let kind = safe(object.kind);
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
        let object =
            |kind: &'static str, name: &str| Object { api_version: "v1", kind, name: name.to_owned(), value: json!({"kind": kind}) };
        let long = "x".repeat(300);
        let objects = [
            object("Namespace", "shop"),
            object("Service", "web"),
            object("ConfigMap", "a.b"),
            object("Role", "../etc"),
            object("Role", "..-etc"),
            object("Secret", &long),
        ];
        let mut folder = Folder::default();
        objects.iter().for_each(|object| folder.push(object));
        let paths: Vec<String> = folder.finish().into_iter().map(|file| file.path).collect();
        let long = format!("{}-secret.yaml", "x".repeat(150));
        assert_eq!(
            paths,
            ["0-namespace.yaml", "web-service.yaml", "a.b-configmap.yaml", "-..-etc-role.yaml", "-..-etc-role-2.yaml", &long]
        );
    }
}
