//! Which containers Traefik looks at, and what their labels say.

use super::expression::{Expression, parse};
use super::proxy::Proxy;
use super::tree::{Tree, is_true};
use crate::compose::{Project, Service};
use crate::diag::Diagnostics;
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::vocab::lost;

/// A container that Traefik looks at.
pub(super) struct Container<'a> {
    /// Its service.
    pub(super) service: &'a Service,
    /// What its labels say, without the first word.
    pub(super) tree: Tree,
    /// What Traefik calls it.
    pub(super) name: String,
    /// The first label that speaks to Traefik, else the service.
    pub(super) place: Place,
}

/// The containers that Traefik looks at.
pub(super) fn find<'a>(project: &'a Project, proxy: &Proxy<'_>, diagnostics: &mut Diagnostics) -> Vec<Container<'a>> {
    project.services.values().filter_map(|service| one(project, service, proxy, diagnostics)).collect()
}

fn one<'a>(project: &'a Project, service: &'a Service, proxy: &Proxy<'_>, diagnostics: &mut Diagnostics) -> Option<Container<'a>> {
    let labels = labels(service, proxy, diagnostics);
    let place = labels.first().map_or(service.place, |(_, value)| value.place);
    let mut tree = Tree::default();
    for (key, value) in &labels {
        let (first, rest) = key.split_once('.').unwrap_or((key, ""));
        if first != "traefik" {
            lost(
                service,
                key,
                value.place,
                "Traefik reads no label of a container whose key begins with another spelling of `traefik`",
                diagnostics,
            );
            return None;
        }
        tree.insert(rest, (*value).clone());
    }
    let speaks = ["http", "tcp", "udp"].iter().any(|part| tree.get(part).is_some());
    let wanted = match tree.value("enable") {
        Some(flag) => is_true(&flag.value),
        // Nobody knows what a proxy outside of the project does with containers that say nothing.
        None if proxy.service.is_none() => speaks,
        None => proxy.exposed_by_default,
    };
    if !wanted {
        let silent = tree.value("enable").is_none();
        for (key, value) in labels.iter().filter(|_| speaks && silent) {
            lost(service, key, value.place, "`traefik.enable` is not set, and Traefik looks at no other container", diagnostics);
        }
        return None;
    }
    let first = ["frontend", "frontends", "backend", "port"].iter().find_map(|part| tree.get(part)?.place);
    if let Some(place) = first.filter(|_| !speaks) {
        // Without its own words for it, Traefik 2 would give the container a way in that nobody guards.
        lost(service, "traefik", place, "it is a label of Traefik 1, which is not read; the container gets no way in", diagnostics);
        return None;
    }
    if let Some(constraints) = &proxy.constraints {
        let holds = parse(&constraints.value).is_ok_and(|expression| holds(&expression, &service.container.labels));
        if !holds {
            if speaks {
                lost(service, "traefik.enable", place, "the constraints of Traefik's provider leave this container out", diagnostics);
            }
            return None;
        }
    }
    let name = normalize(&format!("{}_{}", service.name, project.name));
    Some(Container { service, tree, name, place })
}

/// The labels of a service that speak to Traefik: those of its container; of `deploy` in a swarm.
fn labels<'s>(service: &'s Service, proxy: &Proxy<'_>, diagnostics: &mut Diagnostics) -> Vec<(&'s str, &'s Placed<String>)> {
    fn ours(labels: &IndexMap<String, Placed<String>>) -> Vec<(&str, &Placed<String>)> {
        labels.iter().filter(|(key, _)| super::reads(key)).map(|(key, value)| (key.as_str(), value)).collect()
    }
    let own = ours(&service.container.labels);
    let deployed = service.deploy.as_ref().map(|deploy| ours(&deploy.labels)).unwrap_or_default();
    if proxy.swarm || (proxy.service.is_none() && own.is_empty()) {
        return deployed;
    }
    for (key, value) in &deployed {
        if service.container.labels.get(*key).is_none_or(|own| own.value != value.value) {
            lost(service, key, value.place, "Traefik reads labels under `deploy` in a swarm only", diagnostics);
        }
    }
    own
}

/// Does a constraint hold for the labels of a container?
fn holds(expression: &Expression, labels: &IndexMap<String, Placed<String>>) -> bool {
    let value = |key: &str| labels.get(key).map_or("", |value| value.value.as_str());
    match expression {
        Expression::All(parts) => parts.iter().all(|part| holds(part, labels)),
        Expression::Any(parts) => parts.iter().any(|part| holds(part, labels)),
        Expression::Not(inner) => !holds(inner, labels),
        Expression::Call { name, arguments } => match (name.as_str(), arguments.as_slice()) {
            ("Label", [key, wanted]) => value(key) == wanted,
            ("LabelRegex" | "LabelRegexp", [key, wanted]) => regex_lite::Regex::new(wanted).is_ok_and(|wanted| wanted.is_match(value(key))),
            _ => false,
        },
    }
}

/// Letters and digits, all else as `-`.
pub(super) fn normalize(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The default rule of a container: `template` filled in; `None` where it says more than names and labels.
pub(super) fn default_rule(template: &str, container: &Container<'_>, project: &Project) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("{{") {
        let (inner, after) = behind.split_once("}}")?;
        out.push_str(before);
        out.push_str(&fill(inner.trim().trim_matches('-').trim(), container, project)?);
        rest = after;
    }
    Some(out + rest)
}

/// One action of a template: a value, and functions that it is piped through.
fn fill(action: &str, container: &Container<'_>, project: &Project) -> Option<String> {
    let mut pipes = action.split('|').map(str::trim);
    let mut value = evaluate(pipes.next()?, container, project)?;
    for pipe in pipes {
        value = apply(&words(pipe), &value)?;
    }
    Some(value)
}

fn evaluate(text: &str, container: &Container<'_>, project: &Project) -> Option<String> {
    let text = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text).trim();
    let container_name = || {
        let name = container.service.container_name.as_ref().map(|name| name.value.clone());
        name.unwrap_or_else(|| format!("{}-{}-1", project.name, container.service.name))
    };
    match text {
        ".Name" => return Some(container.name.clone()),
        ".ContainerName" => return Some(container_name()),
        _ => {}
    }
    let words = words(text);
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["index", ".Labels", key] => Some(match *key {
            "com.docker.compose.service" => container.service.name.clone(),
            "com.docker.compose.project" => project.name.clone(),
            key => container.service.container.labels.get(key).map(|value| value.value.clone()).unwrap_or_default(),
        }),
        [_] => None,
        [function @ .., last] => {
            let inner = evaluate(last, container, project).or_else(|| (!last.starts_with('.')).then(|| (*last).to_owned()))?;
            apply(&function.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), &inner)
        }
        [] => None,
    }
}

/// A function of a template.
fn apply(words: &[String], value: &str) -> Option<String> {
    Some(match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["normalize"] => normalize(value),
        ["lower"] => value.to_lowercase(),
        ["upper"] => value.to_uppercase(),
        ["trim"] => value.trim().to_owned(),
        ["trimPrefix", prefix] => value.strip_prefix(prefix).unwrap_or(value).to_owned(),
        ["trimSuffix", suffix] => value.strip_suffix(suffix).unwrap_or(value).to_owned(),
        ["trimAll", letters] => value.trim_matches(|c| letters.contains(c)).to_owned(),
        ["replace", from, to] => value.replace(from, to),
        _ => return None,
    })
}

/// The words of an action: bare, quoted, or in parentheses.
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '"' | '`' => Some(first),
            '(' => Some(')'),
            _ => None,
        };
        let taken = match close {
            Some(close) => rest.get(1..).and_then(|inner| inner.split_once(close)),
            None => None,
        };
        let (word, after) = taken.unwrap_or_else(|| rest.split_once(char::is_whitespace).unwrap_or((rest, "")));
        out.push(word.to_owned());
        rest = after.trim_start();
    }
    out
}
