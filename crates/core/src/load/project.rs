//! Which project is loaded: its folder, its Compose files, its variables and its name.

use super::interpolate::interpolate;
use super::loader::{ComposeFile, Environment, Loader};
use super::trail::Trail;
use super::variables;
use crate::diag::Diagnostic;
use crate::diag::catalog::load::{
    COMPOSE_FILE_ASSUMED, COMPOSE_FILE_INVALID, COMPOSE_FILE_MISSING, OVERRIDE_FILE_ASSUMED, PROJECT_NAME_INVALID, PROJECT_NAME_MISSING,
    VARIABLE_VALUE_INVALID,
};
use crate::input::Kind;
use crate::text::{Place, path};
use crate::yaml::Value;

/// The names of a Compose file, best first.
const FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// The names of the file that is merged over it, best first.
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// A project, found.
pub(crate) struct Project {
    /// Absolute.
    pub(crate) folder: String,
    /// The Compose files in merge order.
    pub(crate) files: Vec<ComposeFile>,
    /// What interpolation sees.
    pub(crate) environment: Environment,
    /// The name.
    pub(crate) name: String,
    /// The place of the `name:` that gave it.
    pub(crate) name_place: Option<Place>,
    /// The active profiles.
    pub(crate) profiles: Vec<String>,
}

/// Finds the project that the input selects. `None` after an error.
pub(crate) fn find(loader: &mut Loader<'_>) -> Option<Project> {
    let input = loader.input;
    let selection = &input.selection;
    let here = path::clean(&input.working_folder);
    let chosen = selection.project_directory.as_ref().filter(|folder| !folder.is_empty()).map(|folder| path::join(&here, folder));

    let mut environment = input.environment.clone();
    environment.entry("PWD".to_owned()).or_insert_with(|| here.clone());

    let mut paths: Vec<String> = selection.files.iter().map(|file| absolute(&here, file)).collect();
    let folder_of = |paths: &[String]| {
        let beside = || paths.iter().find(|path| *path != "-").map(|path| path::parent(path));
        chosen.clone().or_else(beside).unwrap_or_else(|| here.clone())
    };
    read_dotenv(&folder_of(&paths), &here, &mut environment, loader)?;
    if paths.is_empty()
        && let Some(list) = environment.get("COMPOSE_FILE").filter(|list| !list.is_empty())
    {
        let separator = environment.get("COMPOSE_PATH_SEPARATOR").filter(|text| !text.is_empty()).map_or(":", String::as_str);
        paths = list.split(separator).map(|file| absolute(&here, file)).collect();
    }
    if paths.is_empty() {
        paths = search(&folder_of(&[]), loader)?;
    }
    let folder = folder_of(&paths);
    read_dotenv(&folder, &here, &mut environment, loader)?;

    let mut files = Vec::with_capacity(paths.len());
    for path in &paths {
        files.push(loader.compose_file(path, None));
    }
    let files = files.into_iter().collect::<Option<Vec<_>>>()?;
    let profiles = profiles(&selection.profiles, &environment);
    let (name, name_place) = name(&folder, &files, &environment, loader)?;
    environment.insert("COMPOSE_PROJECT_NAME".to_owned(), name.clone());
    Some(Project { folder, files, environment, name, name_place, profiles })
}

fn absolute(here: &str, file: &str) -> String {
    if file == "-" { file.to_owned() } else { path::join(here, file) }
}

/// Adds the variables of `--env-file`, of `COMPOSE_ENV_FILES`, or of `.env` in the folder. What is set already wins.
fn read_dotenv(folder: &str, here: &str, environment: &mut Environment, loader: &mut Loader<'_>) -> Option<()> {
    let selection = &loader.input.selection;
    let files: Vec<String> = if !selection.env_files.is_empty() {
        selection.env_files.iter().map(|file| path::join(here, file)).collect()
    } else if let Some(list) = loader.input.environment.get("COMPOSE_ENV_FILES").filter(|list| !list.is_empty()) {
        list.split(',').map(|file| path::join(here, file)).collect()
    } else {
        let disabled = match loader.input.environment.get("COMPOSE_DISABLE_ENV_FILE") {
            Some(value) => is_true(value, loader)?,
            None => false,
        };
        let file = path::join(folder, ".env");
        let usable = !disabled && !matches!(loader.input.files.kind(&file), Kind::Missing | Kind::Folder);
        if usable { vec![file] } else { Vec::new() }
    };
    for (key, value) in variables::read(&files, environment, None, loader)? {
        environment.entry(key).or_insert(value);
    }
    Some(())
}

/// The value of `COMPOSE_DISABLE_ENV_FILE`, in the words that Docker Compose takes. `None` after an error.
fn is_true(value: &str, loader: &mut Loader<'_>) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => {
            let message = format!("the variable `COMPOSE_DISABLE_ENV_FILE` is {value:?}, not a boolean");
            let help = "set it to `true` or `false`, or take it out of the environment";
            loader.diagnostics.push(Diagnostic::new(&VARIABLE_VALUE_INVALID, message).help(help));
            None
        }
    }
}

/// Looks for a Compose file in the folder, then in those above it.
fn search(folder: &str, loader: &mut Loader<'_>) -> Option<Vec<String>> {
    let mut at = folder.to_owned();
    loop {
        let found = present(&at, &FILES, loader);
        if let Some(first) = found.first().cloned() {
            let mut paths = vec![first];
            tell_choice(&found, &COMPOSE_FILE_ASSUMED, "Compose files", loader);
            let overrides = present(&at, &OVERRIDES, loader);
            tell_choice(&overrides, &OVERRIDE_FILE_ASSUMED, "override files", loader);
            paths.extend(overrides.into_iter().next());
            return Some(paths);
        }
        let above = path::parent(&at);
        if above == at {
            break;
        }
        at = above;
    }
    loader.diagnostics.push(
        Diagnostic::new(&COMPOSE_FILE_MISSING, format!("there is no Compose file in {folder} or in a folder above it"))
            .help(format!("name one with `--file`, or call it {}", FILES.join(", "))),
    );
    None
}

fn present(folder: &str, names: &[&str], loader: &Loader<'_>) -> Vec<String> {
    let paths = names.iter().map(|name| path::join(folder, name));
    paths.filter(|path| !matches!(loader.input.files.kind(path), Kind::Missing | Kind::Folder)).collect()
}

fn tell_choice(found: &[String], code: &'static crate::diag::Definition, what: &str, loader: &mut Loader<'_>) {
    if let [first, _, ..] = found {
        let names: Vec<String> = found.iter().map(|path| loader.display(path)).collect();
        let message = format!("there are several {what}, {}, and {} is read", names.join(", "), loader.display(first));
        loader.diagnostics.push(Diagnostic::new(code, message).help("remove the others, or name the files with `--file`"));
    }
}

fn profiles(asked: &[String], environment: &Environment) -> Vec<String> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    let list = environment.get("COMPOSE_PROFILES").map_or("", String::as_str);
    // Where none is asked for, the profile without a name is: `profiles: ["${OPTIONAL}"]` counts on it.
    list.split(',').map(str::trim).map(str::to_owned).collect()
}

/// The name: `--project-name`, `COMPOSE_PROJECT_NAME`, the last `name:`, or the folder's name. Without normal form, `name:` stays as
/// it is written.
fn name(folder: &str, files: &[ComposeFile], environment: &Environment, loader: &mut Loader<'_>) -> Option<(String, Option<Place>)> {
    let flag = loader.input.selection.project_name.as_ref().filter(|name| !name.is_empty()).map(|name| ("`--project-name`", name));
    let variable = environment.get("COMPOSE_PROJECT_NAME").filter(|name| !name.is_empty()).map(|name| ("`COMPOSE_PROJECT_NAME`", name));
    if let Some((origin, name)) = flag.or(variable) {
        if normal_name(name) == *name {
            return Some((name.clone(), None));
        }
        let help = match normal_name(name).as_str() {
            "" => "use lower-case letters, digits, `-` and `_`, and begin with a letter or a digit".to_owned(),
            normal => format!("use lower-case letters, digits, `-` and `_`, such as {normal:?}"),
        };
        let message = format!("the project name {name:?} from {origin} is not one that Compose takes");
        loader.diagnostics.push(Diagnostic::new(&PROJECT_NAME_INVALID, message).help(help));
        return None;
    }
    let mut written = None;
    for document in files.iter().flat_map(|file| &file.documents) {
        if !matches!(document.value, Value::Map(_) | Value::Null) {
            loader.diagnostics.push(
                Diagnostic::new(&COMPOSE_FILE_INVALID, "the top level of a Compose file is not a mapping")
                    .at(document.place)
                    .help("begin with `services:`"),
            );
            return None;
        }
        if let Some(node) = document.get("name").filter(|node| node.as_str().is_some_and(|text| !text.is_empty())) {
            let mut node = node.clone();
            if loader.steps.interpolate {
                interpolate(&mut node, Trail::TOP.then("name"), environment, loader)?;
            }
            let text = node.as_str().unwrap_or_default();
            let name = if loader.steps.normalize { normal_name(text) } else { text.to_owned() };
            written = Some((name, Some(node.place)));
        }
    }
    let (name, place) = written.unwrap_or_else(|| (normal_name(path::file_name(folder)), None));
    if name.is_empty() {
        let mut diagnostic = Diagnostic::new(
            &PROJECT_NAME_MISSING,
            "the project has no name: nothing is left of it without the characters that Compose drops",
        )
        .help("give one with `--project-name`, or write `name:` with lower-case letters and digits");
        if let Some(place) = place {
            diagnostic = diagnostic.at(place);
        }
        loader.diagnostics.push(diagnostic);
        return None;
    }
    Some((name, place))
}

/// Lower case, only letters, digits, `-` and `_`, and no `-` or `_` in front.
fn normal_name(text: &str) -> String {
    let kept: String =
        text.to_lowercase().chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_')).collect();
    kept.trim_start_matches(['-', '_']).to_owned()
}
