//! ConfigMaps, Secrets, and what reads a Secret from a store outside the cluster.

use super::{Context, Objects, digest, labels, object, some};
use crate::kube::external_secret::ExternalSecret;
use crate::plan::Plan;
use crate::plan::storage::store::{Content, Presence, Store};
use crate::table::HashMap;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use std::collections::BTreeMap;

/// What stands for a value that the user fills in.
const PLACEHOLDER: &str = "REPLACE_ME";

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    for store in &context.plan.stores {
        let Store { name, secret, entries, presence, service, kind, annotations } = store;
        let mut metadata = labels::metadata_of(context, name, service.as_deref());
        metadata.annotations = some(annotations.clone());
        let placeholder = |key: &String| (key.clone(), PLACEHOLDER.to_owned());
        objects.push(match presence {
            Presence::Existing => continue,
            Presence::External(outside) => object(&ExternalSecret::of_keys(metadata, outside, entries.keys())),
            Presence::Placeholder if *secret => {
                object(&Secret { metadata, string_data: some(entries.keys().map(placeholder)), type_: kind.clone(), ..Default::default() })
            }
            Presence::Placeholder => object(&ConfigMap { metadata, data: some(entries.keys().map(placeholder)), ..Default::default() }),
            Presence::Written if *secret => {
                object(&Secret { metadata, string_data: texts(store), data: bytes(store), type_: kind.clone(), ..Default::default() })
            }
            Presence::Written => object(&ConfigMap { metadata, data: texts(store), binary_data: bytes(store), ..Default::default() }),
        });
    }
}

fn texts(store: &Store) -> Option<BTreeMap<String, String>> {
    some(store.entries.iter().filter_map(|(key, content)| match content {
        Content::Text(text) => Some((key.clone(), text.clone())),
        Content::Binary(_) => None,
    }))
}

fn bytes(store: &Store) -> Option<BTreeMap<String, ByteString>> {
    some(store.entries.iter().filter_map(|(key, content)| match content {
        Content::Text(_) => None,
        Content::Binary(bytes) => Some((key.clone(), ByteString(bytes.clone()))),
    }))
}

/// The content of every object that is written with its content, in short, by what it is and its name. Values that shall not leave
/// the machine are not among them.
pub(super) fn contents(plan: &Plan) -> HashMap<(bool, &str), String> {
    let written = plan.stores.iter().filter(|store| store.presence == Presence::Written);
    written.map(|store| ((store.secret, store.name.as_str()), content(store))).collect()
}

fn content(store: &Store) -> String {
    let mut digest = digest::Digest::new();
    // Lengths stand before what they measure, so that no two contents give the same bytes.
    let mut take = |bytes: &[u8]| {
        digest.update(&(bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    let entries: BTreeMap<&String, &Content> = store.entries.iter().collect();
    for (key, content) in entries {
        take(key.as_bytes());
        match content {
            Content::Text(text) => take(text.as_bytes()),
            Content::Binary(bytes) => take(bytes),
        }
    }
    digest.hex()
}
