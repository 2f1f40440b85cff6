//! Variables of services: values from the environment, `env_file` and `label_file`.

use super::EnvFile;
use super::defaults::{entries, list};
use super::dotenv::{self, Dotenv};
use super::loader::{Environment, Loader, weight};
use super::trail::Trail;
use super::values::plain_text;
use super::variables::{ENV_BYTES, accept};
use crate::diag::Diagnostic;
use crate::diag::catalog::load::{ENV_FILE_ENTRY_INVALID, ENV_FILE_INVALID, ENV_FILE_MISSING, LABEL_FILE_MISSING};
use crate::input::Kind;
use crate::table::IndexMap;
use crate::text::{Place, Placed, SourceId, path};
use crate::yaml::{Entry, Map, Node, Value};
use std::sync::Arc;

/// How many values of the project a label of a file counts for: it is read and merged for each service.
const LABEL_VALUES: usize = 2;

/// Gives the entries of `environment` lists that have no `=` their value, where the environment has one.
pub(crate) fn resolve_lists(model: &mut Map, environment: &Environment) {
    for section in ["services", "jobs"] {
        for (_, entry) in entries(model, section) {
            for item in entry.value.as_map_mut().and_then(|service| list(service, "environment")).into_iter().flatten() {
                if let Value::String(text) = &mut item.value
                    && let Some(value) = environment.get(text.as_str())
                {
                    *text = format!("{text}={value}").into();
                }
            }
        }
    }
}

/// Gives keys without a value their value from the environment; without one they stay null, or go where `keep` is off.
pub(crate) fn resolve(node: &mut Node, environment: &Environment, keep: bool) {
    match &mut node.value {
        Value::Map(map) => map.retain(|name, entry| {
            if entry.value.is_null() {
                match environment.get(name.as_str()) {
                    Some(value) => entry.value.value = Value::String(value.clone().into()),
                    None => return keep,
                }
            }
            true
        }),
        Value::List(items) => items.retain_mut(|item| {
            let Value::String(text) = &mut item.value else { return true };
            if text.contains('=') {
                return true;
            }
            match environment.get(text.as_str()) {
                Some(value) => {
                    *text = format!("{text}={value}").into();
                    true
                }
                None => keep,
            }
        }),
        _ => {}
    }
}

/// Completes a printed service from the environment and reads its env files. `None` after an error.
///
/// With `merged` their variables go into `environment`; else they are given back.
pub(crate) fn complete(
    service: &mut Map,
    trail: Trail<'_>,
    environment: &Environment,
    merged: bool,
    loader: &mut Loader<'_>,
) -> Option<Vec<EnvFile>> {
    if let Some(entry) = service.get_mut("environment") {
        resolve(&mut entry.value, environment, true);
    }
    let Some(Entry { value: files, .. }) = service.shift_remove("env_file") else { return Some(Vec::new()) };
    let Value::List(files) = files.value else { return Some(Vec::new()) };
    let own: IndexMap<String, String> = service
        .get("environment")
        .and_then(|entry| entry.value.as_map())
        .into_iter()
        .flatten()
        .filter_map(|(name, entry)| Some((name.to_string(), entry.value.as_str()?.to_owned())))
        .collect();
    let mut read: Vec<EnvFile> = Vec::new();
    for file in &files {
        let required = file.get("required").is_none_or(|node| !matches!(node.value, Value::Bool(false)));
        let Some(path) = file.get("path") else {
            if !required {
                continue;
            }
            let message = format!("{} names no file", trail.then("env_file"));
            loader.diagnostics.push(Diagnostic::new(&ENV_FILE_MISSING, message).at(file.place).help("name a file, or remove the entry"));
            return None;
        };
        let Some((source, text)) = open(path, required, trail, loader)? else { continue };
        loader.budget.read_again(&text, ENV_BYTES, path.place, loader.diagnostics)?;
        let format = file.get("format").map(plain_text).unwrap_or_default();
        let place = |range: std::ops::Range<usize>| Place::new(source, range.start, range.end);
        let mut outside = |name: &str| environment.get(name).or_else(|| own.get(name)).cloned();
        let earlier = |name: &str| read.iter().rev().find_map(|file| file.variables.get(name).map(|value| value.value.clone()));
        let parsed = match format.as_str() {
            "" => dotenv::parse(&text, &mut outside, &earlier),
            "raw" => dotenv::parse_raw(&text, &mut |name| environment.get(name).cloned()),
            other => {
                let message = format!("{}: {other:?} is no format of env files", trail.then("env_file"));
                let place = file.get("format").map_or(file.place, |node| node.place);
                let help = "leave `format` out, or write `raw`";
                loader.diagnostics.push(Diagnostic::new(&ENV_FILE_ENTRY_INVALID, message).at(place).help(help));
                return None;
            }
        };
        let Dotenv { variables, .. } = accept(parsed, &plain_text(path), source, loader)?;
        // What is read becomes memory: a variable may grow by what it expands to.
        let values: usize = variables.iter().map(|variable| weight(&variable.value)).sum();
        loader.budget.spend(values, path.place, loader.diagnostics)?;
        let variables =
            variables.into_iter().map(|variable| (variable.key, Placed::new(variable.value, place(variable.value_range)))).collect();
        read.push(EnvFile { path: plain_text(path), place: path.place, variables });
    }
    if merged {
        merge(service, std::mem::take(&mut read));
    }
    Some(read)
}

/// Puts the variables of env files under those of `environment`.
fn merge(service: &mut Map, files: Vec<EnvFile>) {
    let mut variables = Map::default();
    let mut at = None;
    for (name, value) in files.into_iter().flat_map(|file| file.variables) {
        at.get_or_insert(value.place);
        variables.insert(name.into(), Entry { key: value.place, value: Node::string(value.value, value.place) });
    }
    let Some(place) = at else { return };
    let own =
        service.entry("environment".into()).or_insert_with(|| Entry { key: place, value: Node::new(Value::from(Map::default()), place) });
    if let Some(own) = own.value.as_map_mut() {
        variables.extend(std::mem::take(own));
        *own = variables;
    }
}

/// The text of an env file; nothing where it is missing and need not be there.
#[allow(clippy::option_option, reason = "an error, a file that may be missing, and a text")]
fn open(named: &Node, required: bool, trail: Trail<'_>, loader: &mut Loader<'_>) -> Option<Option<(SourceId, Arc<str>)>> {
    let file = path::join(&loader.input.working_folder, &plain_text(named));
    let missing = loader.input.files.kind(&file) == Kind::Missing;
    if missing && !required {
        return Some(None);
    }
    match loader.read(&file) {
        Ok(read) => Some(Some(read)),
        Err(reason) => {
            let name = loader.display(&file);
            let trail = trail.then("env_file");
            let diagnostic = if missing {
                Diagnostic::new(&ENV_FILE_MISSING, format!("{trail}: the file {name:?} does not exist"))
                    .help("create it, or write `required: false` under its `path`")
            } else {
                Diagnostic::new(&ENV_FILE_INVALID, format!("{trail}: the file {name:?} cannot be read: {reason}")).help("name a text file")
            };
            loader.diagnostics.push(diagnostic.at(named.place));
            None
        }
    }
}

/// Puts what `label_file` says under the labels of a printed service. `None` after an error.
pub(crate) fn read_label_files(service: &mut Map, trail: Trail<'_>, loader: &mut Loader<'_>) -> Option<()> {
    let Some(entry) = service.get("label_file") else { return Some(()) };
    let files = entry.value.as_list().unwrap_or_default().to_vec();
    let mut labels = Map::default();
    for file in &files {
        let path = path::join(&loader.input.working_folder, &plain_text(file));
        let (source, text) = match loader.read(&path) {
            Ok(read) => read,
            Err(reason) => {
                let message = format!("{}: the file {:?} cannot be read: {reason}", trail.then("label_file"), loader.display(&path));
                loader
                    .diagnostics
                    .push(Diagnostic::new(&LABEL_FILE_MISSING, message).at(file.place).help("name a file of `KEY=VALUE` lines"));
                return None;
            }
        };
        loader.budget.read_again(&text, ENV_BYTES, file.place, loader.diagnostics)?;
        // What an earlier file says counts before what this one says above.
        let mut earlier = |name: &str| labels.get(name).map(|entry: &Entry| plain_text(&entry.value));
        let parsed = dotenv::parse(&text, &mut earlier, &|_| None);
        let variables = accept(parsed, &path, source, loader)?.variables;
        let values: usize = variables.iter().map(|variable| weight(&variable.value)).sum();
        loader.budget.spend(LABEL_VALUES * values, file.place, loader.diagnostics)?;
        for variable in variables {
            let place = Place::new(source, variable.value_range.start, variable.value_range.end);
            let key = Place::new(source, variable.key_range.start, variable.key_range.end);
            labels.insert(variable.key.into(), Entry { key, value: Node::string(variable.value, place) });
        }
    }
    let Some((_, first)) = labels.first() else { return Some(()) };
    let place = first.key;
    let own = service.entry("labels".into()).or_insert_with(|| Entry { key: place, value: Node::new(Value::from(Map::default()), place) });
    if let Some(own) = own.value.as_map_mut() {
        labels.extend(std::mem::take(own));
        *own = labels;
    }
    Some(())
}
