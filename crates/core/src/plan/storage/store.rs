//! ConfigMaps and Secrets.

use crate::diag::catalog::options::SECRET_STORE_MISSING;
use crate::diag::catalog::storage::{MOUNTED_FILES_APPROXIMATED, MOUNTED_FILES_INVALID};
use crate::diag::catalog::workloads::LABEL_DROPPED;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::{Options, Secrets};
use crate::plan::storage::files::{Bytes, STORE_LIMIT};
use crate::table::{HashSet, IndexMap};
use crate::text::{Place, Placed};

/// A ConfigMap or a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The object's name.
    pub name: String,
    /// A Secret, or a ConfigMap?
    pub secret: bool,
    /// The content, key by key. Keys are valid.
    pub entries: IndexMap<String, Content>,
    /// Whether and how the object is written.
    pub presence: Presence,
    /// The Compose service it belongs to, if it is only one.
    pub service: Option<String>,
    /// The `type` of a Secret, where it is not `Opaque`.
    pub kind: Option<String>,
    /// Annotations of the object: labels of the Compose config or secret.
    pub annotations: IndexMap<String, String>,
}

/// The content of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(String),
    /// Bytes that are no text.
    Binary(Vec<u8>),
}

/// Whether and how the object is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// With its content.
    Written,
    /// With `REPLACE_ME` for every key.
    Placeholder,
    /// As an ExternalSecret that reads the named store.
    External(String),
    /// Not at all: it exists in the cluster.
    Existing,
}

/// The text that stands for a secret value which must not leave the user's machine.
const PLACEHOLDER: &str = "REPLACE_ME";

/// The longest key that a ConfigMap or Secret takes.
const KEY_LENGTH: usize = 253;

impl Store {
    /// A ConfigMap for one service, empty.
    pub(crate) fn config_map(name: String, service: &str) -> Self {
        Self {
            name,
            secret: false,
            entries: IndexMap::default(),
            presence: Presence::Written,
            service: Some(service.to_owned()),
            kind: None,
            annotations: IndexMap::default(),
        }
    }

    /// A Secret for one service, empty; whether it is written is the user's choice.
    pub(crate) fn secret(name: String, service: &str, options: &Options) -> Self {
        let presence = match options.secrets {
            Secrets::Inline => Presence::Written,
            Secrets::Placeholder => Presence::Placeholder,
            Secrets::External => options.secret_store.clone().map_or(Presence::Existing, Presence::External),
            Secrets::Reference => Presence::Existing,
        };
        Self { secret: true, presence, ..Self::config_map(name, service) }
    }

    /// Notes that `service` uses it as well.
    pub(crate) fn used_by(&mut self, service: &str) {
        if self.service.as_deref().is_some_and(|owner| owner != service) {
            self.service = None;
        }
    }

    /// Adds an entry; the content of a Secret only where the Secret is written with it.
    pub(crate) fn insert(&mut self, key: impl Into<String>, content: Content) {
        let content = if self.presence == Presence::Written { content } else { Content::Text(PLACEHOLDER.to_owned()) };
        self.entries.insert(key.into(), content);
    }

    /// How many bytes its keys and their content have.
    pub(crate) fn len(&self) -> u64 {
        self.entries.iter().map(|(key, content)| key.len() as u64 + content.len()).sum()
    }
}

impl Content {
    fn len(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Binary(bytes) => bytes.len() as u64,
        }
    }
}

impl From<&Bytes> for Content {
    fn from(bytes: &Bytes) -> Self {
        match bytes {
            Bytes::Text(text) => Self::Text(text.to_string()),
            Bytes::Binary(bytes) => Self::Binary(bytes.to_vec()),
        }
    }
}

/// Valid keys for paths: letters, digits, `-`, `_` and `.`; folders are parted by `__`; each key once.
#[derive(Debug, Default)]
pub(crate) struct Keys(HashSet<String>);

impl Keys {
    /// The key of a path below the folder that the store stands for.
    pub(crate) fn key(&mut self, path: &str) -> String {
        let mut key = String::with_capacity(path.len());
        for c in path.chars() {
            match c {
                '/' => key.push_str("__"),
                c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') => key.push(c),
                _ => key.push('_'),
            }
        }
        if key.is_empty() || key == "." || key.starts_with("..") {
            key.insert(0, '_');
        }
        let key = key.get(..KEY_LENGTH - 8).unwrap_or(&key).to_owned();
        let mut candidate = key.clone();
        let mut next = 2;
        while !self.0.insert(candidate.clone()) {
            candidate = format!("{key}-{next}");
            next += 1;
        }
        candidate
    }
}

/// Tells that ExternalSecret objects were asked for without the store that they read.
pub(crate) fn check_secret_store(options: &Options, stores: &[Store], diagnostics: &mut Diagnostics) {
    if options.secrets == Secrets::External && options.secret_store.is_none() && stores.iter().any(|store| store.secret) {
        diagnostics.push(
            Diagnostic::new(&SECRET_STORE_MISSING, "`--secrets=external` needs the store that the ExternalSecret objects read")
                .help("name it: `--secret-store NAME`"),
        );
    }
}

/// Labels of a volume, config or secret as annotations of its object; those that cannot be one are told.
pub(crate) fn annotations(
    owner: &str,
    labels: &IndexMap<String, Placed<String>>,
    diagnostics: &mut Diagnostics,
) -> IndexMap<String, String> {
    let mut out = IndexMap::with_capacity_and_hasher(labels.len(), Default::default());
    for (key, value) in labels {
        if crate::plan::workload::placement::is_label_key(key) {
            out.insert(key.clone(), value.value.clone());
        } else {
            diagnostics.push(
                Diagnostic::new(&LABEL_DROPPED, format!("{owner}: the label {key:?} cannot be an annotation"))
                    .at(value.place)
                    .help("shorten its name to 63 letters, digits, `-`, `_` and `.`"),
            );
        }
    }
    out
}

/// Above this size `kubectl apply` cannot keep its annotation with the last applied object.
const APPLY_LIMIT: u64 = 256 * 1024;

/// Tells a store that is too big for Kubernetes, or for a plain `kubectl apply`. `false`: it is too big.
pub(crate) fn check_size(store: &Store, service: &str, what: &str, place: Place, diagnostics: &mut Diagnostics) -> bool {
    let size = store.len();
    if size > STORE_LIMIT {
        diagnostics.push(too_big(service, what, size, None).at(place));
        return false;
    }
    if size > APPLY_LIMIT && store.presence == Presence::Written {
        let kind = if store.secret { "Secret" } else { "ConfigMap" };
        diagnostics.push(
            Diagnostic::new(
                &MOUNTED_FILES_APPROXIMATED,
                format!("service {service:?}: {what} make the {kind} {:?} {} KiB big", store.name, size / 1024),
            )
            .at(place)
            .note("`kubectl apply` keeps a copy of each object in an annotation, which holds 256 KiB")
            .help("apply the manifests with `kubectl apply --server-side`"),
        );
    }
    true
}

/// Tells files that no ConfigMap can hold.
pub(crate) fn too_big(service: &str, what: &str, bytes: u64, files: Option<usize>) -> Diagnostic {
    let count = files.map_or(String::new(), |files| format!("at least {files} files, "));
    let size = if bytes > STORE_LIMIT { format!("{} KiB", bytes / 1024) } else { "too many".to_owned() };
    Diagnostic::new(&MOUNTED_FILES_INVALID, format!("service {service:?}: {what} cannot be carried over: {count}{size}"))
        .note("a ConfigMap or Secret holds 1 MiB at most")
        .help("copy the files into the image with its Dockerfile, or use a volume and copy them with `kubectl cp`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_valid_and_different() {
        let mut keys = Keys::default();
        assert_eq!(keys.key("deep/er/leaf.conf"), "deep__er__leaf.conf");
        assert_eq!(keys.key("with space.txt"), "with_space.txt");
        assert_eq!(keys.key("with\tspace.txt"), "with_space.txt-2");
        assert_eq!(keys.key(".hidden"), ".hidden");
        assert_eq!(keys.key("..x"), "_..x");
        assert_eq!(keys.key(&"a".repeat(300)).len(), 245);
    }
}
