//! `x-transship`: our own keys, on a service, on a volume, and at the top of a file, where they are the [`Options`].

use super::operation::{Operation, VolumeOperation};
use crate::compose::Project;
use crate::diag::catalog::extension::{EXTENSION_KEY_UNKNOWN, EXTENSION_VALUE_INVALID};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::Options;
use crate::table::IndexMap;
use crate::text::Place;
use crate::yaml::Node;
use crate::yaml::typed::{self, Fault};
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The name of the attribute.
pub const KEY: &str = "x-transship";

/// What `x-transship` says of a service.
pub(super) fn of_service(name: &str, extensions: &IndexMap<String, Node>, diagnostics: &mut Diagnostics) -> Operation {
    let read = keys::<Operation>(&format!("service {name:?}: "), extensions, diagnostics);
    read.into_iter().fold(Operation::default(), |all, (_, one)| all.or(one))
}

/// What `x-transship` says of a volume.
pub(super) fn of_volume(key: &str, extensions: &IndexMap<String, Node>, diagnostics: &mut Diagnostics) -> VolumeOperation {
    let read = keys::<VolumeOperation>(&format!("volume {key:?}: "), extensions, diagnostics);
    read.into_iter().fold(VolumeOperation::default(), |all, (_, one)| all.or(one))
}

/// The options of a translation: those that were asked for, and where nothing was, what the top-level `x-transship` says.
#[must_use]
pub fn options(project: &Project, asked: &Options, diagnostics: &mut Diagnostics) -> Options {
    let read = keys::<Options>("", &project.extensions, diagnostics);
    let said = read.into_iter().filter_map(|(key, one)| Some((key.clone(), as_map(&one).shift_remove(&key)?)));
    asked.over(said.collect())
}

/// The record as JSON.
fn as_map(options: &Options) -> serde_json::Map<String, Value> {
    match serde_json::to_value(options) {
        Ok(Value::Object(map)) => map,
        _ => serde_json::Map::new(),
    }
}

/// Every key of an `x-transship` as a record of its own; what cannot be read is told and left out.
fn keys<T: DeserializeOwned>(whose: &str, extensions: &IndexMap<String, Node>, diagnostics: &mut Diagnostics) -> Vec<(String, T)> {
    let Some(node) = extensions.get(KEY).filter(|node| !node.is_null()) else { return Vec::new() };
    let Some(map) = node.as_map() else {
        diagnostics.push(Diagnostic::new(&EXTENSION_VALUE_INVALID, format!("{whose}`{KEY}` must be a mapping")).at(node.place));
        return Vec::new();
    };
    let (read, faults) = typed::each(map);
    let mut values: Vec<(Place, &str)> = map.iter().map(|(key, entry)| (entry.value.place, key.as_str())).collect();
    values.sort_by_key(|(place, _)| (place.source, place.start));
    for fault in faults {
        diagnostics.push(tell(whose, &values, fault));
    }
    read
}

/// A fault as a diagnostic; `values` stand in the order of their places.
fn tell(whose: &str, values: &[(Place, &str)], fault: Fault) -> Diagnostic {
    let Fault { place, message, unknown, meant, known } = fault;
    // The key under which the fault stands; the place of an unknown one is the key itself.
    let before = values.partition_point(|(value, _)| (value.source, value.start) <= (place.source, place.start));
    let around =
        before.checked_sub(1).and_then(|last| values.get(last)).filter(|(value, _)| value.source == place.source && place.end <= value.end);
    let under = around.map_or(String::new(), |(_, key)| format!(".{key}"));
    let code = if unknown { &EXTENSION_KEY_UNKNOWN } else { &EXTENSION_VALUE_INVALID };
    let diagnostic = Diagnostic::new(code, format!("{whose}`{KEY}{under}` {message}")).at(place);
    match meant {
        Some(meant) => {
            let title = format!("write {meant:?}");
            diagnostic.help(format!("did you mean {meant:?}?")).fix(title, place, meant)
        }
        None if unknown && !known.is_empty() => {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            diagnostic.help(format!("it may hold {}", names.join(", ")))
        }
        None => diagnostic,
    }
}

/// The JSON Schema of `x-transship`, for editors: a Compose file in which only this attribute is described.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let options = generator.subschema_for::<Options>();
    let service = generator.subschema_for::<Operation>();
    let volume = generator.subschema_for::<VolumeOperation>();
    let each = |schema: &schemars::Schema| json!({"type": "object", "additionalProperties": {"properties": {KEY: schema}}});
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "x-transship in a Compose file",
        "description": "What Compose cannot say: options at the top, operations on services and volumes.",
        "type": "object",
        "properties": {KEY: options, "services": each(&service), "jobs": each(&service), "volumes": each(&volume)},
        "$defs": generator.take_definitions(true),
    });
    loosen(&mut schema, DEPTH);
    schema
}

/// Schemas are not nested deeper than this.
const DEPTH: usize = 32;

/// Lets a schema take what is read as well: texts for numbers and the other way round, and a single value for a list of one.
fn loosen(schema: &mut Value, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let Value::Object(parts) = schema else {
        schema.as_array_mut().into_iter().flatten().for_each(|part| loosen(part, depth));
        return;
    };
    let is_choice = parts.contains_key("const") || parts.contains_key("enum");
    if let Some(kind) = parts.get_mut("type").filter(|kind| !is_choice && (kind.is_string() || kind.is_array())) {
        let kinds: Vec<Value> = kind.as_array().cloned().unwrap_or_else(|| vec![kind.clone()]);
        let more: &[&str] = match kinds.first().and_then(Value::as_str) {
            Some("string") => &["number", "boolean"],
            Some("integer" | "boolean" | "array") => &["string"],
            _ => &[],
        };
        if !more.is_empty() {
            *kind = kinds.into_iter().chain(more.iter().map(|kind| Value::from(*kind))).collect();
        }
    }
    parts.values_mut().for_each(|part| loosen(part, depth));
}
