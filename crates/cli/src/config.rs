//! `transship config`: the project as Docker Compose understands it.

use crate::args::{ConfigFlags, ConfigFormat, PartFlags, ProjectFlags, RefusedFlags, ReportFlags};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::report::{self, Channel, Report};
use crate::{discover, write};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use transship::diag::catalog::load::DEPENDENCY_UNKNOWN;
use transship::diag::{Diagnostic, Diagnostics};
use transship::load::{self, Loaded, Steps};
use transship::text::Sources;
use transship::yaml::{Node, Value};

/// Loads the project and prints its model, or the part that the flags ask for.
pub(crate) fn run(flags: &ConfigFlags, project: &ProjectFlags, told: &ReportFlags) -> Result<Exit, Failure> {
    refuse(&flags.refused)?;
    let folder = discover::working_folder()?;
    // Docker Compose lists these sections whole, whichever services are named.
    let selection = project.selection(if is_whole(&flags.part) { &[] } else { &flags.services });
    let all_resources = selection.all_resources;
    let disk = Disk::new(&folder, &selection);
    let input = discover::input(&disk, selection, &folder);
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let loaded = load::load(&input, steps(flags, all_resources), &mut sources, &mut diagnostics);
    let in_order = flags.part.services && !flags.steps.no_interpolate;
    let loaded = loaded.filter(|loaded| !in_order || known_dependencies(loaded, &mut diagnostics));
    let diagnostics = diagnostics.into_sorted();
    let report = Report { diagnostics: &diagnostics, sources: &sources, done: String::new(), outcome: None };
    let exit = report::tell(&report, told, Channel::Stderr);
    let Some(loaded) = loaded else { return Ok(Exit::Errors) };
    if !told.quiet {
        let text = text(flags, &loaded);
        match flags.output.as_deref().filter(|path| path.as_os_str() != "-") {
            Some(path) => write::file(path, text.as_bytes())?,
            None => write::stdout(text.as_bytes())?,
        }
    }
    Ok(exit)
}

/// Says why something that Docker Compose does is not done here.
fn refuse(flags: &RefusedFlags) -> Result<(), Failure> {
    let (flag, why) = if flags.hash.is_some() {
        ("hash", "the checksum is made over the inner types of Docker Compose, and is of no use outside of it")
    } else if flags.resolve_image_digests {
        ("resolve-image-digests", "a registry has to be asked for digests, and transship does not use the network")
    } else if flags.lock_image_digests {
        ("lock-image-digests", "a registry has to be asked for digests, and transship does not use the network")
    } else {
        return Ok(());
    };
    Err(Failure::usage(format!("`--{flag}` is not done here: {why}; run `docker compose config --{flag}`")))
}

/// Does the list show a section as it stands, without a look at which services are chosen and at their env files?
const fn is_whole(part: &PartFlags) -> bool {
    part.services || part.volumes || part.networks || part.models
}

/// Is a list printed, whose lines are no Compose file?
const fn is_list(part: &PartFlags) -> bool {
    is_whole(part) || part.images || part.profiles || part.variables || part.environment
}

/// The loading steps that the flags leave.
fn steps(flags: &ConfigFlags, all_resources: bool) -> Steps {
    let without = &flags.steps;
    let part = &flags.part;
    let lists = part.services || part.images || part.volumes || part.networks || part.models || part.profiles;
    // Of what is not interpolated, only the model itself and the names in it can be shown unread.
    let unread = part.variables || (without.no_interpolate && (part.services || !lists && !part.environment));
    Steps {
        interpolate: !without.no_interpolate && !part.variables,
        schema: !part.variables,
        finish: !unread,
        normalize: !without.no_normalize && !part.variables,
        resolve_paths: !without.no_path_resolution,
        resolve_environment: !without.no_env_resolution && !is_whole(part),
        merge_env_files: !without.no_env_resolution && !is_whole(part),
        container_names: !lists && !part.environment,
        consistency: !without.no_consistency,
        all_resources,
        verbatim: true,
    }
}

/// What is printed, with a newline at its end.
fn text(flags: &ConfigFlags, loaded: &Loaded) -> String {
    let model = load::model::to_json(&loaded.tree, !flags.steps.no_interpolate && !is_list(&flags.part));
    if flags.part.variables && flags.format == ConfigFormat::Json {
        return format!("{:#}\n", variables_json(loaded));
    }
    if let Some(names) = part(&flags.part, loaded, &model) {
        return names.into_iter().map(|name| name + "\n").collect();
    }
    match flags.format {
        ConfigFormat::Json => format!("{model:#}\n"),
        ConfigFormat::Yaml => transship::render::yaml::write(&model),
    }
}

/// The lines of the part that the flags ask for, if they ask for one.
fn part(flags: &PartFlags, loaded: &Loaded, model: &Json) -> Option<Vec<String>> {
    let keys = |section: &str| {
        let mut names: Vec<String> = entries(model, section).map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    };
    if flags.services {
        Some(in_dependency_order(model))
    } else if flags.images {
        Some(images(&loaded.name, model))
    } else if flags.volumes {
        Some(keys("volumes"))
    } else if flags.networks {
        Some(keys("networks"))
    } else if flags.models {
        let mut names: Vec<String> = entries(model, "models").filter_map(|(_, model)| text_of(model, "model")).collect();
        names.sort();
        Some(names)
    } else if flags.profiles {
        let profiles = entries(model, "services").filter_map(|(_, service)| service.get("profiles")?.as_array()).flatten();
        let active = profiles.filter_map(Json::as_str).map(str::to_owned);
        let inactive = loaded.inactive.values().flat_map(|(_, profiles)| profiles.iter().cloned());
        Some(active.chain(inactive).collect::<BTreeSet<_>>().into_iter().collect())
    } else if flags.variables {
        let header = ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"].map(str::to_owned);
        let variables = load::listing::variables(loaded).into_iter();
        let rows = variables.map(|v| [v.name, v.required.to_string(), v.default, v.alternative]);
        Some(columns(&std::iter::once(header).chain(rows).collect::<Vec<_>>()))
    } else if flags.environment {
        let sorted: BTreeMap<_, _> = loaded.environment.iter().collect();
        Some(sorted.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    } else {
        None
    }
}

/// The images of services, each with those of its hooks that have another, and of jobs.
fn images(project: &str, model: &Json) -> Vec<String> {
    let mut images = Vec::new();
    for section in ["services", "jobs"] {
        let entries: BTreeMap<_, _> = entries(model, section).collect();
        for (name, entry) in entries {
            let own = text_of(entry, "image");
            let hooks = entry.get("pre_start").and_then(Json::as_array).into_iter().flatten();
            let others = hooks.filter_map(|hook| text_of(hook, "image")).filter(|image| Some(image) != own.as_ref());
            let others: Vec<String> = others.collect();
            images.push(own.unwrap_or_else(|| format!("{project}-{name}")));
            images.extend(others);
        }
    }
    images
}

/// The variables by name, in the words of Docker Compose.
fn variables_json(loaded: &Loaded) -> Json {
    let row = |v: load::listing::Variable| {
        let value = serde_json::json!({
            "Name": v.name, "DefaultValue": v.default, "PresenceValue": v.alternative, "Required": v.required
        });
        (v.name, value)
    };
    Json::Object(load::listing::variables(loaded).into_iter().map(row).collect())
}

/// Rows as lines whose columns stand below each other.
fn columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] =
        std::array::from_fn(|n| rows.iter().filter_map(|row| row.get(n)).map(|c| c.chars().count()).max().unwrap_or(0));
    let line = |row: &[String; N]| row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}   ")).collect::<String>();
    rows.iter().map(|row| line(row).trim_end().to_owned()).collect()
}

/// The entries of a section of the model.
fn entries<'a>(model: &'a Json, section: &str) -> impl Iterator<Item = (&'a String, &'a Json)> {
    model.get(section).and_then(Json::as_object).into_iter().flatten()
}

/// The text of a key.
fn text_of(value: &Json, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

/// Are all services there that others need? Docker Compose puts services in order only then: without the checks that `--no-consistency`
/// leaves out, this one is left. Those that are not there are told.
fn known_dependencies(loaded: &Loaded, diagnostics: &mut Diagnostics) -> bool {
    let services = loaded.tree.get("services").and_then(Node::as_map);
    let before = diagnostics.len();
    for (name, service) in services.into_iter().flatten() {
        for (other, need) in service.value.get("depends_on").and_then(Node::as_map).into_iter().flatten() {
            let is_needed = need.value.get("required").is_none_or(|required| required.value != Value::Bool(false));
            if is_needed && services.is_some_and(|services| !services.contains_key(other)) {
                let message = format!("service {name:?} depends on the service {other:?}, which is not declared");
                let help = "declare it under `services`, or write `required: false`";
                diagnostics.push(Diagnostic::new(&DEPENDENCY_UNKNOWN, message).at(need.key).help(help));
            }
        }
    }
    diagnostics.len() == before
}

/// The names of the services, each after those that it depends on, by name where nothing else decides.
fn in_dependency_order(model: &Json) -> Vec<String> {
    let needs =
        |service: &Json| service.get("depends_on").and_then(Json::as_object).map(|m| m.keys().cloned().collect()).unwrap_or_default();
    let services: BTreeMap<&str, BTreeSet<String>> = entries(model, "services").map(|(name, s)| (name.as_str(), needs(s))).collect();
    let mut seen = BTreeSet::new();
    let mut order = Vec::with_capacity(services.len());
    for first in services.keys() {
        // A service is pushed twice: to look at what it needs, and to be written after that.
        let mut stack = vec![(*first, false)];
        while let Some((name, is_ready)) = stack.pop() {
            let Some(needs) = services.get(name) else { continue };
            if is_ready {
                order.push(name.to_owned());
            } else if seen.insert(name) {
                stack.push((name, true));
                stack.extend(needs.iter().rev().map(|need| (need.as_str(), false)));
            }
        }
    }
    order
}
