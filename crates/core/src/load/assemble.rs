//! One model from its Compose files: every document interpolated, completed by `include` and `extends`, and merged over the last.

use super::aliases::promote;
use super::canonical;
use super::compare::fingerprint;
use super::context::Context;
use super::damage::Damage;
use super::extends;
use super::include;
use super::interpolate::interpolate;
use super::loader::{ComposeFile, Loader};
use super::merge::merge_maps;
use super::parts::{parts, put_back, take};
use super::reset::Resets;
use super::trail::Trail;
use super::values::kind;
use super::{defaults, environment, paths, schema, unique, validate};
use crate::diag::Diagnostic;
use crate::diag::catalog::load::{COMPOSE_FILE_INVALID, VERSION_DROPPED};
use crate::table::HashSet;
use crate::yaml::{Entry, Map, Node, Text, Value};

/// Assembles a model. What is wrong is told and taken out of it; `None` where too little is left.
pub(crate) fn assemble(files: Vec<ComposeFile>, context: &Context, loader: &mut Loader<'_>) -> Option<Map> {
    let mut model = Map::default();
    for file in files {
        let ComposeFile { path, documents, .. } = file;
        for document in documents {
            match document.value {
                Value::Null => {}
                Value::Map(_) => layer(document, &path, &mut model, context, loader)?,
                ref other => {
                    let message = format!("the top level of a Compose file is {}, not a mapping", kind(other));
                    loader
                        .diagnostics
                        .push(Diagnostic::new(&COMPOSE_FILE_INVALID, message).at(document.place).help("begin with `services:`"));
                    loader.damage.add(Damage::Entries);
                }
            }
        }
    }
    let damage = loader.damage;
    let mut complete = Map::default();
    for mut part in parts(model) {
        defaults::apply(&mut part, loader.steps.verbatim);
        if loader.steps.schema && validate::validate(&part, context.base.is_some(), damage, loader.diagnostics).is_none() {
            loader.damage.add(Damage::Attributes);
        }
        if let Some(base) = &context.base {
            paths::resolve(&mut part, base, loader.home());
        }
        if loader.steps.finish {
            environment::resolve_lists(&mut part, &context.environment);
        }
        put_back(&mut complete, part);
    }
    Some(complete)
}

/// Merges one document over the model. `None` where the two do not go together: then nothing that follows could be told from it.
fn layer(document: Node, path: &str, model: &mut Map, context: &Context, loader: &mut Loader<'_>) -> Option<()> {
    let (mut document, resets) = read(document, context, loader);
    include::apply(&mut document, &resets, context, loader);
    resets.apply(model);
    extends::apply(&mut document, path, &resets, context, loader);
    // What is too large already would only take time from here on.
    if loader.budget.is_spent() {
        return None;
    }
    check_again(&mut document, model, loader);
    let damage = loader.damage;
    parts(document).into_iter().try_for_each(|part| cover(part, damage, model, context, loader))
}

/// A document with its variables replaced, and what it takes away from the model.
fn read(document: Node, context: &Context, loader: &mut Loader<'_>) -> (Map, Resets) {
    let (mut whole, mut resets) = (Map::default(), Resets::default());
    let Node { value: Value::Map(map), place, tag, .. } = document else { return (whole, resets) };
    for part in parts(*map) {
        let mut part = Node { tag, ..Node::new(Value::from(part), place) };
        resets.collect(&mut part);
        if loader.steps.interpolate {
            interpolate(&mut part, Trail::TOP, &context.environment, loader);
        }
        if let Value::Map(mut part) = part.value {
            promote(&mut part);
            canonical::admit(&mut part, loader);
            put_back(&mut whole, *part);
        }
    }
    (whole, resets)
}

/// Puts a part of a document over the model. Only what it names is merged and checked again, so that many documents stay linear.
fn cover(part: Map, damage: Damage, model: &mut Map, context: &Context, loader: &mut Loader<'_>) -> Option<()> {
    let Some(place) = part.values().next().map(|entry| entry.key) else { return Some(()) };
    let base = take(model, &part);
    loader.budget.pass(&base, place, loader.diagnostics)?;
    let mut merged = merge_maps(base, part, Trail::TOP, loader.diagnostics)?;
    unique(&mut merged, loader);
    let mut node = Node::new(Value::from(merged), place);
    loader.damage.add(schema::validate(&mut node, !loader.steps.schema, damage, loader.diagnostics));
    let merged = node.as_map_mut()?;
    if let Some(version) = merged.shift_remove("version")
        && context.main
    {
        loader.diagnostics.push(
            Diagnostic::new(&VERSION_DROPPED, "the attribute `version` is obsolete and has no effect")
                .at(version.key)
                .help("remove the line"),
        );
    }
    canonical::transform(merged, !loader.steps.interpolate, loader);
    if loader.budget.is_spent() {
        return None;
    }
    unique(merged, loader);
    note_repeated(merged, loader);
    put_back(model, std::mem::take(merged));
    Some(())
}

/// Notes the jobs whose lists say the same twice in long forms. Nothing takes one of them away in a job; Docker Compose complains of them
/// when it checks the model for the next document.
fn note_repeated(model: &Map, loader: &mut Loader<'_>) {
    let jobs = model.get("jobs").and_then(|entry| entry.value.as_map());
    for (name, job) in jobs.into_iter().flatten() {
        let repeats = |(_, entry): (&Text, &Entry)| {
            let mut seen = HashSet::default();
            entry.value.as_list().unwrap_or_default().iter().any(|item| item.as_map().is_some() && !seen.insert(fingerprint(item)))
        };
        if job.value.as_map().into_iter().flatten().any(repeats) {
            loader.repeated.push(name.clone());
        }
    }
}

/// Has the document name the jobs that are checked again with it.
fn check_again(document: &mut Map, model: &Map, loader: &mut Loader<'_>) {
    let Some(Entry { key, value }) = model.get("jobs") else { return };
    for name in std::mem::take(&mut loader.repeated) {
        if value.get(&name).is_some() {
            let jobs =
                document.entry("jobs".into()).or_insert_with(|| Entry { key: *key, value: Node::new(Value::from(Map::default()), *key) });
            if let Some(jobs) = jobs.value.as_map_mut() {
                jobs.entry(name).or_insert_with(|| Entry { key: *key, value: Node::new(Value::Null, *key) });
            }
        }
    }
}

/// Of two items with the same key, only the later stays.
fn unique(model: &mut Map, loader: &mut Loader<'_>) {
    if unique::enforce(model, loader.diagnostics).is_none() {
        loader.damage.add(Damage::Attributes);
    }
}
