//! `include`: other Compose applications, each with its own folder and `.env`, as parts of this one.

use super::assemble::assemble;
use super::context::Context;
use super::damage::Damage;
use super::loader::Loader;
use super::merge::merge;
use super::remote::{is_remote, remote};
use super::reset::Resets;
use super::sections::SECTIONS;
use super::trail::Trail;
use super::values::{kind, plain_text};
use super::variables;
use crate::diag::Diagnostic;
use crate::diag::catalog::load::{INCLUDE_CYCLE_INVALID, INCLUDE_INVALID, INCLUDE_NESTING_INVALID};
use crate::input::Kind;
use crate::text::{Place, path};
use crate::yaml::{Entry, Map, Node, Value};
use std::rc::Rc;

/// How many includes a project may have, those in included files counted each time they are read.
const MOST: usize = 2_000;
/// How deep includes may be nested.
const DEPTH: usize = 64;

/// One entry of `include`.
struct Include {
    paths: Vec<(String, Place)>,
    project_directory: Option<String>,
    env_files: Option<Vec<(String, Place)>>,
    place: Place,
}

/// Takes `include` out of a document and merges what it names into the document. What cannot be included is told and left out.
pub(crate) fn apply(document: &mut Map, resets: &Resets, context: &Context, loader: &mut Loader<'_>) {
    let Some(entry) = document.shift_remove("include") else { return };
    let node = entry.value;
    let items = match node.value {
        Value::List(items) => items,
        Value::Null => return,
        ref other => {
            let message = format!("`include` is {}, not a list", kind(other));
            let help = "write a list of paths: `include: [other/compose.yaml]`";
            loader.diagnostics.push(Diagnostic::new(&INCLUDE_INVALID, message).at(node.place).help(help));
            loader.damage.add(Damage::Entries);
            return;
        }
    };
    for item in items {
        // One that names no file includes nothing.
        if matches!(&item.value, Value::Null) || item.as_map().is_some_and(|map| map.get("path").is_none_or(|path| is_empty(&path.value))) {
            continue;
        }
        if loader.includes > MOST || loader.budget.is_spent() {
            // That is told already.
            break;
        }
        let model = read(item, loader).and_then(|include| load(include, context, loader));
        if model.and_then(|model| import(model, document, resets, loader)).is_none() {
            loader.damage.add(Damage::Entries);
        }
    }
}

/// Is it null or an empty list?
fn is_empty(node: &Node) -> bool {
    node.is_null() || node.as_list().is_some_and(<[Node]>::is_empty)
}

fn read(item: Node, loader: &mut Loader<'_>) -> Option<Include> {
    let place = item.place;
    for (key, entry) in item.as_map().into_iter().flatten() {
        let node = &entry.value;
        let is_text = |node: &Node| node.as_str().is_some();
        let (right, wanted) = match key.as_str() {
            "path" | "env_file" => {
                (is_text(node) || node.as_list().is_some_and(|items| items.iter().all(is_text)), "a path or a list of paths")
            }
            "project_directory" => (matches!(node.value, Value::String(_) | Value::Int(_)), "a path"),
            _ => continue,
        };
        if !right && !node.is_null() {
            let other = node.as_list().into_iter().flatten().find(|item| !is_text(item));
            let (message, place) = match other {
                Some(item) => (format!("an item of `include.{key}` is {}, not a path", kind(&item.value)), item.place),
                None => (format!("`include.{key}` is {}, not {wanted}", kind(&node.value)), node.place),
            };
            loader.diagnostics.push(Diagnostic::new(&INCLUDE_INVALID, message).at(place).help("write it in quotes"));
            return None;
        }
    }
    let texts = |node: &Node| -> Vec<(String, Place)> {
        match &node.value {
            Value::List(items) => items.iter().map(|item| (plain_text(item), item.place)).collect(),
            Value::String(text) => vec![(text.to_string(), node.place)],
            _ => Vec::new(),
        }
    };
    let include = match &item.value {
        Value::String(_) => Include { paths: texts(&item), project_directory: None, env_files: None, place },
        Value::Map(map) => {
            let value = |key: &str| map.get(key).map(|entry| &entry.value);
            Include {
                paths: value("path").map(texts).unwrap_or_default(),
                project_directory: value("project_directory").map(plain_text).filter(|text| !text.is_empty()),
                env_files: value("env_file").map(texts).filter(|files| !files.is_empty()),
                place,
            }
        }
        _ => Include { paths: Vec::new(), project_directory: None, env_files: None, place },
    };
    if include.paths.is_empty() || include.paths.iter().any(|(path, _)| path.is_empty()) {
        loader.diagnostics.push(
            Diagnostic::new(&INCLUDE_INVALID, "an entry of `include` names no file")
                .at(place)
                .help("write a path, or a mapping with `path`"),
        );
        return None;
    }
    for (path, place) in &include.paths {
        if is_remote(path) {
            loader.diagnostics.push(remote(path, "include", *place));
            return None;
        }
    }
    Some(include)
}

/// Loads an included model; its paths are seen from the folder of the model that includes it.
fn load(include: Include, context: &Context, loader: &mut Loader<'_>) -> Option<Map> {
    let paths: Vec<(String, Place)> = include.paths.iter().map(|(file, place)| (path::join(&context.folder, file), *place)).collect();
    let (main, place) = paths.first()?;
    if let Some(first) = context.chain.iter().position(|known| known == main) {
        let files: Vec<String> = context.chain.iter().skip(first).chain([main]).map(|file| loader.display(file)).collect();
        loader.diagnostics.push(
            Diagnostic::new(&INCLUDE_CYCLE_INVALID, format!("the files include each other in a circle: {}", files.join(" → ")))
                .at(*place)
                .help("take one of the entries out of `include`"),
        );
        return None;
    }
    loader.includes += 1;
    if loader.includes > MOST || context.chain.len() > DEPTH {
        let message = if loader.includes > MOST { "there are too many includes" } else { "includes are nested too deeply" };
        loader
            .diagnostics
            .push(Diagnostic::new(&INCLUDE_NESTING_INVALID, message).at(*place).help("include every file once, from the main file"));
        return None;
    }
    let folder = match &include.project_directory {
        Some(folder) => path::join(&context.folder, folder),
        None => path::parent(main),
    };
    let env_files = env_files(&include, &folder, context, loader)?;
    let found = variables::read(&env_files, &context.environment, Some(include.place), loader)?;
    let environment = if found.is_empty() {
        context.environment.clone()
    } else {
        loader.budget.spend(context.environment.len() + found.len(), include.place, loader.diagnostics)?;
        let mut environment = (*context.environment).clone();
        for (key, value) in found {
            environment.entry(key).or_insert(value);
        }
        Rc::new(environment)
    };
    let mut files = Vec::new();
    for (file, place) in &paths {
        let file = loader.compose_file(file, Some(*place))?;
        for document in &file.documents {
            loader.budget.copy(document, *place, loader.diagnostics)?;
        }
        files.push(file);
    }
    let mut chain = context.chain.clone();
    chain.push(main.clone());
    // Docker Compose takes a project directory that is no folder for a file, and starts from the folder that this would be in.
    let is_relative = include.project_directory.as_ref().is_some_and(|folder| !path::is_absolute(folder));
    let start = if is_relative && loader.input.files.kind(&folder) != Kind::Folder { path::parent(&folder) } else { folder.clone() };
    let base = path::relative_to(&start, &context.folder).unwrap_or(start);
    let inner = Context { folder, base: Some(base), environment, chain, main: false };
    let model = assemble(files, &inner, loader)?;
    loader.budget.pass(&model, include.place, loader.diagnostics)?;
    for section in ["configs", "secrets"] {
        for (_, entry) in model.get(section).and_then(|entry| entry.value.as_map()).into_iter().flatten() {
            let name = entry.value.get("environment").and_then(Node::as_str);
            let found = name.and_then(|name| Some((name.to_owned(), inner.environment.get(name)?.clone())));
            loader.content_variables.extend(found);
        }
    }
    Some(model)
}

fn env_files(include: &Include, folder: &str, context: &Context, loader: &mut Loader<'_>) -> Option<Vec<String>> {
    let Some(asked) = &include.env_files else {
        let file = path::join(folder, ".env");
        let there = !matches!(loader.input.files.kind(&file), Kind::Missing | Kind::Folder);
        return Some(if there { vec![file] } else { Vec::new() });
    };
    Some(asked.iter().filter(|(file, _)| file != "/dev/null").map(|(file, _)| path::join(&context.folder, file)).collect())
}

/// Puts the sections of an included model under those of the document: what the document has wins.
fn import(model: Map, document: &mut Map, resets: &Resets, loader: &mut Loader<'_>) -> Option<()> {
    let mut model = model;
    for section in SECTIONS {
        let Some(Entry { key, value }) = model.swap_remove(section) else { continue };
        let Value::Map(imported) = value.value else { continue };
        let empty = || Entry { key, value: Node::new(Value::from(Map::default()), value.place) };
        let target = document.entry(section.into()).or_insert_with(empty);
        if target.value.is_null() {
            *target = empty();
        }
        let Some(target) = target.value.as_map_mut() else { continue };
        for (name, mut entry) in *imported {
            match target.get_mut(&name) {
                None => {
                    target.insert(name, entry);
                }
                Some(present) => {
                    let place = present.value.place;
                    let over = std::mem::replace(&mut present.value, Node::new(Value::Null, place));
                    resets.apply_to_entry(section, &name, &mut entry.value);
                    let merged = merge(entry.value, over, Trail::entry(section, &name), loader.diagnostics)?;
                    if let Some(present) = target.get_mut(&name) {
                        present.value = merged;
                    }
                }
            }
        }
    }
    Some(())
}
