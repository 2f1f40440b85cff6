//! From the user's files to one merged, interpolated, canonical tree, exactly as Docker Compose loads a project.

mod aliases;
mod assemble;
mod canonical;
mod casts;
mod compare;
mod consistency;
mod context;
mod damage;
mod defaults;
pub(crate) mod dotenv;
mod entries;
mod environment;
mod extends;
mod forms;
mod include;
mod interpolate;
pub mod listing;
mod loader;
mod merge;
pub mod model;
mod normalize;
pub(crate) mod parts;
mod paths;
mod profiles;
mod project;
mod remote;
mod reset;
mod schema;
mod sections;
mod select;
mod shape;
mod shapes;
pub(crate) mod template;
mod trail;
mod unique;
mod validate;
mod values;
mod variables;

use crate::diag::{Diagnostic, Diagnostics, catalog};
use crate::input::Input;
use crate::table::IndexMap;
use crate::text::{Place, Placed, Sources};
use crate::yaml::{Entry, Map, Node, Value};
use assemble::assemble;
use context::Context;
use damage::Damage;
use loader::{Environment, Loader};
use project::Project;
use sections::WORKLOADS;
use std::rc::Rc;
use trail::Trail;

/// Which of Docker Compose's loading steps run: the flags of `docker compose config`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Replace variables (`--no-interpolate` turns it off).
    pub interpolate: bool,
    /// Check the files against the schema of Compose (`--variables` goes without).
    pub schema: bool,
    /// Read every value as its type, leave out what no profile brings in, and complete the rest from files. `--no-interpolate` prints
    /// the model as it is before that.
    pub finish: bool,
    /// Fill in defaults and names (`--no-normalize`).
    pub normalize: bool,
    /// Make paths absolute (`--no-path-resolution`).
    pub resolve_paths: bool,
    /// Take the values of variables without one from the environment, and read `env_file` (`--no-env-resolution`).
    pub resolve_environment: bool,
    /// Merge what `env_file` says into `environment`, as `docker compose config` prints it. A translation leaves it off and keeps
    /// the files apart: see [`Loaded::env_files`].
    pub merge_env_files: bool,
    /// Check references between sections (`--no-consistency`).
    pub consistency: bool,
    /// Check that no two services have the same name of their container; Docker Compose does so when it prints the model.
    pub container_names: bool,
    /// Keep networks, volumes, configs and secrets that no active service uses (`--all-resources`).
    pub all_resources: bool,
    /// Give the model as Docker Compose prints it, where a cluster needs another: a job without an image, hooks before the start without
    /// their defaults and env files, what becomes of `x-*` among labels and variables; and leave out what only jobs and hooks use. A
    /// translation leaves it off.
    pub verbatim: bool,
}

impl Steps {
    /// What a translation needs: everything, with env files kept apart, and every declared resource.
    pub const TRANSLATION: Self = Self {
        interpolate: true,
        schema: true,
        finish: true,
        normalize: true,
        resolve_paths: true,
        resolve_environment: true,
        merge_env_files: false,
        consistency: true,
        container_names: true,
        all_resources: false,
        verbatim: false,
    };
}

/// A loaded project.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The project's name, with the place that gave it where a file did.
    pub name: String,
    /// The place of `name:` in a Compose file, when the name comes from one.
    pub name_place: Option<Place>,
    /// The project folder: absolute.
    pub folder: String,
    /// The canonical model: what `docker compose config` prints, with every literal `$` single. Only active services.
    pub tree: Node,
    /// The variables that interpolation saw: process environment, then `.env` files; and those of included projects that configs and
    /// secrets take their content from.
    pub environment: IndexMap<String, String>,
    /// The env files of each active service, in their order; empty when [`Steps::merge_env_files`] merged them.
    pub env_files: IndexMap<String, Vec<EnvFile>>,
    /// Services that a profile leaves out, with the place of their key and their profiles.
    pub inactive: IndexMap<String, (Place, Vec<String>)>,
}

/// One entry of `env_file`, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFile {
    /// Absolute path.
    pub path: String,
    /// Where the Compose file names it.
    pub place: Place,
    /// What it sets, expanded, with the place in the env file. A key without a value that the environment does not set is absent.
    pub variables: IndexMap<String, Placed<String>>,
}

/// Loads the project that `input` selects.
///
/// `None` when it does not load: then `diagnostics` holds at least one error, and nothing may be written.
pub fn load(input: &Input<'_>, steps: Steps, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Loaded> {
    let mut told = Diagnostics::with_most_errors();
    let mut loader = Loader::new(input, steps, sources, &mut told);
    let loaded = project::find(&mut loader).and_then(|project| finish(project, &mut loader));
    loader.tell_unset(loaded.as_ref().map_or(&input.environment, |loaded| &loaded.environment));
    loader.settle();
    diagnostics.append(told);
    loaded
}

/// From the project's files to the canonical tree.
fn finish(project: Project, loader: &mut Loader<'_>) -> Option<Loaded> {
    let Project { folder, files, environment, name, name_place, profiles } = project;
    let steps = loader.steps;
    let first = files.first().map(|file| Place::new(file.source, 0, 0))?;
    let chain = files.first().map(|file| file.path.clone()).into_iter().collect();
    let context = Context {
        base: steps.resolve_paths.then(|| folder.clone()),
        folder: folder.clone(),
        environment: Rc::new(environment),
        chain,
        main: true,
    };
    let model = assemble(files, &context, loader)?;
    if model.is_empty() && !loader.damage.is_some() {
        loader.diagnostics.push(
            Diagnostic::new(&catalog::load::COMPOSE_CONTENT_MISSING, "the Compose file says nothing")
                .at(first)
                .help("begin with `services:`"),
        );
        return None;
    }
    let environment = (*context.environment).clone();
    // A model that is printed as it is written takes nothing from outside of the files.
    let nothing = Environment::default();
    let outside = if steps.finish { &environment } else { &nothing };
    let mut default_network = None;
    let mut normal = Map::default();
    for mut part in parts::parts(model) {
        if steps.normalize {
            normalize::workloads(&mut part, &mut default_network, outside, loader)?;
        }
        if steps.finish {
            WORKLOADS.iter().for_each(|section| print(&mut part, section, loader));
        }
        parts::put_back(&mut normal, part);
    }
    let mut model = normal;
    if steps.normalize {
        normalize::resources(&mut model, default_network, &name);
    }
    let at = name_place.unwrap_or(first);
    let written = model.shift_remove("name");
    let mut loaded = Loaded {
        tree: Node::new(Value::Null, first),
        name,
        name_place,
        folder,
        environment,
        env_files: IndexMap::default(),
        inactive: IndexMap::default(),
    };
    if !steps.finish && loader.damage.is_some() {
        return None;
    }
    if steps.finish {
        model = activate(model, &profiles, first, &mut loaded, loader)?;
    }
    for (variable, value) in std::mem::take(&mut loader.content_variables) {
        loaded.environment.entry(variable).or_insert(value);
    }
    let mut tree = match written {
        // Only normal form and types give a model its name.
        written if !steps.finish && !steps.normalize => written.into_iter().map(|entry| ("name".into(), entry)).collect(),
        _ => forms::one("name", at, Node::string(loaded.name.clone(), at)),
    };
    tree.extend(model);
    loaded.tree.value = Value::from(tree);
    Some(loaded)
}

/// Prints the model, leaves out what is not active, checks the rest and completes it from files.
fn activate(mut model: Map, profiles: &[String], first: Place, loaded: &mut Loaded, loader: &mut Loader<'_>) -> Option<Map> {
    let steps = loader.steps;
    for (section, _) in shapes::SECTIONS.iter().filter(|(section, _)| !WORKLOADS.contains(section)) {
        print(&mut model, section, loader);
    }
    for (name, job) in defaults::entries(&mut model, "jobs") {
        let (place, name) = (job.key, name.clone());
        if let Some(job) = job.value.as_map_mut() {
            job.insert("name".into(), Entry { key: place, value: Node::string(name, place) });
        }
    }
    let mut model = in_order(model, first);
    let mut services = take_section(&mut model, "services");
    let mut inactive = profiles::deactivate(&mut services, profiles);
    let mut jobs = take_section(&mut model, "jobs");
    let mut inactive_jobs = profiles::deactivate(&mut jobs, profiles);
    give_section(&mut model, "services", services, first);
    give_jobs(&mut model, jobs, first);
    if steps.consistency {
        let project = consistency::Project { model: &model, inactive: &inactive, verbatim: steps.verbatim };
        if consistency::check(&project, loader.damage, loader.diagnostics).is_none() {
            loader.damage.add(Damage::Attributes);
        }
    }
    if steps.consistency {
        consistency::count_replicas(&mut model);
    }
    let names = &loader.input.selection.services;
    let unique = |model: &Map, loader: &mut Loader<'_>| {
        !(steps.consistency && steps.container_names) || consistency::check_container_names(model, loader.diagnostics).is_some()
    };
    if loader.damage.is_some() {
        // Whether the env files are there is the last thing to tell.
        read_files(&mut model, loaded, loader);
        if names.is_empty() {
            unique(&model, loader);
        }
        return None;
    }
    // The files of every active service have to be there, also of those that are not chosen.
    read_files(&mut model, loaded, loader)?;
    if !names.is_empty() {
        let mut services = take_section(&mut model, "services");
        let mut jobs = take_section(&mut model, "jobs");
        let wanted = select::profiles_of(names, &services, &inactive, loader.diagnostics)?;
        let enabled =
            profiles::activate(&mut services, &mut inactive, &wanted) | profiles::activate(&mut jobs, &mut inactive_jobs, &wanted);
        select::select(names, &mut services, &inactive, loader.diagnostics)?;
        loaded.env_files.retain(|workload, _| services.contains_key(workload.as_str()) || jobs.contains_key(workload.as_str()));
        give_section(&mut model, "services", services, first);
        give_jobs(&mut model, jobs, first);
        if enabled {
            read_files(&mut model, loaded, loader)?;
        }
    }
    if !unique(&model, loader) {
        return None;
    }
    if !steps.all_resources {
        select::prune(&mut model, steps.verbatim);
    }
    loaded.inactive = profiles::describe(&inactive);
    Some(model)
}

/// Reads the env files and label files of services and jobs. `None` after an error; all errors are told.
fn read_files(model: &mut Map, loaded: &mut Loaded, loader: &mut Loader<'_>) -> Option<()> {
    let mut failed = false;
    for section in WORKLOADS {
        for (name, entry) in defaults::entries(model, section) {
            let Some(service) = entry.value.as_map_mut().filter(|_| !loader.budget.is_spent()) else { continue };
            let trail = Trail::entry(section, name);
            if loader.steps.resolve_environment {
                match environment::complete(service, trail, &loaded.environment, loader.steps.merge_env_files, loader) {
                    Some(files) if files.is_empty() => {}
                    Some(files) => drop(loaded.env_files.insert(name.to_string(), files)),
                    None => failed = true,
                }
                let hooks = defaults::list(service, "pre_start").filter(|_| !loader.steps.verbatim);
                for hook in hooks.into_iter().flatten().filter_map(Node::as_map_mut) {
                    failed |= environment::complete(hook, trail, &loaded.environment, true, loader).is_none();
                }
            }
            failed |= environment::read_label_files(service, trail, loader).is_none();
        }
    }
    (!failed).then_some(())
}

/// Puts every value of a section as it is printed. What cannot be read is told and taken out.
fn print(model: &mut Map, section: &str, loader: &mut Loader<'_>) {
    let Some((_, shape)) = shapes::SECTIONS.iter().find(|(name, _)| *name == section) else { return };
    let Some(Entry { value, .. }) = model.get_mut(section) else { return };
    let place = value.place;
    let node = std::mem::replace(value, Node::new(Value::Null, place));
    let mut printer = shape::Printer { diagnostics: loader.diagnostics, verbatim: loader.steps.verbatim, failed: false };
    match printer.print(node, shape, Trail::TOP.then(section)) {
        Some(printed) => *value = printed,
        None => drop(model.shift_remove(section)),
    }
    if printer.failed {
        loader.damage.add(Damage::Attributes);
    }
}

/// The sections in the order in which they are printed: services first and always, the others in Compose's order, extensions last.
fn in_order(mut model: Map, first: Place) -> Map {
    let mut ordered = Map::default();
    give_section(&mut ordered, "services", Map::default(), first);
    for (section, _) in shapes::SECTIONS {
        if let Some(entry) = model.shift_remove(*section) {
            ordered.insert((*section).into(), entry);
        }
    }
    ordered.extend(model.into_iter().filter(|(section, _)| section.starts_with("x-")));
    ordered
}

/// Empties a section and gives its entries.
fn take_section(model: &mut Map, section: &str) -> Map {
    match model.get_mut(section).map(|entry| &mut entry.value.value) {
        Some(Value::Map(entries)) => std::mem::take(entries),
        _ => Map::default(),
    }
}

/// Fills the section of the jobs, or takes it away where there are none.
fn give_jobs(model: &mut Map, jobs: Map, first: Place) {
    if jobs.is_empty() {
        model.shift_remove("jobs");
    } else {
        give_section(model, "jobs", jobs, first);
    }
}

/// Fills a section; one that was not there begins at `first`.
fn give_section(model: &mut Map, section: &str, entries: Map, first: Place) {
    let entry = model.entry(section.into()).or_insert_with(|| Entry { key: first, value: Node::new(Value::Null, first) });
    entry.value.value = Value::from(entries);
}
